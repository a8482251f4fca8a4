//! SHA-256 digests: of a file's bytes, and of everything that can decide a pixel.

use std::{fmt, str::FromStr};

use sha2::{Digest as _, Sha256};

use crate::{STYLE_VERSION, spec::Spec, window::Window};

/// A SHA-256 digest, shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The SHA-256 of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// A digest that was made elsewhere.
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The SHA-256 of bytes that come piece by piece.
#[derive(Debug, Clone, Default)]
pub struct DigestWriter(Sha256);

impl DigestWriter {
    /// Takes the next bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes so far.
    #[must_use]
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0_u8; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = HEX[usize::from(byte >> 4)];
            pair[1] = HEX[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.as_bytes();
        if text.len() != 64 {
            return Err(());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            let digit = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok()).ok_or(());
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

/// The digest of everything that can decide a pixel of a picture.
///
/// SHA-256 over, integers little-endian: the 16 bytes `image-cache-in 1`,
/// [`STYLE_VERSION`] (u32), the spec's hash (32 bytes), the symbol (u32 length,
/// bytes), the interval's code (u32 length, bytes) and ms (i64), the number of
/// warm-up candles (u32) and of all candles (u32), then of each candle
/// `open_time` (i64) and the bits of open, high, low, close, volume (u64 each).
#[must_use]
pub fn input_digest(window: &Window<'_>, spec: &Spec) -> Digest {
    let length = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
    let mut hash = Sha256::new();
    hash.update(b"image-cache-in 1");
    hash.update(STYLE_VERSION.to_le_bytes());
    hash.update(spec.hash().as_bytes());
    for name in [window.symbol(), window.interval().code()] {
        hash.update(length(name.len()));
        hash.update(name.as_bytes());
    }
    hash.update(window.interval().ms().to_le_bytes());
    hash.update(length(window.warmup().len()));
    hash.update(length(window.all().len()));
    // Hashing one large slice is much faster than many small ones.
    let mut block = [0_u8; 48 * 32];
    for candles in window.all().chunks(32) {
        for (bytes, candle) in block.chunks_exact_mut(48).zip(candles) {
            bytes[..8].copy_from_slice(&candle.open_time.to_le_bytes());
            let values = [candle.open, candle.high, candle.low, candle.close, candle.volume];
            for (bytes, value) in bytes[8..].chunks_exact_mut(8).zip(values) {
                bytes.copy_from_slice(&value.to_bits().to_le_bytes());
            }
        }
        hash.update(&block[..48 * candles.len()]);
    }
    Digest(hash.finalize().into())
}
