//! Combs: dashes from the top down that all begin and end in the same rows.
//!
//! Grid lines at right angles to the time axis change hundreds of rows, all
//! of them in the same way. So for each it is only kept from which row to
//! which it is seen; the runs of a row are made when it is told.

use super::{
    Run,
    ground::{Ground, Grounds, are_plain},
    shape::Narrow,
};

/// Lines of the same dashes.
#[derive(Debug, Default)]
struct Comb {
    /// The first of them: of all others the rows, the colour and the dashes are the same.
    shape: Option<Narrow>,
    lines: Vec<Line>,
    /// Lines before this one have come into the current row.
    come: usize,
    /// Lines that are seen in the current row, from left to right, and the first row that one of them is not seen in.
    seen: Vec<Line>,
    gone: u16,
    /// The next row in which dashes begin or end.
    next: u16,
    /// The runs of the lines that are seen where dashes begin, and where they end, on a ground of one colour, once made.
    begins: Made,
    ends: Made,
}

/// Runs on a ground.
#[derive(Debug, Default)]
struct Made {
    ground: Option<Ground>,
    runs: Vec<Run>,
}

/// Part of a line that changes where dashes begin and end below row `top` and above row `bottom`, and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    top: u16,
    x: u16,
    bottom: u16,
    len: u16,
    zone: u16,
}

/// More combs than this a chart has not.
const MOST: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Combs {
    combs: [Comb; MOST],
    /// How many of them there are.
    count: usize,
    /// The next row in which any dashes begin or end.
    next: u16,
    runs: Vec<Run>,
    others: Vec<Run>,
}

impl Combs {
    pub fn clear(&mut self) {
        self.count = 0;
    }

    /// Adds the dashes of columns `x..x + len` of a shape between rows `top` and `bottom`, over the ground of a zone
    /// alone. Returns whether there was room.
    pub fn add(
        &mut self,
        shape: &Narrow,
        (x, len): (u16, u16),
        zone: usize,
        (top, bottom): (u16, u16),
    ) -> bool {
        let same = |comb: &Comb| {
            comb.shape.is_some_and(|other| {
                (other.top, other.bottom, other.color, other.on, other.off)
                    == (shape.top, shape.bottom, shape.color, shape.on, shape.off)
            })
        };
        let at = self.combs[..self.count].iter().position(same).unwrap_or(self.count);
        let Some(comb) = self.combs.get_mut(at) else { return false };
        if at == self.count {
            self.count += 1;
            comb.shape = Some(*shape);
            comb.lines.clear();
            comb.seen.clear();
            (comb.come, comb.gone) = (0, u16::MAX);
            (comb.begins.ground, comb.ends.ground) = (None, None);
        }
        comb.lines.push(Line { top, x, bottom, len, zone: zone as u16 });
        true
    }

    /// Begins the picture, after all was added.
    pub fn start(&mut self) {
        self.next = u16::MAX;
        for comb in &mut self.combs[..self.count] {
            comb.lines.sort_unstable();
            // At its first row a line begins; that is no change between its dashes.
            let second = comb.shape.map(|shape| (shape.top + shape.on, shape.bottom));
            comb.next = second.filter(|(row, bottom)| row < bottom).map_or(u16::MAX, |(row, _)| row);
            self.next = self.next.min(comb.next);
        }
    }

    /// The first row from the current one on in which dashes may change.
    pub fn next(&self) -> u16 {
        self.next
    }

    /// Makes the runs of row `y`, which is the [`next`](Self::next) one, together with these others.
    pub fn step<'a>(&'a mut self, y: u16, others: &[Run], grounds: &Grounds) -> &'a [Run] {
        let Self { combs, count, runs, others: space, next } = self;
        runs.clear();
        runs.extend_from_slice(others);
        *next = u16::MAX;
        for comb in &mut combs[..*count] {
            if comb.next == y {
                let made = comb.step(y, grounds);
                if runs.is_empty() {
                    runs.extend_from_slice(made);
                } else {
                    std::mem::swap(runs, space);
                    runs.clear();
                    merge(made, space, runs);
                }
            }
            *next = comb.next.min(*next);
        }
        runs
    }
}

