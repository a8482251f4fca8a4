//! Moving average convergence/divergence (Gerald Appel, "The Moving Average
//! Convergence-Divergence Trading Method", 1979; TA-Lib: `MACD`).

use super::average::{ema, ema_warmup};

/// Candles before the window: those of the slow mean, so that it has forgotten its seed,
/// then those of the signal, so that it has forgotten the rest.
pub(super) const fn warmup(slow: usize, signal: usize) -> usize {
    ema_warmup(slow) + ema_warmup(signal)
}

/// The fast exponential mean minus the slow one, in `line`, the first at
/// `values[slow - 1]`; its exponential mean in `signal` and `line - signal` in `histogram`,
/// both from `values[slow + periods[2] - 2]` on.
///
/// As in TA-Lib, both means begin at the same value: the fast one is seeded with the last
/// `fast` of the first `slow` values. `periods` are fast, slow and signal, `fast < slow`.
pub(super) fn macd(
    values: &[f64],
    [fast, slow, signal_period]: [usize; 3],
    [line, signal, histogram]: [&mut Vec<f64>; 3],
) {
    ema(values.get(slow - fast..).unwrap_or_default(), fast, line);
    // The histogram's room holds the slow mean until it is needed.
    ema(values, slow, histogram);
    line.truncate(histogram.len());
    for (fast, slow) in line.iter_mut().zip(&*histogram) {
        *fast -= slow;
    }
    ema(line, signal_period, signal);
    histogram.clear();
    let late = line.len() - signal.len();
    histogram.extend(line[late..].iter().zip(&*signal).map(|(line, signal)| line - signal));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::tests::near;

    #[test]
    fn a_small_series_gives_what_paper_gives() {
        // Means of 1 and 3 values: the fast one is the value itself, the slow one 2, 4, 5.5, 4.75.
        let values = [1.0, 2.0, 3.0, 6.0, 7.0, 4.0];
        let (mut line, mut signal, mut histogram) = (vec![], vec![], vec![]);
        macd(&values, [1, 3, 2], [&mut line, &mut signal, &mut histogram]);
        near(&line, &[1.0, 2.0, 1.5, -0.75], 1e-15);
        near(&signal, &[1.5, 1.5, 0.0], 1e-15);
        near(&histogram, &[0.5, 0.0, -0.75], 1e-15);
    }

    #[test]
    fn too_few_values_give_shorter_lines() {
        let (mut line, mut signal, mut histogram) = (vec![], vec![], vec![]);
        for (count, lengths) in [(0, [0, 0, 0]), (2, [0, 0, 0]), (3, [1, 0, 0]), (4, [2, 1, 1])] {
            macd(&[1.0; 4][..count], [1, 3, 2], [&mut line, &mut signal, &mut histogram]);
            assert_eq!([line.len(), signal.len(), histogram.len()], lengths);
        }
    }
}
