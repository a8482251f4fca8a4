//! A user's own style: a base and what differs from it, with keys as in the configuration file.

use serde::Deserialize;

use super::{CandleStyle, Dash, FrameSides, Side, Style, VolumeColor};
use crate::{Color, Error};

/// What differs from a base: every field may be absent, and means what it does in [`Style`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    default,
    rename_all = "kebab-case",
    expecting = "a table of colours and strokes"
)]
#[expect(missing_docs, reason = "the fields are those of `Style`")]
pub struct StyleOverrides {
    /// Name of the built-in style that this one builds on; the default style where absent.
    pub base: Option<String>,
    pub figure: Option<Color>,
    pub panel: Option<Color>,
    pub grid: Option<Color>,
    pub grid_alpha: Option<u8>,
    pub grid_dash: Option<Dash>,
    pub grid_width: Option<u16>,
    pub frame: Option<Color>,
    pub frame_width: Option<u16>,
    pub frame_sides: Option<FrameSides>,
    pub label: Option<Color>,
    pub price_labels: Option<Side>,
    pub up: CandleOverrides,
    pub down: CandleOverrides,
    pub candle_alpha: Option<u8>,
    pub volume_alpha: Option<u8>,
    pub volume_color: Option<VolumeColor>,
    pub hollow: Option<Color>,
    pub line: Option<Color>,
    pub overlay_colors: Option<Vec<Color>>,
}

/// What differs in the colours of rising or of falling candles, as in [`CandleStyle`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields are those of `CandleStyle`")]
pub struct CandleOverrides {
    pub body: Option<Color>,
    pub edge: Option<Color>,
    pub wick: Option<Color>,
    pub volume: Option<Color>,
    pub ohlc: Option<Color>,
}

impl StyleOverrides {
    /// The style called `name` that these overrides make of their base.
    ///
    /// # Errors
    /// [`Error::UnknownStyle`] where there is no such base, else where the name cannot stand
    /// in a file name or a number is out of its range.
    pub fn style(&self, name: &str) -> Result<Style, Error> {
        let base = self.base.as_deref().map_or_else(|| Ok(Style::default()), Style::named)?;
        let style = Style { name: name.to_owned(), ..base.with(self) };
        style.check()?;
        Ok(style)
    }

    pub(super) fn over(&self, base: &Style) -> Style {
        Style {
            name: base.name.clone(),
            figure: self.figure.unwrap_or(base.figure),
            panel: self.panel.unwrap_or(base.panel),
            grid: self.grid.unwrap_or(base.grid),
            grid_alpha: self.grid_alpha.unwrap_or(base.grid_alpha),
            grid_dash: self.grid_dash.unwrap_or(base.grid_dash),
            grid_width: self.grid_width.unwrap_or(base.grid_width),
            frame: self.frame.unwrap_or(base.frame),
            frame_width: self.frame_width.unwrap_or(base.frame_width),
            frame_sides: self.frame_sides.unwrap_or(base.frame_sides),
            label: self.label.unwrap_or(base.label),
            price_labels: self.price_labels.unwrap_or(base.price_labels),
            up: self.up.over(base.up),
            down: self.down.over(base.down),
            candle_alpha: self.candle_alpha.unwrap_or(base.candle_alpha),
            volume_alpha: self.volume_alpha.unwrap_or(base.volume_alpha),
            volume_color: self.volume_color.unwrap_or(base.volume_color),
            hollow: self.hollow.or(base.hollow),
            line: self.line.unwrap_or(base.line),
            overlay_colors: self.overlay_colors.clone().unwrap_or_else(|| base.overlay_colors.clone()),
        }
    }
}

impl CandleOverrides {
    fn over(&self, base: CandleStyle) -> CandleStyle {
        CandleStyle {
            body: self.body.unwrap_or(base.body),
            edge: self.edge.unwrap_or(base.edge),
            wick: self.wick.unwrap_or(base.wick),
            volume: self.volume.unwrap_or(base.volume),
            ohlc: self.ohlc.unwrap_or(base.ohlc),
        }
    }
}
