//! Keltner channel, in the form that Linda Bradford Raschke gave it: an exponential mean and average true ranges.

use super::{
    average::{ema, ema_warmup},
    wilder,
};
use crate::Candle;

/// Candles before the window: as many as the mean or the range needs, whichever needs more.
pub(super) const fn warmup(period: usize, range_period: usize) -> usize {
    let (mean, range) = (ema_warmup(period), wilder::warmup(range_period));
    if mean > range { mean } else { range }
}

/// The exponential mean of closes, and lines `ranges` average true ranges above and below it, from the first candle
/// on that has both; `raw` is scratch space.
pub(super) fn keltner(
    (candles, closes): (&[Candle], &[f64]),
    (period, ranges, range_period): (usize, f64, usize),
    [middle, upper, lower]: [&mut Vec<f64>; 3],
    raw: &mut Vec<f64>,
) {
    ema(closes, period, middle);
    wilder::atr(candles, range_period, raw);
    let count = middle.len().min(raw.len());
    middle.drain(..middle.len() - count);
    let widths = &raw[raw.len() - count..];
    for (out, side) in [(upper, ranges), (lower, -ranges)] {
        out.clear();
        out.extend(middle.iter().zip(widths).map(|(center, range)| center + side * range));
    }
}
