//! A deflate stream written by hand, so that compressed bytes are ours for good.
//!
//! One block with Huffman tables of its own (RFC 1951, 3.2.7) inside a zlib
//! frame (RFC 1950). The tables follow from weights alone, so that one pass
//! over a picture is enough. The checksum is kept in closed form: zeros cost
//! nothing, and a run the same whatever its length.

mod pen;
mod tables;

use crate::huffman::Code;
use tables::Matches;

pub(crate) use pen::{Check, Pen};
pub use tables::{DISTANCES, LONGEST, SHORTEST, SYMBOLS, Weights};
pub(crate) use tables::{FARTHEST, MOST_BITS, Tables};

/// PNG's filter type "Up": each byte is the difference to the byte above.
pub(crate) const UP: u8 = 2;

/// Writes a zlib stream from literals and runs.
#[derive(Debug, Default)]
pub(crate) struct Deflate {
    /// The stream's bytes up to the pen; what follows is space.
    out: Vec<u8>,
    pen: Pen,
}

impl Deflate {
    /// Begins a new stream in the space of the last one.
    pub fn start(&mut self, tables: &Tables) {
        self.pen = Pen::default();
        // zlib: deflate with a window of 32 KB, the default level, no dictionary.
        self.put(Code { bits: 0x9c78, len: 16 });
        for &code in &tables.header {
            self.put(code);
        }
    }

    /// Ends the stream, whose bytes these are.
    pub fn finish(&mut self, tables: &Tables) -> &[u8] {
        self.put(tables.end);
        self.put(Code { bits: 0, len: self.pen.held.wrapping_neg() % 8 });
        let adler = self.pen.adler().swap_bytes();
        self.put(Code { bits: u64::from(adler), len: 32 });
        &self.out[..self.pen.len]
    }

    /// Writes a code of up to `MOST_BITS` bits.
    #[inline]
    pub fn put(&mut self, code: Code) {
        self.pen.put(&mut self.out, code);
    }

    /// Begins a row, whose filter's byte is written with the first stretch of zeros, be it of none.
    pub fn begin_row(&mut self) {
        self.pen.count(Check { sum: u64::from(UP), weighted: 0 }, 1);
    }

    /// Writes `count` pixels of zeros.
    #[inline]
    pub fn zeros(&mut self, tables: &Tables, after: After, count: usize) {
        if let Some(&code) = tables.zeros[after as usize].get(count) {
            self.put(code);
        } else {
            self.many_zeros(tables, after, count);
        }
        self.pen.count_zeros((count * tables.pixel) as u64);
    }

    /// Writes zeros that cannot be put at once.
    #[inline(never)]
    fn many_zeros(&mut self, tables: &Tables, after: After, count: usize) {
        let bytes = count * tables.pixel - usize::from(after != After::Zero);
        let (mut longest, rest) = (bytes / LONGEST, bytes % LONGEST);
        let rest = if rest < SHORTEST { Code::default() } else { tables.bytes_again[rest] };
        let mut after = after;
        loop {
            let codes = &tables.longest[after as usize];
            match codes.get(longest) {
                Some(code) if code.len + rest.len <= MOST_BITS => {
                    self.put(code.then(rest));
                    break;
                }
                _ => {
                    let most = longest.min(codes.len() - 1);
                    self.put(codes[most]);
                    (longest, after) = (longest - most, After::Zero);
                }
            }
        }
        if rest.len == 0 {
            (0..bytes % LONGEST).for_each(|_| self.put(tables.literals[0]));
        }
    }

    /// Writes a pixel `count` times.
    pub fn pixels(&mut self, tables: &Tables, value: &Value, count: usize) {
        let (first, bytes, again) = value.parts(tables, count);
        self.put(first);
        for length in Matches(count * tables.pixel - bytes) {
            if length < SHORTEST {
                // Only bytes that are all the same leave so short a rest.
                (0..length).for_each(|_| self.put(value.byte));
            } else {
                self.put(again[length]);
            }
        }
        self.pen.count(value.check(tables, count), (count * tables.pixel) as u64);
    }

    /// Writes `gap` pixels of zeros and then a short run.
    #[inline]
    pub fn short(&mut self, tables: &Tables, (after, gap): (After, usize), short: &Short) {
        match tables.zeros[after as usize].get(gap) {
            Some(zeros) if zeros.len + short.code.len <= MOST_BITS => {
                self.put(zeros.then(short.code));
                self.pen.count_zeros((gap * tables.pixel) as u64);
            }
            _ => {
                self.zeros(tables, after, gap);
                self.put(short.code);
            }
        }
        self.pen.count(short.check, u64::from(short.bytes));
    }

    /// Writes a code and a match of `length` bytes, which must be counted.
    pub fn then_copy(&mut self, tables: &Tables, code: Code, length: usize, distance: usize) {
        match tables.copy(length, distance) {
            Some(copy) if code.len + copy.len <= MOST_BITS => self.put(code.then(copy)),
            _ => {
                self.put(code);
                self.copy(tables, length, distance);
            }
        }
    }

    /// Writes `count` bytes that are the same as those `distance` bytes before
    /// them. What the bytes are must be told by what counts.
    pub fn copy(&mut self, tables: &Tables, count: usize, distance: usize) {
        debug_assert!(count >= SHORTEST);
        let distance = tables.distance(distance);
        for length in Matches(count) {
            self.put(tables.lengths[length].then(distance));
        }
    }

