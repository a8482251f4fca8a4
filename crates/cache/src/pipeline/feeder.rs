//! The feeder cuts series into [units](Unit) of work, in the order of their candles.

mod entries;

use std::sync::Arc;

use market::{Candles, Ends, Filter, Market, ReadError, Record, Series, SeriesError, Wanted};
use render_core::Spec;

use super::{End, Event, Place, Stop, Unit, Units, need};
use crate::{Error, Group, OwnOfSeries, OwnSources, Reader, Status, SubsetFilter, index::groups};

/// Ends in a unit: enough to make its overhead vanish, few enough to share out evenly.
const ENDS: usize = 256;
/// Candles in a unit besides those before its first end, which bounds it where few ends are selected.
const CANDLES: usize = 4096;
/// Rows that are looked for at a time.
const ROWS: u32 = 1024;

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
    /// What windows get besides candles.
    pub own: Option<&'a OwnSources>,
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
        let Some(mut reading) = self.read(number, series, filter, need, span.is_some())? else {
            return Ok(());
        };
        let group = Arc::new(Group::new(series.symbol.as_str(), series.interval.name(), spec));
        let subject = Ok((Arc::clone(series), Arc::clone(spec)));
        let own = self.own_of(series, spec)?;
        let unit = Unit { own, ..Unit::new(number, group, subject) };
        // Candles that are not there at all prove nothing.
        let sweep = self.index.filter(|_| !reading.candles.is_empty()).map(|index| Sweep {
            index,
            ends: &reading.ends,
            next: filter.start,
            last: if filter.end == i64::MAX { i64::MAX } else { filter.end.saturating_sub(1) },
        });
        let candles = reading.has_ends.then_some(&mut reading.candles);
        Cutter { feeder: self, unit, need, sweep }.cut_ends(&reading.ends, candles.into_iter().flatten())
    }

    /// What a spec draws on a series besides it.
    fn own_of(&self, series: &Series, spec: &Spec) -> Result<Option<Arc<OwnOfSeries>>, Error> {
        let own = self.own.map(|own| own.of_series(spec, series.symbol.as_str(), series.interval.name()));
        Ok(own.transpose()?.flatten())
    }

    /// Reads the candles of a series and tells of them. Returns `None` if there is no market.
    fn read<'e>(
        &self,
        number: usize,
        series: &'e Series,
        filter: &Filter,
        need: usize,
        planned: bool,
    ) -> Result<Option<Reading<'e>>, Error> {
        let Some(market) = self.market else {
            return Ok(None);
        };
        let (ends, cancel) = (series.ends(filter, self.now), self.stop.cancel());
        let wanted = Wanted { filter, ends: &ends, need, after: 0, cancel, planned };
        let (survey, candles) = market.read(series, &wanted)?.ok_or(Error::Cancelled)?;
        let has_ends = survey.ends > 0;
        (self.tell)(Event::Surveyed { number, survey })?;
        Ok(Some(Reading { ends, candles, has_ends }))
    }
}

/// What was read of a series.
struct Reading<'a> {
    ends: Ends<'a>,
    candles: Candles,
    /// Whether any end is selected.
    has_ends: bool,
}

/// Looks for rows that say `missing` of ends that are none any more.
struct Sweep<'a> {
    index: &'a Reader,
    ends: &'a Ends<'a>,
    /// The first time that was not looked at yet.
    next: i64,
    /// The last one to look at.
    last: i64,
}

impl Sweep<'_> {
    /// Tells of such rows before `until`, none of which is of an end.
    fn before(
        &mut self,
        until: Option<i64>,
        tell: impl Fn(Vec<i64>) -> Result<(), Error>,
        group: &Group,
    ) -> Result<(), Error> {
        let last = until.map_or(self.last, |until| until.saturating_sub(1));
        while self.next <= last {
            let mut ends = self.index.missing(group, (self.next, last), ROWS)?;
            let is_through = ends.len() < ROWS as usize;
            self.next = match ends.last().filter(|_| !is_through) {
                Some(end) => end.saturating_add(1),
                None => last.saturating_add(1),
            };
            ends.retain(|&end| self.ends.selects(end));
            tell(ends)?;
            if is_through {
                break;
            }
        }
        Ok(())
    }

    /// Tells of such rows among those of a unit.
    fn among(&mut self, unit: &Unit, tell: impl Fn(Vec<i64>) -> Result<(), Error>) -> Result<(), Error> {
        let is_end = |at: i64| unit.ends.binary_search_by_key(&at, |end| end.at).is_ok();
        let rows = unit.known.iter().filter(|row| row.status == Status::Missing && !row.is_foreign);
        let ends = rows.map(|row| row.end).filter(|&at| self.ends.selects(at) && !is_end(at));
        self.next = unit.ends.last().map_or(self.next, |last| last.at.saturating_add(1));
        tell(ends.collect())
    }
}

