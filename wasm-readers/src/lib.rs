//! What a page is given, as a wasm module: [`Reading`] understands, reads and names a text of candles as `import` does
//! it, and [`OwnTable`] reads series of one's own and marks as `--series` and `--marks` do.
//!
//! It only carries data in and out. What a text means, and with which words it is refused, is decided in readers alone.
//! Pages that show what a database holds never load it.
#![forbid(unsafe_code)]

mod error;
mod own;
mod reading;

use wasm_bindgen::{JsError, prelude::wasm_bindgen};

pub use error::Error;
pub use own::OwnTable;
pub use reading::{Reading, Taken};

/// Symbol and interval that a file's name tells, each an empty text where it does not.
#[wasm_bindgen]
#[must_use]
pub fn series_name(file: &str) -> Vec<String> {
    let readers::SeriesName { symbol, interval } = readers::series_name(file);
    vec![symbol.unwrap_or_default(), interval.unwrap_or_default()]
}

/// The code of the interval that candles lie apart, of whose open times in ms these are, rising.
///
/// # Errors
/// Throws where they do not tell it.
#[wasm_bindgen]
pub fn interval_of(times: &[f64]) -> Result<String, JsError> {
    Ok(readers::interval_of(times.iter().map(|time| *time as i64))?)
}
