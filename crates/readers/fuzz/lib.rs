//! What the fuzz targets share: whatever a source holds, only valid candles come out of it, each time the same.

use std::sync::atomic::AtomicBool;

use candles::Interval;
use readers::{
    Error, Placement, ReadOptions, Row, Series, SeriesFacts, SeriesRow, Source, TimeZone, read, survey,
    understand,
};

/// The first day of 2026.
const NOW: i64 = 1_767_225_600_000;

/// What a source gives: all rows, errors as their messages.
pub type Told = Result<Vec<Result<Row, String>>, String>;

/// Reads a source as an import does; the number chooses what is told of it.
pub fn told(source: &Source, choice: u8) -> Told {
    let says = |error: Error| error.to_string();
    let options = ReadOptions {
        now: if choice & 1 == 0 { NOW } else { 0 },
        time_zone: if choice & 2 == 0 { None } else { TimeZone::named("America/New_York").ok() },
        interval: if choice & 4 == 0 { None } else { Some(86_400_000) },
        symbol: if choice & 8 == 0 { None } else { Some("BTCUSDT".to_owned()) },
        ..ReadOptions::default()
    };
    let format = understand(source, &options).map_err(says)?;
    let found = survey(source, &format, &AtomicBool::new(false)).map_err(says)?;
    let mut rows = read(source, &format, Some(choice & 16 == 0)).map_err(says)?;
    let all: Vec<Result<Row, String>> = rows.by_ref().map(|row| row.map_err(says)).collect();
    let symbols = rows.symbols().len();
    let good: Vec<Row> = all.iter().flatten().copied().collect();
    assert!(good.iter().all(|row| row.candle.check().is_ok() && row.line > 0));
    assert!(good.iter().all(|row| row.symbol.is_none_or(|symbol| symbol < symbols)));
    assert!(good.is_sorted_by_key(|row| row.line));
    for facts in &found.series {
        let own = |row: &&Row| row.symbol.map(|at| rows.symbols()[at].as_str()) == facts.symbol.as_deref();
        check_series(facts, good.iter().filter(own), format.unit());
    }
    Ok(all)
}

/// Rows that make a series make one of ordered candles, and none is lost.
fn check_series<'a>(facts: &SeriesFacts, rows: impl Iterator<Item = &'a Row>, unit: &'static str) {
    let Some(interval) = facts.interval().ok().and_then(|code| Interval::parse(&code).ok()) else { return };
    let Ok(placement) = Placement::of(facts, interval.code(), interval.ms(), None) else { return };
    let placed: Vec<SeriesRow> = rows.map(|row| SeriesRow::new(row, 0, placement.place(row))).collect();
    let count = placed.len();
    if let Ok(series) = Series::new(placed, Some(&interval), unit) {
        assert!(series.candles.is_sorted_by(|a, b| a.open_time < b.open_time));
        assert!(series.candles.iter().all(|candle| candle.check().is_ok()));
        assert_eq!(series.candles.len() + series.repeated + series.completed, count);
    }
}
