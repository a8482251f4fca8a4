//! Which times of a series are expected to hold a candle.

use std::ops::Range;

use crate::{interval::Interval, month::DAY_MS};

const WEEK_MS: i64 = 7 * DAY_MS;
/// The first Saturday after the epoch, 00:00 UTC.
const FIRST_SATURDAY_MS: i64 = 2 * DAY_MS;

/// Which times between two candles of a series are expected to hold one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Calendar {
    /// Every step of the interval.
    #[default]
    Always,
    /// Every step from Monday 00:00 to Friday 24:00 UTC. One that is longer than a day is expected if any of it lies
    /// there.
    Weekdays,
    /// Those alone that hold one.
    Observed,
}

impl Calendar {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Always, Self::Weekdays, Self::Observed];

    /// Its name: `24x7`, `weekdays` or `observed`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Always => "24x7",
            Self::Weekdays => "weekdays",
            Self::Observed => "observed",
        }
    }

    /// The calendar of that name, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|calendar| calendar.name() == name)
    }

    /// What it means, in one sentence.
    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            Self::Always => "Every step of the interval",
            Self::Weekdays => "Every step from Monday 00:00 to Friday 24:00 UTC",
            Self::Observed => "What is there is all that is expected",
        }
    }

    /// Whether a candle that opens then is expected, between two others.
    #[must_use]
    pub fn expects(self, interval: &Interval, open_time: i64) -> bool {
        match self {
            Self::Always => true,
            Self::Weekdays => since_saturday(open_time) >= rest(interval),
            Self::Observed => false,
        }
    }

    /// Which of these steps after the candle at `from` are expected, as runs of such steps.
    pub fn runs(
        self,
        interval: &Interval,
        from: i64,
        steps: Range<i64>,
    ) -> impl Iterator<Item = Range<i64>> + use<> {
        let steps = if self == Self::Observed { 0..0 } else { steps };
        // Without a rest, all is one run.
        let rest = if self == Self::Weekdays { rest(interval) } else { 0 };
        let (ms, mut next) = (interval.ms(), steps.start);
        std::iter::from_fn(move || {
            if next >= steps.end {
                return None;
            }
            if rest == 0 {
                return Some(std::mem::replace(&mut next, steps.end)..steps.end);
            }
            // Where there is a rest, a step has a fixed length. What is out of range is no time, and beyond all ends.
            let at = |step: i64| Some(since_saturday(from.checked_add(step.checked_mul(ms)?)?));
            let since = at(next)?;
            if since < rest {
                next = next.saturating_add(steps_in(rest - since, ms));
                if next >= steps.end {
                    return None;
                }
            }
            let run = next..next.saturating_add(steps_in(WEEK_MS - at(next)?, ms)).min(steps.end);
            next = run.end;
            Some(run)
        })
    }
}

/// How long no step opens that is expected, from Saturday 00:00 on.
fn rest(interval: &Interval) -> i64 {
    match interval.ms() {
        ..=DAY_MS => 2 * DAY_MS,
        // It must open early enough to be over when Monday begins.
        ms => (2 * DAY_MS + 1).saturating_sub(ms).max(0),
    }
}

/// The time since the last Saturday 00:00.
fn since_saturday(at: i64) -> i64 {
    // Both are within a week, so that their difference is as well.
    (at.rem_euclid(WEEK_MS) - FIRST_SATURDAY_MS).rem_euclid(WEEK_MS)
}

