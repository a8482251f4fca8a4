//! Requests of the module's C ABI, which `wasm/src/request.rs` describes.

use render_core::{Candle, MarkSide, Own, OwnValue};

use crate::cases::Case;

/// A case as a request.
#[must_use]
pub fn of(case: &Case) -> Vec<u8> {
    // Symbols and codes are plain, so they need no escapes.
    let own = case.own.as_ref().map(|own| format!(r#","own":{}"#, own_json(case, own))).unwrap_or_default();
    let header = format!(
        r#"{{"symbol":"{}","interval":"{}","interval_ms":{},"warmup":{},"spec":{}{own}}}"#,
        case.symbol,
        case.interval.code(),
        case.interval.ms(),
        case.warmup,
        case.spec.to_json()
    );
    request(header.as_bytes(), &records(&case.candles))
}

/// The series that a case draws, and its marks, as `wasm/src/own.rs` describes them.
fn own_json(case: &Case, own: &Own) -> String {
    let value = |value: &OwnValue| match value.value {
        Some((low, high)) => format!(r#"{{"time":{},"low":{low},"high":{high}}}"#, value.time),
        None => format!(r#"{{"time":{},"value":null}}"#, value.time),
    };
    let series = case.spec.options().series.iter().filter_map(|drawing| own.series(&drawing.name));
    let series = series.map(|series| {
        let values: Vec<String> = series.values().iter().map(value).collect();
        format!(r#""{}":[{}]"#, series.name(), values.join(","))
    });
    let number = |name: &str, value: Option<String>| {
        value.map(|value| format!(r#","{name}":{value}"#)).unwrap_or_default()
    };
    let marks = own.marks().iter().map(|mark| {
        let fields = [
            number("time", mark.time.map(|time| time.to_string())),
            number("price", mark.price.map(|price| price.to_string())),
            number("time2", mark.time2.map(|time| time.to_string())),
            number("price2", mark.price2.map(|price| price.to_string())),
            number("color", mark.color.map(|color| format!(r#""{color}""#))),
            number("side", (mark.side == MarkSide::Short).then(|| r#""short""#.to_owned())),
            number("text", (!mark.text.is_empty()).then(|| format!(r#""{}""#, mark.text))),
        ];
        format!(r#"{{"kind":"{}"{}}}"#, mark.kind.name(), fields.concat())
    });
    let (series, marks): (Vec<String>, Vec<String>) = (series.collect(), marks.collect());
    format!(r#"{{"series":{{{}}},"marks":[{}]}}"#, series.join(","), marks.join(","))
}

/// A request of any header and any bytes for candles.
#[must_use]
pub fn request(header: &[u8], candles: &[u8]) -> Vec<u8> {
    let length = (header.len() as u32).to_le_bytes();
    [&length, header, candles].concat()
}

/// Candles as a request has them.
#[must_use]
pub fn records(candles: &[Candle]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(48 * candles.len());
    for c in candles {
        bytes.extend(c.open_time.to_le_bytes());
        for value in [c.open, c.high, c.low, c.close, c.volume] {
            bytes.extend(value.to_le_bytes());
        }
    }
    bytes
}
