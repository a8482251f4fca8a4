//! Whether a field is a time, before it is known how times are written.

use std::borrow::Cow;

use candles::utc_ms;

use super::{DateOrder, EpochUnit, Written, is_time_of_day, written};
use crate::format::FAR_AHEAD;

/// Whether a field may be a time in any format.
pub(crate) fn may_be_time(field: &str) -> bool {
    let digits = field.strip_prefix('-').unwrap_or(field);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_number || rough_time(field).is_some()
}

/// A time as its text says it in one order or another, to see whether times rise.
pub(crate) fn rough_time(field: &str) -> Option<i64> {
    [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear].into_iter().find_map(
        |order| {
            let Written { civil, millis, .. } = written(field, order).ok()?;
            utc_ms(civil, millis)
        },
    )
}

/// Whether a field is a date rather than a number: it has marks where a number has none.
pub(crate) fn may_be_date(field: &str) -> bool {
    let has_marks = field.bytes().filter(|byte| matches!(byte, b'-' | b'/' | b':' | b'.')).count() >= 2
        || field.bytes().any(|byte| byte.is_ascii_alphabetic() || byte == b' ');
    has_marks && (rough_time(field).is_some() || is_time_of_day(field))
}

/// Whether a field is a time where no name says so: a date, or a number that is one of 1973 or later in some unit.
pub(crate) fn is_surely_time(field: &str) -> bool {
    const LEAST: i64 = 100_000_000_000;
    let (whole, decimals) = field.split_once('.').unwrap_or((field, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(decimals) {
        return may_be_date(field) && !is_time_of_day(field);
    }
    let is_date = matches!(whole.len(), 8 | 12 | 14 | 17) && rough_time(field).is_some();
    let is_of =
        |number: i64| EpochUnit::ALL.iter().any(|unit| (LEAST..=FAR_AHEAD).contains(&unit.ms(number)));
    is_date || whole.parse().is_ok_and(is_of)
}

/// A date and a time of day without what they say beyond milliseconds.
pub(crate) fn to_ms(field: &str) -> Cow<'_, str> {
    let is_second = |at: usize| matches!(field.as_bytes()[..at], [.., b':', b'0'..=b'9', b'0'..=b'9']);
    let Some((mark, _)) = field.match_indices(['.', ',']).find(|(at, _)| is_second(*at)) else {
        return field.into();
    };
    let decimals = field[mark + 1..].bytes().take_while(u8::is_ascii_digit).count();
    if decimals <= 3 {
        return field.into();
    }
    let (kept, rest) = field.split_at(mark + 4);
    format!("{kept}{}", &rest[decimals - 3..]).into()
}

/// Whether a time tells its offset from UTC, or its zone.
pub(crate) fn has_offset(field: &str) -> bool {
    [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear].into_iter().any(|order| {
        written(field, order).is_ok_and(|written| written.offset.is_some() || written.zone.is_some())
    })
}
