//! What an export will hold, found out before anything is written.
//!
//! All candles are read twice: once to see where splits lie and which classes have members, and
//! once to make the data set. Between the two the database is let go, so that an export never
//! holds up who writes to it; candles that have changed meanwhile end the export.

use std::sync::Arc;

use candles::text::shown;
use market::{Market, Series};
use render_core::{Digest, Spec, in_calendar};

use super::{
    label::{Label, NoLabel},
    split::{self, Footprint, Place, Split},
    stretch::{Reading, stretches},
};
use crate::{
    advice,
    config::ExportSettings,
    error::Error,
    feed::{self, End, Subject, Unit},
    interrupt::Interrupt,
    work::window,
};

/// What an export will hold.
pub struct Plan {
    pub series: Vec<Arc<Series>>,
    /// The candles of each series, as they were.
    pub seen: Vec<Digest>,
    pub splits: Vec<Split>,
    pub counts: Counts,
    pub now: i64,
}

/// How many pictures there are of what.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    pub splits: Vec<Members>,
    pub left_out: LeftOut,
}

/// The pictures of a split.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Members {
    pub pictures: u64,
    /// Of each class.
    pub classes: Vec<u64>,
    pub first_end: Option<i64>,
    pub last_end: Option<i64>,
}

/// Ends that are in no split, by the reason why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct LeftOut {
    /// The source cannot make the picture.
    pub missing: u64,
    /// The horizon reaches beyond the last candle.
    pub incomplete: u64,
    /// A candle of the horizon is invalid, or there is no return from the last close.
    pub invalid: u64,
    /// One candle reaches both barriers.
    pub ambiguous: u64,
    /// No split has its time.
    pub outside: u64,
    /// Too close to an earlier split.
    pub embargo: u64,
    /// The cache does not have the picture.
    pub absent: u64,
    /// The cache's picture is corrupt or stale.
    pub bad: u64,
}

/// A picture that there is to make.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    pub footprint: Footprint,
    pub label: Option<Label>,
}

impl Counts {
    pub fn new(splits: usize, classes: usize) -> Self {
        let members = Members { classes: vec![0; classes], ..Members::default() };
        Self { splits: vec![members; splits], left_out: LeftOut::default() }
    }

    pub fn add(&mut self, split: usize, end: i64, label: Option<Label>) {
        let members = &mut self.splits[split];
        members.pictures += 1;
        if let Some(Label::Class(class)) = label {
            members.classes[class] += 1;
        }
        members.first_end = Some(members.first_end.map_or(end, |first| first.min(end)));
        members.last_end = members.last_end.max(Some(end));
    }

    pub fn pictures(&self) -> u64 {
        self.splits.iter().map(|members| members.pictures).sum()
    }
}

impl LeftOut {
    fn count(&mut self, why: NoLabel) {
        match why {
            NoLabel::Incomplete => self.incomplete += 1,
            NoLabel::Invalid => self.invalid += 1,
            NoLabel::Ambiguous => self.ambiguous += 1,
        }
    }

    fn plus(&mut self, place: Place) {
        match place {
            Place::Split(_) => {}
            Place::Outside => self.outside += 1,
            Place::Embargo => self.embargo += 1,
        }
    }