/// The least number of steps that span a time.
fn steps_in(time: i64, ms: i64) -> i64 {
    (time - 1).div_euclid(ms).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{format_utc, parse_utc};

    /// The steps that are expected between two candles, as texts.
    fn expected(calendar: Calendar, code: &str, before: &str, after: &str) -> Vec<String> {
        let interval = Interval::parse(code).expect(code);
        let [before, after] = [before, after].map(|text| parse_utc(text).expect(text));
        let steps = 1..interval.steps_between(before, after) + 1;
        let runs = calendar.runs(&interval, before, steps);
        runs.flatten().map(|step| format_utc(interval.plus(before, step).expect("a time"))).collect()
    }

    #[test]
    fn a_calendar_is_known_by_its_name() {
        assert!(Calendar::ALL.iter().all(|calendar| Calendar::named(calendar.name()) == Some(*calendar)));
        assert_eq!((Calendar::named("24X7"), Calendar::default().name()), (None, "24x7"));
    }

    #[test]
    fn weekends_are_not_expected_on_weekdays_and_nothing_is_where_all_is_observed() {
        // 2023-01-06 is a Friday.
        let (friday, monday) = ("2023-01-06", "2023-01-09");
        assert_eq!(expected(Calendar::Weekdays, "1d", friday, monday), [""; 0]);
        assert_eq!(
            expected(Calendar::Always, "1d", friday, monday),
            ["2023-01-07T00:00:00Z", "2023-01-08T00:00:00Z"]
        );
        assert_eq!(expected(Calendar::Observed, "1d", friday, "2024-01-08"), [""; 0]);
        assert_eq!(
            expected(Calendar::Weekdays, "1d", "2023-01-05", "2023-01-11"),
            ["2023-01-06T00:00:00Z", "2023-01-09T00:00:00Z", "2023-01-10T00:00:00Z"]
        );
        let hours = expected(Calendar::Weekdays, "1h", "2023-01-06T22:00:00Z", "2023-01-09T02:00:00Z");
        assert_eq!(hours, ["2023-01-06T23:00:00Z", "2023-01-09T00:00:00Z", "2023-01-09T01:00:00Z"]);
        // A session's day opens when it opens, whatever day it lasts into.
        let sessions = expected(Calendar::Weekdays, "1d", "2023-01-05T14:30:00Z", "2023-01-10T14:30:00Z");
        assert_eq!(sessions, ["2023-01-06T14:30:00Z", "2023-01-09T14:30:00Z"]);
    }

    #[test]
    fn what_is_longer_than_a_weekend_is_expected_on_weekdays_whenever_it_opens() {
        assert_eq!(expected(Calendar::Weekdays, "1w", "2023-01-01", "2023-01-15"), ["2023-01-08T00:00:00Z"]);
        // 2023-04-01 and 2023-07-01 are Saturdays.
        assert_eq!(expected(Calendar::Weekdays, "1M", "2023-03-01", "2023-05-01"), ["2023-04-01T00:00:00Z"]);
        assert_eq!(expected(Calendar::Weekdays, "3M", "2023-04-01", "2023-10-01").len(), 1);
        // Of two days, those are not expected that a weekend fills.
        assert_eq!(
            expected(Calendar::Weekdays, "2d", "2023-01-05", "2023-01-13"),
            ["2023-01-09T00:00:00Z", "2023-01-11T00:00:00Z"]
        );
    }

    #[test]
    fn runs_hold_what_is_expected_and_nothing_else() {
        for ms in [1_800_000, 3_600_000, 7_300_000, DAY_MS, DAY_MS + 1, 150_000_000, 2 * DAY_MS, 5 * DAY_MS] {
            let interval = Interval::new("x", ms).expect("valid");
            for from in [0, 1, 12_345_678, DAY_MS, 2 * DAY_MS, 3 * DAY_MS + 5, -7 * DAY_MS] {
                for calendar in Calendar::ALL {
                    let all: Vec<i64> = calendar.runs(&interval, from, 3..200).flatten().collect();
                    let expected: Vec<i64> =
                        (3..200).filter(|step| calendar.expects(&interval, from + step * ms)).collect();
                    assert_eq!(all, expected, "{ms} from {from}");
                }
            }
        }
    }

    #[test]
    fn steps_beyond_the_range_of_times_end_the_runs() {
        let interval = Interval::new("1d", DAY_MS).expect("valid");
        for from in [i64::MAX - DAY_MS, i64::MAX, i64::MIN] {
            assert!(Calendar::Weekdays.runs(&interval, from, 1..i64::MAX).take(3).count() <= 3);
        }
    }
}
