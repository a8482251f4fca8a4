//! Names of panels, and their heights by choice.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Kind, SpecError, SpecOptions};
use crate::{
    indicator::INDICATORS,
    own::{OwnSeries, SeriesDrawing, SeriesPlace},
    similar::{hint, similar_names},
};

/// The greatest height of a panel in parts.
const MOST_PARTS: u8 = 100;

/// A panel: `price`, `volume`, the name of an indicator such as `rsi`, or that of a series of one's own. Written and
/// read as text.
///
/// Of several indicators of one name the first mention is the first one, the second the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PanelName(String);

impl PanelName {
    /// All names, those of indicators in the order of their table.
    pub(super) fn all() -> impl Iterator<Item = &'static str> {
        let indicators = INDICATORS.iter().map(|text| text.split(':').next().unwrap_or(text));
        ["price", "volume"].into_iter().chain(indicators)
    }

    fn find(name: &str, knob: &'static str) -> Result<Self, SpecError> {
        let may_be = Self::all().any(|known| known == name) || OwnSeries::check_name(name).is_ok();
        if may_be { Ok(Self(name.to_owned())) } else { Err(unknown(name, knob)) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn unknown(name: &str, knob: &'static str) -> SpecError {
    let hint = hint(&similar_names(name, PanelName::all()));
    let names = PanelName::all().collect::<Vec<_>>().join(", ");
    let why = format!(
        "there is no panel {name:?}{hint}; there are {names}, and series of one's own that are drawn below"
    );
    SpecError::Value { knob, why }
}

/// Refuses names that are neither those of panels nor of series that have one, and series whose name is that of
/// something else in the picture.
pub(super) fn check(options: &SpecOptions) -> Result<(), SpecError> {
    check_series(options)?;
    let order = options.panel_order.iter().map(|name| ("panel-order", name));
    let heights = options.panel_heights.iter().map(|height| ("panel-heights", &height.panel));
    for (knob, name) in order.chain(heights) {
        let is_series = || options.series_below().any(|(_, drawing)| drawing.name == name.0);
        if !PanelName::all().any(|known| known == name.0) && !is_series() {
            return Err(unknown(&name.0, knob));
        }
    }
    Ok(())
}

/// Refuses a series below that is called like another panel, and one on the price panel that is called as its line of
/// closes is: nobody could tell which of the two a name means.
fn check_series(options: &SpecOptions) -> Result<(), SpecError> {
    let has_closes = matches!(options.kind, Kind::Line | Kind::Area | Kind::Baseline | Kind::Step);
    for SeriesDrawing { name, place, .. } in &options.series {
        let is_indicator = || options.indicators.iter().any(|indicator| indicator.of.name() == name);
        let what = match place {
            SeriesPlace::Below if name == "price" => "the panel of prices",
            SeriesPlace::Below if name == "volume" && options.volume => "the panel of volumes",
            SeriesPlace::Below if is_indicator() => "the panel of an indicator",
            SeriesPlace::Price if name == "close" && has_closes => "the line of closes",
            _ => continue,
        };
        let why = format!("series {name} is called like {what}; give it another name, such as own_{name}");
        return Err(SpecError::Value { knob: "series", why });
    }
    Ok(())
}

/// Refuses a panel that is named twice: of two heights, or two places, one would be ignored. Several indicators of one
/// name have as many panels of it.
///
/// This is of what somebody writes. Specs that were made before stay what they are.
pub(super) fn check_once(options: &SpecOptions) -> Result<(), SpecError> {
    of_one_knob(options, "panel-order", options.panel_order.iter())?;
    of_one_knob(options, "panel-heights", options.panel_heights.iter().map(|height| &height.panel))
}

fn of_one_knob<'a>(
    options: &SpecOptions,
    knob: &'static str,
    names: impl Iterator<Item = &'a PanelName>,
) -> Result<(), SpecError> {
    let names: Vec<&str> = names.map(PanelName::as_str).collect();
    for (at, name) in names.iter().enumerate() {
        let before = names[..at].iter().filter(|other| *other == name).count();
        let panels = options.indicators.iter().filter(|indicator| indicator.of.name() == *name).count();
        if before >= panels.max(1) {
            let there_are = match panels {
                0 | 1 => String::new(),
                panels => format!(", and there are {panels} panels of that name"),
            };
            let count = if before == 1 { "twice".to_owned() } else { format!("{} times", before + 1) };
            return Err(SpecError::Value { knob, why: format!("panel {name} is named {count}{there_are}") });
        }
    }
    Ok(())
}

impl FromStr for PanelName {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        Self::find(text, "panel-order")
    }
}

impl fmt::Display for PanelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A panel and its height in parts, 1 to 100, written and read as text such as `rsi:3`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PanelHeight {
    /// The panel.
    pub panel: PanelName,
    /// Its height in parts.
    pub parts: u8,
}

