//! Ichimoku kinko hyo (Goichi Hosoda, 1969).

use super::donchian::center;
use crate::Candle;

/// Candles before the window: those that the first values of the spans reach back to.
pub(super) const fn warmup([conversion, base, span]: [usize; 3]) -> usize {
    let longest = if conversion > base { conversion } else { base };
    let longest = if span > longest { span } else { longest };
    longest - 1 + shift(base)
}

/// How many candles the spans are moved to the right and the lagging line to the left: a period of the base line,
/// the candle itself counted.
const fn shift(base: usize) -> usize {
    base - 1
}

/// Conversion and base line, leading spans A and B, and the lagging line.
///
/// Conversion, base line and span B are the middles between the highest high and the lowest low of the last `periods`
/// candles, span A the middle between the first two of them. Spans are told at the candle to which they are moved;
/// what would lie after the last candle is not told. The lagging line is the close a period later: NaN at the last
/// candles, whose later closes there are not.
pub(super) fn ichimoku(
    (candles, closes): (&[Candle], &[f64]),
    [conversion_period, base_period, span_period]: [usize; 3],
    [conversion, base, span_a, span_b, lagging]: [&mut Vec<f64>; 5],
) {
    let shift = shift(base_period);
    let fill = |out: &mut Vec<f64>, period: usize, count: usize| {
        out.clear();
        out.extend(candles[..count].windows(period).map(center));
    };
    let moved = candles.len().saturating_sub(shift);
    fill(conversion, conversion_period, candles.len());
    fill(base, base_period, candles.len());
    fill(span_b, span_period, moved);
    span_a.clear();
    let longest = conversion_period.max(base_period);
    span_a.extend((longest - 1..moved).map(|at| {
        let [first, second] = [(&*conversion, conversion_period), (&*base, base_period)]
            .map(|(line, period)| line[at + 1 - period]);
        first / 2.0 + second / 2.0
    }));
    lagging.clear();
    lagging.extend_from_slice(&closes[shift.min(closes.len())..]);
    lagging.resize(closes.len(), f64::NAN);
}
