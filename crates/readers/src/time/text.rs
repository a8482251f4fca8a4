//! A date and a time of day as people and programs write them.

use candles::Civil;

use super::DateOrder;

/// What a text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written<'a> {
    pub civil: Civil,
    pub millis: i64,
    /// From UTC to this time, in minutes, where the text says so.
    pub offset: Option<i32>,
    /// The name of a time zone, where the text ends with one.
    pub zone: Option<&'a str>,
    /// Whether the year has two digits, so that it may be of this century or of the last one.
    pub is_short_year: bool,
}

/// A time of day: hours, minutes, seconds, milliseconds.
type OfDay = (u8, u8, u8, i64);

const UNKNOWN: &str = "is not understood";
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Years of two digits up to this one are of this century.
const LAST_OF_CENTURY: i32 = 69;

/// Reads a text whose date has its numbers in this order. A year of four digits that stands first is one in any order.
pub(crate) fn written(text: &str, order: DateOrder) -> Result<Written<'_>, &'static str> {
    let (date, rest) = date(text.trim(), order).ok_or(UNKNOWN)?;
    let (year, month, day) = date;
    let rest = rest.trim_start_matches([' ', 'T', 't', ',', ';', '_']);
    let (of_day, rest) = if rest.is_empty() { ((0, 0, 0, 0), rest) } else { of_day(rest).ok_or(UNKNOWN)? };
    let (offset, zone) = zone(rest).ok_or(UNKNOWN)?;
    let (hour, minute, second, millis) = of_day;
    if millis < 0 {
        return Err("is not a whole number of milliseconds");
    }
    let is_short_year = !has_long_year(text.trim());
    Ok(Written {
        civil: Civil { year, month, day, hour, minute, second },
        millis,
        offset,
        zone,
        is_short_year,
    })
}

/// Whether a date has four digits or more that belong together.
fn has_long_year(text: &str) -> bool {
    let date = text.split([':', 'T']).next().unwrap_or_default();
    date.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 4)
}

/// A time of day, without a date.
pub(crate) fn time_of_day(text: &str) -> Option<OfDay> {
    let (of_day, rest) = of_day(text.trim())?;
    rest.trim().is_empty().then_some(of_day)
}

/// Whether a text is a time of day, without a date, but perhaps with its offset from UTC.
pub(crate) fn is_time_of_day(text: &str) -> bool {
    // Without leading zeros, as a number: 500 is five past midnight.
    let is_short = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_short
        && time_of_day(&format!("{text:0>width$}", width = if text.len() > 4 { 6 } else { 4 })).is_some())
        || time_of_day(text).is_some()
        || of_day(text).is_some_and(|(_, rest)| matches!(zone(rest), Some((Some(_), None))))
}

/// The first digits of a text, as a number, and how many there are.
fn digits(text: &str) -> Option<(u64, usize, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(count);
    Some((digits.parse().ok()?, count, rest))
}

fn small(number: u64) -> Option<u8> {
    u8::try_from(number).ok()
}

/// The number of a month that a text begins with, in English.
fn month(text: &str) -> Option<(u8, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, rest) = text.split_at(count);
    let short = word.get(..3)?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|month| *month == short)?;
    Some((small(month as u64 + 1)?, rest.strip_prefix('.').unwrap_or(rest)))
}

fn year(number: u64, count: usize) -> Option<i32> {
    let number = i32::try_from(number).ok()?;
    match count {
        4 => Some(number),
        2 if number <= LAST_OF_CENTURY => Some(2000 + number),
        2 => Some(1900 + number),
        _ => None,
    }
}

type Date = (i32, u8, u8);

