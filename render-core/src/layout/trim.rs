//! What stands around and behind the marks: panels, grid, frame, last price.

use super::{Frame, Layout, marks::is_rising};
use raster::{Color, Rect, Shape};

use crate::{
    Axes, Spec, axes,
    panel::Panel,
    scale::Columns,
    spec::Kind,
    style::{Dash, FrameSides, Side},
};

impl Layout {
    pub(super) fn background(&mut self, spec: &Spec, frame: &Frame, panels: &[Panel]) {
        let style = &spec.options().style;
        let picture = Rect::new(0, 0, self.scene.width, self.scene.height);
        if frame.inside != picture {
            self.scene.fill(picture, style.figure);
        }
        // Between bare panels there is nothing but more of them.
        if spec.options().axes == Axes::Bare {
            return self.scene.fill(frame.inside, style.panel);
        }
        for panel in panels.iter().filter(|panel| panel.has_ground()) {
            self.scene.fill(panel.whole(), style.panel);
        }
    }

    pub(super) fn grid(
        &mut self,
        spec: &Spec,
        frame: &Frame,
        axes: &axes::Axes,
        columns: &Columns,
        panels: &[Panel],
    ) {
        let style = &spec.options().style;
        if !spec.options().grid || spec.options().axes == Axes::Bare || style.grid_dash == Dash::None {
            return;
        }
        let (thick, color) = style.grid_on_panel(frame.stroke);
        for panel in panels.iter().filter(|panel| panel.has_ground()) {
            for tick in axes.value_ticks(panel).iter().filter(|tick| !panel.has_guide(*tick)) {
                let y = panel.scale.free_row(panel.value_of(tick)) - thick / 2;
                let rect = Rect::new(panel.rect.x, y, panel.rect.w, thick);
                if panel.rect.y < y && rect.bottom() < panel.rect.bottom() {
                    self.grid_line(style.grid_dash, rect, color, thick);
                }
            }
            for at in 0..self.ticks.len() {
                let slot = self.slots[self.ticks[at]];
                let x = columns.x(columns.place_of(slot), thick);
                let rect = Rect::new(x, panel.rect.y, thick, panel.rect.h);
                self.grid_line(style.grid_dash, rect.within(panel.rect), color, thick);
            }
        }
    }

    fn grid_line(&mut self, dash: Dash, rect: Rect, color: Color, thick: i32) {
        let (on, off) = match dash {
            Dash::None => return,
            Dash::Solid => return self.scene.fill(rect, color),
            Dash::Dashed => (4 * thick, 2 * thick),
            Dash::Dotted => (thick, 2 * thick),
        };
        self.scene.shapes.push(Shape::Dashes { rect, color, on, off });
    }

    /// The lines around the panels and between them.
    pub(super) fn frame(&mut self, spec: &Spec, frame: &Frame, panels: &[Panel]) {
        let style = &spec.options().style;
        let Frame { inside, thick, .. } = *frame;
        let (left, top, wide) = (inside.x - thick, inside.y - thick, inside.w + 2 * thick);
        let all = style.frame_sides == FrameSides::All;
        let prices = spec.options().price_labels.unwrap_or(style.price_labels);
        let has = |side: Side| prices == side || panels.iter().any(|panel| panel.side() == Some(side));
        let mut line = |drawn: bool, rect: Rect| {
            if drawn {
                self.scene.fill(rect, style.frame);
            }
        };
        line(all, Rect::new(left, top, wide, thick));
        line(true, Rect::new(left, inside.bottom(), wide, thick));
        line(all || has(Side::Left), Rect::new(left, inside.y, thick, inside.h));
        line(all || has(Side::Right), Rect::new(inside.right(), inside.y, thick, inside.h));
        let below_others = |panel: &&Panel| panel.has_ground() && panel.whole().y > inside.y;
        for panel in panels.iter().filter(below_others) {
            line(true, Rect::new(inside.x, panel.whole().y - thick, inside.w, thick));
        }
    }

    /// The line at the last close; its tag is drawn with the axis.
    pub(super) fn last_price_line(&mut self, frame: &Frame, panel: &Panel, last: Option<(i32, Color)>) {
        let Some((row, color)) = last else { return };
        let rect = Rect::new(panel.rect.x, row - frame.stroke / 2, panel.rect.w, frame.stroke);
        let (on, off) = (2 * frame.stroke, 2 * frame.stroke);
        self.scene.shapes.push(Shape::Dashes { rect: rect.within(panel.rect), color, on, off });
    }

    /// The row of the source's last close, where it is to be marked and lies within the panel, and the colour of
    /// what is drawn there.
    pub(super) fn last_price(&self, spec: &Spec, columns: &Columns, panel: &Panel) -> Option<(i32, Color)> {
        let (style, kind) = (&spec.options().style, spec.options().kind);
        let bar = self.bars.last().filter(|_| spec.options().last_price)?;
        let rises = is_rising(&bar.candle);
        let color = match kind {
            Kind::Line | Kind::Area | Kind::Step => style.line,
            Kind::Baseline => style.narrow(self.last_close() >= self.baseline(spec)),
            Kind::Columns => style.narrow(bar.rises_from_before()),
            Kind::Ohlc if !bar.is_flat() => style.bar(rises, !columns.is_narrow()),
            Kind::Hollow => bar.hollow_edge(style),
            Kind::Candle | Kind::HeikinAshi | Kind::Ohlc => style.narrow(rises),
        };
        let row = panel.scale.free_row(self.last_close());
        (panel.rect.y..panel.rect.bottom()).contains(&row).then_some((row, color))
    }

    /// The source's last close.
    pub(super) fn last_close(&self) -> f64 {
        self.last.map_or(0.0, |last| last.close)
    }
}
