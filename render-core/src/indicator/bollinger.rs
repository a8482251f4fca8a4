//! Bollinger bands (John Bollinger, "Bollinger on Bollinger Bands", 2001; TA-Lib: `BBANDS`).

use super::average::{mean, sum};

/// Middle, upper and lower band, the first of each at `values[period - 1]`.
///
/// The middle is the simple mean of the last `period` values, the others lie `deviations`
/// population standard deviations (divisor `period`) above and below it. Deviations are
/// summed from the mean, so equal values give bands of no width at all.
pub(super) fn bollinger(
    values: &[f64],
    period: usize,
    deviations: f64,
    [middle, upper, lower]: [&mut Vec<f64>; 3],
) {
    for out in [&mut *middle, &mut *upper, &mut *lower] {
        out.clear();
    }
    for last in values.windows(period) {
        let center = mean(last);
        let squares = sum(period, |at| (last[at] - center) * (last[at] - center));
        let width = deviations * (squares / period as f64).sqrt();
        middle.push(center);
        upper.push(center + width);
        lower.push(center - width);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::tests::near;

    #[test]
    fn bands_are_the_published_ones() {
        // StockCharts' ChartSchool, 20 days and 2 deviations, values rounded to cents.
        let closes = [
            86.16, 89.09, 88.78, 90.32, 89.07, 91.15, 89.44, 89.18, 86.93, 87.68, 86.96, 89.43, 89.32, 88.72,
            87.45, 87.26, 89.50, 87.90, 89.13, 90.70, 92.90, 92.98, 91.80, 92.66,
        ];
        let (mut middle, mut upper, mut lower) = (vec![], vec![], vec![]);
        bollinger(&closes, 20, 2.0, [&mut middle, &mut upper, &mut lower]);
        near(&middle, &[88.71, 89.05, 89.24, 89.39, 89.51], 0.011);
        near(&upper, &[91.29, 91.95, 92.61, 92.93, 93.31], 0.021);
        near(&lower, &[86.12, 86.14, 85.87, 85.85, 85.70], 0.021);
    }

    #[test]
    fn equal_values_give_bands_of_no_width() {
        let (mut middle, mut upper, mut lower) = (vec![], vec![], vec![]);
        bollinger(&[3.5; 7], 4, 2.0, [&mut middle, &mut upper, &mut lower]);
        assert_eq!([&middle, &upper, &lower], [&vec![3.5; 4]; 3]);
    }
}
