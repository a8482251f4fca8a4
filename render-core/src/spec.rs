//! The spec: everything besides the window that decides the pixels.

use serde::{Deserialize, Serialize};

use crate::{Digest, Error, style::Style};

/// Smallest side of a picture in pixels.
pub const MIN_SIZE: u32 = 8;
/// Largest side of a picture in pixels.
pub const MAX_SIZE: u32 = 8192;
/// Fewest candles of a window.
pub const MIN_WINDOW: u32 = 2;
/// Most candles of a window.
pub const MAX_WINDOW: u32 = 2000;

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
    /// 1, 2, 4 or 8 bits a pixel, an index into a palette: smaller files, but
    /// some loaders of data sets take the index for the colour. A picture of
    /// more than 256 colours is stored as RGB.
    Indexed,
}

/// A spec's knobs, for the outside: unchecked, read from and written to JSON.
/// Absent fields take their defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SpecOptions {
    /// Width in pixels, 8 to 8192.
    pub width: u32,
    /// Height in pixels, 8 to 8192.
    pub height: u32,
    /// Candles in a picture, 2 to 2,000.
    pub window: u32,
    /// Colours and strokes.
    pub style: Style,
    /// Frame, grid and labels.
    pub axes: Axes,
    /// Whether a volume panel stands below the price panel.
    pub volume: bool,
    /// Whether grid lines are drawn (never where axes are bare).
    pub grid: bool,
    /// How the PNG stores its pixels.
    pub color: ColorType,
}

impl Default for SpecOptions {
    fn default() -> Self {
        Self {
            width: 1280,
            height: 1280,
            window: 150,
            style: Style::default(),
            axes: Axes::On,
            volume: true,
            grid: true,
            color: ColorType::Rgb,
        }
    }
}

/// A checked spec, with its hash.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    options: SpecOptions,
    json: String,
    hash: Digest,
    tag: String,
}

impl Spec {
    /// Checks `options`.
    ///
    /// # Errors
    /// Where a size, the window's length or the style is out of its range.
    pub fn new(options: SpecOptions) -> Result<Self, Error> {
        let side = MIN_SIZE..=MAX_SIZE;
        if !side.contains(&options.width) || !side.contains(&options.height) {
            return Err(Error::Size { width: options.width, height: options.height });
        }
        if !(MIN_WINDOW..=MAX_WINDOW).contains(&options.window) {
            return Err(Error::WindowLength(options.window));
        }
        options.style.check()?;
        let json = to_json(&options)?;
        let hash = Digest::of(json.as_bytes());
        let tag = tag(&options)?;
        Ok(Self { options, json, hash, tag })
    }

    /// Reads what [`to_json`](Self::to_json) wrote, or any subset of its fields.
    ///
    /// # Errors
    /// Where the text is not JSON, holds unknown fields, or a value is out of range.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        let bad = |error: serde_json::Error| Error::Json(error.to_string());
        // A map first: a struct would also be read from a list of values without names.
        let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).map_err(bad)?;
        Self::new(serde_json::from_value(fields.into()).map_err(bad)?)
    }

    /// The spec fully resolved, custom colours included, in one fixed order of fields.
    #[must_use]
    pub fn to_json(&self) -> &str {
        &self.json
    }

    /// The SHA-256 of [`to_json`](Self::to_json).
    #[must_use]
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// The knobs.
    #[must_use]
    pub fn options(&self) -> &SpecOptions {
        &self.options
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.options.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.options.height
    }

    /// Candles in a picture.
    #[must_use]
    pub fn window(&self) -> u32 {
        self.options.window
    }

    /// Candles before the window that feed what is computed from candles.
    #[must_use]
    pub fn warmup(&self) -> u32 {
        0
    }

    /// What tells this spec from the default one in file names and in the index,
    /// size and window aside; empty for the default spec.
    ///
    /// The style's name, then a word for every knob that is not at its default,
    /// then, where the style is not a built-in one, 8 digits of the hash that
    /// this spec has at the default size and window.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }
}

fn to_json(options: &SpecOptions) -> Result<String, Error> {
    serde_json::to_string(options).map_err(|error| Error::Json(error.to_string()))
}

fn tag(options: &SpecOptions) -> Result<String, Error> {
    let defaults = SpecOptions::default();
    let mut words = vec![options.style.name.clone()];
    match options.axes {
        Axes::On => {}
        Axes::Off => words.push("noaxes".to_owned()),
        Axes::Bare => words.push("bare".to_owned()),
    }
    if !options.volume {
        words.push("novolume".to_owned());
    }
    if !options.grid {
        words.push("nogrid".to_owned());
    }
    if options.color == ColorType::Indexed {
        words.push("indexed".to_owned());
    }
    if !options.style.is_built_in() {
        let SpecOptions { width, height, window, .. } = defaults;
        let json = to_json(&SpecOptions { width, height, window, ..options.clone() })?;
        words.push(Digest::of(json.as_bytes()).to_string()[..8].to_owned());
    }
    Ok(if words == [defaults.style.name] { String::new() } else { words.join("-") })
}

impl Default for Spec {
    fn default() -> Self {
        // The default options are in range, which a test below holds on to.
        Self::new(SpecOptions::default()).unwrap_or_else(|error| unreachable!("{error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_of_a_spec_gives_the_spec_again() {
        let options = SpecOptions { width: 640, axes: Axes::Bare, ..SpecOptions::default() };
        let spec = Spec::new(options).expect("valid");
        assert_eq!(Spec::from_json(spec.to_json()), Ok(spec));
    }

    #[test]
    fn values_out_of_range_and_unknown_fields_are_refused() {
        for json in [
            "[]",
            "[100]",
            "1",
            "{\"width\":7}",
            "{\"height\":8193}",
            "{\"window\":1}",
            "{\"colour\":1}",
            "{\"style\":{}}",
        ] {
            assert!(Spec::from_json(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_tag_tells_every_knob_but_size_and_window() {
        let tag = |json: &str| Spec::from_json(json).expect("valid").tag().to_owned();
        assert_eq!(tag("{}"), "");
        assert_eq!(tag(r#"{"width":64,"height":32,"window":20}"#), "");
        assert_eq!(tag(r#"{"axes":"bare","volume":false}"#), "mike-bare-novolume");
        assert_eq!(tag(r#"{"axes":"off","grid":false,"color":"indexed"}"#), "mike-noaxes-nogrid-indexed");
        let custom = |width: u32| {
            let style = Style { figure: crate::Color::rgb(1, 2, 3), ..Style::default() };
            Spec::new(SpecOptions { style, width, ..SpecOptions::default() }).expect("valid").tag().to_owned()
        };
        assert!(custom(64).starts_with("mike-") && custom(64).len() == "mike-".len() + 8);
        assert_eq!(custom(64), custom(128));
    }
}
