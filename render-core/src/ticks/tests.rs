//! Ticks and their labels.

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
    let between = |max: f64, least: f64, value: f64| {
        let mut out = String::new();
        Ticks::new(-max, max, least).fine_volume_label(value, &mut out);
        out
    };
    assert_eq!(between(42_000.0, 9_000.0, 12_345.6), "12.3K");
    assert_eq!(between(5e6, 2.1e6, -1_234_567.0), "-1.235M");
    assert_eq!(between(900.0, 300.0, 123.4), "123");
    assert_eq!(between(900.0, 300.0, 0.0), "0");
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
    // No step is as large as that.
    assert_eq!(count(1e307, 1e308, 5e306), 0);
    // Only every 128th of these numbers is one that a float can be.
    assert_eq!((count(1e18 + 128.0, 1e18 + 512.0, 100.0), count(1e18 + 128.0, 1e18 + 6000.0, 100.0)), (0, 3));
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
    assert_eq!(fine(Ticks::new(-1e308, 1e308, 1e307), -1e308), "-1e308");
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
