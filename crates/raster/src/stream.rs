//! The stream of one picture: what is written for the changes of a row.
//!
//! - the filter's byte;
//! - a stretch of unchanged pixels as a literal zero and matches of distance 1;
//! - a run of alike differences as one pixel of literals and matches of one
//!   pixel's distance, or of one byte's where that is enough;
//! - runs that follow each other at one distance as copies, each of the one before;
//! - dashes as a first one with its gap, and a copy of them;
//! - a row of a line of text as it was written the first time.

mod chains;
mod shorts;
mod stamps;

use crate::{
    deflate::{After, Deflate, FARTHEST, LONGEST, MOST_BITS, Ready, SHORTEST, Tables},
    palette::Palette,
    raster::{Dashes, Run, TextRow},
};
use chains::Chains;
use shorts::Shorts;
use stamps::Stamps;

/// A stream, and what stands in its current row.
#[derive(Debug)]
pub(crate) struct Stream {
    tables: Tables,
    deflate: Deflate,
    shorts: Shorts,
    chains: Chains,
    stamps: Stamps,
    /// By the hash of their first run's colour.
    rows: [Row; 8],
    /// Space for what is written once and kept.
    spare: Deflate,
    /// A row without a change.
    empty: Ready,
    /// Pixels of a row.
    width: u16,
    /// Columns before this one are written.
    done: u16,
    /// What comes before that column.
    after: After,
}

/// Rows of fewer runs are not looked up.
const MOST_ALONE: usize = 3;

/// The beginning of a row that came not long ago, and what was written for it: up to which column, and what that ends
/// with.
#[derive(Debug, Default)]
struct Row {
    runs: Vec<Run>,
    written: Option<(Ready, u16, After)>,
}

fn is_alike(a: &Run, b: &Run) -> bool {
    a.len == b.len && a.old == b.old && a.new == b.new
}

impl Stream {
    /// A stream for rows of `width` pixels: indices where a palette is given.
    pub fn new(tables: Tables, width: u16, palette: Option<Palette>) -> Self {
        let mut empty = Deflate::default();
        empty.begin_row();
        empty.zeros(&tables, After::Row, usize::from(width));
        Self {
            empty: empty.take_ready(),
            tables,
            deflate: Deflate::default(),
            shorts: Shorts::new(palette),
            chains: Chains::default(),
            stamps: Stamps::default(),
            rows: Default::default(),
            spare: Deflate::default(),
            width,
            done: 0,
            after: After::Row,
        }
    }

    /// Begins a picture.
    pub fn start(&mut self) {
        self.deflate.start(&self.tables);
    }

    /// The bytes of the palette, for indexed pictures; `None` where the picture had other colours. All that was made of
    /// those is forgotten then.
    pub fn palette(&mut self) -> Option<Option<Vec<u8>>> {
        match self.shorts.palette() {
            Some(palette) if !palette.is_complete() => {
                let palette = palette.clone().renewed();
                *self = Self::new(self.tables.clone(), self.width, Some(palette));
                None
            }
            palette => Some(palette.map(Palette::bytes)),
        }
    }

    /// Ends the picture, whose stream this is.
    pub fn finish(&mut self) -> &[u8] {
        self.deflate.finish(&self.tables)
    }

    pub fn begin(&mut self) {
        self.deflate.begin_row();
        (self.done, self.after) = (0, After::Row);
    }

    pub fn end(&mut self) {
        self.skip_to(self.width);
    }

    /// Writes as many rows without a change.
    pub fn repeat(&mut self, rows: usize) {
        for _ in 0..rows {
            self.deflate.ready(&self.empty);
        }
    }

    /// Writes unchanged columns up to `x`.
    fn skip_to(&mut self, x: u16) {
        let count = x - self.done;
        self.deflate.zeros(&self.tables, self.after, usize::from(count));
        self.after = if count > 0 { After::Zero } else { self.after.settled() };
        self.done = x;
    }

    /// Writes runs, from left to right.
    pub fn runs(&mut self, runs: &[Run]) {
        if self.done > 0 || runs.len() < MOST_ALONE {
            return self.write(runs);
        }
        // Rows of grid lines alone come again and again.
        let slot = (runs[0].new.wrapping_mul(0x9e37_79b1) >> 29) as usize;
        if self.rows[slot].runs != runs {
            self.rows[slot].runs.clear();
            self.rows[slot].runs.extend_from_slice(runs);
            self.rows[slot].written = None;
            return self.write(runs);
        }
        if self.rows[slot].written.is_none() {
            std::mem::swap(&mut self.deflate, &mut self.spare);
            self.write(runs);
            std::mem::swap(&mut self.deflate, &mut self.spare);
            self.rows[slot].written = Some((self.spare.take_ready(), self.done, self.after));
        }
        if let Some((ready, done, after)) = &self.rows[slot].written {
            self.deflate.ready(ready);
            (self.done, self.after) = (*done, *after);
        }
    }

    fn write(&mut self, runs: &[Run]) {
        let (mut index, start) = (0, self.done);
        let mut like_last = false;
        while let Some(run) = runs.get(index) {
            let like_next = runs.get(index + 1).is_some_and(|next| is_alike(next, run));
            let written = if like_last && like_next { self.copies(runs, index, start) } else { 0 };
            if written == 0 {
                self.run(run);
            }
            index += written.max(1);
            like_last = like_next;
        }
    }

