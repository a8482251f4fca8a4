//! Strips: which pixels narrow shapes change, row by row.
//!
//! The picture is cut into strips of pixel columns at every side of a narrow
//! shape, so that within a strip all columns show the same shapes. What a
//! strip shows from top to bottom is found once; each change of colour on
//! that way is an event of its row.

use super::{
    pixel::{CLEAR, Pixel},
    shape::Narrow,
};

/// The end of a list.
const NONE: u32 = u32::MAX;

/// In its row, `len` pixels from column `x` on become `color`, or `CLEAR`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    pub x: u16,
    pub len: u16,
    pub color: Pixel,
}

/// Rows `top..bottom` of a strip, all of one colour.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    top: u16,
    bottom: u16,
    color: Pixel,
}

#[derive(Debug, Default)]
pub(super) struct Strips {
    /// Events as they are found, strip by strip, each with its row.
    found: Vec<(u16, Event)>,
    /// Events row by row, from left to right, and where those of each row begin.
    events: Vec<Event>,
    begins: Vec<u32>,
    /// Columns where a strip begins or ends, one bit each.
    sides: Vec<u64>,
    /// The first shape that ends at each column, and the next one that ends where it does.
    ends: Vec<u32>,
    next: Vec<u32>,
    /// The shapes of the current strip, in paint order, and what it shows.
    shapes: Vec<u32>,
    stretches: Vec<Stretch>,
    merged: Vec<Stretch>,
}

impl Strips {
    /// The events of row `y`, from left to right.
    pub fn row(&self, y: u16) -> &[Event] {
        &self.events[self.begins[usize::from(y)] as usize..self.begins[usize::from(y) + 1] as usize]
    }

    /// Finds all events of `shapes`, given in paint order.
    pub fn find(&mut self, shapes: &[Narrow], width: usize, height: usize) {
        self.found.clear();
        self.begins.clear();
        self.begins.resize(height + 1, 0);
        self.sides.clear();
        self.sides.resize(width / 64 + 1, 0);
        self.ends.clear();
        self.ends.resize(width + 1, NONE);
        self.next.clear();
        for (shape, id) in shapes.iter().zip(0..) {
            for side in [shape.start, shape.end] {
                self.sides[usize::from(side / 64)] |= 1 << (side % 64);
            }
            self.next.push(std::mem::replace(&mut self.ends[usize::from(shape.end)], id));
        }
        self.shapes.clear();
        // From right to left, so that each row's list comes out from left to right.
        let mut right = width as u16;
        for word in (0..self.sides.len()).rev() {
            let mut bits = self.sides[word];
            while bits != 0 {
                let bit = bits.ilog2();
                bits ^= 1 << bit;
                let side = (word * 64) as u16 + bit as u16;
                if !self.shapes.is_empty() {
                    self.find_stretches(shapes);
                    self.add_events(side, right);
                }
                right = side;
                self.shapes.retain(|&id| shapes[id as usize].start != side);
                let mut id = self.ends[usize::from(side)];
                while id != NONE {
                    let at = self.shapes.partition_point(|&other| other < id);
                    self.shapes.insert(at, id);
                    id = self.next[id as usize];
                }
            }
        }
        self.sort_events();
    }

    /// Sorts events by row, by counting. They were found from right to left.
    fn sort_events(&mut self) {
        let mut sum = 0;
        for begin in &mut self.begins {
            sum += *begin;
            *begin = sum;
        }
        self.events.resize(self.found.len(), Event { x: 0, len: 0, color: 0 });
        for &(row, event) in &self.found {
            // Each row's events fill its part from the end.
            let begin = &mut self.begins[usize::from(row)];
            *begin -= 1;
            self.events[*begin as usize] = event;
        }
    }

    /// What the strip of the current shapes shows, from top to bottom.
    fn find_stretches(&mut self, shapes: &[Narrow]) {
        self.stretches.clear();
        // From the topmost shape down, each into the rows that are still free.
        for &id in self.shapes.iter().rev() {
            let shape = &shapes[id as usize];
            self.merged.clear();
            let mut above = self.stretches.iter().copied().peekable();
            let mut top = shape.top;
            while top < shape.bottom {
                // A dash, or all of a shape that has none.
                let bottom = if shape.off == 0 { shape.bottom } else { shape.bottom.min(top + shape.on) };
                while top < bottom {
                    while let Some(before) = above.next_if(|other| other.bottom <= top) {
                        self.merged.push(before);
                    }
                    let free = above.peek().map_or(bottom, |other| other.top.min(bottom));
                    if top < free {
                        self.merged.push(Stretch { top, bottom: free, color: shape.color });
                    }
                    top = above.peek().map_or(bottom, |other| other.bottom.min(bottom));
                }
                top = bottom + shape.off;
            }
            self.merged.extend(above);
            std::mem::swap(&mut self.merged, &mut self.stretches);
        }
    }

    /// Adds the events of the strip `start..end`.
    fn add_events(&mut self, start: u16, end: u16) {
        let mut last = Stretch { top: 0, bottom: 0, color: CLEAR };
        let (x, len) = (start, end - start);
        let mut add = |row: u16, color: Pixel| {
            if usize::from(row) + 1 < self.begins.len() {
                self.begins[usize::from(row)] += 1;
                self.found.push((row, Event { x, len, color }));
            }
        };
        for &stretch in &self.stretches {
            if stretch.top != last.bottom && last.color != CLEAR {
                add(last.bottom, CLEAR);
                last.color = CLEAR;
            }
            if stretch.color != last.color {
                add(stretch.top, stretch.color);
            }
            last = stretch;
        }
        if last.color != CLEAR {
            add(last.bottom, CLEAR);
        }
    }
}
