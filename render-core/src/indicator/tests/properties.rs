//! What holds for lines of all candles.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn averages_stay_within_the_prices_and_oscillators_within_their_bounds(
        steps in proptest::collection::vec((-50.0..50.0_f64, 0.0..20.0_f64, 0.0..3.0_f64), 2..120),
        warmup in 0..100_usize, period in 1..40_u32, other in 1..9_u32,
    ) {
        let mut close = 1000.0;
        let candles: Vec<Candle> = steps
            .iter()
            .zip(0..)
            .map(|(&(step, reach, volume), open_time)| {
                let open = close;
                close += step;
                let (high, low) = (open.max(close) + reach, open.min(close) - reach);
                Candle { open_time, open, high, low, close, volume }
            })
            .collect();
        let warmup = warmup.min(candles.len() - 2);
        let high = candles.iter().fold(f64::MIN, |high, candle| high.max(candle.high));
        let low = candles.iter().fold(f64::MAX, |low, candle| low.min(candle.low));
        let least = 1e-9 * high.abs().max(low.abs());
        for overlay in [Overlay::Sma { period }, Overlay::Ema { period }, Overlay::Wma { period }, Overlay::Vwap { period }] {
            for line in Either::Overlay(overlay).lines(&candles, warmup) {
                prop_assert!(line.values.iter().all(|&v| low - least <= v && v <= high + least), "{overlay}");
            }
        }
        for indicator in [
            Indicator::Rsi { period },
            Indicator::Stochastic { period, slowing: other, smoothing: other },
        ] {
            let (min, max) = indicator.bounds().expect("bounds");
            for line in Either::Indicator(indicator).lines(&candles, warmup) {
                prop_assert!(line.values.iter().all(|&v| min - 1e-9 <= v && v <= max + 1e-9), "{indicator}");
            }
        }
        let bands = Either::Overlay(Overlay::Bollinger { period, hundredths: 200 }).lines(&candles, warmup);
        for at in 0..bands[0].values.len() {
            prop_assert!(bands[2].values[at] <= bands[0].values[at] && bands[0].values[at] <= bands[1].values[at]);
        }
        for overlay in [
            Overlay::Donchian { period },
            Overlay::Ichimoku { conversion: other, base: period, span: 2 * period },
            Overlay::SessionVwap,
        ] {
            for line in Either::Overlay(overlay).lines(&candles, warmup) {
                let is_within = |v: f64| v.is_nan() || low - least <= v && v <= high + least;
                prop_assert!(line.values.iter().all(|&v| is_within(v)), "{overlay}");
            }
        }
        for line in Either::Indicator(Indicator::Adx { period }).lines(&candles, warmup) {
            prop_assert!(line.values.iter().all(|&v| (-1e-9..=100.0 + 1e-9).contains(&v)));
        }
        // A trend's line is on its side of the closes, and at every candle there is one of the two.
        let trend = Either::Overlay(Overlay::Supertrend { period, hundredths: 150 }).lines(&candles, warmup);
        for at in 0..candles.len() - warmup {
            let value = |line: &Line| at.checked_sub(line.start).map_or(f64::NAN, |at| line.values[at]);
            let (up, down) = (value(&trend[0]), value(&trend[1]));
            let close = candles[warmup + at].close;
            prop_assert!(up.is_nan() || down.is_nan());
            prop_assert!(up.is_nan() || up <= close + least);
            prop_assert!(down.is_nan() || down >= close - least);
            prop_assert!(warmup + at < period as usize || up.is_finite() || down.is_finite());
        }
        let stops = Either::Overlay(Overlay::Sar { step: 10 * other, most: 200 }).lines(&candles, warmup);
        let outside = stops[0].values.iter().zip(&candles[warmup + stops[0].start..]);
        prop_assert!(outside.clone().all(|(stop, candle)| *stop >= candle.high || *stop <= candle.low));
        let atr = Either::Indicator(Indicator::Atr { period }).lines(&candles, warmup);
        prop_assert!(atr[0].values.iter().all(|&v| v >= 0.0));
    }
}
