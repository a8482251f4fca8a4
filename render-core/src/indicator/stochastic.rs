//! Stochastic oscillator (George C. Lane, "Lane's Stochastics", Technical Analysis of Stocks
//! and Commodities, 1984; TA-Lib: `STOCH` with simple means).

use super::{average::sma, donchian::reach};
use crate::Candle;

/// Candles before the window: those that the first value of `%D` reaches back to.
pub(super) const fn warmup([period, slowing, smoothing]: [usize; 3]) -> usize {
    period + slowing + smoothing - 3
}

/// `%K` in `k`, its mean `%D` in `d`, both 0 to 100; `raw` is scratch space.
///
/// Raw `%K` says where the close stands between the lowest low and the highest high of the
/// last `periods[0]` candles; `%K` is its simple mean of `periods[1]` (1: fast, 3: slow),
/// `%D` the simple mean of `%K` of `periods[2]`. `%K` begins at the candle of index
/// `periods[0] + periods[1] - 2`, `%D` `periods[2] - 1` candles later.
///
/// Where low and high are the same the close is in the middle, 50. (TA-Lib gives 0.)
pub(super) fn stochastic(
    candles: &[Candle],
    [period, slowing, smoothing]: [usize; 3],
    [k, d]: [&mut Vec<f64>; 2],
    raw: &mut Vec<f64>,
) {
    raw.clear();
    raw.extend(candles.windows(period).map(|last| {
        let (low, high) = reach(last);
        let close = last[period - 1].close;
        if high > low { 100.0 * ((close - low) / (high - low)) } else { 50.0 }
    }));
    sma(raw, slowing, k);
    sma(k, smoothing, d);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::tests::near;

    #[test]
    fn the_oscillator_is_the_published_one() {
        // StockCharts' ChartSchool, 14 days, %D of 3 days. Prices are rounded to cents, which
        // moves a value by up to 0.01 of the least range, 3.87: 0.26 per cent.
        let highs = [
            127.01, 127.62, 126.59, 127.35, 128.17, 128.43, 127.37, 126.42, 126.90, 126.85, 125.65, 125.72,
            127.16, 127.72, 127.69, 128.22, 128.27, 128.09, 128.27, 127.74, 128.77, 129.29, 130.06, 129.12,
            129.29, 128.47, 128.09, 128.65, 129.14, 128.64,
        ];
        let lows = [
            125.36, 126.16, 124.93, 126.09, 126.82, 126.48, 126.03, 124.83, 126.39, 125.72, 124.56, 124.57,
            125.07, 126.86, 126.63, 126.80, 126.71, 126.80, 126.13, 125.92, 126.99, 127.81, 128.47, 128.06,
            127.61, 127.60, 127.00, 126.90, 127.49, 127.40,
        ];
        let closes = [
            127.29, 127.18, 128.01, 127.11, 127.73, 127.06, 127.33, 128.71, 127.87, 128.58, 128.60, 127.93,
            128.11, 127.60, 127.60, 128.69, 128.27,
        ];
        let candles: Vec<Candle> = (0..30)
            .map(|at| Candle {
                open_time: 0,
                open: lows[at],
                high: highs[at],
                low: lows[at],
                close: if at < 13 { lows[at] } else { closes[at - 13] },
                volume: 0.0,
            })
            .collect();
        let (mut k, mut d) = (vec![], vec![]);
        stochastic(&candles, [14, 1, 3], [&mut k, &mut d], &mut Vec::new());
        let published = [
            70.44, 67.61, 89.20, 65.81, 81.75, 64.52, 74.53, 98.58, 70.10, 73.06, 73.42, 61.23, 60.96, 40.39,
            40.39, 66.83, 56.73,
        ];
        near(&k, &published, 0.26);
        let published = [
            75.75, 74.21, 78.92, 70.69, 73.60, 79.21, 81.07, 80.58, 72.20, 69.24, 65.20, 54.19, 47.24, 49.20,
            54.65,
        ];
        near(&d, &published, 0.26);
    }

    #[test]
    fn a_flat_market_is_in_the_middle() {
        let flat = Candle { open_time: 0, open: 2.0, high: 2.0, low: 2.0, close: 2.0, volume: 0.0 };
        let (mut k, mut d) = (vec![], vec![]);
        stochastic(&[flat; 6], [3, 2, 2], [&mut k, &mut d], &mut Vec::new());
        assert_eq!((k, d), (vec![50.0; 3], vec![50.0; 2]));
    }
}
