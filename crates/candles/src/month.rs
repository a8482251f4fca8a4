//! Calendar months of UTC, numbered from January 1970, for every time there is.
//!
//! The `time` crate ends with the year 9999, and open times from outside may not.

/// A day in ms.
pub(crate) const DAY_MS: i64 = 86_400_000;
/// From 0000-03-01 to the epoch, in days. Years that begin in March end with their leap day.
const MARCH_TO_EPOCH: i64 = 719_468;
/// From January 1970 back to March 0000, in months.
const EPOCH_TO_MARCH: i64 = 1970 * 12 - 2;
/// Days of 400 years, after which the calendar repeats.
const ERA_DAYS: i64 = 146_097;

/// The number of the month that holds a time; January 1970 is 0.
pub(crate) fn month_of(ms: i64) -> i64 {
    let days = ms.div_euclid(DAY_MS) + MARCH_TO_EPOCH;
    let (era, day) = (days.div_euclid(ERA_DAYS), days.rem_euclid(ERA_DAYS));
    // Without the leap days of 4, 100 and 400 years, every year has 365 days.
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // From March on, five months have 153 days.
    let month = (5 * day + 2) / 153;
    (era * 400 + year) * 12 + month - EPOCH_TO_MARCH
}

/// When a month begins, in ms. Not every number of a month lies in the range of `i64` as a time.
pub(crate) fn start_of(month: i64) -> i128 {
    let month = i128::from(month) + i128::from(EPOCH_TO_MARCH);
    let (years, month) = (month.div_euclid(12), month.rem_euclid(12));
    let (era, year) = (years.div_euclid(400), years.rem_euclid(400));
    let day = year * 365 + year / 4 - year / 100 + (153 * month + 2) / 5;
    (era * i128::from(ERA_DAYS) + day - i128::from(MARCH_TO_EPOCH)) * i128::from(DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{civil, parse_utc};

    #[test]
    fn months_are_those_of_the_calendar() {
        for day in -719_528_i64..2_932_896 {
            let at = civil(day * DAY_MS);
            let month = (i64::from(at.year) - 1970) * 12 + i64::from(at.month) - 1;
            assert_eq!(month_of(day * DAY_MS), month, "{at:?}");
            if at.day == 1 {
                assert_eq!(start_of(month), i128::from(day * DAY_MS), "{at:?}");
            }
        }
    }

    #[test]
    fn a_month_begins_with_its_first_millisecond() {
        let march = parse_utc("2024-03-01").expect("a time");
        assert_eq!((month_of(march - 1), month_of(march)), (54 * 12 + 1, 54 * 12 + 2));
        assert_eq!(start_of(month_of(march)), i128::from(march));
    }

    #[test]
    fn times_beyond_all_calendars_have_months_too() {
        for at in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX] {
            let month = month_of(at);
            assert!(start_of(month) <= i128::from(at) && i128::from(at) < start_of(month + 1), "{at}");
        }
    }
}
