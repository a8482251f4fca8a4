//! Values and marks at the candles of a window. What is dated after the window's end is gone behind this step.

use std::cmp::Ordering;

use super::{Mark, MarkKind, MarkSide, Own, OwnSeries, SeriesForm};
use crate::{Candle, Spec, spec::Gaps, window::Window};

/// How many candles of a window find no slot in its picture, since the last slot is the end's. Nothing is drawn at
/// them: for series and marks they lie before the window.
pub(crate) fn skipped(window: &Window<'_>, spec: &Spec) -> usize {
    match spec.options().gaps {
        Gaps::Collapse => 0,
        Gaps::Slot => {
            let grid = window.interval();
            let slots = i64::from(spec.window());
            let end = grid.slot_index(window.end());
            window.candles().partition_point(|candle| end - grid.slot_index(candle.open_time) >= slots)
        }
    }
}

/// What a series has at a candle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum PlacedValue {
    /// No row.
    Nothing,
    /// A row that says that there is no value.
    Break,
    /// A value, or a band's lower and upper one.
    At(f64, f64),
}

/// The values of a series at the candles of a window: at each the last one that is dated from its open time on
/// and before the next candle's, at the last candle before the window's end; nothing at the first `skipped` ones, which
/// are not drawn. A series of steps begins with the last value before the first drawn candle.
pub(crate) fn place_values(
    series: Option<&OwnSeries>,
    form: SeriesForm,
    window: &Window<'_>,
    skipped: usize,
) -> Vec<PlacedValue> {
    let mut all = vec![PlacedValue::Nothing; window.candles().len()];
    let (candles, placed) = (&window.candles()[skipped..], &mut all[skipped..]);
    let Some(series) = series else { return all };
    let of = |value: Option<(f64, f64)>| {
        value.map_or(PlacedValue::Break, |(low, high)| PlacedValue::At(low, high))
    };
    let values = series.values();
    let mut next = values.partition_point(|value| value.time < candles[0].open_time);
    if form == SeriesForm::Step && next > 0 {
        placed[0] = of(values[next - 1].value);
    }
    for (index, placed) in placed.iter_mut().enumerate() {
        let until = candles.get(index + 1).map_or(window.after(), |candle| candle.open_time);
        let last = next + values[next..].partition_point(|value| value.time < until);
        if last > next {
            *placed = of(values[last - 1].value);
        }
        next = last;
    }
    all
}

/// A candle of the window, by its place among those to draw, and a price there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Anchor {
    pub candle: usize,
    pub price: f64,
}

/// What of a mark shows in a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PlacedMark<'a> {
    pub kind: MarkKind,
    pub color: Option<crate::Color>,
    pub text: &'a str,
    /// Where it begins. A mark without a price has that of its candle's close; a link that began before the window
    /// stands at the first candle with the price of its beginning, until it [enters](Self::enter).
    pub from: Anchor,
    /// Where it ends: at the window's last candle at the latest.
    pub to: Anchor,
    /// Whether it begins left of the window, and whether it goes on to the right of what is known.
    pub began: bool,
    pub goes_on: bool,
    /// How much of a link, by time, lies before the window.
    pub share: f64,
    /// Whether it says a price itself.
    pub has_price: bool,
    /// Whether a trade that ended made a profit (`Some(true)`), a loss, or neither.
    pub profit: Option<bool>,
    /// Which way a trade goes, which decides no pixel but by its profit.
    pub side: MarkSide,
}

/// The marks that show in a window without its first `skipped` candles, in an order that follows from what is known at
/// its end: what is dated later does not even decide which one lies on top.
pub(crate) fn place_marks<'a>(own: &'a Own, window: &Window<'_>, skipped: usize) -> Vec<PlacedMark<'a>> {
    let known = own.marks().partition_point(|mark| mark.time.is_none_or(|time| time < window.after()));
    let mut placed: Vec<PlacedMark<'a>> =
        own.marks()[..known].iter().filter_map(|mark| place(mark, window, skipped)).collect();
    placed.sort_unstable_by(PlacedMark::order);
    placed
}

