//! The kinds of values that a spec's knobs take.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::SpecError;

/// What stands around and behind the candles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Axes {
    /// Frame, grid and labels.
    #[default]
    On,
    /// Frame and grid, but no labels: the panels fill the picture.
    Off,
    /// Nothing but candles, edge to edge.
    Bare,
}

/// How a PNG stores its pixels. Either way it shows the same ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColorType {
    /// Three bytes a pixel.
    #[default]
    Rgb,
    /// One byte a pixel, an index into a palette: smaller files, but
    /// some loaders of data sets take the index for the colour. A picture of
    /// more than 256 colours is stored as RGB.
    Indexed,
}

/// How the price panel shows candles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A body from open to close on a wick from low to high.
    #[default]
    Candle,
    /// Candles coloured by the close before, their bodies hollow where the close is at or above the open.
    Hollow,
    /// A line from low to high, a tick to the left at the open, one to the right at the close.
    Ohlc,
    /// A line from close to close.
    Line,
    /// Candles as [`heikin_ashi`](crate::heikin_ashi) has them.
    HeikinAshi,
    /// A line from close to close, filled down to the lower edge.
    Area,
    /// A line from close to close, filled from a price on, the baseline: above it and below it in colours of their own.
    Baseline,
    /// A line that keeps the height of each close up to the next one.
    Step,
    /// Bars from the panel's lower edge up to the closes, coloured by the close before.
    Columns,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Candle,
        Self::Hollow,
        Self::Ohlc,
        Self::Line,
        Self::HeikinAshi,
        Self::Area,
        Self::Baseline,
        Self::Step,
        Self::Columns,
    ];

    /// Whether closes are all that is shown of candles.
    pub(crate) fn is_of_closes(self) -> bool {
        match self {
            Self::Line | Self::Area | Self::Baseline | Self::Step | Self::Columns => true,
            Self::Candle | Self::Hollow | Self::Ohlc | Self::HeikinAshi => false,
        }
    }
}

/// How prices are spread over the rows of the price panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PriceScale {
    /// Equal differences are equally high.
    #[default]
    Linear,
    /// Equal ratios are equally high. A picture with a price of 0 or less on it is drawn linear.
    Log,
    /// Linear, but labelled in per cent from the first candle's close. A
    /// picture whose first close is 0 is drawn linear.
    Percent,
}

impl PriceScale {
    /// All scales.
    pub const ALL: [Self; 3] = [Self::Linear, Self::Log, Self::Percent];
}

/// The prices at the edges of the price panel. Written and read as text.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PriceRange {
    /// `window`: the lowest low and the highest high of the picture's candles.
    #[default]
    Window,
    /// `20000..30000`: always the same. What lies outside is cut off, up to all of it.
    Fixed {
        /// Price at the lower edge.
        low: f64,
        /// Price at the upper edge, above `low`.
        high: f64,
    },
    /// `5%`: so many per cent below and above the last close. What lies outside is cut off.
    Span {
        /// In hundredths of a per cent, 1 to 1,000,000.
        hundredths: u32,
    },
}

/// Greatest span of [`PriceRange::Span`]: 10,000 per cent.
const MAX_SPAN: u32 = 1_000_000;

impl FromStr for PriceRange {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let wrong = |why: &str| {
            let form = "write window, LOW..HIGH as in 20000..30000, or a span around the last close as in 5%";
            Err(SpecError::Value { knob: "range", why: format!("range {text:?}: {why}; {form}") })
        };
        if text == "window" {
            return Ok(Self::Window);
        }
        if let Some(percent) = text.strip_suffix('%') {
            let (whole, part) = percent.split_once('.').unwrap_or((percent, ""));
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            if whole.is_empty() || part.len() > 2 || !digits(whole) || !digits(part) {
                return wrong("not a number of per cent with at most two decimals");
            }
            let hundredths = format!("{whole}{part:0<2}").parse().unwrap_or(u32::MAX);
            if !(1..=MAX_SPAN).contains(&hundredths) {
                return wrong("a span is 0.01 to 10000 per cent");
            }
            return Ok(Self::Span { hundredths });
        }
        let Some((low, high)) = text.split_once("..") else { return wrong("not a range") };
        match (low.parse::<f64>(), high.parse::<f64>()) {
            (Ok(low), Ok(high)) if low.is_finite() && high.is_finite() && low < high => {
                Ok(Self::Fixed { low, high })
            }
            (Ok(_), Ok(_)) => wrong("LOW must be below HIGH, and both finite"),
            _ => wrong("its ends are not numbers"),
        }
    }
}

impl fmt::Display for PriceRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Window => f.write_str("window"),
            Self::Fixed { low, high } => write!(f, "{low:?}..{high:?}"),
            Self::Span { hundredths } if hundredths % 100 == 0 => write!(f, "{}%", hundredths / 100),
            Self::Span { hundredths } => write!(f, "{}.{:02}%", hundredths / 100, hundredths % 100),
        }
    }
}

impl TryFrom<String> for PriceRange {
    type Error = SpecError;

    fn try_from(text: String) -> Result<Self, SpecError> {
        text.parse()
    }
}

impl From<PriceRange> for String {
    fn from(range: PriceRange) -> Self {
        range.to_string()
    }
}

/// What the price panel has room for, where its range is the window's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// The candles, or their closes where no more of them is shown. Overlays are cut off where they leave that.
    #[default]
    Candles,
    /// Candles and overlays.
    Overlays,
}

/// What stands between groups of three digits of prices and volumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grouping {
    /// Nothing: `27556.35`.
    #[default]
    None,
    /// A comma: `27,556.35`.
    Comma,
    /// A space: `27 556.35`.
    Space,
}

/// Where candles stand when some are missing between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gaps {
    /// Side by side: as many candles as asked for.
    #[default]
    Collapse,
    /// Each in the place of its time: a missing one leaves its place empty,
    /// and those that find no place any more are left out.
    Slot,
}

/// How lines of closes, overlays and indicators are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineDrawing {
    /// With smooth edges.
    #[default]
    Smooth,
    /// In whole pixels of the line's own colour.
    Crisp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_they_are_written() {
        for text in ["window", "5%", "0.05%", "12.50%", "20000.0..30000.5", "-5.0..1e-12", "1e300..2e300"] {
            let range: PriceRange = text.parse().expect("valid");
            assert_eq!(range.to_string(), text);
        }
        assert_eq!("2.5%".parse(), Ok(PriceRange::Span { hundredths: 250 }));
        assert_eq!("1..2".parse(), Ok(PriceRange::Fixed { low: 1.0, high: 2.0 }));
    }

    #[test]
    fn what_is_no_range_is_refused_with_the_right_forms() {
        for text in
            ["", "5", "%", "-5%", "0%", "0.001%", "99999999%", "2..1", "1..1", "1..inf", "a..b", "1-2"]
        {
            let error = text.parse::<PriceRange>().expect_err(text).to_string();
            assert!(error.contains("20000..30000"), "{error}");
        }
    }
}
