//! Requests of the module's C ABI, which `wasm/src/request.rs` describes.

use render_core::Candle;

use crate::cases::Case;

/// A case as a request.
#[must_use]
pub fn of(case: &Case) -> Vec<u8> {
    // Symbols and codes are plain, so they need no escapes.
    let header = format!(
        r#"{{"symbol":"{}","interval":"{}","interval_ms":{},"warmup":{},"spec":{}}}"#,
        case.symbol,
        case.interval.code(),
        case.interval.ms(),
        case.warmup,
        case.spec.to_json()
    );
    request(header.as_bytes(), &records(&case.candles))
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
