//! What the times of a series tell of days: at which times of day candles open, and on which days.

use std::collections::BTreeSet;

use candles::civil;

const DAY: i64 = 86_400_000;
/// Candles of days open at fewer times of day.
const MOST_OF_DAY: usize = 64;

/// What the times of a series tell of days.
#[derive(Debug, Clone, Default)]
pub(crate) struct DayFacts {
    /// Times of day in UTC, ms after midnight: the first of them, where there are too many for candles of days.
    pub of_day: BTreeSet<i64>,
    /// Whether a row says another offset from UTC than 0.
    pub has_offset: bool,
    /// Candles by the weekday of the date that their row says, Monday first.
    pub weekdays: [u64; 7],
    /// Candles of the first and of the last day of a month, and of the first and the last four.
    pub first_of_month: u64,
    pub last_of_month: u64,
    pub near_first: u64,
    pub near_last: u64,
    /// Times a ms or a second before a full minute.
    pub closing: u64,
    /// Whether the names of columns say that times are of closing.
    pub is_named_closing: bool,
    pub count: u64,
    /// What was seen last: most candles are of the date of those before.
    date: Option<Date>,
}

#[derive(Debug, Clone)]
struct Date {
    day: i64,
    weekday: usize,
    is_first: bool,
    is_last: bool,
    is_near_first: bool,
    is_near_last: bool,
}

impl DayFacts {
    /// Takes a candle that opens at this time, whose row says this offset from UTC in minutes.
    pub fn see(&mut self, at: i64, offset: i32) {
        self.count += 1;
        let of_day = at.rem_euclid(DAY);
        // Where there are many, they are none of days.
        if self.of_day.len() < MOST_OF_DAY {
            self.of_day.insert(of_day);
        }
        self.has_offset |= offset != 0;
        // What begins with a day of UTC is of that day, whatever zone its time is written in.
        let local = if of_day == 0 { at } else { at.saturating_add(i64::from(offset) * 60_000) };
        let day = local.div_euclid(DAY);
        if self.date.as_ref().is_none_or(|date| date.day != day) {
            let of_month = |days: i64| civil(local.saturating_add(days * DAY)).day;
            self.date = Some(Date {
                day,
                weekday: weekday(local),
                is_first: of_month(0) == 1,
                is_last: of_month(1) == 1,
                is_near_first: of_month(0) <= 4,
                is_near_last: of_month(4) <= 4,
            });
        }
        if let Some(date) = &self.date {
            self.weekdays[date.weekday] += 1;
            self.first_of_month += u64::from(date.is_first);
            self.last_of_month += u64::from(date.is_last);
            self.near_first += u64::from(date.is_near_first);
            self.near_last += u64::from(date.is_near_last);
        }
        let rest = at.rem_euclid(60_000);
        self.closing += u64::from(matches!(rest, 59_999 | 59_000) || rest % 1000 == 999);
    }
}

/// The weekday of a time, 0 for Monday.
pub(crate) fn weekday(ms: i64) -> usize {
    // 1970-01-01 was a Thursday.
    usize::try_from((ms.div_euclid(DAY) + 3).rem_euclid(7)).unwrap_or(0)
}
