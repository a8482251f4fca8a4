//! Cuts series into units of work: some ends, the candles of their windows, and their rows.

mod entries;

use std::sync::Arc;

use candles::Candle;
use market::{Candles, Ends, Fault, Filter, Market, Series, SeriesError, Wanted};
use render_core::Spec;

use super::{Closed, Stop, Units, event::Event};
use crate::{
    Error,
    index::{Reader, groups, rows::Known},
    key::Group,
};

pub use entries::Which;

/// Ends in a unit: enough to make its overhead vanish, few enough to share out evenly.
const ENDS: usize = 256;
/// Candles in a unit besides those before its first end, which bounds it where few ends are selected.
const CANDLES: usize = 4096;

/// Some neighbouring ends of one group.
#[derive(Debug)]
pub struct Unit {
    /// The series among those of the run.
    pub number: usize,
    pub group: Arc<Group>,
    pub subject: Subject,
    pub candles: Vec<Candle>,
    /// Positions of invalid candles, rising.
    pub faults: Vec<(usize, Fault)>,
    pub ends: Vec<End>,
    /// Rows of these ends, sorted by end.
    pub known: Vec<Known>,
}

/// What pictures are rendered from and how, as far as it is known.
#[derive(Debug, Clone)]
pub enum Subject {
    Known(Arc<Series>, Arc<Spec>),
    /// With the reason why it is not.
    Unknown(String),
    /// Nobody asks.
    NotAsked,
}

impl Subject {
    /// The series and the spec, where both are known.
    #[must_use]
    pub fn known(&self) -> Option<(&Arc<Series>, &Arc<Spec>)> {
        match self {
            Self::Known(series, spec) => Some((series, spec)),
            Self::Unknown(_) | Self::NotAsked => None,
        }
    }
}

/// One end, and where its candle is.
#[derive(Debug, Clone, Copy)]
pub struct End {
    pub at: i64,
    pub candle: Place,
}

/// Where the candle of an end is.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// At this position of the unit's candles.
    Here(usize),
    /// Nowhere, though there are candles before and after it.
    Gap,
    /// Not among the candles of the source, as far as they reach.
    Outside,
}

/// What is to be done about one series.
#[derive(Debug)]
pub struct Job {
    pub series: Option<Result<Arc<Series>, SeriesError>>,
    pub what: What,
    /// First and last of the ends that are meant, where not all that the filter lets through are.
    pub span: Option<(i64, i64)>,
}

/// Which ends of a series are asked for.
#[derive(Debug)]
pub enum What {
    /// All that its candles have, in one spec.
    Ends(Arc<Spec>),
    /// Those that have a row, group by group.
    Entries(Vec<groups::Rows>, Which),
}

/// What the feeder reads, and whom it feeds.
pub struct Feeder<'a> {
    /// None where only files are compared with the index.
    pub market: Option<&'a Market>,
    pub index: Option<&'a Reader>,
    pub filter: &'a Filter,
    /// The clock at the start of the run.
    pub now: i64,
    pub stop: &'a Stop<'a>,
    pub units: &'a Units,
    /// Takes what is found out of the series.
    pub tell: &'a dyn Fn(Event) -> Result<(), Closed>,
}

/// Why feeding ended before the last series.
enum Halt {
    /// The other end of a channel is gone, or the run was cancelled.
    Quietly,
    Series(String),
    Run(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Run(error)
    }
}

impl From<Closed> for Halt {
    fn from(_: Closed) -> Self {
        Self::Quietly
    }
}

