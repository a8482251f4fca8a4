//! Candles for the page's tests: stretches of the sample, in every form.

use std::fs;

use readers::{ReadOptions, Source, read, understand};
use render_core::{Candle, format_utc};

use tests::root;

/// The sample's hours.
pub fn hours() -> Vec<Candle> {
    let text = fs::read(root().join("crates/market/sample/BTCUSDT-1h.csv")).expect("the sample");
    let source = Source::text(text);
    let format = understand(&source, &ReadOptions::default()).expect("a header");
    let rows = read(&source, &format, Some(true)).expect("rows");
    rows.map(|row| row.expect("a candle").candle).collect()
}

fn values(c: &Candle) -> [f64; 5] {
    [c.open, c.high, c.low, c.close, c.volume]
}

fn joined(values: [f64; 5], between: &str) -> String {
    values.map(|value| value.to_string()).join(between)
}

/// Klines as an exchange publishes them, times in `unit`ths of a second.
pub fn klines(candles: &[Candle], unit: i64) -> String {
    let length = candles[1].open_time - candles[0].open_time;
    let line = |c: &Candle| {
        let [open, close] = [c.open_time, c.open_time + length].map(|time| time * unit / 1000);
        format!("{open},{},{},0,1,0,0,0\n", joined(values(c), ","), close - 1)
    };
    candles.iter().map(line).collect()
}

/// CSV with the header that spreadsheets write, semicolons between columns, and dates.
pub fn spreadsheet(candles: &[Candle]) -> String {
    let line = |c: &Candle| {
        let date = format_utc(c.open_time).replace('T', " ").replace('Z', "");
        format!("{date};{}\r\n", joined(values(c), ";"))
    };
    let lines: String = candles.iter().map(line).collect();
    format!("\u{feff}Date;Open;High;Low;Close;Volume\r\n{lines}")
}

/// Tabs between columns, newest first, as some publishers have it.
pub fn newest_first(candles: &[Candle]) -> String {
    let line = |c: &Candle| format!("{}\t{}\n", format_utc(c.open_time), joined(values(c), "\t"));
    let lines: String = candles.iter().rev().map(line).collect();
    format!("Timestamp\tOpen\tHigh\tLow\tClose\tVolume\n{lines}")
}

/// Klines as an exchange answers with them: prices in quotes.
pub fn json(candles: &[Candle]) -> String {
    let line = |c: &Candle| {
        let quoted = values(c).map(|value| format!("\"{value}\"")).join(",");
        format!("[{},{quoted},{},\"0\",1,\"0\",\"0\",\"0\"]", c.open_time, c.open_time + 3_599_999)
    };
    format!("[{}]", candles.iter().map(line).collect::<Vec<_>>().join(",\n"))
}
