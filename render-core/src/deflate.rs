//! A deflate stream written by hand, so that compressed bytes are ours for good.
//!
//! One block with Huffman tables of its own (RFC 1951, 3.2.7) inside a zlib
//! frame (RFC 1950). The tables follow from the spec alone, so that one pass
//! over a picture is enough. The checksum is kept in closed form: zeros cost
//! nothing, and a run the same whatever its length.

mod tables;

use crate::huffman::Code;
use tables::{MOST_BITS, Matches};

pub(crate) use tables::{DISTANCES, LONGEST, SHORTEST, SYMBOLS, Tables, Weights, distance_symbol};

/// Writes a zlib stream from literals and runs.
#[derive(Debug, Default)]
pub(crate) struct Deflate {
    /// The stream's bytes, `len` of them; what follows is space.
    out: Vec<u8>,
    len: usize,
    /// Up to 7 bits that do not fill a byte yet.
    bits: u64,
    held: u32,
    /// Bytes of the uncompressed stream so far.
    position: u64,
    /// Sum of these bytes, and sum of each times its position: Adler-32 in
    /// a form to which a run adds in one step, and zeros add nothing.
    sum: u64,
    weighted: u64,
}

impl Deflate {
    /// Begins a new stream in the space of the last one.
    pub fn start(&mut self, tables: &Tables) {
        (self.len, self.bits, self.held) = (0, 0, 0);
        (self.position, self.sum, self.weighted) = (0, 0, 0);
        // zlib: deflate with a window of 32 KB, the default level, no dictionary.
        self.put(Code { bits: 0x9c78, len: 16 });
        for &code in &tables.header {
            self.put(code);
        }
    }

    /// Ends the stream and appends its bytes to `out`.
    pub fn finish(&mut self, tables: &Tables, out: &mut Vec<u8>) {
        self.put(tables.end);
        // Bits that do not fill a byte stand behind the last one that is full.
        self.len += usize::from(self.held > 0);
        out.extend_from_slice(&self.out[..self.len]);
        out.extend_from_slice(&self.adler().to_be_bytes());
    }

    /// Adler-32 is `a = 1 + sum` and `b = n + n * sum - weighted` modulo 65,521,
    /// with positions counted from 0.
    fn adler(&self) -> u32 {
        const MODULUS: u64 = 65_521;
        let (n, sum, weighted) = (self.position % MODULUS, self.sum % MODULUS, self.weighted % MODULUS);
        let a = (1 + sum) % MODULUS;
        let b = (n + n * sum + MODULUS - weighted) % MODULUS;
        (b << 16 | a) as u32
    }

    /// Writes a code of up to `MOST_BITS` bits, without a branch that depends on its length.
    #[inline]
    fn put(&mut self, code: Code) {
        debug_assert!(code.len <= MOST_BITS);
        let bits = self.bits | code.bits << self.held;
        let held = self.held + code.len;
        if self.out.len() < self.len + 8 {
            self.grow();
        }
        self.out[self.len..self.len + 8].copy_from_slice(&bits.to_le_bytes());
        self.len += (held / 8) as usize;
        self.bits = bits >> (held / 8 * 8);
        self.held = held % 8;
    }

    #[cold]
    fn grow(&mut self) {
        self.out.resize(2 * self.out.len() + 4096, 0);
    }

    /// Writes one byte.
    pub fn literal(&mut self, tables: &Tables, byte: u8) {
        self.put(tables.literals[usize::from(byte)]);
        self.sum += u64::from(byte);
        self.weighted += u64::from(byte) * self.position;
        self.position += 1;
    }

    /// Writes `count` pixels of zeros.
    #[inline]
    pub fn zeros(&mut self, tables: &Tables, count: usize) {
        if let Some(&code) = tables.zeros.get(count) {
            self.put(code);
        } else {
            self.many_zeros(tables, count);
        }
        self.position += (count * tables.pixel) as u64;
    }

