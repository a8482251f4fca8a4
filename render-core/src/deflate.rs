//! A deflate stream written by hand, so that compressed bytes are ours for good.
//!
//! One block with the fixed Huffman tables of RFC 1951 inside a zlib frame
//! (RFC 1950). Matches are made of runs only: a byte repeated (distance 1) or
//! a pixel repeated (distance 3). The checksum is kept in closed form, so that
//! a run costs the same whatever its length.

/// Bits ready to be written, the first one lowest.
#[derive(Debug, Clone, Copy, Default)]
struct Code {
    bits: u32,
    len: u32,
}

/// The longest match of deflate.
const LONGEST: usize = 258;
/// The shortest match of deflate.
const SHORTEST: usize = 3;

/// Codes of literals 0 to 255 and of the end of the block.
static LITERALS: [Code; 257] = literals();
/// Codes of match lengths with their extra bits, indexed by length.
static LENGTHS: [Code; LONGEST + 1] = lengths();

/// The fixed code of a literal or length symbol (RFC 1951, 3.2.6).
const fn fixed(symbol: u32) -> Code {
    let (code, len) = match symbol {
        0..=143 => (0x30 + symbol, 8),
        144..=255 => (0x190 + symbol - 144, 9),
        256..=279 => (symbol - 256, 7),
        _ => (0xc0 + symbol - 280, 8),
    };
    // Huffman codes are packed from their highest bit on.
    Code {
        bits: code.reverse_bits() >> (32 - len),
        len,
    }
}

const fn literals() -> [Code; 257] {
    let mut codes = [Code { bits: 0, len: 0 }; 257];
    let mut symbol = 0;
    while symbol < codes.len() {
        codes[symbol] = fixed(symbol as u32);
        symbol += 1;
    }
    codes
}

const fn lengths() -> [Code; LONGEST + 1] {
    let mut codes = [Code { bits: 0, len: 0 }; LONGEST + 1];
    let (mut symbol, mut first) = (257, SHORTEST);
    while symbol < 285 {
        // Four symbols a size from the ninth on, each size one extra bit longer.
        let extra = if symbol < 265 { 0 } else { (symbol - 261) / 4 };
        let mut offset = 0;
        while offset < 1 << extra && first + offset < LONGEST {
            let code = fixed(symbol);
            codes[first + offset] = Code {
                bits: code.bits | (offset as u32) << code.len,
                len: code.len + extra,
            };
            offset += 1;
        }
        first += 1 << extra;
        symbol += 1;
    }
    codes[LONGEST] = fixed(285);
    codes
}

/// How far back a match begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distance {
    Byte = 0,
    Pixel = 2,
}

/// Writes a zlib stream from literals and runs.
#[derive(Debug, Default)]
pub(crate) struct Deflate {
    out: Vec<u8>,
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
    pub fn start(&mut self) {
        self.out.clear();
        // zlib: deflate with a window of 32 KB, the default level, no dictionary.
        self.out.extend_from_slice(&[0x78, 0x9c]);
        (self.bits, self.held) = (0, 0);
        (self.position, self.sum, self.weighted) = (0, 0, 0);
        // The one block: final, fixed tables.
        self.put(Code {
            bits: 0b011,
            len: 3,
        });
    }

    /// Ends the stream and returns its bytes.
    pub fn finish(&mut self) -> &[u8] {
        self.put(LITERALS[256]);
        self.put(Code {
            bits: 0,
            len: self.held.wrapping_neg() % 8,
        });
        while self.held > 0 {
            self.out.push(self.bits as u8);
            self.bits >>= 8;
            self.held -= 8;
        }
        let checksum = self.adler();
        self.out.extend_from_slice(&checksum.to_be_bytes());
        &self.out
    }

    /// Adler-32 is `a = 1 + sum` and `b = n + n * sum - weighted` modulo 65,521,
    /// with positions counted from 0.
    fn adler(&self) -> u32 {
        const MODULUS: u64 = 65_521;
        let (n, sum, weighted) = (
            self.position % MODULUS,
            self.sum % MODULUS,
            self.weighted % MODULUS,
        );
        let a = (1 + sum) % MODULUS;
        let b = (n + n * sum + MODULUS - weighted) % MODULUS;
        (b << 16 | a) as u32
    }

    fn put(&mut self, code: Code) {
        self.bits |= u64::from(code.bits) << self.held;
        self.held += code.len;
        while self.held >= 32 {
            self.out
                .extend_from_slice(&(self.bits as u32).to_le_bytes());
            self.bits >>= 32;
            self.held -= 32;
        }
    }

    fn checksum(&mut self, byte: u8) {
        self.sum += u64::from(byte);
        self.weighted += u64::from(byte) * self.position;
        self.position += 1;
    }

    /// Writes one byte.
    pub fn literal(&mut self, byte: u8) {
        self.put(LITERALS[usize::from(byte)]);
        self.checksum(byte);
    }

    /// Writes `count` zeros; `after_zero` where the byte before them is one.
    pub fn zeros(&mut self, mut count: usize, after_zero: bool) {
        if count == 0 {
            return;
        }
        if !after_zero || count < SHORTEST {
            self.put(LITERALS[0]);
            self.position += 1;
            count -= 1;
        }
        if count >= SHORTEST {
            self.matches(count, Distance::Byte);
        } else {
            (0..count).for_each(|_| self.put(LITERALS[0]));
        }
        self.position += count as u64;
    }

    /// Writes a pixel of three bytes `count` times.
    pub fn pixels(&mut self, [a, b, c]: [u8; 3], count: usize) {
        for byte in [a, b, c] {
            self.put(LITERALS[usize::from(byte)]);
        }
        if count > 1 {
            self.matches(3 * (count - 1), Distance::Pixel);
        }
        let count = count as u64;
        let [a, b, c] = [a, b, c].map(u64::from);
        let sum = a + b + c;
        // The pixel at index k lies 3k bytes further on.
        self.weighted +=
            count * (sum * self.position + b + 2 * c) + 3 * sum * (count * (count - 1) / 2);
        self.sum += count * sum;
        self.position += 3 * count;
    }

    /// Writes a run of `count >= 3` bytes that repeats what lies before it.
    fn matches(&mut self, mut count: usize, distance: Distance) {
        while count > 0 {
            // Never leave a rest that is too short for a match.
            let length = if count > LONGEST && count < LONGEST + SHORTEST {
                LONGEST - SHORTEST
            } else {
                count.min(LONGEST)
            };
            self.put(LENGTHS[length]);
            self.put(Code {
                bits: (distance as u32).reverse_bits() >> 27,
                len: 5,
            });
            count -= length;
        }
    }
}
