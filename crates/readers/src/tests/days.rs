//! Where candles of days, weeks and months are placed.

use candles::{Candle, format_utc, parse_utc};

use super::{DAY, HOUR, today, whole};
use crate::{Error, ReadOptions};

/// The times of candles with these times, as they are placed.
fn placed(times: &[&str]) -> Result<Vec<String>, String> {
    let rows: Vec<String> =
        times.iter().enumerate().map(|(at, time)| format!("{time},2,3,1,2.5,{at}")).collect();
    let text = format!("time,open,high,low,close,volume\n{}\n", rows.join("\n"));
    match whole(text, &today()) {
        Ok(all) => Ok(all.series[0].candles.iter().map(time).collect()),
        Err(error) => Err(error.to_string()),
    }
}

fn time(candle: &Candle) -> String {
    let text = format_utc(candle.open_time);
    text.strip_suffix("T00:00:00Z").map(str::to_owned).unwrap_or(text)
}

/// Days from one on, at a time of day of UTC in ms; weekdays alone if asked.
fn days(first: &str, count: i64, of_day: impl Fn(i64) -> i64, weekdays_only: bool) -> Vec<(i64, i64)> {
    let first = parse_utc(first).expect("a day");
    let all = (0..).map(|day| first + day * DAY);
    let is_kept = |day: &i64| !weekdays_only || (day.div_euclid(DAY) + 3).rem_euclid(7) < 5;
    all.filter(is_kept).take(count as usize).map(|day| (day, day + of_day(day))).collect()
}

/// Whether days are placed at 00:00 UTC of their dates, each kept.
fn are_dated(days: &[(i64, i64)]) -> Result<bool, Error> {
    let rows: Vec<String> = days.iter().map(|(_, at)| format!("{},2,3,1,2.5,7", at / 1000)).collect();
    let text = format!("time,open,high,low,close,volume\n{}\n", rows.join("\n"));
    let all = whole(text, &ReadOptions { interval: Some(DAY), ..today() })?;
    let placed: Vec<i64> = all.series[0].candles.iter().map(|candle| candle.open_time).collect();
    Ok(placed.iter().copied().eq(days.iter().map(|(day, _)| *day)))
}

#[test]
fn days_of_a_session_are_all_kept_across_summer_time() {
    // New York opens at 14:30 in winter and at 13:30 from 2023-03-13 on.
    let turn = parse_utc("2023-03-13").expect("a day");
    let new_york = |day: i64| if day < turn { 29 * HOUR / 2 } else { 27 * HOUR / 2 };
    assert!(are_dated(&days("2023-03-01", 20, new_york, true)).expect("candles"));
    // Winter alone, too.
    assert!(are_dated(&days("2023-02-01", 20, new_york, true)).expect("candles"));
}

#[test]
fn days_that_begin_in_the_evening_before_are_of_the_next_date() {
    // Midnight in Paris is 23:00 in winter and 22:00 in summer; in London 00:00 and 23:00. Sydney's exchange opens at
    // 23:00 in summer and at 00:00 in winter.
    let turn = parse_utc("2023-03-26").expect("a day");
    let shifted = |winter: i64, summer: i64| move |day: i64| if day <= turn { winter } else { summer };
    for (winter, summer) in [(-HOUR, -2 * HOUR), (0, -HOUR), (-HOUR, 0)] {
        for weekdays_only in [false, true] {
            let days = days("2023-03-06", 40, shifted(winter, summer), weekdays_only);
            assert!(are_dated(&days).expect("candles"), "{winter} {summer} {weekdays_only}");
        }
    }
}

#[test]
fn days_a_constant_24_hours_apart_keep_their_times() {
    assert_eq!(
        placed(&["2023-01-01T08:00:00Z", "2023-01-02T08:00:00Z", "2023-01-03T08:00:00Z"]).expect("candles")
            [0],
        "2023-01-01T08:00:00Z"
    );
}

#[test]
fn local_midnights_with_offsets_are_placed_at_their_dates() {
    let times = [
        "2023-03-24 00:00:00+00:00",
        "2023-03-25 00:00:00+00:00",
        "2023-03-26 00:00:00+00:00",
        "2023-03-27 00:00:00+01:00",
        "2023-03-28 00:00:00+01:00",
    ];
    let dates: Vec<&str> = times.iter().map(|time| &time[..10]).collect();
    assert_eq!(placed(&times).expect("candles"), dates);
    let times = [
        "2023-11-03T00:00:00-04:00",
        "2023-11-04T00:00:00-04:00",
        "2023-11-05T00:00:00-04:00",
        "2023-11-06T00:00:00-05:00",
        "2023-11-07T00:00:00-05:00",
    ];
    let dates: Vec<&str> = times.iter().map(|time| &time[..10]).collect();
    assert_eq!(placed(&times).expect("candles"), dates);
}

#[test]
fn weeks_and_months_of_utc_stay_where_they_are_in_any_zone() {
    let times = ["2023-01-31T19:00:00-05:00", "2023-02-28T19:00:00-05:00", "2023-03-31T20:00:00-04:00"];
    assert_eq!(placed(&times).expect("candles"), ["2023-02-01", "2023-03-01", "2023-04-01"]);
    let times = ["2023-03-05T19:00:00-05:00", "2023-03-12T20:00:00-04:00", "2023-03-19T20:00:00-04:00"];
    assert_eq!(placed(&times).expect("candles"), ["2023-03-06", "2023-03-13", "2023-03-20"]);
}

#[test]
fn labels_at_the_end_of_a_period_are_moved_to_its_beginning() {
    let months = ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30"];
    assert_eq!(placed(&months).expect("candles"), ["2023-01-01", "2023-02-01", "2023-03-01", "2023-04-01"]);
    let weeks = ["2023-01-06", "2023-01-13", "2023-01-20", "2023-01-27"];
    assert_eq!(placed(&weeks).expect("candles"), ["2023-01-02", "2023-01-09", "2023-01-16", "2023-01-23"]);
    // A Sunday may be the first day or the last.
    let weeks = ["2023-01-01", "2023-01-08", "2023-01-15"];
    assert!(placed(&weeks).expect_err("in doubt").contains("called by a Sunday"));
}

#[test]
fn hours_that_shift_with_summer_time_are_kept_at_their_times() {
    let times = [
        "2023-03-10T14:30:00Z",
        "2023-03-10T16:30:00Z",
        "2023-03-10T18:30:00Z",
        "2023-03-13T13:30:00Z",
        "2023-03-13T15:30:00Z",
        "2023-03-13T17:30:00Z",
    ];
    assert_eq!(placed(&times).expect("candles"), times);
}

#[test]
#[cfg(feature = "time-zones")]
fn an_hour_that_comes_twice_is_told_by_the_order_of_rows() {
    let text = "time,open,high,low,close\n2023-11-05 00:00,2,3,1,2.5\n2023-11-05 01:00,2,3,1,2.5\n\
        2023-11-05 01:00,2,3,1,2.6\n2023-11-05 02:00,2,3,1,2.5\n";
    let time_zone = crate::TimeZone::named("America/New_York").ok();
    let all = whole(text.to_owned(), &ReadOptions { time_zone, ..today() }).expect("candles");
    let times: Vec<String> = all.series[0].candles.iter().map(time).collect();
    assert_eq!(times[0], "2023-11-05T04:00:00Z");
    assert_eq!((times[3].as_str(), all.counts.twice), ("2023-11-05T07:00:00Z", 2));
}
