//! Rows of text, made once and kept, by their number, with their colours.
//!
//! Digits are alike, and a row of a line is often like one of the rows above.
//! So parts of it are copies of what the line has brought into the stream
//! already; they lie at the same distance wherever the line stands.

use super::shorts::Shorts;
use crate::{
    deflate::{After, Deflate, FARTHEST, Ready, SHORTEST, Tables, Value},
    raster::{Pixel, TextRow, blend},
    text::Line,
};

/// How many places are looked at for each copy.
const MOST_PLACES: usize = 24;

#[derive(Debug, Default)]
pub(super) struct Stamps(Vec<Option<((Pixel, Pixel), Ready)>>);

impl Stamps {
    /// What is written for a row of text in rows of `width` pixels, from its first column to its last.
    pub fn get(&mut self, tables: &Tables, shorts: &mut Shorts, width: u16, text: TextRow<'_>) -> &Ready {
        let first = text.line.first_row as usize;
        let number = first + usize::from(text.y);
        let is_known = self.0.get(number).is_some_and(|stamp| {
            stamp.as_ref().is_some_and(|((color, below), _)| *color == text.color && *below == text.below)
        });
        if !is_known {
            let rows = text.line.bounds.h as usize + 1;
            if self.0.len() < first + rows {
                self.0.resize_with(first + rows, || None);
            }
            let mut parser = Parser::new(tables, shorts, width, text);
            for (y, slot) in self.0[first..first + rows].iter_mut().enumerate() {
                *slot = Some(((text.color, text.below), parser.row(y)));
            }
        }
        match &self.0[number] {
            Some((_, ready)) => ready,
            None => unreachable!("all rows of the line were made"),
        }
    }
}

/// Finds copies in a line of text, row by row.
struct Parser<'a> {
    tables: &'a Tables,
    /// Bytes of a row of the picture, with its filter's.
    stride: usize,
    /// Pixels of a row of the line.
    width: usize,
    /// The differences of all pixels, row after row.
    pixels: Vec<u32>,
    /// For each pair of pixels the last place where it begins, by its hash, and for each place the one before.
    heads: [u32; 256],
    before: Vec<u32>,
    /// Bits that the pixels left of each column of the row take without copies.
    bits: Vec<u32>,
}

const NONE: u32 = u32::MAX;

/// A copy of `back` unchanged pixels and `len` from where the next change is, and the bits it saves.
#[derive(Debug, Clone, Copy)]
struct Copy {
    back: usize,
    len: usize,
    distance: usize,
    saved: u32,
}

impl<'a> Parser<'a> {
    fn new(tables: &'a Tables, shorts: &mut Shorts, width: u16, text: TextRow<'_>) -> Self {
        let pixels = differences(text.line, |old, new| {
            let color = |level| blend(text.color, text.below, level);
            shorts.difference(color(old), color(new))
        });
        Self {
            tables,
            stride: usize::from(width) * tables.pixel() + 1,
            width: text.line.bounds.w as usize,
            heads: [NONE; 256],
            before: vec![NONE; pixels.len()],
            pixels,
            bits: Vec::new(),
        }
    }

    /// What is written for row `y`, after all rows above it.
    fn row(&mut self, y: usize) -> Ready {
        self.weigh(y);
        let mut deflate = Deflate::default();
        let (first, width) = (y * self.width, self.width);
        let mut x = 0;
        while x < width {
            let row = &self.pixels[first..first + width];
            let gap = row[x..].iter().take_while(|&&pixel| pixel == 0).count();
            let after = if x > 0 && row[x - 1] == 0 { After::Zero } else { After::Value };
            let start = x + gap;
            if start == width {
                deflate.zeros(self.tables, after, gap);
                break;
            }
            let value = row[start];
            let copy = self.copy(y, start, gap);
            let back = copy.map_or(0, |copy| copy.back);
            if gap > back {
                deflate.zeros(self.tables, after, gap - back);
            }
            x = match copy {
                Some(Copy { len, distance, .. }) => {
                    let count = (back + len) * self.tables.pixel();
                    deflate.copy(self.tables, count, distance);
                    deflate.count_zeros(self.tables, back);
                    for &pixel in &self.pixels[first + start..][..len] {
                        deflate.count_pixel(self.tables, &Value::new(self.tables, pixel));
                    }
                    start + len
                }
                None => {
                    let count = row[start..].iter().take_while(|&&pixel| pixel == value).count();
                    deflate.pixels(self.tables, &Value::new(self.tables, value), count);
                    start + count
                }
            };
            // Places become known when all of the row left of them is written.
            for place in first + start..first + x {
                self.add(place);
            }
        }
        deflate.take_ready()
    }

