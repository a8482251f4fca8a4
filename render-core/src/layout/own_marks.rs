//! Marks: arrows, links, levels, lines, spans, boxes and texts at times and prices of the user's.
//!
//! Spans and boxes lie behind the candles, all else before them. An arrow or a text stands clear of its own candle,
//! stacked where several belong to one.

use super::{
    Frame, Layout,
    lines::{Width, middle},
};
use raster::{Color, Rect, SUBPIXELS, Scene, Shape, text};

use crate::{
    Spec,
    axes::Axes,
    own::{Anchor, MarkKind, PlacedMark},
    panel::Panel,
    scale::Columns,
    style::Style,
};

/// Half the base of an arrow at 1280 pixels, and the least there is.
const ARROW_AT_1280: i32 = 8;
const LEAST_ARROW: i32 = 3;

/// Part of the colour of a span or box in what it shades, and of a box in its edge, in per cent.
const SHADE: u32 = 15;
const EDGE: u32 = 60;

/// How many places along a level are looked at for its text.
const MOST_PLACES: i32 = 24;

/// What a mark covers, for those who ask where things stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MarkArea {
    /// Its place among the window's marks.
    pub index: usize,
    /// Its pixels, or the box around them.
    pub rect: Rect,
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
    /// Rows that are taken above and below each place's candle.
    pub taken: Vec<[i32; 2]>,
    /// Where texts stand.
    pub texts: Vec<Rect>,
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
            taken: vec![[0; 2]; columns.places.max(0) as usize],
            texts: Vec::new(),
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

    /// Rows of a height above or below what is drawn of a place's candle, clear of what stands there: on the wanted
    /// side, on the other one where there is no room, or as near as the panel allows. They are taken then. Returns the topmost row, and whether it is above the candle.
    fn room(&mut self, layout: &Layout, candle: usize, above: bool, height: i32) -> (i32, bool) {
        let gap = 2 + self.frame.stroke;
        let bar = layout.bar_of(candle);
        let [high, low] = [bar.candle.high, bar.candle.low].map(|price| self.panel.scale.free_row(price));
        let rect = self.panel.rect;
        let place = (bar.place.max(0) as usize).min(self.taken.len().saturating_sub(1));
        let [up, down] = self.taken[place];
        let over = high - gap - up - height;
        let under = low + 1 + gap + down;
        let fits = [over >= rect.y, under + height <= rect.bottom()];
        let takes_above = if above { fits[0] || !fits[1] } else { fits[0] && !fits[1] };
        let top = if takes_above { over } else { under };
        self.taken[place][usize::from(!takes_above)] += height + 1;
        (top.min(rect.bottom() - height).max(rect.y), takes_above)
    }

    /// Whether a text may stand there: inside the panel, where no candle and no other text is.
    fn is_free(&self, layout: &Layout, rect: Rect) -> bool {
        let columns = self.columns;
        let near = layout.bars.iter().filter(|bar| {
            let x = columns.body_x(bar.place);
            x < rect.right() && rect.x < x + columns.body
        });
        let mut rows =
            near.map(|bar| [bar.candle.high, bar.candle.low].map(|price| self.panel.scale.free_row(price)));
        rect.within(self.panel.rect) == rect
            && rows.all(|[high, low]| rect.bottom() <= high || low < rect.y)
            && self.texts.iter().all(|text| text.within(rect).w == 0 || text.within(rect).h == 0)
    }

    /// The first and one past the last column of the places from one candle to another.
    fn span(&self, layout: &Layout, mark: &PlacedMark<'_>) -> (i32, i32) {
        let [from, to] = [mark.from, mark.to].map(|anchor| layout.bar_of(anchor.candle).place);
        let (bar, rect) = (self.columns.bar, self.panel.rect);
        let left = if mark.began { rect.x } else { self.columns.x(from, bar) };
        let right = if mark.goes_on { rect.right() } else { self.columns.x(to, bar) + bar };
        (left, right)
    }

    /// The point of an anchor, in parts of a pixel; `None` where the scale has no place for its price.
    fn point(&self, layout: &Layout, anchor: Anchor) -> Option<(i32, i32)> {
        let row = self.panel.scale.place(anchor.price)?;
        Some((middle(self.columns, layout.bar_of(anchor.candle).place), row))
    }
}

