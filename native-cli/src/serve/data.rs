//! What is read of the market database and the index.

use std::{
    fmt, io,
    ops::Range,
    sync::{Arc, atomic::AtomicBool},
};

use axum::http::StatusCode;
use cache::{SpecFilter, StatusSummary, pipeline::need};
use candles::Interval;
use market::{Candles, Filter, ReadError, Record, Series, Source, Wanted};
use render_core::{
    Candle, Digest, MAX_WARMUP, MAX_WINDOW, Png, Spec, Window, format_utc, input_digest, render,
};
use serde_json::{Value, json};

use crate::{advice, config::Base, error::Error};

/// Why there is no answer: its status, and the text that it has instead.
#[derive(Debug)]
pub struct Refusal(pub StatusCode, pub String);

impl Refusal {
    /// There is no such thing.
    pub fn absent(why: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, why.into())
    }

    /// The source cannot be read.
    pub fn broken(why: impl fmt::Display) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, why.to_string())
    }
}

impl From<market::Error> for Refusal {
    fn from(error: market::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error.exit_status() {
            2 => Self(StatusCode::BAD_REQUEST, error.to_string()),
            _ => Self::broken(error),
        }
    }
}

/// All series that can be used, hold candles enough for a picture and that the filter
/// admits, with an end among those that it lets through.
pub fn series(base: &Base) -> Result<Value, Error> {
    let market = base.open_market()?;
    let usable = market.series(&base.filter)?.into_iter().filter_map(|listed| listed.series.ok());
    let all = Filter::default();
    // Whether a stride leaves an end over, reading alone can tell.
    let some = Filter { stride: 1, ..base.filter.clone() };
    let usable = usable.filter(|series| market.count(series, &all) > 1 && market.count(series, &some) > 0);
    let item = |series: Arc<Series>| {
        let (code, ms) = (series.interval.name(), series.interval.ms());
        json!({"symbol": series.symbol.to_string(), "interval": code, "ms": ms})
    };
    let (db, sample) = match &base.source {
        Source::Database(file) => (file.display().to_string(), false),
        Source::Sample => ("built-in sample".to_owned(), true),
    };
    let usable: Vec<Value> = usable.map(item).collect();
    // Whether only some ends are served, those that `api/ends` tells.
    let Filter { start, end, stride, .. } = all;
    let filtered = (base.filter.start, base.filter.end, base.filter.stride) != (start, end, stride);
    Ok(json!({"db": db, "sample": sample, "filtered": filtered, "series": usable}))
}

/// What the index says of the series that are served.
pub fn status(base: &Base) -> Result<StatusSummary, Error> {
    let cache = base.cache()?;
    cache.must_exist()?;
    Ok(cache.status(Some(&base.open_market()?), &base.filter, &SpecFilter::default())?)
}

/// The candles of a series at one instant: those of all windows that are served, with
/// as many before them as any spec can ask for, so that a picture of them is the same
/// as one of the whole series.
pub fn candles(
    base: &Base,
    symbol: &str,
    interval: &str,
) -> Result<impl Iterator<Item = io::Result<Record>> + use<>, Refusal> {
    let Filter { start, end, .. } = base.filter;
    let (_, candles) = read(base, symbol, interval, start..end, MAX_WINDOW as usize + MAX_WARMUP)?;
    let candles = candles.map(|record| record.map_err(io::Error::other));
    // The one past the last end is read as well, for the sake of gaps.
    Ok(candles.take_while(move |record| record.as_ref().map_or(true, |record| record.candle.open_time < end)))
}

/// The ends of a series that are served, of those at which there is a candle.
pub fn ends(base: &Base, symbol: &str, interval: &str) -> Result<Vec<i64>, Refusal> {
    let (series, candles) = read(base, symbol, interval, base.filter.start..base.filter.end, 1)?;
    let mut ends = Vec::new();
    for record in candles {
        let at = record.map_err(Refusal::broken)?.candle.open_time;
        if base.filter.selects(at, Some(&series.interval)) {
            ends.push(at);
        }
    }
    Ok(ends)
}

/// The picture of one end, as `render` would write it, and the digest of its input.
pub fn picture(
    base: &Base,
    symbol: &str,
    interval: &str,
    end: i64,
    spec: &Spec,
) -> Result<(Png, Digest), Refusal> {
    let need = need(spec);
    let after = end.checked_add(1).ok_or_else(|| Error::usage("the time is out of range"))?;
    let (series, source) = read(base, symbol, interval, end..after, need)?;
    if !base.filter.selects(end, Some(&series.interval)) {
        let end = format_utc(end);
        let why = format!(
            "{end} is not among the ends that this server was told to serve by --start, --end and --stride"
        );
        return Err(Refusal::absent(why));
    }
    let (mut candles, mut faults) = (Vec::<Candle>::new(), Vec::new());
    for record in source {
        let record = record.map_err(Refusal::broken)?;
        if record.candle.open_time <= end {
            faults.push(record.fault());
            candles.push(record.candle);
        }
    }
    let missing = |why: String| Refusal::absent(format!("missing: {why}"));
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
    let window = window.map_err(Error::from)?;
    Ok((render(&window, spec), input_digest(&window, spec)))
}

/// A series that is served, and its candles in these times with so many before them.
fn read(
    base: &Base,
    symbol: &str,
    interval: &str,
    times: Range<i64>,
    need: usize,
) -> Result<(Arc<Series>, Candles), Refusal> {
    let absent = || Refusal::absent(format!("there is no series {symbol} {interval}"));
    if !base.filter.admits(symbol, interval) {
        return Err(absent());
    }
    let broken = |error: ReadError| Refusal::broken(advice::series(&error));
    let market = base.open_market()?;
    let listed = market
        .all()?
        .into_iter()
        .find(|one| one.symbol == symbol && one.interval == Interval::name_of(interval));
    let series = listed.ok_or_else(absent)?.series.map_err(|error| broken(error.into()))?;
    let filter = Filter { start: times.start, end: times.end, ..Filter::default() };
    // The page shows a candle whose interval is not over yet, too.
    let ends = series.ends(&filter, i64::MAX);
    let cancel = AtomicBool::new(false);
    let wanted = Wanted { filter: &filter, ends: &ends, need, after: 0, cancel: &cancel, planned: false };
    match market.read(&series, &wanted).map_err(broken)? {
        Some((_, candles)) => Ok((series, candles)),
        None => Err(Refusal::broken("interrupted")),
    }
}