impl FromStr for PanelHeight {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let knob = "panel-heights";
        let wrong = || {
            let why = format!(
                "{text:?} is no height of a panel: write a panel and 1 to {MOST_PARTS} parts as in rsi:3"
            );
            SpecError::Value { knob, why }
        };
        let (name, parts) = text.split_once(':').ok_or_else(wrong)?;
        let is_plain = parts.bytes().all(|byte| byte.is_ascii_digit());
        let parts = parts.parse().ok().filter(|parts| is_plain && (1..=MOST_PARTS).contains(parts));
        Ok(Self { panel: PanelName::find(name, knob)?, parts: parts.ok_or_else(wrong)? })
    }
}

impl fmt::Display for PanelHeight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.panel, self.parts)
    }
}

/// Texts that say what a type is.
macro_rules! as_text {
    ($kind:ty) => {
        impl TryFrom<String> for $kind {
            type Error = SpecError;

            fn try_from(text: String) -> Result<Self, SpecError> {
                text.parse()
            }
        }

        impl From<$kind> for String {
            fn from(value: $kind) -> Self {
                value.to_string()
            }
        }
    };
}

as_text!(PanelName);
as_text!(PanelHeight);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Spec;

    #[test]
    fn names_and_heights_are_read_as_they_are_written_or_refused_with_what_is_right() {
        for name in PanelName::all() {
            assert_eq!(name.parse::<PanelName>().expect("a panel").as_str(), name);
        }
        for text in ["price:1", "obv:100", "volume:7"] {
            assert_eq!(text.parse::<PanelHeight>().expect(text).to_string(), text);
        }
        for text in ["rsi", "rsi:", "rsi:0", "rsi:101", "rsi:+5", "rsi:1.5", "rsi:1:2"] {
            assert!(text.parse::<PanelHeight>().expect_err(text).to_string().contains("rsi:3"), "{text}");
        }
        for text in ["", "rsi:14", "RSI"] {
            assert!(text.parse::<PanelName>().expect_err(text).to_string().contains("stochastic"), "{text}");
        }
        let spec = |json: &str| Spec::from_json(json).map_err(|error| error.to_string());
        assert!(spec(r#"{"panel_order":["rsj"]}"#).expect_err("no panel").contains("rsi"));
        assert!(spec(r#"{"panel_heights":["equity:3"],"series":["equity"]}"#).is_err());
        assert!(spec(r#"{"panel_heights":["equity:3"],"series":["equity:below"]}"#).is_ok());
    }

    #[test]
    fn a_panel_is_named_once_and_indicators_of_one_name_as_often_as_there_are_some() {
        let spec = |texts: &[(&str, &str)]| {
            let texts = texts.iter().map(|(knob, text)| ((*knob).to_owned(), (*text).to_owned()));
            Spec::from_texts(&texts.collect()).map(drop).map_err(|error| error.to_string())
        };
        for (texts, why) in [
            (&[("panel-order", "rsi price rsi")][..], "panel rsi is named twice"),
            (&[("panel-heights", "price:3 price:4")], "panel price is named twice"),
            (
                &[("panel-order", "rsi rsi rsi"), ("indicator", "rsi:7 rsi:14")],
                "panel rsi is named 3 times, and there are 2 panels of that name",
            ),
            (
                &[("panel-heights", "equity:3 equity:3"), ("series", "equity:below")],
                "panel equity is named twice",
            ),
        ] {
            let told = spec(texts).expect_err(why);
            assert!(told.ends_with(why), "{told}");
        }
        spec(&[("panel-order", "rsi rsi"), ("indicator", "rsi:7 rsi:14")]).expect("two panels");
    }

    #[test]
    fn a_series_is_not_called_like_another_panel_nor_like_the_line_of_closes() {
        let spec = |json: &str| Spec::from_json(json).map(drop);
        for (json, why) in [
            (r#"{"series":["price:below"]}"#, "series price is called like the panel of prices"),
            (r#"{"series":["volume:bars:below"]}"#, "give it another name, such as own_volume"),
            (r#"{"series":["rsi:below"],"indicators":["rsi:7"]}"#, "the panel of an indicator"),
            (r#"{"series":["close"],"kind":"line"}"#, "the line of closes"),
        ] {
            let error = spec(json).expect_err(json);
            assert_eq!(error.knob(), Some("series"), "{json}");
            assert!(error.to_string().contains(why), "{error}");
        }
        for json in [
            r#"{"series":["price","volume:left","rsi"],"indicators":["rsi:7"]}"#,
            r#"{"series":["rsi:below"],"indicators":["macd:12,26,9"]}"#,
            r#"{"series":["volume:below"],"volume":false}"#,
            r#"{"series":["close"]}"#,
            r#"{"series":["close:below"],"kind":"line"}"#,
        ] {
            assert_eq!(spec(json), Ok(()), "{json}");
        }
    }
}
