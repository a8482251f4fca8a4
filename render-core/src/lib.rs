//! Pure renderer of candlestick charts: candles in, PNG bytes out.
//!
//! The same input gives the same bytes on every target. This crate knows no
//! file, clock, thread, environment or random number; it is a function:
//!
//! ```text
//! Window + Spec ──layout──► Scene ──raster──► rows ──encode──► Png
//! ```
//!
//! From the scene on the crate `raster` does it; what others need of that is here, too.
//!
//! ```
//! use render_core::{Candle, Interval, Spec, Window, render};
//!
//! let candles: Vec<Candle> = (0..20)
//!     .map(|i| {
//!         let open = 100.0 + f64::from(i);
//!         Candle { open_time: i64::from(i) * 3_600_000, open, high: open + 2.0, low: open - 1.0, close: open + 1.0, volume: 5.0 }
//!     })
//!     .collect();
//! let interval = Interval::new("1h", 3_600_000)?;
//! let window = Window::new("BTCUSDT", &interval, &candles, 0)?;
//! let png = render(&window, &Spec::default());
//! assert_eq!(&png.as_bytes()[1..4], b"PNG");
//! # Ok::<(), render_core::Error>(())
//! ```
#![forbid(unsafe_code)]

#[cfg(test)]
mod arbitrary;
mod axes;
mod colors;
mod contrast;
mod encoders;
mod error;
mod expect;
mod frame;
mod indicator;
mod input_digest;
mod layout;
mod name;
mod own;
mod panel;
mod renderer;
mod scale;
mod selftest;
mod similar;
mod spec;
#[doc(hidden)]
pub mod stages;
mod style;
mod ticks;
mod timeline;
mod window;

pub use candles::{Candle, CandleFault, Interval, format_utc, in_calendar, parse_utc};
pub use error::Error;
pub use frame::{FrameFormat, frame, raster};
pub use indicator::{HEIKIN_ASHI_WARMUP, Indicator, Line, Lines, MAX_WARMUP, Overlay, Styled, heikin_ashi};
pub use input_digest::{InputDigests, PICTURE_REVISION, input_digest};
pub use layout::{
    CandleBox, Fallback, Geometry, LabelBox, LinePoint, LineValues, MarkBox, PanelBox, fallbacks, geometry,
    layout,
};
pub use name::{PicturePath, picture_path};
pub use own::{
    MAX_MARKS, Mark, MarkKind, MarkSide, Own, OwnSeries, OwnValue, SeriesDrawing, SeriesForm, SeriesPlace,
};
pub use raster::{
    Color, Digest, DigestWriter, Frame, Png, Rect, SUBPIXELS, Scene, Shape, embedded_input, gray, is_foreign,
};
pub use renderer::{Renderer, render};
pub use selftest::{Check, selftest};
pub use similar::similar_names;
pub use spec::{
    Axes, ColorType, Fit, Gaps, Grouping, KNOBS, Kind, Knob, LineDrawing, MAX_SIZE, MAX_WINDOW, MIN_SIZE,
    MIN_WINDOW, Need, PRESETS, PanelHeight, PanelName, PriceRange, PriceScale, Spec, SpecError, SpecOptions,
    Takes,
};
pub use style::{
    CandleOverrides, CandleStyle, Dash, FrameSides, STYLES, Side, Style, StyleOverrides, VolumeColor,
};
pub use window::{CheckedCandles, Window};

/// The `v1` in file names: raised whenever the pixels of a released version move.
pub const STYLE_VERSION: u32 = 1;
