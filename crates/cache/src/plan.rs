//! [`Plan`]: all that a run would make, and a hash over everything that decides its pictures.
//!
//! The hash is the same wherever candles, spec, style version and selection are the same. So machines that each make
//! one shard can tell that their shards belong together.

mod end_runs;
mod outlook;
mod scan;
pub(crate) mod selection;

use std::num::NonZeroU32;

use candles::{format_utc, in_calendar, text::shown};
use market::{Ends, Filter, Listed, Market, ReadError, SeriesError, Wanted, is_stray};
use render_core::{Digest, DigestWriter, STYLE_VERSION, Spec};

use crate::{
    Error, PlanError, Run,
    error::SeriesFault,
    pipeline::{Stop, unit::need},
    shard::Shard,
};
use outlook::text;
use scan::Scan;

pub use outlook::Outlook;
pub use selection::{Change, Selection, short};

/// All that a run would make.
#[derive(Debug)]
pub struct Plan {
    /// The hash over everything that decides the pictures.
    pub hash: Digest,
    /// What was selected.
    pub selection: Selection,
    /// The selected series.
    pub series: Vec<Planned>,
    /// When the clock will change the plan; none if it will not.
    pub change: Option<Change>,
}

/// One series of a plan.
#[derive(Debug)]
pub struct Planned {
    /// The series, as the market lists it.
    pub listed: Listed,
    /// What there is to make of it, or why it is refused.
    pub outlook: Result<Outlook, SeriesError>,
}

/// The part of one series that a shard makes.
#[derive(Debug)]
pub struct Piece {
    /// The series, as the market lists it.
    pub listed: Listed,
    /// The first and the last end, in ms since the Unix epoch.
    pub span: (i64, i64),
    /// How many ends there are.
    pub ends: u64,
    /// How many of them get a row.
    pub rows: u64,
    /// Why the series is refused, if it is.
    pub refused: Option<SeriesError>,
}

impl Plan {
    /// Plans the pictures of `spec` that `filter` selects: reads every candle of them. With `sample`, it
    /// also renders a few pictures of each series to estimate how many bytes all of them have.
    ///
    /// # Errors
    /// Fails if the market or the disk fails, or if the run is cancelled. A series whose data make it unusable is
    /// refused, but belongs to the plan.
    pub fn new(
        market: &Market,
        spec: &Spec,
        filter: &Filter,
        run: &Run<'_>,
        sample: bool,
    ) -> Result<Self, Error> {
        let stop = Stop::new(run.cancel);
        let cancelled = |error: Error| if stop.is_set() { Error::Cancelled } else { error };
        let mut series = Vec::new();
        for listed in market.series(filter).map_err(|error| cancelled(error.into()))? {
            let outlook = match &listed.series {
                Err(why) => Err(why.clone()),
                Ok(series) => {
                    let ends = Ends::new(&series.interval, filter, run.now);
                    let (need, cancel) = (need(spec), stop.cancel());
                    let wanted = Wanted { filter, ends: &ends, need, after: 0, cancel, planned: false };
                    // If it were refused for a reason of this machine, such as a full disk, its shards would be empty.
                    let unreadable = |fault: SeriesFault| {
                        let series = format!("{} {}", shown(&listed.symbol), shown(&listed.interval));
                        cancelled(PlanError::Unreadable { series, fault }.into())
                    };
                    match market.read(series, &wanted) {
                        Err(ReadError::Series(why)) if !stop.is_set() => Err(why),
                        Err(fault) => return Err(unreadable(fault.into())),
                        Ok(None) => return Err(Error::Cancelled),
                        Ok(Some((survey, candles))) => {
                            let expected = if sample { market.count(series, filter) } else { 0 };
                            let mut scan = Scan::new(series, spec, sample.then_some(expected));
                            let read = scan.read(&ends, candles, &stop);
                            read.map_err(|error| unreadable(SeriesFault::Lost(error)))?;
                            if stop.is_set() {
                                return Err(Error::Cancelled);
                            }
                            Ok(scan.finish(&survey, filter))
                        }
                    }
                }
            };
            series.push(Planned { listed, outlook });
        }
        Ok(Self::of(series, spec, filter))
    }

