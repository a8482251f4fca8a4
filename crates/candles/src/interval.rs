//! The length of candles.

use crate::error::{Error, check_name};

/// An interval's code (`15m`, `1h`, `1d`, `1w` …) and its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    code: String,
    ms: i64,
}

/// The first Monday after the epoch: weeks open on Mondays, 00:00 UTC.
const FIRST_MONDAY_MS: i64 = 4 * 86_400_000;
const WEEK_MS: i64 = 7 * 86_400_000;

impl Interval {
    /// An interval of `ms` milliseconds that is called `code`.
    ///
    /// # Errors
    /// [`Error::Name`] where the code cannot be part of a file name,
    /// [`Error::IntervalLength`] where `ms` is 0 or less.
    pub fn new(code: &str, ms: i64) -> Result<Self, Error> {
        Self::check_code(code)?;
        if ms <= 0 {
            return Err(Error::IntervalLength { code: code.to_owned(), ms });
        }
        Ok(Self { code: code.to_owned(), ms })
    }

    /// Checks a code without making an interval of it.
    ///
    /// # Errors
    /// [`Error::Name`] where the code cannot be part of a file name.
    pub fn check_code(code: &str) -> Result<(), Error> {
        check_name("interval", code)
    }

    /// The code, as in the database.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The length in milliseconds, above 0.
    #[must_use]
    pub fn ms(&self) -> i64 {
        self.ms
    }

    /// The index of the interval that holds `open_time` on the interval's epoch grid.
    ///
    /// The grid starts at the Unix epoch, that of weeks at the first Monday after it.
    #[must_use]
    pub fn grid_index(&self, open_time: i64) -> i64 {
        open_time.saturating_sub(self.origin()).div_euclid(self.ms)
    }

    /// When the interval of that index on the epoch grid opens.
    #[must_use]
    pub fn grid_time(&self, index: i64) -> i64 {
        index.saturating_mul(self.ms).saturating_add(self.origin())
    }

    fn origin(&self) -> i64 {
        if self.ms == WEEK_MS { FIRST_MONDAY_MS } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
