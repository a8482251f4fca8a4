//! [`Plan`]: all that a run would make, and a hash over everything that decides its pictures.
//!
//! The hash is the same wherever candles, spec, style version and selection are the same. So machines that each make
//! one shard can tell that their shards belong together.

mod end_runs;
mod scan;
pub(crate) mod selection;

use std::{collections::BTreeSet, num::NonZeroU32};

use candles::{format_utc, in_calendar, text::shown};
use market::{Filter, Listed, Market, ReadError, SeriesError, is_stray};
use render_core::{Digest, DigestWriter, PICTURE_REVISION, STYLE_VERSION, Spec};

use crate::{Error, OwnFile, OwnPart, OwnSources, Run, Shard, Stop, own};
use scan::scan;

pub(crate) use scan::text;

pub use scan::Outlook;
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
    /// Files of series of one's own and of marks of which nothing lies in the times of the pictures.
    pub outside: Vec<(OwnPart, OwnFile)>,
}

/// What is to be planned.
#[derive(Debug, Clone, Copy)]
pub struct PlanRequest<'a> {
    /// How pictures look.
    pub spec: &'a Spec,
    /// Series of one's own and marks, where the spec draws such.
    pub own: Option<&'a OwnSources>,
    /// Which ends.
    pub filter: &'a Filter,
    /// The most missing candles that a window may span; any number, if that is none.
    pub max_gap: Option<u64>,
    /// Render a few pictures of each series to estimate how many bytes all of them have.
    pub sample: bool,
}

/// One series of a plan.
#[derive(Debug)]
pub struct Planned {
    /// The series, as the market lists it.
    pub listed: Listed,
    /// What there is to make of it, or why it is refused.
    pub outlook: Result<Outlook, SeriesError>,
}

/// The part of one series that a run makes.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The series, as the market lists it, or why it is refused.
    pub listed: Listed,
    /// The first and the last end of a shard's part, in ms since the Unix epoch.
    pub span: Option<(i64, i64)>,
    /// How many ends the shard's part has.
    pub ends: u64,
    /// How many of them get a row.
    pub rows: u64,
}

