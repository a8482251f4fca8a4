//! Nice ticks of a value axis, found with tables and comparisons instead of logarithms.

use std::sync::LazyLock;

/// Powers of ten from `10^-LAST` to `10^LAST`, each the `f64` nearest to it.
static POWERS: LazyLock<Vec<f64>> = LazyLock::new(|| {
    // Reading decimal text is exact by definition, on every target.
    (-LAST..=LAST).map(|n| format!("1e{n}").parse().unwrap_or(f64::MAX)).collect()
});
const LAST: i32 = 308;

/// The least step relative to the values on the axis: 8 neighbouring floats or
/// more, so that ticks stand evenly.
const LEAST_STEP: f64 = 1.0 / (1_u64 << 49) as f64;

/// The same on a log axis, where rows follow the logarithm, which is coarser.
const LEAST_LOG_STEP: f64 = 1e-11;

/// A label longer than this is written with an exponent.
const LONGEST: usize = 20;

/// `10^exponent`.
fn power(exponent: i32) -> f64 {
    POWERS[(exponent.clamp(-LAST, LAST) + LAST) as usize]
}

/// A decimal number: `digits * 10^exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: i64,
    exponent: i32,
}

impl Decimal {
    /// The nearest `f64`, or for exponents beyond 22, where powers of ten are
    /// not exact, one next to it.
    pub fn value(self) -> f64 {
        let digits = self.digits as f64;
        if (-22..0).contains(&self.exponent) {
            digits / power(-self.exponent)
        } else {
            digits * power(self.exponent)
        }
    }

    /// The power of ten at or below a value's size; `None` for 0.
    fn from_value(value: f64) -> Option<Self> {
        let size = value.abs();
        (size > 0.0).then(|| Self {
            digits: 1,
            exponent: POWERS.partition_point(|&power| power <= size) as i32 - 1 - LAST,
        })
    }

    /// Appends the number, divided by `10^shift`, with exactly the decimals that it has.
    fn write(self, shift: i32, out: &mut String) {
        use std::fmt::Write as _;
        let start = out.len();
        let exponent = self.exponent - shift;
        let decimals = exponent.min(0).unsigned_abs() as usize;
        let zeros = exponent.max(0) as usize;
        let _ = write!(out, "{}", self.digits.unsigned_abs());
        let digits = out.len() - start;
        if self.digits == 0 && zeros > 0 {
            // Zero has no zeros after it.
        } else if self.digits == 0 && decimals + 1 > LONGEST {
            // Nor an exponent.
        } else if digits.max(decimals + 1) + zeros > LONGEST {
            let trailing = out[start..].len() - out[start..].trim_end_matches('0').len();
            let trailing = trailing.min(digits - 1);
            out.truncate(out.len() - trailing);
            let _ = write!(out, "e{}", exponent + trailing as i32);
        } else {
            out.extend((0..zeros).map(|_| '0'));
            // At least one digit stands before the point.
            while decimals > 0 && out.len() - start <= decimals {
                out.insert(start, '0');
            }
            if decimals > 0 {
                out.insert(out.len() - decimals, '.');
            }
        }
        if self.digits < 0 {
            out.insert(start, '-');
        }
    }
}

