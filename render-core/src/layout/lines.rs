//! Lines from candle to candle: overlays and indicators, and how lines are drawn.

use super::{Frame, Layout};
use raster::{Color, Rect, SUBPIXELS, Scene, Shape};

use crate::{
    Spec,
    indicator::{self, Indicator, Overlay, Styled},
    panel::{Panel, Shows},
    scale::Columns,
    spec::LineDrawing,
};

/// Thickness of a line at 1280 pixels, in parts of a pixel.
const THICK_AT_1280: i32 = 120;

/// From this width on, lines are two pixels thick or more.
const WIDE: u32 = 1280;

impl Layout {
    /// The faint fills between the lines of bands.
    pub(super) fn bands(&mut self, spec: &Spec, columns: &Columns, panel: &Panel) {
        let overlays = std::mem::take(&mut self.overlays);
        for (index, (overlay, lines)) in spec.options().overlays.iter().zip(&overlays).enumerate() {
            let style = &spec.options().style;
            let colors = spec.options().overlay_colors(index);
            match (overlay.of, lines.as_slice()) {
                // Ichimoku's cloud has the colour of the span that is above.
                (Overlay::Ichimoku { .. }, [_, _, first, second, _]) => {
                    for (spans, color) in [([first, second], colors[2]), ([second, first], colors[3])] {
                        self.band(columns, panel, spans, style.band_fill(color));
                    }
                }
                (of, [_, upper, lower]) if of.is_band() => {
                    self.band(columns, panel, [upper, lower], style.band_fill(colors[0]));
                }
                _ => {}
            }
        }
        self.overlays = overlays;
    }

    fn band(
        &mut self,
        columns: &Columns,
        panel: &Panel,
        [upper, lower]: [&indicator::Line; 2],
        color: Color,
    ) {
        let points = self.bars.iter().map(|bar| {
            let value = |line| value_at(line, self.skipped + bar.until);
            band_at(columns, panel, bar.place, [value(upper)?, value(lower)?], |value| place_of(panel, value))
        });
        fill_band(&mut self.scene, panel, points, color);
    }

    /// The overlays of a panel, each in its own colours.
    pub(super) fn overlay_lines(&mut self, spec: &Spec, columns: &Columns, frame: &Frame, panel: &Panel) {
        let overlays = std::mem::take(&mut self.overlays);
        for (index, (overlay, lines)) in spec.options().overlays.iter().zip(&overlays).enumerate() {
            if overlay.of.is_of_volume() != (panel.shows == Shows::Volume) {
                continue;
            }
            let colors = spec.options().overlay_colors(index);
            let width = Width::new(spec, frame, overlay.width_tenths);
            for (at, line) in lines.as_slice().iter().enumerate() {
                let color = colors[overlay.of.color_of(at)];
                if matches!(overlay.of, Overlay::Sar { .. }) {
                    let usual = (2 * width.pixels + 1).min(columns.body);
                    let wide = overlay.width_tenths.map_or(usual, |_| width.pixels);
                    self.dots(columns, panel, line, (color, wide));
                } else {
                    self.values(spec, columns, panel, line, (color, width));
                }
            }
        }
        self.overlays = overlays;
    }

