//! What the page asks the core besides pictures.

use std::collections::BTreeMap;

use js_sys::Uint8ClampedArray;
use render_core::{
    Digest, Interval, KNOBS, Knob, PRESETS, STYLES, Spec, SpecOptions, format_utc, parse_utc,
    picture_path as path_of_picture,
};
use serde::Serialize;
use wasm_bindgen::{JsError, JsValue, prelude::wasm_bindgen};
use web_sys::{CanvasRenderingContext2d, ImageData};

use crate::chart::whole_ms;

/// What the page's form is built from: an entry of the table of knobs.
#[derive(Serialize)]
struct Field {
    #[serde(flatten)]
    knob: &'static Knob,
    help: String,
}

/// The table of knobs as JSON: a list, in the order of the command line's help.
///
/// # Errors
/// Throws never; JSON can hold the table.
#[wasm_bindgen]
pub fn knobs() -> Result<String, JsError> {
    let fields: Vec<Field> = KNOBS.iter().map(|knob| Field { knob, help: knob.help() }).collect();
    Ok(serde_json::to_string(&fields)?)
}

/// The texts of all knobs as JSON, an object by their names, as a preset has them for windows of `window`
/// candles or, where absent, its own; the defaults where no preset is named.
///
/// # Errors
/// Throws where there is no such preset.
#[wasm_bindgen]
pub fn usual_texts(preset: Option<String>, window: Option<u32>) -> Result<String, JsError> {
    let usual = SpecOptions::default();
    let options = match preset {
        Some(name) => SpecOptions::preset(&name, window)?,
        None => SpecOptions { window: window.unwrap_or(usual.window), ..usual },
    };
    let texts: BTreeMap<&str, String> = KNOBS.iter().map(|knob| (knob.name, knob.text(&options))).collect();
    Ok(serde_json::to_string(&texts)?)
}

/// The spec, as JSON in its one form, that texts of knobs and of `preset` make, which come as a JSON object.
///
/// # Errors
/// Throws the core's message about a text, or about two that contradict each other.
#[wasm_bindgen]
pub fn spec_of_texts(texts: &str) -> Result<String, JsError> {
    let texts = serde_json::from_str(texts)?;
    Ok(Spec::from_texts(&texts)?.to_json().to_owned())
}

/// What a host has to know of a spec, which comes as JSON, before it chooses candles: width and height in pixels, the
/// window's candles, and those of its warm-up.
///
/// # Errors
/// Throws the core's message where it is no spec.
#[wasm_bindgen]
pub fn measures(spec: &str) -> Result<Vec<u32>, JsError> {
    let spec = crate::spec(spec)?;
    Ok(vec![spec.width(), spec.height(), spec.window(), spec.warmup()])
}

/// SHA-256 of bytes, in hexadecimal digits; not every page has another way to it.
#[wasm_bindgen]
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Digest::of(bytes).to_string()
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

/// The length in ms of an interval's code, where it is a usual one; that of months is nominal.
#[wasm_bindgen]
#[must_use]
pub fn interval_ms(code: &str) -> Option<f64> {
    Interval::parse(code).ok().map(|interval| interval.ms() as f64)
}

/// What an interval of this code is called in an index and in paths: `1mo` for `1M`.
#[wasm_bindgen]
#[must_use]
pub fn interval_name(code: &str) -> String {
    Interval::name_of(code).into_owned()
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(text: Result<String, JsError>) -> Value {
        let Ok(text) = text else { panic!("a text") };
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn the_page_is_told_of_every_knob_what_its_form_needs() {
        let table = read(knobs());
        let table = table.as_array().expect("a list");
        assert_eq!(table.len(), KNOBS.len());
        for knob in table {
            for text in ["name", "label", "help"] {
                assert!(knob[text].as_str().is_some_and(|text| !text.is_empty()), "{knob}");
            }
            assert!(knob["common"].is_boolean() && knob["takes"]["type"].is_string(), "{knob}");
        }
        let padding = table.iter().find(|knob| knob["name"] == "padding").expect("a knob");
        let takes = json!({"type": "number", "least": 0, "most": 45, "unit": "per cent"});
        assert_eq!((&padding["takes"], padding["auto"].is_string()), (&takes, true));
    }

    #[test]
    fn usual_texts_make_the_spec_that_they_are_of() {
        let usual = read(usual_texts(None, None));
        assert_eq!(usual.as_object().map(serde_json::Map::len), Some(KNOBS.len()));
        assert_eq!(read(spec_of_texts(&usual.to_string())), read(spec_of_texts("{}")));
        assert_eq!(read(usual_texts(Some("price-trends".to_owned()), Some(60)))["size"], "180x96");
    }
}