    /// What was written to a stream that was never started, for writing it again. The stream is as new then.
    pub fn take_ready(&mut self) -> Ready {
        let Pen { len, bits, held, position, check } = std::mem::take(&mut self.pen);
        let whole = self.out[..len].chunks(MOST_BITS as usize / 8).map(|bytes| Code {
            bits: bytes.iter().rev().fold(0, |bits, &byte| bits << 8 | u64::from(byte)),
            len: 8 * bytes.len() as u32,
        });
        let codes = whole.chain([Code { bits, len: held }]).filter(|code| code.len > 0).collect();
        Ready { codes, bytes: position, check }
    }

    /// Writes what is ready made.
    pub fn ready(&mut self, ready: &Ready) {
        for &code in &ready.codes {
            self.put(code);
        }
        self.pen.count(ready.check, ready.bytes);
    }

    /// Counts bytes of this checksum `count` times, each `period` pixels after the one before, and as far goes on.
    pub fn count_each(&mut self, tables: &Tables, one: Check, count: usize, period: usize) {
        let (count, period) = (count as u64, (period * tables.pixel) as u64);
        // Those at index k lie k periods further on.
        let all = Check {
            sum: count * one.sum,
            weighted: count * one.weighted + period * one.sum * (count * count.saturating_sub(1) / 2),
        };
        self.pen.count(all, count * period);
    }

    /// Counts `count` pixels of zeros that were copied.
    pub fn count_zeros(&mut self, tables: &Tables, count: usize) {
        self.pen.count_zeros((count * tables.pixel) as u64);
    }

    /// Counts a pixel that was copied.
    pub fn count_pixel(&mut self, tables: &Tables, value: &Value) {
        self.pen.count(value.check, tables.pixel as u64);
    }

    /// Takes back as many pixels of zeros that were counted.
    pub fn uncount_zeros(&mut self, tables: &Tables, count: usize) {
        self.pen.position -= (count * tables.pixel) as u64;
    }
}

/// Part of a stream, with what it adds to the checksum.
#[derive(Debug, Clone)]
pub(crate) struct Ready {
    codes: Vec<Code>,
    bytes: u64,
    check: Check,
}

/// What there is to know of a pixel's bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Value {
    code: Code,
    /// The first byte alone, and whether all are like it.
    byte: Code,
    is_gray: bool,
    check: Check,
}

impl Value {
    /// The pixel whose bytes are the lowest of `bytes`, the first one lowest.
    pub fn new(tables: &Tables, bytes: u32) -> Self {
        let bytes = &bytes.to_le_bytes()[..tables.pixel];
        let is_gray = bytes.iter().all(|byte| *byte == bytes[0]);
        let none = Self { is_gray, byte: tables.literals[usize::from(bytes[0])], ..Self::default() };
        bytes.iter().zip(0..).fold(none, |value, (&byte, index)| Self {
            code: value.code.then(tables.literals[usize::from(byte)]),
            check: Check {
                sum: value.check.sum + u64::from(byte),
                weighted: value.check.weighted + u64::from(byte) * index,
            },
            ..value
        })
    }

    /// What a run of `count` pixels begins with, how many bytes that is, and the matches for the rest: from one byte
    /// on where all are alike.
    fn parts<'a>(&self, tables: &'a Tables, count: usize) -> (Code, usize, &'a [Code]) {
        if self.is_gray && count > 1 {
            (self.byte, 1, &tables.bytes_again)
        } else {
            (self.code, tables.pixel, &tables.pixels_again)
        }
    }

    /// The bits of a run of `count` pixels.
    pub fn bits(&self, tables: &Tables, count: usize) -> u32 {
        let (first, bytes, again) = self.parts(tables, count);
        first.len + Matches(count * tables.pixel - bytes).map(|length| again[length].len).sum::<u32>()
    }

    /// What the pixel adds to the checksum where it stands `count` times.
    pub fn check(&self, tables: &Tables, count: usize) -> Check {
        let (count, Check { sum, weighted }) = (count as u64, self.check);
        // The pixel at index k lies k pixels further on.
        let apart = tables.pixel as u64 * sum * (count * count.saturating_sub(1) / 2);
        Check { sum: count * sum, weighted: count * weighted + apart }
    }
}

/// A short run, with what it adds to the checksum; of no bytes where it is not made.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Short {
    pub code: Code,
    pub bytes: u32,
    pub check: Check,
}

impl Short {
    /// A pixel `count` times; empty where that is not put at once.
    pub fn new(tables: &Tables, value: &Value, count: usize) -> Self {
        let (first, bytes, again) = value.parts(tables, count);
        let code = match count * tables.pixel - bytes {
            // Only bytes that are all the same leave so short a rest.
            rest if rest < SHORTEST => (0..rest).fold(first, |code, _| code.then(value.byte)),
            rest => again.get(rest).map_or_else(Code::default, |&rest| first.then(rest)),
        };
        if code.len == 0 || code.len > MOST_BITS {
            return Self::default();
        }
        Self { code, bytes: (count * tables.pixel) as u32, check: value.check(tables, count) }
    }

    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }
}

/// What comes before a stretch of zeros: a row's beginning, without its filter's byte, a byte that is not known to be
/// zero, or a zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    Row,
    Value,
    Zero,
}

impl After {
    pub const ALL: [Self; 3] = [Self::Row, Self::Value, Self::Zero];

    /// The same when the filter's byte is written.
    pub fn settled(self) -> Self {
        if self == Self::Row { Self::Value } else { self }
    }
}
