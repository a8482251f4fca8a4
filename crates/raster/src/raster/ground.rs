//! The ground: what wide shapes show, before anything narrow.
//!
//! The picture is cut into zones of pixel columns at every side of a wide
//! shape, so that within a zone each row has one ground: a colour, or dashes
//! over one. The ground of a row differs from that above only in few rows,
//! its turns; for those it is noted which columns narrow shapes cover.

use std::ops::Range;

use super::{
    Dashes, Run,
    pixel::{BLACK, Pixel},
    shape::{Area, Wide},
};

/// The ground of a zone's row: a colour, or the index of a broken one with this bit.
pub(super) type Ground = u32;
const BROKEN: Ground = 1 << 31;

/// Dashes of a wide shape over some ground.
#[derive(Debug, Clone, Copy)]
struct Broken {
    wide: Wide,
    below: Ground,
}

#[derive(Debug, Default)]
pub(super) struct Grounds {
    /// Where zones begin, and the width of the picture.
    borders: Vec<u16>,
    /// Zone by zone, from the black row above the first one down.
    grounds: Vec<Ground>,
    height: usize,
    broken: Vec<Broken>,
    /// Rows in which some ground may differ from that above, rising.
    turns: Vec<u16>,
    /// For each row, and for the one after the last, the first turn that is not above it.
    next: Vec<u16>,
    /// For each turn the columns that are covered in its row or in the one above, one bit each.
    covers: Vec<u64>,
    words: usize,
    /// Space for one stretch's runs.
    runs: Vec<Run>,
}

impl Grounds {
    /// Finds the ground that these shapes make, given in paint order with their areas.
    pub fn find(&mut self, wide: &[Wide], areas: &[Area], width: usize, height: usize) {
        self.height = height;
        self.broken.clear();
        self.borders.clear();
        self.borders.extend([0, width as u16]);
        self.borders.extend(areas.iter().flat_map(|area| [area.start, area.end]));
        self.borders.sort_unstable();
        self.borders.dedup();
        self.grounds.clear();
        self.grounds.resize((self.borders.len() - 1) * (height + 1), BLACK);
        for (wide, area) in wide.iter().zip(areas) {
            for zone in self.zone_at(area.start)..self.zone_at(area.end) {
                let first = zone * (height + 1) + 1;
                let rows = &mut self.grounds[first..][usize::from(area.top)..usize::from(area.bottom)];
                if wide.off == 0 {
                    rows.fill(wide.color);
                    continue;
                }
                let mut last = None;
                for ground in rows {
                    if last != Some(*ground) {
                        last = Some(*ground);
                        self.broken.push(Broken { wide: *wide, below: *ground });
                    }
                    *ground = BROKEN | (self.broken.len() - 1) as u32;
                }
            }
        }
        self.find_turns(areas);
        self.words = width.div_ceil(64);
        self.covers.clear();
        self.covers.resize(self.turns.len() * self.words, 0);
    }

    fn find_turns(&mut self, areas: &[Area]) {
        self.turns.clear();
        self.turns.push(0);
        self.turns.extend(areas.iter().flat_map(|area| [area.top, area.bottom]));
        self.turns.sort_unstable();
        self.turns.dedup();
        self.turns.retain(|&row| usize::from(row) < self.height);
        self.next.clear();
        for (&turn, index) in self.turns.iter().zip(0..) {
            self.next.resize(usize::from(turn) + 1, index);
        }
        self.next.resize(self.height + 1, self.turns.len() as u16);
    }

    /// The zone that begins at a border.
    fn zone_at(&self, border: u16) -> usize {
        self.borders.partition_point(|&other| other < border)
    }

    /// Where zones begin, and the width of the picture.
    pub fn borders(&self) -> &[u16] {
        &self.borders
    }

    /// The grounds of a zone, the first one that of the row above the first.
    pub fn zone(&self, zone: usize) -> &[Ground] {
        &self.grounds[zone * (self.height + 1)..][..=self.height]
    }

    /// The index of the turn in row `y`.
    pub fn turn(&self, y: u16) -> Option<usize> {
        let turn = usize::from(self.next[usize::from(y)]);
        self.turns.get(turn).is_some_and(|&row| row == y).then_some(turn)
    }

    /// Notes that columns are covered in rows `top..bottom`, in those turns for which `covers` says so.
    pub fn cover(&mut self, columns: Range<u16>, top: u16, bottom: u16, covers: impl Fn(u16) -> bool) {
        let first = usize::from(self.next[usize::from(top)]);
        let turns = self.turns[first..].iter().take_while(|&&y| y <= bottom);
        for (word, mask) in masks(columns) {
            let covers_of_word = self.covers[first * self.words..].iter_mut().skip(word).step_by(self.words);
            for (cover, _) in covers_of_word.zip(turns.clone()).filter(|&(_, &y)| covers(y)) {
                *cover |= mask;
            }
        }
    }

    /// What a ground shows in a column.
    pub fn color(&self, mut ground: Ground, x: u16) -> Pixel {
        while ground & BROKEN != 0 {
            let Broken { wide, below } = self.broken[(ground & !BROKEN) as usize];
            if (x - wide.start) % (wide.on + wide.off) < wide.on {
                return wide.color;
            }
            ground = below;
        }
        ground
    }

