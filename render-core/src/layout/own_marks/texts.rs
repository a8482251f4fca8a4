//! Texts of marks: each stands in the first of its places where it covers no candle, no arrow and no other text, and
//! no line either where such a place is found. A text that finds none is left out.

use std::ops::Range;

use raster::{Color, Rect, Scene, text};

use super::MarkPen;
use crate::{Spec, axes::air, layout::Layout};

/// How many places along a level, or beside an upright line, are looked at.
const MOST_PLACES: i32 = 24;

/// A text may stand a fifth of the panel's height away from its candle or arrow, and two lines of text in any case.
const REACH: i32 = 5;
const LEAST_REACH: i32 = 2;

/// A text that waits until all shapes of marks are drawn.
#[derive(Debug)]
pub(super) struct Waiting<'a> {
    pub text: &'a str,
    pub color: Color,
    pub beside: Beside,
    /// The place of its mark among the areas.
    pub area: usize,
}

/// What a text stands beside.
#[derive(Debug, Clone, Copy)]
pub(super) enum Beside {
    /// A level line.
    Level(Rect),
    /// An upright line.
    Upright(Rect),
    /// An arrow with its tip in that column.
    Arrow { rect: Rect, tip: i32, is_above: bool },
    /// A bar, or a row of its own there.
    Bar { at: usize, row: Option<i32> },
}

/// How much room a text takes.
#[derive(Debug, Clone, Copy)]
struct Size {
    wide: i32,
    cap: i32,
    /// Rows that letters may reach above their height, and columns beside them.
    up: i32,
    /// Rows that they hang below it.
    down: i32,
}

impl Size {
    fn new(line: &str, cap: i32) -> Self {
        let hangs = |character: char| "gjpqyQ,;()[]{}|_@$/\\".contains(character);
        let down = if line.contains(hangs) { cap / 3 + 1 } else { air(cap) };
        Self { wide: width_of(line, cap), cap, up: air(cap), down }
    }

    /// All that a text may cover whose capitals begin at that corner.
    fn ground(self, (x, top): (i32, i32)) -> Rect {
        Rect::new(x - self.up, top - self.up, self.wide + 2 * self.up, self.cap + self.up + self.down)
    }

    /// Where capitals begin of a text that ends above a row, or begins below one.
    fn above(self, row: i32) -> i32 {
        row - 1 - self.down - self.cap
    }

    fn below(self, row: i32) -> i32 {
        row + 1 + self.up
    }

    /// From one line of text to the next.
    fn line(self) -> i32 {
        self.up + self.cap + self.down + 1
    }

    /// How many lines of text further away a text may stand.
    fn reach(self, panel: Rect) -> i32 {
        (panel.h / (REACH * self.line())).max(LEAST_REACH)
    }
}

