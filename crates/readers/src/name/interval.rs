//! Codes of intervals, and the words that names of files have for them.

use candles::Interval;

use super::{
    form::{is_count, is_year, is_year_or_month},
    words::{INTERVALS, UNITS, is_word},
};

/// The units of interval codes, the longest first, in ms.
const LENGTHS: [(char, i64); 5] =
    [('w', 604_800_000), ('d', 86_400_000), ('h', 3_600_000), ('m', 60_000), ('s', 1000)];

/// The length in ms of a code such as `15m`, `4h`, `1d` or `1w`; months have none.
#[must_use]
pub fn interval_ms(code: &str) -> Option<i64> {
    Interval::parse(code).ok().filter(|interval| interval.months().is_none()).map(|interval| interval.ms())
}

/// The code of an interval of `ms`, above 0: `90m`, `1d`, `2w`, and `1500ms` where no unit fits.
#[must_use]
pub fn interval_code(ms: i64) -> String {
    let unit = LENGTHS.iter().find(|(_, unit)| ms % unit == 0);
    unit.map_or_else(|| format!("{ms}ms"), |(letter, unit)| format!("{}{letter}", ms / unit))
}

/// The interval that a word is; `Some(None)` where it is one, but no one knows which.
pub(super) fn interval(word: &str) -> Option<Option<String>> {
    if let Some((code, _)) =
        INTERVALS.iter().find(|(_, words)| words.split(' ').any(|other| is_word(word, other)))
    {
        return Some(Some((*code).to_owned()));
    }
    // HistData: `M12023`, `M1202301`.
    if word.strip_prefix("M1").is_some_and(is_year_or_month) {
        return Some(Some("1m".to_owned()));
    }
    // ISO 8601: `PT15M` are minutes, `P1M` is a month.
    let (word, unit_of_m) = match (word.strip_prefix("PT"), word.strip_prefix('P')) {
        (Some(rest), _) => (rest, "min"),
        (None, Some(rest)) => (rest, "mo"),
        (None, None) => (word, "M"),
    };
    let (count, unit) = word.split_at(word.bytes().take_while(u8::is_ascii_digit).count());
    counted(count, if unit == "M" { unit_of_m } else { unit })
}

/// The interval of a count of units, as [`interval`] has it.
pub(super) fn counted(count: &str, unit: &str) -> Option<Option<String>> {
    if !is_count(count) {
        return None;
    }
    let months = (count == "1").then(|| "1M".to_owned());
    if unit == "M" {
        return Some(months);
    }
    let is_unit = |units: &str| units.split(' ').any(|word| word.eq_ignore_ascii_case(unit));
    let (unit, _) = UNITS.iter().find(|(_, units)| is_unit(units))?;
    // A file of 2021: `BTC-2021min`.
    if is_year(count) {
        return Some(None);
    }
    if *unit == 'M' {
        Some(months)
    } else {
        interval_ms(&format!("{count}{unit}")).map(|ms| Some(interval_code(ms)))
    }
}
