//! Draws what the plan of the axes holds: ticks, labels, titles and tag.

use std::ops::Range;

use super::Layout;
use raster::{Color, Rect, Scene, text};

use crate::{
    Spec, Window,
    axes::{Axes, air, gap, line_gap, push_zone, tick_length},
    contrast::ink_on,
    panel::Panel,
    scale::Columns,
    spec,
    style::{Side, Style},
    ticks::{Decimal, Ticks},
};

impl Axes {
    /// Draws tick marks and labels beside the panels and below them, the title above, and legends. The last price
    /// has a row and a colour.
    pub fn draw(
        &self,
        layout: &mut Layout,
        window: &Window<'_>,
        columns: &Columns,
        spec: &Spec,
        (panels, last_price): (&[Panel], Option<(i32, Color)>),
    ) {
        let style = &spec.options().style;
        if self.beside {
            let tag = last_price.filter(|_| self.tag).map(|(row, color)| (self.tag_rows(layout, row), color));
            for (at, panel) in panels.iter().enumerate() {
                layout.begin_texts("value", Some(at));
                let ticks = self.value_ticks(panel);
                // A label gives way to the tag and to the label above it, the axis's title to all of them.
                let tag = tag.as_ref().filter(|_| self.side_of(panel) == self.side);
                let mut taken: Vec<Range<i32>> = tag.iter().map(|(rows, _)| rows.clone()).collect();
                for tick in ticks.iter().rev() {
                    let free = |top: i32| taken.iter().rev().all(|rows| self.is_apart(top, rows));
                    let label = self.value_label(layout, style, panel, (ticks, tick), free);
                    taken.extend(label);
                }
                layout.begin_texts("axis", Some(at));
                self.axis_title(layout, style, panel, &taken);
            }
            if let Some((rows, color)) = tag {
                layout.begin_texts("tag", Some(0));
                self.tag(layout, rows, color);
            }
        }
        if self.below {
            layout.begin_texts("time", None);
            self.draw_times(layout, columns, spec);
        }
        if self.above {
            layout.begin_texts("title", None);
            self.title(layout, window, spec);
        }
        if spec.options().axes == spec::Axes::On {
            self.legends(layout, spec, panels);
        }
    }

    /// Whether a label that begins at row `top` has air between it and these rows.
    fn is_apart(&self, top: i32, rows: &Range<i32>) -> bool {
        top + self.cap + air(self.cap) + self.hang() <= rows.start || rows.end + air(self.cap) <= top
    }

    /// Draws a tick and, where it has room beside its panel and is `free`, its label. Returns the label's rows.
    fn value_label(
        &self,
        layout: &mut Layout,
        style: &Style,
        panel: &Panel,
        (ticks, tick): (Ticks, Decimal),
        free: impl Fn(i32) -> bool,
    ) -> Option<Range<i32>> {
        let cap = self.cap;
        let row = panel.scale.free_row(panel.value_of(tick));
        // Next to the least numbers there are, the values of ticks are coarse.
        if !(panel.rect.y..panel.rect.bottom()).contains(&row) {
            return None;
        }
        // The next panel has labels, too: at the panel's edge a label stands a little beside its tick.
        let lowest = panel.rect.bottom() - air(cap) - self.hang() - cap;
        let highest = panel.rect.y + air(cap);
        if highest > lowest {
            return None;
        }
        let top = (row - cap / 2).clamp(highest, lowest);
        let Layout { scene, line, .. } = layout;
        self.tick_label(panel, ticks, tick, line);
        let side = self.side_of(panel);
        let x = self.label_x(scene, line, side);
        let tick_x = match side {
            Side::Left => self.margins.left - tick_length(cap),
            Side::Right => scene.width - self.margins.right,
        };
        scene.fill(Rect::new(tick_x, row, tick_length(cap), 1), style.label);
        free(top).then(|| {
            scene.label(line, x, top + cap, cap, style.label);
            top..top + cap + air(cap) + self.hang()
        })
    }

