//! The grid of a group of narrow shapes: its cells lie between their sides.
//!
//! A cell shows one colour, or dashes from the top down. So runs begin where
//! a row of the grid does, and within a cell of dashes where a dash does.

use super::{
    Run,
    found::{Found, cover},
    ground::{Grounds, are_plain},
    pixel::{CLEAR, Pixel},
    shape::Narrow,
};

/// What a cell shows: a colour, `CLEAR`, or the index of dashes with this bit.
type Cell = u32;
const DASHED: Cell = 1 << 31;

/// A shape of dashes over what else the cell shows.
#[derive(Debug, Clone, Copy)]
struct Dashed {
    shape: Narrow,
    below: Cell,
}

fn is_dashed(cell: Cell) -> bool {
    cell & DASHED != 0 && cell != CLEAR
}

#[derive(Debug, Default)]
pub(super) struct Grid {
    /// Where columns and rows of the grid begin, and where the last ones end.
    xs: Vec<u16>,
    ys: Vec<u16>,
    /// Row by row, with a clear one above the first and one below the last.
    cells: Vec<Cell>,
    dashed: Vec<Dashed>,
    /// The zone of each column.
    zones: Vec<usize>,
    /// Space for the runs of one cell.
    split: Vec<Run>,
}

impl Grid {
    /// Adds the runs of these shapes, row by row from left to right, and notes what the shapes cover.
    pub fn add_runs(&mut self, shapes: &[Narrow], grounds: &mut Grounds, found: &mut Found) {
        if shapes.is_empty() {
            return;
        }
        self.find_sides(shapes, grounds);
        self.paint(shapes);
        let columns = self.xs.len() - 1;
        let mut out = Out { grounds, found, split: std::mem::take(&mut self.split) };
        for (&y, cells) in self.ys.iter().zip(self.cells.windows(2 * columns).step_by(columns)) {
            if usize::from(y) == out.found.counts.len() {
                break;
            }
            let (above, here) = cells.split_at(columns);
            if let Some(ground) = out.ground_of_all(self, y) {
                for ((&above, &here), x) in above.iter().zip(here).zip(self.xs.windows(2)) {
                    let old = if above == CLEAR { ground } else { above };
                    let new = if here == CLEAR { ground } else { here };
                    if old != new {
                        out.found.add(y, Run { x: x[0], len: x[1] - x[0], old, new });
                    }
                }
                continue;
            }
            for (column, (&above, &here)) in above.iter().zip(here).enumerate() {
                if above != here || is_dashed(here) {
                    let old = if is_dashed(above) { self.color(above, y - 1) } else { above };
                    let new = if is_dashed(here) { self.color(here, y) } else { here };
                    out.add(self, column, y, old, new);
                }
            }
        }
        if !self.dashed.is_empty() {
            self.add_dashes(&mut out);
        }
        self.split = out.split;
        let is_hidden = |shape: &Narrow, before: &Narrow| {
            before.off == 0
                && before.start <= shape.start
                && shape.end <= before.end
                && before.top <= shape.top
                && shape.bottom <= before.bottom
        };
        for (index, shape) in shapes.iter().enumerate() {
            // A body is as large as its edge at most.
            if index == 0 || !is_hidden(shape, &shapes[index - 1]) {
                cover(shape, grounds);
            }
        }
    }

    fn find_sides(&mut self, shapes: &[Narrow], grounds: &Grounds) {
        let Self { xs, ys, zones, .. } = self;
        xs.clear();
        ys.clear();
        for shape in shapes {
            insert(xs, shape.start);
            insert(xs, shape.end);
            insert(ys, shape.top);
            insert(ys, shape.bottom);
        }
        let borders = grounds.borders();
        let (first, last) = (xs[0], xs[xs.len() - 1]);
        let mut zone = borders.partition_point(|&border| border <= first) - 1;
        borders[zone + 1..]
            .iter()
            .take_while(|&&border| border < last)
            .for_each(|&border| insert(xs, border));
        zones.clear();
        for &x in &xs[..xs.len() - 1] {
            zone += usize::from(borders[zone + 1] == x);
            zones.push(zone);
        }
    }

