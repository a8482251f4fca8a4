use super::*;
use crate::{format_utc, parse_utc};

fn interval(code: &str) -> Interval {
    Interval::parse(code).expect(code)
}

fn time(text: &str) -> i64 {
    parse_utc(text).expect(text)
}

#[test]
fn weeks_are_counted_from_mondays_and_hours_from_the_epoch() {
    let week = Interval::new("1w", WEEK_MS).expect("valid");
    let monday = FIRST_MONDAY_MS + 52 * WEEK_MS;
    assert_eq!(week.grid_index(monday), 52);
    assert_eq!(week.grid_index(monday - 1), 51);
    let hour = Interval::new("1h", 3_600_000).expect("valid");
    assert_eq!(hour.grid_index(-1), -1);
    assert_eq!(hour.grid_index(7_200_000), 2);
}

#[test]
fn weeks_may_begin_on_any_day_and_pictures_do_not_see_it() {
    for (number, day) in (0..).zip(Weekday::ALL) {
        let week = interval("1w").with_week_start(day);
        let begins = FIRST_MONDAY_MS + number * DAY_MS;
        assert_eq!(
            (week.grid_time(0), week.grid_index(begins), week.grid_index(begins - 1)),
            (begins, 0, -1)
        );
        assert_eq!(week.slot_index(FIRST_MONDAY_MS), 0, "{}", day.name());
        // Nothing else has weeks.
        assert_eq!(interval("1d").with_week_start(day).grid_time(0), 0);
        assert_eq!(Weekday::named(day.name()), Some(day));
    }
    assert_eq!(Weekday::named("Sunday"), None);
}

#[test]
fn the_case_of_a_letter_tells_months_from_minutes() {
    for (code, name, months, ms) in [
        ("1m", "1m", None, 60_000),
        ("1M", "1mo", Some(1), 2_592_000_000),
        ("3mo", "3mo", Some(3), 3 * 2_592_000_000),
        ("12M", "12mo", Some(12), 12 * 2_592_000_000),
        ("2w", "2w", None, 2 * WEEK_MS),
        ("9999s", "9999s", None, 9_999_000),
    ] {
        let parsed = interval(code);
        assert_eq!((parsed.code(), parsed.name(), parsed.months(), parsed.ms()), (code, name, months, ms));
        assert_eq!(Interval::new(code, ms).expect("valid"), parsed);
    }
    for code in ["", "M", "mo", "0M", "01mo", "1Mo", "1MO", "1 M", "99999M", "1y", "-1h", "1.5h", "é", "m1"]
    {
        assert_eq!(Interval::parse(code), Err(Error::IntervalCode(code.to_owned())), "{code}");
    }
    // A database may say anything of the length of a month, and nothing of another one that is none.
    assert_eq!(Interval::new("1M", -5).expect("valid").ms(), 2_592_000_000);
    assert!(Interval::new("1h", 0).is_err() && Interval::new("../1M", 1).is_err());
}

#[test]
fn months_have_the_lengths_of_the_calendar() {
    let month = interval("1M");
    for (open, end) in [
        ("2023-01-01", "2023-02-01"),
        ("2023-02-01", "2023-03-01"),
        ("2024-02-01", "2024-03-01"),
        ("1900-02-01", "1900-03-01"),
        ("2023-12-01", "2024-01-01"),
        ("1969-12-01", "1970-01-01"),
    ] {
        assert_eq!(format_utc(month.end(time(open))), format_utc(time(end)));
    }
    let days = |open: &str| (month.end(time(open)) - time(open)) / DAY_MS;
    assert_eq!(["2023-02-01", "2024-02-01", "2000-02-01", "2100-02-01"].map(days), [28, 29, 29, 28]);
    assert_eq!(month.plus(time("2023-01-01"), 14), Some(time("2024-03-01")));
    assert_eq!(month.plus(time("2023-01-01"), -14), Some(time("2021-11-01")));
    assert_eq!(interval("3mo").end(time("2023-10-01")), time("2024-01-01"));
    assert_eq!(interval("12M").end(time("2024-01-01")), time("2025-01-01"));
}

