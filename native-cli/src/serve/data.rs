//! What is read of the market database and the index.

use std::sync::Arc;

use render_core::{Candle, Digest, Png, Spec, Window, format_utc, input_digest, render};
use serde::Serialize;

use crate::{
    config::{Base, Source},
    ends::Ends,
    error::Error,
    filter::Filter,
    interrupt::Interrupt,
    market::{Market, Series},
    read::Wanted,
    spool::Candles,
};

/// The series of the database.
#[derive(Serialize)]
pub struct List {
    /// The database as `--db` names it.
    db: String,
    sample: bool,
    series: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    symbol: String,
    interval: String,
    ms: i64,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Refusal {
    /// There is no such thing.
    Absent(String),
    /// What is asked for makes no sense.
    Usage(String),
    /// The source cannot be read.
    Broken(String),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Usage(why) => Self::Usage(why),
            Error::Args(_) => Self::Usage(error.to_string()),
            other => Self::Broken(other.to_string()),
        }
    }
}

/// A picture and the digest of its input.
pub struct Picture {
    pub png: Png,
    pub input: Digest,
}

/// All series that can be used, hold candles enough for a picture and that the filter admits.
pub fn series(base: &Base) -> Result<List, Error> {
    let market = Market::of(&base.source)?;
    let usable = market.series(&base.filter)?.into_iter().filter_map(|listed| listed.series.ok());
    let usable = usable.filter(|series| market.count(series, &base.filter) > 1);
    let item = |series: Arc<Series>| Item {
        symbol: series.symbol.clone(),
        interval: series.interval.code().to_owned(),
        ms: series.interval.ms(),
    };
    let (db, sample) = match &base.source {
        Source::Database(file) => (file.display().to_string(), false),
        Source::Sample => ("built-in sample".to_owned(), true),
    };
    Ok(List { db, sample, series: usable.map(item).collect() })
}

/// All candles of a series, at one instant.
pub fn candles(base: &Base, symbol: &str, interval: &str) -> Result<Candles, Refusal> {
    let market = Market::of(&base.source)?;
    let series = find(base, &market, symbol, interval)?;
    read(&market, &series, i64::MIN, i64::MAX, 1)
}

/// The picture of one end, as `render` would write it.
pub fn picture(base: &Base, symbol: &str, interval: &str, end: i64, spec: &Spec) -> Result<Picture, Refusal> {
    let market = Market::of(&base.source)?;
    let series = find(base, &market, symbol, interval)?;
    let need = (spec.window() + spec.warmup()) as usize;
    let after = end.checked_add(1).ok_or_else(|| Refusal::Usage("the time is out of range".to_owned()))?;
    let (mut candles, mut faults) = (Vec::<Candle>::new(), Vec::new());
    for record in read(&market, &series, end, after, need)? {
        let record = record.map_err(|error| Refusal::Broken(error.to_string()))?;
        if record.candle.open_time <= end {
            faults.push(record.fault());
            candles.push(record.candle);
        }
    }
    let missing = |why: String| Refusal::Absent(format!("missing: {why}"));
    if candles.last().is_none_or(|last| last.open_time != end) {
        return Err(missing(format!("no candle at {}", format_utc(end))));
    }
    let surplus = candles.len().saturating_sub(need);
    let (candles, faults) = (&candles[surplus..], &faults[surplus..]);
    if let Some((candle, fault)) = candles.iter().zip(faults).find_map(|(c, fault)| Some((c, (*fault)?))) {
        return Err(missing(format!("invalid candle at {}: {fault}", format_utc(candle.open_time))));
    }
    let drawn = spec.window() as usize;
    let Some(warmup) = candles.len().checked_sub(drawn) else {
        return Err(missing(format!("short history: {} of {drawn} candles", candles.len())));
    };
    let window = Window::new(symbol, &series.interval, candles, warmup);
    let window = window.map_err(|error| Refusal::Usage(error.to_string()))?;
    Ok(Picture { png: render(&window, spec), input: input_digest(&window, spec) })
}

fn find(base: &Base, market: &Market, symbol: &str, interval: &str) -> Result<Arc<Series>, Refusal> {
    let absent = || Refusal::Absent(format!("there is no series {symbol} {interval}"));
    if !base.filter.admits(symbol, interval) {
        return Err(absent());
    }
    let listed = market.all()?.into_iter().find(|one| one.symbol == symbol && one.code == interval);
    listed.ok_or_else(absent)?.series.map_err(Refusal::Broken)
}

fn read(market: &Market, series: &Series, start: i64, end: i64, need: usize) -> Result<Candles, Refusal> {
    let filter = Filter { symbols: Vec::new(), intervals: Vec::new(), start, end, stride: 1 };
    // The page shows a candle whose interval is not over yet, too.
    let ends = Ends::new(&series.interval, &filter, i64::MAX);
    let interrupt = Interrupt::default();
    let wanted = Wanted { filter: &filter, ends: &ends, need, interrupt: &interrupt, planned: false };
    match market.read(series, &wanted) {
        Ok(Some((_, candles))) => Ok(candles),
        Ok(None) => Err(Refusal::Broken("interrupted".to_owned())),
        Err(why) => Err(Refusal::Broken(why)),
    }
}
