//! The stream of one picture: what is written for the changes of a row.
//!
//! - the filter's byte;
//! - a stretch of unchanged pixels as a literal zero and matches of distance 1;
//! - a run of alike differences as one pixel of literals and matches of one
//!   pixel's distance;
//! - a row of a line of text as it was written the first time;
//! - where two or more changes, and what lies between them, stood in the same
//!   row before, a copy of them: dashes and repeated labels.

use crate::{
    deflate::{Deflate, Ready, SHORTEST, Tables, Value},
    raster::{Change, Pixel, What, blend},
    text::{LevelRun, Line, Lines},
};

/// PNG's filter type "Up": each byte is the difference to the byte above.
const UP: u8 = 2;

/// Runs further apart than this, in pixels, are not looked for in the row before them.
const NEAR: u16 = 48;

/// Differences whose codes are kept ready, as a power of two.
const VALUES: u32 = 7;

/// What writing a row needs besides the stream.
pub(crate) struct Kit<'a> {
    pub tables: &'a Tables,
    pub values: &'a mut Values,
    pub stamps: &'a mut Stamps,
    pub lines: &'a Lines,
}

/// A stream, and what stands in its current row.
#[derive(Debug)]
pub(crate) struct Stream {
    pub deflate: Deflate,
    row: u32,
    /// The last run in the current row of each hash: row in the upper half, index in the lower.
    seen: [u32; 256],
}

impl Default for Stream {
    fn default() -> Self {
        Self { deflate: Deflate::default(), row: 0, seen: [0; 256] }
    }
}

impl Stream {
    pub fn start(&mut self, tables: &Tables) {
        self.deflate.start(tables);
        (self.row, self.seen) = (0, [0; 256]);
    }

    pub fn begin_row(&mut self, tables: &Tables) {
        self.row += 1;
        self.deflate.literal(tables, UP);
    }

    pub fn zeros(&mut self, tables: &Tables, count: u16) {
        if count > 0 {
            self.deflate.zeros(tables, usize::from(count));
        }
    }

    /// Writes one change or a copy of several, and the zeros from column `done` on before it.
    /// Returns the index of the next change and the column after those written.
    pub fn changes(
        &mut self,
        kit: &mut Kit<'_>,
        changes: &[Change],
        index: usize,
        done: u16,
    ) -> (usize, u16) {
        let change = changes[index];
        self.zeros(kit.tables, change.x - done);
        let (count, from) = self.seen_before(changes, index);
        if count == 0 {
            match change.what {
                What::Run { old, new } => {
                    let value = kit.values.get(kit.tables, difference(old, new));
                    self.deflate.pixels(kit.tables, value, usize::from(change.len));
                }
                What::Text { line, y, color, below } => {
                    self.deflate.ready(kit.stamps.get(kit.tables, kit.lines.get(line), y, (color, below)));
                }
            }
            return (index + 1, change.end());
        }
        let copied = &changes[index..index + count];
        let end = copied[count - 1].end();
        let distance = kit.tables.pixel() * usize::from(change.x - changes[from].x);
        self.deflate.copy(kit.tables, kit.tables.pixel() * usize::from(end - change.x), distance);
        let mut done = change.x;
        for change in copied {
            self.deflate.count_zeros(kit.tables, usize::from(change.x - done));
            match change.what {
                What::Run { old, new } => {
                    let value = kit.values.get(kit.tables, difference(old, new));
                    self.deflate.count_pixels(kit.tables, value, usize::from(change.len));
                }
                What::Text { line, y, color, below } => {
                    self.deflate.count_ready(kit.stamps.get(
                        kit.tables,
                        kit.lines.get(line),
                        y,
                        (color, below),
                    ));
                }
            }
            done = change.end();
        }
        (index + count, end)
    }

