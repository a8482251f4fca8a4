//! Times as files write them.

mod field;
mod find;
mod text;
mod zone;

use std::fmt;

use candles::{Civil, utc_ms};

pub(crate) use field::{has_offset, is_surely_time, may_be_date, may_be_time, rough_time, to_ms};
pub use find::TimeDoubt;
pub(crate) use find::{TimeEvidence, TimeHints, is_months};
pub(crate) use text::{Written, is_time_of_day, time_of_day, written};
pub use zone::{TimeZone, UnknownZone};

use crate::RowFault;

/// In which order a date's numbers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 2023-01-31
    YearMonthDay,
    /// 31.01.2023
    DayMonthYear,
    /// 01/31/2023
    MonthDayYear,
}

impl DateOrder {
    /// All orders.
    pub const ALL: [Self; 3] = [Self::YearMonthDay, Self::DayMonthYear, Self::MonthDayYear];

    /// Its name: `ymd`, `dmy` or `mdy`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::YearMonthDay => "ymd",
            Self::DayMonthYear => "dmy",
            Self::MonthDayYear => "mdy",
        }
    }

    /// The order of that name, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }
}

/// What a number since the Unix epoch counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpochUnit {
    /// Seconds, with decimals or without.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
    /// Nanoseconds.
    Nanoseconds,
}

/// How a file writes its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeFormat {
    /// Numbers since the Unix epoch.
    Epoch(EpochUnit),
    /// Days since 1899-12-30, as spreadsheets count them, with parts of a day as decimals.
    SpreadsheetDays,
    /// Dates, with a time of day or without, such as `2023-01-31 05:00`, `20230131 050000` or `31-Jan-23 5:00 AM`.
    Text(DateOrder),
}

impl fmt::Display for TimeFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Epoch(unit) => write!(f, "{} since 1970", unit.name()),
            Self::SpreadsheetDays => f.write_str("days as spreadsheets count them"),
            Self::Text(DateOrder::YearMonthDay) => f.write_str("year, month, day"),
            Self::Text(DateOrder::DayMonthYear) => f.write_str("day, month, year"),
            Self::Text(DateOrder::MonthDayYear) => f.write_str("month, day, year"),
        }
    }
}

const UNKNOWN: &str = "is not understood";
/// A local time that never comes says that the zone is another one.
pub(crate) const SKIPPED: &str = "is skipped where summer time begins, so it is of another zone";
/// A candle may be under way where a clock is behind.
pub(crate) const AHEAD: i64 = 2 * 86_400_000;
/// 1970-01-01 as spreadsheets count days.
const SPREADSHEET_EPOCH: f64 = 25_569.0;
const DAY: f64 = 86_400_000.0;

impl EpochUnit {
    pub(crate) const ALL: [Self; 4] =
        [Self::Seconds, Self::Milliseconds, Self::Microseconds, Self::Nanoseconds];

    /// A whole number of units as ms, rounded down.
    pub(crate) fn ms(self, number: i64) -> i64 {
        match self {
            Self::Seconds => number.saturating_mul(1000),
            Self::Milliseconds => number,
            Self::Microseconds => number.div_euclid(1000),
            Self::Nanoseconds => number.div_euclid(1_000_000),
        }
    }

    /// How messages and options call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Microseconds => "us",
            Self::Nanoseconds => "ns",
        }
    }

    /// The unit of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }

    /// A number of units as ms.
    fn read(self, field: &str, is_floored: bool) -> Result<i64, RowFault> {
        // Nearly all are digits alone.
        if matches!(field.len(), 1..=18) && field.bytes().all(|byte| byte.is_ascii_digit()) {
            let number = field.bytes().fold(0, |number: i64, digit| number * 10 + i64::from(digit - b'0'));
            let exact = match self {
                Self::Seconds | Self::Milliseconds => true,
                Self::Microseconds => number % 1000 == 0,
                Self::Nanoseconds => number % 1_000_000 == 0,
            };
            if exact || is_floored {
                return Ok(self.ms(number));
            }
        }
        let fault = |why| RowFault::Time(field.to_owned(), why);
        let (sign, digits) = field.strip_prefix('-').map_or((1, field), |digits| (-1, digits));
        let (units, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if units.is_empty() || !is_number(units) || !is_number(fraction) {
            return Err(fault(UNKNOWN));
        }
        let number: i64 = units.parse().map_err(|_| fault("is out of range"))?;
        // How many decimals may follow, and how many of the smallest units make a ms.
        let (decimals, per_ms) = match self {
            Self::Seconds => (3, 1),
            Self::Milliseconds => (0, 1),
            Self::Microseconds => (0, 1000),
            Self::Nanoseconds => (0, 1_000_000),
        };
        let (kept, rest) = fraction.split_at(decimals.min(fraction.len()));
        let mut kept = kept.bytes().chain(std::iter::repeat(b'0')).take(decimals);
        let smallest = kept
            .try_fold(number, |sum: i64, digit| sum.checked_mul(10)?.checked_add(i64::from(digit - b'0')));
        let smallest = smallest.ok_or_else(|| fault("is out of range"))?;
        if is_floored {
            return Ok((sign * smallest).div_euclid(per_ms));
        }
        if smallest % per_ms != 0 || rest.bytes().any(|byte| byte != b'0') {
            return Err(fault("is not a whole number of milliseconds"));
        }
        Ok(sign * (smallest / per_ms))
    }
}

