//! The feeder cuts series into [units](Unit) of work, in the order of their candles.

mod entries;

use std::sync::Arc;

use market::{Candles, Ends, Filter, Market, ReadError, Record, Series, SeriesError, Wanted};
use render_core::Spec;

use super::{End, Event, Place, Stop, Unit, Units, need};
use crate::{Error, Group, Reader, SubsetFilter, index::groups};

/// Ends in a unit: enough to make its overhead vanish, few enough to share out evenly.
const ENDS: usize = 256;
/// Candles in a unit besides those before its first end, which bounds it where few ends are selected.
const CANDLES: usize = 4096;

/// What is to be done about one series.
#[derive(Debug)]
pub(crate) enum Job {
    /// All ends that its candles have, in one spec.
    Ends {
        /// The series, or why the source cannot be used for it.
        series: Result<Arc<Series>, SeriesError>,
        spec: Arc<Spec>,
        /// The first and the last end, if not all that the filter selects are meant.
        span: Option<(i64, i64)>,
    },
    /// Those that have a row, group by group.
    Entries {
        /// None if the source has no such series.
        series: Option<Result<Arc<Series>, SeriesError>>,
        rows: Vec<groups::Rows>,
        subset: SubsetFilter,
    },
}

/// What the feeder reads, and whom it feeds.
pub(crate) struct Feeder<'a> {
    /// None if only files are compared with the index.
    pub market: Option<&'a Market>,
    /// None if no rows are looked up.
    pub index: Option<&'a Reader>,
    pub filter: &'a Filter,
    /// The clock at the start of the run.
    pub now: i64,
    pub stop: &'a Stop<'a>,
    pub units: &'a Units<'a>,
    /// Takes what is found out about the series.
    pub tell: &'a dyn Fn(Event) -> Result<(), Error>,
}

impl Feeder<'_> {
    /// Feeds every series in turn. One that is refused does not keep the others from being fed.
    pub fn feed(&self, jobs: Vec<Job>) {
        for (number, job) in jobs.into_iter().enumerate() {
            let fed = match job {
                Job::Ends { series: Ok(series), spec, span } => self.feed_ends(number, &series, &spec, span),
                Job::Ends { series: Err(why), .. } => Err(ReadError::from(why).into()),
                Job::Entries { series, rows, subset } => self.feed_entries(number, series, &rows, subset),
            };
            let told = match fed {
                Ok(()) => Ok(()),
                Err(Error::Series(fault)) => (self.tell)(Event::Refused { number, fault }),
                Err(Error::Cancelled) => Err(Error::Cancelled),
                // If nobody listens any more, the run is ending with an error of its own.
                Err(error) => (self.tell)(Event::Broken(error)).and(Err(Error::Cancelled)),
            };
            if told.is_err() {
                return;
            }
        }
    }

    fn feed_ends(
        &self,
        number: usize,
        series: &Arc<Series>,
        spec: &Arc<Spec>,
        span: Option<(i64, i64)>,
    ) -> Result<(), Error> {
        let part =
            span.map(|(start, last)| Filter { start, end: last.saturating_add(1), ..self.filter.clone() });
        let filter = part.as_ref().unwrap_or(self.filter);
        let need = need(spec);
        let Some((ends, mut candles)) = self.read(number, series, filter, need, span.is_some())? else {
            return Ok(());
        };
        let group = Arc::new(Group::new(series.symbol.as_str(), series.interval.code(), spec));
        let subject = Ok((Arc::clone(series), Arc::clone(spec)));
        let unit = Unit::new(number, group, subject);
        Cutter { feeder: self, unit, need }.cut_ends(&ends, &mut candles)
    }

    /// Reads the candles of a series and tells of them. Returns `None` if there are no ends, or no market.
    fn read<'e>(
        &self,
        number: usize,
        series: &'e Series,
        filter: &Filter,
        need: usize,
        planned: bool,
    ) -> Result<Option<(Ends<'e>, Candles)>, Error> {
        let Some(market) = self.market else {
            return Ok(None);
        };
        let (ends, cancel) = (Ends::new(&series.interval, filter, self.now), self.stop.cancel());
        let wanted = Wanted { filter, ends: &ends, need, after: 0, cancel, planned };
        let (survey, candles) = market.read(series, &wanted)?.ok_or(Error::Cancelled)?;
        let has_ends = survey.ends > 0;
        (self.tell)(Event::Surveyed { number, survey })?;
        Ok(has_ends.then_some((ends, candles)))
    }
}

/// Fills one unit after the other.
struct Cutter<'a> {
    feeder: &'a Feeder<'a>,
    unit: Unit,
    need: usize,
}

impl Cutter<'_> {
    fn cut_ends(mut self, ends: &Ends<'_>, candles: &mut Candles) -> Result<(), Error> {
        let mut before = None;
        for record in candles {
            let record = record?;
            let at = record.candle.open_time;
            if let Some(gap) = before.and_then(|before| ends.gap(before, at)) {
                for at in ends.selected_in(gap) {
                    self.push_end(End { at, candle: Place::Gap })?;
                }
            }
            let position = self.push_candle(&record)?;
            if ends.selects(at) {
                self.push_end(End { at, candle: Place::Here(position) })?;
            }
            before = Some(at);
        }
        self.send()
    }

    fn push_candle(&mut self, record: &Record) -> Result<usize, Error> {
        if self.unit.candles.len() >= self.need + CANDLES {
            self.send()?;
        }
        let position = self.unit.candles.len();
        self.unit.candles.push(record.candle);
        self.unit.faults.extend(record.fault().map(|fault| (position, fault)));
        Ok(position)
    }

    fn push_end(&mut self, end: End) -> Result<(), Error> {
        self.unit.ends.push(end);
        if self.unit.ends.len() >= ENDS { self.send() } else { Ok(()) }
    }

    /// Sends the unit off and starts the next with the candles that both need.
    fn send(&mut self) -> Result<(), Error> {
        if self.feeder.stop.is_set() {
            return Err(Error::Cancelled);
        }
        let Unit { number, group, subject, candles, faults, .. } = &self.unit;
        let mut next = Unit::new(*number, Arc::clone(group), subject.clone());
        let shared = candles.len().saturating_sub(self.need - 1);
        next.candles = candles[shared..].to_vec();
        let faults = faults.iter().filter(|(position, _)| *position >= shared);
        next.faults = faults.map(|&(position, fault)| (position - shared, fault)).collect();
        let mut unit = std::mem::replace(&mut self.unit, next);
        let (Some(first), Some(last)) = (unit.ends.first(), unit.ends.last()) else {
            return Ok(());
        };
        // A unit of entries has its rows already.
        if let Some(index) = self.feeder.index.filter(|_| unit.known.is_empty()) {
            unit.known = index.entries(&unit.group, None, (first.at, last.at), u32::MAX)?;
        }
        (self.feeder.units)(unit)
    }
}
