//! The class for JavaScript: candles in; PNG bytes, pixels, digests and size out.

use std::cell::OnceCell;

use render_core::{
    Candle, CandleBox, Frame, Geometry, Interval, Png, Scene, Spec, Window, geometry, layout, raster,
};
use wasm_bindgen::{Clamped, JsError, JsValue, prelude::wasm_bindgen};
use web_sys::{CanvasRenderingContext2d, ImageData};

use crate::Error;

/// One rendered picture.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Chart {
    pub(crate) png: Png,
    scene: Scene,
    geometry: Geometry,
    /// Made when it is asked for.
    frame: OnceCell<Frame>,
}

#[wasm_bindgen]
impl Chart {
    /// Renders the picture of `candles`: rows of six numbers, oldest first,
    /// `open_time` (ms since the Unix epoch), open, high, low, close, volume.
    /// The first `warmup` rows are not drawn. `spec` is the spec as JSON, `{}`
    /// being the default one.
    ///
    /// # Errors
    /// Throws an `Error` with the core's message.
    #[wasm_bindgen(constructor)]
    pub fn new(
        symbol: &str,
        interval: &str,
        interval_ms: f64,
        candles: &[f64],
        warmup: u32,
        spec: &str,
    ) -> Result<Self, JsError> {
        Ok(Self::render(symbol, interval, interval_ms, candles, warmup, spec)?)
    }

    /// The PNG file's bytes, as a `Uint8Array`.
    #[must_use]
    pub fn png(&self) -> Vec<u8> {
        self.png.as_bytes().to_vec()
    }

    /// The pixels as RGBA bytes, row by row: a `Uint8ClampedArray`, as `ImageData` wants it.
    #[must_use]
    pub fn pixels(&self) -> Clamped<Vec<u8>> {
        Clamped(crate::rgba(&self.scene))
    }

    /// SHA-256 of the PNG file, in hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> String {
        self.png.digest().to_string()
    }

    /// SHA-256 of the pixels as RGB8 rows, in hexadecimal digits.
    #[must_use]
    pub fn pixel_sha256(&self) -> String {
        self.frame().digest().to_string()
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.scene.width as u32
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.scene.height as u32
    }

    /// What the spec asks for and these candles do not allow, in words.
    #[must_use]
    pub fn fallbacks(&self) -> Vec<String> {
        self.geometry.fallbacks.iter().map(ToString::to_string).collect()
    }

    /// The panels' names, from the top down.
    #[must_use]
    pub fn panel_names(&self) -> Vec<String> {
        self.geometry.panels.iter().map(|panel| panel.name.clone()).collect()
    }

    /// Left-most column, topmost row, columns and rows of each panel.
    #[must_use]
    pub fn panels(&self) -> Vec<i32> {
        self.geometry.panels.iter().flat_map(|panel| [panel.x, panel.y, panel.w, panel.h]).collect()
    }

    /// The open time, how many candles there are in it, left-most column, topmost row, columns
    /// and rows of each candle's box, from left to right.
    #[must_use]
    pub fn boxes(&self) -> Vec<f64> {
        let row = |b: &CandleBox| {
            let [x, y, w, h] = [b.x, b.y, b.w, b.h].map(f64::from);
            [b.open_time as f64, b.candles as f64, x, y, w, h]
        };
        self.geometry.candles.iter().flat_map(row).collect()
    }

    /// The value of each row of the picture's panel of that number, from its topmost row down.
    #[must_use]
    pub fn values(&self, panel: usize) -> Vec<f64> {
        let rows = self.geometry.panels.get(panel).map(|panel| (panel.y..panel.y + panel.h, panel));
        rows.map(|(rows, panel)| rows.map(|row| panel.value(row)).collect()).unwrap_or_default()
    }

    /// Paints the picture at the top left of a canvas, on the page's own thread.
    ///
    /// # Errors
    /// Throws what the canvas throws.
    pub fn draw(&self, context: &CanvasRenderingContext2d) -> Result<(), JsValue> {
        let (rgba, width, height) = (crate::rgba(&self.scene), self.width(), self.height());
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), width, height)?;
        context.put_image_data(&image, 0.0, 0.0)
    }
}

impl Chart {
    /// What the constructor does, with an error that exists outside of JavaScript too.
    fn render(
        symbol: &str,
        interval: &str,
        interval_ms: f64,
        candles: &[f64],
        warmup: u32,
        spec: &str,
    ) -> Result<Self, Error> {
        let interval = Interval::new(interval, whole_ms(interval_ms, || "interval".to_owned())?)?;
        let candles = read_rows(candles)?;
        let window = Window::new(symbol, &interval, &candles, warmup as usize)?;
        Ok(Self::of(&window, crate::spec(spec)?.as_ref()))
    }

