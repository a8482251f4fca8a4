//! Where candles of days, weeks and months belong in time.
//!
//! A day of a session opens at another time of UTC in summer than in winter, and some label a week or a month by its
//! end. Such candles are placed at 00:00 UTC of their date, or at the beginning of their period. Candles that open a
//! constant 24 hours apart on all days keep their own time.

use candles::{Interval, civil, utc_ms};

use crate::{Row, SeriesFacts, survey::weekday};

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;
/// Openings of one session lie within this of each other, summer and winter.
const SHIFT: i64 = 2 * HOUR;
/// Shares of a hundred candles that show where labels stand.
const MOST: u64 = 90;

/// Where the candles of a series are placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// At their own times.
    Own,
    /// At 00:00 UTC of their dates.
    Date(Dating),
    /// At 00:00 UTC of the day that their week begins on, 0 for Monday.
    Week(Dating, usize),
    /// At 00:00 UTC of the first day of their month.
    /// With so many months before it that belong to its candle, where that is called by its last one.
    Month(Dating, i32),
}

/// What the date of a candle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dating {
    /// That of its time in UTC.
    Utc,
    /// That of the local time that its row says.
    Local,
    /// The day after that of its time in UTC: it opens in the evening before.
    Next,
}

/// Why the place of candles is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlacementDoubt {
    /// The times are those of closing.
    #[error("its times, such as {0}, are times of closing; candles are known by when they open")]
    Closing(String),
    /// Days that open at many times of day.
    #[error("its candles of {0} open at different times of day")]
    TimesOfDay(String),
    /// Weeks that are called by a day that may be their first or their last.
    #[error("its weeks are called by a {0}, which may be their first or their last day")]
    Week(&'static str),
    /// Weeks that are called by different days.
    #[error("its weeks are called by different days")]
    Weeks,
    /// Months that are called by different days.
    #[error("its months are called by different days")]
    Months,
}

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Placement {
    /// Finds where candles of an interval, called `code` and `ms` long, belong. `week_start` is the day that weeks begin
    /// on, 0 for Monday, where that is told.
    ///
    /// # Errors
    /// Where the candles do not tell it.
    pub fn of(
        facts: &SeriesFacts,
        code: &str,
        ms: i64,
        week_start: Option<usize>,
    ) -> Result<Self, PlacementDoubt> {
        let days = &facts.days;
        // A day that is called by its close is called by its date all the same.
        if (days.closing * 100 > days.count * MOST && ms > 1000) || (days.is_named_closing && ms < DAY) {
            return Err(PlacementDoubt::Closing(candles::format_utc(facts.range.0)));
        }
        let months = Interval::parse(code).ok().and_then(|interval| i32::try_from(interval.months()?).ok());
        if ms < DAY || ms % DAY != 0 {
            return Ok(Self::Own);
        }
        let (first, last) = match (days.of_day.first(), days.of_day.last()) {
            (Some(first), Some(last)) => (*first, *last),
            _ => return Ok(Self::Own),
        };
        // The shorter way round: 23:00 and 00:00 are an hour apart.
        let spread = days.of_day.iter().map(|at| (at - first + DAY / 2).rem_euclid(DAY) - DAY / 2);
        let (low, high) = spread.fold((0, 0), |(low, high), at| (low.min(at), high.max(at)));
        let is_shifting = first != last;
        if is_shifting && high - low > SHIFT && !days.has_offset {
            return Err(PlacementDoubt::TimesOfDay(code.to_owned()));
        }
        let dating = dating(facts);
        if let Some(months) = months {
            return month(facts, dating, months);
        }
        if ms == 7 * DAY {
            return week(facts, dating, first == 0 && !is_shifting, week_start);
        }
        // Days of sessions have no weekends; days of 24 hours keep their own times.
        let is_session = facts.is_of_weekdays() || days.weekdays_of(dating)[5..] == [0, 0];
        Ok(if is_shifting || (first != 0 && is_session && days.count >= 5) {
            Self::Date(dating)
        } else {
            Self::Own
        })
    }

    /// Where a row's candle is placed.
    #[must_use]
    pub fn place(self, row: &Row) -> i64 {
        let at = row.candle.open_time;
        match self {
            Self::Own => at,
            Self::Date(dating) => dating.date(row),
            Self::Week(dating, start) => {
                let date = dating.date(row);
                let days = (weekday(date) + 7 - start) % 7;
                date - days as i64 * DAY
            }
            Self::Month(dating, back) => {
                let date = civil(dating.date(row));
                let months = date.year * 12 + i32::from(date.month) - 1 - back;
                let month = u8::try_from(months.rem_euclid(12) + 1).unwrap_or(1);
                let first = candles::Civil {
                    year: months.div_euclid(12),
                    month,
                    day: 1,
                    hour: 0,
                    minute: 0,
                    second: 0,
                };
                utc_ms(first, 0).unwrap_or(at)
            }
        }
    }
}

