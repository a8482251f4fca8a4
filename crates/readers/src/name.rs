//! Names of series: interval codes, and what a file's name tells.

use candles::Interval;

/// The units of interval codes, the longest first, in ms.
const UNITS: [(char, i64); 5] =
    [('w', 604_800_000), ('d', 86_400_000), ('h', 3_600_000), ('m', 60_000), ('s', 1000)];

/// What a file's name tells of the series in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeriesName {
    /// `BTCUSDT`, in capital letters.
    pub symbol: Option<String>,
    /// `1h`.
    pub interval: Option<String>,
}

/// Reads `BTCUSDT-1h-2023-01.csv`, `Binance_BTCUSDT_1h.csv`, `BTC-USD_4h.json` and their like.
#[must_use]
pub fn series_name(file: &str) -> SeriesName {
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
    // A symbol may hold a point, so only what follows the last ones is an ending.
    let mut stem = file;
    for ending in [".gz", ".zip", ".csv", ".tsv", ".txt", ".json", ".parquet"] {
        let at = stem.len().saturating_sub(ending.len());
        if stem.get(at..).is_some_and(|tail| tail.eq_ignore_ascii_case(ending)) {
            stem = &stem[..at];
        }
    }
    let (mut from, mut until, mut interval) = (0, stem.len(), None);
    for word in stem.split(['-', '_', ' ']) {
        if from > 0 && interval_ms(word).is_some() {
            interval = Some(word.to_owned());
            until = from - 1;
            break;
        }
        if from > 0 && word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            until = until.min(from - 1);
        }
        from += word.len() + 1;
    }
    // What stands before the last `_` is the exchange.
    let symbol = stem[..until].rsplit(['_', ' ']).next().unwrap_or_default();
    let capital =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let named = symbol.bytes().any(|byte| byte.is_ascii_uppercase()) && symbol.bytes().all(capital);
    SeriesName { symbol: named.then(|| symbol.to_owned()), interval }
}

/// The length in ms of a code such as `15m`, `4h`, `1d` or `1w`; months have none.
#[must_use]
pub fn interval_ms(code: &str) -> Option<i64> {
    Interval::parse(code).ok().filter(|interval| interval.months().is_none()).map(|interval| interval.ms())
}

/// The code of an interval of `ms`, above 0: `90m`, `1d`, `2w`, and `1500ms` where no unit fits.
#[must_use]
pub fn interval_code(ms: i64) -> String {
    let unit = UNITS.iter().find(|(_, unit)| ms % unit == 0);
    unit.map_or_else(|| format!("{ms}ms"), |(letter, unit)| format!("{}{letter}", ms / unit))
}
