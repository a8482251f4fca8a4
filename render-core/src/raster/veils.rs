//! Veils: what lies across narrow shapes, or across another veil.
//!
//! They are few. Where one of them is, rows are painted pixel by pixel,
//! but no further than something may have changed.

use super::{
    Dashes, Rows, Run, TextRow,
    pixel::{Pixel, blend, is_same},
    plan::{Plan, toggle},
    shape::{Paint, Veil, Wide},
};
use crate::text::{LEVELS, Lines};

/// Scratch space for the rows of pictures with veils.
#[derive(Debug, Default)]
pub(super) struct Veils {
    /// The row without veils, and as it is. Lines of text that stand alone are in neither.
    base: Vec<Pixel>,
    here: Vec<Pixel>,
    fresh: Vec<Pixel>,
    /// The veils of the current row, in paint order.
    shown: Vec<u32>,
    /// Pixel columns that may change in the row.
    dirty: Vec<(u16, u16)>,
    runs: Vec<Run>,
}

/// Takes the rows of a picture without its veils, and lays those over them.
pub(super) struct Veiled<'a, R> {
    veils: &'a mut Veils,
    plan: &'a Plan,
    lines: &'a Lines,
    rows: &'a mut R,
    /// The row that is being told, or comes next.
    y: u16,
    /// How many of the plan's turns are done.
    turned: usize,
    /// Whether no veil is in the row, nor was in the one above.
    open: bool,
}

impl<'a, R: Rows> Veiled<'a, R> {
    pub fn new(
        veils: &'a mut Veils,
        plan: &'a Plan,
        lines: &'a Lines,
        width: usize,
        rows: &'a mut R,
    ) -> Self {
        veils.shown.clear();
        veils.base.clear();
        veils.base.resize(width, 0);
        veils.fresh.resize(width, 0);
        Self { veils, plan, lines, rows, y: 0, turned: 0, open: true }
    }

    /// The row of the next veil that comes or goes.
    fn next_turn(&self) -> Option<u16> {
        self.plan.veil_turns.get(self.turned).map(|&(row, _)| row)
    }

    /// Adds the columns in which veils may look another way in row `y` than above.
    fn find_dirty(&mut self) {
        let Veils { shown, dirty, .. } = &mut *self.veils;
        for &id in &*shown {
            let veil = self.plan.veils[id as usize];
            match veil.paint {
                Paint::Shape { .. } => {}
                Paint::Text { .. } => dirty.push(veil.columns()),
                Paint::Line { number } => {
                    let row = |y: u16| self.plan.strokes.row(number, veil.area.top, y).iter();
                    let above = if self.y > veil.area.top { row(self.y - 1) } else { [].iter() };
                    dirty.extend(above.chain(row(self.y)).map(|cell| (cell.x, cell.x + 1)));
                }
            }
        }
    }

    /// Tells what changes in dirty columns left of `x`.
    fn tell_before(&mut self, x: u16) {
        let Veils { base, here, fresh, shown, dirty, runs } = &mut *self.veils;
        dirty.sort_unstable();
        runs.clear();
        let mut done = 0;
        let now = dirty.partition_point(|&(start, _)| start < x);
        for (start, end) in dirty.drain(..now) {
            let start = start.max(done);
            if start >= end {
                continue;
            }
            done = end;
            let columns = usize::from(start)..usize::from(end);
            let fresh = &mut fresh[..columns.len()];
            fresh.copy_from_slice(&base[columns.clone()]);
            for &id in &*shown {
                lay(self.plan, self.lines, self.plan.veils[id as usize], (start, self.y), fresh);
            }
            bring(&mut here[columns], fresh, start, runs);
        }
        if !runs.is_empty() {
            self.rows.runs(runs);
        }
    }
}