    /// Tells all changes of the ground in row `y`, where nothing covers it, from left to right.
    pub fn step(&mut self, y: u16, turn: usize, mut tell: impl FnMut(Step<'_>)) {
        let mut runs = std::mem::take(&mut self.runs);
        for (zone, border) in self.borders.windows(2).enumerate() {
            let at = zone * (self.height + 1) + usize::from(y);
            let (old, new) = (self.grounds[at], self.grounds[at + 1]);
            if old == new {
                continue;
            }
            let covers = &self.covers[turn * self.words..][..self.words];
            let mut x = border[0];
            while let Some(Range { start, end }) = free(covers, x..border[1]) {
                x = end;
                match self.dashes(start, old, new) {
                    Some(dashes) => tell(Step::Dashes { x: start, len: end - start, dashes }),
                    None => {
                        runs.clear();
                        self.add_runs(start..end, old, new, &mut runs);
                        if !runs.is_empty() {
                            tell(Step::Runs(&runs));
                        }
                    }
                }
            }
        }
        self.runs = runs;
    }

    /// The dashes that come or go from column `x` on, where that is all that happens.
    fn dashes(&self, x: u16, old: Ground, new: Ground) -> Option<Dashes> {
        let (broken, plain) = if new & BROKEN == 0 { (old, new) } else { (new, old) };
        if broken & BROKEN == 0 {
            return None;
        }
        let Broken { wide, below } = self.broken[(broken ^ BROKEN) as usize];
        let phase = (x - wide.start) % (wide.on + wide.off);
        let (old, new) = if broken == new { (plain, wide.color) } else { (wide.color, plain) };
        (below == plain && plain & BROKEN == 0).then_some(Dashes {
            on: wide.on,
            off: wide.off,
            phase,
            old,
            new,
        })
    }

    /// Adds the runs in which two grounds differ, as long as can be.
    pub fn add_runs(&self, columns: Range<u16>, old: Ground, new: Ground, runs: &mut Vec<Run>) {
        if are_plain(old, new) {
            if old != new {
                runs.push(Run { x: columns.start, len: columns.end - columns.start, old, new });
            }
            return;
        }
        for x in columns {
            let (old, new) = (self.color(old, x), self.color(new, x));
            match runs.last_mut() {
                _ if old == new => {}
                Some(last) if (last.x + last.len, last.old, last.new) == (x, old, new) => last.len += 1,
                _ => runs.push(Run { x, len: 1, old, new }),
            }
        }
    }
}

/// Whether two grounds are of one colour each.
pub(super) fn are_plain(a: Ground, b: Ground) -> bool {
    (a | b) & BROKEN == 0
}

/// A change of the ground in a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    Runs(&'a [Run]),
    Dashes { x: u16, len: u16, dashes: Dashes },
}

impl Step<'_> {
    /// Its left-most column.
    pub fn x(&self) -> u16 {
        match *self {
            Self::Runs(runs) => runs.first().map_or(0, |run| run.x),
            Self::Dashes { x, .. } => x,
        }
    }
}

/// Sets the bits of columns.
pub(super) fn set(words: &mut [u64], columns: Range<u16>) {
    masks(columns).for_each(|(word, mask)| words[word] |= mask);
}

/// The words that have the bits of columns, and those bits.
fn masks(columns: Range<u16>) -> impl Iterator<Item = (usize, u64)> {
    let (mut x, end) = (u32::from(columns.start), u32::from(columns.end));
    std::iter::from_fn(move || {
        let len = (64 - x % 64).min(end.checked_sub(x).filter(|&len| len > 0)?);
        let part = ((x / 64) as usize, u64::MAX >> (64 - len) << (x % 64));
        x += len;
        Some(part)
    })
}

/// The first columns whose bits are not set.
fn free(words: &[u64], columns: Range<u16>) -> Option<Range<u16>> {
    // The first column from `x` on whose bit, after `flip`, is not set.
    let find = |x: u16, flip: u64| {
        let (mut word, mut skipped) = (usize::from(x / 64), x % 64);
        loop {
            let bits = (words.get(word)? ^ flip) >> skipped;
            let ones = bits.trailing_ones() as u16;
            if skipped + ones < 64 {
                return Some(word as u16 * 64 + skipped + ones);
            }
            (word, skipped) = (word + 1, 0);
        }
    };
    let start = find(columns.start, 0).filter(|&start| start < columns.end)?;
    Some(start..find(start, u64::MAX).map_or(columns.end, |end| end.min(columns.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_columns_are_those_that_are_not_set() {
        let mut words = [0; 3];
        for columns in [3..5, 60..70, 128..192] {
            set(&mut words, columns);
        }
        let mut found = Vec::new();
        let mut x = 4;
        while let Some(columns) = free(&words, x..180) {
            x = columns.end;
            found.push(columns);
        }
        assert_eq!(found, [5..60, 70..128]);
        assert_eq!(free(&words, 0..2), Some(0..2));
    }
}
