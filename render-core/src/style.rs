//! Styles: colours and strokes.

use serde::{Deserialize, Serialize};

use crate::{Error, near::near, scene::Color};

/// Colours of rising or of falling candles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandleStyle {
    /// Inside of the body.
    pub body: Color,
    /// Outline of the body.
    pub edge: Color,
    /// Line from low to high.
    pub wick: Color,
    /// Volume bar.
    pub volume: Color,
}

/// How grid lines are stroked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dash {
    /// An unbroken line.
    Solid,
    /// Dashes longer than their gaps.
    Dashed,
    /// Dots of the stroke's own width.
    Dotted,
}

/// Colours and strokes of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Style {
    /// The name, as in file names.
    pub name: String,
    /// Around the panels.
    pub figure: Color,
    /// Behind the candles.
    pub panel: Color,
    /// Grid lines, before [`grid_alpha`](Self::grid_alpha).
    pub grid: Color,
    /// Opacity of grid lines over the panel, in per cent.
    pub grid_alpha: u8,
    /// Stroke of grid lines.
    pub grid_dash: Dash,
    /// Lines around the panels.
    pub frame: Color,
    /// Text.
    pub label: Color,
    /// Candles whose close is above their open.
    pub up: CandleStyle,
    /// All other candles.
    pub down: CandleStyle,
}

/// Names of the built-in styles.
pub const STYLES: &[&str] = &["mike"];

impl Style {
    /// The built-in style of that name; colours as in mplfinance's published table.
    ///
    /// # Errors
    /// [`Error::UnknownStyle`] with the names that resemble it.
    pub fn named(name: &str) -> Result<Self, Error> {
        match name {
            "mike" => Ok(mike()),
            _ => Err(Error::UnknownStyle { name: name.to_owned(), near: near(name, STYLES.iter().copied()) }),
        }
    }

    /// Whether this is a built-in style, unchanged.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        Self::named(&self.name).as_ref() == Ok(self)
    }

    /// Refuses names that could not stand in a file name and opacities above 100.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
        let name = &self.name;
        if name.is_empty() || name.len() > 40 || name.starts_with('.') || !name.bytes().all(plain) {
            return Err(Error::StyleName(name.clone()));
        }
        if self.grid_alpha > 100 {
            return Err(Error::Json(format!("grid_alpha {} is above 100 per cent", self.grid_alpha)));
        }
        Ok(())
    }
}

impl Default for Style {
    fn default() -> Self {
        mike()
    }
}

fn mike() -> Style {
    let black = Color::rgb(0, 0, 0);
    let white = Color::rgb(0xff, 0xff, 0xff);
    let blue = Color::rgb(0x00, 0x80, 0xff);
    let volume = Color::rgb(0x71, 0x89, 0xaa);
    Style {
        name: "mike".to_owned(),
        figure: Color::rgb(0x0a, 0x0a, 0x0a),
        panel: black,
        grid: Color::rgb(0xb0, 0xb0, 0xb0),
        grid_alpha: 90,
        grid_dash: Dash::Dashed,
        frame: white,
        label: white,
        up: CandleStyle { body: black, edge: white, wick: white, volume },
        down: CandleStyle { body: blue, edge: blue, wick: white, volume },
    }
}
