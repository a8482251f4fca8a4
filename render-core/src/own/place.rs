//! Values and marks at the candles of a window. What is dated after the window's end is gone behind this step.

use std::cmp::Ordering;

use super::{Mark, MarkKind, MarkSide, Own, OwnSeries, SeriesForm};
use crate::{Candle, window::Window};

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

/// The values of a series at the drawn candles of a window: at each the last one that is dated from its open time on
/// and before the next candle's, at the last candle before the window's end. A series of steps begins with the last
/// value before the window.
pub(crate) fn place_values(
    series: Option<&OwnSeries>,
    form: SeriesForm,
    window: &Window<'_>,
) -> Vec<PlacedValue> {
    let candles = window.candles();
    let mut placed = vec![PlacedValue::Nothing; candles.len()];
    let Some(series) = series else { return placed };
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
    placed
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
    /// Where it begins. A mark without a price has that of its candle's close.
    pub from: Anchor,
    /// Where it ends: at the window's last candle at the latest.
    pub to: Anchor,
    /// Whether it begins left of the window, and whether it goes on to the right of what is known.
    pub began: bool,
    pub goes_on: bool,
    /// Whether it says a price itself.
    pub has_price: bool,
    /// Whether a trade that ended made a profit (`Some(true)`), a loss, or neither.
    pub profit: Option<bool>,
    /// Which way a trade goes, which decides no pixel but by its profit.
    pub side: MarkSide,
}

/// The marks that show in a window, in an order that follows from what shows alone: what is dated after the window's
/// end does not even decide which one lies on top.
pub(crate) fn place_marks<'a>(own: &'a Own, window: &Window<'_>) -> Vec<PlacedMark<'a>> {
    let known = own.marks().partition_point(|mark| mark.time.is_none_or(|time| time < window.after()));
    let mut placed: Vec<PlacedMark<'a>> =
        own.marks()[..known].iter().filter_map(|mark| place(mark, window)).collect();
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
            .then_with(|| (flags(self), self.text).cmp(&(flags(other), other.text)))
    }
}

fn place<'a>(mark: &'a Mark, window: &Window<'_>) -> Option<PlacedMark<'a>> {
    let candles = window.candles();
    let (first, after) = (candles[0].open_time, window.after());
    let last = candles.len() - 1;
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
    let (from, to) = (candle_at(candles, start), if is_known { candle_at(candles, end) } else { last });
    let price = mark.price.unwrap_or(candles[from].close);
    let mut placed = PlacedMark {
        kind: mark.kind,
        color: mark.color,
        text: &mark.text,
        from: Anchor { candle: from, price },
        to: Anchor { candle: to, price: mark.price2.unwrap_or(price) },
        began: start < first,
        goes_on: !is_known,
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
    if placed.began && matches!(mark.kind, MarkKind::Trade | MarkKind::Line) && is_known {
        // Where the straight line from beginning to end, by time, meets the window's first candle.
        let share = (first as f64 - start as f64) / (end as f64 - start as f64);
        placed.from.price = price * (1.0 - share) + placed.to.price * share;
    }
    Some(placed)
}

/// The candle at or before a time, or the first one.
fn candle_at(candles: &[Candle], time: i64) -> usize {
    candles.partition_point(|candle| candle.open_time <= time).saturating_sub(1)
}
