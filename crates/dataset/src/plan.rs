//! [`DatasetPlan`]: what a data set will hold, found out before anything is written.
//!
//! All candles are read twice: once to see where splits lie and which classes have members, and once to
//! write the data set. Between the two the database is let go, so that it holds up nobody who writes to it;
//! candles that have changed meanwhile are an error.

use std::sync::Arc;

use cache::{
    PictureCache, Run,
    pipeline::{End, Place, Unit, window},
};
use market::{Market, ReadError, Series, is_stray};
use render_core::{Digest, Window};
use store::Store;

use crate::{
    error::{Error, OptionsError},
    folder,
    label::{Label, Labelling, NoLabel},
    options::DatasetOptions,
    sample::key,
    split::{Footprint, Split, assign},
    stretch::Reading,
    summary::{DatasetSummary, LeftOut},
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
        let (mut found, mut digests, mut left_out) = (Vec::new(), Vec::new(), LeftOut::default());
        for (number, series) in series.iter().enumerate() {
            let reading = Reading { number, series, options, now: run.now, cancel: run.cancel };
            digests.push(reading.read(market, |unit| {
                let candidates =
                    unit.ends.iter().filter_map(|end| candidate(options, &unit, end, &mut left_out));
                found.extend(candidates.map(|it| (it.footprint, it.class())));
                Ok(())
            })?);
        }
        let footprints: Vec<Footprint> = found.iter().map(|(footprint, _)| *footprint).collect();
        let splits = options.splits.divide(&footprints, options.embargo())?;
        let mut summary = DatasetSummary::new(options, series.len(), &splits, left_out);
        for (footprint, class) in found {
            if let Some(split) = summary.left_out.split(assign(&splits, &footprint)) {
                summary.add(split, footprint.end, class);
            }
        }
        summary.check()?;
        Ok(Self { summary, options, series, digests, splits, source, now: run.now })
    }
}

/// All series that are asked for, sorted as the names of their pictures, so that those in a shard are sorted.
fn series(market: &Market, options: &DatasetOptions) -> Result<Vec<Arc<Series>>, Error> {
    let listed = market.series(&options.filter)?.into_iter();
    let usable = listed.map(|listed| {
        let (symbol, interval) = (listed.symbol, listed.interval);
        listed.series.map_err(|why| Error::Series { symbol, interval, fault: ReadError::from(why).into() })
    });
    let mut series: Vec<Arc<Series>> = usable.collect::<Result<_, _>>()?;
    let key = |series: &Series| key(&format!("{}_{}_", series.symbol, series.interval.code()));
    series.sort_by_key(|series| key(series));
    match series.windows(2).find(|both| key(&both[0]) == key(&both[1])) {
        None => Ok(series),
        Some(both) => {
            let [first, second] =
                [0, 1].map(|at| format!("{} {}", both[at].symbol, both[at].interval.code()));
            Err(Error::SameNames(first, second))
        }
    }
}

/// A picture that there could be.
pub(crate) struct Candidate<'a> {
    pub window: Window<'a>,
    pub footprint: Footprint,
    pub label: Option<Label>,
}

impl Candidate<'_> {
    /// The number of its class, where its label is one.
    pub fn class(&self) -> Option<usize> {
        match self.label {
            Some(Label::Class(class)) => Some(class),
            Some(Label::Value(_)) | None => None,
        }
    }
}

/// The picture of an end with its label, where there is one.
pub(crate) fn candidate<'a>(
    options: &DatasetOptions,
    unit: &'a Unit,
    end: &End,
    left_out: &mut LeftOut,
) -> Option<Candidate<'a>> {
    let Ok((series, spec)) = &unit.subject else {
        return None;
    };
    // What no file name can show is in no cache either.
    let (false, Ok(window), Place::Here(position)) = (is_stray(end.at), window(unit, end, spec), end.candle)
    else {
        left_out.missing += 1;
        return None;
    };
    let label = options.labelling.as_ref().map(|labelling| label(labelling, unit, position)).transpose();
    let label = label.map_err(|why| left_out.count(why)).ok()?;
    let step = series.interval.ms();
    let last = unit.candles[position + options.horizon()].open_time;
    let from = window.all().first().map_or(end.at, |first| first.open_time);
    let footprint = Footprint { end: end.at, from, until: last.saturating_add(step), step };
    Some(Candidate { window, footprint, label })
}

/// The label of the window that ends with the candle at `position`.
fn label(labelling: &Labelling, unit: &Unit, position: usize) -> Result<Label, NoLabel> {
    let next_fault = unit.faults.partition_point(|(fault, _)| *fault <= position);
    if unit.faults.get(next_fault).is_some_and(|(fault, _)| *fault <= position + labelling.horizon) {
        return Err(NoLabel::Invalid);
    }
    labelling.label(unit.candles[position].close, &unit.candles[position + 1..])
}
