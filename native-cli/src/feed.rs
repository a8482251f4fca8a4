//! Cuts series into units of work: some ends, the candles of their windows, and their rows.

use std::sync::Arc;

use crossbeam_channel::Sender;
use render_core::{Candle, Spec};

use crate::{
    config::Filter,
    ends::Ends,
    error::Error,
    event::Event,
    index::Reader,
    interrupt::Interrupt,
    market::{Listed, Market, Series},
    read::Wanted,
    rows::Known,
    spool::{Candles, Fault},
};

/// Ends in a unit: enough to make its overhead vanish, few enough to share out evenly.
const ENDS: usize = 256;
/// Candles in a unit besides those before its first end, which bounds it where few ends are selected.
const CANDLES: usize = 4096;

/// Some neighbouring ends of one series.
#[derive(Debug)]
pub struct Unit {
    pub series: Arc<Series>,
    pub candles: Vec<Candle>,
    /// Positions of invalid candles, rising.
    pub faults: Vec<(usize, Fault)>,
    pub ends: Vec<End>,
    /// Rows of these ends, sorted by end.
    pub known: Vec<Known>,
}

/// One end, and the position of its candle; none in a gap.
#[derive(Debug, Clone, Copy)]
pub struct End {
    pub at: i64,
    pub candle: Option<usize>,
}

/// What the feeder reads.
pub struct Feeder<'a> {
    pub market: &'a Market,
    pub index: Option<&'a Reader>,
    pub filter: &'a Filter,
    pub spec: &'a Spec,
    /// Candles of a window and its warm-up.
    pub need: usize,
    /// The clock at the start of the run.
    pub now: i64,
    pub interrupt: &'a Interrupt,
}

/// Why feeding stopped before the last series.
enum Stop {
    /// The other end of a channel is gone, or the user interrupted.
    Quietly,
    Series(String),
    Run(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Run(error)
    }
}

impl Feeder<'_> {
    /// Feeds every series in turn; one that is refused does not stop the others.
    pub fn feed(&self, listed: Vec<Listed>, units: &Sender<Unit>, events: &Sender<Event>) {
        for (number, Listed { series, .. }) in listed.into_iter().enumerate() {
            let fed = match series {
                Ok(series) => self.feed_series(&Arc::new(series), units, events),
                Err(why) => Err(Stop::Series(why)),
            };
            let sent = match fed {
                Ok(()) => Ok(()),
                Err(Stop::Series(reason)) => events.send(Event::Refused { number, reason }),
                Err(Stop::Run(error)) => {
                    // If nobody listens any more, the run is ending with an error of its own.
                    let _ = events.send(Event::Broken(error));
                    return;
                }
                Err(Stop::Quietly) => return,
            };
            if sent.is_err() {
                return;
            }
        }
    }

    fn feed_series(
        &self,
        series: &Arc<Series>,
        units: &Sender<Unit>,
        events: &Sender<Event>,
    ) -> Result<(), Stop> {
        let number = series.number;
        let ends = Ends::new(&series.interval, self.filter, self.now);
        let wanted = Wanted { filter: self.filter, ends: &ends, need: self.need, interrupt: self.interrupt };
        let read = self.market.read(series, &wanted);
        let Some((survey, candles)) = read.map_err(Stop::Series)? else {
            return Err(Stop::Quietly);
        };
        let nothing = survey.ends == 0;
        events.send(Event::Surveyed { number, survey }).map_err(|_| Stop::Quietly)?;
        if nothing {
            return Ok(());
        }
        Cutter { feeder: self, series, units, unit: new_unit(series) }.cut(&ends, candles)
    }
}

fn new_unit(series: &Arc<Series>) -> Unit {
    Unit {
        series: Arc::clone(series),
        candles: Vec::new(),
        faults: Vec::new(),
        ends: Vec::new(),
        known: Vec::new(),
    }
}

/// Fills one unit after the other.
struct Cutter<'a> {
    feeder: &'a Feeder<'a>,
    series: &'a Arc<Series>,
    units: &'a Sender<Unit>,
    unit: Unit,
}

impl Cutter<'_> {
    fn cut(mut self, ends: &Ends<'_>, candles: Candles) -> Result<(), Stop> {
        let mut before = None;
        for record in candles {
            let record =
                record.map_err(|error| Stop::Series(format!("its buffered candles are lost: {error}")))?;
            let at = record.candle.open_time;
            if let Some(gap) = before.and_then(|before| ends.gap(before, at)) {
                for at in ends.selected_in(gap) {
                    self.push_end(End { at, candle: None })?;
                }
            }
            if self.unit.candles.len() >= self.feeder.need + CANDLES {
                self.send()?;
            }
            let position = self.unit.candles.len();
            self.unit.candles.push(record.candle);
            self.unit.faults.extend(record.fault().map(|fault| (position, fault)));
            if ends.selects(at) {
                self.push_end(End { at, candle: Some(position) })?;
            }
            before = Some(at);
        }
        self.send()
    }

    fn push_end(&mut self, end: End) -> Result<(), Stop> {
        self.unit.ends.push(end);
        if self.unit.ends.len() >= ENDS { self.send() } else { Ok(()) }
    }

    /// Sends the unit off and starts the next with the candles that both need.
    fn send(&mut self) -> Result<(), Stop> {
        if self.feeder.interrupt.is_set() {
            return Err(Stop::Quietly);
        }
        let shared = self.unit.candles.len().saturating_sub(self.feeder.need - 1);
        let mut next = new_unit(self.series);
        next.candles.extend_from_slice(&self.unit.candles[shared..]);
        let faults = self.unit.faults.iter().filter(|(position, _)| *position >= shared);
        next.faults.extend(faults.map(|&(position, fault)| (position - shared, fault)));
        let mut unit = std::mem::replace(&mut self.unit, next);
        let (Some(first), Some(last)) = (unit.ends.first(), unit.ends.last()) else {
            return Ok(());
        };
        if let Some(index) = self.feeder.index {
            unit.known = index.known(self.series, self.feeder.spec, first.at, last.at)?;
        }
        self.units.send(unit).map_err(|_| Stop::Quietly)
    }
}
