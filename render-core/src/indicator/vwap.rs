//! Volume-weighted average price (Berkowitz, Logue and Noser, "The Total Cost of Transactions
//! on the NYSE", 1988), rolling or of a day.

use super::average::sum;
use crate::Candle;

/// The volume-weighted mean of typical prices, `(high + low + close) / 3`, of the last
/// `period` candles, the first one at `candles[period - 1]`.
///
/// It rolls over a fixed number of candles. Where none of the candles has any volume, all weigh the same.
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

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Candles before the window: a day of candles of a minute, without the window's first.
pub(super) const SESSION_WARMUP: usize = 24 * 60 - 1;

/// The same of all candles since 00:00 UTC of the candle's day, its own among them.
///
/// Where `begins_here` is false, candles of a day whose beginning is not known have no value: the line begins with the
/// first candle, if that is a day's first, or with the first one of another day.
pub(super) fn session_vwap(candles: &[Candle], begins_here: bool, out: &mut Vec<f64>) {
    out.clear();
    let Some(first) = candles.first() else { return };
    let day_of = |candle: &Candle| candle.open_time.div_euclid(DAY);
    let mut day = day_of(first);
    let mut is_known = begins_here || first.open_time.rem_euclid(DAY) == 0;
    let (mut traded, mut volume, mut prices, mut count) = (0.0, 0.0, 0.0, 0.0);
    for candle in candles {
        if day_of(candle) != day {
            (day, is_known) = (day_of(candle), true);
            (traded, volume, prices, count) = (0.0, 0.0, 0.0, 0.0);
        }
        let price = typical(candle);
        traded += price * candle.volume;
        volume += candle.volume;
        prices += price;
        count += 1.0;
        if is_known {
            out.push(if volume > 0.0 { traded / volume } else { prices / count });
        }
    }
}

pub(super) fn typical(candle: &Candle) -> f64 {
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

    #[test]
    fn a_session_begins_with_each_utc_day_and_is_not_told_where_its_beginning_is_unknown() {
        let candle = |hour: i64, price: f64, volume| Candle {
            open_time: hour * 3_600_000,
            open: price,
            high: price + 3.0,
            low: price - 3.0,
            close: price,
            volume,
        };
        let day =
            [candle(22, 10.0, 1.0), candle(23, 20.0, 3.0), candle(24, 30.0, 0.0), candle(26, 60.0, 0.0)];
        let mut out = Vec::new();
        session_vwap(&day, true, &mut out);
        near(&out, &[10.0, 17.5, 30.0, 45.0], 0.0);
        for candles in [&day[..], &day[2..]] {
            session_vwap(candles, false, &mut out);
            near(&out, &[30.0, 45.0], 0.0);
        }
        session_vwap(&day[3..], false, &mut out);
        assert!(out.is_empty());
    }
}
