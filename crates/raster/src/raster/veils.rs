//! Veils: what lies across narrow shapes, or across another veil.
//!
//! They are few, and in most rows they cover few columns. Only those are painted
//! pixel by pixel. What changes beside them goes on as it was told: in each row a
//! column is either marked, or what is below veils is all there is to see of it.

use super::{
    Dashes, Rows, Run, TextRow,
    ground::set,
    pixel::{Pixel, blend},
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
    /// Columns that may change in the row, one bit each.
    marks: Marks,
    blends: Blends,
    /// What changes in the row and is not told yet, from left to right.
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
    /// The columns of the shapes among the row's veils.
    shapes: Vec<(u16, u16)>,
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
        veils.marks.clear(width);
        Self { veils, plan, lines, rows, y: 0, turned: 0, open: true, shapes: Vec::new() }
    }

    /// The row of the next veil that comes or goes.
    fn next_turn(&self) -> Option<u16> {
        self.plan.veil_turns.get(self.turned).map(|&(row, _)| row)
    }

    /// Marks the columns in which veils may look another way in the row than above.
    fn mark(&mut self) {
        let Veils { shown, marks, .. } = &mut *self.veils;
        self.shapes.clear();
        for &id in &*shown {
            let veil = self.plan.veils[id as usize];
            match veil.paint {
                Paint::Shape { .. } => self.shapes.push(veil.columns()),
                Paint::Text { .. } => marks.set(veil.columns()),
                Paint::Line { number } => {
                    let row = |y: u16| self.plan.strokes.row(number, veil.area.top, y).iter();
                    let above = if self.y > veil.area.top { row(self.y - 1) } else { [].iter() };
                    above.chain(row(self.y)).for_each(|cell| marks.set_one(cell.x));
                }
            }
        }
    }

    /// Finds what changes in marked columns left of `x`.
    fn paint_before(&mut self, x: u16) {
        let Veils { base, here, fresh, shown, marks, blends, runs } = &mut *self.veils;
        let columns = marks.take_before(x);
        if columns.is_empty() {
            return;
        }
        for &(start, end) in columns {
            let columns = usize::from(start)..usize::from(end);
            // Mostly a few pixels, for which a loop is faster than a copy.
            fresh[columns.clone()].iter_mut().zip(&base[columns]).for_each(|(fresh, base)| *fresh = *base);
        }
        for &id in &*shown {
            let veil = self.plan.veils[id as usize];
            blends.lay(self.plan, self.lines, veil, self.y, columns, fresh);
        }
        for &(start, end) in columns {
            let columns = usize::from(start)..usize::from(end);
            bring(&mut here[columns.clone()], &fresh[columns], start, runs);
        }
    }

    /// Tells all that changes left of `x`.
    fn tell_before(&mut self, x: u16) {
        self.paint_before(x);
        if !self.veils.runs.is_empty() {
            self.rows.runs(&self.veils.runs);
            self.veils.runs.clear();
        }
    }

    /// Whether a column from `start` up to `end` is marked, or lies below a shape, whose columns are not.
    fn is_below(&self, start: u16, end: u16) -> bool {
        self.veils.marks.has_any(start, end)
            || self.shapes.iter().any(|shape| shape.0 < end && start < shape.1)
    }

    /// Takes in a change below veils, while there are any.
    fn change(&mut self, run: Run) {
        let columns = usize::from(run.x)..usize::from(run.end());
        self.veils.base[columns.clone()].fill(run.new);
        if self.is_below(run.x, run.end()) {
            self.veils.marks.set((run.x, run.end()));
        } else {
            self.paint_before(run.x);
            self.veils.here[columns].fill(run.new);
            self.veils.runs.push(run);
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
            self.veils.marks.set(self.plan.veils[id as usize].columns());
            toggle(&mut self.veils.shown, id);
        }
        if self.open {
            return;
        }
        if was_open {
            let Veils { base, here, .. } = &mut *self.veils;
            here.clone_from(base);
        }
        self.mark();
    }

    fn runs(&mut self, runs: &[Run]) {
        if !self.open {
            return runs.iter().for_each(|run| self.change(*run));
        }
        for run in runs {
            self.veils.base[usize::from(run.x)..usize::from(run.end())].fill(run.new);
        }
        self.rows.runs(runs);
    }

    fn dashes(&mut self, x: u16, len: u16, dashes: Dashes) {
        if !self.open {
            if self.is_below(x, x + len) {
                return dashes.runs(x, len).for_each(|run| self.change(run));
            }
            self.tell_before(x);
        }
        let Veils { base, here, .. } = &mut *self.veils;
        for run in dashes.runs(x, len) {
            let columns = usize::from(run.x)..usize::from(run.end());
            base[columns.clone()].fill(run.new);
            if !self.open {
                here[columns].fill(run.new);
            }
        }
        self.rows.dashes(x, len, dashes);
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

/// Columns of a row, one bit each.
#[derive(Debug, Default)]
struct Marks {
    words: Vec<u64>,
    /// No word before this one has a mark.
    first: usize,
    columns: Vec<(u16, u16)>,
}

impl Marks {
    fn clear(&mut self, width: usize) {
        self.words.clear();
        self.words.resize(width.div_ceil(64), 0);
        self.first = self.words.len();
    }

    /// Whether a column from `start` up to `end` has a mark.
    fn has_any(&self, start: u16, end: u16) -> bool {
        let (first, last) = (usize::from(start / 64), usize::from((end - 1) / 64));
        let [from, to] = [u64::MAX << (start % 64), u64::MAX >> (63 - (end - 1) % 64)];
        if first == last {
            return self.words[first] & from & to != 0;
        }
        self.words[first] & from != 0
            || self.words[last] & to != 0
            || self.words[first + 1..last].iter().any(|word| *word != 0)
    }

    fn set_one(&mut self, x: u16) {
        self.first = self.first.min(usize::from(x / 64));
        self.words[usize::from(x / 64)] |= 1 << (x % 64);
    }

    fn set(&mut self, (start, end): (u16, u16)) {
        self.first = self.first.min(usize::from(start / 64));
        set(&mut self.words, start..end);
    }

    /// Takes the marks left of `x` away. Returns the columns that had them, from left to right.
    fn take_before(&mut self, x: u16) -> &[(u16, u16)] {
        self.columns.clear();
        let before = usize::from(x).div_ceil(64).min(self.words.len());
        if self.first >= before {
            return &self.columns;
        }
        let words = self.words[self.first..before].iter_mut();
        for (word, first) in words.zip((64 * self.first as u16..).step_by(64)) {
            let below = if x - first >= 64 { u64::MAX } else { (1 << (x - first)) - 1 };
            let mut bits = *word & below;
            *word &= !below;
            while bits != 0 {
                let start = bits.trailing_zeros();
                let len = (bits >> start).trailing_ones();
                bits &= !(u64::MAX >> (64 - len) << start);
                let (start, end) = (first + start as u16, first + (start + len) as u16);
                match self.columns.last_mut() {
                    Some(last) if last.1 == start => last.1 = end,
                    _ => self.columns.push((start, end)),
                }
            }
        }
        // The last word may have marks from `x` on.
        self.first = usize::from(x / 64).min(before);
        &self.columns
    }
}

/// What veils made of the colours below them lately: most lie over one colour.
#[derive(Debug, Default)]
struct Blends {
    /// By level, the colour of the veil, that below it, and what both make.
    known: [(Pixel, Pixel, Pixel); LEVELS as usize + 1],
}

impl Blends {
    /// Lays `level` of `LEVELS` of a colour over a pixel.
    #[inline]
    fn cover(&mut self, pixel: &mut Pixel, color: Pixel, level: u8) {
        if u32::from(level) == LEVELS {
            *pixel = color;
        } else if level > 0 {
            let known = &mut self.known[usize::from(level)];
            if (known.0, known.1) != (color, *pixel) {
                *known = (color, *pixel, blend(color, *pixel, level));
            }
            *pixel = known.2;
        }
    }

    /// Lays a veil over these columns of row `y`.
    fn lay(
        &mut self,
        plan: &Plan,
        lines: &Lines,
        Veil { area, color, paint }: Veil,
        y: u16,
        columns: &[(u16, u16)],
        pixels: &mut [Pixel],
    ) {
        let (Some(&(first, _)), Some(&(_, last))) = (columns.first(), columns.last()) else { return };
        match paint {
            Paint::Shape { on, off } => {
                let shape = Wide { start: area.start, end: area.end, color, on, off };
                columns.iter().for_each(|&(start, end)| shape.paint(pixels, 0, start, end));
            }
            // All columns that have text or a line are among these, but for those that are told apart.
            Paint::Text { line } => {
                let (from, to) = (area.start.max(first), area.end.min(last));
                if from < to {
                    let levels = &lines.get(line).row(y - area.top)[usize::from(from - area.start)..];
                    let pixels = &mut pixels[usize::from(from)..usize::from(to)];
                    pixels.iter_mut().zip(levels).for_each(|(pixel, &level)| self.cover(pixel, color, level));
                }
            }
            Paint::Line { number } => {
                let cells = plan.strokes.row(number, area.top, y);
                let skipped = cells.partition_point(|cell| cell.x < first);
                for cell in cells[skipped..].iter().take_while(|cell| cell.x < last) {
                    self.cover(&mut pixels[usize::from(cell.x)], color, cell.level);
                }
            }
        }
    }
}

/// Gives neighbouring pixels of the row, from column `first` on, their new colours and notes what changed.
fn bring(here: &mut [Pixel], fresh: &[Pixel], first: u16, runs: &mut Vec<Run>) {
    for ((pixel, &new), x) in here.iter_mut().zip(fresh).zip(first..) {
        let old = std::mem::replace(pixel, new);
        if old == new {
            continue;
        }
        match runs.last_mut() {
            Some(last) if last.end() == x && last.old == old && last.new == new => {
                last.len += 1;
            }
            _ => runs.push(Run { x, len: 1, old, new }),
        }
    }
}