impl Layout {
    /// The bar of a candle of the window; the first drawn one where the candle found no slot.
    fn bar_of(&self, candle: usize) -> &super::Bar {
        let drawn = candle.saturating_sub(self.skipped);
        let at = self.bars.partition_point(|bar| bar.until <= drawn);
        &self.bars[at.min(self.bars.len() - 1)]
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
            let all = Rect::new(left, top, right - left, bottom - top).within(rect);
            let thin = pen.frame.stroke;
            if mark.kind == MarkKind::Box && all.w > 2 * thin && all.h > 2 * thin {
                self.scene.fill(all, edge);
                let inside = Rect::new(all.x + thin, all.y + thin, all.w - 2 * thin, all.h - 2 * thin);
                self.scene.fill(inside, shade);
            } else {
                self.scene.fill(all, if mark.kind == MarkKind::Box { edge } else { shade });
            }
            self.note(index, all);
        }
    }

    /// All other marks.
    pub(super) fn marks_before(&mut self, spec: &Spec, pen: &mut MarkPen<'_>, marks: &[PlacedMark<'_>]) {
        for (index, mark) in marks.iter().enumerate() {
            let color = pen.color(mark);
            let rect = match mark.kind {
                MarkKind::Span | MarkKind::Box => continue,
                MarkKind::Hline | MarkKind::Stop | MarkKind::Target => self.level(pen, mark, color),
                MarkKind::Vline => self.upright(pen, mark, color),
                MarkKind::Line | MarkKind::Trade => self.link(spec, pen, mark, color),
                MarkKind::Buy | MarkKind::Sell => self.arrow(pen, mark, color),
                MarkKind::Text => self.note_text(pen, mark, color),
            };
            self.note(index, rect);
        }
    }

    fn note(&mut self, index: usize, rect: Rect) {
        if rect.w > 0 && rect.h > 0 {
            self.mark_areas.push(MarkArea { index, rect });
        }
    }

    /// A dashed line at a price, with its text at its right end.
    fn level(&mut self, pen: &mut MarkPen<'_>, mark: &PlacedMark<'_>, color: Color) -> Rect {
        let (left, right) = pen.span(self, mark);
        let (stroke, panel) = (pen.frame.stroke, pen.panel.rect);
        if pen.panel.scale.place(mark.from.price).is_none() {
            return Rect::new(left, panel.y, 0, 0);
        }
        let row = pen.panel.scale.free_row(mark.from.price) - stroke / 2;
        let rect = Rect::new(left, row, right - left, stroke).within(panel);
        if rect.w == 0 || rect.h == 0 {
            return rect;
        }
        let (on, off) = if mark.kind == MarkKind::Hline { (6, 3) } else { (3, 2) };
        self.scene.shapes.push(Shape::Dashes { rect, color, on: on * stroke, off: off * stroke });
        let wide = width_of(mark.text, pen.cap);
        // Above or below the line, from its right end on.
        let last = rect.right() - wide - 2;
        let step = (wide / 2).max((last - rect.x) / MOST_PLACES).max(1) as usize;
        let places = (rect.x + 2..=last).rev().step_by(step);
        let rows = [row - 2 - pen.cap, row + stroke + 2];
        self.write(pen, mark.text, places.flat_map(|x| rows.map(|top| (x, top))), color);
        rect
    }

    fn upright(&mut self, pen: &mut MarkPen<'_>, mark: &PlacedMark<'_>, color: Color) -> Rect {
        let (stroke, panel) = (pen.frame.stroke, pen.panel.rect);
        let x = pen.columns.x(self.bar_of(mark.from.candle).place, stroke);
        let rect = Rect::new(x, panel.y, stroke, panel.h).within(panel);
        self.scene.shapes.push(Shape::Dashes { rect, color, on: 6 * stroke, off: 3 * stroke });
        let wide = width_of(mark.text, pen.cap);
        // Beside the line, at the panel's upper or lower edge.
        let rows = [panel.y + 2, panel.bottom() - 2 - pen.cap];
        let sides = [x + stroke + 2, x - 2 - wide];
        self.write(pen, mark.text, rows.into_iter().flat_map(|top| sides.map(|x| (x, top))), color);
        rect
    }

    /// A straight line; that of a trade has a dot at either end that is known.
    fn link(&mut self, spec: &Spec, pen: &MarkPen<'_>, mark: &PlacedMark<'_>, color: Color) -> Rect {
        let panel = pen.panel.rect;
        let nothing = Rect::new(panel.x, panel.y, 0, 0);
        let (Some(from), Some(to)) = (pen.point(self, mark.from), pen.point(self, mark.to)) else {
            return nothing;
        };
        let start = self.scene.points.len();
        if to.0 > from.0 {
            self.scene.points.extend([from, to]);
            Self::draw(&mut self.scene, spec, pen.panel.rect, start, (color, pen.width));
        } else {
            // Entry and exit in one place: an upright line.
            let [a, b] = [from.1, to.1].map(|row| row.div_euclid(SUBPIXELS));
            let x = from.0.div_euclid(SUBPIXELS);
            let rect = Rect::new(x, a.min(b), pen.width.pixels(), (a - b).abs() + 1);
            self.scene.fill(rect.within(panel), color);
        }
        let pixel = |(x, y): (i32, i32)| (x.div_euclid(SUBPIXELS), y.div_euclid(SUBPIXELS));
        let (from, to) = (pixel(from), pixel(to));
        if mark.kind == MarkKind::Trade {
            let size = pen.width.dot() + 1;
            let ends = [Some(from).filter(|_| !mark.began), Some(to).filter(|_| !mark.goes_on)];
            for (x, y) in ends.into_iter().flatten() {
                self.scene.fill(Rect::new(x - size / 2, y - size / 2, size, size).within(panel), color);
            }
        }
        let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
        Rect::new(from.0, top, (to.0 - from.0).max(0) + 1, bottom - top + 1).within(panel)
    }

    /// An arrow that points at its candle from below or from above, with its text behind it.
    fn arrow(&mut self, pen: &mut MarkPen<'_>, mark: &PlacedMark<'_>, color: Color) -> Rect {
        let buys = mark.kind == MarkKind::Buy;
        let half = pen.arrow;
        let (head, stem) = (half + 1, half);
        let panel = pen.panel.rect;
        let height = (head + stem).min(panel.h);
        let (top, is_above) = pen.room(self, mark.from.candle, !buys, height);
        // A body has the parity of what stands in its middle, an arrow has a middle column.
        let middle = pen.columns.x(self.bar_of(mark.from.candle).place, 1);
        let wide = 1 + 2 * (half / 3);
        for row in 0..height {
            let from_tip = if is_above { height - 1 - row } else { row };
            let half = if from_tip < head { from_tip } else { wide / 2 };
            let rect = Rect::new(middle - half, top + row, 2 * half + 1, 1);
            self.scene.fill(rect.within(panel), color);
        }
        if mark.has_price && pen.panel.scale.place(mark.from.price).is_some() {
            // A tick beside the body tells the price.
            let (row, thick) = (pen.panel.scale.free_row(mark.from.price), pen.frame.stroke + 1);
            let left = pen.columns.x(self.bar_of(mark.from.candle).place, pen.columns.body) - half - 1;
            self.scene.fill(Rect::new(left, row - thick / 2, half, thick).within(panel), color);
        }
        let wide = width_of(mark.text, pen.cap);
        if wide > 0 {
            let (top, _) = pen.room(self, mark.from.candle, is_above, pen.cap + 2);
            let x = (middle - wide / 2).min(panel.right() - wide - 1).max(panel.x + 1);
            self.write(pen, mark.text, [(x, top + 1)].into_iter(), color);
        }
        Rect::new(middle - half, top, 2 * half + 1, height).within(panel)
    }

    /// A text at its price, or clear of its candle where it has none or would cover it.
    fn note_text(&mut self, pen: &mut MarkPen<'_>, mark: &PlacedMark<'_>, color: Color) -> Rect {
        let panel = pen.panel.rect;
        let wide = width_of(mark.text, pen.cap);
        let bar = self.bar_of(mark.from.candle);
        let middle = pen.columns.x(bar.place, 1);
        let [high, low] = [bar.candle.high, bar.candle.low].map(|price| pen.panel.scale.free_row(price));
        let x = (middle - wide / 2).min(panel.right() - wide - 1).max(panel.x + 1);
        let row = pen.panel.scale.free_row(mark.from.price) - pen.cap / 2;
        let is_clear = row + pen.cap + 1 < high || row - 1 > low;
        let is_inside = row > panel.y && row + pen.cap < panel.bottom();
        let own = (mark.has_price && is_clear && is_inside).then_some(row);
        let (over, under) = (high - pen.cap - 4, low + 4);
        let near = [own, Some(over), Some(under)].into_iter().flatten().map(|top| (x, top));
        if near.clone().any(|(x, top)| pen.is_free(self, ground(x, top, wide, pen.cap))) || own.is_some() {
            return self.write(pen, mark.text, near, color);
        }
        let (top, _) = pen.room(self, mark.from.candle, true, pen.cap + 2);
        self.write(pen, mark.text, [(x, top + 1)].into_iter(), color)
    }

    /// Writes a text in the first place, from its left end and its top, where it covers no candle and no other text;
    /// or else over what stands in the first one that lies in the panel. What the font lacks is a box.
    fn write(
        &mut self,
        pen: &mut MarkPen<'_>,
        line: &str,
        places: impl Iterator<Item = (i32, i32)> + Clone,
        color: Color,
    ) -> Rect {
        let (cap, panel) = (pen.cap, pen.panel.rect);
        let wide = width_of(line, cap);
        let mut grounds = places.map(|(x, top)| ground(x, top, wide, cap));
        let free = grounds.clone().find(|ground| pen.is_free(self, *ground));
        let Some(ground) = free.or_else(|| grounds.find(|ground| ground.within(panel) == *ground)) else {
            return Rect::new(panel.x, panel.y, 0, 0);
        };
        if wide == 0 {
            return Rect { w: 0, ..ground };
        }
        // Grid lines would cut through it; candles are not wiped.
        if free.is_some() {
            self.scene.fill(ground, pen.style.panel);
        }
        let place = (ground.x + 1, ground.y + 1 + cap);
        write_line(&mut self.scene, line, place, cap, pen.style.text_of_line(color));
        pen.texts.push(ground);
        ground
    }
}

