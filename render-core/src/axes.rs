//! The axes: which ticks and labels stand where, and the margins they need.

use crate::{
    Spec, Window,
    layout::{Layout, Panel, Shows},
    scale::Columns,
    scene::{Color, Rect, Scene},
    spec,
    style::{Side, Style},
    text,
    ticks::{Decimal, Ticks},
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
    cap: i32,
    /// The side of price labels.
    side: Side,
    /// Whether there are labels beside the panels, below them, and a title above.
    beside: bool,
    below: bool,
    above: bool,
    /// The unit of distances between ticks, in pixels.
    unit: i32,
    step: Option<Step>,
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
    fn last_label(&self, price: &Panel, last: f64, line: &mut String) {
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

    /// Draws tick marks and labels beside the panels and below them, and the title above.
    pub fn draw(
        &self,
        layout: &mut Layout,
        window: &Window<'_>,
        columns: &Columns,
        spec: &Spec,
        panels: &[Panel],
    ) {
        let style = &spec.options().style;
        if self.beside {
            let tag =
                layout.last_close(spec, &panels[0]).map(|(row, color)| (self.tag_rows(layout, row), color));
            for panel in panels {
                let ticks = self.value_ticks(panel);
                for tick in ticks.iter() {
                    // A label gives way to the tag.
                    let free = |top: i32| {
                        tag.as_ref().is_none_or(|(rows, _)| {
                            top + self.cap + air(self.cap) <= rows.start || rows.end + air(self.cap) <= top
                        })
                    };
                    self.value_label(layout, style, panel, (ticks, tick), free);
                }
            }
            if let Some((rows, color)) = tag {
                self.tag(layout, &panels[0], rows, color);
            }
        }
        if self.below {
            self.draw_times(layout, columns, style, self.cap);
        }
        if self.above {
            self.title(layout, window, spec);
        }
        if spec.options().axes == spec::Axes::On {
            self.indicator_names(layout, style, panels);
        }
    }

    /// Draws a tick and, where it has room beside its panel and is `free`, its label.
    fn value_label(
        &self,
        layout: &mut Layout,
        style: &Style,
        panel: &Panel,
        (ticks, tick): (Ticks, Decimal),
        free: impl Fn(i32) -> bool,
    ) {
        let cap = self.cap;
        let row = panel.scale.free_row(panel.value_of(tick));
        let top = row - cap / 2;
        if top < panel.rect.y || top + cap > panel.rect.bottom() {
            return;
        }
        // The next panel has labels, too.
        let (highest, lowest) = (panel.rect.y + air(cap), panel.rect.bottom() - air(cap) - cap);
        if highest > lowest {
            return;
        }
        let top = top.clamp(highest, lowest);
        let Layout { scene, line, .. } = layout;
        line.clear();
        panel.label(ticks, tick, line);
        let x = self.label_x(scene, line);
        let tick_x = match self.side {
            Side::Left => self.margins.left - tick_length(cap),
            Side::Right => scene.width - self.margins.right,
        };
        scene.fill(Rect::new(tick_x, row, tick_length(cap), 1), style.label);
        if free(top) {
            scene.label(line, x, top + cap, cap, style.label);
        }
    }

    /// Where a label beside the panels begins.
    fn label_x(&self, scene: &Scene, line: &str) -> i32 {
        let away = tick_length(self.cap) + gap(self.cap);
        match self.side {
            Side::Left => self.margins.left - away - text::width(line, self.cap),
            Side::Right => scene.width - self.margins.right + away,
        }
    }

    /// The rows of the last price's tag around a row, between the title and the time labels.
    fn tag_rows(&self, layout: &Layout, row: i32) -> std::ops::Range<i32> {
        let pad = (self.cap + 2) / 3;
        let height = self.cap + 2 * pad;
        let highest = self.margins.top - gap(self.cap);
        let lowest = layout.scene.height - self.margins.bottom + tick_length(self.cap) - height;
        let top = (row - height / 2).min(lowest).max(highest);
        top..top + height
    }

    /// Draws the last close in a box of `color` beside the price panel.
    fn tag(&self, layout: &mut Layout, price: &Panel, rows: std::ops::Range<i32>, color: Color) {
        let last = layout.last_value();
        let Layout { scene, line, .. } = layout;
        self.last_label(price, last, line);
        let (x, wide) = (self.label_x(scene, line), text::width(line, self.cap));
        let pad = (self.cap + 2) / 3;
        let (left, right) = match self.side {
            Side::Left => (x - pad, self.margins.left),
            Side::Right => (scene.width - self.margins.right, x + wide + pad),
        };
        let (left, right) = (left.max(0), right.min(scene.width));
        scene.fill(Rect::new(left, rows.start, right - left, rows.end - rows.start), color);
        let dark = 299 * u32::from(color.r) + 587 * u32::from(color.g) + 114 * u32::from(color.b) < 128_000;
        let ink = if dark { Color::rgb(0xff, 0xff, 0xff) } else { Color::rgb(0, 0, 0) };
        scene.label(line, x, rows.start + pad + self.cap, self.cap, ink);
    }

    /// Draws symbol and interval above the panels, then the names of overlays
    /// in their colours, as far as there is room.
    fn title(&self, layout: &mut Layout, window: &Window<'_>, spec: &Spec) {
        use std::fmt::Write as _;
        let (cap, options) = (self.cap, spec.options());
        let baseline = gap(cap) + cap;
        let mut x = self.margins.left;
        let Layout { scene, line, .. } = layout;
        let mut put = |scene: &mut Scene, line: &str, color: Color| {
            let wide = text::width(line, cap);
            let fits = x + wide <= scene.width - gap(cap);
            if fits {
                scene.label(line, x, baseline, cap, color);
                x += wide + 2 * gap(cap);
            }
            fits
        };
        line.clear();
        let _ = write!(line, "{} {}", window.symbol(), window.interval().code());
        if options.utc_offset != 0 {
            let (sign, minutes) = (if options.utc_offset < 0 { '-' } else { '+' }, options.utc_offset.abs());
            let _ = write!(line, " UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60);
        }
        if !put(scene, line, options.style.label) {
            return;
        }
        for (index, overlay) in options.overlays.iter().enumerate() {
            name_of(&overlay.to_string(), line);
            if !put(scene, line, options.style.overlay_color(index)) {
                return;
            }
        }
    }

    /// Draws the names of indicators in the upper left corners of their panels.
    fn indicator_names(&self, layout: &mut Layout, style: &Style, panels: &[Panel]) {
        let cap = self.cap;
        let Layout { scene, line, .. } = layout;
        for panel in panels {
            let Shows::Indicator { of, .. } = panel.shows else { continue };
            name_of(&of.to_string(), line);
            let rect = panel.rect;
            let wide = text::width(line, cap);
            if rect.h >= 3 * cap && wide + 2 * gap(cap) <= rect.w {
                // Lines and grid would make it hard to read.
                let around = Rect::new(rect.x, rect.y, wide + 2 * gap(cap), cap + 2 * gap(cap)).within(rect);
                scene.fill(around, style.panel);
                scene.label(line, rect.x + gap(cap), rect.y + gap(cap) + cap, cap, style.label);
            }
        }
    }

    fn draw_times(&self, layout: &mut Layout, columns: &Columns, style: &Style, cap: i32) {
        let Some(step) = self.step else { return };
        let Layout { scene, line, ticks, times, slots, .. } = layout;
        let below = scene.height - self.margins.bottom;
        let first_line = below + tick_length(cap) + gap(cap) + cap;
        let second_line = first_line + line_gap(cap) + cap;
        // In the middle of the tick, or as near to it as the picture's edges allow.
        let place = |scene: &Scene, line: &str, x: i32| {
            let wide = text::width(line, cap);
            let last = scene.width - gap(cap) - wide;
            let left = (x - wide / 2).min(last).max(gap(cap));
            (left <= last).then_some((left, left + wide))
        };
        let mut free_from = 0;
        // The context that waits to be drawn until it is known whether the next one leaves it room.
        let mut context: Option<(i32, i32, i64, bool)> = None;
        let mut shown = None;
        let mut year_shown = false;
        let draw_context =
            |scene: &mut Scene, line: &mut String, (left, _, time, year): (i32, i32, i64, bool)| {
                line.clear();
                step.context(time, year, line);
                scene.label(line, left, second_line, cap, style.label);
            };
        for &index in ticks.iter() {
            let time = times[index];
            let x = columns.x(columns.place_of(slots[index]), 1);
            line.clear();
            step.label(time, line);
            scene.fill(Rect::new(x, below, 1, tick_length(cap)), style.label);
            let Some((left, right)) = place(scene, line, x).filter(|&(left, _)| left >= free_from) else {
                continue;
            };
            free_from = right + gap(cap);
            scene.label(line, left, first_line, cap, style.label);

            let (changes, year_changes) = shown.map_or((true, true), |before| step.changes(before, time));
            if !changes {
                continue;
            }
            let mut with_year = year_changes || !year_shown;
            line.clear();
            step.context(time, with_year, line);
            let Some(mut at) = place(scene, line, x) else { continue };
            if let Some(before) = context.take() {
                if before.1 + 2 * gap(cap) <= at.0 {
                    draw_context(scene, line, before);
                } else {
                    // The earlier day gives way: the tick before midnight is plain without it.
                    line.clear();
                    step.context(time, with_year || before.3, line);
                    if let Some(wider) = place(scene, line, x) {
                        (at, with_year) = (wider, with_year || before.3);
                    }
                }
            }
            context = Some((at.0, at.1, time, with_year));
            shown = Some(time);
            year_shown = true;
        }
        if let Some(last) = context {
            draw_context(scene, line, last);
        }
    }
}

fn tick_length(cap: i32) -> i32 {
    (cap + 1) / 3
}

fn gap(cap: i32) -> i32 {
    cap.div_euclid(2)
}

/// How far letters may reach above and below their height.
fn air(cap: i32) -> i32 {
    1 + cap / 40
}

fn line_gap(cap: i32) -> i32 {
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

/// The text of an overlay or indicator as a label: `SMA 20`.
fn name_of(text: &str, line: &mut String) {
    line.clear();
    line.extend(text.chars().map(|c| if c == ':' { ' ' } else { c.to_ascii_uppercase() }));
}

/// Width of the price axis besides its labels: tick and gaps.
fn beside(cap: i32) -> i32 {
    tick_length(cap) + 2 * gap(cap)
}
