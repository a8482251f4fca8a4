//! Where a stream goes on: what is written at it, and the checksum of that.

use super::MOST_BITS;
use crate::huffman::Code;

/// A copy of it may be written with and then take its place.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pen {
    /// Bytes of the stream.
    pub(super) len: usize,
    /// Up to 7 bits that do not fill a byte yet.
    pub(super) bits: u64,
    pub(super) held: u32,
    /// Bytes of the uncompressed stream so far.
    pub(super) position: u64,
    /// Sum of these bytes, and sum of each times its position: Adler-32 in
    /// a form to which a run adds in one step, and zeros add nothing.
    pub(super) check: Check,
}

/// What some bytes add to the checksum: their sum, and the sum of each times its position among them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Check {
    pub sum: u64,
    pub weighted: u64,
}

impl Pen {
    /// Writes a code of up to `MOST_BITS` bits to `out`, without a branch that depends on its length.
    #[inline]
    pub fn put(&mut self, out: &mut Vec<u8>, code: Code) {
        debug_assert!(code.len <= MOST_BITS);
        let bits = self.bits | code.bits << self.held;
        let held = self.held + code.len;
        loop {
            if let Some(space) = out.get_mut(self.len..).and_then(<[u8]>::first_chunk_mut) {
                *space = bits.to_le_bytes();
                break;
            }
            grow(out);
        }
        self.len += (held / 8) as usize;
        self.bits = bits >> (held / 8 * 8);
        self.held = held % 8;
    }

    /// Counts `len` bytes of this checksum.
    #[inline]
    pub fn count(&mut self, check: Check, len: u64) {
        self.check.weighted += check.weighted + check.sum * self.position;
        self.check.sum += check.sum;
        self.position += len;
    }

    /// Counts `len` zeros.
    #[inline]
    pub fn count_zeros(&mut self, len: u64) {
        self.position += len;
    }

    /// Adler-32 is `a = 1 + sum` and `b = n + n * sum - weighted` modulo 65,521,
    /// with positions counted from 0.
    pub(super) fn adler(&self) -> u32 {
        const MODULUS: u64 = 65_521;
        let Check { sum, weighted } = self.check;
        let (n, sum, weighted) = (self.position % MODULUS, sum % MODULUS, weighted % MODULUS);
        let a = (1 + sum) % MODULUS;
        let b = (n + n * sum + MODULUS - weighted) % MODULUS;
        (b << 16 | a) as u32
    }
}

#[cold]
#[inline(never)]
fn grow(out: &mut Vec<u8>) {
    out.resize(2 * out.len() + 1024, 0);
}
