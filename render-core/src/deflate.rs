//! A deflate stream written by hand, so that compressed bytes are ours for good.
//!
//! One block with Huffman tables of its own (RFC 1951, 3.2.7) inside a zlib
//! frame (RFC 1950). The tables follow from the spec alone, so that one pass
//! over a picture is enough. The checksum is kept in closed form: zeros cost
//! nothing, and a run the same whatever its length.

use crate::huffman::{self, Code};

/// The longest match of deflate.
pub(crate) const LONGEST: usize = 258;
/// The shortest match of deflate.
pub(crate) const SHORTEST: usize = 3;
/// Literals, the end of the block, and match lengths.
pub(crate) const SYMBOLS: usize = 286;
/// Distance symbols.
pub(crate) const DISTANCES: usize = 30;

/// The order in which the lengths of the code length codes are written (RFC 1951, 3.2.7).
const LENGTHS_ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// The symbol and the extra bits of a match length.
const fn length_symbol(length: usize) -> (usize, Code) {
    if length == LONGEST {
        return (285, Code { bits: 0, len: 0 });
    }
    let (mut symbol, mut first) = (257, SHORTEST);
    loop {
        // Four symbols a size from the ninth on, each size one extra bit longer.
        let extra = if symbol < 265 { 0 } else { (symbol - 261) / 4 };
        if length < first + (1 << extra) {
            return (symbol, Code { bits: (length - first) as u64, len: extra as u32 });
        }
        first += 1 << extra;
        symbol += 1;
    }
}

/// The symbol and the extra bits of a distance from 1 to 32,768.
pub(crate) const fn distance_symbol(distance: usize) -> (usize, Code) {
    let offset = distance as u64 - 1;
    if offset < 4 {
        return (offset as usize, Code { bits: 0, len: 0 });
    }
    // Two symbols a size, each size one extra bit longer.
    let extra = offset.ilog2() - 1;
    let symbol = 2 * extra as usize + (offset >> extra) as usize;
    (symbol, Code { bits: offset & ((1 << extra) - 1), len: extra })
}

/// How often each symbol is expected in a picture.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    pub symbols: [u32; SYMBOLS],
    pub distances: [u32; DISTANCES],
}

impl Weights {
    /// Adds `weight` to the symbol of a match length.
    pub fn add_length(&mut self, length: usize, weight: u32) {
        self.symbols[length_symbol(length).0] += weight;
    }

    /// Adds `weight` to the symbol of a distance.
    pub fn add_distance(&mut self, distance: usize, weight: u32) {
        self.distances[distance_symbol(distance).0] += weight;
    }
}

/// Everything that is written for the pictures of one spec, ready made.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    /// The beginning of the block, up to its first symbol.
    header: Vec<Code>,
    literals: Vec<Code>,
    end: Code,
    /// Match lengths with their extra bits, by length.
    lengths: Vec<Code>,
    distances: Vec<Code>,
    /// Match lengths followed by distance 1 and by one pixel's, by length.
    bytes_again: Vec<Code>,
    pixels_again: Vec<Code>,
    /// What follows a pixel that stands as often in a row, where that is one match or nothing.
    runs: Vec<Code>,
    /// Stretches of zeros up to `MOST_ZEROS`, by length: a literal and matches.
    zeros: Vec<Code>,
    /// Bytes of a pixel: the distance of its repetition.
    pixel: usize,
}

/// The longest stretch of zeros with a ready-made code, in pixels.
const MOST_ZEROS: usize = 1280;

