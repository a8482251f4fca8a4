//! Means: simple, exponential and linearly weighted.
//!
//! Every function here clears `out` and fills it with as many values as the
//! input allows, the first one belonging to `values[period - 1]`: with fewer
//! than `period` values `out` stays empty. `period` is 1 or more.

/// How many periods an exponential mean runs on past its seed before the window.
///
/// After `4 * n` steps the seed's weight is `((n - 1) / (n + 1)) ^ (4 * n)`,
/// below 1/2900 for every `n`: less than half a pixel of a thousand.
const FADE: usize = 4;

/// Candles before the window that an exponential mean of `period` starts at:
/// those of the seed and `4 * period` steps.
pub(super) const fn ema_warmup(period: usize) -> usize {
    period - 1 + FADE * period
}

/// The sum of `term(0)` to `term(count - 1)`, in four lanes of every fourth term.
///
/// The order of additions is fixed, so the result is the same on every target.
pub(super) fn sum(count: usize, term: impl Fn(usize) -> f64) -> f64 {
    let mut lanes = [0.0_f64; 4];
    let whole = count - count % 4;
    for at in (0..whole).step_by(4) {
        for (lane, total) in lanes.iter_mut().enumerate() {
            *total += term(at + lane);
        }
    }
    let mut total = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    for at in whole..count {
        total += term(at);
    }
    total
}

/// The arithmetic mean of `values`, of which there is one or more.
pub(super) fn mean(values: &[f64]) -> f64 {
    sum(values.len(), |at| values[at]) / values.len() as f64
}

/// Simple moving average: the mean of the last `period` values (TA-Lib: `SMA`).
///
/// Each mean is summed by itself, so it depends on nothing before its `period` values.
pub(super) fn sma(values: &[f64], period: usize, out: &mut Vec<f64>) {
    out.clear();
    out.extend(values.windows(period).map(mean));
}

/// Exponential moving average (TA-Lib: `EMA`): seeded with the simple mean of the first
/// `period` values, then `e + (value - e) * 2 / (period + 1)`.
pub(super) fn ema(values: &[f64], period: usize, out: &mut Vec<f64>) {
    out.clear();
    let Some(first) = values.get(..period) else { return };
    let share = 2.0 / (period as f64 + 1.0);
    let mut average = mean(first);
    out.push(average);
    out.extend(values[period..].iter().map(|value| {
        average += (value - average) * share;
        average
    }));
}

/// Linearly weighted moving average (TA-Lib: `WMA`): the last of `period` values weighs
/// `period`, the one before it `period - 1`, the first 1; divided by the sum of weights.
pub(super) fn wma(values: &[f64], period: usize, out: &mut Vec<f64>) {
    out.clear();
    let weights = (period * (period + 1) / 2) as f64;
    out.extend(values.windows(period).map(|last| sum(period, |at| last[at] * (at as f64 + 1.0)) / weights));
}

/// The two periods besides its own that a Hull mean of `period` has: half of it, and its square root, both rounded down.
const fn hull_periods(period: usize) -> (usize, usize) {
    (if period > 1 { period / 2 } else { 1 }, period.isqrt())
}

/// Candles before the window that a Hull mean reaches back to.
pub(super) const fn hma_warmup(period: usize) -> usize {
    period - 1 + hull_periods(period).1 - 1
}

/// Hull's moving average (Alan Hull, 2005): the linearly weighted mean, over the square root of `period`, of twice the
/// weighted mean of half of `period` less that of all of it; `raw` is scratch space.
///
/// Unlike other means it may lie outside of all its values.
pub(super) fn hma(values: &[f64], period: usize, out: &mut Vec<f64>, raw: &mut Vec<f64>) {
    let (half, root) = hull_periods(period);
    wma(values, half, raw);
    wma(values, period, out);
    let late = raw.len() - out.len();
    for (at, slow) in out.iter().enumerate() {
        raw[at] = 2.0 * raw[late + at] - slow;
    }
    raw.truncate(out.len());
    wma(raw, root, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::tests::near;

    /// Ten-day averages of the Nasdaq-100 fund, as StockCharts' ChartSchool publishes them,
    /// closes and averages rounded to cents.
    const CLOSES: [f64; 30] = [
        22.27, 22.19, 22.08, 22.17, 22.18, 22.13, 22.23, 22.43, 22.24, 22.29, 22.15, 22.39, 22.38, 22.61,
        23.36, 24.05, 23.75, 23.83, 23.95, 23.63, 23.82, 23.87, 23.65, 23.19, 23.10, 23.33, 22.68, 23.10,
        22.40, 22.17,
    ];

    #[test]
    fn simple_and_exponential_means_are_the_published_ones() {
        let mut out = Vec::new();
        sma(&CLOSES, 10, &mut out);
        let published = [
            22.22, 22.21, 22.23, 22.26, 22.31, 22.42, 22.61, 22.77, 22.91, 23.08, 23.21, 23.38, 23.53, 23.65,
            23.71, 23.69, 23.61, 23.51, 23.43, 23.28, 23.13,
        ];
        near(&out, &published, 0.0101);
        ema(&CLOSES, 10, &mut out);
        let published = [
            22.22, 22.21, 22.24, 22.27, 22.33, 22.52, 22.80, 22.97, 23.13, 23.28, 23.34, 23.43, 23.51, 23.53,
            23.47, 23.40, 23.39, 23.26, 23.23, 23.08, 22.92,
        ];
        near(&out, &published, 0.0101);
    }

    #[test]
    fn weights_rise_to_the_last_value() {
        let mut out = Vec::new();
        wma(&[1.0, 2.0, 3.0, 4.0, 10.0], 4, &mut out);
        near(&out, &[30.0 / 10.0, (2.0 + 6.0 + 12.0 + 40.0) / 10.0], 0.0);
    }

    #[test]
    fn too_few_values_give_no_line_and_exactly_enough_give_one_value() {
        let mut out = vec![1.0];
        for average in [sma, ema, wma] {
            average(&CLOSES[..9], 10, &mut out);
            assert!(out.is_empty());
            average(&CLOSES[..10], 10, &mut out);
            assert_eq!(out.len(), 1);
            average(&[7.0, 9.0], 1, &mut out);
            assert_eq!(out, [7.0, 9.0]);
        }
    }

    #[test]
    fn the_seed_of_an_exponential_mean_has_faded_before_the_window() {
        for period in 1..=1000 {
            let steps = ema_warmup(period) - (period - 1);
            let share = 2.0 / (period as f64 + 1.0);
            let weight = (0..steps).fold(1.0, |weight, _| weight * (1.0 - share));
            assert!(weight < 1.0 / 2900.0, "{period}: {weight}");
        }
    }
}