    pub(crate) fn of(window: &Window<'_>, spec: &Spec) -> Self {
        let (png, scene, geometry) =
            (crate::render(window, spec), layout(window, spec), geometry(window, spec));
        Self { png, scene, geometry, frame: OnceCell::new() }
    }

    pub(crate) fn frame(&self) -> &Frame {
        self.frame.get_or_init(|| raster(&self.scene))
    }
}

pub(crate) fn read_rows(numbers: &[f64]) -> Result<Vec<Candle>, Error> {
    let (rows, []) = numbers.as_chunks::<6>() else {
        return Err(Error::Rows(numbers.len()));
    };
    rows.iter()
        .enumerate()
        .map(|(index, &[open_time, open, high, low, close, volume])| {
            let open_time = whole_ms(open_time, || format!("candle {index}: open_time"))?;
            Ok(Candle { open_time, open, high, low, close, volume })
        })
        .collect()
}

/// A JavaScript number as whole milliseconds. From 2^53 on two neighbouring
/// times are one number, so such a time may not be the one that was meant.
pub(crate) fn whole_ms(value: f64, what: impl FnOnce() -> String) -> Result<i64, Error> {
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < LIMIT {
        Ok(value as i64)
    } else {
        let what = what();
        Err(Error::Milliseconds { what, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [f64; 12] = [0.0, 10.0, 12.0, 9.0, 11.0, 5.0, 60_000.0, 11.0, 13.0, 10.0, 12.0, 6.0];
    const SPEC: &str = r#"{"width":32,"height":24,"window":2}"#;

    #[test]
    fn a_chart_holds_the_core_s_own_picture() {
        let chart = Chart::render("BTCUSDT", "1m", 60_000.0, &ROWS, 0, SPEC).expect("valid");
        let interval = Interval::new("1m", 60_000).expect("valid");
        let candles = read_rows(&ROWS).expect("valid");
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
        let spec = Spec::from_json(SPEC).expect("valid");
        assert_eq!(chart.png(), render_core::render(&window, &spec).as_bytes());
        assert_eq!(chart.sha256(), chart.png.digest().to_string());
        assert_eq!(chart.pixel_sha256(), render_core::frame(&window, &spec).digest().to_string());
        assert_eq!((chart.width(), chart.height()), (32, 24));
    }

    #[test]
    fn pixels_are_the_frame_with_full_opacity() {
        let chart = Chart::render("BTCUSDT", "1m", 60_000.0, &ROWS, 0, SPEC).expect("valid");
        let rgb = chart.frame().rgb.as_chunks::<3>().0;
        let expected: Vec<u8> = rgb.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
        assert_eq!(*chart.pixels(), expected);
    }

    #[test]
    fn rows_that_are_not_six_numbers_are_refused() {
        assert!(matches!(read_rows(&ROWS[..11]), Err(Error::Rows(11))));
    }

    #[test]
    fn times_that_javascript_cannot_hold_exactly_are_refused() {
        let ms = |value| whole_ms(value, || "time".to_owned());
        assert_eq!(ms(-9_007_199_254_740_991.0).ok(), Some(-9_007_199_254_740_991));
        for value in [0.5, 9_007_199_254_740_992.0, f64::NAN, f64::NEG_INFINITY] {
            let message = ms(value).expect_err("not whole").to_string();
            assert!(message.starts_with(&format!("time {value} is not")), "{message}");
        }
        let mut rows = ROWS;
        rows[6] = 0.25;
        let message = read_rows(&rows).expect_err("not whole").to_string();
        assert!(message.starts_with("candle 1: open_time 0.25 is not"), "{message}");
    }

    #[test]
    fn the_core_s_refusals_come_out_in_the_core_s_words() {
        let refused = |symbol, ms, warmup, spec| {
            Chart::render(symbol, "1m", ms, &ROWS, warmup, spec).expect_err("invalid").to_string()
        };
        assert!(refused("../x", 60_000.0, 0, SPEC).contains("cannot name a file"));
        assert!(refused("X", 0.0, 0, SPEC).contains("must be above 0"));
        assert!(refused("X", 60_000.0, 1, SPEC).contains("fewer than 2 to draw"));
        assert!(refused("X", 60_000.0, 0, r#"{"width":0}"#).contains("outside 8 to 8192"));
    }
}
