//! Values that flags, variables and the configuration file write alike.

use std::str::FromStr;

use cache::Subset;
use candles::{Calendar, Weekday};
use clap::{
    ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use readers::{DateOrder, EpochUnit, Role, TimeZone};

use crate::{args::Columns, error::Error};

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
}

/// When a progress bar is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Progress {
    #[default]
    Auto,
    Never,
    /// One JSON object a line on standard error, about one a second.
    Json,
}

/// A time in ms since the Unix epoch, written `YYYY-MM-DD` or in RFC 3339.
pub fn instant(text: &str) -> Result<i64, Error> {
    let expected = "a time is a day such as 2023-01-07, or RFC 3339 such as 2023-01-07T05:00:00Z";
    render_core::parse_utc(text).ok_or_else(|| Error::usage(expected))
}

/// Which of two candles of one time is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// That of the first file; what is stored stays.
    First,
    /// That of the last file, also over what is stored.
    Last,
}

/// What stands in the columns of a file, by names with commas between.
pub fn columns(text: &str) -> Result<Columns, Error> {
    let role = |name: &str| match name.trim() {
        "" | "_" => Ok(Role::Other),
        name => Role::of(name).ok_or_else(|| {
            let known: Vec<&str> = Role::names().collect();
            Error::Usage(format!("{name:?} is no column; there are {}", known.join(", ")))
        }),
    };
    text.split(',').map(role).collect::<Result<_, _>>().map(Columns)
}

/// A time zone by its name.
pub fn time_zone(text: &str) -> Result<TimeZone, Error> {
    TimeZone::named(text).map_err(|error| Error::Usage(error.to_string()))
}

/// What times that are numbers count.
pub fn time_format(text: &str) -> Result<EpochUnit, Error> {
    EpochUnit::of(text).ok_or_else(|| Error::usage("times that are numbers count s, ms, us or ns"))
}

/// The order of the numbers of dates.
pub fn date_order(text: &str) -> Result<DateOrder, Error> {
    DateOrder::named(text).ok_or_else(|| Error::usage("the numbers of dates stand as ymd, dmy or mdy"))
}

/// What stands before decimals.
pub fn decimal(text: &str) -> Result<char, Error> {
    match text {
        "." => Ok('.'),
        "," => Ok(','),
        _ => Err(Error::usage("a point or a comma stands before decimals")),
    }
}

/// What parts thousands.
pub fn thousands(text: &str) -> Result<char, Error> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(mark), None) if !mark.is_alphanumeric() => Ok(mark),
        _ => Err(Error::usage("thousands are parted by one mark, such as , or . or a blank")),
    }
}

/// A day of the week by its name.
pub fn weekday(text: &str) -> Result<Weekday, Error> {
    Weekday::named(&text.to_lowercase()).ok_or_else(|| Error::usage("a day of the week is monday to sunday"))
}

/// Which entries a partial verify looks at, written `1/7` or `5%`.
pub fn subset(text: &str) -> Result<Subset, Error> {
    let read = || match text.strip_suffix('%') {
        Some(share) => share.parse().ok().filter(|share| *share > 0.0 && *share <= 100.0).map(Subset::Share),
        None => {
            let (part, parts) = text.split_once('/')?;
            let (part, parts) = (part.parse().ok()?, parts.parse().ok()?);
            (1..=parts).contains(&part).then_some(Subset::Part { part, parts })
        }
    };
    read().ok_or_else(|| Error::usage("a subset is a part such as 1/7, or a share such as 5%"))
}

/// A whole number from 1 to `most`.
fn number<T: FromStr + PartialOrd + From<u8>>(text: &str, most: T, expected: &str) -> Result<T, Error> {
    let number = text.parse().ok().filter(|number| (T::from(1)..=most).contains(number));
    number.ok_or_else(|| Error::usage(expected))
}

/// Every how many ends one is asked for.
pub fn stride(text: &str) -> Result<u32, Error> {
    number(text, u32::MAX, &format!("a stride must be 1 or more, at most {}", u32::MAX))
}

/// A calendar, by its name.
pub fn calendar() -> impl TypedValueParser<Value = Calendar> {
    let value = |it: &Calendar| PossibleValue::new(it.name()).help(it.help());
    let values = PossibleValuesParser::new(Calendar::ALL.iter().map(value));
    values.try_map(|name| Calendar::named(&name).ok_or("no such calendar"))
}

/// The most candles that may be missing in a window.
pub fn max_gap(text: &str) -> Result<u64, Error> {
    text.parse().map_err(|_| Error::usage("missing candles are a whole number, 0 or more"))
}

/// A number of threads. More than 1024 are a slip of the finger.
pub fn jobs(text: &str) -> Result<usize, Error> {
    number(text, 1024, "threads are 1 to 1024")
}

/// A number of requests.
#[cfg(feature = "object-store")]
pub fn requests(text: &str) -> Result<u16, Error> {
    number(text, 1024, "requests are 1 to 1024")
}

/// A number of seconds.
pub fn seconds(text: &str) -> Result<u64, Error> {
    number(text, u64::MAX, "seconds are a whole number, 1 or more")
}

/// A return, written `0.02` or `2%`.
pub fn fraction(text: &str) -> Result<f64, Error> {
    let expected = "write a fraction such as 0.02, or per cent such as 2%";
    dataset::parse_fraction(text).ok_or_else(|| Error::usage(expected))
}

/// A number of bytes, written `1000000`, `256M` or `1GiB`.
pub fn bytes(text: &str) -> Result<u64, Error> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let scale = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => Some(1),
        "k" | "kb" => Some(1000),
        "m" | "mb" => Some(1_000_000),
        "g" | "gb" => Some(1_000_000_000),
        "kib" => Some(1 << 10),
        "mib" => Some(1 << 20),
        "gib" => Some(1 << 30),
        _ => None,
    };
    let bytes = scale.and_then(|scale: u64| number.parse::<u64>().ok()?.checked_mul(scale));
    let expected = "write a number of bytes, such as 256M or 1GiB";
    bytes.filter(|&bytes| bytes > 0).ok_or_else(|| Error::usage(expected))
}

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_have_the_usual_units() {
        let bytes = |text: &str| super::bytes(text).ok();
        assert_eq!(bytes("12"), Some(12));
        assert_eq!(bytes("256M"), Some(256_000_000));
        assert_eq!(bytes("1GiB"), Some(1 << 30));
        assert_eq!(bytes("3 kb"), Some(3000));
        for wrong in ["", "0", "M", "-1", "1.5G", "99999999999G", "1T", "é"] {
            assert_eq!(bytes(wrong), None, "{wrong:?}");
        }
    }
}
