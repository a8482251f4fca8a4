//! UTC dates and texts of times, by the `time` crate.

use time::{Date, Month, OffsetDateTime};

/// 0000-01-01T00:00:00Z.
const FIRST_MS: i64 = -62_167_219_200_000;
/// 9999-12-31T23:59:59.999Z.
const LAST_MS: i64 = 253_402_300_799_999;

/// A UTC date and time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// 0 to 9999.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
}

/// Whether a time in ms since the epoch lies in the years 0 to 9999, all that file names and labels can show.
#[must_use]
pub fn in_calendar(ms: i64) -> bool {
    (FIRST_MS..=LAST_MS).contains(&ms)
}

/// The UTC date of a time in ms since the epoch, clamped to the years 0 to 9999.
#[must_use]
pub fn civil(ms: i64) -> Civil {
    let seconds = ms.clamp(FIRST_MS, LAST_MS).div_euclid(1000);
    let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    Civil {
        year: at.year(),
        month: u8::from(at.month()),
        day: at.day(),
        hour: at.hour(),
        minute: at.minute(),
        second: at.second(),
    }
}

/// The time in ms since the epoch of a UTC date and time of day; `None` where the calendar has no such day or the day no
/// such time.
#[must_use]
pub fn utc_ms(at: Civil, millis: i64) -> Option<i64> {
    let Civil { year, month, day, hour, minute, second } = at;
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    let time = date.with_hms(hour, minute, second).ok()?.assume_utc();
    let is_of_years = (0..=9999).contains(&year) && (0..1000).contains(&millis);
    is_of_years.then(|| time.unix_timestamp() * 1000 + millis)
}

/// `2023-01-07T05:00:00Z`, with `.123` before the `Z` only where milliseconds are not zero.
#[must_use]
pub fn format_utc(ms: i64) -> String {
    let Civil { year, month, day, hour, minute, second } = civil(ms);
    let date = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    match ms.rem_euclid(1000) {
        0 => format!("{date}Z"),
        millis => format!("{date}.{millis:03}Z"),
    }
}

/// Reads `YYYY-MM-DD` or RFC 3339 (`2023-01-07T05:00:00Z`, with an offset and fractions of a second allowed) as ms since the epoch.
///
/// Returns `None` where the text is neither, or names no day of the calendar.
#[must_use]
pub fn parse_utc(text: &str) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    let [year, month, day] = numbers(date, "0000-00-00")?;
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
    let midnight = date.midnight().assume_utc().unix_timestamp() * 1000;
    if rest.is_empty() {
        return Some(midnight);
    }
    let (time, rest) = rest.strip_prefix(['T', 't', ' '])?.split_at_checked(8)?;
    let [hour, minute, second] = numbers(time, "00:00:00")?;
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
        None => ("0", rest),
    };
    // Exact for milliseconds; a time between two of them is not one of ours.
    if fraction.is_empty() || fraction.len() > 9 || fraction.bytes().skip(3).any(|b| b != b'0') {
        return None;
    }
    let millis: i64 = format!("{fraction:0<3}")[..3].parse().ok()?;
    let (sign, [hours, minutes]) = match zone {
        "Z" | "z" => (1, [0, 0]),
        _ => (if zone.starts_with('-') { -1 } else { 1 }, numbers(zone.strip_prefix(['+', '-'])?, "00:00")?),
    };
    if hour > 23 || hours > 23 || minute > 59 || minutes > 59 || second > 59 {
        return None;
    }
    let minutes = hour * 60 + minute - sign * (hours * 60 + minutes);
    Some(midnight + (minutes * 60 + second) * 1000 + millis)
}

/// The numbers of a text that has digits where `shape` has zeros, and all else as that.
fn numbers<const N: usize>(text: &str, shape: &str) -> Option<[i64; N]> {
    let is_alike = |(a, b): (u8, u8)| if b == b'0' { a.is_ascii_digit() } else { a == b };
    let is_shaped = text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(is_alike);
    let parts = text.split(['-', ':']).filter(|_| is_shaped);
    parts.map(|part| part.parse().ok()).collect::<Option<Vec<_>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_texts_are_read_and_written_back() {
        for text in [
            "2023-03-25T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999Z",
        ] {
            assert_eq!(format_utc(parse_utc(text).expect(text)), text);
        }
        assert_eq!(parse_utc("2023-03-25"), parse_utc("2023-03-25T02:00:00+02:00"));
        assert_eq!(parse_utc("1970-01-01T00:00:00.5Z"), Some(500));
    }

    #[test]
    fn texts_that_name_no_time_are_refused() {
        for text in [
            "",
            "2023",
            "2023-13-01",
            "2023-02-30",
            "2023-01-01T25:00:00Z",
            "2023-01-01T00:00:00",
            "2023-01-01Z",
            "yesterday",
            "2023-01-0é",
        ] {
            assert_eq!(parse_utc(text), None, "{text}");
        }
    }
}
