//! Marks: arrows, links, levels, lines, spans, boxes and texts at times and prices of the user's.
//!
//! Spans and boxes lie behind the candles, all else before them. An arrow stands clear of its own candle, stacked where
//! several belong to one, and of others where there is room near by; where its candle leaves no room in the panel, it
//! lies over the candle's end. Arrows and texts of candles that the panel cuts off whole are left out. Texts come last:
//! [`texts`] says where.

mod arrows;
mod obstacles;
mod taken;
mod texts;

use super::{
    Frame, Layout,
    geometry::around,
    lines::{Width, middle},
};
use raster::{Color, Rect, SUBPIXELS, Shape};

use crate::{
    Spec,
    axes::Axes,
    own::{Anchor, MarkKind, PlacedMark},
    panel::Panel,
    scale::Columns,
    style::Style,
};
pub(super) use obstacles::Obstacles;
pub(crate) use texts::Label;
use texts::{Beside, Waiting};

/// Half the base of an arrow at 1280 pixels, and the least there is.
const ARROW_AT_1280: i32 = 8;
const LEAST_ARROW: i32 = 3;

/// Part of the colour of a span or box in what it shades, and of a box in its edge, in per cent.
const SHADE: u32 = 15;
const EDGE: u32 = 60;

/// What is drawn of a mark, for those who ask where things stand.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MarkArea {
    /// Its place among the window's marks.
    pub index: usize,
    /// The box around its shapes; without size where it is a text alone.
    pub rect: Rect,
    /// Their colour.
    pub color: Color,
    /// Its text, where that is written.
    pub label: Option<Label>,
}

/// What all marks of one picture need to know.
pub(super) struct MarkPen<'a> {
    pub style: &'a Style,
    pub columns: &'a Columns,
    pub panel: &'a Panel,
    pub frame: &'a Frame,
    pub width: Width,
    /// Height of a capital letter, and 0 where nothing is written.
    pub cap: i32,
    /// Half the base of an arrow.
    pub arrow: i32,
    /// Rows that arrows take above and below each bar's candle.
    stacks: Vec<[i32; 2]>,
    /// What arrows and texts keep clear of; `None` where there are none.
    obstacles: Option<Obstacles>,
}

impl<'a> MarkPen<'a> {
    pub fn new(
        spec: &'a Spec,
        frame: &'a Frame,
        axes: &Axes,
        columns: &'a Columns,
        panel: &'a Panel,
    ) -> Self {
        let short = spec.width().min(spec.height()) as i32;
        Self {
            style: &spec.options().style,
            columns,
            panel,
            frame,
            width: Width::new(spec, frame, None),
            cap: if spec.options().axes == crate::Axes::Bare { 0 } else { axes.cap },
            arrow: (short * ARROW_AT_1280 / 1280).max(LEAST_ARROW),
            stacks: Vec::new(),
            obstacles: None,
        }
    }

    /// The colour of a mark: its own, or that of what it says.
    fn color(&self, mark: &PlacedMark<'_>) -> Color {
        let neutral = self.style.label.over(self.style.panel, 70, 100);
        mark.color.unwrap_or_else(|| match (mark.kind, mark.profit) {
            (MarkKind::Buy | MarkKind::Target, _) | (MarkKind::Trade, Some(true)) => self.style.narrow(true),
            (MarkKind::Sell | MarkKind::Stop, _) | (MarkKind::Trade, Some(false)) => self.style.narrow(false),
            (MarkKind::Line | MarkKind::Span | MarkKind::Box, _) => self.style.line,
            _ => neutral,
        })
    }

    /// The first and one past the last column of the places from one candle to another.
    fn span(&self, layout: &Layout, mark: &PlacedMark<'_>) -> (i32, i32) {
        let [from, to] = [mark.from, mark.to].map(|anchor| layout.bars[layout.bar_at(anchor.candle)].place);
        let (bar, rect) = (self.columns.bar, self.panel.rect);
        let left = if mark.began { rect.x } else { self.columns.x(from, bar) };
        let right = if mark.goes_on { rect.right() } else { self.columns.x(to, bar) + bar };
        (left, right)
    }

    /// The point of an anchor, in parts of a pixel; `None` where the scale has no place for its price.
    fn point(&self, layout: &Layout, anchor: Anchor) -> Option<(i32, i32)> {
        let row = self.panel.scale.place(anchor.price)?;
        let bar = &layout.bars[layout.bar_at(anchor.candle)];
        Some((middle(self.columns, bar.place), row))
    }
}

impl Layout {
    /// The bar of a drawn candle, by its place among all of the window.
    fn bar_at(&self, candle: usize) -> usize {
        let drawn = candle.saturating_sub(self.skipped);
        self.bars.partition_point(|bar| bar.until <= drawn).min(self.bars.len() - 1)
    }