    /// An indicator's guides, histogram and lines, from back to front.
    pub(super) fn indicator(
        &mut self,
        spec: &Spec,
        columns: &Columns,
        frame: &Frame,
        panel: &Panel,
        (at, of): (usize, Styled<Indicator>),
    ) {
        let style = &spec.options().style;
        let guide = style.label.over(style.panel, 50, 100);
        for &value in of.of.guides() {
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
        let indicators = std::mem::take(&mut self.indicators);
        let (lines, names) = (indicators[at].as_slice(), of.of.names());
        for (line, _) in lines.iter().zip(names).filter(|(_, name)| **name == "histogram") {
            self.histogram(spec, columns, panel, line);
        }
        let colors = spec.options().indicator_colors(at);
        let width = Width::new(spec, frame, of.width_tenths);
        let lines = lines.iter().zip(names).filter(|(_, name)| **name != "histogram");
        for ((line, _), color) in lines.zip(colors) {
            self.values(spec, columns, panel, line, (color, width));
        }
        self.indicators = indicators;
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

    /// A square dot for each value; where candles share a place, the last one's.
    fn dots(
        &mut self,
        columns: &Columns,
        panel: &Panel,
        line: &indicator::Line,
        (color, wide): (Color, i32),
    ) {
        for bar in &self.bars {
            let row = value_at(line, self.skipped + bar.until).and_then(|value| place_of(panel, value));
            let Some(row) = row else { continue };
            let y = row.div_euclid(SUBPIXELS) - (wide - 1) / 2;
            let rect = Rect::new(columns.x(bar.place, wide), y, wide, wide);
            self.scene.fill(rect.within(panel.rect), color);
        }
    }

    /// A line of one value a candle; where candles share a place, the last one's. It breaks where it has no value and
    /// where the scale has no place for one.
    fn values(
        &mut self,
        spec: &Spec,
        columns: &Columns,
        panel: &Panel,
        line: &indicator::Line,
        drawn: (Color, Width),
    ) {
        let mut start = self.scene.points.len();
        for bar in &self.bars {
            let Some(value) = value_at(line, self.skipped + bar.until) else { continue };
            if let Some(row) = place_of(panel, value) {
                self.scene.points.push((middle(columns, bar.place), row));
                continue;
            }
            Self::draw(&mut self.scene, spec, panel.rect, start, drawn);
            start = self.scene.points.len();
        }
        Self::draw(&mut self.scene, spec, panel.rect, start, drawn);
    }

    /// Draws the line through the scene's points from `start` on, as far as it lies within `clip`.
    pub(super) fn draw(
        scene: &mut Scene,
        spec: &Spec,
        clip: Rect,
        start: usize,
        (color, width): (Color, Width),
    ) {
        let end = scene.points.len();
        if end < start + 2 {
            return scene.points.truncate(start);
        }
        match spec.options().lines {
            LineDrawing::Smooth => {
                let shape = Shape::Line { points: start..end, width: width.parts, color, clip };
                scene.shapes.push(shape);
            }
            LineDrawing::Crisp => {
                let points = scene.points.split_off(start);
                crisp(scene, &points, width.pixels, clip, color);
            }
        }
    }
}

/// Thickness of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Width {
    /// In parts of a pixel, of a line with smooth edges.
    pub parts: i32,
    /// In whole pixels, of a crisp one.
    pub pixels: i32,
}

impl Width {
    /// The width that is asked for in tenths of a pixel, or the usual one: it grows with the picture, and from 1280
    /// pixels across on it is two pixels or more.
    pub(super) fn new(spec: &Spec, frame: &Frame, tenths: Option<u16>) -> Self {
        if let Some(tenths) = tenths.map(i32::from) {
            return Self { parts: (tenths * SUBPIXELS + 5) / 10, pixels: ((tenths + 5) / 10).max(1) };
        }
        let least = if spec.width() >= WIDE { 2 } else { 1 };
        let short = spec.width().min(spec.height()) as i32;
        Self { parts: (short * THICK_AT_1280 / 1280).max(least * SUBPIXELS), pixels: frame.stroke.max(least) }
    }
}

impl Width {
    /// In whole pixels.
    pub(super) fn pixels(self) -> i32 {
        self.pixels
    }

    /// The box around what is drawn with smooth edges of a straight line from left to right within `clip`, both ends in
    /// parts of a pixel.
    pub(super) fn box_of_line(self, from: (i32, i32), to: (i32, i32), clip: Rect) -> Rect {
        let [dx, dy] = [to.0 - from.0, to.1 - from.1].map(i64::from);
        // Half its thickness along an upright line, as the raster has it.
        let length = (dx * dx + dy * dy).unsigned_abs().isqrt() as i64;
        let half = (i64::from(self.parts) * length / (2 * dx.max(1))).min(i64::from(i32::MAX / 4)) as i32;
        let [top, bottom] = [clip.y, clip.bottom()].map(|row| row * SUBPIXELS);
        // The columns in which the line is within those rows.
        let along = |row: i32| i64::from(row) - i64::from(from.1);
        let mut ends = (0, dx);
        if dy != 0 {
            let at = [along(top - half) * dx / dy, along(bottom + half) * dx / dy];
            ends = (at[0].min(at[1]).clamp(0, dx), at[0].max(at[1]).clamp(0, dx));
        }
        let [left, right] = [ends.0, ends.1].map(|at| from.0 + at as i32);
        let rows = [left, right].map(|x| between(from, to, x));
        let first = (rows[0].min(rows[1]) - half).div_euclid(SUBPIXELS);
        let last = (rows[0].max(rows[1]) + half - 1).div_euclid(SUBPIXELS);
        let (x, end) = (left.div_euclid(SUBPIXELS), (right - 1).max(left).div_euclid(SUBPIXELS));
        Rect::new(x, first, end - x + 1, last - first + 1).within(clip)
    }