/// Year, month and day, and what follows them.
fn date(text: &str, order: DateOrder) -> Option<(Date, &str)> {
    if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return date_of_words(text);
    }
    let (first, count, rest) = digits(text)?;
    if matches!(count, 8 | 10 | 12 | 14 | 17) {
        // All in one: what follows the day is the time of day.
        let (day, of_day) = text.split_at(8);
        let [year, month, day] = [&day[..4], &day[4..6], &day[6..]].map(|part| part.parse::<i32>().ok());
        let date = (year?, u8::try_from(month?).ok()?, u8::try_from(day?).ok()?);
        // An hour alone has no minutes to be told by, so it is only read where nothing follows.
        return (count != 10 || rest.is_empty()).then_some((date, of_day));
    }
    let mark = rest.chars().next().filter(|mark| matches!(mark, '-' | '/' | '.' | ' '))?;
    let rest = &rest[1..];
    if let Some((month, rest)) = month(rest) {
        let rest = rest.trim_start_matches([mark, ' ', ',', '-']);
        let (last, length, rest) = digits(rest)?;
        // 2023-Jan-31 or 31-Jan-2023
        return match count {
            4 => Some(((year(first, 4)?, month, small(last)?), rest)),
            1 | 2 => Some(((year(last, length)?, month, small(first)?), rest)),
            _ => None,
        };
    }
    if mark == ' ' {
        return None;
    }
    let (second, second_count, rest) = digits(rest)?;
    let (third, third_count, rest) = digits(rest.strip_prefix(mark)?)?;
    let one_or_two = |count: usize| matches!(count, 1 | 2);
    let date = if count == 4 {
        if order == DateOrder::YearMonthDay || one_or_two(third_count) {
            (year(first, 4)?, second, third, third_count)
        } else {
            return None;
        }
    } else {
        match order {
            DateOrder::YearMonthDay => (year(first, count)?, second, third, third_count),
            DateOrder::DayMonthYear => (year(third, third_count)?, second, first, count),
            DateOrder::MonthDayYear => (year(third, third_count)?, first, second, second_count),
        }
    };
    let (year, month, day, day_count) = date;
    let is_date = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && one_or_two(day_count)
        && one_or_two(second_count);
    is_date.then_some(((year, small(month)?, small(day)?), rest))
}

/// `Jan 31, 2023` or `Tue, 31 Jan 2023`.
fn date_of_words(text: &str) -> Option<(Date, &str)> {
    if let Some((month, rest)) = month(text) {
        let (day, _, rest) = digits(rest.trim_start_matches([' ', '-', '.']))?;
        let (number, count, rest) = digits(rest.trim_start_matches([',', ' ', '-']))?;
        return Some(((year(number, count)?, month, small(day)?), rest));
    }
    let short = text.get(..3)?.to_ascii_lowercase();
    let is_weekday = WEEKDAYS.contains(&short.as_str());
    let rest = text
        .trim_start_matches(|letter: char| letter.is_ascii_alphabetic())
        .trim_start_matches([',', '.', ' ']);
    if is_weekday && rest.len() < text.len() { date(rest, DateOrder::DayMonthYear) } else { None }
}

/// A time of day, and what follows it. Milliseconds are -1 where there is more than them.
fn of_day(text: &str) -> Option<(OfDay, &str)> {
    let (first, count, rest) = digits(text)?;
    let (mut hour, mut minute, mut second, mut rest) = match (count, rest.strip_prefix(':')) {
        (1 | 2, Some(rest)) => {
            let (minute, 2, rest) = digits(rest)? else { return None };
            match rest.strip_prefix(':').map(digits) {
                Some(Some((second, 2, rest))) => (first, minute, second, rest),
                Some(_) => return None,
                None => (first, minute, 0, rest),
            }
        }
        (6 | 9, None) => {
            let number = if count == 9 { first / 1000 } else { first };
            (number / 10_000, number / 100 % 100, number % 100, rest)
        }
        (4, None) => (first / 100, first % 100, 0, rest),
        // `20230131 05` and `03-PM`.
        (2, None) => (first, 0, 0, rest),
        (1, None) if half(rest).is_some() => (first, 0, 0, rest),
        _ => return None,
    };
    let mut millis = if count == 9 { i64::try_from(first % 1000).ok()? } else { 0 };
    if let Some(decimals) = rest.strip_prefix(['.', ',']) {
        let length = decimals.bytes().take_while(u8::is_ascii_digit).count();
        let (kept, cut) = decimals[..length].split_at(length.min(3));
        if length == 0 || length > 9 {
            return None;
        }
        millis = format!("{kept:0<3}").parse().ok()?;
        if cut.bytes().any(|digit| digit != b'0') {
            millis = -1;
        }
        rest = &decimals[length..];
    }
    if let Some((is_afternoon, after)) = half(rest) {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if is_afternoon { 12 } else { 0 };
        rest = after;
    }
    // A day that ends is the next one that begins, but then the date is another one too.
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let part = |number: &mut u64| small(*number);
    Some(((part(&mut hour)?, part(&mut minute)?, part(&mut second)?, millis), rest))
}

/// AM or PM, and what follows.
fn half(text: &str) -> Option<(bool, &str)> {
    let text = text.trim_start_matches([' ', '-', '\u{a0}', '\u{202f}']);
    let (word, rest) = text.split_at_checked(2)?;
    let is_end = rest.is_empty() || rest.starts_with(' ');
    match word.to_ascii_lowercase().as_str() {
        "am" if is_end => Some((false, rest)),
        "pm" if is_end => Some((true, rest)),
        _ => None,
    }
}

