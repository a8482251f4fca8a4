use candles::{Candle, Interval};

use super::{Series, SeriesRow};

const HOUR: i64 = 3_600_000;

/// A row of the hour of that number, with this close and volume; a line for each is counted.
fn row(line: u64, hour: i64, close: f64, volume: f64) -> SeriesRow {
    let candle = Candle { open_time: hour * HOUR, open: 5.0, high: 5.0 + close, low: 1.0, close, volume };
    SeriesRow { line, ..SeriesRow::of(candle, [f64::NAN; 3], -1) }
}

fn series(rows: &[SeriesRow]) -> Result<Series, String> {
    let hour = Interval::parse("1h").expect("a code");
    Series::new(rows.to_vec(), Some(&hour), "line").map_err(|error| error.to_string())
}

#[test]
fn rows_in_any_order_become_candles_in_order() {
    let made = series(&[row(1, 3, 2.0, 1.0), row(2, 1, 2.0, 1.0), row(3, 2, 2.0, 1.0)]).expect("a series");
    assert_eq!(made.candles.iter().map(|candle| candle.open_time / HOUR).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(made.sorted);
}

#[test]
fn rows_that_say_the_same_count_once() {
    let made = series(&[row(1, 1, 2.0, 1.0), row(2, 1, 2.0, 1.0), row(3, 2, 2.0, 1.0)]).expect("a series");
    assert_eq!((made.candles.len(), made.repeated, made.completed), (2, 1, 0));
}

#[test]
fn what_one_row_leaves_out_another_one_says() {
    let made = series(&[row(1, 1, 2.0, f64::NAN), row(2, 1, 2.0, 7.0)]).expect("a series");
    assert_eq!((made.candles[0].volume, made.repeated), (7.0, 1));
}

#[test]
fn a_volume_that_no_row_says_is_0() {
    assert_eq!(series(&[row(1, 1, 2.0, f64::NAN)]).expect("a series").candles[0].volume, 0.0);
}

#[test]
fn a_candle_that_was_read_before_it_was_over_is_completed_in_either_order() {
    for rows in [[row(1, 1, 2.0, 1.0), row(2, 1, 3.0, 4.0)], [row(1, 1, 3.0, 4.0), row(2, 1, 2.0, 1.0)]] {
        let made = series(&rows).expect("a series");
        assert_eq!((made.candles[0].close, made.completed), (3.0, 1));
    }
}

#[test]
fn two_other_candles_of_one_time_contradict_each_other() {
    let told = series(&[row(1, 1, 2.0, 4.0), row(5, 1, 3.0, 1.0)]).expect_err("a contradiction");
    assert_eq!(told, "line 5: another candle of 1970-01-01T01:00:00Z than in line 1");
}

#[test]
fn a_row_that_opens_between_two_candles_is_refused() {
    let mut off = row(3, 3, 2.0, 1.0);
    off.candle.open_time += 60_000;
    let told = series(&[row(1, 1, 2.0, 1.0), row(2, 2, 2.0, 1.0), off]).expect_err("between");
    assert_eq!(told, "line 3: opens at 1970-01-01T03:01:00Z, between two candles of 1h");
    assert!(Series::new(vec![row(1, 1, 2.0, 1.0), row(2, 2, 2.0, 1.0), off], None, "line").is_ok());
}

#[test]
fn no_rows_are_no_series() {
    assert_eq!(series(&[]).expect_err("nothing"), "there are no rows");
}
