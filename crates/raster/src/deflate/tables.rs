//! Everything that a deflate stream is made of, ready made.

use super::{After, UP};
use crate::huffman::{self, Code};

/// Bits that can be put at once: a word without what may wait to fill a byte.
pub(crate) const MOST_BITS: u32 = 56;
/// The longest match of deflate.
pub const LONGEST: usize = 258;
/// The shortest match of deflate.
pub const SHORTEST: usize = 3;
/// The farthest distance of a match.
pub(crate) const FARTHEST: usize = 32_768;
/// Literals, the end of the block, and match lengths.
pub const SYMBOLS: usize = 286;
/// Distance symbols.
pub const DISTANCES: usize = 30;

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
const fn distance_symbol(distance: usize) -> (usize, Code) {
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
pub struct Weights {
    /// Of literals, the end of the block, and match lengths.
    pub symbols: [u32; SYMBOLS],
    /// Of distance symbols.
    pub distances: [u32; DISTANCES],
}

impl Default for Weights {
    /// Every symbol may come.
    fn default() -> Self {
        Self { symbols: [1; SYMBOLS], distances: [1; DISTANCES] }
    }
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

/// Everything that is written for pictures of the same weights, ready made.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    /// The beginning of the block, up to its first symbol.
    pub(super) header: Vec<Code>,
    pub(super) literals: Vec<Code>,
    pub(super) end: Code,
    /// Match lengths with their extra bits, by length.
    pub(super) lengths: Vec<Code>,
    pub(super) distances: Vec<Code>,
    /// Match lengths followed by distance 1 and by one pixel's, by length.
    pub(super) bytes_again: Vec<Code>,
    pub(super) pixels_again: Vec<Code>,
    /// Stretches of zeros up to `MOST_ZEROS`, by what comes before them and their length: a literal and matches.
    pub(super) zeros: [Vec<Code>; 3],
    /// As many longest matches of zeros, after a literal zero where there must be one.
    pub(super) longest: [Vec<Code>; 3],
    /// Whole pixels of up to as many bytes as the longest match has.
    pixels: [u16; LONGEST + 1],
    /// Bytes of a pixel: the distance of its repetition.
    pub(super) pixel: usize,
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
            zeros: [const { Vec::new() }; 3],
            longest: [const { Vec::new() }; 3],
            pixels: std::array::from_fn(|bytes| (bytes / pixel) as u16),
            pixel,
        };
        let most = width.min(MOST_ZEROS);
        tables.zeros =
            After::ALL.map(|after| (0..=most).map_while(|n| tables.zeros_code(after, n * pixel)).collect());
        tables.longest = After::ALL.map(|after| {
            let code = |n: usize| tables.zeros_code(after, n * LONGEST + usize::from(after != After::Zero));
            (0..=most * pixel / LONGEST).map_while(code).collect()
        });
        tables
    }

    /// The code of a distance.
    #[inline]
    pub(super) fn distance(&self, distance: usize) -> Code {
        let (symbol, extra) = distance_symbol(distance);
        self.distances[symbol].then(extra)
    }

    /// As many longest matches of zeros, after a literal zero where there must be one; `None` where they cannot be put
    /// at once.
    pub fn longest_zeros(&self, after: After, count: usize) -> Option<Code> {
        self.longest[after as usize].get(count).copied()
    }

    /// One match; `None` where it would be too short or too long.
    pub fn copy(&self, length: usize, distance: usize) -> Option<Code> {
        let length = self.lengths.get(length).filter(|_| length >= SHORTEST)?;
        Some(length.then(self.distance(distance)))
    }

    /// Pixels of zeros, where they can be put at once.
    pub fn zeros(&self, after: After, count: usize) -> Option<Code> {
        self.zeros[after as usize].get(count).copied()
    }

    /// The bits of `count` pixels of zeros after a byte that is not zero.
    pub fn bits_of_zeros(&self, count: usize) -> u32 {
        self.zeros[After::Value as usize].get(count).map_or(MOST_BITS, |code| code.len)
    }

    /// The bits of `length` bytes as a copy.
    pub fn bits_of_copy(&self, length: usize, distance: usize) -> u32 {
        let distance = self.distance(distance).len;
        Matches(length).map(|length| self.lengths[length].len + distance).sum()
    }

    /// The whole pixels of at most `LONGEST` bytes.
    #[inline]
    pub fn whole_pixels(&self, bytes: usize) -> u16 {
        self.pixels[bytes.min(LONGEST)]
    }

    /// Bytes of a pixel.
    pub fn pixel(&self) -> usize {
        self.pixel
    }

    /// What stands before them, a literal zero and matches for the rest of `count` zeros, if that is not too long to
    /// be put at once.
    fn zeros_code(&self, after: After, count: usize) -> Option<Code> {
        let mut code = if after == After::Row { self.literals[usize::from(UP)] } else { Code::default() };
        let mut add = |next: Code| {
            let fits = code.len + next.len <= MOST_BITS;
            code = if fits { code.then(next) } else { code };
            fits.then_some(())
        };
        let literals = usize::from(after != After::Zero).min(count);
        (0..literals).try_for_each(|_| add(self.literals[0]))?;
        let rest = count - literals;
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
pub(super) struct Matches(pub usize);

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