    /// Draws the title of a panel's axis in the highest place beside the panel that no label or tag needs.
    fn axis_title(&self, layout: &mut Layout, style: &Style, panel: &Panel, taken: &[Range<i32>]) {
        let Some(title) = self.title_of(panel) else { return };
        let reach = 2 * air(self.cap);
        let (highest, lowest) =
            (panel.rect.y + air(self.cap), panel.rect.bottom() - air(self.cap) - self.cap);
        let is_free = |top: &i32| {
            taken.iter().all(|rows| top + self.cap + reach <= rows.start || rows.end + reach <= *top)
        };
        if let Some(top) = (highest..=lowest).find(is_free) {
            let x = self.label_x(&layout.scene, title, self.side);
            layout.scene.label(title, x, top + self.cap, self.cap, style.label);
        }
    }

    /// Where a label beside the panels begins.
    fn label_x(&self, scene: &Scene, line: &str, side: Side) -> i32 {
        let away = tick_length(self.cap) + gap(self.cap);
        match side {
            Side::Left => self.margins.left - away - text::width(line, self.cap),
            Side::Right => scene.width - self.margins.right + away,
        }
    }

    /// The rows of the last price's tag around a row, between the title and the time labels.
    fn tag_rows(&self, layout: &Layout, row: i32) -> Range<i32> {
        let pad = (self.cap + 2) / 3;
        let height = self.cap + 2 * pad;
        let highest = self.margins.top - gap(self.cap);
        let lowest = layout.scene.height - self.margins.bottom + tick_length(self.cap) - height;
        let top = (row - height / 2).min(lowest).max(highest);
        top..top + height
    }

    /// Draws the last close in a box of `color` beside the price panel.
    fn tag(&self, layout: &mut Layout, rows: Range<i32>, color: Color) {
        let last = layout.last_close();
        let Layout { scene, line, .. } = layout;
        line.clear();
        self.exact_price(last, line);
        let (x, wide) = (self.label_x(scene, line, self.side), text::width(line, self.cap));
        let pad = (self.cap + 2) / 3;
        let (left, right) = match self.side {
            Side::Left => (x - pad, self.margins.left),
            Side::Right => (scene.width - self.margins.right, x + wide + pad),
        };
        let (left, right) = (left.max(0), right.min(scene.width));
        scene.fill(Rect::new(left, rows.start, right - left, rows.end - rows.start), color);
        scene.label(line, x, rows.start + pad + self.cap, self.cap, ink_on(color));
    }

    /// Draws the name of the time zone below the price labels, where axes have titles. Returns the columns that are
    /// free for time labels.
    fn zone_name(&self, layout: &mut Layout, spec: &Spec) -> Range<i32> {
        let (cap, Layout { scene, line, .. }) = (self.cap, layout);
        let free = gap(cap)..scene.width - gap(cap);
        if !self.titles || !self.beside {
            return free;
        }
        line.clear();
        push_zone(spec.options().utc_offset, line);
        let (x, wide) = (self.label_x(scene, line, self.side), text::width(line, cap));
        let baseline = scene.height - self.margins.bottom + tick_length(cap) + gap(cap) + cap;
        scene.label(line, x, baseline, cap, spec.options().style.label);
        match self.side {
            Side::Left => x + wide + gap(cap)..free.end,
            Side::Right => free.start..x - gap(cap),
        }
    }

    fn draw_times(&self, layout: &mut Layout, columns: &Columns, spec: &Spec) {
        let (style, cap) = (&spec.options().style, self.cap);
        let ends = self.zone_name(layout, spec);
        let Some(step) = self.step else { return };
        let Layout { scene, line, ticks, times, slots, .. } = layout;
        let below = scene.height - self.margins.bottom;
        let first_line = below + tick_length(cap) + gap(cap) + cap;
        let second_line = first_line + line_gap(cap) + cap;
        // In the middle of the tick, or as near to it as the picture's edges and the name of the zone allow.
        let place = |line: &str, x: i32| {
            let wide = text::width(line, cap);
            let last = ends.end - wide;
            let left = (x - wide / 2).min(last).max(ends.start);
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
            let Some((left, right)) = place(line, x).filter(|&(left, _)| left >= free_from) else {
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
            let Some(mut at) = place(line, x) else { continue };
            if let Some(before) = context.take() {
                if before.1 + 2 * gap(cap) <= at.0 {
                    draw_context(scene, line, before);
                } else {
                    // The earlier day gives way: the tick before midnight is plain without it.
                    line.clear();
                    step.context(time, with_year || before.3, line);
                    if let Some(wider) = place(line, x) {
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
