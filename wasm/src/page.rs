//! What the page asks the core besides pictures.

use js_sys::Uint8ClampedArray;
use render_core::{Interval, PRESETS, STYLES, format_utc, ohlcv, parse_utc, picture_path as path_of_picture};
use serde::Serialize;
use wasm_bindgen::{JsError, JsValue, prelude::wasm_bindgen};
use web_sys::{CanvasRenderingContext2d, ImageData};

use crate::{chart::whole_ms, knobs};

/// What follows from knobs.
#[derive(Serialize)]
struct Resolved<'a> {
    /// The spec, fully resolved.
    spec: &'a str,
    tag: &'a str,
    width: u32,
    height: u32,
    window: u32,
}

/// Reads knobs: a JSON object of `preset` and any of a spec's fields, a style
/// by its name. Returns JSON of `spec` (to be handed to a chart), `tag`,
/// `width`, `height` and `window`.
///
/// # Errors
/// Throws the core's message about them.
#[wasm_bindgen]
pub fn resolve(knobs: &str) -> Result<String, JsError> {
    let spec = knobs::spec(knobs)?;
    let resolved = Resolved {
        spec: spec.to_json(),
        tag: spec.tag(),
        width: spec.width(),
        height: spec.height(),
        window: spec.window(),
    };
    Ok(serde_json::to_string(&resolved)?)
}

/// The path of a picture below the cache's root. `spec` is a whole spec as JSON.
///
/// # Errors
/// Throws where the cache could not name it.
#[wasm_bindgen]
pub fn picture_path(
    symbol: &str,
    interval: &str,
    interval_ms: f64,
    end: f64,
    spec: &str,
) -> Result<String, JsError> {
    let ms = |value, what: &str| whole_ms(value, || what.to_owned());
    let interval = Interval::new(interval, ms(interval_ms, "interval")?)?;
    let spec = render_core::Spec::from_json(spec)?;
    Ok(path_of_picture(symbol, &interval, ms(end, "end")?, &spec)?)
}

/// The names of all styles.
#[wasm_bindgen]
#[must_use]
pub fn styles() -> Vec<String> {
    STYLES.iter().map(|&name| name.to_owned()).collect()
}

/// The names of all presets.
#[wasm_bindgen]
#[must_use]
pub fn presets() -> Vec<String> {
    PRESETS.iter().map(|&name| name.to_owned()).collect()
}

/// `YYYY-MM-DD` or RFC 3339 as ms since the epoch.
#[wasm_bindgen]
#[must_use]
pub fn parse_time(text: &str) -> Option<f64> {
    parse_utc(text).map(|ms| ms as f64)
}

/// A time in ms since the epoch as the cache writes it.
///
/// # Errors
/// Throws where it is no whole number of milliseconds.
#[wasm_bindgen]
pub fn format_time(ms: f64) -> Result<String, JsError> {
    Ok(format_utc(whole_ms(ms, || "time".to_owned())?))
}

/// Symbol and interval that a file's name tells, each an empty text where it does not.
#[wasm_bindgen]
#[must_use]
pub fn series_name(file: &str) -> Vec<String> {
    let ohlcv::SeriesName { symbol, interval } = ohlcv::series_name(file);
    vec![symbol.unwrap_or_default(), interval.unwrap_or_default()]
}

/// The length in ms of an interval's code, where it is a usual one.
#[wasm_bindgen]
#[must_use]
pub fn interval_ms(code: &str) -> Option<f64> {
    ohlcv::interval_ms(code).map(|ms| ms as f64)
}

/// The usual code of an interval of `ms`.
///
/// # Errors
/// Throws where that is no whole number above 0.
#[wasm_bindgen]
pub fn interval_code(ms: f64) -> Result<String, JsError> {
    let ms = whole_ms(ms, || "interval".to_owned())?;
    let code = ohlcv::interval_code(ms.max(1));
    Ok(Interval::new(&code, ms)?.code().to_owned())
}

/// Paints RGBA bytes, row by row, at the top left of a canvas.
///
/// # Errors
/// Throws what the canvas throws.
#[wasm_bindgen]
pub fn paint(
    context: &CanvasRenderingContext2d,
    pixels: &Uint8ClampedArray,
    width: u32,
    height: u32,
) -> Result<(), JsValue> {
    let image = ImageData::new_with_js_u8_clamped_array_and_sh(pixels, width, height)?;
    context.put_image_data(&image, 0.0, 0.0)
}
