//! Any bytes as a text of candles: no panic, and only valid candles come out, in order, each time once.
#![no_main]

use std::sync::atomic::AtomicBool;

use candles::Interval;
use libfuzzer_sys::fuzz_target;
use readers::{Error, Placement, ReadOptions, Row, Series, SeriesFacts, SeriesRow, Source, read, survey, understand};

/// 2026-01-01.
const NOW: i64 = 1_767_225_600_000;

fuzz_target!(|bytes: &[u8]| {
    let source = Source::text(bytes.to_vec());
    let Ok(format) = understand(&source, &ReadOptions { now: NOW, ..ReadOptions::default() }) else { return };
    let Ok(survey) = survey(&source, &format, &AtomicBool::new(false)) else { return };
    let mut rows = read(&source, &format, survey.rises()).expect("what was understood is read");
    let mut all: Vec<Row> = Vec::new();
    while let Some(row) = rows.next() {
        match row {
            Ok(row) => all.push(row),
            Err(Error::Row { .. }) => {}
            Err(_) => {
                assert!(rows.next().is_none(), "nothing follows what cannot be read on");
                return;
            }
        }
    }
    assert!(all.iter().all(|row| row.candle.check().is_ok() && row.line > 0));
    assert!(all.is_sorted_by_key(|row| row.line));
    for facts in &survey.series {
        let own = |row: &&Row| row.symbol.map(|at| rows.symbols()[at].as_str()) == facts.symbol.as_deref();
        let own: Vec<Row> = all.iter().filter(own).copied().collect();
        assert!(own.len() as u64 <= facts.rows, "the survey has seen every candle");
        series(facts, &own, format.unit());
    }
});

/// Rows that make a series make one of ordered candles, and none is lost.
fn series(facts: &SeriesFacts, rows: &[Row], unit: &'static str) {
    let Some(interval) = facts.interval().ok().and_then(|code| Interval::parse(&code).ok()) else { return };
    let Ok(placement) = Placement::of(facts, interval.code(), interval.ms(), None) else { return };
    let placed: Vec<SeriesRow> = rows.iter().map(|row| SeriesRow::new(row, 0, placement.place(row))).collect();
    if let Ok(series) = Series::new(placed, Some(&interval), unit) {
        assert!(series.candles.is_sorted_by(|a, b| a.open_time < b.open_time));
        assert!(series.candles.iter().all(|candle| candle.check().is_ok()));
        assert_eq!(series.candles.len() + series.repeated + series.completed, rows.len());
    }
}
