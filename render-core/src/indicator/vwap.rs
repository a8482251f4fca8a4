//! Volume-weighted average price (Berkowitz, Logue and Noser, "The Total Cost of Transactions
//! on the NYSE", 1988), rolling.

use super::average::sum;
use crate::Candle;

/// The volume-weighted mean of typical prices, `(high + low + close) / 3`, of the last
/// `period` candles, the first one at `candles[period - 1]`.
///
/// It rolls over a fixed number of candles: a window has no session that it could begin
/// anew with. Where none of the candles has any volume, all weigh the same.
pub(super) fn vwap(candles: &[Candle], period: usize, out: &mut Vec<f64>) {
    out.clear();
    out.extend(candles.windows(period).map(|last| {
        let volume = sum(period, |at| last[at].volume);
        if volume > 0.0 {
            sum(period, |at| typical(&last[at]) * last[at].volume) / volume
        } else {
            sum(period, |at| typical(&last[at])) / period as f64
        }
    }));
}

fn typical(candle: &Candle) -> f64 {
    (candle.high + candle.low + candle.close) / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::tests::near;

    #[test]
    fn prices_weigh_as_much_as_their_volume_or_the_same_where_there_is_none() {
        let candle = |price: f64, volume| Candle {
            open_time: 0,
            open: price,
            high: price + 3.0,
            low: price - 3.0,
            close: price,
            volume,
        };
        let candles = [candle(10.0, 1.0), candle(20.0, 3.0), candle(30.0, 0.0), candle(40.0, 0.0)];
        let mut out = Vec::new();
        vwap(&candles, 2, &mut out);
        near(&out, &[17.5, 20.0, 35.0], 0.0);
    }
}
