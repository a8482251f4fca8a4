//! Closes as a line, an area, a line with a baseline, steps.

use super::{
    Frame, Layout,
    lines::{Width, fill_between, middle, step_line},
};
use raster::{Color, Rect, SUBPIXELS, Shape};

use crate::{Axes, Spec, own::SeriesForm, panel::Panel, scale::Columns};

/// Part of the line's colour in the fill of an area, in per cent.
const AREA_ALPHA: u32 = 25;

/// The same in the fills above and below a baseline.
const BASELINE_ALPHA: u32 = 20;

impl Layout {
    /// The line of closes.
    pub(super) fn closes(&mut self, spec: &Spec, columns: &Columns, frame: &Frame, panel: &Panel) {
        let start = self.scene.points.len();
        for bar in &self.bars {
            let point = (middle(columns, bar.place), panel.scale.subrow(bar.candle.close));
            self.scene.points.push(point);
        }
        let drawn = (spec.options().style.line, Width::new(spec, frame, None));
        Self::draw(&mut self.scene, spec, panel.rect, start, drawn);
    }

    /// The fill below the line of closes.
    pub(super) fn area(&mut self, spec: &Spec, columns: &Columns, panel: &Panel) {
        let style = &spec.options().style;
        let color = style.line.over(style.panel, AREA_ALPHA, 100);
        let floor = panel.rect.bottom() * SUBPIXELS;
        for pair in self.bars.windows(2) {
            let [from, to] = [pair[0], pair[1]].map(|bar| {
                let x = middle(columns, bar.place);
                [(x, panel.scale.subrow(bar.candle.close)), (x, floor)]
            });
            fill_between(&mut self.scene, from, to, panel.rect, color);
        }
    }

    /// The price that a baseline chart is drawn from.
    pub(super) fn baseline(&self, spec: &Spec) -> f64 {
        spec.options().baseline.unwrap_or(self.candles[0].close)
    }

    /// The row of the baseline in parts of a row. What a log scale has no place for lies below all that it shows.
    fn baseline_row(&self, spec: &Spec, panel: &Panel) -> i32 {
        panel.scale.place(self.baseline(spec)).unwrap_or(panel.rect.bottom() * SUBPIXELS)
    }

    /// The fills between the line of closes and the baseline: above it and below it.
    pub(super) fn baseline_fill(&mut self, spec: &Spec, columns: &Columns, panel: &Panel) {
        let style = &spec.options().style;
        let [above, below] =
            [true, false].map(|rises| style.narrow(rises).over(style.panel, BASELINE_ALPHA, 100));
        let base = self.baseline_row(spec, panel);
        for pair in self.bars.windows(2) {
            let [from, to] = [pair[0], pair[1]].map(|bar| {
                let x = middle(columns, bar.place);
                [(x, panel.scale.subrow(bar.candle.close)), (x, base)]
            });
            fill_between(&mut self.scene, from, to, panel.rect, above);
            let turned = |[close, base]: [(i32, i32); 2]| [base, close];
            fill_between(&mut self.scene, turned(from), turned(to), panel.rect, below);
        }
    }

    /// The line of closes in two colours, that of rising candles above the baseline and that of falling ones below it,
    /// and the baseline itself.
    pub(super) fn baseline_line(&mut self, spec: &Spec, columns: &Columns, frame: &Frame, panel: &Panel) {
        let style = &spec.options().style;
        let rect = panel.rect;
        let base = self.baseline_row(spec, panel).div_euclid(SUBPIXELS);
        let line = Rect::new(rect.x, base - frame.stroke / 2, rect.w, frame.stroke).within(rect);
        if line.h > 0 && spec.options().axes != Axes::Bare {
            let color = style.baseline_on_panel();
            self.scene.shapes.push(Shape::Dashes {
                rect: line,
                color,
                on: 2 * frame.stroke,
                off: 4 * frame.stroke,
            });
        }
        // The same line twice, each time cut off at the baseline.
        let edge = base.clamp(rect.y, rect.bottom());
        let above = Rect { h: edge - rect.y, ..rect };
        let below = Rect { y: edge, h: rect.bottom() - edge, ..rect };
        for (clip, rises) in [(above, true), (below, false)] {
            if clip.h == 0 {
                continue;
            }
            let start = self.scene.points.len();
            for bar in &self.bars {
                let point = (middle(columns, bar.place), panel.scale.subrow(bar.candle.close));
                self.scene.points.push(point);
            }
            let drawn = (style.narrow(rises), Width::new(spec, frame, None));
            Self::draw(&mut self.scene, spec, clip, start, drawn);
        }
    }

    /// Closes as steps, in whole pixels: each keeps its row up to the place of the next one.
    pub(super) fn steps(&mut self, spec: &Spec, columns: &Columns, frame: &Frame, panel: &Panel) {
        let color = spec.options().style.line;
        let thick = Width::new(spec, frame, None).pixels;
        let corner =
            |x: i32, y: i32| (x.div_euclid(SUBPIXELS) - thick / 2, y.div_euclid(SUBPIXELS) - (thick - 1) / 2);
        let corners = self.bars.iter().map(|bar| {
            let (x, y) = corner(middle(columns, bar.place), panel.scale.subrow(bar.candle.close));
            (x, Some(y))
        });
        step_line(&mut self.scene, panel.rect, corners, (color, thick));
    }

    /// Notes the fills of closes, from a shape of the scene on, where series of one's own may come to lie over them.
    pub(super) fn note_closes_fill(&mut self, spec: &Spec, first: usize) {
        self.closes_fill.clear();
        if !spec.options().series.iter().any(|drawing| drawing.form == SeriesForm::Band) {
            return;
        }
        self.closes_fill.extend(self.scene.shapes[first..].iter().filter_map(|shape| match shape {
            Shape::Fill { rect, color } => Some((*rect, *color)),
            Shape::Dashes { .. } | Shape::Line { .. } | Shape::Text { .. } => None,
        }));
        self.closes_fill.sort_unstable_by_key(|(rect, _)| (rect.x, rect.y));
    }

    /// Forgets the fills in columns that marks behind the candles cover.
    pub(super) fn forget_covered_fills(&mut self) {
        if self.closes_fill.is_empty() {
            return;
        }
        // How many marks begin, less those that end, at each column.
        let mut steps = vec![0_i32; self.scene.width as usize + 1];
        for area in &self.mark_areas {
            steps[area.rect.x as usize] += 1;
            steps[area.rect.right() as usize] -= 1;
        }
        let mut count = 0;
        for step in &mut steps {
            count += *step;
            *step = count;
        }
        self.closes_fill.retain(|(fill, _)| steps[fill.x as usize] == 0);
    }

    /// Colours anew what shapes from `first` on, each a pixel column wide, cover of the fills of closes, which would
    /// else be gone there.
    pub(super) fn shade_over_closes(&mut self, first: usize, color_over: impl Fn(Color) -> Color) {
        for at in first..self.scene.shapes.len() {
            let Shape::Fill { rect, .. } = self.scene.shapes[at] else { continue };
            let begin = self.closes_fill.partition_point(|(fill, _)| fill.x < rect.x);
            let here = self.closes_fill[begin..].iter().take_while(|(fill, _)| fill.x == rect.x);
            for (fill, ground) in here {
                self.scene.fill(fill.within(rect), color_over(*ground));
            }
        }
    }
}
