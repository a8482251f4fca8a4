//! Raster: from a scene to rows of pixels, without ever holding a frame.
//!
//! A chart's rows change only where a shape begins or ends. The scene is cut
//! into three layers (`raster/plan.rs`): wide shapes at the back, narrow ones
//! in front of them, and a veil of what lies across both. Of the narrow shapes
//! it is known beforehand which pixels change in which row
//! (`raster/strips.rs`); a row in which nothing changes costs nothing.

mod pixel;
mod plan;
mod shape;
mod strips;
mod stroke;
mod veils;

use crate::{scene::Scene, text::Lines};
use pixel::CLEAR;
use plan::{Plan, toggle};
use shape::Wide;
use strips::Strips;
use veils::Veils;

pub(crate) use pixel::{Pixel, blend, pixel, unpack};

/// Neighbouring pixels of a row that differ from those above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    /// Left-most column.
    pub x: u16,
    /// Pixels, 1 or more.
    pub len: u16,
    pub what: What,
}

/// What a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// All pixels change from one colour to another.
    Run { old: Pixel, new: Pixel },
    /// A line of text that stands alone on one colour goes on to the next of
    /// its rows, as [`Line::changes`](crate::text::Line::changes) tells.
    Text { line: u32, y: u16, color: Pixel, below: Pixel },
}

impl Change {
    pub fn run(x: u16, len: u16, old: Pixel, new: Pixel) -> Self {
        Self { x, len, what: What::Run { old, new } }
    }

    /// One past the right-most column.
    pub fn end(self) -> u16 {
        self.x + self.len
    }
}

/// What takes the rows of a picture, from the top down. The row above the first one is black.
pub(crate) trait Rows {
    /// The next row: how it differs from the one above, from left to right.
    /// Runs are of two different colours and as long as can be.
    fn row(&mut self, changes: &[Change], lines: &Lines);

    /// As many rows again like the last one.
    fn repeat(&mut self, rows: usize);
}

/// Scratch space of the raster, reused from picture to picture.
#[derive(Debug, Default)]
pub(crate) struct Raster {
    lines: Lines,
    plan: Plan,
    strips: Strips,
    veils: Veils,
    /// Wide shapes and lines of text that show in the current row, in paint order.
    wide: Vec<u32>,
    stamps: Vec<u32>,
    /// The row of the wide shapes, and that of the narrow ones before them:
    /// `CLEAR` where there is none.
    back: Vec<Pixel>,
    front: Vec<Pixel>,
    /// The row as it is: text that stands alone is left out.
    here: Vec<Pixel>,
    /// Pixel columns that may change in a row under a veil.
    dirty: Vec<(u16, u16)>,
    changes: Vec<Change>,
}

impl Raster {
    /// Whether so much is kept that it should be forgotten, with what the
    /// encoder keeps of it, before the next picture.
    pub fn is_full(&self) -> bool {
        self.lines.is_full()
    }

    /// Hands all rows of `scene` to `rows`.
    pub fn paint(&mut self, scene: &Scene, rows: &mut impl Rows) {
        self.plan.make(scene, &mut self.lines);
        self.strips.find(&self.plan.narrow, scene.width as usize, scene.height as usize);
        self.veils.start(scene.width as usize);
        self.wide.clear();
        self.stamps.clear();
        for (row, empty) in [(&mut self.back, 0), (&mut self.front, CLEAR), (&mut self.here, 0)] {
            row.clear();
            row.resize(scene.width as usize, empty);
        }
        let mut alike = 0;
        for y in 0..scene.height as u16 {
            let turns = self.plan.turns.starts_with_row(y);
            if self.strips.row(y).is_empty()
                && !turns
                && self.stamps.is_empty()
                && self.veils.is_empty()
                && y > 0
            {
                alike += 1;
                continue;
            }
            if alike > 0 {
                rows.repeat(alike);
                alike = 0;
            }
            self.changes.clear();
            self.dirty.clear();
            if turns {
                self.turn(y);
            }
            if self.dirty.is_empty() && self.veils.is_empty() {
                self.step_strips(y);
            } else {
                self.compose(y);
            }
            self.step_stamps(y);
            rows.row(&self.changes, &self.lines);
        }
        if alike > 0 {
            rows.repeat(alike);
        }
    }

