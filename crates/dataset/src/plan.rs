//! [`DatasetPlan`]: what a data set will hold, found out before anything is written.
//!
//! All candles are read twice: once to see where splits lie and which classes have members, and once to
//! write the data set. Between the two the database is let go, so that it holds up nobody who writes to it;
//! candles that have changed meanwhile are an error.

use std::sync::Arc;

use cache::{
    Note, Notice, PictureCache, Run,
    pipeline::{End, Place, Unit, missing, window},
};
use candles::text::shown;
use market::{Market, Series, is_stray};
use render_core::{Digest, Window};
use store::Store;

use crate::{
    DatasetOptions, DatasetSummary, Error, Footprint, Label, Labelling, LeftOut, OptionsError, Reason, Split,
    assign, folder, sample::key, stretch,
};

/// What a data set will hold.
pub struct DatasetPlan<'a> {
    /// What it will hold, as far as the candles decide it.
    pub summary: DatasetSummary,
    pub(crate) options: &'a DatasetOptions,
    pub(crate) series: Vec<Arc<Series>>,
    /// Of the candles of each series.
    pub(crate) digests: Vec<Digest>,
    pub(crate) splits: Vec<Split>,
    /// The cache that pictures are copied from, and its open store.
    pub(crate) source: Option<(&'a PictureCache<'a>, Box<dyn Store + 'a>)>,
    pub(crate) now: i64,
}

impl<'a> DatasetPlan<'a> {
    /// Reads all candles, and divides their ends among the splits. Writes nothing.
    ///
    /// Pictures are copied from `cache`, unless they are rendered. Either way the folder must not lie in its root.
    ///
    /// # Errors
    /// Where the options contradict each other, the folder is taken, a series cannot be used, or there would
    /// be a split or class without a picture.
    pub fn new(
        market: &Market,
        options: &'a DatasetOptions,
        cache: Option<&'a PictureCache<'a>>,
        run: &mut Run<'_>,
    ) -> Result<Self, Error> {
        options.check()?;
        cache::check_own(&options.spec, options.own.as_deref())?;
        folder::check(&options.to, cache.map(|cache| &cache.root))?;
        let series = series(market, options)?;
        let source = match cache {
            _ if options.render => None,
            None => return Err(OptionsError::NoCache.into()),
            Some(cache) => {
                // It is opened again when it is read, but should be known to be there before all candles are.
                cache.reader()?;
                Some((cache, cache.store(run)?))
            }
        };
        let Found { digests, splits, summary, .. } = find(market, &series, options, run)?;
        summary.check()?;
        Ok(Self { summary, options, series, digests, splits, source, now: run.now })
    }
}

/// A picture of a data set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// The number of its series.
    pub series: usize,
    /// The window's end: the open time of its last candle, in ms.
    pub end: i64,
    /// The number of its split.
    pub split: usize,
    /// Its label, if it has one.
    pub label: Option<Label>,
}

/// A data set whose pictures are drawn as they are asked for: no file is written.
#[derive(Debug)]
pub struct Items {
    /// Its series, by number.
    pub series: Vec<Arc<Series>>,
    /// Its splits, by number.
    pub splits: Vec<Split>,
    /// Its pictures, series by series, oldest first.
    pub items: Vec<Item>,
    /// How many there are of each kind, and why others are left out.
    pub summary: DatasetSummary,
}

impl Items {
    /// Reads all candles, labels their ends, and divides them among the splits. The options' folder and form do not
    /// count.
    ///
    /// # Errors
    /// As [`DatasetPlan::new`], but for what concerns folders and caches.
    pub fn new(market: &Market, options: &DatasetOptions, run: &mut Run<'_>) -> Result<Self, Error> {
        options.check()?;
        cache::check_own(&options.spec, options.own.as_deref())?;
        let series = series(market, options)?;
        let Found { items, splits, summary, .. } = find(market, &series, options, run)?;
        summary.check()?;
        Ok(Self { series, splits, items, summary })
    }
}

/// What the candles of all series make of the options.
struct Found {
    items: Vec<Item>,
    /// Of the candles of each series.
    digests: Vec<Digest>,
    splits: Vec<Split>,
    summary: DatasetSummary,
}