impl Tables {
    /// Tables for rows of up to `width` pixels of `pixel` bytes each.
    pub fn new(weights: &Weights, width: usize, pixel: usize) -> Self {
        let symbol_lengths = huffman::lengths(&weights.symbols, 15);
        let distance_lengths = huffman::lengths(&weights.distances, 15);
        let symbols = huffman::codes(&symbol_lengths);
        let distances = huffman::codes(&distance_lengths);
        let length = |n: usize| {
            let (symbol, extra) = length_symbol(n);
            symbols[symbol].then(extra)
        };
        let lengths: Vec<Code> =
            (0..=LONGEST).map(|n| if n < SHORTEST { Code::default() } else { length(n) }).collect();
        let again = |distance: usize| {
            let (symbol, extra) = distance_symbol(distance);
            let distance = distances[symbol].then(extra);
            lengths.iter().map(|length| length.then(distance)).collect()
        };
        let mut tables = Self {
            header: header(&symbol_lengths, &distance_lengths),
            literals: symbols[..256].to_vec(),
            end: symbols[256],
            bytes_again: again(1),
            pixels_again: again(pixel),
            lengths,
            distances,
            runs: Vec::new(),
            zeros: Vec::new(),
            pixel,
        };
        let run = |count: usize| match (count.max(1) - 1) * pixel {
            0 => Some(Code::default()),
            length if length < SHORTEST => None,
            length => tables.pixels_again.get(length).copied(),
        };
        tables.runs = (0..=LONGEST / pixel + 1).map_while(run).collect();
        tables.zeros = (0..=width.min(MOST_ZEROS)).map_while(|n| tables.zeros_code(n * pixel)).collect();
        tables
    }

    /// Bytes of a pixel.
    pub fn pixel(&self) -> usize {
        self.pixel
    }

    /// A literal zero and matches for the rest of `count` zeros, if that is not too long to be put at once.
    fn zeros_code(&self, count: usize) -> Option<Code> {
        let mut code = Code::default();
        let mut add = |next: Code| {
            let fits = code.len + next.len <= MOST_BITS;
            code = if fits { code.then(next) } else { code };
            fits.then_some(())
        };
        let mut rest = count;
        if rest > 0 {
            add(self.literals[0])?;
            rest -= 1;
        }
        for length in Matches(rest) {
            if length < SHORTEST {
                (0..length).try_for_each(|_| add(self.literals[0]))?;
            } else {
                add(self.bytes_again[length])?;
            }
        }
        Some(code)
    }
}

/// Cuts a stretch into the lengths of matches; what is too short for one comes as its own length.
struct Matches(usize);

impl Iterator for Matches {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let length = match self.0 {
            0 => return None,
            // Never leave a rest that is too short for a match.
            rest if rest > LONGEST && rest < LONGEST + SHORTEST => rest - SHORTEST,
            rest => rest.min(LONGEST),
        };
        self.0 -= length;
        Some(length)
    }
}

/// The first bits of a final block with these code lengths.
fn header(symbols: &[u8], distances: &[u8]) -> Vec<Code> {
    let lengths = [symbols, distances].concat();
    // Runs of equal lengths as one length and repetitions of 3 to 6 (symbol 16).
    let mut packed: Vec<(usize, Code)> = Vec::new();
    for run in lengths.chunk_by(|a, b| a == b) {
        packed.push((usize::from(run[0]), Code::default()));
        let mut rest = run.len() - 1;
        while rest > 0 {
            let again = if rest < 3 { 1 } else { rest.min(6) };
            packed.push(match again {
                1 => (usize::from(run[0]), Code::default()),
                _ => (16, Code { bits: again as u64 - 3, len: 2 }),
            });
            rest -= again;
        }
    }
    let mut weights = [0; 19];
    packed.iter().for_each(|&(symbol, _)| weights[symbol] += 1);
    let code_lengths = huffman::lengths(&weights, 7);
    let codes = huffman::codes(&code_lengths);
    let field = |value: usize, len: u32| Code { bits: value as u64, len };
    // Final block, its own tables, and how many codes of each kind follow.
    let mut bits =
        vec![field(0b101, 3), field(symbols.len() - 257, 5), field(distances.len() - 1, 5), field(19 - 4, 4)];
    bits.extend(LENGTHS_ORDER.map(|symbol| field(usize::from(code_lengths[symbol]), 3)));
    bits.extend(packed.into_iter().map(|(symbol, extra)| codes[symbol].then(extra)));
    bits
}

/// Bits that can be put at once: a word without what may wait to fill a byte.
const MOST_BITS: u32 = 56;

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