/// Fills one unit after the other.
struct Cutter<'a> {
    feeder: &'a Feeder<'a>,
    unit: Unit,
    need: usize,
    /// None if no row is to go.
    sweep: Option<Sweep<'a>>,
}

impl Cutter<'_> {
    fn cut_ends(
        mut self,
        ends: &Ends<'_>,
        candles: impl Iterator<Item = Result<Record, ReadError>>,
    ) -> Result<(), Error> {
        let mut before = None;
        for record in candles {
            let record = record?;
            let at = record.candle.open_time;
            if let Some(gap) = before.and_then(|before| ends.gap(before, at)) {
                for at in ends.selected_in(gap) {
                    self.push_end(End { at, candle: Place::Gap })?;
                }
            }
            let position = self.push_candle(&record, before.map_or(0, |before| ends.missing(before, at)))?;
            if ends.selects(at) {
                self.push_end(End { at, candle: Place::Here(position) })?;
            }
            before = Some(at);
        }
        self.send()?;
        let (number, group, tell) = (self.unit.number, &self.unit.group, self.feeder.tell);
        let gone = |ends: Vec<i64>| gone(tell, number, group, ends);
        self.sweep.as_mut().map_or(Ok(()), |sweep| sweep.before(None, gone, group))
    }

    /// Adds a candle before which so many are missing.
    fn push_candle(&mut self, record: &Record, missing: u64) -> Result<usize, Error> {
        if self.unit.candles.len() >= self.need + CANDLES {
            self.send()?;
        }
        let position = self.unit.candles.len();
        self.unit.candles.push(record.candle);
        self.unit.gaps.extend((missing > 0).then_some((position, missing)));
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
        let Unit { number, group, subject, own, changed, candles, faults, gaps, .. } = &self.unit;
        let mut next = Unit::new(*number, Arc::clone(group), subject.clone());
        next.own.clone_from(own);
        next.changed.clone_from(changed);
        let shared = candles.len().saturating_sub(self.need - 1);
        next.candles = candles[shared..].iter().copied().collect();
        let faults = faults.iter().filter(|(position, _)| *position >= shared);
        next.faults = faults.map(|&(position, fault)| (position - shared, fault)).collect();
        let gaps = gaps.iter().filter(|(position, _)| *position > shared);
        next.gaps = gaps.map(|&(position, missing)| (position - shared, missing)).collect();
        let mut unit = std::mem::replace(&mut self.unit, next);
        let (Some(first), Some(last)) = (unit.ends.first(), unit.ends.last()) else {
            return Ok(());
        };
        // A unit of entries has its rows already.
        if let Some(index) = self.feeder.index.filter(|_| unit.known.is_empty()) {
            unit.known = index.entries(&unit.group, None, (first.at, last.at), u32::MAX)?;
        }
        if let Some(sweep) = &mut self.sweep {
            let gone = |ends: Vec<i64>| gone(self.feeder.tell, unit.number, &unit.group, ends);
            sweep.before(Some(first.at), gone, &unit.group)?;
            sweep.among(&unit, gone)?;
        }
        (self.feeder.units)(unit)
    }
}

/// Tells that these ends of a group are none any more.
fn gone(
    tell: &dyn Fn(Event) -> Result<(), Error>,
    number: usize,
    group: &Arc<Group>,
    ends: Vec<i64>,
) -> Result<(), Error> {
    if ends.is_empty() { Ok(()) } else { tell(Event::Gone { number, group: Arc::clone(group), ends }) }
}
