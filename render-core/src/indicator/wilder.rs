//! RSI and ATR (J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978).
//!
//! Both are smoothed by Wilder's mean: seeded with the simple mean of the first `period`
//! terms, then `(mean * (period - 1) + term) / period`. A term compares a candle with the
//! one before it, so the first value belongs to the candle at index `period`. Both
//! functions clear `out`; with `period` candles or fewer it stays empty.

use super::average::sum;
use crate::Candle;

/// How many periods a Wilder mean runs on past its seed before the window: after `8 * n`
/// steps the seed's weight is `((n - 1) / n) ^ (8 * n)`, below 1/2900 for every `n`.
const FADE: usize = 8;

/// Candles before the window that RSI and ATR of `period` start at: those of the seed and
/// `8 * period` steps.
pub(super) const fn warmup(period: usize) -> usize {
    period + FADE * period
}

/// One step of Wilder's mean.
pub(super) fn smooth(mean: f64, term: f64, period: f64) -> f64 {
    (mean * (period - 1.0) + term) / period
}

/// Relative strength index, 0 to 100 (TA-Lib: `RSI`): the share of the mean rise in the sum
/// of mean rise and mean fall, `100 * rise / (rise + fall)`.
///
/// Where nothing moved, neither side is stronger and the value is 50. (TA-Lib gives 0.)
pub(super) fn rsi(values: &[f64], period: usize, out: &mut Vec<f64>) {
    out.clear();
    if values.len() <= period {
        return;
    }
    let step = |at: usize| values[at + 1] - values[at];
    let count = period as f64;
    let mut rise = sum(period, |at| step(at).max(0.0)) / count;
    let mut fall = sum(period, |at| (-step(at)).max(0.0)) / count;
    let share = |rise: f64, fall: f64| if rise + fall > 0.0 { 100.0 * (rise / (rise + fall)) } else { 50.0 };
    out.push(share(rise, fall));
    for at in period..values.len() - 1 {
        rise = smooth(rise, step(at).max(0.0), count);
        fall = smooth(fall, (-step(at)).max(0.0), count);
        out.push(share(rise, fall));
    }
}

/// Average true range, in units of the price (TA-Lib: `ATR`).
///
/// The true range of a candle is the greatest of high - low and the distances of high and
/// low from the close before.
pub(super) fn atr(candles: &[Candle], period: usize, out: &mut Vec<f64>) {
    out.clear();
    if candles.len() <= period {
        return;
    }
    let range = |at: usize| {
        let (before, candle) = (candles[at].close, &candles[at + 1]);
        candle.high.max(before) - candle.low.min(before)
    };
    let count = period as f64;
    let mut mean = sum(period, range) / count;
    out.push(mean);
    for at in period..candles.len() - 1 {
        mean = smooth(mean, range(at), count);
        out.push(mean);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::tests::near;

    #[test]
    fn relative_strength_is_the_published_one() {
        // StockCharts' ChartSchool, 14 days.
        let closes = [
            44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826,
            45.8931, 46.0328, 45.6140, 46.2820, 46.2820, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439,
            46.2122, 46.2521, 45.7137, 46.4515, 45.7835, 45.3548, 44.0288, 44.1783, 44.2181, 44.5672,
            43.4205, 42.6628, 43.1314,
        ];
        let mut out = Vec::new();
        rsi(&closes, 14, &mut out);
        let published = [
            70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99, 41.46,
            41.87, 45.46, 37.30, 33.08, 37.77,
        ];
        near(&out, &published, 0.0051);
    }

    #[test]
    fn strength_is_100_where_all_rises_0_where_all_falls_and_50_where_nothing_moves() {
        let mut out = Vec::new();
        for (values, strength) in
            [([1.0, 2.0, 3.0, 4.0], 100.0), ([4.0, 3.0, 2.0, 1.0], 0.0), ([2.0; 4], 50.0)]
        {
            rsi(&values, 2, &mut out);
            assert_eq!(out, [strength; 2]);
        }
    }

    #[test]
    fn true_ranges_reach_to_the_close_before() {
        let candle = |high: f64, low: f64, close: f64| Candle {
            open_time: 0,
            open: low,
            high,
            low,
            close,
            volume: 0.0,
        };
        // Ranges by hand: a gap up to 14 from 9: 5; inside: 2; a gap down to 6 from 12: 6.
        let candles = [
            candle(10.0, 8.0, 9.0),
            candle(14.0, 12.0, 13.0),
            candle(13.0, 11.0, 12.0),
            candle(8.0, 6.0, 7.0),
        ];
        let mut out = Vec::new();
        atr(&candles, 2, &mut out);
        near(&out, &[3.5, 4.75], 0.0);
        atr(&candles[..2], 2, &mut out);
        assert!(out.is_empty());
    }

    #[test]
    fn the_seed_of_a_wilder_mean_has_faded_before_the_window() {
        for period in 1..=1000 {
            let keep = 1.0 - 1.0 / period as f64;
            let weight = (0..warmup(period) - period).fold(1.0, |weight, _| weight * keep);
            assert!(weight < 1.0 / 2900.0, "{period}: {weight}");
        }
    }
}
