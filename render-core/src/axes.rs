//! The axes: which ticks and labels stand where, and the margins they need.

use raster::text;

use crate::{
    Candle, Spec, Window,
    panel::{Panel, Shows},
    scale::Columns,
    spec::{self, Grouping},
    style::Side,
    ticks::{self, Decimal, Ticks},
    timeline::{STEPS, Step},
};

/// Pixels between the picture's edges and the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Margins {
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
}

impl Margins {
    /// The margin on a side.
    fn of(&mut self, side: Side) -> &mut i32 {
        match side {
            Side::Left => &mut self.left,
            Side::Right => &mut self.right,
        }
    }
}

/// The plan of all axes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axes {
    pub margins: Margins,
    /// Height of a capital letter in pixels.
    pub cap: i32,
    /// Height of a panel's legend in pixels; 0 where panels have none.
    pub legend: i32,
    /// The side of price labels.
    pub side: Side,
    /// Whether there are labels on the other side, too.
    pub both_sides: bool,
    /// Whether there are labels beside the panels, below them, and a title above.
    pub beside: bool,
    pub below: bool,
    pub above: bool,
    /// Whether the last price has a tag.
    pub tag: bool,
    /// Whether axes have titles.
    pub titles: bool,
    numbers: Numbers,
    /// The unit of distances between ticks, in pixels.
    unit: i32,
    pub step: Option<Step>,
}

/// How numbers are written.
#[derive(Debug, Clone, Copy)]
struct Numbers {
    /// What stands between groups of three digits.
    separator: Option<char>,
    /// Decimals of exact prices; `None` for all that they have.
    decimals: Option<u8>,
}

/// Height of a capital letter at 1280 pixels.
const CAP_AT_1280: i32 = 11;
/// Labels below this height are no longer read, so they go.
const LEAST_CAP: i32 = 6;
/// Labels are at least this high while there is room, and so high in all but small pictures.
const USUAL_CAP: i32 = 7;
const LEGIBLE_CAP: i32 = 9;
/// The shorter side from which on a picture is not small.
const LEGIBLE_FROM: i32 = 224;
/// Room for this many digits is kept beside the panels, so that most pictures
/// of a series have panels of one size.
const USUAL_DIGITS: i32 = 5;
/// Value labels are at least this many pixels apart; since steps are round numbers, it is about 60 in the mean.
const LABELS_APART: i32 = 40;
/// Room is kept beside the panels for the widest of so many last closes.
const CLOSES: usize = 64;
/// As many digits side by side have room for a title and the last candle's four prices.
const TITLE_WITH_PRICES: i32 = 72;

impl Axes {
    /// Settles the height of labels and the margins; `make_panels` makes the
    /// panels for some margins and a height of legends, the price panel first; the tag tells the last of `closes`.
    pub fn new(
        spec: &Spec,
        closes: &[Candle],
        line: &mut String,
        panels: &mut Vec<Panel>,
        make_panels: impl Fn(&Self, &mut Vec<Panel>),
    ) -> Self {
        let options = spec.options();
        let short = spec.width().min(spec.height()) as i32;
        let percent = |size: i32| size * i32::from(options.labels) / 100;
        let usual = if short < LEGIBLE_FROM { USUAL_CAP } else { LEGIBLE_CAP };
        let best =
            ((short * percent(100) * CAP_AT_1280 / 100 + 640) / 1280).max(percent(usual)).max(LEAST_CAP);
        let side = options.price_labels.unwrap_or(options.style.price_labels);
        let none = Self {
            margins: Margins::default(),
            cap: best,
            legend: 0,
            side,
            both_sides: options.series.iter().any(|series| series.side.is_some_and(|other| other != side)),
            beside: false,
            below: false,
            above: false,
            tag: false,
            titles: options.axis_titles,
            numbers: Numbers {
                separator: match options.grouping {
                    Grouping::None => None,
                    Grouping::Comma => Some(','),
                    Grouping::Space => Some(' '),
                },
                decimals: options.price_decimals,
            },
            unit: best,
            step: None,
        };
        if options.axes != spec::Axes::On {
            return none;
        }
        // The largest labels on both axes, or else the largest on one. The tag goes before labels get too small.
        let legible = usual.min(best);
        let (large, small) = (legible..=best, LEAST_CAP..=legible - 1);
        let sizes = [(large.clone(), true), (large, false), (small.clone(), true), (small, false)];
        let mut one_axis = None;
        for (caps, tag) in sizes.into_iter().filter(|(_, tag)| *tag || options.last_price) {
            for cap in caps.rev() {
                let mut axes = Self { cap, unit: cap, tag: tag && options.last_price, ..none };
                axes.place(spec, closes, line, panels, &make_panels);
                if axes.beside && axes.below {
                    return axes;
                }
                if (axes.beside || axes.below) && one_axis.is_none() {
                    one_axis = Some(axes);
                }
            }
        }
        one_axis.unwrap_or(none)
    }

