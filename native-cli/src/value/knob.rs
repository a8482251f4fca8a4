//! Values of a spec's knobs. Each is checked where it is read, so that an error can name the
//! flag, the variable or the line that it stands in.

use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use render_core::{MAX_SIZE, MAX_WINDOW, MIN_SIZE, MIN_WINDOW};
use serde::{
    Deserialize,
    de::{IntoDeserializer, value::StrDeserializer},
};

/// Width and height in pixels, written `1280` or `1280x720`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let side = |text: &str| text.parse().ok().filter(|side| (MIN_SIZE..=MAX_SIZE).contains(side));
        let (width, height) = text.split_once('x').unwrap_or((text, text));
        match (side(width), side(height)) {
            (Some(width), Some(height)) => Ok(Self { width, height }),
            _ => Err(format!(
                "a size is N or WxH, such as 1280 or 1280x720, of {MIN_SIZE} to {MAX_SIZE} pixels a side"
            )),
        }
    }
}

/// Candles in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length(pub u32);

impl FromStr for Length {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let length = text.parse().ok().filter(|length| (MIN_WINDOW..=MAX_WINDOW).contains(length));
        length.map(Self).ok_or_else(|| format!("a window has {MIN_WINDOW} to {MAX_WINDOW} candles"))
    }
}

/// A whole number of per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent<const MIN: u16, const MAX: u16>(u16);

impl<const MIN: u16, const MAX: u16> Percent<MIN, MAX> {
    /// The number, which fits wherever `MAX` does.
    pub fn get<T: TryFrom<u16>>(self) -> Option<T> {
        T::try_from(self.0).ok()
    }
}

impl<const MIN: u16, const MAX: u16> FromStr for Percent<MIN, MAX> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.parse().ok().filter(|number| (MIN..=MAX).contains(number));
        number.map(Self).ok_or_else(|| format!("per cent must be a whole number from {MIN} to {MAX}"))
    }
}

/// A value, or `auto`: what is usual, whatever a preset or the configuration file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrAuto<T> {
    Auto,
    Given(T),
}

impl<const MIN: u16, const MAX: u16> OrAuto<Percent<MIN, MAX>> {
    /// The number, or none for `auto`.
    pub fn get<T: TryFrom<u16>>(self) -> Option<T> {
        match self {
            Self::Auto => None,
            Self::Given(number) => number.get(),
        }
    }
}

impl<T: FromStr<Err = String>> FromStr for OrAuto<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            _ => text.parse().map(Self::Given).map_err(|why| format!("{why}, or auto")),
        }
    }
}

/// Minutes east of UTC, written `+02:00`, `-0530`, `+2` or `UTC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UtcOffset(pub i16);

/// The furthest time zones from UTC, in minutes.
const FURTHEST: i16 = 18 * 60;

impl FromStr for UtcOffset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        minutes(text).map(Self).ok_or_else(|| {
            "an offset is UTC, or hours and minutes east of it such as +02:00 or -05:30, at most 18 hours"
                .to_owned()
        })
    }
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
    let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let all = 60 * hours + minutes;
    (minutes < 60 && all <= FURTHEST).then_some(sign * all)
}

/// Overlays or indicators with spaces between them; none where the text is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T>(pub Vec<T>);

impl<T: FromStr> FromStr for List<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        text.split_whitespace().map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

/// Parses one of `names`, which are those that `T` has in JSON.
pub fn one_of<T>(names: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: for<'de> Deserialize<'de> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|name| {
        let name: StrDeserializer<'_, serde::de::value::Error> = name.as_str().into_deserializer();
        T::deserialize(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_one_number_or_two() {
        assert_eq!("640".parse(), Ok(Size { width: 640, height: 640 }));
        assert_eq!("8x8192".parse(), Ok(Size { width: 8, height: 8192 }));
        for text in ["", "x", "640x", "x480", "-1", "640x480x1", "1e3", "99999999999", "7", "8x8193"] {
            assert!(text.parse::<Size>().is_err(), "{text:?}");
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
            assert_eq!(text.parse(), Ok(UtcOffset(minutes)), "{text}");
        }
        for text in
            ["", "+", "2", "02:00", "+2:0", "+02:60", "+18:01", "+123", "+:30", "+-2", "Europe/Berlin", "é"]
        {
            assert!(text.parse::<UtcOffset>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn auto_stands_for_what_is_usual() {
        assert_eq!("auto".parse::<OrAuto<Percent<0, 45>>>().map(OrAuto::get::<u16>), Ok(None));
        assert_eq!("45".parse::<OrAuto<Percent<0, 45>>>().map(OrAuto::get::<u16>), Ok(Some(45)));
        for text in ["", "Auto", "46"] {
            let refused = text.parse::<OrAuto<Percent<0, 45>>>();
            assert!(refused.is_err_and(|why| why.ends_with(", or auto")), "{text:?}");
        }
    }

    #[test]
    fn lists_have_spaces_between_their_parts() {
        assert_eq!("".parse(), Ok(List::<u8>(vec![])));
        assert_eq!(" 1  2 ".parse(), Ok(List(vec![1_u8, 2])));
        assert!("1,2".parse::<List<u8>>().is_err());
    }
}