fn find(
    market: &Market,
    series: &[Arc<Series>],
    options: &DatasetOptions,
    run: &mut Run<'_>,
) -> Result<Found, Error> {
    let (mut found, mut digests, mut left_out) = (Vec::new(), Vec::new(), LeftOut::default());
    // The times that the windows of each series show.
    let mut shown: Vec<Option<(i64, i64)>> = vec![None; series.len()];
    for (number, series) in series.iter().enumerate() {
        let shown = &mut shown[number];
        digests.push(stretch::read(market, (number, series), options, run.now, run.cancel, |unit| {
            for end in &unit.ends {
                match candidate(options, &unit, end) {
                    Ok(Candidate { window, footprint, label, is_across_gap }) => {
                        unit.own.as_ref().map_or(Ok(()), |own| own.check(&window))?;
                        let first = shown.map_or(window.candles()[0].open_time, |(first, _)| first);
                        *shown = Some((first, window.after()));
                        found.push((footprint, number, label, is_across_gap));
                    }
                    Err(why) => left_out.add(why),
                }
            }
            Ok(())
        })?);
    }
    if let Some(own) = &options.own {
        let shown = series.iter().zip(shown).filter_map(|(series, shown)| {
            let (from, until) = shown?;
            Some((series.symbol.as_str(), series.interval.name(), from, until))
        });
        for (part, file) in own.outside(&options.spec, &shown.collect::<Vec<_>>()) {
            run.observer.notice(Notice::Note(&Note::OwnOutside(part, file.clone())));
        }
    }
    let footprints: Vec<Footprint> = found.iter().map(|(footprint, ..)| *footprint).collect();
    let splits = options.splits.divide(&footprints, options.embargo())?;
    let mut summary = DatasetSummary { left_out, ..DatasetSummary::new(options, series.len(), &splits) };
    let mut items = Vec::new();
    for (footprint, series, label, is_across_gap) in found {
        match assign(&splits, &footprint) {
            Ok(split) => {
                items.push(Item { series, end: footprint.end, split, label });
                summary.add(split, footprint.end, label.and_then(Label::class), is_across_gap);
            }
            Err(why) => summary.left_out.add(why),
        }
    }
    Ok(Found { items, digests, splits, summary })
}

/// All series that are asked for, sorted as the names of their pictures, so that those in a shard are sorted.
fn series(market: &Market, options: &DatasetOptions) -> Result<Vec<Arc<Series>>, Error> {
    let listed = market.series(&options.filter)?.into_iter();
    let usable = listed.map(|listed| {
        let name = format!("{} {}", shown(&listed.symbol), shown(&listed.interval));
        listed.series.map_err(|why| Error::Series(name, why.into()))
    });
    let mut series: Vec<Arc<Series>> = usable.collect::<Result<_, _>>()?;
    let key = |series: &Series| key(&format!("{}_{}_", series.symbol, series.interval.name()));
    series.sort_by_key(|series| key(series));
    match series.windows(2).find(|both| key(&both[0]) == key(&both[1])) {
        None => Ok(series),
        Some(both) => Err(Error::SameNames(stretch::name(&both[0]), stretch::name(&both[1]))),
    }
}

/// A picture that there could be.
pub(crate) struct Candidate<'a> {
    pub window: Window<'a>,
    pub footprint: Footprint,
    pub label: Option<Label>,
    /// Whether candles are missing in the window or in the horizon.
    pub is_across_gap: bool,
}

/// The picture of an end with its label, or why there is none.
pub(crate) fn candidate<'a>(
    options: &DatasetOptions,
    unit: &'a Unit,
    end: &End,
) -> Result<Candidate<'a>, Reason> {
    let (Ok((series, spec)), Place::Here(position)) = (&unit.subject, end.candle) else {
        return Err(Reason::Missing);
    };
    // What no file name can show is in no cache either.
    let window = window(unit, end, spec).ok().filter(|_| !is_stray(end.at)).ok_or(Reason::Missing)?;
    let label = options.labelling.as_ref().map(|labelling| label(labelling, unit, position)).transpose()?;
    let ahead = position + options.horizon();
    let gaps = [missing(unit, end, spec), unit.missing(position, ahead)];
    if options.max_gap.is_some_and(|most| gaps.iter().any(|gap| *gap > most)) {
        return Err(Reason::Gap);
    }
    let (interval, last) = (&series.interval, unit.candles[ahead].open_time);
    let from = window.all().first().map_or(end.at, |first| first.open_time);
    let (until, step) = (interval.end(last), interval.longest_ms());
    let footprint = Footprint { end: end.at, from, until, step };
    Ok(Candidate { window, footprint, label, is_across_gap: gaps != [0; 2] })
}

/// The label of the window that ends with the candle at `position`.
fn label(labelling: &Labelling, unit: &Unit, position: usize) -> Result<Label, Reason> {
    let horizon = position + 1..=position + labelling.horizon;
    if unit.faults.iter().any(|(fault, _)| horizon.contains(fault)) {
        return Err(Reason::Invalid);
    }
    labelling.label(unit.candles[position].close, &unit.candles[position + 1..])
}