    /// Lets wide shapes, veils and lines of text come and go in row `y`.
    fn turn(&mut self, y: u16) {
        let mut reach: Option<(u16, u16)> = None;
        while let Some(turn) = self.plan.turns.next_in_row(y) {
            match turn {
                plan::Turn::Wide(id) => {
                    toggle(&mut self.wide, id);
                    let Wide { start, end, .. } = self.plan.wide[id as usize];
                    reach = Some(reach.map_or((start, end), |(a, b)| (a.min(start), b.max(end))));
                }
                plan::Turn::Stamp(id) => toggle(&mut self.stamps, id),
                plan::Turn::Veil(id) => {
                    self.dirty.push(self.plan.veils[id as usize].columns());
                    self.veils.toggle(id);
                }
            }
        }
        if let Some((start, end)) = reach {
            self.back[usize::from(start)..usize::from(end)].fill(0);
            for &id in &self.wide {
                self.plan.wide[id as usize].paint(&mut self.back, 0, start, end);
            }
            self.dirty.push((start, end));
        }
    }

    /// Brings in what narrow shapes change, from left to right.
    fn step_strips(&mut self, y: u16) {
        let Self { strips, front, back, here, changes, .. } = self;
        for change in strips.row(y) {
            let (start, end) = (usize::from(change.x), usize::from(change.x + change.len));
            front[start..end].fill(change.color);
            if change.color == CLEAR {
                bring(&mut here[start..end], back[start..end].iter().copied(), change.x, changes);
            } else {
                bring(&mut here[start..end], std::iter::repeat(change.color), change.x, changes);
            }
        }
    }

    /// Brings in all that changes in row `y`, layer upon layer, wherever something may.
    fn compose(&mut self, y: u16) {
        // Most often a wide shape touches all that narrow ones could.
        let known = self.dirty.last().copied().unwrap_or_default();
        for change in self.strips.row(y) {
            let (start, end) = (change.x, change.x + change.len);
            self.front[usize::from(start)..usize::from(end)].fill(change.color);
            if start < known.0 || known.1 < end {
                self.dirty.push((start, end));
            }
        }
        self.veils.dirty(&self.plan, y, &mut self.dirty);
        self.dirty.sort_unstable();
        let mut done = 0;
        for &(start, end) in &self.dirty {
            let start = start.max(done);
            if start >= end {
                continue;
            }
            done = end;
            let columns = usize::from(start)..usize::from(end);
            let (front, back) = (&self.front[columns.clone()], &self.back[columns.clone()]);
            let fresh = self.veils.over(&self.plan, &self.lines, y, start, front, back);
            bring(&mut self.here[columns], fresh.iter().copied(), start, &mut self.changes);
        }
    }

    /// Goes on to the next row of all lines of text that stand alone.
    fn step_stamps(&mut self, y: u16) {
        for &id in &self.stamps {
            let stamp = &self.plan.stamps[id as usize];
            let (line, row) = (stamp.line, y - stamp.top);
            if self.lines.get(line).changes(row).is_empty() {
                continue;
            }
            let what = What::Text { line, y: row, color: stamp.color, below: stamp.below };
            let change = Change { x: stamp.start, len: stamp.end - stamp.start, what };
            // Labels stand right of most that changes.
            let at = self.changes.iter().rposition(|other| other.x < change.x).map_or(0, |last| last + 1);
            self.changes.insert(at, change);
        }
    }
}

/// Gives neighbouring pixels of the row, from column `first` on, their new colours and notes what changed.
#[inline]
fn bring(here: &mut [Pixel], fresh: impl Iterator<Item = Pixel>, first: u16, changes: &mut Vec<Change>) {
    let mut run = Change::run(first, 0, 0, 0);
    for ((pixel, new), x) in here.iter_mut().zip(fresh).zip(first..) {
        let old = std::mem::replace(pixel, new);
        if old == new {
            continue;
        }
        if (run.end(), run.what) == (x, What::Run { old, new }) {
            run.len += 1;
            continue;
        }
        if run.len > 0 {
            note(changes, run);
        }
        run = Change::run(x, 1, old, new);
    }
    if run.len > 0 {
        note(changes, run);
    }
}

/// Adds a change, or lengthens the last one where the two are one run.
#[inline]
pub(crate) fn note(changes: &mut Vec<Change>, change: Change) {
    match changes.last_mut() {
        Some(last)
            if last.end() == change.x
                && last.what == change.what
                && matches!(change.what, What::Run { .. }) =>
        {
            last.len += change.len;
        }
        _ => changes.push(change),
    }
}

#[cfg(test)]
mod tests;