/// Zones of North America by their letters, as RFC 2822 has them. CST is left out: it is China's, too.
const LETTERS: [(&str, i32); 6] =
    [("EST", -300), ("EDT", -240), ("MST", -420), ("MDT", -360), ("PST", -480), ("PDT", -420)];

/// An offset from UTC in minutes, or the name of a zone.
fn zone(text: &str) -> Option<(Option<i32>, Option<&str>)> {
    let text = text.trim();
    let (sign, rest) = match text.bytes().next() {
        None => return Some((None, None)),
        Some(b'+') => (1, &text[1..]),
        Some(b'-') => (-1, &text[1..]),
        Some(_) if ["z", "utc", "gmt"].contains(&text.to_ascii_lowercase().as_str()) => {
            return Some((Some(0), None));
        }
        // `UTC+8`, `GMT-0500`
        Some(_)
            if text
                .get(..3)
                .is_some_and(|word| ["utc", "gmt"].contains(&word.to_ascii_lowercase().as_str())) =>
        {
            let rest = text[3..].trim_start();
            return if rest.starts_with(['+', '-']) { zone(rest) } else { None };
        }
        Some(byte) if byte.is_ascii_alphabetic() => {
            let known = LETTERS.iter().find(|(letters, _)| *letters == text);
            return Some(known.map_or((None, Some(text)), |(_, minutes)| (Some(*minutes), None)));
        }
        Some(_) => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if rest.len() == 4 && rest.is_ascii() => rest.split_at(2),
        None => (rest, "00"),
    };
    let is_number =
        |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(hours) || !is_number(minutes) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes <= 59).then_some((Some(sign * (hours * 60 + minutes)), None))
}

#[cfg(test)]
mod tests {
    use candles::{format_utc, utc_ms};

    use super::*;

    fn read(text: &str, order: DateOrder) -> Option<String> {
        let Written { civil, millis, offset, .. } = written(text, order).ok()?;
        utc_ms(civil, millis).map(|ms| format_utc(ms - i64::from(offset.unwrap_or(0)) * 60_000))
    }

    #[test]
    fn times_are_read_in_the_usual_spellings() {
        use DateOrder::{DayMonthYear as D, MonthDayYear as M, YearMonthDay as Y};
        for (text, order, right) in [
            ("2023-01-31", Y, "2023-01-31T00:00:00Z"),
            ("2023/1/31 5:00", Y, "2023-01-31T05:00:00Z"),
            ("2013.08.15 18:00:00", Y, "2013-08-15T18:00:00Z"),
            ("20230131", Y, "2023-01-31T00:00:00Z"),
            ("20230131 050000", Y, "2023-01-31T05:00:00Z"),
            ("20230131  05:00:00", Y, "2023-01-31T05:00:00Z"),
            ("20230131050000", Y, "2023-01-31T05:00:00Z"),
            ("202301310500", Y, "2023-01-31T05:00:00Z"),
            ("2023-01-31T05:00:00.250Z", Y, "2023-01-31T05:00:00.250Z"),
            ("2023-01-31 05:00:00+0100", Y, "2023-01-31T04:00:00Z"),
            ("2023-01-31T00:00:00-05:00", Y, "2023-01-31T05:00:00Z"),
            ("2023-01-31 05:00:00 UTC", Y, "2023-01-31T05:00:00Z"),
            ("2019-10-09 03-PM", Y, "2019-10-09T15:00:00Z"),
            ("15.08.2013 18:00:00.000", D, "2013-08-15T18:00:00Z"),
            ("31/01/23", D, "2023-01-31T00:00:00Z"),
            ("1/31/2023 9:30 AM", M, "2023-01-31T09:30:00Z"),
            ("01/31/2023 12:00:00 AM", M, "2023-01-31T00:00:00Z"),
            ("3-Jan-22", Y, "2022-01-03T00:00:00Z"),
            ("03 Jan 2022 16:00", Y, "2022-01-03T16:00:00Z"),
            ("Jan 03, 2022", Y, "2022-01-03T00:00:00Z"),
            ("Mon, 03 Jan 2022 16:00:00 GMT", Y, "2022-01-03T16:00:00Z"),
        ] {
            assert_eq!(read(text, order).as_deref(), Some(right), "{text}");
        }
    }

    #[test]
    fn texts_that_are_no_times_are_refused() {
        for text in [
            "",
            "2023",
            "yesterday",
            "2023-13-01",
            "31.01.2023",
            "2023-01-31 25:00",
            "1.67253E+12",
            "2023-01-31 05:00 +99",
        ] {
            assert_eq!(read(text, DateOrder::YearMonthDay), None, "{text}");
        }
    }
}
