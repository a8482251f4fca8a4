//! Styles: colours and strokes.

mod catalogue;
mod overrides;

use raster::Color;
use serde::{Deserialize, Serialize};

use crate::{
    Error, Kind,
    contrast::{alike, contrast, distance, ink_on},
    similar::similar_names,
};

pub use catalogue::STYLES;
pub use overrides::{CandleOverrides, StyleOverrides};

/// Colours of rising or of falling candles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandleStyle {
    /// Inside of the body, before [`Style::candle_alpha`].
    pub body: Color,
    /// Outline of the body.
    pub edge: Color,
    /// Line from low to high.
    pub wick: Color,
    /// Volume bar, before [`Style::volume_alpha`].
    pub volume: Color,
    /// Bar of a chart of OHLC bars.
    pub ohlc: Color,
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
    /// No line.
    None,
}

/// The side of the panels that has price labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// To the left of the panels.
    Left,
    /// To the right of the panels.
    Right,
}

/// Which sides of the panels have a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FrameSides {
    /// All four, and the line between two panels.
    All,
    /// Those with labels, and the line between two panels.
    Axes,
    /// None.
    None,
}

/// What a volume bar's colour compares the close with: above it, it is `up`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VolumeColor {
    /// The candle's own open.
    Open,
    /// The close of the candle before; for the window's first candle its own open.
    PreviousClose,
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
    /// Thickness of grid lines, in per cent of the default style's.
    pub grid_width: u16,
    /// Lines around the panels.
    pub frame: Color,
    /// Thickness of the lines around the panels, in per cent of the default style's.
    pub frame_width: u16,
    /// Where there are lines around the panels.
    pub frame_sides: FrameSides,
    /// Text.
    pub label: Color,
    /// Where price labels stand.
    pub price_labels: Side,
    /// Candles whose close is above their open.
    pub up: CandleStyle,
    /// All other candles.
    pub down: CandleStyle,
    /// Opacity of bodies over the panel, in per cent. Edges and wicks are opaque.
    pub candle_alpha: u8,
    /// Opacity of volume bars over the panel, in per cent.
    pub volume_alpha: u8,
    /// When a volume bar is an up one.
    pub volume_color: VolumeColor,
    /// Inside of hollow candles; the panel's colour where there is none.
    pub hollow: Option<Color>,
    /// Line of a line or area chart.
    pub line: Color,
    /// Lines of overlays and indicators, one after the other, then from the first on again; 1 to 20.
    pub overlay_colors: Vec<Color>,
}

/// Parts of a colour over the panel, in per cent: a hollow body's edge where the body is too narrow for an inside, a
/// wick as wide as its body, the fill of a band.
const HOLLOW_EDGE: u32 = 60;
const NARROW_WICK: u32 = 40;
const BAND: u32 = 12;

/// A body nearer than this to the panel is a hollow one.
const VISIBLE: f64 = 130.0;

/// The least contrast of labels, and of text in a line's colour (WCAG 2.2: of lines and of text).
const READABLE: f64 = 3.0;
const TEXT: f64 = 4.5;

/// Widest grid and frame lines in per cent.
const MAX_WIDTH: u16 = 1000;
/// Most colours of overlays.
const MAX_OVERLAY_COLORS: usize = 20;

impl Style {
    /// The built-in style of that name; colours as in mplfinance's published table.
    ///
    /// # Errors
    /// [`Error::UnknownStyle`] with the names that resemble it.
    pub fn named(name: &str) -> Result<Self, Error> {
        catalogue::find(name).ok_or_else(|| Error::UnknownStyle {
            name: name.to_owned(),
            similar: similar_names(name, STYLES.iter().copied()),
        })
    }

    /// This style with `overrides` in place of its own values; their base is not looked at.
    #[must_use]
    pub fn with(&self, overrides: &StyleOverrides) -> Self {
        overrides.over(self)
    }

