//! Veils: what lies across narrow shapes, or across another veil.
//!
//! They are few, and in most rows they cover few columns. Only those are painted
//! pixel by pixel: columns are marked in which a veil may look another way than in
//! the row above. In all others what is below veils goes on as it was told, for it
//! is all there is to see of them. A change that reaches into marked columns is cut there.

mod blends;
mod marks;

use super::{
    Dashes, Rows, Run, TextRow,
    pixel::Pixel,
    plan::{Plan, toggle},
    shape::Paint,
};
use crate::text::Lines;
use blends::Blends;
use marks::Marks;

/// Scratch space for the rows of pictures with veils.
#[derive(Debug, Default)]
pub(super) struct Veils {
    /// The row without veils, and as it is. Lines of text that stand alone are in neither.
    base: Vec<Pixel>,
    here: Vec<Pixel>,
    fresh: Vec<Pixel>,
    /// The veils of the current row, in paint order, and the columns of the shapes among them.
    shown: Vec<u32>,
    shapes: Vec<(u16, u16)>,
    marks: Marks,
    /// Columns that were marked, from left to right, while they are painted.
    columns: Vec<(u16, u16)>,
    blends: Blends,
    /// What changes below veils in the row and is not told yet, from left to right.
    below: Vec<Run>,
    /// What changes, veils included, on its way out.
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
        veils.marks.clear(width);
        Self { veils, plan, lines, rows, y: 0, turned: 0, open: true }
    }

    /// The row of the next veil that comes or goes.
    fn next_turn(&self) -> Option<u16> {
        self.plan.veil_turns.get(self.turned).map(|&(row, _)| row)
    }

    /// Marks the columns in which veils may look another way in the row than above.
    fn mark(&mut self) {
        let Veils { shown, shapes, marks, .. } = &mut *self.veils;
        shapes.clear();
        for &id in &*shown {
            let veil = self.plan.veils[id as usize];
            match veil.paint {
                Paint::Shape { .. } => shapes.push(veil.columns()),
                Paint::Text { .. } => marks.set(veil.columns()),
                Paint::Line { number } => {
                    let mut mark = |y: u16| {
                        let cells = self.plan.strokes.row(number, veil.area.top, y).iter();
                        marks.set_each(cells.map(|cell| cell.x));
                    };
                    if self.y > veil.area.top {
                        mark(self.y - 1);
                    }
                    mark(self.y);
                }
            }
        }
    }

    /// Whether a column from `start` up to `end` lies below a shape.
    fn is_below_shape(&self, start: u16, end: u16) -> bool {
        self.veils.shapes.iter().any(|shape| shape.0 < end && start < shape.1)
    }

    /// Takes in a change below veils, while there are any.
    fn change(&mut self, run: Run) {
        // A shape's columns are not marked: it looks as it did, unless what is below it changes between its dashes.
        if self.is_below_shape(run.x, run.end()) {
            self.veils.marks.set((run.x, run.end()));
        }
        let Veils { base, below, .. } = &mut *self.veils;
        paint(base, &run);
        below.push(run);
    }

    /// Paints the marked columns left of `x` afresh, from the bottom up.
    fn paint_before(&mut self, x: u16) {
        let Veils { base, fresh, shown, marks, columns, blends, .. } = &mut *self.veils;
        marks.take_before(x, columns);
        if columns.is_empty() {
            return;
        }
        for &(start, end) in &*columns {
            let columns = usize::from(start)..usize::from(end);
            // Mostly a few pixels, for which a loop is faster than a copy.
            fresh[columns.clone()].iter_mut().zip(&base[columns]).for_each(|(fresh, base)| *fresh = *base);
        }
        for &id in &*shown {
            let veil = self.plan.veils[id as usize];
            blends.lay(self.plan, self.lines, veil, self.y, columns, fresh);
        }
    }

    /// Tells all that changes left of `x`. All of that must be known.
    fn tell_before(&mut self, x: u16) {
        self.paint_before(x);
        let Veils { here, fresh, columns, below, runs, .. } = &mut *self.veils;
        let mut columns = columns.iter().peekable();
        for run in below.drain(..) {
            let mut from = run.x;
            while let Some(&&(start, end)) = columns.peek().filter(|columns| columns.0 < run.end()) {
                if from < start {
                    go_on(here, Run { x: from, len: start - from, ..run }, runs);
                }
                from = run.end().min(end).max(from);
                if run.end() < end {
                    break;
                }
                columns.next();
                bring(here, fresh, (start, end), runs);
            }
            if from < run.end() {
                go_on(here, Run { x: from, len: run.end() - from, ..run }, runs);
            }
        }
        columns.for_each(|&columns| bring(here, fresh, columns, runs));
        if !runs.is_empty() {
            self.rows.runs(runs);
            runs.clear();
        }
    }

    /// Tells dashes that come or go below veils, none of them a shape, and what changes among them.
    fn tell_dashes(&mut self, x: u16, len: u16, dashes: Dashes) {
        self.tell_before(x);
        self.paint_before(x + len);
        let Veils { here, fresh, columns, runs, .. } = &mut *self.veils;
        let mut from = x;
        for &(start, end) in columns.iter().chain([&(x + len, x + len)]) {
            if from < start {
                let phase = (dashes.phase + from - x) % (dashes.on + dashes.off);
                let (len, dashes) = (start - from, Dashes { phase, ..dashes });
                dashes.paint(here, from, len);
                self.rows.dashes(from, len, dashes);
            }
            bring(here, fresh, (start, end), runs);
            if !runs.is_empty() {
                self.rows.runs(runs);
                runs.clear();
            }
            from = end;
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
        if self.next_turn().is_some() {
            runs.iter().for_each(|run| paint(&mut self.veils.base, run));
        }
        self.rows.runs(runs);
    }

    fn dashes(&mut self, x: u16, len: u16, dashes: Dashes) {
        if !self.open && self.is_below_shape(x, x + len) {
            return dashes.runs(x, len).for_each(|run| self.change(run));
        }
        dashes.paint(&mut self.veils.base, x, len);
        if self.open {
            self.rows.dashes(x, len, dashes);
        } else {
            self.tell_dashes(x, len, dashes);
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

/// Gives pixels of a row their new colour.
fn paint(row: &mut [Pixel], run: &Run) {
    row[usize::from(run.x)..usize::from(run.end())].fill(run.new);
}

/// Lets a change beside veils, or part of it, go on.
fn go_on(here: &mut [Pixel], run: Run, runs: &mut Vec<Run>) {
    paint(here, &run);
    match runs.last_mut() {
        Some(last) if (last.end(), last.old, last.new) == (run.x, run.old, run.new) => last.len += run.len,
        _ => runs.push(run),
    }
}

/// Gives pixels of the row in these columns their new colours and notes what changed.
fn bring(here: &mut [Pixel], fresh: &[Pixel], (start, end): (u16, u16), runs: &mut Vec<Run>) {
    let columns = usize::from(start)..usize::from(end);
    for ((pixel, &new), x) in here[columns.clone()].iter_mut().zip(&fresh[columns]).zip(start..) {
        let old = std::mem::replace(pixel, new);
        if old == new {
            continue;
        }
        match runs.last_mut() {
            Some(last) if (last.end(), last.old, last.new) == (x, old, new) => last.len += 1,
            _ => runs.push(Run { x, len: 1, old, new }),
        }
    }
}