    /// Settles margins for labels of this height.
    fn place(
        &mut self,
        spec: &Spec,
        closes: &[Candle],
        line: &mut String,
        panels: &mut Vec<Panel>,
        make_panels: &impl Fn(&Self, &mut Vec<Panel>),
    ) {
        let (width, height, cap) = (spec.width() as i32, spec.height() as i32, self.cap);
        let edge = (cap + 1) / 2;
        let bottom = below(cap);
        let beside = beside(cap) + USUAL_DIGITS * text::advance(b'0', cap);
        self.margins = Margins { left: edge, top: edge, right: edge, bottom };
        self.legend = legend(cap);
        let rows = title_rows(spec, cap);
        self.above = rows > 0 && (6 + 2 * rows) * cap <= height;
        if self.above {
            self.margins.top = above(cap, rows);
        }
        // An axis must have room for a label or two in its own direction as well.
        self.below = bottom * 4 <= height && 8 * cap <= width;
        if !self.below {
            self.margins.bottom = edge;
        }
        let sides: &[Side] = if self.both_sides { &[Side::Left, Side::Right] } else { &[self.side] };
        for side in sides {
            *self.margins.of(*side) = beside;
        }
        // Labels may take two fifths of the width, since prices may be long.
        let fits =
            |mut margins: Margins| 5 * sides.iter().map(|side| *margins.of(*side)).sum::<i32>() <= 2 * width;
        if fits(self.margins) {
            panels.clear();
            make_panels(self, panels);
            for side in sides {
                let widest = self.widest_label(spec, (panels, *side), closes, line);
                *self.margins.of(*side) = beside.max(self::beside(cap) + widest);
            }
        }
        self.beside = fits(self.margins) && 6 * cap <= height;
        if !self.beside {
            sides.iter().for_each(|side| *self.margins.of(*side) = edge);
        }
    }

    /// The side of a panel's labels.
    pub fn side_of(&self, panel: &Panel) -> Side {
        panel.side().unwrap_or(self.side)
    }

    fn widest_label(
        &self,
        spec: &Spec,
        (panels, side): (&[Panel], Side),
        closes: &[Candle],
        line: &mut String,
    ) -> i32 {
        let mut widest = 0;
        for panel in panels.iter().filter(|panel| self.side_of(panel) == side) {
            let ticks = self.value_ticks(panel);
            for tick in ticks.iter() {
                self.tick_label(panel, ticks, tick, line);
                widest = widest.max(text::width(line, self.cap));
            }
            if let Some(title) = self.title_of(panel) {
                widest = widest.max(text::width(title, self.cap));
            }
        }
        if side != self.side {
            return widest;
        }
        if self.titles {
            line.clear();
            push_zone(spec.options().utc_offset, line);
            widest = widest.max(text::width(line, self.cap));
        }
        if self.tag {
            // As wide as the widest of some closes, so that panels are of one size where some prices end in zeros.
            for candle in &closes[closes.len().saturating_sub(CLOSES)..] {
                line.clear();
                self.exact_price(candle.close, line);
                widest = widest.max(text::width(line, self.cap));
            }
        }
        widest
    }

    /// Writes the label of a tick.
    pub fn tick_label(&self, panel: &Panel, ticks: Ticks, tick: Decimal, line: &mut String) {
        line.clear();
        panel.label(ticks, tick, line);
        self.group(line, 0);
    }

    /// Appends a price of the source.
    pub fn exact_price(&self, price: f64, line: &mut String) {
        let start = line.len();
        Ticks::exact_label(price, self.numbers.decimals, line);
        self.group(line, start);
    }

    /// Appends a computed value of a panel.
    pub fn value(&self, panel: &Panel, value: f64, line: &mut String) {
        let start = line.len();
        let ticks = if panel.is_percent() { Ticks::NONE } else { self.value_ticks(panel) };
        if panel.is_of_volumes() {
            ticks.fine_volume_label(value, line);
        } else {
            ticks.fine_label(value, line);
        }
        self.group(line, start);
    }

    fn group(&self, line: &mut String, start: usize) {
        if let Some(separator) = self.numbers.separator {
            ticks::group(line, start, separator);
        }
    }

    /// How far numbers hang below their digits.
    pub fn hang(&self) -> i32 {
        if self.numbers.separator == Some(',') { hang(self.cap) } else { 0 }
    }

