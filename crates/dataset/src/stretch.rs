//! Reads a series piece by piece, with the candles before the ends of a piece and those after them.

use std::{io, sync::Arc};

use market::{Candles, Ends, Fault, Filter, Market, ReadError, Series, Wanted};
use render_core::{Candle, Digest, DigestWriter, Spec};

use crate::{
    feed::{End, Place, Subject, Unit},
    interrupt::Interrupt,
    key::Group,
};

/// Candles whose ends make a piece: with the default pictures a few megabytes of them.
const CANDLES: usize = 128;

/// A series of the export, and how it is read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    pub number: usize,
    pub series: &'a Arc<Series>,
    pub spec: &'a Arc<Spec>,
    pub filter: &'a Filter,
    /// Candles after a window that its label is made of.
    pub horizon: usize,
    /// The clock at the start of the run.
    pub now: i64,
}

/// The pieces of a series, one after the other. Candles that are not over are none.
pub struct Stretches<'a> {
    reading: Reading<'a>,
    group: Arc<Group>,
    ends: Ends<'a>,
    source: Candles,
    /// No more candles come.
    exhausted: bool,
    candles: Vec<Candle>,
    faults: Vec<(usize, Fault)>,
    /// The first of the candles that has not been offered as an end.
    next: usize,
    seen: DigestWriter,
}

/// Reads the candles of a series at one instant; `None` where the user interrupted.
///
/// # Errors
/// The reason why the series cannot be read.
pub fn stretches<'a>(
    market: &Market,
    reading: Reading<'a>,
    interrupt: &Interrupt,
) -> Result<Option<Stretches<'a>>, ReadError> {
    let Reading { series, spec, filter, horizon, now, .. } = reading;
    let ends = Ends::new(&series.interval, filter, now);
    let need = before(spec) + 1;
    let Some((_, source)) = market.read(
        series,
        &Wanted { filter, ends: &ends, need, after: horizon, cancel: interrupt.flag(), planned: false },
    )?
    else {
        return Ok(None);
    };
    Ok(Some(Stretches {
        reading,
        group: Arc::new(Group::new(series.symbol.as_str(), series.interval.code(), spec)),
        ends,
        source,
        exhausted: false,
        candles: Vec::new(),
        faults: Vec::new(),
        next: 0,
        seen: DigestWriter::default(),
    }))
}

/// Candles that a picture is made of besides its end.
fn before(spec: &Spec) -> usize {
    (spec.window() + spec.warmup()) as usize - 1
}

impl Stretches<'_> {
    /// The next piece that has ends.
    pub fn next(&mut self) -> io::Result<Option<Unit>> {
        loop {
            let wanted = self.next + CANDLES + self.reading.horizon;
            while !self.exhausted && self.candles.len() < wanted {
                self.pull()?;
            }
            let known = if self.exhausted { 0 } else { self.reading.horizon };
            let until = self.candles.len() - known;
            if self.next == until {
                return Ok(None);
            }
            let ends = (self.next..until).filter_map(|position| {
                let at = self.candles[position].open_time;
                self.ends.selects(at).then_some(End { at, candle: Place::Here(position) })
            });
            let ends: Vec<End> = ends.collect();
            let unit = (!ends.is_empty()).then(|| Unit {
                number: self.reading.number,
                group: Arc::clone(&self.group),
                subject: Subject::Known(Arc::clone(self.reading.series), Arc::clone(self.reading.spec)),
                candles: self.candles.clone(),
                faults: self.faults.clone(),
                ends,
                known: Vec::new(),
            });
            let gone = until.saturating_sub(before(self.reading.spec));
            self.candles.drain(..gone);
            self.faults.retain_mut(|(position, _)| {
                let kept = *position >= gone;
                *position = position.wrapping_sub(gone);
                kept
            });
            self.next = until - gone;
            if unit.is_some() {
                return Ok(unit);
            }
        }
    }

    /// Takes in one more candle.
    fn pull(&mut self) -> io::Result<()> {
        let Some(record) = self.source.next().transpose()? else {
            self.exhausted = true;
            return Ok(());
        };
        let Candle { open_time, open, high, low, close, volume } = record.candle;
        let over = self.reading.now.saturating_sub(self.reading.series.interval.ms());
        if open_time > over {
            self.exhausted = true;
            return Ok(());
        }
        self.seen.update(&open_time.to_le_bytes());
        for value in [open, high, low, close, volume] {
            self.seen.update(&value.to_le_bytes());
        }
        self.faults.extend(record.fault().map(|fault| (self.candles.len(), fault)));
        self.candles.push(record.candle);
        Ok(())
    }

    /// Tells the candles that were read from any others.
    pub fn finish(self) -> Digest {
        self.seen.finish()
    }
}
