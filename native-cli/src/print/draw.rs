//! What `draw` prints.

use candles::{format_utc, text::one_line};
use market::FileSeries;
use render_core::{Png, Spec, Window};
use serde_json::json;

use super::place;
use crate::{
    config::{DrawSettings, Place},
    console::Console,
};

/// Says what was drawn, and where it is.
pub fn print(
    console: &mut Console,
    settings: &DrawSettings,
    series: &FileSeries,
    window: &Window<'_>,
    spec: &Spec,
    png: &Png,
) {
    let (symbol, interval, candles) = (&series.symbol, series.interval.code(), window.candles());
    let [first, last] = [candles[0].open_time, window.end()].map(format_utc);
    let unfinished = series.unfinished.filter(|at| *at <= settings.options.until).map(format_utc);
    if console.is_json() {
        let fields = json!({
            "symbol": symbol.as_str(),
            "interval": interval,
            "candles": candles.len(),
            "first_open_time": first,
            "last_open_time": last,
            "unfinished": unfinished,
            "width": spec.width(),
            "height": spec.height(),
            "file": match &settings.place {
                Place::File(picture) => Some(place(picture)),
                Place::StandardOutput => None,
            },
            "size_bytes": png.as_bytes().len(),
            "sha256": png.digest().to_string(),
        });
        return console.print_json("picture", &fields);
    }
    if candles.len() < settings.spec.window() as usize {
        let (all, usual) = (candles.len(), settings.spec.window());
        console.warn(&format!(
            "the window is {all} candles, all that there are, instead of {usual}; --window says how many"
        ));
    }
    if let Some(at) = unfinished {
        console.warn(&format!("the candle of {at} is not over yet and not drawn"));
    }
    let file = match &settings.place {
        Place::File(picture) => one_line(&place(picture)),
        Place::StandardOutput => "standard output".to_owned(),
    };
    let (count, width, height) = (candles.len(), spec.width(), spec.height());
    let line =
        format!("{symbol} {interval}: {count} candles, {first} to {last}, {width}x{height} pixels: {file}");
    console.print_lines(&[line]);
}