    /// What the axis beside a panel is called, if it is.
    pub fn title_of(&self, panel: &Panel) -> Option<&'static str> {
        match panel.shows {
            Shows::Price { .. } if self.titles => Some("Price"),
            Shows::Volume if self.titles => Some("Volume"),
            _ => None,
        }
    }

    /// The ticks of a panel's values: apart enough for labels, or closer in a
    /// low panel so that it has two.
    pub fn value_ticks(&self, panel: &Panel) -> Ticks {
        let apart = LABELS_APART.max(self.unit * 5 / 2);
        let usual = panel.ticks(apart.min(panel.rect.h / 4).max(2 * self.unit));
        if usual.count() < 2 { panel.ticks(self.unit * 3 / 2) } else { usual }
    }

    /// Chooses the finest step whose ticks have room, and the candles that bear a tick.
    pub fn time_ticks(
        &mut self,
        window: &Window<'_>,
        columns: &Columns,
        (times, slots): (&[i64], &[i32]),
        line: &mut String,
        ticks: &mut Vec<usize>,
    ) {
        ticks.clear();
        let apart = (13 * self.unit).min(columns.width / 4).max(8 * self.unit);
        let most = columns.width / apart + 1;
        let span = i128::from(window.interval().ms()) * i128::from(columns.candles);
        let x = |index: usize| columns.x(columns.place_of(slots[index]), 1);
        for step in STEPS {
            // Steps that are far too fine are passed over without looking at candles.
            let expected = span / i128::from(step.about());
            if step.about() < window.interval().ms() || expected > i128::from(2 * most) {
                continue;
            }
            if step.boundaries(times).take(most as usize + 1).count() > most as usize {
                continue;
            }
            self.step = Some(step);
            // Where candles are missing, boundaries crowd: the later one gives way.
            let mut free_from = i32::MIN;
            for index in step.boundaries(times) {
                line.clear();
                step.label(times[index], line);
                let half = text::width(line, self.unit) / 2 + self.unit;
                if x(index) - half >= free_from {
                    ticks.push(index);
                    free_from = x(index) + half;
                }
            }
            return;
        }
    }
}

pub(crate) fn tick_length(cap: i32) -> i32 {
    (cap + 1) / 3
}

pub(crate) fn gap(cap: i32) -> i32 {
    cap.div_euclid(2)
}

/// How far letters may reach above and below their height.
pub(crate) fn air(cap: i32) -> i32 {
    1 + cap / 40
}

pub(crate) fn line_gap(cap: i32) -> i32 {
    cap * 3 / 4
}

/// How far letters and commas hang below the baseline.
fn hang(cap: i32) -> i32 {
    (cap + 3) / 4
}

/// Height of the time axis: tick, two lines of text, what hangs below letters, and gaps.
fn below(cap: i32) -> i32 {
    tick_length(cap) + gap(cap) + cap + line_gap(cap) + cap + hang(cap) + gap(cap)
}

/// Height of the title: rows of text, what hangs below letters, and gaps.
fn above(cap: i32, rows: i32) -> i32 {
    gap(cap) + rows * cap + (rows - 1) * line_gap(cap) + hang(cap) + gap(cap)
}

/// How far a legend's text is from the panel's upper edge.
pub(crate) fn legend_gap(cap: i32) -> i32 {
    (cap + 1) / 4
}

/// Height of a panel's legend: a row of text, what hangs below letters, and a gap.
fn legend(cap: i32) -> i32 {
    legend_gap(cap) + cap + hang(cap)
}

/// Rows of the title: none, one, or one more for the last candle's prices. It depends on the spec alone, so that all
/// pictures of a series have panels of one size.
pub(crate) fn title_rows(spec: &Spec, cap: i32) -> i32 {
    let options = spec.options();
    let has_room = spec.width() as i32 >= TITLE_WITH_PRICES * text::advance(b'0', cap);
    match [options.title, options.title_ohlc] {
        [false, false] => 0,
        [true, true] if !has_room => 2,
        _ => 1,
    }
}

/// Width of the price axis besides its labels: tick and gaps.
fn beside(cap: i32) -> i32 {
    tick_length(cap) + 2 * gap(cap)
}

/// Appends the name of a time zone: `UTC`, `UTC+05:30`.
pub(crate) fn push_zone(offset: i16, line: &mut String) {
    use std::fmt::Write as _;
    line.push_str("UTC");
    if offset != 0 {
        let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
        let _ = write!(line, "{sign}{:02}:{:02}", minutes / 60, minutes % 60);
    }
}
