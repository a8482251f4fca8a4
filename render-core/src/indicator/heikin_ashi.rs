//! Heikin-Ashi candles (Dan Valcu, "Using the Heikin-Ashi Technique", Technical Analysis of
//! Stocks and Commodities, February 2004).

use crate::{Candle, Window};

/// Candles before the window that Heikin-Ashi candles start at.
///
/// An open is half the open before it, so 64 candles later the seed weighs 2^-64, which is
/// less than an `f64` can tell.
pub const HEIKIN_ASHI_WARMUP: usize = 64;

/// Fills `out` with the window's candles as Heikin-Ashi candles, as many as are drawn.
///
/// close = (open + high + low + close) / 4, open = (open + close) / 2 of the Heikin-Ashi
/// candle before, high and low the furthest of the candle's own and these two. The first
/// candle of the warm-up has (open + close) / 2 as its open. Time and volume stay. Of the
/// warm-up the last [`HEIKIN_ASHI_WARMUP`] candles count; where there are fewer, the
/// recursion starts at the first there is.
pub fn heikin_ashi(window: &Window<'_>, out: &mut Vec<Candle>) {
    out.clear();
    let history = window.warmup();
    let used = history.len().min(HEIKIN_ASHI_WARMUP);
    let candles = &window.all()[history.len() - used..];
    // Parts are added, not sums divided: prices near the largest number must not overflow.
    let mut open = candles[0].open / 2.0 + candles[0].close / 2.0;
    for (at, candle) in candles.iter().enumerate() {
        let close = candle.open / 4.0 + candle.high / 4.0 + candle.low / 4.0 + candle.close / 4.0;
        if at >= used {
            let (high, low) = (candle.high.max(open).max(close), candle.low.min(open).min(close));
            out.push(Candle { open, high, low, close, ..*candle });
        }
        open = open / 2.0 + close / 2.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Interval, indicator::tests::btc};

    #[test]
    fn a_small_series_gives_what_paper_gives() {
        let candle = |open_time, [open, high, low, close]: [f64; 4]| Candle {
            open_time,
            open,
            high,
            low,
            close,
            volume: 5.0,
        };
        let candles = [candle(0, [10.0, 16.0, 8.0, 14.0]), candle(1, [14.0, 15.0, 13.0, 14.0])];
        let interval = Interval::new("1ms", 1).expect("valid");
        let window = Window::new("X", &interval, &candles, 0).expect("valid");
        let mut out = vec![candles[0]];
        heikin_ashi(&window, &mut out);
        assert_eq!(out, [candle(0, [12.0, 16.0, 8.0, 12.0]), candle(1, [12.0, 15.0, 12.0, 14.0])]);
    }

    #[test]
    fn candles_are_valid_and_do_not_depend_on_more_history_than_the_warm_up() {
        let (candles, interval) = (btc(), Interval::new("1h", 3_600_000).expect("valid"));
        let (mut exact, mut more, mut less) = (Vec::new(), Vec::new(), Vec::new());
        heikin_ashi(&Window::new("X", &interval, &candles[436..600], 64).expect("valid"), &mut exact);
        heikin_ashi(&Window::new("X", &interval, &candles[..600], 500).expect("valid"), &mut more);
        heikin_ashi(&Window::new("X", &interval, &candles[500..600], 0).expect("valid"), &mut less);
        assert_eq!(exact, more);
        assert_eq!((exact.len(), less.len()), (100, 100));
        assert!(exact.iter().chain(&less).all(|candle| candle.check().is_ok()));
    }

    #[test]
    fn the_largest_prices_do_not_overflow() {
        let huge = f64::MAX;
        let candles = [0, 1, 2].map(|open_time| Candle {
            open_time,
            open: huge,
            high: huge,
            low: -huge,
            close: huge,
            volume: 0.0,
        });
        let interval = Interval::new("1ms", 1).expect("valid");
        let mut out = Vec::new();
        heikin_ashi(&Window::new("X", &interval, &candles, 1).expect("valid"), &mut out);
        assert!(out.iter().all(|candle| candle.check().is_ok()));
    }
}
