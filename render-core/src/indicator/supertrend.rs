//! Supertrend (Olivier Seban), by the rules of TradingView's published `ta.supertrend`.

use super::wilder;
use crate::Candle;

/// Candles in which the trend settles, after the range's mean has forgotten its seed.
const SETTLING: usize = 100;

/// Candles before the window: those of the range's mean, and 100 more.
pub(super) const fn warmup(period: usize) -> usize {
    wilder::warmup(period) + SETTLING
}

/// The line below rising prices in `up`, the one above falling prices in `down`, NaN at the candles that are the
/// other one's; the first at `candles[period]`, in a falling trend. `raw` is scratch space.
///
/// Bands lie `ranges` average true ranges above and below the candles' middles. In its trend a band never gives way,
/// unless the close before was beyond it; a close beyond the band turns the trend.
pub(super) fn supertrend(
    candles: &[Candle],
    (period, ranges): (usize, f64),
    [up, down]: [&mut Vec<f64>; 2],
    raw: &mut Vec<f64>,
) {
    up.clear();
    down.clear();
    wilder::atr(candles, period, raw);
    let (mut upper, mut lower, mut rises) = (f64::INFINITY, f64::NEG_INFINITY, false);
    for (at, range) in (period..candles.len()).zip(&*raw) {
        let (candle, before) = (&candles[at], candles[at - 1].close);
        let center = candle.high / 2.0 + candle.low / 2.0;
        let (above, below) = (center + ranges * range, center - ranges * range);
        if !above.is_finite() || !below.is_finite() {
            up.clear();
            down.clear();
            return;
        }
        if above < upper || before > upper {
            upper = above;
        }
        if below > lower || before < lower {
            lower = below;
        }
        rises = match rises {
            _ if at == period => false,
            true => candle.close >= lower,
            false => candle.close > upper,
        };
        up.push(if rises { lower } else { f64::NAN });
        down.push(if rises { f64::NAN } else { upper });
    }
}
