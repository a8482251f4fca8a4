//! The digest of everything that can decide a pixel of a picture.

use sha2::{Digest as _, Sha256};

use crate::{STYLE_VERSION, digest::Digest, spec::Spec, window::Window};

/// Raised whenever the bytes of any picture move, so that pictures of before are stale and never taken for today's.
/// `cargo xtask golden --update` refuses to move a hash without it.
pub const PICTURE_REVISION: u32 = 2;

/// The digest of everything that can decide a pixel of a picture.
///
/// SHA-256 over, integers little-endian: the 14 bytes `image-cache-in`, [`PICTURE_REVISION`] (u32),
/// [`STYLE_VERSION`] (u32), the spec's hash (32 bytes), the symbol (u32 length,
/// bytes), the interval's name (u32 length, bytes) and ms (i64), the number of
/// warm-up candles (u32) and of all candles (u32), then of each candle
/// `open_time` (i64) and the bits of open, high, low, close, volume (u64 each).
#[must_use]
pub fn input_digest(window: &Window<'_>, spec: &Spec) -> Digest {
    let length = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
    let mut hash = Sha256::new();
    hash.update(b"image-cache-in");
    hash.update(PICTURE_REVISION.to_le_bytes());
    hash.update(STYLE_VERSION.to_le_bytes());
    hash.update(spec.hash().as_bytes());
    for name in [window.symbol(), window.interval().name()] {
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
    Digest::from_bytes(hash.finalize().into())
}
