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
    deflate::{Deflate, Ready, Tables, Value},
    expect,
    raster::{Pixel, Rows, Run, Stamp},
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

/// Differences whose codes are kept ready, as a power of two.
const VALUES: u32 = 7;

/// Takes rows and writes the compressed stream of a PNG.
#[derive(Debug)]
pub(crate) struct Encoder {
    tables: Tables,
    values: Values,
    stream: Stream,
    width: usize,
    height: usize,
    /// Rows of text, ready made, by their number, with their colours.
    stamps: Vec<Option<((Pixel, Pixel), Ready)>>,
    /// The compressed stream.
    data: Vec<u8>,
}

impl Encoder {
    /// An encoder for pictures of one spec.
    pub fn new(spec: &Spec) -> Self {
        let (width, height) = (spec.width() as usize, spec.height() as usize);
        Self {
            tables: Tables::new(&expect::weights(spec), width, PIXEL),
            values: Values(vec![(0, Value::default()); 1 << VALUES]),
            stream: Stream::default(),
            width,
            height,
            stamps: Vec::new(),
            data: Vec::new(),
        }
    }

    /// Begins a picture.
    pub fn start(&mut self) {
        self.stream.start(&self.tables);
    }

    /// Ends the picture, after all its rows.
    pub fn finish(&mut self) -> Png {
        self.data.clear();
        self.stream.deflate.finish(&self.tables, &mut self.data);
        let mut bytes = Vec::with_capacity(self.data.len() + 64);
        let mut png = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        png.set_color(png::ColorType::Rgb);
        png.set_depth(png::BitDepth::Eight);
        png.write_header()
            .and_then(|mut writer| {
                writer.write_chunk(png::chunk::IDAT, &self.data)?;
                writer.finish()
            })
            // Writing to a vector fails only where memory ends, and that aborts.
            .unwrap_or_else(|error| unreachable!("{error}"));
        let digest = Digest::of(&bytes);
        Png { bytes, digest }
    }

    /// Writes a row of text, which is made once and kept.
    fn stamp(&mut self, stamp: &Stamp, runs: &[Run]) {
        let number = stamp.number as usize;
        if self.stamps.len() <= number {
            self.stamps.resize_with(number + 1, || None);
        }
        let known = self.stamps[number].take().filter(|(colors, _)| *colors == stamp.colors);
        let stamp = known.unwrap_or_else(|| {
            // What is kept must not know of the rest of the row.
            let mut alone = Stream::default();
            alone.next_row();
            let (mut index, mut done) = (0, runs[0].x);
            while index < runs.len() {
                (index, done) = alone.runs(&self.tables, &mut self.values, runs, index, done);
            }
            (stamp.colors, alone.deflate.into_ready())
        });
        let (_, ready) = self.stamps[number].insert(stamp);
        self.stream.deflate.ready(ready);
    }
}

impl Rows for Encoder {
    fn row(&mut self, _here: &[Pixel], runs: &[Run], stamps: &[Stamp]) {
        self.stream.next_row();
        self.stream.deflate.literal(&self.tables, UP);
        let mut stamps = stamps.iter().peekable();
        // Columns before this one are written.
        let mut done = 0;
        let mut index = 0;
        while index < runs.len() {
            // A copy may have taken a row of text along.
            while stamps.next_if(|stamp| stamp.first < index).is_some() {}
            if let Some(stamp) = stamps.next_if(|stamp| stamp.first == index) {
                self.stream.zeros(&self.tables, runs[index].x - done);
                self.stamp(stamp, &runs[index..index + stamp.count]);
                index += stamp.count;
                done = runs[index - 1].end();
            } else {
                (index, done) = self.stream.runs(&self.tables, &mut self.values, runs, index, done);
            }
        }
        // A side is at most 8192.
        self.stream.zeros(&self.tables, self.width as u16 - done);
    }

    fn repeat(&mut self, rows: usize) {
        for _ in 0..rows {
            self.stream.next_row();
            self.stream.deflate.literal(&self.tables, UP);
            self.stream.zeros(&self.tables, self.width as u16);
        }
    }
}

/// A stream, and what stands in its current row.
#[derive(Debug)]
struct Stream {
    deflate: Deflate,
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
    fn start(&mut self, tables: &Tables) {
        self.deflate.start(tables);
        (self.row, self.seen) = (0, [0; 256]);
    }

    fn next_row(&mut self) {
        self.row += 1;
    }

    fn zeros(&mut self, tables: &Tables, count: u16) {
        if count > 0 {
            self.deflate.zeros(tables, usize::from(count));
        }
    }

    /// Writes one run or a copy of several, and the zeros from column `done` on before it.
    /// Returns the index of the next run and the column after those written.
    fn runs(
        &mut self,
        tables: &Tables,
        values: &mut Values,
        runs: &[Run],
        index: usize,
        done: u16,
    ) -> (usize, u16) {
        let run = runs[index];
        self.zeros(tables, run.x - done);
        let (count, from) = self.seen_before(runs, index);
        if count < 2 {
            let value = values.get(tables, run.difference());
            self.deflate.pixels(tables, &value, usize::from(run.len));
            return (index + 1, run.end());
        }
        let copied = &runs[index..index + count];
        let end = copied[count - 1].end();
        self.deflate.copy(
            tables,
            PIXEL * usize::from(end - run.x),
            PIXEL * usize::from(run.x - runs[from].x),
        );
        let mut done = run.x;
        for run in copied {
            self.deflate.count_zeros(tables, usize::from(run.x - done));
            let value = values.get(tables, run.difference());
            self.deflate.count_pixels(tables, &value, usize::from(run.len));
            done = run.end();
        }
        (index + count, end)
    }

    /// How many runs from the one at `index` on stand in this row already, and from which one on.
    fn seen_before(&mut self, runs: &[Run], index: usize) -> (usize, usize) {
        let [first, second, ..] = &runs[index..] else { return (0, 0) };
        let gap = second.x - first.end();
        if gap > NEAR {
            return (0, 0);
        }
        let lengths = u32::from(first.len) << 20 ^ u32::from(gap) << 26;
        let key = first.difference() ^ second.difference().rotate_left(9) ^ lengths;
        let slot = &mut self.seen[(key.wrapping_mul(0x9e37_79b1) >> 24) as usize];
        let before = std::mem::replace(slot, self.row << 16 | index as u32);
        if before >> 16 != self.row {
            return (0, 0);
        }
        let from = (before & 0xffff) as usize;
        let (earlier, shift) = (&runs[from..], first.x - runs[from].x);
        let alike =
            |(a, b): &(&Run, &Run)| a.x - b.x == shift && (a.len, a.old, a.new) == (b.len, b.old, b.new);
        (runs[index..].iter().zip(earlier).take_while(alike).count(), from)
    }
}

/// What there is to know of the differences met lately, by their hash.
#[derive(Debug)]
struct Values(Vec<(u32, Value)>);

impl Values {
    fn get(&mut self, tables: &Tables, difference: u32) -> Value {
        let slot = &mut self.0[(difference.wrapping_mul(0x9e37_79b1) >> (32 - VALUES)) as usize];
        if slot.0 != difference {
            *slot = (difference, Value::new(tables, difference));
        }
        slot.1
    }
}

impl Run {
    /// The differences of the new colour's bytes to the old one's, modulo 256, as the Up filter writes them.
    fn difference(&self) -> u32 {
        const HIGH: u32 = 0x8080_8080;
        // The highest bits are kept apart, so that no byte borrows from the next.
        ((self.new | HIGH) - (self.old & !HIGH)) ^ ((self.new ^ !self.old) & HIGH)
    }
}