/// Round numbers on an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticks {
    kind: Kind,
    /// The numbers of the first and of the last tick.
    first: i64,
    last: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Multiples of a step, numbered by their factor.
    Even(Decimal),
    /// These hundredths in every `every`th power of ten, numbered from those of 10^0 on.
    Powers { hundredths: &'static [i64], every: i64 },
    /// These whole numbers.
    Levels(&'static [i64]),
}

/// Hundredths of a power of ten that ticks of a log axis may stand at, with the least distance between two by their
/// decimal logarithms; the closest first.
const LOG_TICKS: [(f64, &[i64]); 6] = [
    (
        0.0177,
        &[
            100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 220, 240, 260, 280, 300, 320, 340, 360,
            380, 400, 420, 440, 460, 480, 500, 550, 600, 650, 700, 750, 800, 850, 900, 950,
        ],
    ),
    (0.0457, &[100, 120, 140, 160, 180, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 900]),
    (0.0579, &[100, 125, 150, 175, 200, 250, 300, 400, 500, 600, 700, 850]),
    (0.124, &[100, 150, 200, 300, 500, 700]),
    (0.301, &[100, 200, 500]),
    (0.477, &[100, 300]),
];

impl Ticks {
    /// The multiples within `min..=max` of the smallest step of 1, 2, 2.5 or
    /// 5 times a power of ten that is at least `least`; at most 1,000 of them.
    pub fn new(min: f64, max: f64, least: f64) -> Self {
        let least = least.max(min.abs().max(max.abs()) * LEAST_STEP);
        let step = nice_step(least);
        let value = step.value();
        if value < least || value.is_infinite() {
            // Steps end with the table of powers.
            return Self::NONE;
        }
        // Casts of floats to integers saturate.
        let first = (min / value).ceil() as i64;
        let last = (max / value).floor() as i64;
        let most = i64::MAX.unsigned_abs() / 25;
        if first.unsigned_abs() > most || last.unsigned_abs() > most {
            return Self::NONE;
        }
        Self { kind: Kind::Even(step), first, last: last.min(first + 999) }
    }

    /// Ticks within `min..=max`, above 0, at least `apart` apart by their decimal logarithms:
    /// as many round numbers in every power of ten as have room, or powers of ten, or every so many of
    /// them; where there is less than a doubling, even steps.
    pub fn logarithmic(min: f64, max: f64, apart: f64) -> Self {
        let most = f64::from(LAST);
        let (low, high) = (libm::log10(min).clamp(-most, most), libm::log10(max).clamp(-most, most));
        if high - low < 0.301 {
            // Even steps are closest at the upper end.
            return Self::new(min, max, (max - max / libm::exp10(apart)).max(max * LEAST_LOG_STEP));
        }
        let (hundredths, every): (&'static [i64], i64) =
            match LOG_TICKS.iter().find(|(least, _)| apart <= *least) {
                Some((_, hundredths)) => (hundredths, 1),
                None => (&[100], apart.ceil().clamp(1.0, 600.0) as i64),
            };
        let mut ticks = Self { kind: Kind::Powers { hundredths, every }, first: 0, last: 0 };
        let number = |log: f64| (log / every as f64).floor() as i64 * hundredths.len() as i64;
        (ticks.first, ticks.last) = (number(low), number(high) + hundredths.len() as i64);
        let outside = |n: i64| {
            let tick = ticks.nth(n);
            (tick.exponent + 2).abs() > LAST || !(min..=max).contains(&tick.value())
        };
        let Some(first) = (ticks.first..=ticks.last).find(|&n| !outside(n)) else { return Self::NONE };
        let last = (first..=ticks.last).rfind(|&n| !outside(n)).unwrap_or(first);
        (ticks.first, ticks.last) = (first, last);
        ticks
    }

    /// These levels, which rise, as far as they lie within `min..=max`.
    pub fn levels(levels: &'static [i64], min: f64, max: f64) -> Self {
        let first = levels.partition_point(|&level| (level as f64) < min) as i64;
        let last = levels.partition_point(|&level| level as f64 <= max) as i64 - 1;
        Self { kind: Kind::Levels(levels), first, last }
    }

    /// No ticks at all.
    pub const NONE: Self = Self { kind: Kind::Even(Decimal { digits: 1, exponent: 0 }), first: 0, last: -1 };

    /// How many ticks there are.
    pub fn count(self) -> i64 {
        self.last - self.first + 1
    }

    /// The ticks from the lowest up.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Decimal> {
        (self.first..=self.last).map(move |n| self.nth(n))
    }

    fn nth(self, n: i64) -> Decimal {
        match self.kind {
            Kind::Even(step) => Decimal { digits: n * step.digits, exponent: step.exponent },
            Kind::Powers { hundredths, every } => {
                let count = hundredths.len() as i64;
                let exponent = (n.div_euclid(count) * every).clamp(-400, 400) as i32;
                // As few decimals as the number has.
                let (digits, shift) = match hundredths[n.rem_euclid(count) as usize] {
                    whole if whole % 100 == 0 => (whole / 100, 0),
                    tenths if tenths % 10 == 0 => (tenths / 10, 1),
                    digits => (digits, 2),
                };
                Decimal { digits, exponent: exponent - shift }
            }
            Kind::Levels(levels) => Decimal { digits: levels[n as usize], exponent: 0 },
        }
    }

    /// Appends the label of a price.
    pub fn price_label(tick: Decimal, out: &mut String) {
        tick.write(0, out);
    }

    /// A value as a decimal with two digits more than steps have; `None` where there are no steps to go by, or the table of
    /// powers ends.
    fn finer(self, value: f64) -> Option<Decimal> {
        let exponent = match self.kind {
            Kind::Even(step) if self.count() > 0 => step.exponent - 2,
            Kind::Levels(_) => -2,
            _ => Decimal::from_value(value)?.exponent - 4,
        };
        let digits = (Decimal { digits: 1, exponent: -exponent }.value() * value + 0.5).floor();
        if exponent.abs() > LAST {
            return None;
        }
        (digits.abs() < 1e15).then_some(Decimal { digits: digits as i64, exponent })
    }

    /// Appends a value with the least number of decimals that gives back its very `f64`, or rounded to `decimals`.
    /// What would be too long is written with an exponent, and not rounded.
    pub fn exact_label(value: f64, decimals: Option<u8>, out: &mut String) {
        use std::fmt::Write as _;
        let start = out.len();
        let _ = match decimals {
            Some(decimals) => write!(out, "{value:.*}", usize::from(decimals)),
            None => write!(out, "{value}"),
        };
        if out.len() - start > LONGEST {
            out.truncate(start);
            let _ = write!(out, "{value:e}");
        }
        // Nothing is not below nothing.
        if out[start..].starts_with('-') && !out[start..].bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
            out.remove(start);
        }
    }

    /// Appends a value between ticks, with two digits more than steps have.
    pub fn fine_label(self, value: f64, out: &mut String) {
        match self.finer(value) {
            Some(number) => Self::price_label(number, out),
            None => Self::exact_label(value, None, out),
        }
    }

    /// Appends the label of a volume: in thousands (K), millions (M),
    /// billions (B) or trillions (T) where the tick furthest from 0 reaches one.
    pub fn volume_label(self, tick: Decimal, out: &mut String) {
        let greatest = self.nth(self.last).value().max(-self.nth(self.first).value());
        let units = [(12, "T"), (9, "B"), (6, "M"), (3, "K")];
        let (shift, unit) = units.into_iter().find(|&(shift, _)| greatest >= power(shift)).unwrap_or((0, ""));
        if tick.digits == 0 {
            return out.push('0');
        }
        tick.write(shift, out);
        out.push_str(unit);
    }
}

