//! Candles for [`space`](super::space): real, walking, and as no market would make them.

use std::sync::LazyLock;

use render_core::Candle;

use super::{
    MONDAY, btc_1h, eth_4h, made, power_of_ten,
    random::{Random, Walk},
};

static REAL: LazyLock<[Vec<Candle>; 2]> = LazyLock::new(|| [btc_1h(), eth_4h()]);

/// So many candles, `step` ms apart, or more where some are missing.
pub(super) fn series(random: &mut Random, count: usize, step: i64) -> Vec<Candle> {
    let mut candles = match random.between(0, 5) {
        0 | 1 => real(random, count),
        2 | 3 => {
            let swing = random.unit() * random.pick(&[0.001, 0.05, 0.5]);
            let walk = Walk { swing, ..Walk::new(random.next(), count) };
            scaled(random, &walk.candles())
        }
        4 => jagged(random, count),
        _ => bent(random, count),
    };
    place(random, &mut candles, step);
    candles
}

/// A piece of a real series, repeated where it is too short, at any magnitude.
fn real(random: &mut Random, count: usize) -> Vec<Candle> {
    let all = &REAL[random.between(0, 1)];
    let first = random.between(0, all.len() - 1);
    let piece: Vec<_> = all.iter().cycle().skip(first).take(count).copied().collect();
    if random.between(0, 1) == 0 { piece } else { scaled(random, &piece) }
}

fn scaled(random: &mut Random, candles: &[Candle]) -> Vec<Candle> {
    let mut magnitude = |most: usize| power_of_ten(random.between(0, 2 * most) as i32 - most as i32);
    made::scaled(candles, magnitude(12), magnitude(9))
}

/// Each candle anywhere, whatever the one before, on a few levels or on many, below zero too.
fn jagged(random: &mut Random, count: usize) -> Vec<Candle> {
    let levels = random.pick(&[2, 3, 10, 1_000_000]);
    let unit = power_of_ten(random.between(0, 16) as i32 - 8);
    let shift = random.pick(&[0.0, 1.0, -0.5 * levels as f64, -2.0 * levels as f64]);
    (0..count)
        .map(|_| {
            let mut prices = [0.0; 4].map(|_| (random.between(0, levels) as f64 + shift) * unit);
            prices.sort_by(f64::total_cmp);
            let [low, a, b, high] = prices;
            let (open, close) = if random.between(0, 1) == 0 { (a, b) } else { (b, a) };
            let volume = if random.between(0, 4) == 0 { 0.0 } else { random.unit() * unit };
            Candle { open_time: 0, open, high, low, close, volume }
        })
        .collect()
}

/// A walk some of whose candles are flat, huge, or like the one before.
fn bent(random: &mut Random, count: usize) -> Vec<Candle> {
    let mut candles = Walk::new(random.next(), count).candles();
    for at in 1..count {
        let before = candles[at - 1];
        let c = &mut candles[at];
        match random.between(0, 9) {
            0 => (c.open, c.high, c.low, c.close) = (before.close, before.close, before.close, before.close),
            1 => (c.high, c.low) = (c.high * 3.0, c.low / 3.0),
            2 => *c = before,
            3 => c.volume *= 1e6,
            4 => c.volume = 0.0,
            5 => c.close = c.open,
            _ => {}
        }
    }
    candles
}

/// Gives them times from somewhere between 1990 and 2050, with up to three gaps.
fn place(random: &mut Random, candles: &mut [Candle], step: i64) {
    let begin = MONDAY + (random.between(0, 60 * 365) as i64 - 33 * 365) * 86_400_000;
    for (at, candle) in candles.iter_mut().enumerate() {
        candle.open_time = begin + at as i64 * step;
    }
    for _ in 0..random.between(0, 6).saturating_sub(3) {
        let from = random.between(1, candles.len() - 1);
        let missing = random.pick(&[1, 2, 5, 40, 1000]);
        candles[from..].iter_mut().for_each(|candle| candle.open_time += missing * step);
    }
}
