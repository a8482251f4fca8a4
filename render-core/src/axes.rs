//! The axes: which ticks and labels stand where, and the margins they need.

use crate::{
    Spec, Window,
    panel::{Panel, Shows},
    scale::Columns,
    spec,
    style::Side,
    text,
    ticks::Ticks,
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

/// The plan of all axes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axes {
    pub margins: Margins,
    /// Height of a capital letter in pixels.
    pub cap: i32,
    /// The side of price labels.
    pub side: Side,
    /// Whether there are labels beside the panels, below them, and a title above.
    pub beside: bool,
    pub below: bool,
    pub above: bool,
    /// The unit of distances between ticks, in pixels.
    unit: i32,
    pub step: Option<Step>,
}

/// Height of a capital letter at 1280 pixels.
const CAP_AT_1280: i32 = 11;
/// Labels below this height are no longer read, so they go.
const LEAST_CAP: i32 = 6;
/// Labels are at least this high while there is room.
const USUAL_CAP: i32 = 7;
/// Room for this many digits is kept beside the panels, so that most pictures
/// of a series have panels of one size.
const USUAL_DIGITS: i32 = 5;

impl Axes {
    /// Settles the height of labels and the margins; `make_panels` makes the
    /// panels for some margins, the price panel first, and `last` is the last close.
    pub fn new(
        spec: &Spec,
        last: f64,
        line: &mut String,
        panels: &mut Vec<Panel>,
        make_panels: impl Fn(Margins, &mut Vec<Panel>),
    ) -> Self {
        let (width, height) = (spec.width() as i32, spec.height() as i32);
        let options = spec.options();
        let percent = |size: i32| size * i32::from(options.labels) / 100;
        let best = ((width.min(height) * percent(100) * CAP_AT_1280 / 100 + 640) / 1280)
            .max(percent(USUAL_CAP))
            .max(LEAST_CAP);
        let mut axes = Self {
            margins: Margins::default(),
            cap: best,
            side: options.price_labels.unwrap_or(options.style.price_labels),
            beside: false,
            below: false,
            above: false,
            unit: best,
            step: None,
        };
        if options.axes != spec::Axes::On {
            return axes;
        }
        let none = axes;
        // The largest labels on both axes, or else the largest on one.
        let mut one_axis = None;
        for cap in (LEAST_CAP..=best).rev() {
            let edge = (cap + 1) / 2;
            let bottom = below(cap);
            let beside = beside(cap) + USUAL_DIGITS * text::advance(b'0', cap);
            axes.margins = Margins { left: edge, top: edge, right: edge, bottom };
            (axes.cap, axes.unit) = (cap, cap);
            axes.above = options.title && 8 * cap <= height;
            if axes.above {
                axes.margins.top = above(cap);
            }
            // An axis must have room for a label or two in its own direction as well.
            axes.below = bottom * 4 <= height && 8 * cap <= width;
            if !axes.below {
                axes.margins.bottom = edge;
            }
            *axes.price_margin() = beside;
            if beside * 3 <= width {
                panels.clear();
                make_panels(axes.margins, panels);
                let last = options.last_price.then_some(last);
                let widest = axes.widest_label(panels, last, cap, line);
                *axes.price_margin() = beside.max(self::beside(cap) + widest);
            }
            axes.beside = *axes.price_margin() * 3 <= width && 6 * cap <= height;
            if !axes.beside {
                *axes.price_margin() = edge;
            }
            if axes.beside && axes.below {
                return axes;
            }
            if (axes.beside || axes.below) && one_axis.is_none() {
                one_axis = Some(axes);
            }
        }
        one_axis.unwrap_or(none)
    }

    /// The margin on the side of price labels.
    fn price_margin(&mut self) -> &mut i32 {
        match self.side {
            Side::Left => &mut self.margins.left,
            Side::Right => &mut self.margins.right,
        }
    }

    fn widest_label(&self, panels: &[Panel], last: Option<f64>, cap: i32, line: &mut String) -> i32 {
        let mut widest = 0;
        for panel in panels {
            let ticks = self.value_ticks(panel);
            for tick in ticks.iter() {
                line.clear();
                panel.label(ticks, tick, line);
                widest = widest.max(text::width(line, cap));
            }
        }
        if let Some(last) = last {
            let price = &panels[0];
            self.last_label(price, last, line);
            widest = widest.max(text::width(line, cap));
        }
        widest
    }

    /// Writes the label of the last close.
    pub fn last_label(&self, price: &Panel, last: f64, line: &mut String) {
        line.clear();
        let ticks = self.value_ticks(price);
        if let Some(number) = price.number_of(ticks, last) {
            price.label(ticks, number, line);
        }
    }

    /// The ticks of a panel's values: apart enough for labels, or closer in a
    /// low panel so that it has two.
    pub fn value_ticks(&self, panel: &Panel) -> Ticks {
        let apart = if matches!(panel.shows, Shows::Price { .. }) { 9 } else { 6 } * self.unit;
        let usual = panel.ticks(apart.min(panel.rect.h / 4).max(3 * self.unit));
        if usual.count() < 2 { panel.ticks(2 * self.unit) } else { usual }
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

/// Height of the time axis: tick, two lines of text, what hangs below letters, and gaps.
fn below(cap: i32) -> i32 {
    tick_length(cap) + gap(cap) + cap + line_gap(cap) + cap + (cap + 3) / 4 + gap(cap)
}

/// Height of the title: a line of text, what hangs below letters, and gaps.
fn above(cap: i32) -> i32 {
    gap(cap) + cap + (cap + 3) / 4 + gap(cap)
}

/// Width of the price axis besides its labels: tick and gaps.
fn beside(cap: i32) -> i32 {
    tick_length(cap) + 2 * gap(cap)
}