    /// Whether this is a built-in style, unchanged.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        catalogue::find(&self.name).as_ref() == Some(self)
    }

    /// The opaque colour of a body on the panel; `of` is [`up`](Self::up) or [`down`](Self::down).
    #[must_use]
    pub fn body_on_panel(&self, of: &CandleStyle) -> Color {
        of.body.over(self.panel, u32::from(self.candle_alpha), 100)
    }

    /// The colour that tells rising from falling where a body has no room for an inside: the edge's. Where both
    /// edges look alike, the body's, or, where that cannot be told from the panel, a paler edge.
    #[must_use]
    pub fn narrow(&self, rises: bool) -> Color {
        let of = if rises { &self.up } else { &self.down };
        if !alike(self.up.edge, self.down.edge) {
            return of.edge;
        }
        let body = self.body_on_panel(of);
        if distance(body, self.panel) < VISIBLE { self.hollow_narrow(of.edge) } else { body }
    }

    /// The colour of a hollow body without room for an inside; `edge` is that of its edge.
    #[must_use]
    pub fn hollow_narrow(&self, edge: Color) -> Color {
        edge.over(self.panel, HOLLOW_EDGE, 100)
    }

    /// The colour of a bar of a chart of OHLC bars. Where both look alike and the bar has no ticks that tell its
    /// direction, it is [`narrow`](Self::narrow)'s.
    #[must_use]
    pub fn bar(&self, rises: bool, ticks_tell: bool) -> Color {
        let [of, other] = if rises { [&self.up, &self.down] } else { [&self.down, &self.up] };
        if !ticks_tell && alike(of.ohlc, other.ohlc) { self.narrow(rises) } else { of.ohlc }
    }

    /// The colour of a wick as wide as its body, which is `body`: paler, so that the two can be told.
    #[must_use]
    pub fn narrow_wick(&self, body: Color) -> Color {
        body.over(self.panel, NARROW_WICK, 100)
    }

    /// The colour of text on a panel: the label's, or black or white where that cannot be read there.
    #[must_use]
    pub fn label_on_panel(&self) -> Color {
        if contrast(self.label, self.panel) >= READABLE { self.label } else { ink_on(self.panel) }
    }

    /// The colour of text on a panel that tells of a line: the line's, as much of it as can be read.
    #[must_use]
    pub fn text_of_line(&self, line: Color) -> Color {
        let ink = ink_on(self.panel);
        let parts = [100, 85, 70, 55, 40].map(|part| line.over(ink, part, 100));
        parts.into_iter().find(|color| contrast(*color, self.panel) >= TEXT).unwrap_or(ink)
    }

    /// The colour of the line at a baseline.
    #[must_use]
    pub(crate) fn baseline_on_panel(&self) -> Color {
        self.label.over(self.panel, 50, 100)
    }

    /// The fill between the two lines of a band of that colour.
    #[must_use]
    pub fn band_fill(&self, line: Color) -> Color {
        Self::band_fill_over(line, self.panel)
    }

    /// The same where something else than the panel lies behind the band.
    pub(crate) fn band_fill_over(line: Color, ground: Color) -> Color {
        line.over(ground, BAND, 100)
    }

    /// Whether rising candles of a kind cannot be told from falling ones, which training pictures rarely mean.
    #[must_use]
    pub fn directions_look_alike(&self, kind: Kind) -> bool {
        let filled = |of: &CandleStyle| alike(self.hollow.unwrap_or(self.panel), of.edge);
        match kind {
            Kind::Line | Kind::Area | Kind::Step => false,
            Kind::Hollow => filled(&self.up) || filled(&self.down),
            Kind::Candle | Kind::Ohlc | Kind::HeikinAshi | Kind::Baseline | Kind::Columns => {
                alike(self.narrow(true), self.narrow(false))
            }
        }
    }

    /// The opaque colour of a volume bar on the panel; `of` is [`up`](Self::up) or [`down`](Self::down).
    #[must_use]
    pub fn volume_on_panel(&self, of: &CandleStyle) -> Color {
        of.volume.over(self.panel, u32::from(self.volume_alpha), 100)
    }

    /// Thickness in pixels and opaque colour of grid lines on the panel, where the default
    /// style's are `stroke` pixels thick, 1 or more.
    ///
    /// What would be thinner than a pixel is one pixel of so much less opacity.
    #[must_use]
    pub fn grid_on_panel(&self, stroke: i32) -> (i32, Color) {
        let hundredths = stroke.max(1).saturating_mul(i32::from(self.grid_width));
        // Up to 100 by `min`, and never below 0.
        let part = u32::from(self.grid_alpha) * hundredths.min(100) as u32;
        (((hundredths + 50) / 100).max(1), self.grid.over(self.panel, part, 10_000))
    }

    /// Thickness of the frame in pixels, where the default style's is `frame` pixels thick.
    /// A frame never vanishes by being thin.
    #[must_use]
    pub fn frame_thickness(&self, frame: i32) -> i32 {
        if frame <= 0 || self.frame_sides == FrameSides::None {
            return 0;
        }
        (frame.saturating_mul(i32::from(self.frame_width)).saturating_add(50) / 100).max(1)
    }

    /// The colour of the overlay or indicator line at `index`, counted from 0.
    #[must_use]
    pub fn overlay_color(&self, index: usize) -> Color {
        // A checked style has one or more.
        self.overlay_colors.get(index % self.overlay_colors.len().max(1)).copied().unwrap_or(self.line)
    }

    /// Refuses names that could not stand in a file name and numbers out of their range.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
        let name = &self.name;
        if name.is_empty() || name.len() > 40 || name.starts_with('.') || !name.bytes().all(plain) {
            return Err(Error::StyleName(name.clone()));
        }
        let wrong = |what| Err(Error::StyleValue { style: name.clone(), what });
        for (key, alpha) in [
            ("grid_alpha", self.grid_alpha),
            ("candle_alpha", self.candle_alpha),
            ("volume_alpha", self.volume_alpha),
        ] {
            if alpha > 100 {
                return wrong(format!("{key} {alpha} is above 100 per cent"));
            }
        }
        for (key, width) in [("grid_width", self.grid_width), ("frame_width", self.frame_width)] {
            if !(1..=MAX_WIDTH).contains(&width) {
                return wrong(format!("{key} {width} is outside 1 to {MAX_WIDTH} per cent"));
            }
        }
        if !(1..=MAX_OVERLAY_COLORS).contains(&self.overlay_colors.len()) {
            return wrong(format!(
                "overlay_colors has {} colours, not 1 to {MAX_OVERLAY_COLORS}",
                self.overlay_colors.len()
            ));
        }
        Ok(())
    }
}

impl Default for Style {
    fn default() -> Self {
        catalogue::MIKE.style()
    }
}

#[cfg(test)]
mod tests;
