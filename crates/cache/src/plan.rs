//! What a run would make: every selected end, and a hash over all that decides its pictures.
//!
//! The hash is the same wherever the same candles, spec, style version and selection are, so
//! machines that each make a part can tell that they are making parts of one whole.

mod end_runs;
mod scan;

use std::num::NonZeroU32;

use candles::{format_utc, in_calendar, text::shown};
use market::{Ends, Filter, Listed, Market, ReadError, SeriesError, Wanted, is_stray};
use render_core::{Digest, DigestWriter, STYLE_VERSION, Spec};
use serde::{Deserialize, Serialize};

use crate::{
    Error, PlanError, Run,
    pipeline::{
        Stop,
        feeder::{lost, need},
    },
    shard::Shard,
};
use end_runs::EndRuns;
use scan::Scan;

/// All that a run would make.
#[derive(Debug)]
pub struct Plan {
    pub hash: Digest,
    pub selection: Selection,
    pub series: Vec<Planned>,
    /// When the clock will make it another plan; `None` where it cannot.
    pub change: Option<Change>,
}

/// What is asked for and what that comes to: what a message says where two plans differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    pub spec: String,
    pub style_version: u32,
    pub symbols: Vec<String>,
    pub intervals: Vec<String>,
    pub start: Option<String>,
    pub end: Option<String>,
    pub stride: u32,
    pub ends: u64,
    pub last_end: Option<String>,
}

/// One series of a plan.
#[derive(Debug)]
pub struct Planned {
    pub listed: Listed,
    /// Or why it is refused.
    pub outlook: Result<Outlook, SeriesError>,
}

/// What there is to make of a series.
#[derive(Debug)]
pub struct Outlook {
    digest: Digest,
    ends: EndRuns,
    /// Ends that no file name can show.
    pub strays: u64,
    pub first_end: Option<i64>,
    pub last_end: Option<i64>,
    pub makeable: u64,
    /// About how many bytes its pictures have, where that was asked for.
    pub bytes: u64,
    /// The first end whose interval is not over.
    unfinished: Option<i64>,
}

/// What the clock will change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// When an interval is over that is not yet.
    pub at: i64,
    /// Before this time, all ends stay as they are.
    pub settled: i64,
}

/// The part of one series that a shard makes.
#[derive(Debug)]
pub struct Piece {
    pub listed: Listed,
    /// First and last end.
    pub span: (i64, i64),
    pub ends: u64,
    /// Ends that get a row.
    pub rows: u64,
    /// Why the series is refused.
    pub refused: Option<SeriesError>,
}

impl Outlook {
    pub fn ends(&self) -> u64 {
        self.ends.count()
    }

    /// Ends that the source cannot make.
    pub fn missing(&self) -> u64 {
        self.ends().saturating_sub(self.strays).saturating_sub(self.makeable)
    }
}

impl Plan {
    /// Plans the pictures of `spec` that `filter` selects: reads every candle of them. With `sample`, it
    /// also renders a few pictures of each series to estimate how many bytes all of them have.
    ///
    /// # Errors
    /// Where the market or the disk fails, or the run is cancelled. A series that its data make unusable is
    /// part of the plan, as refused.
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
                    // Were it counted as refused, a full disk here would make an empty shard.
                    let unreadable = |reason: String| {
                        let series = format!("{} {}", shown(&listed.symbol), shown(&listed.interval));
                        cancelled(PlanError::Unreadable { series, reason }.into())
                    };
                    match market.read(series, &wanted) {
                        Err(ReadError::Series(why)) => Err(why),
                        Err(fault) => return Err(unreadable(fault.to_string())),
                        Ok(None) => return Err(Error::Cancelled),
                        Ok(Some((survey, candles))) => {
                            let expected = if sample { market.count(series, filter) } else { 0 };
                            let mut scan = Scan::new(series, spec, sample.then_some(expected));
                            let read = scan.read(&ends, candles, &stop);
                            read.map_err(|error| unreadable(lost(&error)))?;
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
                // Microseconds taken for milliseconds lie where no clock gets.
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

    /// Series that are refused.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.series.iter().filter(|planned| planned.outlook.is_err()).count()
    }

    /// What a shard makes, series by series; those that are refused fall to one shard each.
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

    /// The pieces of all shards of so many.
    pub fn shards(&self, of: NonZeroU32) -> impl Iterator<Item = (Shard, Vec<Piece>)> {
        Shard::all(of).map(|shard| (shard, self.pieces(shard)))
    }
}

impl Selection {
    /// What tells this selection from another, in the words of the flags that decide it.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut all = Vec::new();
        let mut differ = |what: &str, a: String, b: String| {
            if a != b {
                all.push(format!("{what} {a}, not {b}"));
            }
        };
        let names = |names: &[String]| if names.is_empty() { "all".to_owned() } else { names.join(",") };
        let time = |time: &Option<String>| time.clone().unwrap_or_else(|| "open".to_owned());
        differ("spec", short(&self.spec), short(&other.spec));
        differ("style version", self.style_version.to_string(), other.style_version.to_string());
        differ("symbols", names(&self.symbols), names(&other.symbols));
        differ("intervals", names(&self.intervals), names(&other.intervals));
        differ("--start", time(&self.start), time(&other.start));
        differ("--end", time(&self.end), time(&other.end));
        differ("--stride", self.stride.to_string(), other.stride.to_string());
        if all.is_empty() {
            let ends = |it: &Self| format!("{} up to {}", it.ends, it.last_end.as_deref().unwrap_or("none"));
            let (ours, theirs) = (ends(self), ends(other));
            if ours != theirs {
                return vec![format!(
                    "ends {ours}, not {theirs}: candles were added, or the clock went on, in between; give all \
                     shards the same --end, and candles that stand still"
                )];
            }
            return vec![
                "their candles are not the same; render all shards from the same candles".to_owned(),
            ];
        }
        all
    }
}

fn text(writer: &mut DigestWriter, text: &str) {
    writer.update(&(text.len() as u64).to_le_bytes());
    writer.update(text.as_bytes());
}

/// As much of a hash as a message shows.
pub fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}
