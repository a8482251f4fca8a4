//! Any bytes as a text of candles: no panic, and only valid candles come out, in
//! order, each time once. How the bytes arrive makes no difference.
#![no_main]

use std::io::{self, Read};

use libfuzzer_sys::fuzz_target;
use readers::{Error, Klines, Row, Rows, Series};

/// Gives its bytes one by one.
struct Drops<'a>(&'a [u8]);

impl Read for Drops<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let some = room.len().min(1);
        self.0.read(&mut room[..some])
    }
}

/// All rows, errors as their messages.
fn read(source: impl Read) -> Result<Vec<Result<Row, String>>, String> {
    let says = |error: Error| error.to_string();
    Ok(Rows::new(source).map_err(says)?.map(|row| row.map_err(says)).collect())
}

fuzz_target!(|bytes: &[u8]| {
    let at_once = read(bytes);
    assert_eq!(at_once, read(Drops(bytes)));
    let Ok(rows) = at_once else { return };
    if let Ok(klines) = Rows::new(bytes).and_then(Klines::new) {
        for (kline, row) in klines.zip(&rows) {
            assert!(kline.is_err() || kline.is_ok_and(|kline| row.as_ref().is_ok_and(|row| row.candle == kline.candle)));
        }
    }
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    assert!(rows.iter().all(|row| row.candle.check().is_ok() && row.line > 0));
    assert!(rows.is_sorted_by_key(|row| row.line));
    if let Ok(series) = Series::new(rows.clone()) {
        assert!(series.candles.is_sorted_by(|a, b| a.open_time < b.open_time));
        assert_eq!(series.candles.len() + series.repeated, rows.len());
    }
});