/// Puts a separator between groups of three digits of the number that `text` ends with from `start` on.
pub(crate) fn group(text: &mut String, start: usize, separator: char) {
    let number = &text[start..];
    let first = number.find(|c: char| c.is_ascii_digit()).unwrap_or(number.len());
    let digits = number[first..].bytes().take_while(u8::is_ascii_digit).count();
    for from_end in (3..digits).step_by(3) {
        text.insert(start + first + digits - from_end, separator);
    }
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is `least` or more.
fn nice_step(least: f64) -> Decimal {
    let above = POWERS.partition_point(|&power| power <= least) as i32;
    let exponent = above - 1 - LAST;
    let steps = [(1, exponent), (2, exponent), (25, exponent - 1), (5, exponent)];
    let steps = steps.into_iter().map(|(digits, exponent)| Decimal { digits, exponent });
    let next = Decimal { digits: 1, exponent: exponent + 1 };
    steps.into_iter().find(|step| step.value() >= least).unwrap_or(next)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(min: f64, max: f64, least: f64) -> Vec<String> {
        let label = |tick| {
            let mut out = String::new();
            Ticks::price_label(tick, &mut out);
            out
        };
        Ticks::new(min, max, least).iter().map(label).collect()
    }

    #[test]
    fn labels_have_exactly_the_decimals_that_the_step_needs() {
        assert_eq!(labels(26_600.0, 28_870.0, 260.0), ["27000", "27500", "28000", "28500"]);
        assert_eq!(labels(0.9, 2.1, 0.21), ["1.00", "1.25", "1.50", "1.75", "2.00"]);
        assert_eq!(labels(-1.0, 1.0, 0.6), ["-1", "0", "1"]);
        assert_eq!(labels(-0.3, 0.3, 0.2), ["-0.2", "0.0", "0.2"]);
        assert_eq!(labels(1e-12, 2e-12, 5e-13), ["0.0000000000010", "0.0000000000015", "0.0000000000020"]);
        assert_eq!(labels(1e15, 1.4e15, 2e14), ["1000000000000000", "1200000000000000", "1400000000000000"]);
        assert_eq!(labels(1e-30, 3.5e-30, 1e-30), ["1e-30", "2e-30", "3e-30"]);
    }

    #[test]
    fn volumes_are_told_in_thousands_and_millions() {
        let labels = |max: f64, least: f64| -> Vec<String> {
            let ticks = Ticks::new(0.0, max, least);
            let label = |tick| {
                let mut out = String::new();
                ticks.volume_label(tick, &mut out);
                out
            };
            ticks.iter().map(label).collect()
        };
        assert_eq!(labels(42_000.0, 9_000.0), ["0", "10K", "20K", "30K", "40K"]);
        assert_eq!(labels(5e6, 2.1e6), ["0", "2.5M", "5.0M"]);
        assert_eq!(labels(900.0, 300.0), ["0", "500"]);
        assert_eq!(labels(2e15, 1e15), ["0", "1000T", "2000T"]);
    }

    #[test]
    fn ticks_of_a_log_axis_are_powers_of_ten_or_parts_of_them() {
        let values = |min, max, apart| -> Vec<f64> {
            Ticks::logarithmic(min, max, apart).iter().map(Decimal::value).collect()
        };
        assert_eq!(values(0.9, 60.0, 0.2), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0]);
        assert_eq!(values(0.9, 60.0, 0.4), [1.0, 3.0, 10.0, 30.0]);
        assert_eq!(values(0.9, 60.0, 0.5), [1.0, 10.0]);
        assert_eq!(values(90.0, 320.0, 0.1), [100.0, 150.0, 200.0, 300.0]);
        assert_eq!(values(90.0, 320.0, 0.05), [100.0, 125.0, 150.0, 175.0, 200.0, 250.0, 300.0]);
        assert_eq!(values(1e-3, 1e7, 2.5), [1e-3, 1.0, 1e3, 1e6]);
        assert_eq!(values(26_000.0, 29_900.0, 0.01), [26_000.0, 27_000.0, 28_000.0, 29_000.0]);
        assert!(values(f64::MIN_POSITIVE, f64::MAX, 100.0).len() <= 7);
    }

    #[test]
    fn steps_are_neither_beyond_the_table_of_powers_nor_finer_than_floats_can_tell() {
        let count = |min: f64, max: f64, least: f64| Ticks::new(min, max, least).count();
        assert_eq!(count(1e307, 1e308, 5e306), 19);
        // No step is as large as that.
        assert_eq!((count(1e307, 1e308, 1.5e308), count(-1e308, 1e308, 1.5e308)), (0, 0));
        // Only every 128th of these numbers is one that a float can be.
        assert_eq!(
            (count(1e18 + 128.0, 1e18 + 512.0, 100.0), count(1e18 + 128.0, 1e18 + 6000.0, 100.0)),
            (0, 3)
        );
        assert_eq!(Ticks::logarithmic(1e300, 1e300 * (1.0 + 1e-13), 1e-15).count(), 1);
        // What is far away from the first close in per cent is a number nevertheless.
        assert!(count(-100.0, -100.0 + 1e-20, 1e-22) <= 1);
    }

    #[test]
    fn ticks_of_a_log_axis_are_as_far_apart_as_their_set_says() {
        for (least, hundredths) in LOG_TICKS {
            assert!(hundredths.is_sorted() && hundredths[0] == 100 && hundredths.len() > 1);
            let logs: Vec<f64> =
                hundredths.iter().chain(&[1000]).map(|&digits| libm::log10(digits as f64)).collect();
            assert!(logs.windows(2).all(|pair| pair[1] - pair[0] >= least), "{hundredths:?}");
        }
        assert!(LOG_TICKS.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn an_exact_label_has_the_fewest_digits_that_give_the_value_back() {
        let label = |value: f64, decimals: Option<u8>| {
            let mut out = String::new();
            Ticks::exact_label(value, decimals, &mut out);
            out
        };
        assert_eq!(label(27_556.35, None), "27556.35");
        assert_eq!(label(0.1 + 0.2, None), "0.30000000000000004");
        assert_eq!(label(1e-12, None), "0.000000000001");
        assert_eq!(label(1e300, None), "1e300");
        assert_eq!(label(27_556.35, Some(0)), "27556");
        assert_eq!(label(5.0, Some(2)), "5.00");
        assert_eq!((label(-0.0, None), label(-0.001, Some(2))), ("0".to_owned(), "0.00".to_owned()));
    }

    #[test]
    fn groups_of_three_digits_are_set_apart_before_the_point_alone() {
        let grouped = |text: &str| {
            let mut line = format!("A1000 {text}");
            group(&mut line, 6, ',');
            line.split_off(6)
        };
        for (plain, expected) in [
            ("100", "100"),
            ("27556.35", "27,556.35"),
            ("-1234567", "-1,234,567"),
            ("0.123456", "0.123456"),
            ("1000T", "1,000T"),
            ("", ""),
        ] {
            assert_eq!(grouped(plain), expected);
        }
    }

    proptest! {
        #[test]
        fn an_exact_label_parses_to_the_very_value(value in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL) {
            let mut out = String::new();
            Ticks::exact_label(value, None, &mut out);
            prop_assert_eq!(out.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()), "{}", out);
        }
    }

    #[test]
    fn a_price_between_ticks_is_told_with_two_digits_more() {
        let label = |ticks: Ticks, value| {
            let mut out = String::new();
            Ticks::price_label(ticks.finer(value).expect("a decimal"), &mut out);
            out
        };
        assert_eq!(label(Ticks::new(26_000.0, 29_000.0, 300.0), 28_123.456), "28123");
        assert_eq!(label(Ticks::new(1.0, 2.0, 0.2), 1.23456), "1.235");
        assert_eq!(label(Ticks::new(1e-12, 2e-12, 2e-13), 1.23456e-12), "0.000000000001235");
        assert_eq!(label(Ticks::NONE, 1234.5678), "1234.6");
        assert_eq!(Ticks::NONE.finer(0.0), None);
        // Beyond the table of powers the value itself is told.
        let fine = |ticks: Ticks, value| {
            let mut out = String::new();
            ticks.fine_label(value, &mut out);
            out
        };
        assert_eq!(fine(Ticks::NONE, 1e-320), "1e-320");
        assert_eq!(fine(Ticks::new(-1e308, 1e308, 1e307), 1e-320), "0");
        assert_eq!(fine(Ticks::new(-1e308, 1e308, 1e307), -1e308), "-1e308");
        assert_eq!(fine(Ticks::new(0.0, 1e-30, 1e-31), 0.0), "0");
        assert_eq!(labels(0.0, 2e-30, 1e-30), ["0", "1e-30", "2e-30"]);
    }

    proptest! {
        #[test]
        fn steps_are_nice_and_ticks_lie_within(exponent in -200..200_i32, mantissa in 1.0..10.0_f64, at in -1000.0..1000.0_f64) {
            let least = mantissa * power(exponent);
            let step = nice_step(least);
            prop_assert!(step.value() >= least);
            prop_assert!(step.value() <= least * 2.5);
            prop_assert!([1, 2, 5, 25].contains(&step.digits));
            let (min, max) = (at * least, (at + 10.0) * least);
            let ticks: Vec<f64> = Ticks::new(min, max, least).iter().map(Decimal::value).collect();
            prop_assert!(!ticks.is_empty() && ticks.len() <= 11);
            for tick in ticks {
                prop_assert!(min - least * 1e-9 <= tick && tick <= max + least * 1e-9);
            }
        }
    }
}
