//! Strokes: how much of each pixel a line of straight pieces covers.
//!
//! All by whole numbers, so that every target agrees. A pixel is sampled along
//! four upright lines, a quarter of a pixel apart; of each, the part within
//! the stroke counts. The stroke is as thick as its width across its own
//! direction, so along an upright line as `width * sqrt(dx² + dy²) / dx`.

use super::shape::Area;
use crate::{
    scene::{Rect, SUBPIXELS},
    text::LEVELS,
};

/// Upright lines per pixel.
const SAMPLES: i32 = 4;
/// What a pixel's samples add up to where it is covered whole.
const WHOLE: u32 = (SAMPLES * SUBPIXELS) as u32;

/// A pixel that a stroke covers, and how much of it, from 1 to [`LEVELS`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub x: u16,
    pub level: u8,
}

/// The pixels of all strokes of a picture.
#[derive(Debug, Default)]
pub(super) struct Strokes {
    /// Row by row within each stroke, from left to right.
    cells: Vec<Cell>,
    /// Where each row's cells begin, for all rows of a stroke and the one after them.
    begins: Vec<u32>,
    /// Cells as they are found, column by column, with their row.
    found: Vec<(u16, Cell)>,
    /// How many of them each row has.
    counts: Vec<u32>,
    /// By how much each row of the current pixel column is covered more than the one above.
    turns: Vec<i32>,
}

impl Strokes {
    /// Begins a picture.
    pub fn start(&mut self) {
        self.cells.clear();
        self.begins.clear();
    }

    /// Adds a stroke through `points`, cut to `clip`. Returns the area of its
    /// pixels and its number; `None` where it has none.
    pub fn add(&mut self, points: &[(i32, i32)], width: i32, clip: Rect) -> Option<(Area, u32)> {
        self.found.clear();
        self.counts.clear();
        self.counts.resize(clip.bottom().max(0) as usize, 0);
        self.turns.clear();
        self.turns.resize(self.counts.len() + 2, 0);
        self.sample(points, width, clip);
        // Found column by column.
        let (start, end) = (self.found.first()?.1.x, self.found.last()?.1.x + 1);
        let top = self.counts.iter().position(|&count| count > 0)?;
        let bottom = self.counts.iter().rposition(|&count| count > 0)? + 1;
        let area = Area { start, end, top: top as u16, bottom: bottom as u16 };
        // Sorted by row, by counting; within a row cells stay in the order of columns.
        let (number, first) = (self.begins.len(), self.cells.len());
        let counts = &mut self.counts[usize::from(area.top)..usize::from(area.bottom)];
        let mut next = first as u32;
        for count in counts.iter_mut() {
            self.begins.push(next);
            next += std::mem::replace(count, next);
        }
        self.begins.push(next);
        self.cells.resize(first + self.found.len(), Cell { x: 0, level: 0 });
        for &(row, cell) in &self.found {
            let place = &mut counts[usize::from(row - area.top)];
            self.cells[*place as usize] = cell;
            *place += 1;
        }
        Some((area, number as u32))
    }

    /// The cells of a stroke in row `y` of its area, which begins at row `top`.
    pub fn row(&self, number: u32, top: u16, y: u16) -> &[Cell] {
        let at = number as usize + usize::from(y - top);
        &self.cells[self.begins[at] as usize..self.begins[at + 1] as usize]
    }

    fn sample(&mut self, points: &[(i32, i32)], width: i32, clip: Rect) {
        let step = SUBPIXELS / SAMPLES;
        let (top, bottom) = (clip.y * SUBPIXELS, clip.bottom() * SUBPIXELS);
        let mut column = Column { x: i32::MIN, top: bottom, bottom: top };
        for pair in points.windows(2) {
            let [(x0, y0), (x1, y1)] = [pair[0], pair[1]];
            let (dx, dy) = (i64::from(x1) - i64::from(x0), i64::from(y1) - i64::from(y0));
            if dx <= 0 {
                continue;
            }
            let length = (dx * dx + dy * dy).unsigned_abs().isqrt() as i64;
            let half = i64::from(width) * length / (2 * dx);
            // Samples lie in the middle of their quarter.
            let first = (x0 - step / 2 + step - 1).div_euclid(step) * step + step / 2;
            // The middle is `y0 + floor(dy * (x - x0) / dx)`; from one sample to the next the quotient and the rest
            // grow by as much, so that only the first ones need a division.
            let (at, by) = (dy * i64::from(first - x0), dy * i64::from(step));
            let (mut middle, mut rest) = (i64::from(y0) + at.div_euclid(dx), at.rem_euclid(dx));
            let (more, more_rest) = (by.div_euclid(dx), by.rem_euclid(dx));
            for x in (first..x1).step_by(step as usize) {
                let pixel = x >> SUBPIXELS.ilog2();
                if pixel != column.x {
                    self.flush(&column, clip);
                    column = Column { x: pixel, top: bottom, bottom: top };
                }
                let start = (middle - half).max(top.into()) as i32;
                let end = (middle + half).min(bottom.into()) as i32;
                if start < end {
                    (column.top, column.bottom) = (column.top.min(start), column.bottom.max(end));
                    self.turn(start as u32, 1);
                    self.turn(end as u32, -1);
                }
                (middle, rest) = (middle + more, rest + more_rest);
                if rest >= dx {
                    (middle, rest) = (middle + 1, rest - dx);
                }
            }
        }
        self.flush(&column, clip);
    }

    /// Notes that a sample's upright line is covered from `y` on, or not any more.
    #[inline]
    fn turn(&mut self, y: u32, sign: i32) {
        let (row, part) = ((y / SUBPIXELS as u32) as usize, (y % SUBPIXELS as u32) as i32);
        if let Some([here, next]) = self.turns.get_mut(row..row + 2) {
            *here += sign * (SUBPIXELS - part);
            *next += sign * part;
        }
    }

    /// Makes cells of the samples of a pixel column.
    fn flush(&mut self, column: &Column, clip: Rect) {
        if column.top >= column.bottom {
            return;
        }
        let row = |y: i32| (y as u32 / SUBPIXELS as u32) as usize;
        let (top, bottom) = (row(column.top), row(column.bottom - 1));
        let inside = (clip.x..clip.right()).contains(&column.x);
        let mut covered = 0_i32;
        let rows = self.turns[top..=bottom].iter_mut().zip(&mut self.counts[top..=bottom]);
        for (row, (turn, count)) in (top as u16..).zip(rows) {
            covered += std::mem::take(turn);
            // To the nearest level. A pixel that several pieces cover is not covered more than whole.
            let level = ((2 * LEVELS * covered as u32 + WHOLE) / (2 * WHOLE)).min(LEVELS);
            if level > 0 && inside {
                *count += 1;
                self.found.push((row, Cell { x: column.x as u16, level: level as u8 }));
            }
        }
        self.turns[bottom + 1] = 0;
    }
}

/// A pixel column, and what its samples lie within.
struct Column {
    x: i32,
    top: i32,
    bottom: i32,
}