    fn of(series: Vec<Planned>, spec: &Spec, filter: &Filter) -> Self {
        let Filter { symbols, intervals, start, end, stride } = filter;
        let sorted = |names: &[String]| {
            let mut names = names.to_vec();
            names.sort_unstable();
            names.dedup();
            names
        };
        let time = |ms: i64| Some(ms).filter(|ms| ![i64::MIN, i64::MAX].contains(ms)).map(format_utc);
        let good = || series.iter().filter_map(|planned| planned.outlook.as_ref().ok());
        let selection = Selection {
            spec: spec.hash().to_string(),
            style_version: STYLE_VERSION,
            symbols: sorted(symbols),
            intervals: sorted(intervals),
            start: time(*start),
            end: time(*end),
            stride: *stride,
            ends: good().map(Outlook::ends).sum(),
            last_end: good().filter_map(|outlook| outlook.last_end).max().map(format_utc),
        };
        let change = series
            .iter()
            .filter_map(|planned| {
                let (series, outlook) =
                    (planned.listed.series.as_ref().ok()?, planned.outlook.as_ref().ok()?);
                let settled = outlook.unfinished?;
                let at = settled.saturating_add(series.interval.ms());
                // No clock gets to times that are microseconds by mistake.
                Some(Change { at, settled }).filter(|_| in_calendar(settled) && in_calendar(at))
            })
            .reduce(|a, b| Change { at: a.at.min(b.at), settled: a.settled.min(b.settled) });

        let mut writer = DigestWriter::default();
        writer.update(b"image-cache-plan 1");
        writer.update(&STYLE_VERSION.to_le_bytes());
        writer.update(spec.hash().as_bytes());
        for names in [&selection.symbols, &selection.intervals] {
            writer.update(&(names.len() as u64).to_le_bytes());
            names.iter().for_each(|name| text(&mut writer, name));
        }
        writer.update(&start.to_le_bytes());
        writer.update(&end.to_le_bytes());
        writer.update(&stride.to_le_bytes());
        for Planned { listed, outlook } in &series {
            text(&mut writer, &listed.symbol);
            text(&mut writer, &listed.interval);
            match outlook {
                Ok(outlook) => writer.update(outlook.digest.as_bytes()),
                Err(_) => writer.update(b"refused"),
            }
        }
        Self { hash: writer.finish(), selection, series, change }
    }

    /// The number of series that are refused.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.series.iter().filter(|planned| planned.outlook.is_err()).count()
    }

    /// What a shard makes, series by series. Each refused series belongs to one of the shards.
    #[must_use]
    pub fn pieces(&self, shard: Shard) -> Vec<Piece> {
        let range = shard.range(self.selection.ends);
        let is_last = shard.index + 1 == shard.of.get();
        let (mut pieces, mut before) = (Vec::new(), 0_u64);
        for Planned { listed, outlook } in &self.series {
            let listed = listed.clone();
            let outlook = match outlook {
                Ok(outlook) => outlook,
                Err(why) => {
                    if range.contains(&before) || (is_last && before >= range.end) {
                        let refused = Some(why.clone());
                        pieces.push(Piece { listed, span: (0, 0), ends: 0, rows: 0, refused });
                    }
                    continue;
                }
            };
            let count = outlook.ends();
            let numbers =
                range.start.saturating_sub(before).min(count)..range.end.saturating_sub(before).min(count);
            before += count;
            let Some(last) = numbers.end.checked_sub(1).filter(|_| !numbers.is_empty()) else {
                continue;
            };
            if let (Some(first), Some(last)) = (outlook.ends.get(numbers.start), outlook.ends.get(last)) {
                let ends = numbers.end - numbers.start;
                let strays = if outlook.strays == 0 {
                    0
                } else {
                    outlook.ends.slice(numbers).filter(|&end| is_stray(end)).count() as u64
                };
                pieces.push(Piece { listed, span: (first, last), ends, rows: ends - strays, refused: None });
            }
        }
        pieces
    }

    /// All shards, and the pieces of each, if there are `of` shards.
    pub fn shards(&self, of: NonZeroU32) -> impl Iterator<Item = (Shard, Vec<Piece>)> {
        Shard::all(of).map(|shard| (shard, self.pieces(shard)))
    }
}
