//! The real candles that the command line's sample is made of.

use std::sync::LazyLock;

use render_core::Candle;

static BTC_1H: LazyLock<Vec<Candle>> =
    LazyLock::new(|| read(include_str!("../../../crates/market/sample/BTCUSDT-1h.csv")));

/// Hours of BTCUSDT, 2023.
#[must_use]
pub fn btc_1h() -> Vec<Candle> {
    BTC_1H.clone()
}

/// Four-hour candles of ETHUSD.
#[must_use]
pub fn eth_4h() -> Vec<Candle> {
    read(include_str!("../../../crates/market/sample/ETHUSD-4h.csv"))
}

fn read(text: &str) -> Vec<Candle> {
    csv::Reader::from_reader(text.as_bytes())
        .into_deserialize()
        .map(|row| {
            let (open_time, open, high, low, close, volume) =
                row.unwrap_or_else(|error| panic!("sample: {error}"));
            Candle { open_time, open, high, low, close, volume }
        })
        .collect()
}