impl Plan {
    /// Plans the pictures that are asked for: reads every candle of them.
    ///
    /// # Errors
    /// Fails if the market or the disk fails, or if the run is cancelled. A series whose data make it unusable is
    /// refused, but belongs to the plan.
    pub fn new(market: &Market, request: &PlanRequest<'_>, run: &Run<'_>) -> Result<Self, Error> {
        let &PlanRequest { spec, own, filter, max_gap, .. } = request;
        own::check(spec, own)?;
        let stop = &Stop::new(run.cancel);
        let listed = match market.series(filter) {
            Err(_) if stop.is_set() => return Err(Error::Cancelled),
            listed => listed?,
        };
        let mut series = Vec::new();
        for listed in listed {
            let scan = |series| scan(market, series, request, run.now, stop);
            let outlook = match listed.series.as_ref().map(scan) {
                Err(why) => Err(why.clone()),
                Ok(_) if stop.is_set() => return Err(Error::Cancelled),
                Ok(Ok(outlook)) => Ok(outlook.ok_or(Error::Cancelled)?),
                Ok(Err(Error::Series(ReadError::Series(why)))) => Err(why),
                // If it were refused for a reason of this machine, such as a full disk, its shards would be empty.
                Ok(Err(Error::Series(fault))) => {
                    let series = format!("{} {}", shown(&listed.symbol), shown(&listed.interval));
                    return Err(Error::Unplannable(series, fault));
                }
                Ok(Err(error)) => return Err(error),
            };
            series.push(Planned { listed, outlook });
        }

        let Filter { symbols, intervals, start, end, stride } = filter;
        let sorted = |names: &[String]| BTreeSet::from_iter(names.to_vec()).into_iter().collect();
        let time = |ms: i64| Some(ms).filter(|ms| ![i64::MIN, i64::MAX].contains(ms)).map(format_utc);
        let good = || series.iter().filter_map(|planned| planned.outlook.as_ref().ok());
        let selection = Selection {
            spec: spec.hash().to_string(),
            own: own_digest(&series).map(|digest| digest.to_string()),
            style_version: STYLE_VERSION,
            symbols: sorted(symbols),
            intervals: sorted(intervals),
            start: time(*start),
            end: time(*end),
            stride: *stride,
            calendar: market.calendar().map(|calendar| calendar.name().to_owned()),
            max_gap,
            ends: good().map(Outlook::ends).sum(),
            last_end: good().filter_map(|outlook| outlook.last_end).max().map(format_utc),
        };
        let change = series
            .iter()
            .filter_map(|planned| {
                let (series, outlook) =
                    (planned.listed.series.as_ref().ok()?, planned.outlook.as_ref().ok()?);
                let settled = outlook.unfinished?;
                let at = series.interval.end(settled);
                // No clock gets to times that are microseconds by mistake.
                Some(Change { at, settled }).filter(|_| in_calendar(settled) && in_calendar(at))
            })
            .reduce(|a, b| Change { at: a.at.min(b.at), settled: a.settled.min(b.settled) });

        let mut writer = DigestWriter::default();
        writer.update(b"image-cache-plan 1");
        writer.update(&STYLE_VERSION.to_le_bytes());
        writer.update(&PICTURE_REVISION.to_le_bytes());
        writer.update(spec.hash().as_bytes());
        for names in [&selection.symbols, &selection.intervals] {
            writer.update(&(names.len() as u64).to_le_bytes());
            names.iter().for_each(|name| text(&mut writer, name));
        }
        writer.update(&start.to_le_bytes());
        writer.update(&end.to_le_bytes());
        writer.update(&stride.to_le_bytes());
        // What was not there once is not in the hash where it is not asked for, so that plans of then keep theirs.
        if let Some(most) = max_gap {
            writer.update(b"max gap");
            writer.update(&most.to_le_bytes());
        }
        if let Some(own) = &selection.own {
            writer.update(b"own");
            text(&mut writer, own);
        }
        for Planned { listed, outlook } in &series {
            text(&mut writer, &listed.symbol);
            text(&mut writer, &listed.interval);
            match outlook {
                Ok(outlook) => writer.update(outlook.digest.as_bytes()),
                Err(_) => writer.update(b"refused"),
            }
        }
        let shown = series.iter().filter_map(|Planned { listed, outlook }| {
            let (series, outlook) = (listed.series.as_ref().ok()?, outlook.as_ref().ok()?);
            Some(own::shown(series, spec, outlook.first_end?, outlook.last_end?))
        });
        let shown: Vec<_> = shown.collect();
        let outside = own.map_or_else(Vec::new, |own| own.outside(spec, &shown)).into_iter();
        let outside = outside.map(|(part, file)| (part, file.clone())).collect();
        Ok(Self { hash: writer.finish(), selection, series, change, outside })
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
            match outlook {
                Ok(outlook) => {
                    let numbers = range.start.saturating_sub(before)..range.end.saturating_sub(before);
                    before += outlook.ends();
                    let (mut span, mut ends, mut rows) = (None, 0, 0);
                    for end in outlook.ends.slice(numbers) {
                        span = Some((span.map_or(end, |(first, _)| first), end));
                        ends += 1;
                        rows += u64::from(!is_stray(end));
                    }
                    pieces.extend(span.map(|_| Piece { listed, span, ends, rows }));
                }
                Err(why) if range.contains(&before) || (is_last && before >= range.end) => {
                    let listed = Listed { series: Err(why.clone()), ..listed };
                    pieces.push(Piece { listed, span: None, ends: 0, rows: 0 });
                }
                Err(_) => {}
            }
        }
        pieces
    }

    /// All shards, and the pieces of each, if there are `of` shards.
    pub fn shards(&self, of: NonZeroU32) -> impl Iterator<Item = (Shard, Vec<Piece>)> {
        Shard::all(of).map(|shard| (shard, self.pieces(shard)))
    }
}

/// Over what is drawn of one's own series and marks on all series of candles; `None` where nothing is.
fn own_digest(series: &[Planned]) -> Option<Digest> {
    let drawn =
        series.iter().filter_map(|planned| Some((&planned.listed, planned.outlook.as_ref().ok()?.own?)));
    let (mut writer, mut is_any) = (DigestWriter::default(), false);
    for (listed, own) in drawn {
        text(&mut writer, &listed.symbol);
        text(&mut writer, &listed.interval);
        writer.update(own.as_bytes());
        is_any = true;
    }
    is_any.then(|| writer.finish())
}
