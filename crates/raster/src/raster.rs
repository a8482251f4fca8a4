//! Raster: from a scene to rows of pixels, without ever holding a frame.
//!
//! A chart's rows change only where a shape begins or ends. The scene is cut
//! into three layers (`raster/plan.rs`): wide shapes at the back, the ground
//! (`raster/ground.rs`); narrow ones in front of them (`raster/strips.rs`); and
//! veils of what lies across both (`raster/veils.rs`). Of the first two it is
//! known beforehand what changes in which row; a row in which nothing changes
//! costs nothing. Lines of text that stand alone are told as such.

mod combs;
mod found;
mod grid;
mod ground;
mod pixel;
mod plan;
mod shape;
mod strips;
mod stroke;
mod veils;

use crate::{
    scene::Scene,
    text::{Line, Lines},
};
use ground::{Grounds, Step};
use plan::Plan;
use shape::Stamp;
use strips::Strips;
use veils::{Veiled, Veils};

pub(crate) use pixel::{BLACK, Pixel, blend, pixel, unpack};

/// Neighbouring pixels of a row that all change from one colour to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// Left-most column.
    pub x: u16,
    /// Pixels, 1 or more.
    pub len: u16,
    pub old: Pixel,
    pub new: Pixel,
}

impl Run {
    /// One past the right-most column.
    pub fn end(self) -> u16 {
        self.x + self.len
    }
}

/// Pixels that change from one colour to another, `on` of each `on + off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dashes {
    pub on: u16,
    pub off: u16,
    /// Columns of a dash and its gap that are left out before the first column.
    pub phase: u16,
    pub old: Pixel,
    pub new: Pixel,
}

impl Dashes {
    /// The dashes of `len` pixels from column `x` on.
    pub fn runs(self, x: u16, len: u16) -> impl Iterator<Item = Run> {
        let (old, new) = (self.old, self.new);
        // In numbers that a first dash left of column 0 fits into.
        let (first, end) = (i32::from(x) - i32::from(self.phase), i32::from(x + len));
        (first..end).step_by(usize::from(self.on + self.off)).filter_map(move |dash| {
            let (from, to) = (dash.max(i32::from(x)), (dash + i32::from(self.on)).min(end));
            (from < to).then(|| Run { x: from as u16, len: (to - from) as u16, old, new })
        })
    }

    /// Gives the pixels of a row from column `x` on their new colour.
    fn paint(self, row: &mut [Pixel], x: u16, len: u16) {
        let [on, off, phase] = [self.on, self.off, self.phase].map(usize::from);
        let row = &mut row[usize::from(x)..usize::from(x + len)];
        // The first dash, or its gap, may have begun further left.
        let (first, rest) = row.split_at_mut(row.len().min((on + off - phase) % (on + off)));
        if phase < on {
            let dash = first.len().min(on - phase);
            first[..dash].fill(self.new);
        }
        for dash in rest.chunks_mut(on + off) {
            dash.iter_mut().take(on).for_each(|pixel| *pixel = self.new);
        }
    }
}

/// A row of a line of text that stands alone on one colour: it goes on to the next of
/// its rows, as [`Line::changes`] tells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextRow<'a> {
    /// Left-most column.
    pub x: u16,
    pub line: &'a Line,
    pub y: u16,
    pub color: Pixel,
    pub below: Pixel,
}

impl TextRow<'_> {
    /// The pixels as they are now.
    pub fn pixels(&self) -> impl Iterator<Item = Pixel> {
        self.line.row(self.y).iter().map(|&level| blend(self.color, self.below, level))
    }
}

/// What takes the rows of a picture, from the top down, each from left to right. The row above
/// the first one is black. Runs are of two different colours.
pub(crate) trait Rows {
    /// Begins a row that is like the one above but for what is told before [`end`](Self::end).
    fn begin(&mut self);

    /// These pixels change.
    fn runs(&mut self, runs: &[Run]);

    /// Of `len` pixels from column `x` on, these change.
    fn dashes(&mut self, x: u16, len: u16, dashes: Dashes) {
        dashes.runs(x, len).for_each(|run| self.runs(&[run]));
    }

    /// A line of text goes on to its next row.
    fn text(&mut self, text: TextRow<'_>);

    /// Ends the row.
    fn end(&mut self);

    /// As many rows again like the last one.
    fn repeat(&mut self, rows: usize);
}

/// Draws scenes, in scratch space that is reused from picture to picture. What was drawn before never shows.
#[derive(Debug, Default)]
pub struct Raster {
    lines: Lines,
    plan: Plan,
    grounds: Grounds,
    strips: Strips,
    veils: Veils,
    /// Lines of text of the current row, from left to right.
    stamps: Vec<u32>,
}

impl Raster {
    /// Whether so much is kept that it should be forgotten, with what an
    /// encoder keeps of it, before the next picture.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.lines.is_full()
    }