    /// Whether the panel shows some of a candle.
    fn is_seen(&self, spec: &Spec, pen: &MarkPen<'_>, candle: usize) -> bool {
        let [top, bottom] = self.rows_of(spec, pen, self.bar_at(candle));
        top < pen.panel.rect.bottom() && bottom > pen.panel.rect.y
    }

    /// Spans and boxes.
    pub(super) fn marks_behind(&mut self, pen: &MarkPen<'_>, marks: &[PlacedMark<'_>]) {
        for (index, mark) in marks.iter().enumerate() {
            if !matches!(mark.kind, MarkKind::Span | MarkKind::Box) {
                continue;
            }
            let (left, right) = pen.span(self, mark);
            let rect = pen.panel.rect;
            let [top, bottom] = match mark.kind {
                MarkKind::Box => {
                    let rows = [mark.from, mark.to].map(|at| pen.panel.scale.free_row(at.price));
                    [rows[0].min(rows[1]), rows[0].max(rows[1]) + 1]
                }
                _ => [rect.y, rect.bottom()],
            };
            let [shade, edge] = [SHADE, EDGE].map(|part| pen.color(mark).over(pen.style.panel, part, 100));
            let is_box = mark.kind == MarkKind::Box;
            let all = Rect::new(left, top, right - left, bottom - top).within(rect);
            let thin = pen.frame.stroke;
            if is_box && all.w > 2 * thin && all.h > 2 * thin {
                self.scene.fill(all, edge);
                let inside = Rect::new(all.x + thin, all.y + thin, all.w - 2 * thin, all.h - 2 * thin);
                self.scene.fill(inside, shade);
            } else {
                self.scene.fill(all, if is_box { edge } else { shade });
            }
            self.note(index, all, if is_box { edge } else { shade });
        }
    }

    /// All other marks: their shapes, then their texts.
    pub(super) fn marks_before(
        &mut self,
        spec: &Spec,
        pen: &mut MarkPen<'_>,
        (panels, marks): (&[Panel], &[PlacedMark<'_>]),
    ) {
        let has_texts = pen.cap > 0 && marks.iter().any(|mark| !mark.text.is_empty());
        if has_texts || marks.iter().any(|mark| matches!(mark.kind, MarkKind::Buy | MarkKind::Sell)) {
            pen.stacks = vec![[0; 2]; self.bars.len()];
            let mut obstacles = std::mem::take(&mut self.obstacles);
            obstacles.start(self, spec, pen, (panels, has_texts));
            pen.obstacles = Some(obstacles);
        }
        let mut texts = Vec::new();
        for (index, mark) in marks.iter().enumerate() {
            let color = pen.color(mark);
            let drawn = match mark.kind {
                MarkKind::Span | MarkKind::Box => None,
                MarkKind::Hline | MarkKind::Stop | MarkKind::Target => self.level(pen, mark, color),
                MarkKind::Vline => self.upright(pen, mark, color),
                MarkKind::Line | MarkKind::Trade => {
                    self.link(spec, pen, mark, color).map(|rect| (rect, None))
                }
                MarkKind::Buy | MarkKind::Sell => self.arrow(spec, pen, mark, color),
                MarkKind::Text => self.beside_bar(spec, pen, mark),
            };
            let Some((rect, beside)) = drawn else { continue };
            let Some(area) = self.note(index, rect, color) else { continue };
            if let Some(beside) = beside.filter(|_| pen.cap > 0 && !mark.text.is_empty()) {
                texts.push(Waiting { text: mark.text, color, beside, area });
            }
        }
        self.mark_texts(spec, pen, &texts);
        self.obstacles = pen.obstacles.take().unwrap_or_default();
        // A text without a place leaves nothing of its mark.
        self.mark_areas.retain(|area| area.rect.h > 0 || area.label.is_some());
    }

    /// Notes what is drawn of a mark. Returns its place among the areas.
    fn note(&mut self, index: usize, rect: Rect, color: Color) -> Option<usize> {
        let is_text = rect.w == 0 && rect.h == 0;
        let shows = is_text || rect.w > 0 && rect.h > 0;
        shows.then(|| self.mark_areas.push(MarkArea { index, rect, color, label: None }))?;
        Some(self.mark_areas.len() - 1)
    }

    /// A dashed line at a price.
    fn level(
        &mut self,
        pen: &mut MarkPen<'_>,
        mark: &PlacedMark<'_>,
        color: Color,
    ) -> Option<(Rect, Option<Beside>)> {
        let (left, right) = pen.span(self, mark);
        let stroke = pen.frame.stroke;
        pen.panel.scale.place(mark.from.price)?;
        let row = pen.panel.scale.free_row(mark.from.price) - stroke / 2;
        let rect = Rect::new(left, row, right - left, stroke).within(pen.panel.rect);
        if rect.w == 0 || rect.h == 0 {
            return None;
        }
        let (on, off) = if mark.kind == MarkKind::Hline { (6, 3) } else { (3, 2) };
        self.dashes(pen, rect, color, [on, off]);
        Some((rect, Some(Beside::Level(rect))))
    }

    fn upright(
        &mut self,
        pen: &mut MarkPen<'_>,
        mark: &PlacedMark<'_>,
        color: Color,
    ) -> Option<(Rect, Option<Beside>)> {
        let (stroke, panel) = (pen.frame.stroke, pen.panel.rect);
        let x = pen.columns.x(self.bars[self.bar_at(mark.from.candle)].place, stroke);
        let rect = Rect::new(x, panel.y, stroke, panel.h).within(panel);
        self.dashes(pen, rect, color, [6, 3]);
        Some((rect, Some(Beside::Upright(rect))))
    }

    fn dashes(&mut self, pen: &mut MarkPen<'_>, rect: Rect, color: Color, [on, off]: [i32; 2]) {
        let stroke = pen.frame.stroke;
        self.scene.shapes.push(Shape::Dashes { rect, color, on: on * stroke, off: off * stroke });
        if let Some(obstacles) = &mut pen.obstacles {
            obstacles.lines.take(rect);
        }
    }

    /// A straight line; that of a trade has a dot at either end that is known. Returns the box around both.
    fn link(
        &mut self,
        spec: &Spec,
        pen: &mut MarkPen<'_>,
        mark: &PlacedMark<'_>,
        color: Color,
    ) -> Option<Rect> {
        let panel = pen.panel.rect;
        let (from, to) = (pen.point(self, mark.from)?, pen.point(self, mark.to)?);
        let ends = [Some(from).filter(|_| !mark.began), Some(to).filter(|_| !mark.goes_on)];
        let near = pen.panel.scale.near_part((from.0, mark.from.price), (to.0, mark.to.price));
        let [from, to] = near.filter(|_| to.0 > from.0).unwrap_or([from, to]);
        let mut parts = Vec::new();
        if to.0 > from.0 {
            let start = self.scene.points.len();
            self.scene.points.extend([from, to]);
            // Steep lines would reach beyond their ends.
            let [top, bottom] = [from.1.min(to.1), from.1.max(to.1)];
            let (top, bottom) = (top - pen.width.parts / 2, bottom + pen.width.parts / 2);
            let (first, last) = (top.div_euclid(SUBPIXELS), (bottom - 1).div_euclid(SUBPIXELS));
            let clip =
                Rect { y: first, h: (last - first).max(pen.width.pixels() - 1) + 1, ..panel }.within(panel);
            if clip.h > 0 {
                let first = self.scene.shapes.len();
                Self::draw(&mut self.scene, spec, clip, start, (color, pen.width));
                parts.extend(self.scene.shapes[first..].iter().filter_map(|shape| match shape {
                    Shape::Fill { rect, .. } => Some(*rect),
                    Shape::Line { .. } => Some(pen.width.box_of_line(from, to, clip)),
                    Shape::Dashes { .. } | Shape::Text { .. } => None,
                }));
            }
        } else {
            // Entry and exit in one place: an upright line.
            let [a, b] = [from.1, to.1].map(|row| row.div_euclid(SUBPIXELS));
            let thick = pen.width.pixels();
            let x = from.0.div_euclid(SUBPIXELS) - thick / 2;
            let rect = Rect::new(x, a.min(b), thick, (a - b).abs() + 1).within(panel);
            self.scene.fill(rect, color);
            parts.push(rect);
        }
        if let Some(obstacles) = &mut pen.obstacles {
            obstacles.take_link(from, to, pen.width.pixels());
        }
        if mark.kind == MarkKind::Trade {
            let size = pen.width.dot() + 1;
            for (x, y) in ends.into_iter().flatten() {
                let [x, y] = [x, y].map(|at| at.div_euclid(SUBPIXELS) - size / 2);
                let dot = Rect::new(x, y, size, size).within(panel);
                self.scene.fill(dot, color);
                parts.push(dot);
            }
        }
        around(&parts)
    }

    /// Where a text without a shape of its own belongs: at its price, or at its candle.
    fn beside_bar(
        &self,
        spec: &Spec,
        pen: &MarkPen<'_>,
        mark: &PlacedMark<'_>,
    ) -> Option<(Rect, Option<Beside>)> {
        let panel = pen.panel.rect;
        let at = self.bar_at(mark.from.candle);
        let row = pen.panel.scale.place(mark.from.price).filter(|_| mark.has_price);
        let row =
            row.map(|row| row.div_euclid(SUBPIXELS)).filter(|row| (panel.y..panel.bottom()).contains(row));
        let is_seen = self.is_seen(spec, pen, mark.from.candle);
        (row.is_some() || is_seen)
            .then_some((Rect::new(panel.x, panel.y, 0, 0), Some(Beside::Bar { at, row })))
    }
}