#[test]
fn months_keep_their_place_in_the_month() {
    let month = interval("1M");
    let next = |open: &str| format_utc(month.end(time(open)));
    // Midnight of a zone east of Greenwich.
    assert_eq!(next("2023-01-31T22:00:00Z"), "2023-02-28T22:00:00Z");
    assert_eq!(next("2023-02-28T22:00:00Z"), "2023-03-31T22:00:00Z");
    assert_eq!(next("2023-01-15T05:00:00Z"), "2023-02-15T05:00:00Z");
    assert_eq!(next("2023-01-30T00:00:00Z"), "2023-02-28T00:00:00Z");
}

#[test]
fn the_grid_of_months_counts_them_from_1970() {
    let (month, quarter) = (interval("1M"), interval("3M"));
    assert_eq!(month.grid_index(time("1970-01-31T23:59:59Z")), 0);
    assert_eq!(month.grid_index(time("1969-12-31")), -1);
    assert_eq!(month.grid_index(time("2023-03-01")), 53 * 12 + 2);
    assert_eq!(month.grid_time(53 * 12 + 2), time("2023-03-01"));
    assert_eq!(quarter.grid_time(quarter.grid_index(time("2023-06-30"))), time("2023-04-01"));
}

#[test]
fn steps_between_candles_are_those_that_hold_none() {
    let month = interval("1M");
    let between = |before: &str, after: &str| month.steps_between(time(before), time(after));
    assert_eq!(between("2023-01-01", "2023-02-01"), 0);
    assert_eq!(between("2023-01-01", "2023-03-01"), 1);
    assert_eq!(between("2022-12-01", "2024-12-01"), 23);
    // Summer time, and last days of trading.
    assert_eq!(between("2023-09-30T23:00:00Z", "2023-11-01"), 0);
    assert_eq!(between("2023-04-28", "2023-05-31"), 0);
    assert_eq!(between("2023-01-31", "2023-02-28"), 0);
    assert_eq!(between("2023-01-01", "2023-01-01"), 0);
    let hour = interval("1h");
    assert_eq!([1, 3_600_000, 3_600_001, 4 * 3_600_000].map(|at| hour.steps_between(0, at)), [0, 0, 1, 3]);
    assert_eq!(Interval::new("x", 1).expect("valid").steps_between(i64::MIN, i64::MAX), i64::MAX - 1);
}

#[test]
fn the_first_step_at_or_after_a_time_is_found() {
    for code in ["1h", "1M", "3M"] {
        let interval = interval(code);
        let from = time("2023-01-31T22:00:00Z");
        for steps in -20..20 {
            let at = interval.plus(from, steps).expect("a time");
            assert_eq!(
                [-1, 0, 1].map(|ms| interval.steps_to(from, at + ms)),
                [steps, steps, steps + 1],
                "{code}"
            );
        }
    }
}

#[test]
fn a_month_is_not_over_before_its_last_millisecond() {
    for code in ["1h", "1w", "1M", "3M", "12M"] {
        let interval = interval(code);
        for now in
            ["2024-02-29T12:00:00Z", "2024-03-01", "2023-02-28T23:59:59.999Z", "1969-12-31", "2024-01-31"]
        {
            let now = time(now);
            let first = interval.first_unfinished(now);
            assert!(
                interval.end(first) > now && interval.end(first - 1) <= now,
                "{code} {}",
                format_utc(now)
            );
        }
    }
    let month = interval("1M");
    assert_eq!(month.first_unfinished(time("2024-03-01")), time("2024-02-01") + 1);
    assert_eq!(month.first_unfinished(time("2024-03-01") - 1), time("2024-02-01"));
}

#[test]
fn times_at_the_edges_of_the_range_overflow_nothing() {
    let edges = [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX];
    for interval in
        [interval("1M"), interval("9999mo"), interval("1h"), Interval::new("x", i64::MAX).expect("valid")]
    {
        for (at, other) in edges.iter().flat_map(|at| edges.map(|other| (*at, other))) {
            let steps = interval.steps_between(at, other);
            let _ = (interval.plus(at, other), interval.end(at), interval.first_unfinished(at), steps);
            let _ = interval.grid_time(interval.grid_index(at)).max(interval.steps_to(at, other));
        }
    }
}