    /// Hands all rows of `scene` to `rows`.
    pub(crate) fn paint(&mut self, scene: &Scene, rows: &mut impl Rows) {
        let Self { lines, plan, grounds, strips, veils, stamps } = self;
        let (width, height) = (scene.width as usize, scene.height as usize);
        plan.make(scene, lines);
        grounds.find(&plan.wide, &plan.wide_areas, width, height);
        strips.find(&plan.narrow, grounds, width, height);
        let mut layers = Layers { lines, plan, grounds, strips, stamps };
        if layers.plan.veils.is_empty() {
            layers.paint(height as u16, rows);
        } else {
            let plan = layers.plan;
            layers.paint(height as u16, &mut Veiled::new(veils, plan, layers.lines, width, rows));
        }
    }
}

/// All layers but the veils.
struct Layers<'a> {
    lines: &'a Lines,
    plan: &'a Plan,
    grounds: &'a mut Grounds,
    strips: &'a mut Strips,
    stamps: &'a mut Vec<u32>,
}

impl Layers<'_> {
    fn paint(&mut self, height: u16, rows: &mut impl Rows) {
        self.stamps.clear();
        let mut turns = self.plan.stamp_turns.iter().peekable();
        let mut alike = 0;
        for y in 0..height {
            while let Some(&(_, id)) = turns.next_if(|&&(row, _)| row == y) {
                self.turn(id);
            }
            let turn = self.grounds.turn(y);
            let combs = y == self.strips.next_combs();
            if !combs && self.strips.row(y).is_empty() && turn.is_none() && self.stamps.is_empty() {
                alike += 1;
                continue;
            }
            if alike > 0 {
                rows.repeat(alike);
                alike = 0;
            }
            rows.begin();
            let runs = if combs { self.strips.with_combs(y, self.grounds) } else { self.strips.row(y) };
            if turn.is_none() && self.stamps.is_empty() {
                rows.runs(runs);
                rows.end();
                continue;
            }
            let mut rest = Rest { runs, stamps: &*self.stamps, y, plan: self.plan, lines: self.lines };
            if let Some(turn) = turn {
                self.grounds.step(y, turn, |step| {
                    if rest.next() < step.x() {
                        rest.tell_before(step.x(), rows);
                    }
                    match step {
                        Step::Runs(runs) => rows.runs(runs),
                        Step::Dashes { x, len, dashes } => rows.dashes(x, len, dashes),
                    }
                });
            }
            rest.tell_before(u16::MAX, rows);
            rows.end();
        }
        if alike > 0 {
            rows.repeat(alike);
        }
    }

    /// Lets a line of text come or go.
    fn turn(&mut self, id: u32) {
        let stamps = &self.plan.stamps;
        let start = |id: u32| (stamps[id as usize].start, id);
        match self.stamps.binary_search_by_key(&start(id), |&other| start(other)) {
            Ok(at) => drop(self.stamps.remove(at)),
            Err(at) => self.stamps.insert(at, id),
        }
    }
}

/// What narrow shapes and lines of text change in a row and is not told yet.
struct Rest<'a> {
    runs: &'a [Run],
    stamps: &'a [u32],
    y: u16,
    plan: &'a Plan,
    lines: &'a Lines,
}

impl Rest<'_> {
    /// The left-most column of what is not told yet.
    fn next(&self) -> u16 {
        let run = self.runs.first().map_or(u16::MAX, |run| run.x);
        self.stamps.first().map_or(run, |&id| run.min(self.plan.stamps[id as usize].start))
    }

    /// Tells all that begins before column `x`.
    fn tell_before(&mut self, x: u16, rows: &mut impl Rows) {
        while let Some((&id, stamps)) = self.stamps.split_first() {
            let Stamp { start, top, line, color, below, .. } = self.plan.stamps[id as usize];
            if start >= x {
                break;
            }
            self.stamps = stamps;
            let (line, y) = (self.lines.get(line), self.y - top);
            if !line.changes(y).is_empty() {
                self.tell_runs_before(start, rows);
                rows.text(TextRow { x: start, line, y, color, below });
            }
        }
        self.tell_runs_before(x, rows);
    }

    fn tell_runs_before(&mut self, x: u16, rows: &mut impl Rows) {
        let count = match self.runs.last() {
            Some(last) if last.x < x => self.runs.len(),
            _ => self.runs.iter().take_while(|run| run.x < x).count(),
        };
        let (now, later) = self.runs.split_at(count);
        self.runs = later;
        if !now.is_empty() {
            rows.runs(now);
        }
    }
}

#[cfg(test)]
mod tests;
