//! Numbers and candles from a seed.

use render_core::Candle;

use super::{HOUR, MONDAY};

/// Sebastiano Vigna's splitmix64: short, well known, and the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to, but not, 1.
    pub(super) fn unit(&mut self) -> f64 {
        // 53 bits are what a float holds exactly.
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number, both ends included. That small ones are a trifle likelier is no matter here.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + (self.next() % (high - low + 1) as u64) as usize
    }

    /// One of these.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.between(0, from.len() - 1)]
    }

    /// Something once in `times`, on the average.
    pub(super) fn maybe<T>(&mut self, times: usize, something: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.between(1, times) == 1).then(|| something(self))
    }
}

/// A random walk around a price of 1, every candle opening near the last close.
pub(super) struct Walk {
    pub(super) seed: u64,
    pub(super) candles: usize,
    /// Open time of the first candle.
    pub(super) start: i64,
    /// Milliseconds from candle to candle.
    pub(super) step: i64,
    /// The most that one candle moves, as a part of the price.
    pub(super) swing: f64,
}

impl Walk {
    pub(super) fn new(seed: u64, candles: usize) -> Self {
        Self { seed, candles, start: MONDAY, step: HOUR, swing: 0.03 }
    }

    pub(super) fn candles(&self) -> Vec<Candle> {
        let mut random = Random::new(self.seed);
        let mut price = 1.0;
        (0..self.candles)
            .map(|index| {
                let mut moved = |from: f64| from * (1.0 + (random.unit() - 0.5) * self.swing);
                let open = moved(price);
                let close = moved(open);
                let (a, b) = (moved(open), moved(close));
                price = close;
                Candle {
                    open_time: self.start + index as i64 * self.step,
                    open,
                    high: open.max(close).max(a).max(b),
                    low: open.min(close).min(a).min(b),
                    close,
                    volume: random.unit() * 1000.0,
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let mut random = Random::new(1_234_567);
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(expected.map(|_| random.next()), expected);
    }
}
