//! Commodity channel index (Donald Lambert, "Commodity Channel Index", Commodities, 1980; TA-Lib: `CCI`).

use super::{
    average::{mean, sum},
    vwap::typical,
};
use crate::Candle;

/// So much of the mean deviation makes about three quarters of all values lie between -100 and 100.
const SHARE: f64 = 0.015;

/// How far the typical price is from its simple mean of `period`, in parts of the mean deviation from it, the first at
/// `candles[period - 1]`; 0 where nothing moved. `raw` is scratch space.
pub(super) fn cci(candles: &[Candle], period: usize, out: &mut Vec<f64>, raw: &mut Vec<f64>) {
    out.clear();
    raw.clear();
    raw.extend(candles.iter().map(typical));
    out.extend(raw.windows(period).map(|last| {
        let center = mean(last);
        let deviation = sum(period, |at| (last[at] - center).abs()) / period as f64;
        if deviation > 0.0 { (last[period - 1] - center) / (SHARE * deviation) } else { 0.0 }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_moves_the_index_is_0() {
        let flat = Candle { open_time: 0, open: 2.0, high: 2.0, low: 2.0, close: 2.0, volume: 0.0 };
        let mut out = Vec::new();
        cci(&[flat; 6], 4, &mut out, &mut Vec::new());
        assert_eq!(out, [0.0; 3]);
    }
}