impl Layout {
    /// Writes all texts that wait, the first ones in the best places.
    pub(super) fn mark_texts(&mut self, spec: &Spec, pen: &mut MarkPen<'_>, texts: &[Waiting<'_>]) {
        for Waiting { text, color, beside, area } in texts {
            let size = Size::new(text, pen.cap);
            let places = self.places(spec, pen, *beside, size);
            let Some(obstacles) = pen.obstacles.as_mut().filter(|_| size.wide > 0) else { continue };
            let solid = |place: &&(i32, i32)| obstacles.solid.is_free(size.ground(**place));
            let clear = |place: &&(i32, i32)| obstacles.lines.is_free(size.ground(**place));
            let found = places.iter().filter(solid).find(clear).or_else(|| places.iter().find(solid));
            let Some(&(x, top)) = found else { continue };
            let ground = size.ground((x, top));
            obstacles.solid.take(ground);
            // Grid lines would cut through it.
            self.scene.fill(ground, pen.style.panel);
            let first = self.scene.shapes.len();
            let color = pen.style.text_of_line(*color);
            write_line(&mut self.scene, text, (x, top + pen.cap), pen.cap, color);
            self.mark_areas[*area].label =
                Some(Label { shapes: first..self.scene.shapes.len(), ground, color });
        }
    }

    /// The places of a text, from its left end and the top of its capitals, the best ones first.
    fn places(&self, spec: &Spec, pen: &MarkPen<'_>, beside: Beside, size: Size) -> Vec<(i32, i32)> {
        let (panel, wide, line) = (pen.panel.rect, size.wide, size.line());
        let inside = |x: i32| x.min(panel.right() - wide - size.up).max(panel.x + size.up);
        // In the middle, to the right and to the left of a column.
        let around = |x: i32| [x - wide / 2, x - size.up, x + size.up + 1 - wide].map(inside);
        let beside_of = |rect: Rect| [rect.right() + 1 + size.up, rect.x - 1 - size.up - wide];
        let all_at = |top: i32, columns: [i32; 3]| columns.map(|x| (x, top));
        match beside {
            // Above or below the line, from its right end on.
            Beside::Level(rect) => {
                let last = rect.right() - wide - 2;
                let step = (wide / 2).max((last - rect.x) / MOST_PLACES).max(1) as usize;
                let rows = [size.above(rect.y), size.below(rect.bottom())];
                let columns = (rect.x + 2..=last).rev().step_by(step);
                columns.flat_map(|x| rows.map(|top| (x, top))).collect()
            }
            // On either side of the line, from the panel's upper and lower edges on.
            Beside::Upright(rect) => {
                let rows = 0..((panel.h / 2) / line).clamp(1, MOST_PLACES);
                let rows = rows
                    .flat_map(|at| [size.below(panel.y) + at * line, size.above(panel.bottom()) - at * line]);
                rows.flat_map(|top| beside_of(rect).map(|x| (x, top))).collect()
            }
            // Behind the arrow, beside it, then further away.
            Beside::Arrow { rect, tip, is_above } => {
                let behind = |away: i32| match is_above {
                    true => size.above(rect.y) - away * line,
                    false => size.below(rect.bottom()) + away * line,
                };
                let middle = rect.y + (rect.h - size.cap) / 2;
                let [first, right, left] = all_at(behind(0), around(tip));
                let beside = beside_of(rect).map(|x| (x, middle));
                let further = (1..=size.reach(panel)).flat_map(|away| all_at(behind(away), around(tip)));
                [first].into_iter().chain(beside).chain([right, left]).chain(further).collect()
            }
            Beside::Bar { at, row } => self.places_at_bar(spec, pen, (at, row), size),
        }
    }

    /// The places of a text at a row of its own, or above, below and beside its bar; then further away.
    fn places_at_bar(
        &self,
        spec: &Spec,
        pen: &MarkPen<'_>,
        (at, row): (usize, Option<i32>),
        size: Size,
    ) -> Vec<(i32, i32)> {
        let (panel, wide, line) = (pen.panel.rect, size.wide, size.line());
        let inside = |x: i32| x.min(panel.right() - wide - size.up).max(panel.x + size.up);
        let [high, low] = self.rows_of(spec, pen, at);
        let place = self.bars[at].place;
        let (left, middle) = (pen.columns.body_x(place), pen.columns.x(place, 1));
        let centred = inside(middle - wide / 2);
        let columns = [centred, inside(middle - size.up), inside(middle + size.up + 1 - wide)];
        let beside = [left + pen.columns.body + 1 + size.up, left - 1 - size.up - wide];
        let beside_at = |top: i32| beside.map(|x| (x, top));
        let over_and_under = |away: i32| [size.above(high) - away * line, size.below(low) + away * line];
        let near = over_and_under(0).map(|top| (centred, top));
        let own = row.map(|row| row - size.cap / 2);
        let mut places = Vec::new();
        match own {
            Some(own) => {
                places.push((centred, own));
                places.extend(beside_at(own));
                places.extend(near);
            }
            None => {
                places.extend(near);
                places.extend(beside_at((high + low - size.cap) / 2));
            }
        }
        for away in 0..=size.reach(panel) {
            let rows = match own {
                Some(own) => [own - away * line, own + away * line],
                None => over_and_under(away),
            };
            places.extend(rows.into_iter().flat_map(|top| columns.map(|x| (x, top))));
        }
        places
    }
}

/// A text that is written: its shapes in the scene, and all that it may cover.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Label {
    pub shapes: Range<usize>,
    pub ground: Rect,
    pub color: Color,
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

/// Writes a text; what the font lacks is a box.
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
