//! What the page asks the core besides pictures.

use js_sys::Uint8ClampedArray;
use render_core::{
    Interval, PRESETS, STYLES, Spec, SpecOptions, Style, format_utc, parse_utc,
    picture_path as path_of_picture,
};
use wasm_bindgen::{JsError, JsValue, prelude::wasm_bindgen};
use web_sys::{CanvasRenderingContext2d, ImageData};

use crate::chart::whole_ms;

/// The knobs of a preset as JSON, for windows of `window` candles or, where
/// absent, its own; the defaults where no preset is named.
///
/// # Errors
/// Throws where there is no such preset.
#[wasm_bindgen]
pub fn preset(name: Option<String>, window: Option<u32>) -> Result<String, JsError> {
    let options = match name {
        Some(name) => SpecOptions::preset(&name, window)?,
        None => {
            SpecOptions { window: window.unwrap_or(SpecOptions::default().window), ..SpecOptions::default() }
        }
    };
    Ok(serde_json::to_string(&options)?)
}

/// A style as JSON.
///
/// # Errors
/// Throws where there is none of that name.
#[wasm_bindgen]
pub fn style(name: &str) -> Result<String, JsError> {
    Ok(serde_json::to_string(&Style::named(name)?)?)
}

/// A spec, checked, as JSON in its one form.
///
/// # Errors
/// Throws the core's message about it.
#[wasm_bindgen]
pub fn check_spec(spec: &str) -> Result<String, JsError> {
    Ok(Spec::from_json(spec)?.to_json().to_owned())
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
    let spec = Spec::from_json(spec)?;
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
    let readers::SeriesName { symbol, interval } = readers::series_name(file);
    vec![symbol.unwrap_or_default(), interval.unwrap_or_default()]
}

/// The length in ms of an interval's code, where it is a usual one.
#[wasm_bindgen]
#[must_use]
pub fn interval_ms(code: &str) -> Option<f64> {
    readers::interval_ms(code).map(|ms| ms as f64)
}

/// The usual code of an interval of `ms`.
///
/// # Errors
/// Throws where that is no whole number above 0.
#[wasm_bindgen]
pub fn interval_code(ms: f64) -> Result<String, JsError> {
    let ms = whole_ms(ms, || "interval".to_owned())?;
    let code = readers::interval_code(ms.max(1));
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
