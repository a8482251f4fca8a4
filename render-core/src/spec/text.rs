//! How values of knobs are written as text and read again.

use std::{fmt::Display, str::FromStr};

use serde::{
    Deserialize, Serialize,
    de::{IntoDeserializer, value},
};

use super::{MAX_SIZE, MIN_SIZE};

/// The furthest time zones from UTC, in minutes.
const MAX_OFFSET: u16 = 18 * 60;

/// Why a text is no value of a knob, in words.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct ValueError(pub String);

/// Puts a value that was read in its place.
pub(super) fn put<T>(place: &mut T, read: Result<T, ValueError>) -> Result<(), ValueError> {
    *place = read?;
    Ok(())
}

/// Reads a text in the form that its type has.
pub(super) fn parse<T: FromStr<Err: Display>>(text: &str) -> Result<T, ValueError> {
    text.parse().map_err(|error: T::Err| ValueError(error.to_string()))
}

/// Reads texts with spaces between them.
pub(super) fn list<T: FromStr<Err: Display>>(text: &str) -> Result<Vec<T>, ValueError> {
    text.split_whitespace().map(parse).collect()
}

/// Writes values with spaces between them.
pub(super) fn joined(values: &[impl Display]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Reads the name that a value has in a spec's JSON.
pub(super) fn by_name<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, ValueError> {
    T::deserialize(text.into_deserializer()).map_err(|error: value::Error| ValueError(error.to_string()))
}

/// The name that a value has in a spec's JSON.
pub(super) fn name(value: impl Serialize) -> String {
    // A value without a name would be written as none, which no knob takes.
    serde_json::to_value(value).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Reads `auto` as none.
pub(super) fn auto<T>(
    text: &str,
    read: impl Fn(&str) -> Result<T, ValueError>,
) -> Result<Option<T>, ValueError> {
    if text == "auto" { Ok(None) } else { read(text).map(Some) }
}

/// Writes none as `auto`.
pub(super) fn or_auto(value: Option<impl Display>) -> String {
    value.map_or_else(|| "auto".to_owned(), |value| value.to_string())
}

/// Reads a price.
pub(super) fn price(text: &str) -> Result<f64, ValueError> {
    let price = text.parse::<f64>().ok().filter(|price| price.is_finite());
    price.ok_or_else(|| ValueError(format!("{text:?} is no price: write a number such as 27000 or 0.5")))
}

/// Writes a price so that it is read as the very same one.
pub(super) fn price_as_text(price: f64) -> String {
    format!("{price:?}")
}

/// A price that may be absent as a text in JSON, whose numbers are not read to the last bit.
pub(super) mod price_text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    #[expect(clippy::ref_option, reason = "what serde asks for")]
    pub fn serialize<S: Serializer>(price: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
        price.map(super::price_as_text).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| super::price(&text)).transpose().map_err(de::Error::custom)
    }
}

/// Reads a truth value in one of its usual spellings.
pub(super) fn yes_no(text: &str) -> Result<bool, ValueError> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Ok(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Ok(false),
        _ => Err(ValueError(format!("{text:?} is not a boolean: write true or false"))),
    }
}

/// Reads width and height in pixels, `1280` or `1280x720`.
pub(super) fn size(text: &str) -> Result<(u32, u32), ValueError> {
    let form = "a size is N or WxH, such as 1280 or 1280x720";
    let (width, height) = text.split_once('x').unwrap_or((text, text));
    let (Ok(width), Ok(height)) = (width.parse(), height.parse()) else {
        return Err(ValueError(format!("{form}, of {MIN_SIZE} to {MAX_SIZE} pixels a side")));
    };
    if [width, height].iter().all(|side| (MIN_SIZE..=MAX_SIZE).contains(side)) {
        Ok((width, height))
    } else {
        Err(ValueError(format!("size {text} is outside {MIN_SIZE} to {MAX_SIZE} pixels a side; {form}")))
    }
}

/// Writes a size, in its short form if both sides are the same.
pub(super) fn size_text(width: u32, height: u32) -> String {
    if width == height { width.to_string() } else { format!("{width}x{height}") }
}

/// Reads minutes east of UTC, `+02:00`, `-0530`, `+2` or `UTC`.
pub(super) fn offset(text: &str) -> Result<i16, ValueError> {
    minutes(text).ok_or_else(|| {
        let form = "an offset is UTC, or hours and minutes east of it such as +02:00 or -05:30";
        ValueError(format!("{form}, at most 18 hours"))
    })
}

fn minutes(text: &str) -> Option<i16> {
    if text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match (rest.split_once(':'), rest.len()) {
        (Some((hours, minutes)), _) if minutes.len() == 2 => (hours, minutes),
        (None, 1 | 2) => (rest, "0"),
        (None, 4) => rest.split_at_checked(2)?,
        _ => return None,
    };
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let all = 60 * hours + minutes;
    (minutes < 60 && all <= MAX_OFFSET).then_some(sign * all as i16)
}

/// Writes minutes east of UTC.
pub(super) fn offset_text(minutes: i16) -> String {
    let (sign, all) = (if minutes < 0 { '-' } else { '+' }, minutes.unsigned_abs());
    if all == 0 { "UTC".to_owned() } else { format!("{sign}{:02}:{:02}", all / 60, all % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_one_number_or_two() {
        assert_eq!(size("640"), Ok((640, 640)));
        assert_eq!(size("8x8192"), Ok((8, 8192)));
        for text in ["", "x", "640x", "x480", "-1", "640x480x1", "1e3", "99999999999", "7", "8x8193"] {
            assert!(size(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn offsets_are_hours_and_minutes_either_side_of_utc() {
        for (text, minutes) in [
            ("UTC", 0),
            ("Z", 0),
            ("+00:00", 0),
            ("+02:00", 120),
            ("-05:30", -330),
            ("+0530", 330),
            ("-3", -180),
            ("+12", 720),
            ("-18:00", -1080),
        ] {
            assert_eq!(offset(text), Ok(minutes), "{text}");
            assert_eq!(offset(&offset_text(minutes)), Ok(minutes), "{text}");
        }
        for text in
            ["", "+", "2", "02:00", "+2:0", "+02:60", "+18:01", "+123", "+:30", "+-2", "Europe/Berlin", "é"]
        {
            assert!(offset(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn auto_stands_for_what_is_usual() {
        assert_eq!(auto::<u8>("auto", parse), Ok(None));
        assert_eq!(auto::<u8>("45", parse), Ok(Some(45)));
        for text in ["", "Auto", "256"] {
            assert!(auto::<u8>(text, parse).is_err(), "{text:?}");
        }
    }

    #[test]
    fn lists_have_spaces_between_their_parts() {
        assert_eq!(list::<u8>(""), Ok(vec![]));
        assert_eq!(list(" 1  2 "), Ok(vec![1_u8, 2]));
        assert!(list::<u8>("1,2").is_err());
        assert_eq!(joined(&[1, 2]), "1 2");
    }
}