impl Feeder<'_> {
    /// Feeds every series in turn; one that is refused does not stop the others.
    pub fn feed(&self, jobs: Vec<Job>) {
        for (number, Job { series, what, span }) in jobs.into_iter().enumerate() {
            let fed = match (&what, series) {
                (What::Ends(spec), Some(Ok(series))) => self.feed_ends(number, &series, spec, span),
                (What::Ends(_), Some(Err(why))) => Err(Halt::Series(why.to_string())),
                (What::Ends(_), None) => Ok(()),
                (What::Entries(entries, which), series) => self.feed_entries(number, series, entries, *which),
            };
            let told = match fed {
                Ok(()) => Ok(()),
                Err(Halt::Series(reason)) => (self.tell)(Event::Refused { number, reason }),
                // If nobody listens any more, the run is ending with an error of its own.
                Err(Halt::Run(error)) => (self.tell)(Event::Broken(error)).and(Err(Closed)),
                Err(Halt::Quietly) => Err(Closed),
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
    ) -> Result<(), Halt> {
        let narrowed = span.map(|(first, last)| Filter {
            start: first,
            end: last.saturating_add(1),
            ..self.filter.clone()
        });
        let filter = narrowed.as_ref().unwrap_or(self.filter);
        let ends = Ends::new(&series.interval, filter, self.now);
        let need = need(spec);
        let cancel = self.stop.cancel();
        let wanted = Wanted { filter, ends: &ends, need, after: 0, cancel, planned: span.is_some() };
        let Some(mut candles) = self.read(number, series, &wanted)? else {
            return Ok(());
        };
        let group = Arc::new(Group::new(series.symbol.as_str(), series.interval.code(), spec));
        let subject = Subject::Known(Arc::clone(series), Arc::clone(spec));
        Cutter::new(self, number, group, subject, need).cut_ends(&ends, &mut candles)
    }

    /// Reads the candles of a series and tells of them; `None` where they have no ends.
    fn read(&self, number: usize, series: &Series, wanted: &Wanted<'_>) -> Result<Option<Candles>, Halt> {
        let Some(market) = self.market else {
            return Ok(None);
        };
        let read = market.read(series, wanted).map_err(|error| Halt::Series(error.to_string()))?;
        let Some((survey, candles)) = read else {
            return Err(Halt::Quietly);
        };
        let nothing = survey.ends == 0;
        (self.tell)(Event::Surveyed { number, survey })?;
        Ok(Some(candles).filter(|_| !nothing))
    }
}

/// Candles of a window and its warm-up.
pub fn need(spec: &Spec) -> usize {
    (spec.window() + spec.warmup()) as usize
}

/// Fills one unit after the other.
struct Cutter<'a> {
    feeder: &'a Feeder<'a>,
    unit: Unit,
    need: usize,
}

impl<'a> Cutter<'a> {
    fn new(feeder: &'a Feeder<'a>, number: usize, group: Arc<Group>, subject: Subject, need: usize) -> Self {
        let (candles, faults, ends, known) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { feeder, unit: Unit { number, group, subject, candles, faults, ends, known }, need }
    }

    fn cut_ends(mut self, ends: &Ends<'_>, candles: &mut Candles) -> Result<(), Halt> {
        let mut before = None;
        for record in candles {
            let record = record.map_err(|error| Halt::Series(lost(&error)))?;
            let at = record.candle.open_time;
            if let Some(gap) = before.and_then(|before| ends.gap(before, at)) {
                for at in ends.selected_in(gap) {
                    self.push_end(End { at, candle: Place::Gap })?;
                }
            }
            let position = self.push_candle(record.candle, record.fault())?;
            if ends.selects(at) {
                self.push_end(End { at, candle: Place::Here(position) })?;
            }
            before = Some(at);
        }
        self.send()
    }

    fn push_candle(&mut self, candle: Candle, fault: Option<Fault>) -> Result<usize, Halt> {
        if self.unit.candles.len() >= self.need + CANDLES {
            self.send()?;
        }
        let position = self.unit.candles.len();
        self.unit.candles.push(candle);
        self.unit.faults.extend(fault.map(|fault| (position, fault)));
        Ok(position)
    }

    fn push_end(&mut self, end: End) -> Result<(), Halt> {
        self.unit.ends.push(end);
        if self.unit.ends.len() >= ENDS { self.send() } else { Ok(()) }
    }

    /// Sends the unit off and starts the next with the candles that both need.
    fn send(&mut self) -> Result<(), Halt> {
        if self.feeder.stop.is_set() {
            return Err(Halt::Quietly);
        }
        let Unit { number, group, subject, candles, faults, .. } = &self.unit;
        let shared = candles.len().saturating_sub(self.need - 1);
        let faults = faults.iter().filter(|(position, _)| *position >= shared);
        let next = Unit {
            number: *number,
            group: Arc::clone(group),
            subject: subject.clone(),
            candles: candles[shared..].to_vec(),
            faults: faults.map(|&(position, fault)| (position - shared, fault)).collect(),
            ends: Vec::new(),
            known: Vec::new(),
        };
        let mut unit = std::mem::replace(&mut self.unit, next);
        let (Some(first), Some(last)) = (unit.ends.first(), unit.ends.last()) else {
            return Ok(());
        };
        // Whoever asks for entries has brought their rows along.
        if let Some(index) = self.feeder.index.filter(|_| unit.known.is_empty()) {
            unit.known = index.known(&unit.group, first.at, last.at)?;
        }
        Ok(self.feeder.units.send(unit)?)
    }
}

/// Why a series cannot be read on.
pub fn lost(error: &std::io::Error) -> String {
    format!("its buffered candles are lost: {error}")
}
