//! How a series of one's own is drawn: a part of the spec.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::OwnSeries;
use crate::{
    Color, Error,
    indicator::{tenths, write_tenths},
    style::Side,
};

/// What is drawn for the values of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SeriesForm {
    /// `line`: straight pieces from value to value.
    #[default]
    Line,
    /// `step`: each value until the next one; the last one before the window is its first.
    Step,
    /// `bars`: a bar from zero to each value.
    Bars,
    /// `scatter`: a diamond at each value.
    Scatter,
    /// `band`: a faint fill between a lower and an upper value, and a line at each.
    Band,
}

/// Where a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SeriesPlace {
    /// `price`: on the price panel.
    #[default]
    Price,
    /// `below`: in a panel of its own, with its name in a legend above it. Where legends would take more than two fifths of
    /// a picture's height, as those of eight such panels do at 320 pixels, all of them go, and colours alone tell panels
    /// apart; where a panel would have fewer than four rows, so do the panels.
    Below,
}

const FORMS: [(&str, SeriesForm); 5] = [
    ("line", SeriesForm::Line),
    ("step", SeriesForm::Step),
    ("bars", SeriesForm::Bars),
    ("scatter", SeriesForm::Scatter),
    ("band", SeriesForm::Band),
];
const PLACES: [(&str, SeriesPlace); 2] = [("price", SeriesPlace::Price), ("below", SeriesPlace::Below)];
const SIDES: [(&str, Side); 2] = [("left", Side::Left), ("right", Side::Right)];
/// The words of these, the usual one first.
pub(crate) const WORDS: [&str; 3] = ["line step bars scatter band", "price below", "left right"];

/// Texts of the form that a drawing has.
pub(crate) const EXAMPLES: [&str; 4] =
    ["equity:below", "fair:step:#ff9800:2", "signal:scatter", "forecast:band:#2962ff"];

/// A series of one's own that is drawn, by its name.
///
/// Written and read as text: the name, then what differs from a line on the price panel in the next colour of the
/// style: form, place, axis side, colour, width in pixels, as in `equity:step:below:left:#ff9800:2`.
///
/// A side gives a series on the price panel a scale of its own, whose labels stand on that side unless those of prices
/// do; and to a panel below it says where its labels stand.
///
/// ```
/// use render_core::{SeriesDrawing, SeriesForm, SeriesPlace};
///
/// let equity: SeriesDrawing = "equity:below:step:2".parse()?;
/// assert_eq!((equity.form, equity.place), (SeriesForm::Step, SeriesPlace::Below));
/// assert_eq!(equity.to_string(), "equity:step:below:2");
/// # Ok::<(), render_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesDrawing {
    /// The name of the series.
    pub name: String,
    /// What is drawn for its values.
    pub form: SeriesForm,
    /// Where it is drawn.
    pub place: SeriesPlace,
    /// The side of its labels, where it has a scale of its own.
    pub side: Option<Side>,
    /// The colour in place of the style's next one.
    pub color: Option<Color>,
    /// Width of its lines in tenths of a pixel, 5 to 200, in place of the usual one.
    pub width_tenths: Option<u16>,
}

impl FromStr for SeriesDrawing {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default().to_owned();
        OwnSeries::check_name(&name)?;
        let wrong = |why: String| Error::OwnSeries { name: name.clone(), why };
        let (mut form, mut place, mut side, mut color, mut width) = (None, None, None, None, None);
        for part in parts {
            let is_new = if let Some(found) = named(&FORMS, part) {
                form.replace(found).is_none()
            } else if let Some(found) = named(&PLACES, part) {
                place.replace(found).is_none()
            } else if let Some(found) = named(&SIDES, part) {
                side.replace(found).is_none()
            } else if part.starts_with('#') {
                let found = part.parse().map_err(|error: raster::Error| wrong(error.to_string()))?;
                color.replace(found).is_none()
            } else if let Some(found) = tenths(part) {
                width.replace(found).is_none()
            } else {
                return Err(wrong(format!(
                    "{part:?} is no form (line, step, bars, scatter, band), no place (price, below), no side (left, \
                     right), no colour, which begins with #, and no width, which is 0.5 to 20 pixels; write for \
                     example {name}:step:below:#ff9800:2"
                )));
            };
            if !is_new {
                return Err(wrong(format!(
                    "{part:?} comes after another one of its kind; leave one of them out"
                )));
            }
        }
        let (form, place) = (form.unwrap_or_default(), place.unwrap_or_default());
        Ok(Self { form, place, side, color, width_tenths: width, name })
    }
}

fn named<T: Copy>(names: &[(&str, T)], name: &str) -> Option<T> {
    names.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
}

fn name_of<T: PartialEq>(names: &[(&'static str, T)], value: &T) -> &'static str {
    names.iter().find(|(_, other)| other == value).map_or("", |(name, _)| name)
}

impl fmt::Display for SeriesDrawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        if self.form != SeriesForm::default() {
            write!(f, ":{}", name_of(&FORMS, &self.form))?;
        }
        if self.place != SeriesPlace::default() {
            write!(f, ":{}", name_of(&PLACES, &self.place))?;
        }
        if let Some(side) = self.side {
            write!(f, ":{}", name_of(&SIDES, &side))?;
        }
        if let Some(color) = self.color {
            write!(f, ":{color}")?;
        }
        match self.width_tenths {
            Some(tenths) => write_tenths(tenths, f),
            None => Ok(()),
        }
    }
}

impl SeriesForm {
    /// `line`, `step`, `bars`, `scatter` or `band`.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&FORMS, &self)
    }
}

impl Serialize for SeriesDrawing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SeriesDrawing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_read_as_it_is_written_whatever_the_order_of_its_parts() {
        for text in
            ["x", "x:band", "x:below", "x:left", "x:#000000", "x:0.5", "x:scatter:below:right:#ffffff:20"]
        {
            assert_eq!(text.parse::<SeriesDrawing>().expect(text).to_string(), text);
        }
        let mixed = "x:2:#ffffff:right:below:bars".parse::<SeriesDrawing>().expect("valid");
        assert_eq!(mixed.to_string(), "x:bars:below:right:#ffffff:2");
        assert_eq!("x:line:price".parse::<SeriesDrawing>().expect("valid").to_string(), "x");
    }

    #[test]
    fn what_is_no_drawing_is_refused_with_a_reason() {
        for text in
            ["", "X", "a-b", "a b", "x:", "x:dots", "x:#12", "x:0", "x:21", "x:line:step", "x:left:left"]
        {
            assert!(text.parse::<SeriesDrawing>().is_err(), "{text}");
        }
        let error = "x:dots".parse::<SeriesDrawing>().expect_err("no form").to_string();
        assert!(error.contains("dots") && error.contains("x:step:below:#ff9800:2"), "{error}");
    }
}