impl Comb {
    /// The runs of row `y`.
    fn step(&mut self, y: u16, grounds: &Grounds) -> &[Run] {
        let Some(Narrow { top, bottom, color, on, off, .. }) = self.shape else { return &[] };
        if self.gone <= y || self.lines.get(self.come).is_some_and(|line| line.top < y) {
            self.come_and_go(y);
            (self.begins.ground, self.ends.ground) = (None, None);
        }
        let begins = (y - top).is_multiple_of(on + off);
        let next = y + if begins { on } else { off };
        self.next = if next < bottom { next } else { u16::MAX };
        let Some(first) = self.seen.first() else { return &[] };
        let made = if begins { &mut self.begins } else { &mut self.ends };
        let zone = &grounds.zone(usize::from(first.zone))[usize::from(y)..];
        let plain = zone[0] == zone[1] && are_plain(zone[0], zone[1]);
        if !plain || made.ground != Some(zone[0]) {
            made.runs.clear();
            for line in &self.seen {
                let ground = &grounds.zone(usize::from(line.zone))[usize::from(y)..];
                let (old, new) = if begins { (ground[0], color) } else { (color, ground[1]) };
                grounds.add_runs(line.x..line.x + line.len, old, new, &mut made.runs);
            }
            let alone = self.seen.iter().all(|line| line.zone == first.zone);
            made.ground = Some(zone[0]).filter(|_| plain && alone);
        }
        &made.runs
    }

    /// Lets lines come into row `y` and go.
    fn come_and_go(&mut self, y: u16) {
        self.seen.retain(|line| line.bottom > y);
        while let Some(&line) = self.lines.get(self.come).filter(|line| line.top < y) {
            self.come += 1;
            if line.bottom > y {
                let at = self.seen.partition_point(|other| other.x < line.x);
                self.seen.insert(at, line);
            }
        }
        self.gone = self.seen.iter().map(|line| line.bottom).min().unwrap_or(u16::MAX);
    }
}

/// Adds runs of two rows to a third one, from left to right.
fn merge(a: &[Run], mut b: &[Run], runs: &mut Vec<Run>) {
    for &run in a {
        while let Some((&other, rest)) = b.split_first().filter(|(other, _)| other.x < run.x) {
            runs.push(other);
            b = rest;
        }
        runs.push(run);
    }
    runs.extend_from_slice(b);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::{
        pixel::BLACK,
        shape::{Area, Wide},
    };

    #[test]
    fn lines_change_between_their_ends_alone_and_among_other_runs() {
        let mut grounds = Grounds::default();
        let wide = Wide { start: 0, end: 90, color: 1, on: 0, off: 0 };
        grounds.find(&[wide], &[Area { start: 0, end: 90, top: 0, bottom: 30 }], 90, 30);
        let shape = Narrow { start: 10, end: 11, top: 2, bottom: 30, color: 7, on: 4, off: 2 };
        let mut combs = Combs::default();
        combs.clear();
        // A candle hides the second line from row 6 to row 20.
        for (x, rows) in [(10, (2, 30)), (50, (2, 6)), (50, (20, 30))] {
            assert!(combs.add(&shape, (x, 1), 0, rows));
        }
        combs.start();
        let other = Run { x: 30, len: 2, old: 1, new: BLACK };
        let mut seen = Vec::new();
        while combs.next() < 30 {
            let y = combs.next();
            let runs = combs.step(y, &[other], &grounds);
            seen.push((y, runs.iter().map(|run| (run.x, run.old, run.new)).collect::<Vec<_>>()));
        }
        let rows: Vec<u16> = seen.iter().map(|&(y, _)| y).collect();
        assert_eq!(rows, [6, 8, 12, 14, 18, 20, 24, 26]);
        let other = (30, 1, BLACK);
        // In its last row, and in its first one, a line's change is its grid's.
        assert_eq!(seen[0].1, [(10, 7, 1), other]);
        assert_eq!(seen[5].1, [(10, 1, 7), other]);
        assert_eq!(seen[6].1, [(10, 7, 1), other, (50, 7, 1)]);
        assert_eq!(seen[7].1, [(10, 1, 7), other, (50, 1, 7)]);
    }
}
