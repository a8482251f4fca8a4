//! The digest of everything that can decide a pixel of a picture.

use sha2::{Digest as _, Sha256};

use crate::{Candle, Digest, STYLE_VERSION, own, spec::Spec, window::Window};

/// Raised whenever the bytes of any picture move, so that pictures of before are stale and never taken for today's.
/// `cargo xtask golden --update` refuses to move a hash without it.
pub const PICTURE_REVISION: u32 = 4;

/// The digest of everything that can decide a pixel of a picture.
///
/// SHA-256 over, integers little-endian: the 14 bytes `image-cache-in`, [`PICTURE_REVISION`] (u32),
/// [`STYLE_VERSION`] (u32), the spec's hash (32 bytes), the symbol (u32 length,
/// bytes), the interval's name (u32 length, bytes) and ms (i64), the number of
/// warm-up candles (u32) and of all candles (u32), then the digests that [`InputDigests`] tells of, and last what
/// the spec draws of series of one's own and marks (`own/digest.rs`).
#[must_use]
pub fn input_digest(window: &Window<'_>, spec: &Spec) -> Digest {
    InputDigests::new(window.all(), window.interval().ms()).digest(0, window, spec)
}

/// Intervals in a block: few, since a window's first and last block are hashed anew, but enough to have few of them.
const BLOCK: i64 = 16;

/// Input digests of many windows over the same candles, most of which are hashed once and not once a window.
///
/// Time is cut into blocks of 16 intervals from the epoch on. Of each block that holds candles of the window there is
/// the SHA-256 of these: of each its `open_time` (i64) and the bits of open, high, low, close, volume (u64 each),
/// little-endian.
#[derive(Debug, Clone)]
pub struct InputDigests<'a> {
    candles: &'a [Candle],
    /// Which block each candle is in, and the blocks: one past their last candles, and their digests.
    block_of: Vec<u32>,
    blocks: Vec<(usize, [u8; 32])>,
}

impl<'a> InputDigests<'a> {
    /// The digests of candles in the order of their times, `interval` ms apart where none are missing.
    #[must_use]
    pub fn new(candles: &'a [Candle], interval: i64) -> Self {
        let length = interval.max(1).saturating_mul(BLOCK);
        let (mut block_of, mut blocks) = (Vec::with_capacity(candles.len()), Vec::new());
        for block in candles.chunk_by(|a, b| a.open_time.div_euclid(length) == b.open_time.div_euclid(length))
        {
            block_of.extend(block.iter().map(|_| blocks.len() as u32));
            blocks.push((block_of.len(), hash(block)));
        }
        Self { candles, block_of, blocks }
    }

    /// The input digest of a window whose first candle, warm-up included, is at `first`.
    #[must_use]
    pub fn digest(&self, first: usize, window: &Window<'_>, spec: &Spec) -> Digest {
        let length = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
        let mut hasher = Sha256::new();
        hasher.update(b"image-cache-in");
        hasher.update(PICTURE_REVISION.to_le_bytes());
        hasher.update(STYLE_VERSION.to_le_bytes());
        hasher.update(spec.hash().as_bytes());
        for name in [window.symbol(), window.interval().name()] {
            hasher.update(length(name.len()));
            hasher.update(name.as_bytes());
        }
        hasher.update(window.interval().ms().to_le_bytes());
        hasher.update(length(window.warmup().len()));
        hasher.update(length(window.all().len()));
        let end = first + window.all().len();
        let mut at = first;
        while at < end {
            let block = self.block_of[at] as usize;
            let (after, digest) = &self.blocks[block];
            let begin = block.checked_sub(1).map_or(0, |before| self.blocks[before].0);
            if begin == at && *after <= end {
                hasher.update(digest);
            } else {
                hasher.update(hash(&self.candles[at..end.min(*after)]));
            }
            at = *after;
        }
        own::update(&mut hasher, window, spec);
        Digest::from_bytes(hasher.finalize().into())
    }
}

/// The SHA-256 of up to a block of candles, or of more where they are less than an interval apart.
fn hash(candles: &[Candle]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    // Hashing one large slice is much faster than many small ones.
    let mut bytes = [0_u8; 48 * BLOCK as usize];
    for candles in candles.chunks(BLOCK as usize) {
        for (bytes, candle) in bytes.chunks_exact_mut(48).zip(candles) {
            bytes[..8].copy_from_slice(&candle.open_time.to_le_bytes());
            let values = [candle.open, candle.high, candle.low, candle.close, candle.volume];
            for (bytes, value) in bytes[8..].chunks_exact_mut(8).zip(values) {
                bytes.copy_from_slice(&value.to_bits().to_le_bytes());
            }
        }
        hasher.update(&bytes[..48 * candles.len()]);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::arbitrary::{Picture, cases, pictures, small_size};

    fn digest(picture: &Picture) -> Digest {
        input_digest(&picture.window(), &picture.spec)
    }

    proptest! {
        #![proptest_config(cases(300))]

        #[test]
        fn a_window_has_the_same_digest_among_other_candles(picture in pictures(small_size()), cut in 0..40_usize) {
            let all = &picture.candles;
            let warmup = picture.warmup.min(cut);
            // The window without its first candles is another picture, made of a part of the same ones.
            let length = all.len() - picture.warmup;
            prop_assume!(length > 2);
            let first = picture.warmup - warmup;
            let part = Picture { candles: all[first..].to_vec(), warmup, ..picture.clone() };
            let among = InputDigests::new(all, picture.interval.ms());
            prop_assert_eq!(among.digest(first, &part.window(), &part.spec), digest(&part));
        }

        #[test]
        fn every_changed_bit_of_a_candle_changes_the_digest(
            picture in pictures(small_size()), at in any::<proptest::sample::Index>(),
        ) {
            let at = at.index(picture.candles.len());
            let mut volumes = picture.clone();
            volumes.candles[at].volume += 1.0;
            let mut closes = picture.clone();
            closes.candles[at].close = closes.candles[at].open;
            let mut all = vec![digest(&picture)];
            for other in [volumes, closes] {
                if other.candles != picture.candles {
                    all.push(digest(&other));
                }
            }
            prop_assert_eq!(all.iter().map(ToString::to_string).collect::<BTreeSet<_>>().len(), all.len());
        }
    }
}
