//! Texts as people have them, read as an import reads them.

mod bad_input;
mod days;
mod forms;
mod numbers;
mod once;
mod own;
mod table_forms;
mod tables;
mod walk;
mod written;

use std::sync::atomic::AtomicBool;

use candles::{Candle, Interval, format_utc};
use proptest::prelude::ProptestConfig;

use crate::{
    Error, Placement, ReadOptions, Row, RowCounts, Series, SeriesRow, Source, read, survey, understand,
};

/// The first day of 2026.
const NOW: i64 = 1_767_225_600_000;
const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;

/// How many cases a property is tried with, where the environment does not say otherwise.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    #[expect(clippy::disallowed_methods, reason = "a test may look at its environment")]
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(usual), failure_persistence: None, ..ProptestConfig::default() }
}

/// What a text held.
#[derive(Debug)]
struct Whole {
    series: Vec<One>,
    counts: RowCounts,
}

/// One series of it.
#[derive(Debug)]
struct One {
    symbol: Option<String>,
    interval: String,
    placement: Placement,
    candles: Vec<Candle>,
}

/// Reads a text, with the series in it placed and sorted; a row that is no candle refuses all.
fn whole(text: impl crate::Bytes + 'static, options: &ReadOptions) -> Result<Whole, Error> {
    let source = Source::text(text);
    let format = understand(&source, options)?;
    let found = survey(&source, &format, &AtomicBool::new(false))?;
    let mut rows = read(&source, &format, found.rises())?;
    let all = rows.by_ref().collect::<Result<Vec<Row>, Error>>()?;
    let (counts, symbols) = (rows.counts(), rows.symbols().to_vec());
    drop(rows);
    let mut series = Vec::new();
    for facts in &found.series {
        let code = match options.interval {
            Some(ms) => {
                let code =
                    if (28..=31).contains(&(ms / DAY)) { "1M".to_owned() } else { crate::interval_code(ms) };
                facts.check(&code, ms, false)?;
                code
            }
            None => facts.interval()?,
        };
        let interval = Interval::parse(&code).map_err(|_| Error::Unfit("an interval that is none"))?;
        let placement = Placement::of(facts, &code, interval.ms(), None)?;
        let of_symbol = |row: &&Row| row.symbol.map(|at| &symbols[at]) == facts.symbol.as_ref();
        let placed = all.iter().filter(of_symbol).map(|row| SeriesRow::new(row, 0, placement.place(row)));
        let Series { candles, .. } = Series::new(placed.collect(), Some(&interval), format.unit())?;
        series.push(One { symbol: facts.symbol.clone(), interval: code, placement, candles });
    }
    if series.is_empty() {
        return Err(Error::NoRows);
    }
    Ok(Whole { series, counts })
}

/// Options that say nothing but the date of today.
fn today() -> ReadOptions {
    ReadOptions { now: NOW, ..ReadOptions::default() }
}

/// Each candle as a line: time, prices, volume.
fn lines(candles: &[Candle]) -> Vec<String> {
    let line = |c: &Candle| {
        format!("{} {} {} {} {} {}", format_utc(c.open_time), c.open, c.high, c.low, c.close, c.volume)
    };
    candles.iter().map(line).collect()
}

/// The candles of a text with one series in it, or why there are none.
fn one(text: &str) -> Result<Vec<String>, String> {
    one_by(text, &today())
}

fn one_by(text: &str, options: &ReadOptions) -> Result<Vec<String>, String> {
    match whole(text.to_owned(), options) {
        Ok(Whole { series, .. }) if series.len() == 1 => Ok(lines(&series[0].candles)),
        Ok(Whole { series, .. }) => Err(format!("{} series", series.len())),
        Err(error) => Err(error.to_string()),
    }
}
