//! Ticks of the time axis: round boundaries of the UTC calendar, and their labels.

use candles::{Civil, civil};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The distance between two ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A fixed number of ms, a divisor of a day or a number of days.
    Fixed(i64),
    /// This many weeks, from Mondays on.
    Weeks(i64),
    /// This many months, a divisor of a year.
    Months(i64),
    /// This many years.
    Years(i64),
}

/// All steps, the finest first.
pub(crate) const STEPS: [Step; 31] = [
    Step::Fixed(SECOND),
    Step::Fixed(5 * SECOND),
    Step::Fixed(15 * SECOND),
    Step::Fixed(30 * SECOND),
    Step::Fixed(MINUTE),
    Step::Fixed(5 * MINUTE),
    Step::Fixed(10 * MINUTE),
    Step::Fixed(15 * MINUTE),
    Step::Fixed(30 * MINUTE),
    Step::Fixed(HOUR),
    Step::Fixed(2 * HOUR),
    Step::Fixed(3 * HOUR),
    Step::Fixed(6 * HOUR),
    Step::Fixed(12 * HOUR),
    Step::Fixed(DAY),
    Step::Fixed(2 * DAY),
    Step::Weeks(1),
    Step::Weeks(2),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(20),
    Step::Years(50),
    Step::Years(100),
    Step::Years(500),
    Step::Years(1000),
];

impl Step {
    /// About how long the step is in ms.
    pub fn about(self) -> i64 {
        match self {
            Self::Fixed(ms) => ms,
            Self::Weeks(n) => n * 7 * DAY,
            Self::Months(n) => n * 30 * DAY,
            Self::Years(n) => n * 365 * DAY,
        }
    }

    /// The number of the step-long stretch of the calendar that holds `ms`.
    fn stretch(self, ms: i64) -> i64 {
        match self {
            Self::Fixed(step) => ms.div_euclid(step),
            // The epoch was a Thursday.
            Self::Weeks(n) => (ms.div_euclid(DAY) + 3).div_euclid(7 * n),
            Self::Months(n) => {
                let at = civil(ms);
                (i64::from(at.year) * 12 + i64::from(at.month) - 1).div_euclid(n)
            }
            Self::Years(n) => i64::from(civil(ms).year).div_euclid(n),
        }
    }

    /// The times that are the first of their stretch, by index. The first
    /// one counts only where it stands exactly at the stretch's beginning.
    pub fn boundaries(self, times: &[i64]) -> impl Iterator<Item = usize> {
        let mut before = times.first().map(|first| self.stretch(first - 1));
        times.iter().enumerate().filter_map(move |(index, &time)| {
            let stretch = Some(self.stretch(time));
            (stretch != std::mem::replace(&mut before, stretch)).then_some(index)
        })
    }

    /// Appends what a tick at `ms` says in the first line.
    pub fn label(self, ms: i64, out: &mut String) {
        let Civil { year, month, day, hour, minute, second } = civil(ms);
        match self {
            Self::Fixed(step) if step < MINUTE => {
                push(out, format_args!("{hour:02}:{minute:02}:{second:02}"));
            }
            Self::Fixed(step) if step < DAY => push(out, format_args!("{hour:02}:{minute:02}")),
            Self::Fixed(_) | Self::Weeks(_) => {
                push(out, format_args!("{} {day}", month_name(month)));
            }
            Self::Months(_) => out.push_str(month_name(month)),
            Self::Years(_) => push(out, format_args!("{year}")),
        }
    }

    /// Appends what the second line says at `ms`: the day below times of day,
    /// the year below days and months; `with_year` adds the year to a day.
    pub fn context(self, ms: i64, with_year: bool, out: &mut String) {
        let Civil { year, month, day, .. } = civil(ms);
        match self {
            Self::Fixed(step) if step < DAY => {
                push(out, format_args!("{} {day}", month_name(month)));
                if with_year {
                    push(out, format_args!(", {year}"));
                }
            }
            Self::Years(_) => {}
            _ => push(out, format_args!("{year}")),
        }
    }

    /// Whether the second line changes from one time to another, and whether the year does.
    pub fn changes(self, from: i64, to: i64) -> (bool, bool) {
        let (a, b) = (civil(from), civil(to));
        let year = a.year != b.year;
        match self {
            Self::Fixed(step) if step < DAY => (year || (a.month, a.day) != (b.month, b.day), year),
            Self::Years(_) => (false, false),
            _ => (year, year),
        }
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    use std::fmt::Write as _;
    let _ = out.write_fmt(text);
}

fn month_name(month: u8) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES[usize::from(month.clamp(1, 12) - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{format_utc, parse_utc};

    fn boundaries(step: Step, start: &str, interval: i64, count: i64) -> Vec<String> {
        let start = parse_utc(start).expect("a time");
        let times: Vec<i64> = (0..count).map(|i| start + i * interval).collect();
        step.boundaries(&times).map(|index| format_utc(times[index])[..16].to_owned()).collect()
    }

    #[test]
    fn ticks_stand_at_midnights_mondays_months_and_years() {
        assert_eq!(
            boundaries(Step::Fixed(12 * HOUR), "2023-03-24T23:00:00Z", HOUR, 20),
            ["2023-03-25T00:00", "2023-03-25T12:00"]
        );
        assert_eq!(
            boundaries(Step::Weeks(1), "2023-03-25", DAY, 12),
            ["2023-03-27T00:00", "2023-04-03T00:00"]
        );
        assert_eq!(
            boundaries(Step::Months(1), "2023-03-25", DAY, 40),
            ["2023-04-01T00:00", "2023-05-01T00:00"]
        );
        assert_eq!(boundaries(Step::Years(1), "2022-12-30", DAY, 5), ["2023-01-01T00:00"]);
        assert_eq!(boundaries(Step::Months(1), "2023-03-01", DAY, 2), ["2023-03-01T00:00"]);
    }

    #[test]
    fn the_second_line_shows_the_day_or_year_that_changes() {
        let at = |text| parse_utc(text).expect("a time");
        let hours = Step::Fixed(6 * HOUR);
        assert_eq!(hours.changes(at("2023-03-24T18:00:00Z"), at("2023-03-25")), (true, false));
        assert_eq!(hours.changes(at("2023-12-31T18:00:00Z"), at("2024-01-01")), (true, true));
        assert_eq!(hours.changes(at("2023-03-25"), at("2023-03-25T06:00:00Z")), (false, false));
        let mut line = String::new();
        hours.context(at("2024-01-01"), true, &mut line);
        assert_eq!(line, "Jan 1, 2024");
        assert_eq!(Step::Weeks(1).changes(at("2023-12-25"), at("2024-01-01")), (true, true));
    }
}
