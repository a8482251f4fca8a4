//! Strokes: how much of each pixel a line of straight pieces covers.
//!
//! All by whole numbers, so that every target agrees. A pixel is sampled along
//! four upright lines, a quarter of a pixel apart; of each, the part within
//! the stroke counts. The stroke is as thick as its width across its own
//! direction, so along an upright line as `width * sqrt(dx² + dy²) / dx`.

use std::ops::Range;

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
    /// The samples of a pixel column, by row.
    column: Vec<u32>,
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
        self.sample(points, width, clip);
        let rows = self.found.iter().map(|&(row, _)| row);
        let columns = self.found.iter().map(|(_, cell)| cell.x);
        let area = Area {
            start: columns.clone().min()?,
            end: columns.max()? + 1,
            top: rows.clone().min()?,
            bottom: rows.max()? + 1,
        };
        // Sorted by row, by counting; within a row cells stay in the order of columns.
        let number = self.begins.len();
        let first = self.cells.len() as u32;
        self.begins.resize(number + usize::from(area.bottom - area.top) + 1, 0);
        let begins = &mut self.begins[number..];
        for (row, _) in &self.found {
            begins[usize::from(row - area.top) + 1] += 1;
        }
        let mut sum = first;
        for begin in begins.iter_mut() {
            sum += *begin;
            *begin = sum;
        }
        self.cells.resize(sum as usize, Cell { x: 0, level: 0 });
        for &(row, cell) in self.found.iter().rev() {
            let begin = &mut begins[usize::from(row - area.top) + 1];
            *begin -= 1;
            self.cells[*begin as usize] = cell;
        }
        // Each place now holds where its own row begins, one place late.
        begins.rotate_left(1);
        begins[usize::from(area.bottom - area.top)] = sum;
        Some((area, number as u32))
    }

    /// The cells of a stroke in row `y` of its area, which begins at row `top`.
    pub fn row(&self, number: u32, top: u16, y: u16) -> &[Cell] {
        let at = number as usize + usize::from(y - top);
        &self.cells[self.begins[at] as usize..self.begins[at + 1] as usize]
    }

    fn sample(&mut self, points: &[(i32, i32)], width: i32, clip: Rect) {
        self.found.clear();
        self.column.clear();
        self.column.resize(clip.h.max(0) as usize, 0);
        let step = SUBPIXELS / SAMPLES;
        let mut touched = Touched { x: i32::MIN, rows: 0..0 };
        for pair in points.windows(2) {
            let [(x0, y0), (x1, y1)] = [pair[0], pair[1]];
            let (dx, dy) = (i64::from(x1) - i64::from(x0), i64::from(y1) - i64::from(y0));
            if dx <= 0 {
                continue;
            }
            let length = (dx * dx + dy * dy).unsigned_abs().isqrt() as i64;
            let half = (i64::from(width) * length / (2 * dx)) as i32;
            // Samples lie in the middle of their quarter.
            let first = (x0 - step / 2 + step - 1).div_euclid(step) * step + step / 2;
            // The middle is `y0 + floor(dy * (x - x0) / dx)`; from one sample to the next the quotient and the rest
            // grow by as much, so that only the first ones need a division.
            let (at, by) = (dy * i64::from(first - x0), dy * i64::from(step));
            let (mut middle, mut rest) = (i64::from(y0) + at.div_euclid(dx), at.rem_euclid(dx));
            let (more, more_rest) = (by.div_euclid(dx), by.rem_euclid(dx));
            for x in (first..x1).step_by(step as usize) {
                let pixel = x.div_euclid(SUBPIXELS);
                if pixel != touched.x {
                    self.flush(&mut touched, clip);
                    touched.x = pixel;
                }
                let y = middle as i32;
                self.add_sample(&mut touched.rows, y.saturating_sub(half), y.saturating_add(half), clip);
                (middle, rest) = (middle + more, rest + more_rest);
                if rest >= dx {
                    (middle, rest) = (middle + 1, rest - dx);
                }
            }
        }
        self.flush(&mut touched, clip);
    }

    /// Adds the stretch `top..bottom` of one upright line.
    fn add_sample(&mut self, touched: &mut Range<usize>, top: i32, bottom: i32, clip: Rect) {
        let origin = clip.y * SUBPIXELS;
        let (top, bottom) = (top.max(origin) - origin, bottom.min(clip.bottom() * SUBPIXELS) - origin);
        if top >= bottom {
            return;
        }
        // Both are at least 0.
        let (first, last) = (top as u32 / SUBPIXELS as u32, (bottom - 1) as u32 / SUBPIXELS as u32);
        let (first, last) = (first as usize, last as usize);
        // All rows as if they were covered whole, less what is not.
        for covered in &mut self.column[first..=last] {
            *covered += SUBPIXELS as u32;
        }
        self.column[first] -= top as u32 % SUBPIXELS as u32;
        self.column[last] -= SUBPIXELS as u32 - 1 - (bottom - 1) as u32 % SUBPIXELS as u32;
        touched.start = if touched.start == touched.end { first } else { touched.start.min(first) };
        touched.end = touched.end.max(last + 1);
    }

    /// Makes cells of the samples of a pixel column.
    fn flush(&mut self, touched: &mut Touched, clip: Rect) {
        let rows = std::mem::replace(&mut touched.rows, 0..0);
        let inside = (clip.x..clip.right()).contains(&touched.x);
        for row in rows {
            let covered = std::mem::take(&mut self.column[row]);
            let level = (2 * LEVELS * covered + WHOLE) / (2 * WHOLE);
            if level > 0 && inside {
                // A pixel that several pieces cover is not covered more than whole.
                let cell = Cell { x: touched.x as u16, level: level.min(LEVELS) as u8 };
                self.found.push(((clip.y as usize + row) as u16, cell));
            }
        }
    }
}

/// The pixel column that is sampled, and its rows below the clip's top that have samples.
struct Touched {
    x: i32,
    rows: Range<usize>,
}
