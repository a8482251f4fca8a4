//! The digest of everything that can decide a pixel of a picture.

use sha2::{Digest as _, Sha256};

use crate::{Candle, STYLE_VERSION, digest::Digest, spec::Spec, window::Window};

/// Raised whenever the bytes of any picture move, so that pictures of before are stale and never taken for today's.
/// `cargo xtask golden --update` refuses to move a hash without it.
pub const PICTURE_REVISION: u32 = 2;

/// The digest of everything that can decide a pixel of a picture.
///
/// SHA-256 over, integers little-endian: the 14 bytes `image-cache-in`, [`PICTURE_REVISION`] (u32),
/// [`STYLE_VERSION`] (u32), the spec's hash (32 bytes), the symbol (u32 length,
/// bytes), the interval's name (u32 length, bytes) and ms (i64), the number of
/// warm-up candles (u32) and of all candles (u32), then the digests that [`InputDigests`] tells of.
#[must_use]
pub fn input_digest(window: &Window<'_>, spec: &Spec) -> Digest {
    InputDigests::new(window.all(), window.interval().ms(), spec).digest(0, window, spec)
}

/// Input digests of many windows over the same candles, each of which is hashed twice and not once a window.
///
/// Time is cut into blocks of so many intervals as the greatest power of two that is at most a quarter of a
/// window with its warm-up. Of each block within the window there is a digest of the candles up to its last one; of
/// the block that the window ends in, of those up to the window's last; of the block that it begins in, of those from
/// its first on. A window that lies in one block has one digest of all its candles.
///
/// A digest up to a candle is the SHA-256 of a byte 0, the digest up to the candle before it in the block, if
/// there is one, and the candle; a digest from a candle on that of a byte 1, the candle, and the digest from the
/// one after it on, if there is one. A candle is its `open_time` (i64) and the bits of open, high, low, close,
/// volume (u64 each), little-endian.
#[derive(Debug, Clone)]
pub struct InputDigests<'a> {
    candles: &'a [Candle],
    /// Length of a block in ms.
    block: i64,
    /// Of each candle: up to it and from it on, within its block, and one past the last candle of that.
    up_to: Vec<[u8; 32]>,
    from: Vec<[u8; 32]>,
    ends: Vec<usize>,
}

impl<'a> InputDigests<'a> {
    /// The digests of candles in the order of their times, `interval` ms apart where none are missing.
    #[must_use]
    pub fn new(candles: &'a [Candle], interval: i64, spec: &Spec) -> Self {
        let quarter = (spec.window() + spec.warmup()) / 4;
        let block = interval.max(1).saturating_mul(1 << quarter.max(1).ilog2());
        let (up_to, ends) = (Vec::with_capacity(candles.len()), vec![candles.len(); candles.len()]);
        let mut digests = Self { candles, block, up_to, from: vec![[0; 32]; candles.len()], ends };
        for (at, candle) in candles.iter().enumerate() {
            let before = at.checked_sub(1).filter(|&before| digests.is_one_block(before, at));
            digests.up_to.push(hash_up_to(before.map(|before| digests.up_to[before]), candle));
        }
        for (at, candle) in candles.iter().enumerate().rev() {
            let after =
                Some(at + 1).filter(|&after| after < candles.len() && digests.is_one_block(at, after));
            digests.from[at] = hash_from(candle, after.map(|after| digests.from[after]));
            digests.ends[at] = after.map_or(at + 1, |after| digests.ends[after]);
        }
        digests
    }

    /// The input digest of a window whose first candle, warm-up included, is at `first`.
    #[must_use]
    pub fn digest(&self, first: usize, window: &Window<'_>, spec: &Spec) -> Digest {
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
        let last = first + window.all().len() - 1;
        if self.is_one_block(first, last) {
            let all = self.candles[first..=last]
                .iter()
                .fold(None, |before, candle| Some(hash_up_to(before, candle)));
            hash.update(all.unwrap_or_default());
            return Digest::from_bytes(hash.finalize().into());
        }
        hash.update(self.from[first]);
        let mut at = self.ends[first];
        while self.ends[at] <= last {
            at = self.ends[at];
            hash.update(self.up_to[at - 1]);
        }
        hash.update(self.up_to[last]);
        Digest::from_bytes(hash.finalize().into())
    }

    fn is_one_block(&self, a: usize, b: usize) -> bool {
        let block = |at: usize| self.candles[at].open_time.div_euclid(self.block);
        block(a) == block(b)
    }
}

fn hash_up_to(before: Option<[u8; 32]>, candle: &Candle) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix([0]);
    hash.update(before.as_ref().map_or(&[][..], |before| before));
    hash.update(bytes(candle));
    hash.finalize().into()
}

fn hash_from(candle: &Candle, after: Option<[u8; 32]>) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix([1]);
    hash.update(bytes(candle));
    hash.update(after.as_ref().map_or(&[][..], |after| after));
    hash.finalize().into()
}

fn bytes(candle: &Candle) -> [u8; 48] {
    let mut bytes = [0; 48];
    bytes[..8].copy_from_slice(&candle.open_time.to_le_bytes());
    let values = [candle.open, candle.high, candle.low, candle.close, candle.volume];
    for (bytes, value) in bytes[8..].chunks_exact_mut(8).zip(values) {
        bytes.copy_from_slice(&value.to_bits().to_le_bytes());
    }
    bytes
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
            let among = InputDigests::new(all, picture.interval.ms(), &picture.spec);
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