/// A text's pixels with a margin of one.
fn ground(x: i32, top: i32, wide: i32, cap: i32) -> Rect {
    Rect::new(x - 1, top - 1, wide + 2, cap + 2)
}

/// Whether the font has a character.
fn is_printable(character: char) -> bool {
    (' '..='~').contains(&character)
}

/// Width of a box that stands for a character that the font lacks, with its gap.
fn box_width(cap: i32) -> i32 {
    cap * 3 / 4 + 1
}

/// The width of a text in pixels, boxes included; 0 where nothing is written.
fn width_of(line: &str, cap: i32) -> i32 {
    if cap == 0 {
        return 0;
    }
    line.chars()
        .map(|character| match is_printable(character) {
            true => text::advance(character as u8, cap),
            false => box_width(cap),
        })
        .sum()
}

fn write_line(scene: &mut Scene, line: &str, (mut x, baseline): (i32, i32), cap: i32, color: Color) {
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        if !is_printable(first) {
            let (w, thin) = (box_width(cap) - 1, 1.max(cap / 12));
            let outer = Rect::new(x, baseline - cap, w, cap);
            for side in [
                Rect { h: thin, ..outer },
                Rect { y: outer.bottom() - thin, h: thin, ..outer },
                Rect { w: thin, ..outer },
                Rect { x: outer.right() - thin, w: thin, ..outer },
            ] {
                scene.fill(side, color);
            }
            x += box_width(cap);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = rest.find(|character| !is_printable(character)).unwrap_or(rest.len());
        scene.label(&rest[..end], x, baseline, cap, color);
        x += text::width(&rest[..end], cap);
        rest = &rest[end..];
    }
}
