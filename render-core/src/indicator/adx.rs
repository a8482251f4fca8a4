//! Directional movement (J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978; TA-Lib: `ADX`,
//! `PLUS_DI`, `MINUS_DI`).

use super::wilder::smooth;
use crate::Candle;

/// How many periods two means, one of the other, run on past their seeds before the window: after `11 * n` steps the
/// seeds' weight, `(1 + 11) * ((n - 1) / n) ^ (11 * n)` at most, is below 1/2900.
const FADE: usize = 11;

/// Candles before the window: those of both seeds, and `11 * period` steps.
pub(super) const fn warmup(period: usize) -> usize {
    (2 + FADE) * period
}

/// The index in `adx`, from `candles[2 * period - 1]` on, +DI and -DI in `plus` and `minus`, from `candles[period]`
/// on; all 0 to 100.
///
/// A candle's movement is how far its high is above the one before, or its low below, whichever is more and above 0.
/// DI are the shares of the smoothed movements in the smoothed true range, and the index is Wilder's mean of the
/// distance between them relative to their sum. As in TA-Lib, sums are seeded with `period - 1` candles. Where nothing
/// moved all are 0.
pub(super) fn adx(candles: &[Candle], period: usize, [adx, plus, minus]: [&mut Vec<f64>; 3]) {
    for out in [&mut *adx, &mut *plus, &mut *minus] {
        out.clear();
    }
    let count = period as f64;
    let share = |part: f64, whole: f64| if whole > 0.0 { 100.0 * (part / whole) } else { 0.0 };
    let (mut rise, mut fall, mut range, mut seed) = (0.0, 0.0, 0.0, 0.0);
    for (at, pair) in (1..).zip(candles.windows(2)) {
        let [before, candle] = [&pair[0], &pair[1]];
        let (up, down) = (candle.high - before.high, before.low - candle.low);
        if at >= period {
            (rise, fall, range) = (rise - rise / count, fall - fall / count, range - range / count);
        }
        rise += if up > 0.0 && up > down { up } else { 0.0 };
        fall += if down > 0.0 && down > up { down } else { 0.0 };
        range += candle.high.max(before.close) - candle.low.min(before.close);
        if at < period {
            continue;
        }
        let (up, down) = (share(rise, range), share(fall, range));
        plus.push(up);
        minus.push(down);
        let distance = share((up - down).abs(), up + down);
        match adx.last() {
            Some(&mean) => adx.push(smooth(mean, distance, count)),
            None => {
                seed += distance;
                if at + 1 == 2 * period {
                    adx.push(seed / count);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_of_both_means_have_faded_before_the_window() {
        for period in 2..=1000 {
            let steps = warmup(period) - 2 * period;
            let keep = 1.0 - 1.0 / period as f64;
            let weight = (0..steps).fold(1.0 + steps as f64 / period as f64, |weight, _| weight * keep);
            assert!(weight < 1.0 / 2900.0, "{period}: {weight}");
        }
    }

    #[test]
    fn a_flat_market_has_no_direction() {
        let flat = Candle { open_time: 0, open: 2.0, high: 2.0, low: 2.0, close: 2.0, volume: 0.0 };
        let (mut index, mut plus, mut minus) = (vec![], vec![], vec![]);
        adx(&[flat; 8], 3, [&mut index, &mut plus, &mut minus]);
        assert_eq!((index, plus, minus), (vec![0.0; 3], vec![0.0; 5], vec![0.0; 5]));
    }
}
