//! How the lines of an overlay or indicator are drawn, where that is chosen.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Indicator, Overlay, has_numbers};
use crate::{Color, Error};

/// Widest line in tenths of a pixel, and the narrowest.
const MAX_TENTHS: u16 = 200;
const MIN_TENTHS: u16 = 5;

/// No overlay or indicator has more colours.
pub(crate) const MOST_COLORS: usize = 5;

/// An overlay or indicator, and the colours and width of its lines where they are chosen.
///
/// Written and read as text: that of the overlay or indicator, then colours, then a width in pixels, 0.5 to 20, as
/// in `sma:20:#ff9800:2`, `sma:20:2` or `macd:12,26,9:#2962ff,#ff9800`.
///
/// ```
/// use render_core::{Overlay, Styled};
///
/// let sma: Styled<Overlay> = "sma:20:#ff9800:2".parse()?;
/// assert_eq!(sma.of, Overlay::Sma { period: 20 });
/// assert_eq!((sma.width_tenths, sma.to_string()), (Some(20), "sma:20:#ff9800:2".to_owned()));
/// # Ok::<(), render_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Styled<T> {
    /// What is drawn.
    pub of: T,
    /// Colours in place of the style's, in the order of [`Overlay::colors`] and [`Indicator::colors`].
    pub colors: [Option<Color>; MOST_COLORS],
    /// Width of its lines in tenths of a pixel, 5 to 200, in place of the usual one.
    pub width_tenths: Option<u16>,
}

impl<T> From<T> for Styled<T> {
    fn from(of: T) -> Self {
        Self { of, colors: [None; MOST_COLORS], width_tenths: None }
    }
}

/// What [`Styled`] needs to know of what it styles.
trait Study: FromStr<Err = Error> + fmt::Display + Copy {
    const WHAT: &'static str;
    fn color_count(self) -> usize;
}

impl Study for Overlay {
    const WHAT: &'static str = "overlay";
    fn color_count(self) -> usize {
        self.colors()
    }
}

impl Study for Indicator {
    const WHAT: &'static str = "indicator";
    fn color_count(self) -> usize {
        self.colors()
    }
}

impl<T: Study> FromStr for Styled<T> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let has_numbers = has_numbers(text.split(':').next().unwrap_or_default());
        let mut parts = text.splitn(if has_numbers { 3 } else { 2 }, ':');
        let name = parts.next().unwrap_or_default();
        let (numbers, drawn) = (if has_numbers { parts.next() } else { None }, parts.next());
        let of = match numbers {
            Some(numbers) => format!("{name}:{numbers}").parse::<T>(),
            None => name.parse::<T>(),
        }?;
        let mut styled = Self::from(of);
        let Some(drawn) = drawn else { return Ok(styled) };
        let wrong = |reason: String| Error::Indicator {
            what: T::WHAT,
            text: text.to_owned(),
            reason,
            form: format!("{of}:#ff9800:2"),
        };
        let (colors, width) = match drawn.split_once(':') {
            Some((colors, width)) => (Some(colors), Some(width)),
            None if drawn.starts_with('#') => (Some(drawn), None),
            None => (None, Some(drawn)),
        };
        if let Some(colors) = colors {
            let most = of.color_count();
            for (index, color) in colors.split(',').enumerate() {
                let place = styled.colors.get_mut(index).filter(|_| index < most);
                let place = place.ok_or_else(|| {
                    wrong(if most == 1 {
                        "it has one colour".to_owned()
                    } else {
                        format!("it has {most} colours")
                    })
                })?;
                let color = color.trim();
                *place = Some(color.parse().map_err(|error: raster::Error| wrong(error.to_string()))?);
            }
        }
        if let Some(width) = width {
            let tenths = tenths(width).ok_or_else(|| {
                wrong(format!(
                    "{width:?} is no colour, which begins with #, and no width, which is 0.5 to 20 pixels of one \
                     decimal at most"
                ))
            })?;
            styled.width_tenths = Some(tenths);
        }
        Ok(styled)
    }
}

/// A decimal number of one decimal at most, in tenths.
pub(crate) fn tenths(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 1 {
        return None;
    }
    let tenths = whole.parse::<u16>().ok()? * 10 + part.parse::<u16>().ok()?;
    (MIN_TENTHS..=MAX_TENTHS).contains(&tenths).then_some(tenths)
}

impl<T: fmt::Display> fmt::Display for Styled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.of)?;
        for (at, color) in self.colors.iter().map_while(Option::as_ref).enumerate() {
            write!(f, "{}{color}", if at == 0 { ':' } else { ',' })?;
        }
        match self.width_tenths {
            Some(tenths) => write_tenths(tenths, f),
            None => Ok(()),
        }
    }
}

/// Writes a width behind what it is of.
pub(crate) fn write_tenths(tenths: u16, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match tenths % 10 {
        0 => write!(f, ":{}", tenths / 10),
        part => write!(f, ":{}.{part}", tenths / 10),
    }
}

impl<T: fmt::Display> Serialize for Styled<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: Study> Deserialize<'de> for Styled<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_widths_are_read_as_they_are_written() {
        for text in [
            "sma:20",
            "sma:20:#ff9800",
            "sma:20:#ff9800:2",
            "ema:9:1.5",
            "bollinger:20,2:#000000,#ffffff:0.5",
            "session-vwap",
            "session-vwap:#ff9800",
            "session-vwap:2",
            "session-vwap:#ff9800:0.5",
            "ichimoku:9,26,52:#000001,#000002,#000003,#000004,#000005:2",
        ] {
            assert_eq!(text.parse::<Styled<Overlay>>().expect(text).to_string(), text);
        }
        for text in ["macd:12,26,9:#2962ff,#ff9800:20", "obv:#2962ff:2", "adx:14:#000001,#000002,#000003"] {
            assert_eq!(text.parse::<Styled<Indicator>>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_colour_or_width_is_refused_with_a_right_form() {
        for text in [
            "sma:20:",
            "sma:20:red",
            "sma:20:#ff98",
            "sma:20:#ff9800,#000000",
            "sma:20:#ff9800:",
            "sma:20:#ff9800:0",
            "sma:20:0.4",
            "sma:20:20.1",
            "sma:20:2.55",
            "sma:20:#ff9800:2:3",
        ] {
            let error = text.parse::<Styled<Overlay>>().expect_err(text).to_string();
            assert!(error.contains("sma:20:#ff9800:2"), "{error}");
        }
        assert!("sma".parse::<Styled<Overlay>>().is_err() && "sma:0:2".parse::<Styled<Overlay>>().is_err());
    }
}
