//! The axes: which ticks and labels stand where, and the margins they need.

use crate::{
    Spec, Window,
    layout::Layout,
    scale::{Columns, Scale},
    scene::Rect,
    spec,
    style::Style,
    text,
    ticks::Ticks,
    timeline::{STEPS, Step},
};

/// A panel's pixels and the scale of its values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Panel {
    pub rect: Rect,
    pub scale: Scale,
    /// Whether there is nothing to measure: no volume at all.
    pub blank: bool,
}

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
    /// Whether there are labels beside the panels, and below them.
    beside: bool,
    below: bool,
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
    /// Settles the height of labels and the margins; `panels` gives the panels for some margins.
    pub fn new(spec: &Spec, line: &mut String, panels: impl Fn(Margins) -> (Panel, Option<Panel>)) -> Self {
        let (width, height) = (spec.width() as i32, spec.height() as i32);
        let best = ((width.min(height) * CAP_AT_1280 + 640) / 1280).max(USUAL_CAP);
        let mut axes = Self {
            margins: Margins::default(),
            cap: best,
            beside: false,
            below: false,
            unit: best,
            step: None,
        };
        if spec.options().axes != spec::Axes::On {
            return axes;
        }
        let none = axes;
        // The largest labels on both axes, or else the largest on one.
        let mut one_axis = None;
        for cap in (LEAST_CAP..=best).rev() {
            let edge = (cap + 1) / 2;
            let bottom = below(cap);
            let right = right_of(cap) + USUAL_DIGITS * text::advance(b'0', cap);
            axes.margins = Margins { left: edge, top: edge, right, bottom };
            (axes.cap, axes.unit) = (cap, cap);
            // An axis must have room for a label or two in its own direction as well.
            axes.below = bottom * 4 <= height && 8 * cap <= width;
            if !axes.below {
                axes.margins.bottom = edge;
            }
            if right * 3 <= width {
                let (price, volume) = panels(axes.margins);
                let widest = axes.widest_label(&price, volume.as_ref(), cap, line);
                axes.margins.right = right.max(right_of(cap) + widest);
            }
            axes.beside = axes.margins.right * 3 <= width && 6 * cap <= height;
            if !axes.beside {
                axes.margins.right = edge;
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

    fn widest_label(&self, price: &Panel, volume: Option<&Panel>, cap: i32, line: &mut String) -> i32 {
        let mut widest = 0;
        let mut measure = |write: &mut dyn FnMut(&mut String)| {
            line.clear();
            write(line);
            widest = widest.max(text::width(line, cap));
        };
        for tick in self.price_ticks(price).iter() {
            measure(&mut |line| Ticks::price_label(tick, line));
        }
        if let Some(panel) = volume {
            let ticks = self.volume_ticks(panel);
            for tick in ticks.iter() {
                measure(&mut |line| ticks.volume_label(tick, line));
            }
        }
        widest
    }

    /// The ticks of the price panel.
    pub fn price_ticks(&self, panel: &Panel) -> Ticks {
        self.ticks(panel, 9 * self.unit)
    }

    /// The ticks of the volume panel.
    pub fn volume_ticks(&self, panel: &Panel) -> Ticks {
        self.ticks(panel, 6 * self.unit)
    }

    /// Ticks at least `apart` pixels apart, or closer in a low panel so that it has two.
    fn ticks(&self, panel: &Panel, apart: i32) -> Ticks {
        if panel.blank {
            return Ticks::NONE;
        }
        let Scale { min, max, .. } = panel.scale;
        let ticks = |apart: i32| Ticks::new(min, max, panel.scale.per_row() * f64::from(apart));
        let usual = ticks(apart.min(panel.rect.h / 4).max(3 * self.unit));
        if usual.count() < 2 { ticks(2 * self.unit) } else { usual }
    }

    /// Chooses the finest step whose ticks have room, and the candles that bear a tick.
    pub fn time_ticks(
        &mut self,
        window: &Window<'_>,
        columns: &Columns,
        line: &mut String,
        ticks: &mut Vec<usize>,
    ) {
        ticks.clear();
        let candles = window.candles();
        let apart = (13 * self.unit).min(columns.width / 4).max(8 * self.unit);
        let most = columns.width / apart + 1;
        let span = i128::from(window.interval().ms()) * i128::from(columns.candles);
        let x = |index: usize| columns.x(columns.place_of(index as i32), 1);
        for step in STEPS {
            // Steps that are far too fine are passed over without looking at candles.
            let expected = span / i128::from(step.about());
            if step.about() < window.interval().ms() || expected > i128::from(2 * most) {
                continue;
            }
            if step.boundaries(candles).take(most as usize + 1).count() > most as usize {
                continue;
            }
            self.step = Some(step);
            // Where candles are missing, boundaries crowd: the later one gives way.
            let mut free_from = i32::MIN;
            for index in step.boundaries(candles) {
                line.clear();
                step.label(candles[index].open_time, line);
                let half = text::width(line, self.unit) / 2 + self.unit;
                if x(index) - half >= free_from {
                    ticks.push(index);
                    free_from = x(index) + half;
                }
            }
            return;
        }
    }

    /// Draws tick marks and labels right of the panels and below them.
    pub fn draw(
        &self,
        layout: &mut Layout,
        window: &Window<'_>,
        columns: &Columns,
        style: &Style,
        price: &Panel,
        volume: Option<&Panel>,
    ) {
        let cap = self.cap;
        if self.beside {
            let ticks = self.price_ticks(price);
            for tick in ticks.iter() {
                layout.line.clear();
                Ticks::price_label(tick, &mut layout.line);
                self.value_label(layout, style, price, cap, tick.value());
            }
        }
        if let Some(panel) = volume.filter(|_| self.beside) {
            let ticks = self.volume_ticks(panel);
            for tick in ticks.iter() {
                layout.line.clear();
                ticks.volume_label(tick, &mut layout.line);
                self.value_label(layout, style, panel, cap, tick.value());
            }
        }
        if self.below {
            self.draw_times(layout, window, columns, style, cap);
        }
    }

    /// Draws `layout.line` beside the row of `value`, if it has room beside its panel.
    fn value_label(&self, layout: &mut Layout, style: &Style, panel: &Panel, cap: i32, value: f64) {
        let row = panel.scale.row(value);
        let top = row - cap / 2;
        if top < panel.rect.y || top + cap > panel.rect.bottom() {
            return;
        }
        let Layout { scene, line, .. } = layout;
        let frame = scene.width - self.margins.right;
        scene.fill(Rect::new(frame, row, tick_length(cap), 1), style.frame);
        scene.label(line, frame + tick_length(cap) + gap(cap), top + cap, cap, style.label);
    }

    fn draw_times(
        &self,
        layout: &mut Layout,
        window: &Window<'_>,
        columns: &Columns,
        style: &Style,
        cap: i32,
    ) {
        let Some(step) = self.step else { return };
        let candles = window.candles();
        let Layout { scene, line, ticks } = layout;
        let below = scene.height - self.margins.bottom;
        let first_line = below + tick_length(cap) + gap(cap) + cap;
        let second_line = first_line + line_gap(cap) + cap;
        // In the middle of the tick, or as near to it as the picture's edges allow.
        let place = |scene: &crate::Scene, line: &str, x: i32| {
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
            |scene: &mut crate::Scene, line: &mut String, (left, _, time, year): (i32, i32, i64, bool)| {
                line.clear();
                step.context(time, year, line);
                scene.label(line, left, second_line, cap, style.label);
            };
        for &index in ticks.iter() {
            let time = candles[index].open_time;
            let x = columns.x(columns.place_of(index as i32), 1);
            line.clear();
            step.label(time, line);
            scene.fill(Rect::new(x, below, 1, tick_length(cap)), style.frame);
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
                    with_year |= before.3;
                    line.clear();
                    step.context(time, with_year, line);
                    at = place(scene, line, x).unwrap_or(at);
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

fn line_gap(cap: i32) -> i32 {
    cap * 3 / 4
}

/// Height of the time axis: tick, two lines of text, what hangs below letters, and gaps.
fn below(cap: i32) -> i32 {
    tick_length(cap) + gap(cap) + cap + line_gap(cap) + cap + (cap + 3) / 4 + gap(cap)
}

/// Width of the price axis besides its labels: tick and gaps.
fn right_of(cap: i32) -> i32 {
    tick_length(cap) + 2 * gap(cap)
}