    /// The side of a dot that stands for a line of one point.
    pub(super) fn dot(self) -> i32 {
        self.pixels + 1
    }
}

/// The points of the upper and the lower line of a band at a place, by the row of a value. There are none where a log
/// scale has no row for the upper one; a lower one without a row lies below all that the scale shows.
pub(super) fn band_at(
    columns: &Columns,
    panel: &Panel,
    place: i32,
    [upper, lower]: [f64; 2],
    row: impl Fn(f64) -> Option<i32>,
) -> Option<[(i32, i32); 2]> {
    let (x, floor) = (middle(columns, place), panel.rect.bottom() * SUBPIXELS);
    Some([(x, row(upper)?), (x, row(lower).unwrap_or(floor))])
}

/// Fills between the lines of a band, which breaks where it has no points.
pub(super) fn fill_band(
    scene: &mut Scene,
    panel: &Panel,
    points: impl Iterator<Item = Option<[(i32, i32); 2]>>,
    color: Color,
) {
    let mut before: Option<[(i32, i32); 2]> = None;
    for here in points {
        if let (Some(from), Some(to)) = (before, here) {
            fill_between(scene, from, to, panel.rect, color);
        }
        before = here;
    }
}

/// Draws steps in whole pixels through the upper left corners of lines `thick` pixels thick, from left to right: each
/// keeps its row up to the next one's column. A corner without a row ends the steps before it.
pub(super) fn step_line(
    scene: &mut Scene,
    clip: Rect,
    corners: impl Iterator<Item = (i32, Option<i32>)>,
    (color, thick): (Color, i32),
) {
    // The column and row where the step that goes on began.
    let mut held: Option<(i32, i32)> = None;
    for (x, row) in corners {
        if let Some((from, at)) = held {
            // Up to the far side of the upright piece, where there is one.
            let wide = if row.is_some() { x - from + thick } else { x - from };
            scene.fill(Rect::new(from, at, wide, thick).within(clip), color);
            if let Some(row) = row {
                let upright = Rect::new(x, at.min(row), thick, (at - row).abs() + thick);
                scene.fill(upright.within(clip), color);
            }
        }
        held = row.map(|row| (x, row));
    }
}

/// Fills between an upper and a lower line, pixel column by pixel column from their points `from` up to those `to`.
pub(super) fn fill_between(
    scene: &mut Scene,
    from: [(i32, i32); 2],
    to: [(i32, i32); 2],
    clip: Rect,
    color: Color,
) {
    for x in from[0].0 / SUBPIXELS..to[0].0 / SUBPIXELS {
        let at = (x * SUBPIXELS + SUBPIXELS / 2).clamp(from[0].0, to[0].0);
        let [top, bottom] = [0, 1].map(|line| between(from[line], to[line], at).div_euclid(SUBPIXELS));
        scene.fill(Rect::new(x, top, 1, bottom - top).within(clip), color);
    }
}

/// A line in whole pixels: in each column the rows from the one before to its own.
fn crisp(scene: &mut Scene, points: &[(i32, i32)], thick: i32, clip: Rect, color: Color) {
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
            scene.fill(Rect::new(x, top, 1, bottom - top).within(clip), color);
            before = Some(row);
        }
    }
}

/// The row of a value, in parts of a row, where there is one.
fn place_of(panel: &Panel, value: f64) -> Option<i32> {
    if value.is_nan() { None } else { panel.scale.place(value) }
}

/// The value of a line at the last of `until` candles of the window.
pub(super) fn value_at(line: &indicator::Line, until: usize) -> Option<f64> {
    line.values.get((until - 1).checked_sub(line.start)?).copied()
}

/// The middle of a place, in parts of a pixel.
pub(super) fn middle(columns: &Columns, place: i32) -> i32 {
    (2 * columns.x(place, columns.wick) + columns.wick) * (SUBPIXELS / 2)
}

/// The row at column `x` on the line from one point to another, all in parts of a pixel.
pub(super) fn between((x0, y0): (i32, i32), (x1, y1): (i32, i32), x: i32) -> i32 {
    let (along, dy) = (i64::from(x - x0), i64::from(y1) - i64::from(y0));
    y0 + (dy * along).div_euclid(i64::from(x1 - x0).max(1)) as i32
}