impl PlacedMark<'_> {
    /// By the candle where it begins, then by all else that shows.
    fn order(&self, other: &Self) -> Ordering {
        let flags =
            |mark: &Self| (mark.began, mark.goes_on, mark.has_price, mark.profit, mark.color, mark.side);
        (self.from.candle, self.kind, self.to.candle)
            .cmp(&(other.from.candle, other.kind, other.to.candle))
            .then_with(|| self.from.price.total_cmp(&other.from.price))
            .then_with(|| self.to.price.total_cmp(&other.to.price))
            .then_with(|| self.share.total_cmp(&other.share))
            .then_with(|| (flags(self), self.text).cmp(&(flags(other), other.text)))
    }

    /// Gives a link that began before the window the price at which it comes in. It is straight in the units of its
    /// scale, so that it lies the same in every window.
    pub fn enter(&mut self, by_logarithms: bool) {
        let (from, to, share) = (self.from.price, self.to.price, self.share);
        if share == 0.0 {
            return;
        }
        let between = |from: f64, to: f64| from * (1.0 - share) + to * share;
        self.from.price = match by_logarithms {
            false => between(from, to),
            true if from >= f64::MIN_POSITIVE && to >= f64::MIN_POSITIVE => {
                libm::exp10(between(libm::log10(from), libm::log10(to)))
            }
            // Where an end has no place on the scale, nothing is drawn in any window.
            true => return,
        };
    }
}

fn place<'a>(mark: &'a Mark, window: &Window<'_>, skipped: usize) -> Option<PlacedMark<'a>> {
    let candles = window.candles();
    let (first, after) = (candles[skipped].open_time, window.after());
    let last = candles.len() - 1;
    let candle_at = |time: i64| candle_at(candles, time).max(skipped);
    let start = mark.time.unwrap_or(i64::MIN);
    let end = match mark.kind {
        MarkKind::Buy | MarkKind::Sell | MarkKind::Vline | MarkKind::Text => start,
        MarkKind::Hline => i64::MAX,
        _ => mark.time2.unwrap_or(i64::MAX),
    };
    let is_known = end < after;
    // The far end of a line or a box would tell of what comes after the window.
    let tells_end = matches!(mark.kind, MarkKind::Line | MarkKind::Box) && mark.time2.is_some();
    if end < first || tells_end && !is_known {
        return None;
    }
    let (from, to) = (candle_at(start), if is_known { candle_at(end) } else { last });
    let price = mark.price.unwrap_or(candles[from].close);
    let mut placed = PlacedMark {
        kind: mark.kind,
        // A colour of one's own may tell how a trade ends.
        color: mark.color.filter(|_| is_known || mark.kind != MarkKind::Trade),
        text: &mark.text,
        from: Anchor { candle: from, price },
        to: Anchor { candle: to, price: mark.price2.unwrap_or(price) },
        began: start < first,
        goes_on: !is_known,
        share: 0.0,
        has_price: mark.price.is_some(),
        profit: None,
        side: mark.side,
    };
    if mark.kind == MarkKind::Trade {
        if is_known {
            let rises = placed.to.price.partial_cmp(&placed.from.price).filter(|order| order.is_ne());
            placed.profit = rises.map(|order| order.is_gt() == (mark.side == MarkSide::Long));
        } else {
            placed.to.price = price;
        }
    }
    if placed.began && is_known && matches!(mark.kind, MarkKind::Trade | MarkKind::Line) {
        placed.share = share_before(window, first, (start, candles[to].open_time));
    }
    Some(placed)
}

/// How much of the time from the candle of `start` to the one that opens at `end` lies before the window's first candle.
///
/// Which candles there are before the window is not known, so it goes by the clock; months are all of one length.
fn share_before(window: &Window<'_>, first: i64, (start, end): (i64, i64)) -> f64 {
    let interval = window.interval();
    let (before, whole) = if interval.months().is_some() {
        let [start, first, end] = [start, first, end].map(|time| interval.slot_index(time));
        (first.saturating_sub(start).into(), end.saturating_sub(start).into())
    } else {
        // As candles before the window would stand that follow on one another.
        let length = i128::from(interval.ms());
        let before = (i128::from(first) - i128::from(start) + length - 1).div_euclid(length) * length;
        (before, before + i128::from(end) - i128::from(first))
    };
    before as f64 / whole.max(1) as f64
}

/// The candle at or before a time, or the first one.
fn candle_at(candles: &[Candle], time: i64) -> usize {
    candles.partition_point(|candle| candle.open_time <= time).saturating_sub(1)
}