/// Reads the times of one file, in the order of its rows: an hour that comes twice is told by that.
#[derive(Debug, Clone)]
pub(crate) struct Clock<'a> {
    format: TimeFormat,
    zone: Option<&'a TimeZone>,
    /// No candle opens later.
    latest: i64,
    /// The time before, where rows are in order: whether they rise.
    order: Option<bool>,
    before: Option<i64>,
    /// Rows of an hour that comes twice.
    pub twice: u64,
    /// Whether parts of a millisecond are cut off and no fault.
    is_floored: bool,
}

/// A time, and the date that its text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant {
    /// ms since the epoch, UTC.
    pub ms: i64,
    /// From UTC to the time that the text says, in minutes.
    pub offset: i32,
}

impl<'a> Clock<'a> {
    pub fn new(format: TimeFormat, zone: Option<&'a TimeZone>, latest: i64, rises: Option<bool>) -> Self {
        Self { format, zone, latest, order: rises, before: None, twice: 0, is_floored: false }
    }

    /// Cuts off what numbers say beyond milliseconds.
    pub fn floored(self) -> Self {
        Self { is_floored: true, ..self }
    }

    /// Whether times are numbers since the Unix epoch.
    pub fn counts(&self) -> bool {
        matches!(self.format, TimeFormat::Epoch(_))
    }

    /// A field as a time.
    pub fn read(&mut self, field: &str) -> Result<Instant, RowFault> {
        let fault = |why| RowFault::Time(field.to_owned(), why);
        let order = match self.format {
            TimeFormat::Epoch(unit) => {
                return unit.read(field, self.is_floored).map(|ms| Instant { ms, offset: 0 });
            }
            TimeFormat::SpreadsheetDays => {
                let days: f64 = field.parse().map_err(|_| fault(UNKNOWN))?;
                // A second is about 1e-5 days, and spreadsheets keep 15 digits.
                let ms = ((days - SPREADSHEET_EPOCH) * DAY / 1000.0).round() * 1000.0;
                let civil = candles::civil(ms as i64);
                return self.settle(civil, 0, field);
            }
            TimeFormat::Text(order) => order,
        };
        let Written { mut civil, millis, offset, zone, is_short_year } =
            written(field, order).map_err(fault)?;
        if is_short_year && utc_ms(civil, millis).is_some_and(|ms| ms > self.latest.saturating_add(AHEAD)) {
            civil.year -= 100;
        }
        if let Some(minutes) = offset {
            let ms = utc_ms(civil, millis).ok_or_else(|| fault("is no day of the calendar"))?;
            return Ok(Instant { ms: ms - i64::from(minutes) * 60_000, offset: minutes });
        }
        if let Some(name) = zone {
            let zone = TimeZone::named(name).map_err(|_| fault("names a time zone that is not known"))?;
            let mut clock = Clock { zone: Some(&zone), twice: 0, ..*self };
            let instant = clock.settle(civil, millis, field);
            (self.before, self.twice) = (clock.before, self.twice + clock.twice);
            return instant;
        }
        self.settle(civil, millis, field)
    }

    fn settle(&mut self, civil: Civil, millis: i64, field: &str) -> Result<Instant, RowFault> {
        let fault = |why| RowFault::Time(field.to_owned(), why);
        let local = utc_ms(civil, millis).ok_or_else(|| fault("is no day of the calendar"))?;
        let Some(zone) = self.zone else { return Ok(Instant { ms: local, offset: 0 }) };
        let (first, second) = zone.offsets(civil).ok_or_else(|| fault(SKIPPED))?;
        let at = |offset: i32| Instant { ms: local - i64::from(offset) * 60_000, offset };
        let (first, second) = (at(first), at(second));
        let instant = if first == second {
            first
        } else {
            self.twice += 1;
            match (self.order, self.before) {
                (Some(true), Some(before)) => {
                    if before >= first.ms {
                        second
                    } else {
                        first
                    }
                }
                (Some(false), Some(before)) => {
                    if before <= second.ms {
                        first
                    } else {
                        second
                    }
                }
                // The first row has none before it that would tell.
                (Some(_), None) => {
                    return Err(fault(
                        "comes twice where summer time ends, and no row before it tells which one is meant",
                    ));
                }
                (None, _) => {
                    return Err(fault("comes twice where summer time ends, and the rows are in no order"));
                }
            }
        };
        self.before = Some(instant.ms);
        Ok(instant)
    }
}
