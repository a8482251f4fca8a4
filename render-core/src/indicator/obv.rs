//! On-balance volume (Joseph Granville, "New Key to Stock Market Profits", 1963; TA-Lib: `OBV`).

use crate::Candle;

/// Candles before the window: one, so that the window's first candle rises or falls.
pub(super) const WARMUP: usize = 1;

/// The volume of candles whose close is above the one before, less that of those below, summed from 0 at the first
/// candle. (TA-Lib begins with the first candle's volume.)
pub(super) fn obv(candles: &[Candle], out: &mut Vec<f64>) {
    out.clear();
    let Some(first) = candles.first() else { return };
    let (mut before, mut sum) = (first.close, 0.0);
    out.extend(candles.iter().map(|candle| {
        if candle.close > before {
            sum += candle.volume;
        } else if candle.close < before {
            sum -= candle.volume;
        }
        before = candle.close;
        sum
    }));
}
