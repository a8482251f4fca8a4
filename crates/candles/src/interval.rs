//! The length of candles: so many milliseconds, or so many months of the calendar.

use std::borrow::Cow;

use crate::{
    error::{Error, check_name},
    month::{DAY_MS, month_of, start_of},
    weekday::Weekday,
};

/// An interval's code (`15m`, `1h`, `1d`, `1w`, `1M` …) and its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    code: Box<str>,
    /// Where it is not the code.
    name: Option<Box<str>>,
    length: Length,
    week_start: Weekday,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Ms(i64),
    /// Months of the calendar, UTC.
    Months(i64),
}

/// The first Monday after the epoch.
const FIRST_MONDAY_MS: i64 = 4 * DAY_MS;
const WEEK_MS: i64 = 7 * DAY_MS;
/// What stands for the length of a month where one number must do.
const NOMINAL_MONTH_MS: i64 = 30 * DAY_MS;

/// The units of fixed lengths, in ms.
const UNITS: [(&str, i64); 5] = [("w", WEEK_MS), ("d", DAY_MS), ("h", 3_600_000), ("m", 60_000), ("s", 1000)];
/// The letters of months. `m` is a minute, and files are named by the second, since `1m` and `1M` are one name where
/// case does not count.
const MONTHS: [&str; 2] = ["M", "mo"];

impl Interval {
    /// An interval that is called `code`. The code decides whether it is so many months of the calendar; otherwise it
    /// has `ms` milliseconds.
    ///
    /// # Errors
    /// [`Error::Name`] where the code cannot be part of a file name,
    /// [`Error::IntervalLength`] where `ms` is needed, and 0 or less.
    pub fn new(code: &str, ms: i64) -> Result<Self, Error> {
        Self::check_code(code)?;
        let length = match months(code) {
            Some(months) => Length::Months(months),
            None if ms <= 0 => return Err(Error::IntervalLength { code: code.to_owned(), ms }),
            None => Length::Ms(ms),
        };
        let name = match Self::name_of(code) {
            Cow::Owned(name) if name != code => Some(name.into()),
            _ => None,
        };
        Ok(Self { code: code.into(), name, length, week_start: Weekday::default() })
    }

    /// The interval of one of the usual codes: a number and `s`, `m`, `h`, `d`, `w`, or `M` or `mo` for months.
    ///
    /// # Errors
    /// [`Error::IntervalCode`] where it is none of these.
    pub fn parse(code: &str) -> Result<Self, Error> {
        let unknown = || Error::IntervalCode(code.to_owned());
        if months(code).is_some() {
            return Self::new(code, 0);
        }
        let ms = UNITS.iter().find_map(|(unit, ms)| Some(count(code.strip_suffix(unit)?)? * ms));
        Self::new(code, ms.ok_or_else(unknown)?)
    }

    /// The same interval with weeks that begin on that day, if it is one of weeks.
    #[must_use]
    pub fn with_week_start(self, week_start: Weekday) -> Self {
        Self { week_start, ..self }
    }

    /// Checks a code without making an interval of it.
    ///
    /// # Errors
    /// [`Error::Name`] where the code cannot be part of a file name.
    pub fn check_code(code: &str) -> Result<(), Error> {
        check_name("interval", code)
    }