    #[inline(never)]
    fn run(&mut self, run: &Run) {
        let gap = usize::from(run.x - self.done);
        let Self { tables, deflate, shorts, .. } = self;
        if let Some(short) = shorts.get(tables, run) {
            deflate.short(tables, (self.after, gap), short);
        } else {
            deflate.zeros(tables, self.after, gap);
            deflate.pixels(tables, shorts.value(tables, run), usize::from(run.len));
        }
        (self.done, self.after) = (run.end(), After::Value);
    }

    /// Writes those runs from the one at `index` on that are like the one before it and follow that at one distance
    /// as copies, where that is worth it. Returns how many they are. The first run comes after what was written up to
    /// column `start`.
    fn copies(&mut self, runs: &[Run], index: usize, start: u16) -> usize {
        let Self { tables, deflate, shorts, chains, .. } = self;
        let last = &runs[index - 1];
        let (away, len) = (runs[index].x - last.x, last.len);
        let gap = away - len;
        let expected = |run: &Run, times: u16| is_alike(run, last) && run.x - last.x == away * times;
        let count = runs[index..].iter().zip(1..).take_while(|&(run, times)| expected(run, times)).count();
        // What is copied begins left of the last run.
        let left = last.x - index.checked_sub(2).map_or(start, |before| runs[before].end());
        let known = left >= gap || usize::from(left) * tables.pixel() >= LONGEST;
        if count < 2 || usize::from(away) * tables.pixel() < SHORTEST || !known || self.done != last.end() {
            return 0;
        }
        let one = shorts.check(tables, last);
        let distance = usize::from(away) * tables.pixel();
        deflate.count_zeros(tables, usize::from(gap));
        let (written, after) = if distance < LONGEST {
            deflate.copy(tables, count * distance, distance);
            (count, 0)
        } else {
            // Of the last one it is not known what follows it.
            let steps = chains.steps(tables, (away, len), count - 1);
            steps.iter().for_each(|&(code, _)| deflate.put(code));
            (steps.len(), steps.last().map_or(0, |&(_, after)| after))
        };
        deflate.count_each(tables, one, written, usize::from(away));
        // What was counted goes on to the run after those.
        deflate.uncount_zeros(tables, usize::from(gap));
        deflate.count_zeros(tables, usize::from(after));
        if written > 0 {
            self.done = runs[index + written - 1].end() + after;
            self.after = if after > 0 { After::Zero } else { After::Value };
        }
        written
    }

    /// Writes a first dash with its gap, and what follows as a copy of them.
    pub fn dashes(&mut self, x: u16, len: u16, dashes: Dashes) {
        let Dashes { on, off, phase, old, new } = dashes;
        let (period, end) = (on + off, x + len);
        let mut first = x;
        if phase > 0 {
            // One that was begun left of here is not like the others.
            if phase < on {
                self.run(&Run { x, len: (on - phase).min(len), old, new });
            }
            first += period - phase;
        }
        if first >= end {
            return;
        }
        let dash = Run { x: first, len: on.min(end - first), old, new };
        let from = first + period;
        let distance = usize::from(period) * self.tables.pixel();
        // Whole dashes with their gaps, and one that may have less.
        let whole = end.saturating_sub(from) / period;
        let rest = on.min(end.saturating_sub(from) % period);
        let mut done = from + whole * period + rest;
        if rest == 0 && whole > 0 {
            done -= off;
        }
        let length = usize::from(done - from) * self.tables.pixel();
        if length < SHORTEST || distance > FARTHEST {
            let rest = Dashes { phase: 0, ..dashes }.runs(first, end - first);
            return rest.for_each(|run| self.run(&run));
        }
        let gap = self.tables.zeros(After::Value, usize::from(off));
        let short = self.shorts.get(&self.tables, &dash).copied();
        let (one, count) = match (short, gap) {
            (Some(short), Some(gap)) if short.code.len + gap.len <= MOST_BITS => {
                self.deflate.zeros(&self.tables, self.after, usize::from(first - self.done));
                self.deflate.then_copy(&self.tables, short.code.then(gap), length, distance);
                (short.check, whole + 1)
            }
            _ => {
                self.run(&dash);
                self.skip_to(from);
                self.deflate.copy(&self.tables, length, distance);
                (self.shorts.check(&self.tables, &dash), whole)
            }
        };
        let Self { tables, deflate, shorts, .. } = self;
        deflate.count_each(tables, one, usize::from(count), usize::from(period));
        if rest > 0 {
            let last = shorts.check(tables, &Run { len: rest, ..dash });
            deflate.count_each(tables, last, 1, usize::from(rest));
        } else {
            deflate.uncount_zeros(tables, usize::from(off));
        }
        (self.done, self.after) = (done, After::Value);
    }

    pub fn text(&mut self, text: TextRow<'_>) {
        self.skip_to(text.x);
        self.deflate.ready(self.stamps.get(&self.tables, &mut self.shorts, self.width, text));
        (self.done, self.after) = (text.x + text.line.bounds.w as u16, After::Value);
    }
}

#[cfg(test)]
mod tests;
