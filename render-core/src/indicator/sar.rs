//! Parabolic stop and reverse (J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978; TA-Lib: `SAR`).

use crate::Candle;

/// Candles before the window, in which the trend settles.
pub(super) const WARMUP: usize = 200;

/// The stop of each candle, the first at `candles[1]`.
///
/// The stop goes after the trend's furthest price by a share of the distance, which begins at `step` and grows by it
/// with each new furthest price, up to `most`; it never goes into the last two candles. A candle that reaches the stop
/// turns the trend, and the stop begins at the furthest price of the trend before. The first trend falls if the
/// second candle's low went further down than its high went up.
pub(super) fn sar(candles: &[Candle], (step, most): (f64, f64), out: &mut Vec<f64>) {
    out.clear();
    let [first, second, ..] = candles else { return };
    let (up, down) = (second.high - first.high, first.low - second.low);
    let mut rises = !(down > 0.0 && up < down);
    let (mut furthest, mut stop) = if rises { (second.high, first.low) } else { (second.low, first.high) };
    let mut share = step.min(most);
    // The first candle with a stop has itself before it.
    let mut before = second;
    for candle in &candles[1..] {
        // Neither into this candle nor into the one before.
        let outside = |stop: f64, rises: bool| {
            if rises { stop.min(before.low).min(candle.low) } else { stop.max(before.high).max(candle.high) }
        };
        let is_reached = if rises { candle.low <= stop } else { candle.high >= stop };
        if is_reached {
            rises = !rises;
            stop = outside(furthest, rises);
            share = step.min(most);
            furthest = if rises { candle.high } else { candle.low };
            out.push(stop);
        } else {
            out.push(stop);
            let extreme = if rises { candle.high } else { candle.low };
            if if rises { extreme > furthest } else { extreme < furthest } {
                furthest = extreme;
                share = (share + step).min(most);
            }
        }
        stop = outside(stop + share * (furthest - stop), rises);
        before = candle;
    }
}