    fn paint(&mut self, shapes: &[Narrow]) {
        let Self { xs, ys, cells, dashed, .. } = self;
        let columns = xs.len() - 1;
        dashed.clear();
        cells.clear();
        cells.resize(columns * (ys.len() + 1), CLEAR);
        let at = |sides: &[u16], side: u16| sides.iter().position(|&other| other == side).unwrap_or_default();
        for &shape in shapes {
            let (start, end) = (at(xs, shape.start), at(xs, shape.end));
            for row in at(ys, shape.top)..at(ys, shape.bottom) {
                let cells = &mut cells[(row + 1) * columns..][start..end];
                if shape.off == 0 {
                    cells.iter_mut().for_each(|cell| *cell = shape.color);
                    continue;
                }
                for cell in cells {
                    dashed.push(Dashed { shape, below: *cell });
                    *cell = DASHED | (dashed.len() - 1) as u32;
                }
            }
        }
    }

    /// What a cell shows in row `y`.
    fn color(&self, mut cell: Cell, y: u16) -> Pixel {
        while is_dashed(cell) {
            let Dashed { shape, below } = self.dashed[(cell & !DASHED) as usize];
            if (y - shape.top) % (shape.on + shape.off) < shape.on {
                return shape.color;
            }
            cell = below;
        }
        cell
    }

    /// Adds what changes within cells of dashes.
    fn add_dashes(&self, out: &mut Out<'_>) {
        let columns = self.xs.len() - 1;
        for (row, side) in self.ys.windows(2).enumerate() {
            for column in 0..columns {
                let cell = self.cells[(row + 1) * columns + column];
                if !is_dashed(cell) {
                    continue;
                }
                let Dashed { shape, below } = self.dashed[(cell & !DASHED) as usize];
                if is_dashed(below) {
                    // Dashes over dashes, row by row.
                    for y in side[0] + 1..side[1] {
                        out.add(self, column, y, self.color(cell, y - 1), self.color(cell, y));
                    }
                    continue;
                }
                let columns = (self.xs[column], self.xs[column + 1] - self.xs[column]);
                if below == CLEAR
                    && out.found.combs.add(&shape, columns, self.zones[column], (side[0], side[1]))
                {
                    continue;
                }
                let mut dash = side[0] - (side[0] - shape.top) % (shape.on + shape.off);
                while dash < side[1] {
                    if dash > side[0] {
                        out.add(self, column, dash, below, shape.color);
                    }
                    let gap = dash + shape.on;
                    if side[0] < gap && gap < side[1] {
                        out.add(self, column, gap, shape.color, below);
                    }
                    dash = gap + shape.off;
                }
            }
        }
    }
}

/// Inserts a side in its place, unless it is there.
fn insert(sides: &mut Vec<u16>, side: u16) {
    let at = sides.iter().rposition(|&other| other <= side).map_or(0, |before| before + 1);
    if at == 0 || sides[at - 1] != side {
        sides.insert(at, side);
    }
}

/// Where runs go to.
struct Out<'a> {
    grounds: &'a Grounds,
    found: &'a mut Found,
    split: Vec<Run>,
}

impl Out<'_> {
    /// The ground of all columns of a grid without dashes, if in row `y` and the one above it is the same colour.
    fn ground_of_all(&self, grid: &Grid, y: u16) -> Option<Pixel> {
        let zone = grid.zones[0];
        let ground = &self.grounds.zone(zone)[usize::from(y)..];
        let is_one = ground[0] == ground[1] && are_plain(ground[0], ground[1]);
        // Zones rise.
        (is_one && grid.dashed.is_empty() && grid.zones.last() == Some(&zone)).then_some(ground[0])
    }

    /// Adds the run of a column of the grid in row `y`, where there is one.
    #[inline]
    fn add(&mut self, grid: &Grid, column: usize, y: u16, old: Pixel, new: Pixel) {
        if old == new {
            return;
        }
        let ground = || &self.grounds.zone(grid.zones[column])[usize::from(y)..];
        let old = if old == CLEAR { ground()[0] } else { old };
        let new = if new == CLEAR { ground()[1] } else { new };
        let (x, end) = (grid.xs[column], grid.xs[column + 1]);
        if !are_plain(old, new) {
            self.split.clear();
            self.grounds.add_runs(x..end, old, new, &mut self.split);
            self.split.iter().for_each(|&run| self.found.add(y, run));
        } else if old != new {
            self.found.add(y, Run { x, len: end - x, old, new });
        }
    }
}