    /// What an interval of this code is called in paths, in the index and in pictures: `1mo` for `1M`, which would be
    /// `1m` where case does not count, and all others as they are.
    #[must_use]
    pub fn name_of(code: &str) -> Cow<'_, str> {
        months(code).map_or(Cow::Borrowed(code), |months| Cow::Owned(format!("{months}mo")))
    }

    /// The code, as in the database.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The name, as [`name_of`](Self::name_of) the code.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.code)
    }

    /// The length in milliseconds, above 0. That of months is nominal: 30 days each.
    #[must_use]
    pub fn ms(&self) -> i64 {
        match self.length {
            Length::Ms(ms) => ms,
            Length::Months(months) => months * NOMINAL_MONTH_MS,
        }
    }

    /// The most milliseconds that it can have.
    #[must_use]
    pub fn longest_ms(&self) -> i64 {
        match self.length {
            Length::Ms(ms) => ms,
            Length::Months(months) => months * 31 * DAY_MS,
        }
    }

    /// How many months it has, if it has no fixed length.
    #[must_use]
    pub fn months(&self) -> Option<i64> {
        match self.length {
            Length::Ms(_) => None,
            Length::Months(months) => Some(months),
        }
    }

    /// When the candle opens that comes `steps` after the one that opens at `open_time`; `None` beyond all times.
    ///
    /// Months keep their place in the month: from its beginning or, on its last day, from its end, as those of a time
    /// zone east of Greenwich have it.
    #[must_use]
    pub fn plus(&self, open_time: i64, steps: i64) -> Option<i64> {
        i64::try_from(self.shifted(open_time, steps)).ok()
    }

    /// When a candle that opens at `open_time` is over.
    #[must_use]
    pub fn end(&self, open_time: i64) -> i64 {
        self.plus(open_time, 1).unwrap_or(i64::MAX)
    }

    /// The first time of all at which a candle may open that is not over at `now`.
    #[must_use]
    pub fn first_unfinished(&self, now: i64) -> i64 {
        let months = match self.length {
            Length::Ms(ms) => return now.saturating_sub(ms).saturating_add(1),
            Length::Months(months) => months,
        };
        // What opens in that month ends in the one of `now`, the later the later.
        let month = month_of(now) - months;
        let [mut before, mut after] = [month, month + 1].map(|month| clamped(start_of(month)));
        while after.saturating_sub(before) > 1 {
            let middle = before + (after - before) / 2;
            let at = if self.shifted(middle, 1) > i128::from(now) { &mut after } else { &mut before };
            *at = middle;
        }
        after
    }

    /// How many steps after `from` the first one opens that opens at `to` or later; below 0 for earlier times.
    #[must_use]
    pub fn steps_to(&self, from: i64, to: i64) -> i64 {
        let months = match self.length {
            Length::Ms(ms) => {
                // In 128 bits none of this can overflow.
                let (distance, ms) = (i128::from(to) - i128::from(from), i128::from(ms));
                return clamped((distance + ms - 1).div_euclid(ms));
            }
            Length::Months(months) => months,
        };
        let mut steps = (month_of(to) - month_of(from)).div_euclid(months) - 1;
        while self.shifted(from, steps) < i128::from(to) {
            steps += 1;
        }
        steps
    }

    /// How many steps lie between two candles, of which neither is one.
    ///
    /// Months are counted to the nearest, since candles of months may open a day or two apart from their step: where
    /// summer time begins, or where they are named by their last day of trading.
    #[must_use]
    pub fn steps_between(&self, before: i64, after: i64) -> i64 {
        match (self.length, after.checked_sub(before)) {
            (Length::Ms(ms), Some(distance)) if distance <= ms => 0,
            (Length::Ms(_), _) => self.steps_to(before, after) - 1,
            (Length::Months(months), _) => {
                let half = months * NOMINAL_MONTH_MS / 2;
                (self.steps_to(before, after.saturating_sub(half).saturating_add(1)) - 1).max(0)
            }
        }
    }

    /// The index of the interval that holds `open_time` on the interval's grid.
    ///
    /// The grid starts at the Unix epoch, that of weeks at the first Monday after it or, where weeks begin on another
    /// day, at the next one of those, and that of months with January 1970.
    #[must_use]
    pub fn grid_index(&self, open_time: i64) -> i64 {
        self.index(open_time, self.week_start)
    }

    /// As [`grid_index`](Self::grid_index), of weeks from Monday on: the same wherever weeks are said to begin, as
    /// pictures must be.
    #[must_use]
    pub fn slot_index(&self, open_time: i64) -> i64 {
        self.index(open_time, Weekday::Monday)
    }

    fn index(&self, open_time: i64, week_start: Weekday) -> i64 {
        match self.length {
            Length::Ms(ms) => open_time.saturating_sub(origin(ms, week_start)).div_euclid(ms),
            Length::Months(months) => month_of(open_time).div_euclid(months),
        }
    }

    /// When the interval of that index on the grid opens.
    #[must_use]
    pub fn grid_time(&self, index: i64) -> i64 {
        match self.length {
            Length::Ms(ms) => index.saturating_mul(ms).saturating_add(origin(ms, self.week_start)),
            Length::Months(months) => clamped(start_of(index.saturating_mul(months))),
        }
    }

    /// [`plus`](Self::plus), wherever it leads.
    fn shifted(&self, open_time: i64, steps: i64) -> i128 {
        let (at, day) = (i128::from(open_time), i128::from(DAY_MS));
        let months = match self.length {
            Length::Ms(ms) => return at + i128::from(ms) * i128::from(steps),
            Length::Months(months) => months,
        };
        let from = month_of(open_time);
        // So far away that one more is no number, there is no time either.
        let to = from.saturating_add(months.saturating_mul(steps)).min(i64::MAX - 1);
        let [start, end, to_start, to_end] = [from, from + 1, to, to + 1].map(start_of);
        if end - at <= day {
            to_end - (end - at)
        } else {
            to_start + (at - start).min(to_end - to_start - day)
        }
    }
}

/// The first interval of the grid opens then.
fn origin(ms: i64, week_start: Weekday) -> i64 {
    if ms == WEEK_MS { FIRST_MONDAY_MS + week_start.number() * DAY_MS } else { 0 }
}

/// How many months a code means, if it is one of months.
fn months(code: &str) -> Option<i64> {
    MONTHS.iter().find_map(|unit| count(code.strip_suffix(unit)?))
}

/// The number before a unit: up to four digits, of which the first is not 0.
fn count(digits: &str) -> Option<i64> {
    let is_count = digits.len() <= 4 && digits.starts_with(|first| matches!(first, '1'..='9'));
    digits.parse().ok().filter(|_| is_count)
}

/// The nearest time that there is.
fn clamped(at: i128) -> i64 {
    i64::try_from(at).unwrap_or(if at < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests;
