//! Presets: specs that people train models on.

use super::{Axes, Fit, Kind, LineDrawing, MAX_WINDOW, SpecError, SpecOptions};
use crate::{
    Color, Overlay,
    similar::{hint, similar_names},
    style::{CandleStyle, Dash, Style},
};

/// Names of the presets.
pub const PRESETS: &[&str] = &["cnn", "price-trends", "vlm"];

impl SpecOptions {
    /// The preset of that name, for windows of `window` candles or, where absent, its own.
    ///
    /// - `cnn`: 224x224, 56 candles of 4 pixels each, bare, with volume.
    /// - `price-trends`: the pictures of Jiang, Kelly and Xiu, "(Re-)Imag(in)ing Price
    ///   Trends", Journal of Finance 78 (2023): white on black, OHLC bars 3 pixels wide,
    ///   the mean of as many closes as there are bars as a line, volume in the lowest
    ///   fifth; 15x32 for up to 5 bars, 60x64 for 20 (the default), 180x96 for 60.
    ///   One colour for all bars, up or down, as the paper has it.
    /// - `vlm`: 1024x1024, 100 candles, digits 21 pixels high, which are 15.7 high where a model shrinks the picture
    ///   to 768 pixels, and 9.1 at 448; title with the last candle's prices, last price, room for overlays.
    ///
    /// # Errors
    /// [`SpecError::Value`] of the knob `preset`, with the names that resemble it.
    pub fn preset(name: &str, window: Option<u32>) -> Result<Self, SpecError> {
        let defaults = Self::default();
        match name {
            "cnn" => Ok(Self {
                width: 224,
                height: 224,
                window: window.unwrap_or(56),
                axes: Axes::Bare,
                ..defaults
            }),
            "price-trends" => Ok(price_trends(window.unwrap_or(20))),
            "vlm" => Ok(Self {
                width: 1024,
                height: 1024,
                window: window.unwrap_or(100),
                labels: 235,
                title: true,
                title_ohlc: true,
                last_price: true,
                fit: Fit::Overlays,
                right_margin: 6,
                ..defaults
            }),
            _ => {
                let hint = hint(&similar_names(name, PRESETS.iter().copied()));
                Err(SpecError::Value { knob: "preset", why: format!("there is no preset {name:?}{hint}") })
            }
        }
    }
}

/// Pixel columns of a bar.
const BAR: u32 = 3;

fn price_trends(window: u32) -> SpecOptions {
    let (black, white) = (Color::rgb(0, 0, 0), Color::rgb(0xff, 0xff, 0xff));
    let candle = CandleStyle { body: white, edge: white, wick: white, volume: white, ohlc: white };
    let style = Style {
        name: "price-trends".to_owned(),
        figure: black,
        panel: black,
        grid: black,
        grid_dash: Dash::None,
        frame: white,
        label: white,
        up: candle,
        down: candle,
        line: white,
        overlay_colors: vec![white],
        ..Style::default()
    };
    let height = match window {
        0..=5 => 32,
        6..=20 => 64,
        _ => 96,
    };
    SpecOptions {
        // What is too long for a window is refused when the spec is checked.
        width: BAR * window.min(MAX_WINDOW),
        height,
        window,
        style,
        kind: Kind::Ohlc,
        padding: Some(0),
        overlays: vec![Overlay::Sma { period: window.clamp(1, 1000) }.into()],
        axes: Axes::Bare,
        volume_share: Some(20),
        grid: false,
        lines: LineDrawing::Crisp,
        ..SpecOptions::default()
    }
}
