//! Strips: which pixels narrow shapes change, row by row.
//!
//! Narrow shapes whose columns overlap are a group: a candle's wick and body,
//! the bar below it and the grid line behind. What a group shows is worked out
//! once (`raster/grid.rs`); here groups are found, and their runs sorted.

use super::{
    Run,
    found::{Found, add_bar, add_candle, add_specks},
    grid::Grid,
    ground::Grounds,
    plan::toggle,
    shape::Narrow,
};

/// The end of a list.
const NONE: u32 = u32::MAX;

/// Groups of more shapes than this are taken strip by strip: their grids grow with its square. Most of them are a candle
/// over a band, of which each column begins and ends in other rows.
const MOST: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Strips {
    found: Found,
    /// Runs row by row, from left to right, and where those of each row begin and end.
    runs: Vec<Run>,
    begins: Vec<u32>,
    ends: Vec<u32>,
    /// The lowest shape that begins at each column, and for each shape the next one that begins where it does.
    lowest: Vec<u32>,
    next: Vec<u32>,
    /// Columns where shapes begin, one bit each.
    starts: Vec<u64>,
    /// The shapes of the current group, and those of them in a strip.
    group: Vec<u32>,
    strip: Vec<Narrow>,
    /// Where the shapes of a group begin and end, and those of them in the current strip, in paint order.
    sides: Vec<u16>,
    shown: Vec<u32>,
    grid: Grid,
}

impl Strips {
    /// The runs of row `y`, from left to right.
    pub fn row(&self, y: u16) -> &[Run] {
        &self.runs[self.begins[usize::from(y)] as usize..self.ends[usize::from(y)] as usize]
    }

    /// Finds all that `shapes`, given in paint order, change over the grounds, and notes there what they cover.
    pub fn find(&mut self, shapes: &[Narrow], grounds: &mut Grounds, width: usize, height: usize) {
        self.found.clear(height);
        self.lowest.clear();
        self.lowest.resize(width, NONE);
        self.starts.clear();
        self.starts.resize(width.div_ceil(64), 0);
        self.next.clear();
        self.next.resize(shapes.len(), NONE);
        for (id, shape) in shapes.iter().enumerate().rev() {
            self.next[id] = std::mem::replace(&mut self.lowest[usize::from(shape.start)], id as u32);
            self.starts[usize::from(shape.start / 64)] |= 1 << (shape.start % 64);
        }
        self.group.clear();
        let mut end = 0;
        for word in 0..self.starts.len() {
            let mut bits = self.starts[word];
            while bits != 0 {
                let start = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if start >= end {
                    self.add_group(shapes, grounds);
                }
                let mut id = self.lowest[start];
                while id != NONE {
                    self.group.push(id);
                    end = end.max(usize::from(shapes[id as usize].end));
                    id = self.next[id as usize];
                }
            }
        }
        self.add_group(shapes, grounds);
        self.sort();
        self.found.combs.start();
    }

    /// The first row from the current one on in which combs may change something.
    pub fn next_combs(&self) -> u16 {
        self.found.combs.next()
    }

    /// The runs of row `y`, with those of combs.
    pub fn with_combs(&mut self, y: u16, grounds: &Grounds) -> &[Run] {
        let own = &self.runs[self.begins[usize::from(y)] as usize..self.ends[usize::from(y)] as usize];
        self.found.combs.step(y, own, grounds)
    }

    /// Adds the runs of the current group, and begins the next one.
    fn add_group(&mut self, shapes: &[Narrow], grounds: &mut Grounds) {
        if self.group.len() > MOST {
            return self.add_strips(shapes, grounds);
        }
        let Self { found, group, strip, grid, .. } = self;
        // In paint order.
        group.sort_unstable();
        strip.clear();
        strip.extend(group.drain(..).map(|id| shapes[id as usize]));
        // A bar below a candle is a group of its own.
        if let Some((first, others)) = strip.split_first()
            && first.off == 0
            && others.iter().all(|other| other.bottom < first.top || first.bottom < other.top)
            && add_bar(first, grounds, found)
        {
            strip.remove(0);
        }
        if !add_candle(strip, grounds, found) {
            grid.add_runs(strip, grounds, found);
        }
    }

    /// Adds the runs of the current group strip by strip, and begins the next one. In a strip, which reaches from one
    /// side of a shape to the next, no shape begins or ends.
    fn add_strips(&mut self, shapes: &[Narrow], grounds: &mut Grounds) {
        let Self { found, group, strip, grid, sides, shown, .. } = self;
        sides.clear();
        sides.extend(group.iter().flat_map(|&id| {
            let Narrow { start, end, .. } = shapes[id as usize];
            [start, end]
        }));
        sides.sort_unstable();
        sides.dedup();
        shown.clear();
        // Shapes were found from left to right.
        let mut next = group.drain(..).peekable();
        for side in sides.windows(2) {
            shown.retain(|&id| shapes[id as usize].end > side[0]);
            while let Some(id) = next.next_if(|&id| shapes[id as usize].start == side[0]) {
                toggle(shown, id);
            }
            strip.clear();
            strip.extend(shown.iter().map(|&id| Narrow {
                start: side[0],
                end: side[1],
                ..shapes[id as usize]
            }));
            add_specks(strip, found);
            if !matches!(strip[..], [shape] if shape.off == 0 && add_bar(&shape, grounds, found)) {
                grid.add_runs(strip, grounds, found);
            }
        }
        found.are_cut |= sides.len() > 2;
    }

    /// Sorts runs by row, by counting. Within a row they were found from left to right; what strips have cut is joined.
    fn sort(&mut self) {
        let mut sum = 0;
        self.begins.clear();
        self.begins.extend(self.found.counts.iter().map(|count| {
            sum += count;
            sum - count
        }));
        self.ends.clear();
        self.ends.extend_from_slice(&self.begins);
        self.runs.resize(self.found.runs.len(), Run { x: 0, len: 0, old: 0, new: 0 });
        for &(row, run) in &self.found.runs {
            let end = &mut self.ends[usize::from(row)];
            if self.found.are_cut && *end > self.begins[usize::from(row)] {
                let last = &mut self.runs[*end as usize - 1];
                if (last.end(), last.old, last.new) == (run.x, run.old, run.new) {
                    last.len += run.len;
                    continue;
                }
            }
            self.runs[*end as usize] = run;
            *end += 1;
        }
    }
}