    /// The counts that are not 0, with their reasons.
    pub fn reasons(&self) -> impl Iterator<Item = (u64, &'static str)> {
        let Self { missing, incomplete, invalid, ambiguous, outside, embargo, absent, bad } = *self;
        [
            (missing, "the source cannot make"),
            (incomplete, "without a whole horizon"),
            (invalid, "without a label, for an invalid candle or price"),
            (ambiguous, "without a label, since one candle reaches both barriers"),
            (outside, "outside all splits"),
            (embargo, "in the embargo between splits"),
            (absent, "not in the cache; `image-cache render` makes them"),
            (bad, "corrupt or stale; `image-cache repair` mends them"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
    }
}

/// Reads all candles, and settles splits; `None` where the user interrupted.
pub fn make(
    settings: &ExportSettings,
    market: &Market,
    series: Vec<Arc<Series>>,
    now: i64,
    interrupt: &Interrupt,
) -> Result<Option<Plan>, Error> {
    let classes = settings.classes();
    let (mut candidates, mut seen, mut left_out) = (Vec::new(), Vec::new(), LeftOut::default());
    for (number, one) in series.iter().enumerate() {
        let refuse = |why: String| refused(one.symbol.as_str(), one.interval.code(), &why);
        let reading = settings.reading(number, one, now);
        let Some(mut stretches) =
            stretches(market, reading, interrupt).map_err(|error| refuse(advice::reading(&error)))?
        else {
            return Ok(None);
        };
        while let Some(unit) = stretches.next().map_err(|error| refuse(feed::lost(&error)))? {
            if interrupt.is_set() {
                return Ok(None);
            }
            for end in &unit.ends {
                candidates.extend(candidate(settings, &unit, end, &mut left_out));
            }
        }
        seen.push(stretches.finish());
    }
    let footprints: Vec<Footprint> = candidates.iter().map(|candidate| candidate.footprint).collect();
    let splits = split::settle(&settings.splits, &footprints, settings.embargo).map_err(Error::Usage)?;
    let mut counts = Counts::new(splits.len(), classes.len());
    counts.left_out = left_out;
    for Candidate { footprint, label } in candidates {
        match split::place(&splits, &footprint, settings.embargo) {
            Place::Split(split) => counts.add(split, footprint.end, label),
            place => counts.left_out.plus(place),
        }
    }
    Ok(Some(Plan { series, seen, splits, counts, now }))
}

/// Says why a series cannot be in a data set.
pub fn refused(symbol: &str, code: &str, why: &str) -> Error {
    let name = format!("{} {}", shown(symbol), shown(code));
    Error::NoSuchSeries(format!("series {name}: {why}; --symbol and --interval choose others"))
}

/// The picture of an end with its label, where there is one.
pub fn candidate(
    settings: &ExportSettings,
    unit: &Unit,
    end: &End,
    left_out: &mut LeftOut,
) -> Option<Candidate> {
    let Subject::Known(series, spec) = &unit.subject else {
        return None;
    };
    // What no file name can show is in no cache either.
    let named = end.at.rem_euclid(1000) == 0 && in_calendar(end.at);
    let (true, Ok(window), feed::Place::Here(position)) = (named, window(unit, end, spec), end.candle) else {
        left_out.missing += 1;
        return None;
    };
    let label = match settings.labelling.as_ref() {
        None => None,
        Some(labelling) => {
            let after = &unit.candles[position + 1..];
            let next = unit.faults.partition_point(|(fault, _)| *fault <= position);
            let is_faulty =
                unit.faults.get(next).is_some_and(|(fault, _)| *fault <= position + labelling.horizon);
            let label = if is_faulty {
                Err(NoLabel::Invalid)
            } else {
                labelling.label(unit.candles[position].close, after)
            };
            match label {
                Ok(label) => Some(label),
                Err(why) => {
                    left_out.count(why);
                    return None;
                }
            }
        }
    };
    let step = series.interval.ms();
    let last = unit.candles[position + settings.horizon()].open_time;
    let from = window.all().first().map_or(end.at, |first| first.open_time);
    Some(Candidate {
        footprint: Footprint { end: end.at, from, until: last.saturating_add(step), step },
        label,
    })
}

impl ExportSettings {
    /// How a series is read for this export.
    pub fn reading<'a>(&'a self, number: usize, series: &'a Arc<Series>, now: i64) -> Reading<'a> {
        let (spec, filter, horizon): (&Arc<Spec>, _, _) = (&self.spec, &self.base.filter, self.horizon());
        Reading { number, series, spec, filter, horizon, now }
    }
}
