//! Donchian channel (Richard Donchian's rule of four weeks, 1960; TA-Lib: `MAX` of highs, `MIN` of lows).

use crate::Candle;

/// The lowest low and the highest high of candles, of which there is one or more.
pub(super) fn reach(candles: &[Candle]) -> (f64, f64) {
    let (mut low, mut high) = (candles[0].low, candles[0].high);
    for candle in &candles[1..] {
        low = low.min(candle.low);
        high = high.max(candle.high);
    }
    (low, high)
}

/// The middle between the lowest low and the highest high. Halves keep the sum of the widest prices finite.
pub(super) fn center(candles: &[Candle]) -> f64 {
    let (low, high) = reach(candles);
    high / 2.0 + low / 2.0
}

/// Middle, highest high and lowest low of the last `period` candles, its own among them; the first of each at
/// `candles[period - 1]`.
pub(super) fn donchian(candles: &[Candle], period: usize, [middle, upper, lower]: [&mut Vec<f64>; 3]) {
    for out in [&mut *middle, &mut *upper, &mut *lower] {
        out.clear();
    }
    for last in candles.windows(period) {
        let (low, high) = reach(last);
        middle.push(high / 2.0 + low / 2.0);
        upper.push(high);
        lower.push(low);
    }
}