    /// Finds what the row takes without copies.
    fn weigh(&mut self, y: usize) {
        self.bits.clear();
        let mut sum = 0;
        let row = &self.pixels[y * self.width..][..self.width];
        for run in row.chunk_by(|a, b| a == b) {
            self.bits.push(sum);
            sum += match run[0] {
                0 => self.tables.bits_of_zeros(run.len()),
                value => Value::new(self.tables, value).bits(self.tables, run.len()),
            };
            // All of it counts for the first pixel.
            self.bits.resize(self.bits.len() + run.len() - 1, sum);
        }
        self.bits.push(sum);
    }

    fn key(&self, place: usize) -> usize {
        let next = self.pixels.get(place + 1).copied().unwrap_or(0);
        ((self.pixels[place] ^ next.rotate_left(11)).wrapping_mul(0x9e37_79b1) >> 24) as usize
    }

    /// Notes a place where there is a change.
    fn add(&mut self, place: usize) {
        if self.pixels[place] != 0 {
            let key = self.key(place);
            self.before[place] = std::mem::replace(&mut self.heads[key], place as u32);
        }
    }

    /// The copy that saves most of what begins with the change at `start`, after `gap` unchanged pixels.
    fn copy(&self, y: usize, start: usize, gap: usize) -> Option<Copy> {
        let here = y * self.width + start;
        let mut best: Option<Copy> = None;
        let mut place = self.heads[self.key(here)];
        for _ in 0..MOST_PLACES {
            if place == NONE {
                break;
            }
            let from = place as usize;
            place = self.before[from];
            let (row, x) = (from / self.width, from % self.width);
            let distance = (y - row) * self.stride + start * self.tables.pixel() - x * self.tables.pixel();
            if distance > FARTHEST {
                break;
            }
            let most = self.width - start.max(x);
            let alike = |(a, b): &(&u32, &u32)| a == b;
            let len =
                self.pixels[from..].iter().zip(&self.pixels[here..]).take(most).take_while(alike).count();
            let left = self.pixels[from - x..from].iter().rev().take(gap);
            let back = left.take_while(|&&pixel| pixel == 0).count();
            if (back + len) * self.tables.pixel() < SHORTEST || len == 0 {
                continue;
            }
            let taken = self.tables.bits_of_copy((back + len) * self.tables.pixel(), distance);
            let saved = (self.bits[start + len] - self.bits[start - back]).saturating_sub(taken);
            if saved > best.map_or(0, |best| best.saved) {
                best = Some(Copy { back, len, distance, saved });
            }
        }
        best
    }
}

/// The differences of a line's pixels to those above, row after row.
fn differences(line: &Line, mut difference: impl FnMut(u8, u8) -> u32) -> Vec<u32> {
    let (width, rows) = (line.bounds.w as usize, line.bounds.h as usize + 1);
    let mut pixels = vec![0; width * rows];
    for (y, row) in (0..).zip(pixels.chunks_exact_mut(width)) {
        for run in line.changes(y) {
            let (start, len) = (usize::from(run.x), usize::from(run.len));
            row[start..start + len].fill(difference(run.old, run.new));
        }
    }
    pixels
}
