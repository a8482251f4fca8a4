//! Encode: from changing runs of pixels to the bytes of a PNG file.
//!
//! 8-bit RGB, not interlaced. Every row has filter type 2 (Up), so that a row
//! like the one above is zeros, and a run of pixels that change alike is one
//! difference repeated. What is written for a row:
//!
//! - the filter's byte;
//! - a stretch of unchanged pixels as a literal zero and matches of distance 1;
//! - a run of alike differences as one pixel of literals and matches of one
//!   pixel's distance;
//! - where two or more runs, and what lies between them, stood in the same row
//!   before, a copy of them: dashes and repeated digits.
//!
//! The Huffman tables follow from the spec alone (see `expect.rs`). So the
//! bytes follow from the rows and the spec, and never from anything else.

use crate::{
    Digest, Spec,
    deflate::{Deflate, Tables},
    expect,
    raster::{Pixel, Rows, Run},
};

/// An encoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Png {
    bytes: Vec<u8>,
    digest: Digest,
}

impl Png {
    /// The file's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file's bytes, owned.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The SHA-256 of the file's bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

/// PNG's filter type "Up": each byte is the difference to the byte above.
const UP: u8 = 2;

/// Bytes of a pixel.
const PIXEL: usize = 3;

/// Runs further apart than this, in pixels, are not looked for in the row before them.
const NEAR: u16 = 48;

/// Takes rows and writes the compressed stream of a PNG.
#[derive(Debug)]
pub(crate) struct Encoder {
    tables: Tables,
    deflate: Deflate,
    width: usize,
    height: usize,
    row: u32,
    /// The last run in the current row of each hash: row in the upper half, index in the lower.
    seen: [u32; 256],
    changes: Vec<Change>,
}

/// A run of pixels that differ alike from the pixels above them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    x: u16,
    len: u16,
    /// Differences to the bytes above, modulo 256.
    difference: u32,
}

impl Change {
    fn end(self) -> u16 {
        self.x + self.len
    }

    fn is_like(self, other: Self) -> bool {
        (self.len, self.difference) == (other.len, other.difference)
    }
}

impl Encoder {
    /// An encoder for pictures of one spec.
    pub fn new(spec: &Spec) -> Self {
        let (width, height) = (spec.width() as usize, spec.height() as usize);
        let tables = Tables::new(&expect::weights(spec), width, PIXEL);
        Self {
            tables,
            deflate: Deflate::default(),
            width,
            height,
            row: 0,
            seen: [0; 256],
            changes: Vec::new(),
        }
    }

    /// Begins a picture.
    pub fn start(&mut self) {
        self.deflate.start(&self.tables);
        self.row = 0;
        self.seen = [0; 256];
    }

    /// Ends the picture, after all its rows.
    pub fn finish(&mut self) -> Png {
        let data = self.deflate.finish(&self.tables);
        let mut bytes = Vec::with_capacity(data.len() + 64);
        let mut png = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        png.set_color(png::ColorType::Rgb);
        png.set_depth(png::BitDepth::Eight);
        png.write_header()
            .and_then(|mut writer| {
                writer.write_chunk(png::chunk::IDAT, data)?;
                writer.finish()
            })
            // Writing to a vector fails only where memory ends, and that aborts.
            .unwrap_or_else(|error| unreachable!("{error}"));
        let digest = Digest::of(&bytes);
        Png { bytes, digest }
    }

    /// Collects the runs of pixels whose bytes differ alike.
    fn collect(&mut self, runs: &[Run]) {
        self.changes.clear();
        for run in runs {
            let difference = subtract(run.new, run.old);
            match self.changes.last_mut() {
                Some(last) if last.end() == run.x && last.difference == difference => {
                    last.len += run.len
                }
                _ => self.changes.push(Change {
                    x: run.x,
                    len: run.len,
                    difference,
                }),
            }
        }
    }

    /// How many changes from the one at `index` on stand in this row already, and from which one on.
    fn seen_before(&mut self, index: usize) -> (usize, usize) {
        let changes = &self.changes[index..];
        let [first, second, ..] = changes else {
            return (0, 0);
        };
        let gap = second.x - first.end();
        if gap > NEAR {
            return (0, 0);
        }
        let key = first.difference
            ^ second.difference.rotate_left(9)
            ^ u32::from(first.len) << 20
            ^ u32::from(gap) << 26;
        let slot = &mut self.seen[(key.wrapping_mul(0x9e37_79b1) >> 24) as usize];
        let before = std::mem::replace(slot, self.row << 16 | index as u32);
        if before >> 16 != self.row {
            return (0, 0);
        }
        let from = (before & 0xffff) as usize;
        let earlier = &self.changes[from..];
        let mut count = usize::from(first.is_like(earlier[0]));
        while count > 0
            && count < changes.len()
            && changes[count].is_like(earlier[count])
            && changes[count].x - first.x == earlier[count].x - earlier[0].x
        {
            count += 1;
        }
        (count, from)
    }

    /// Copies `count` changes from those at `from`; returns the column after them.
    fn copy(&mut self, index: usize, count: usize, from: usize) -> u16 {
        let changes = &self.changes[index..index + count];
        let (first, last) = (changes[0], changes[count - 1]);
        let bytes = PIXEL * usize::from(last.end() - first.x);
        let distance = PIXEL * usize::from(first.x - self.changes[from].x);
        self.deflate.copy(&self.tables, bytes, distance);
        let mut done = first.x;
        for change in changes {
            self.deflate
                .count_zeros(&self.tables, usize::from(change.x - done));
            self.deflate
                .count_pixels(&self.tables, change.difference, usize::from(change.len));
            done = change.end();
        }
        done
    }
}

impl Rows for Encoder {
    fn row(&mut self, _here: &[Pixel], runs: &[Run]) {
        self.row += 1;
        self.collect(runs);
        self.deflate.literal(&self.tables, UP);
        // Columns before this one are written.
        let mut done = 0;
        let mut index = 0;
        while let Some(&change) = self.changes.get(index) {
            if change.x > done {
                self.deflate
                    .zeros(&self.tables, usize::from(change.x - done));
            }
            let (count, from) = self.seen_before(index);
            if count > 1 {
                done = self.copy(index, count, from);
                index += count;
            } else {
                self.deflate
                    .pixels(&self.tables, change.difference, usize::from(change.len));
                done = change.end();
                index += 1;
            }
        }
        if self.width > usize::from(done) {
            self.deflate
                .zeros(&self.tables, self.width - usize::from(done));
        }
    }

    fn repeat(&mut self, rows: usize) {
        self.row += rows as u32;
        for _ in 0..rows {
            self.deflate.literal(&self.tables, UP);
            self.deflate.zeros(&self.tables, self.width);
        }
    }
}

/// The difference of two pixels as the Up filter writes it: byte by byte, modulo 256.
fn subtract(new: Pixel, old: Pixel) -> u32 {
    const HIGH: u32 = 0x8080_8080;
    // The highest bits are kept apart, so that no byte borrows from the next.
    ((new | HIGH) - (old & !HIGH)) ^ ((new ^ !old) & HIGH)
}