impl<R: Rows> Rows for Veiled<'_, R> {
    fn begin(&mut self) {
        self.rows.begin();
        let was_open = std::mem::replace(&mut self.open, self.veils.shown.is_empty());
        while let Some(&(_, id)) = self.plan.veil_turns.get(self.turned).filter(|&&(row, _)| row == self.y) {
            self.turned += 1;
            self.open = false;
            self.veils.dirty.push(self.plan.veils[id as usize].columns());
            toggle(&mut self.veils.shown, id);
        }
        if self.open {
            return;
        }
        if was_open {
            let Veils { base, here, .. } = &mut *self.veils;
            here.clone_from(base);
        }
        self.find_dirty();
    }

    fn runs(&mut self, runs: &[Run]) {
        for run in runs {
            self.veils.base[usize::from(run.x)..usize::from(run.end())].fill(run.new);
        }
        if self.open {
            self.rows.runs(runs);
        } else {
            self.veils.dirty.extend(runs.iter().map(|run| (run.x, run.end())));
        }
    }

    fn dashes(&mut self, x: u16, len: u16, dashes: Dashes) {
        if self.open {
            for run in dashes.runs(x, len) {
                self.veils.base[usize::from(run.x)..usize::from(run.end())].fill(run.new);
            }
            self.rows.dashes(x, len, dashes);
        } else {
            dashes.runs(x, len).for_each(|run| self.runs(&[run]));
        }
    }

    fn text(&mut self, text: TextRow<'_>) {
        if !self.open {
            self.tell_before(text.x);
        }
        self.rows.text(text);
    }

    fn end(&mut self) {
        if !self.open {
            self.tell_before(u16::MAX);
        }
        self.rows.end();
        self.y += 1;
    }

    fn repeat(&mut self, rows: usize) {
        let end = usize::from(self.y) + rows;
        while usize::from(self.y) < end {
            let same = if self.veils.shown.is_empty() {
                self.next_turn().map_or(end, |row| end.min(usize::from(row))) - usize::from(self.y)
            } else {
                0
            };
            if same > 0 {
                self.open = true;
                self.rows.repeat(same);
                self.y += same as u16;
            } else {
                self.begin();
                self.end();
            }
        }
    }
}

/// Lays a veil over pixels of a row that begin at `(column, row)`.
fn lay(plan: &Plan, lines: &Lines, veil: Veil, (start, y): (u16, u16), pixels: &mut [Pixel]) {
    let Veil { area, color, paint } = veil;
    let (from, to) = (area.start.max(start), area.end.min(start + pixels.len() as u16));
    if from >= to {
        return;
    }
    match paint {
        Paint::Shape { on, off } => {
            Wide { start: area.start, end: area.end, color, on, off }.paint(pixels, start, from, to);
        }
        Paint::Text { line } => {
            let levels = &lines.get(line).row(y - area.top)[usize::from(from - area.start)..];
            let pixels = &mut pixels[usize::from(from - start)..usize::from(to - start)];
            pixels.iter_mut().zip(levels).for_each(|(pixel, &level)| cover(pixel, color, level));
        }
        Paint::Line { number } => {
            let cells = plan.strokes.row(number, area.top, y);
            let first = cells.partition_point(|cell| cell.x < from);
            for cell in cells[first..].iter().take_while(|cell| cell.x < to) {
                cover(&mut pixels[usize::from(cell.x - start)], color, cell.level);
            }
        }
    }
}

/// Lays `level` of `LEVELS` of a colour over a pixel.
fn cover(pixel: &mut Pixel, color: Pixel, level: u8) {
    if u32::from(level) == LEVELS {
        *pixel = color;
    } else if level > 0 {
        *pixel = blend(color, *pixel, level);
    }
}

/// Gives neighbouring pixels of the row, from column `first` on, their new colours and notes what changed.
fn bring(here: &mut [Pixel], fresh: &[Pixel], first: u16, runs: &mut Vec<Run>) {
    for ((pixel, &new), x) in here.iter_mut().zip(fresh).zip(first..) {
        let old = std::mem::replace(pixel, new);
        if is_same(old, new) {
            continue;
        }
        match runs.last_mut() {
            Some(last) if last.end() == x && is_same(last.old, old) && is_same(last.new, new) => {
                last.len += 1;
            }
            _ => runs.push(Run { x, len: 1, old, new }),
        }
    }
}