    /// How many changes from the one at `index` on stand in this row already
    /// and are worth a copy, and from which one on.
    fn seen_before(&mut self, changes: &[Change], index: usize) -> (usize, usize) {
        let first = changes[index];
        let (key, least) = match first.what {
            What::Text { line, .. } => (line, 1),
            What::Run { old, new } => {
                let Some(second) = changes.get(index + 1).filter(|second| second.x - first.end() <= NEAR)
                else {
                    return (0, 0);
                };
                let What::Run { old: second_old, new: second_new } = second.what else { return (0, 0) };
                let lengths = u32::from(first.len) << 20 ^ u32::from(second.x - first.end()) << 26;
                (difference(old, new) ^ difference(second_old, second_new).rotate_left(9) ^ lengths, 2)
            }
        };
        let slot = &mut self.seen[(key.wrapping_mul(0x9e37_79b1) >> 24) as usize];
        let before = std::mem::replace(slot, self.row << 16 | index as u32);
        if before >> 16 != self.row {
            return (0, 0);
        }
        let from = (before & 0xffff) as usize;
        let (earlier, shift) = (&changes[from..], first.x - changes[from].x);
        let alike = |(a, b): &(&Change, &Change)| a.x - b.x == shift && (a.len, a.what) == (b.len, b.what);
        let count = changes[index..].iter().zip(earlier).take_while(alike).count();
        let units = count.checked_sub(1).map_or(0, |last| changes[index + last].end() - first.x);
        // Bytes of indices can be fewer than the shortest match.
        if count < least || usize::from(units) < SHORTEST { (0, 0) } else { (count, from) }
    }
}

/// Rows of text, made once and kept, by their number, with their colours.
#[derive(Debug, Default)]
pub(crate) struct Stamps(Vec<Option<((Pixel, Pixel), Ready)>>);

impl Stamps {
    fn get(&mut self, tables: &Tables, line: &Line, y: u16, colors: (Pixel, Pixel)) -> &Ready {
        let number = (line.first_row + u32::from(y)) as usize;
        if self.0.len() <= number {
            self.0.resize_with(number + 1, || None);
        }
        let slot = &mut self.0[number];
        let known = slot.take().filter(|(known, _)| *known == colors);
        &slot.insert(known.unwrap_or_else(|| (colors, stamp(tables, line, y, colors)))).1
    }
}

/// What is written for a row of text, from its first column to its last.
fn stamp(tables: &Tables, line: &Line, y: u16, (color, below): (Pixel, Pixel)) -> Ready {
    let blend = |level: u8| blend(color, below, level);
    let as_change = |run: &LevelRun| Change {
        x: run.x,
        len: run.len,
        what: What::Run { old: blend(run.old), new: blend(run.new) },
    };
    let changes: Vec<Change> = line.changes(y).iter().map(as_change).collect();
    let mut kit = Kit {
        tables,
        values: &mut Values::default(),
        stamps: &mut Stamps::default(),
        lines: &Lines::default(),
    };
    // What is kept must not know of the rest of the row.
    let mut alone = Stream { row: 1, ..Stream::default() };
    let (mut index, mut done) = (0, 0);
    while index < changes.len() {
        (index, done) = alone.changes(&mut kit, &changes, index, done);
    }
    alone.zeros(tables, line.bounds.w as u16 - done);
    alone.deflate.into_ready()
}

/// What there is to know of the differences met lately, by their hash.
#[derive(Debug)]
pub(crate) struct Values(Vec<(u32, Value)>);

impl Default for Values {
    fn default() -> Self {
        // No difference has a fourth byte, so none is taken for known before it was met.
        Self(vec![(u32::MAX, Value::default()); 1 << VALUES])
    }
}

impl Values {
    fn get(&mut self, tables: &Tables, difference: u32) -> &Value {
        let slot = &mut self.0[(difference.wrapping_mul(0x9e37_79b1) >> (32 - VALUES)) as usize];
        if slot.0 != difference {
            *slot = (difference, Value::new(tables, difference));
        }
        &slot.1
    }
}

/// The differences of the new colour's bytes to the old one's, modulo 256, as the Up filter writes them.
fn difference(old: Pixel, new: Pixel) -> u32 {
    const HIGH: u32 = 0x8080_8080;
    // The highest bits are kept apart, so that no byte borrows from the next.
    ((new | HIGH) - (old & !HIGH)) ^ ((new ^ !old) & HIGH)
}