    #[cold]
    fn many_zeros(&mut self, tables: &Tables, count: usize) {
        self.put(tables.literals[0]);
        for length in Matches(count * tables.pixel - 1) {
            if length < SHORTEST {
                (0..length).for_each(|_| self.put(tables.literals[0]));
            } else {
                self.put(tables.bytes_again[length]);
            }
        }
    }

    /// Writes a pixel `count` times.
    #[inline]
    pub fn pixels(&mut self, tables: &Tables, value: &Value, count: usize) {
        self.put(value.code);
        if let Some(&code) = tables.runs.get(count) {
            self.put(code);
        } else {
            for length in Matches((count - 1) * tables.pixel) {
                if length < SHORTEST {
                    // Only pixels of one byte leave so short a rest.
                    (0..length).for_each(|_| self.put(value.code));
                } else {
                    self.put(tables.pixels_again[length]);
                }
            }
        }
        self.count_pixels(tables, value, count);
    }

    /// Writes `count` bytes that are the same as those `distance` bytes before
    /// them. What the bytes are must be told by [`count_pixels`](Self::count_pixels)
    /// and [`count_zeros`](Self::count_zeros).
    pub fn copy(&mut self, tables: &Tables, count: usize, distance: usize) {
        let (symbol, extra) = distance_symbol(distance);
        let distance = tables.distances[symbol].then(extra);
        for length in Matches(count) {
            self.put(tables.lengths[length].then(distance));
        }
    }

    /// What was written to a stream that was never started, for writing it again.
    pub fn into_ready(self) -> Ready {
        let Self { out, len, bits, held, position: bytes, sum, weighted } = self;
        let whole = out[..len].chunks(MOST_BITS as usize / 8).map(|bytes| Code {
            bits: bytes.iter().rev().fold(0, |bits, &byte| bits << 8 | u64::from(byte)),
            len: 8 * bytes.len() as u32,
        });
        let codes = whole.chain([Code { bits, len: held }]).collect();
        Ready { codes, bytes, sum, weighted }
    }

    /// Writes what is ready made.
    pub fn ready(&mut self, ready: &Ready) {
        for &code in &ready.codes {
            self.put(code);
        }
        self.count_ready(ready);
    }

    /// Counts what was ready made and copied.
    pub fn count_ready(&mut self, ready: &Ready) {
        self.weighted += ready.weighted + ready.sum * self.position;
        self.sum += ready.sum;
        self.position += ready.bytes;
    }

    /// Counts `count` pixels of zeros that were copied.
    pub fn count_zeros(&mut self, tables: &Tables, count: usize) {
        self.position += (count * tables.pixel) as u64;
    }

    /// Counts a pixel that was written `count` times.
    #[inline]
    pub fn count_pixels(&mut self, tables: &Tables, value: &Value, count: usize) {
        let (count, size) = (count as u64, tables.pixel as u64);
        // The pixel at index k lies k pixels further on.
        self.weighted += count * (value.sum * self.position + value.weighted)
            + size * value.sum * (count * (count - 1) / 2);
        self.sum += count * value.sum;
        self.position += size * count;
    }
}

/// Part of a stream, with what it adds to the checksum.
#[derive(Debug, Clone)]
pub(crate) struct Ready {
    codes: Vec<Code>,
    bytes: u64,
    sum: u64,
    weighted: u64,
}

/// What there is to know of a pixel's bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Value {
    code: Code,
    /// Sum of the bytes, and sum of each times its position within the pixel.
    sum: u64,
    weighted: u64,
}

impl Value {
    /// The pixel whose bytes are the lowest of `bytes`, the first one lowest.
    pub fn new(tables: &Tables, bytes: u32) -> Self {
        let bytes = &bytes.to_le_bytes()[..tables.pixel];
        bytes.iter().zip(0..).fold(Self::default(), |value, (&byte, index)| Self {
            code: value.code.then(tables.literals[usize::from(byte)]),
            sum: value.sum + u64::from(byte),
            weighted: value.weighted + u64::from(byte) * index,
        })
    }
}
