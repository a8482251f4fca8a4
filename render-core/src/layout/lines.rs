//! Lines from candle to candle: closes, overlays, indicators.

use super::{Frame, Layout};
use crate::{
    Spec,
    indicator::{self, Indicator},
    panel::Panel,
    scale::Columns,
    scene::{Color, Rect, SUBPIXELS, Shape},
    spec::LineDrawing,
};

/// Thickness of a line at 1280 pixels, in parts of a pixel.
const THICK_AT_1280: i32 = 120;

/// Part of the line's colour in the fill of an area, in per cent.
const AREA_ALPHA: u32 = 25;

impl Layout {
    /// The line of closes.
    pub(super) fn closes(&mut self, spec: &Spec, columns: &Columns, frame: &Frame, panel: &Panel) {
        let start = self.scene.points.len();
        for bar in &self.bars {
            let point = (middle(columns, bar.place), panel.scale.subrow(bar.candle.close));
            self.scene.points.push(point);
        }
        self.draw(spec, frame, panel, start, spec.options().style.line);
    }

    /// The fill below the line of closes, pixel column by pixel column.
    pub(super) fn area(&mut self, spec: &Spec, columns: &Columns, panel: &Panel) {
        let style = &spec.options().style;
        let color = style.line.over(style.panel, AREA_ALPHA, 100);
        let bottom = panel.rect.bottom();
        for pair in self.bars.windows(2) {
            let [(x0, y0), (x1, y1)] = [pair[0], pair[1]]
                .map(|bar| (middle(columns, bar.place), panel.scale.subrow(bar.candle.close)));
            for x in x0 / SUBPIXELS..x1 / SUBPIXELS {
                let at = (x * SUBPIXELS + SUBPIXELS / 2).clamp(x0, x1);
                let top = between((x0, y0), (x1, y1), at).div_euclid(SUBPIXELS);
                let column = Rect::new(x, top, 1, bottom - top).within(panel.rect);
                self.scene.fill(column, color);
            }
        }
    }

    /// The overlays, each in its own colour.
    pub(super) fn overlay_lines(&mut self, spec: &Spec, columns: &Columns, frame: &Frame, panel: &Panel) {
        let overlays = std::mem::take(&mut self.overlays);
        for (index, lines) in overlays.iter().enumerate() {
            let color = spec.options().style.overlay_color(index);
            for line in lines.as_slice() {
                self.values(spec, columns, frame, panel, line, color);
            }
        }
        self.overlays = overlays;
    }

    /// An indicator's guides, histogram and lines.
    pub(super) fn indicator(
        &mut self,
        spec: &Spec,
        columns: &Columns,
        frame: &Frame,
        panel: &Panel,
        at: usize,
        of: Indicator,
    ) {
        let style = &spec.options().style;
        let guide = style.label.over(style.panel, 50, 100);
        for &value in of.guides() {
            let y = panel.scale.free_row(value);
            let rect = Rect::new(panel.rect.x, y, panel.rect.w, frame.stroke).within(panel.rect);
            if rect.h > 0 && spec.options().axes != crate::Axes::Bare {
                self.scene.shapes.push(Shape::Dashes {
                    rect,
                    color: guide,
                    on: 2 * frame.stroke,
                    off: 4 * frame.stroke,
                });
            }
        }
        let lines = std::mem::take(&mut self.indicators);
        for (index, (line, name)) in lines[at].as_slice().iter().zip(of.names()).enumerate() {
            if *name == "histogram" {
                self.histogram(spec, columns, panel, line);
            } else {
                self.values(spec, columns, frame, panel, line, style.overlay_color(index));
            }
        }
        self.indicators = lines;
    }

    fn histogram(&mut self, spec: &Spec, columns: &Columns, panel: &Panel, line: &indicator::Line) {
        let style = &spec.options().style;
        let (up, down) = (style.volume_on_panel(&style.up), style.volume_on_panel(&style.down));
        let zero = panel.scale.free_row(0.0);
        for bar in &self.bars {
            let Some(value) = value_at(line, self.skipped + bar.until) else { continue };
            let row = panel.scale.free_row(value);
            let (top, h) = (row.min(zero), (row - zero).abs());
            let rect = Rect::new(columns.x(bar.place, columns.bar), top, columns.bar, h);
            self.scene.fill(rect.within(panel.rect), if value >= 0.0 { up } else { down });
        }
    }

    /// A line of one value a candle; where candles share a place, the last one's.
    fn values(
        &mut self,
        spec: &Spec,
        columns: &Columns,
        frame: &Frame,
        panel: &Panel,
        line: &indicator::Line,
        color: Color,
    ) {
        let start = self.scene.points.len();
        for bar in &self.bars {
            if let Some(value) = value_at(line, self.skipped + bar.until) {
                self.scene.points.push((middle(columns, bar.place), panel.scale.subrow(value)));
            }
        }
        self.draw(spec, frame, panel, start, color);
    }

    /// Draws the line through the scene's points from `start` on.
    fn draw(&mut self, spec: &Spec, frame: &Frame, panel: &Panel, start: usize, color: Color) {
        let end = self.scene.points.len();
        match spec.options().lines {
            LineDrawing::Smooth => {
                let short = spec.width().min(spec.height()) as i32;
                let width = (short * THICK_AT_1280 / 1280).max(SUBPIXELS);
                let shape = Shape::Line { points: start..end, width, color, clip: panel.rect };
                self.scene.shapes.push(shape);
            }
            LineDrawing::Crisp => {
                let points = self.scene.points.split_off(start);
                self.crisp(&points, frame.stroke, panel.rect, color);
            }
        }
    }

    /// A line in whole pixels: in each column the rows from the one before to its own.
    fn crisp(&mut self, points: &[(i32, i32)], thick: i32, clip: Rect, color: Color) {
        let mut before = None;
        for pair in points.windows(2) {
            for x in pair[0].0 / SUBPIXELS..=pair[1].0 / SUBPIXELS {
                let at = (x * SUBPIXELS + SUBPIXELS / 2).clamp(pair[0].0, pair[1].0);
                let row = between(pair[0], pair[1], at).div_euclid(SUBPIXELS);
                // The rows between two columns are the right one's.
                let near = before.map_or(row, |before: i32| match row - before {
                    1.. => before + 1,
                    0 => row,
                    _ => before - 1,
                });
                let (top, bottom) = (row.min(near), row.max(near) + thick);
                self.scene.fill(Rect::new(x, top, 1, bottom - top).within(clip), color);
                before = Some(row);
            }
        }
    }
}

/// The value of a line at the last of `until` candles of the window.
fn value_at(line: &indicator::Line, until: usize) -> Option<f64> {
    line.values.get((until - 1).checked_sub(line.start)?).copied()
}

/// The middle of a place, in parts of a pixel.
fn middle(columns: &Columns, place: i32) -> i32 {
    (2 * columns.x(place, columns.wick) + columns.wick) * (SUBPIXELS / 2)
}

/// The row at column `x` on the line from one point to another, all in parts of a pixel.
fn between((x0, y0): (i32, i32), (x1, y1): (i32, i32), x: i32) -> i32 {
    let (along, dy) = (i64::from(x - x0), i64::from(y1) - i64::from(y0));
    y0 + (dy * along).div_euclid(i64::from(x1 - x0).max(1)) as i32
}
