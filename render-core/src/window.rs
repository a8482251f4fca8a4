//! A window: the candles that one picture shows.

use crate::{Candle, Error};

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
        check_name("interval", code)?;
        if ms <= 0 {
            return Err(Error::IntervalLength { code: code.to_owned(), ms });
        }
        Ok(Self { code: code.to_owned(), ms })
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

/// The candles of one picture, oldest first, with the symbol and interval they are of.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a> {
    symbol: &'a str,
    interval: &'a Interval,
    all: &'a [Candle],
    warmup: usize,
}

impl<'a> Window<'a> {
    /// A window of all `candles`, the first `warmup` of which are not drawn
    /// but feed what is computed from candles.
    ///
    /// # Errors
    /// Where the symbol cannot be part of a file name, a candle is invalid,
    /// open times do not rise, or fewer than two candles are left to draw.
    pub fn new(
        symbol: &'a str,
        interval: &'a Interval,
        candles: &'a [Candle],
        warmup: usize,
    ) -> Result<Self, Error> {
        check_name("symbol", symbol)?;
        if candles.len() < warmup.saturating_add(2) {
            return Err(Error::TooFewCandles { candles: candles.len(), warmup });
        }
        if candles.len() - warmup > crate::MAX_WINDOW as usize {
            let length = u32::try_from(candles.len() - warmup).unwrap_or(u32::MAX);
            return Err(Error::WindowLength(length));
        }
        for (index, candle) in candles.iter().enumerate() {
            candle.check().map_err(|fault| Error::Candle { index, fault })?;
        }
        for (index, pair) in candles.windows(2).enumerate() {
            if pair[1].open_time <= pair[0].open_time {
                return Err(Error::Order { index: index + 1 });
            }
        }
        Ok(Self { symbol, interval, all: candles, warmup })
    }

    /// The symbol, such as `BTCUSDT`.
    #[must_use]
    pub fn symbol(&self) -> &'a str {
        self.symbol
    }

    /// The interval.
    #[must_use]
    pub fn interval(&self) -> &'a Interval {
        self.interval
    }

    /// The candles to draw: two or more.
    #[must_use]
    pub fn candles(&self) -> &'a [Candle] {
        &self.all[self.warmup..]
    }

    /// The candles before those to draw.
    #[must_use]
    pub fn warmup(&self) -> &'a [Candle] {
        &self.all[..self.warmup]
    }

    /// Warm-up and drawn candles together.
    #[must_use]
    pub fn all(&self) -> &'a [Candle] {
        self.all
    }

    /// The window's end: the open time of its last candle, in ms.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.all[self.all.len() - 1].open_time
    }
}

/// Refuses names that could lead out of the picture's folder or surprise a shell.
pub(crate) fn check_name(what: &'static str, name: &str) -> Result<(), Error> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if name.is_empty() || name.len() > 100 || name.starts_with('.') || !name.bytes().all(plain) {
        return Err(Error::Name { what, name: name.to_owned() });
    }
    Ok(())
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

    #[test]
    fn names_that_could_leave_the_folder_are_refused() {
        for name in ["", ".", "..", "../../etc", "a/b", "a b", ".hidden", "ü", "a\0"] {
            assert!(check_name("symbol", name).is_err(), "{name:?}");
        }
        assert!(check_name("symbol", "BRK.B_x-1").is_ok());
    }
}
