//! Draws what the plan of the axes holds: ticks, labels, title and tag.

use super::Layout;
use crate::{
    Spec, Window,
    axes::{Axes, air, gap, line_gap, tick_length},
    panel::{Panel, Shows},
    scale::Columns,
    scene::{Color, Rect, Scene},
    spec,
    style::{Side, Style},
    text,
    ticks::{Decimal, Ticks},
};

impl Axes {
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
        let _ = write!(line, "{} {}", window.symbol(), window.interval().name());
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

/// The text of an overlay or indicator as a label: `SMA 20`.
fn name_of(text: &str, line: &mut String) {
    line.clear();
    line.extend(text.chars().map(|c| if c == ':' { ' ' } else { c.to_ascii_uppercase() }));
}
