//! What is read of the market database and the index.

use std::{
    io,
    sync::{Arc, atomic::AtomicBool},
};

use cache::{SpecFilter, StatusSummary};
use market::{Candles, Ends, Filter, Market, Record, Series, Source, Wanted};
use render_core::{
    Candle, Digest, MAX_WARMUP, MAX_WINDOW, Png, Spec, Window, format_utc, input_digest, render,
};
use serde::Serialize;

use crate::{advice, config::Base, error::Error};

/// The series of the database.
#[derive(Serialize)]
pub struct List {
    /// The database as `--db` names it.
    db: String,
    sample: bool,
    /// Whether only some ends are served, those that `api/ends` tells.
    filtered: bool,
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

impl From<market::Error> for Refusal {
    fn from(error: market::Error) -> Self {
        Error::from(error).into()
    }
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

/// All series that can be used, hold candles enough for a picture and that the filter
/// admits, with an end among those that it lets through.
pub fn series(base: &Base) -> Result<List, Error> {
    let market = Market::of(&base.source)?;
    let usable = market.series(&base.filter)?.into_iter().filter_map(|listed| listed.series.ok());
    let all = Filter::default();
    // Whether a stride leaves an end over, reading alone can tell.
    let some = Filter { stride: 1, ..base.filter.clone() };
    let usable = usable.filter(|series| market.count(series, &all) > 1 && market.count(series, &some) > 0);
    let item = |series: Arc<Series>| Item {
        symbol: series.symbol.to_string(),
        interval: series.interval.code().to_owned(),
        ms: series.interval.ms(),
    };
    let (db, sample) = match &base.source {
        Source::Database(file) => (file.display().to_string(), false),
        Source::Sample => ("built-in sample".to_owned(), true),
    };
    Ok(List { db, sample, filtered: is_filtered(&base.filter), series: usable.map(item).collect() })
}

/// What the index says of the series that are served.
pub fn status(base: &Base) -> Result<StatusSummary, Error> {
    let cache = base.cache()?;
    cache.must_exist()?;
    Ok(cache.status(Some(&Market::of(&base.source)?), &base.filter, &SpecFilter::default())?)
}

/// Whether some ends of a series are not served.
fn is_filtered(filter: &Filter) -> bool {
    let Filter { start, end, stride, .. } = Filter::default();
    (filter.start, filter.end, filter.stride) != (start, end, stride)
}

/// The candles of a series at one instant: those of all windows that are served, with
/// as many before them as any spec can ask for, so that a picture of them is the same
/// as one of the whole series.
pub fn candles(
    base: &Base,
    symbol: &str,
    interval: &str,
) -> Result<impl Iterator<Item = io::Result<Record>> + use<>, Refusal> {
    let market = Market::of(&base.source)?;
    let series = find(base, &market, symbol, interval)?;
    let Filter { start, end, .. } = base.filter;
    let candles = read(&market, &series, start, end, MAX_WINDOW as usize + MAX_WARMUP)?;
    let candles = candles.map(|record| record.map_err(io::Error::other));
    // The one past the last end is read as well, for the sake of gaps.
    Ok(candles.take_while(move |record| record.as_ref().map_or(true, |record| record.candle.open_time < end)))
}

/// The ends of a series that are served, of those at which there is a candle.
pub fn ends(base: &Base, symbol: &str, interval: &str) -> Result<Vec<i64>, Refusal> {
    let market = Market::of(&base.source)?;
    let series = find(base, &market, symbol, interval)?;
    let mut ends = Vec::new();
    for record in read(&market, &series, base.filter.start, base.filter.end, 1)? {
        let at = record.map_err(|error| Refusal::Broken(error.to_string()))?.candle.open_time;
        if base.filter.selects(at, Some(&series.interval)) {
            ends.push(at);
        }
    }
    Ok(ends)
}

/// The picture of one end, as `render` would write it.
pub fn picture(base: &Base, symbol: &str, interval: &str, end: i64, spec: &Spec) -> Result<Picture, Refusal> {
    let market = Market::of(&base.source)?;
    let series = find(base, &market, symbol, interval)?;
    if !base.filter.selects(end, Some(&series.interval)) {
        let end = format_utc(end);
        let why = format!(
            "{end} is not among the ends that this server was told to serve by --start, --end and --stride"
        );
        return Err(Refusal::Absent(why));
    }
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
    let listed = market.all()?.into_iter().find(|one| one.symbol == symbol && one.interval == interval);
    listed.ok_or_else(absent)?.series.map_err(|error| Refusal::Broken(advice::series(&error.into())))
}

fn read(market: &Market, series: &Series, start: i64, end: i64, need: usize) -> Result<Candles, Refusal> {
    let filter = Filter { start, end, ..Filter::default() };
    // The page shows a candle whose interval is not over yet, too.
    let ends = Ends::new(&series.interval, &filter, i64::MAX);
    let cancel = AtomicBool::new(false);
    let wanted = Wanted { filter: &filter, ends: &ends, need, after: 0, cancel: &cancel, planned: false };
    match market.read(series, &wanted) {
        Ok(Some((_, candles))) => Ok(candles),
        Ok(None) => Err(Refusal::Broken("interrupted".to_owned())),
        Err(error) => Err(Refusal::Broken(advice::series(&error))),
    }
}