impl Dating {
    /// 00:00 UTC of a row's date.
    fn date(self, row: &Row) -> i64 {
        let at = row.candle.open_time;
        let at = match self {
            Self::Utc => at,
            Self::Local => at.saturating_add(i64::from(row.offset) * 60_000),
            Self::Next => at.saturating_add(DAY - 1),
        };
        at.div_euclid(DAY) * DAY
    }
}

impl crate::survey::DayFacts {
    /// Candles by the weekday of their dates.
    fn weekdays_of(&self, dating: Dating) -> [u64; 7] {
        let mut weekdays = self.weekdays;
        if dating == Dating::Next {
            weekdays.rotate_right(1);
        }
        weekdays
    }
}

/// Which day is meant: sessions are on weekdays, and some open in the evening before.
fn dating(facts: &SeriesFacts) -> Dating {
    let days = &facts.days;
    if days.has_offset {
        return Dating::Local;
    }
    let [.., friday, saturday, sunday] = days.weekdays;
    let opens_late = days.of_day.iter().all(|at| *at >= 12 * HOUR);
    // Midnight, or the morning, of a zone that is ahead of UTC: 23:00 in summer and 00:00 in winter.
    let is_near_midnight = days.of_day.iter().all(|at| *at >= 20 * HOUR || *at == 0) && days.of_day.len() > 1;
    // From Sunday evening to Thursday evening: Monday to Friday.
    let is_before_weekdays = opens_late && sunday > 0 && friday + saturday == 0;
    if is_near_midnight || is_before_weekdays { Dating::Next } else { Dating::Utc }
}

fn week(
    facts: &SeriesFacts,
    dating: Dating,
    is_midnight: bool,
    told: Option<usize>,
) -> Result<Placement, PlacementDoubt> {
    let days = &facts.days;
    let opens_late = days.of_day.iter().all(|at| *at >= 12 * HOUR);
    let dating = if dating == Dating::Utc && opens_late && days.weekdays[6] == days.count {
        Dating::Next
    } else {
        dating
    };
    let weekdays = days.weekdays_of(dating);
    let own = |start| if is_midnight { Placement::Own } else { Placement::Week(dating, start) };
    if let Some(start) = told {
        return Ok(if weekdays[start] == days.count { own(start) } else { Placement::Week(dating, start) });
    }
    let most = |weekday: usize| weekdays[weekday] * 100 >= days.count * MOST;
    match (0..7).find(|weekday| weekdays[*weekday] == days.count) {
        // On Thursdays, since 1970-01-01 was one, or on Mondays.
        Some(start @ (0 | 3)) => Ok(own(start)),
        // No week begins on a Friday: it is the last day of a week of trade.
        Some(4) => Ok(Placement::Week(dating, 0)),
        Some(weekday) => Err(PlacementDoubt::Week(WEEKDAYS[weekday])),
        // Holidays move a label: forward from Monday, back from Friday.
        None if (weekdays[0] * 5 >= days.count * 4 || most(4)) && weekdays[5..] == [0, 0] => {
            Ok(Placement::Week(dating, 0))
        }
        None => Err(PlacementDoubt::Weeks),
    }
}

fn month(facts: &SeriesFacts, dating: Dating, months: i32) -> Result<Placement, PlacementDoubt> {
    let days = &facts.days;
    let opens_late = days.of_day.iter().all(|at| *at >= 12 * HOUR);
    let most = |count: u64| count * 100 >= days.count * MOST;
    // The evening before the first day.
    if opens_late && most(days.last_of_month) && !days.has_offset {
        return Ok(Placement::Month(Dating::Next, 0));
    }
    let is_own = days.first_of_month == days.count && days.of_day.iter().all(|at| *at == 0);
    match () {
        () if is_own => Ok(Placement::Own),
        // The first day, or the first of trade; the last day, or the last of trade.
        () if most(days.near_first) => Ok(Placement::Month(dating, 0)),
        () if most(days.near_last) => Ok(Placement::Month(dating, months - 1)),
        () => Err(PlacementDoubt::Months),
    }
}
