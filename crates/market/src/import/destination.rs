//! Where the rows of a series go once nothing contradicts them: into a market database, or into memory.

use std::collections::{BTreeMap, VecDeque};

use candles::{Candle, Weekday};

use super::{
    database::Database,
    options::{ImportOptions, Name, OnConflict},
    sorter::Sorted,
    summary::Counts,
};
use crate::error::{Error, Refusal};

/// Takes the rows of series.
pub trait Destination {
    /// Takes the rows of a series, sorted by time, each time once, whose candles open so many ms after the interval's
    /// grid. Counts by the rows' texts.
    fn take(
        &mut self,
        name: &Name,
        rows: &mut Sorted,
        offset: i64,
        week_start: Option<Weekday>,
        options: &ImportOptions,
    ) -> Result<BTreeMap<u32, Counts>, Error>;
}

impl Destination for Database<'_> {
    /// Stores them, if they do not contradict what is stored.
    fn take(
        &mut self,
        name: &Name,
        rows: &mut Sorted,
        offset: i64,
        week_start: Option<Weekday>,
        options: &ImportOptions,
    ) -> Result<BTreeMap<u32, Counts>, Error> {
        self.check_length(&name.interval)?;
        self.check_offset(name, offset)?;
        let keep = options.on_conflict == Some(OnConflict::First);
        if options.on_conflict.is_none() {
            let changes = self.changes(name, rows)?;
            if changes.is_more_than_last {
                let series = format!("{} {}", name.symbol, name.interval.code());
                return Err(
                    Refusal::WouldChange { series, count: changes.count, first: changes.first }.into()
                );
            }
        }
        let stored = self.store(name, rows, 0, keep)?;
        if options.calendar.is_some() || week_start.is_some() {
            self.set_calendar(name, options.calendar, week_start)?;
        }
        Ok(stored)
    }
}

/// The last candles of one series up to a time.
#[derive(Debug)]
pub struct Memory {
    /// No candle that opens later is kept.
    pub until: i64,
    /// A candle that is not over at this time is not kept.
    pub now: i64,
    /// How many are kept.
    pub most: usize,
    pub kept: VecDeque<Candle>,
    /// How many there are up to the time, those included that are not kept.
    pub count: u64,
    /// Open times of the series' first candle and of its last one.
    pub ends: Option<(i64, i64)>,
    /// The first candle that is not over.
    pub unfinished: Option<i64>,
}

impl Destination for Memory {
    fn take(
        &mut self,
        name: &Name,
        rows: &mut Sorted,
        _: i64,
        _: Option<Weekday>,
        _: &ImportOptions,
    ) -> Result<BTreeMap<u32, Counts>, Error> {
        let unfinished = name.interval.first_unfinished(self.now);
        let mut counts = BTreeMap::<u32, Counts>::new();
        rows.each(|row| {
            counts.entry(row.text).or_default().new += 1;
            let candle = row.over(None).candle;
            let at = candle.open_time;
            self.ends = Some((self.ends.map_or(at, |(first, _)| first), at));
            if at >= unfinished {
                self.unfinished.get_or_insert(at);
            } else if at <= self.until {
                self.count += 1;
                self.kept.push_back(candle);
                if self.kept.len() > self.most {
                    self.kept.pop_front();
                }
            }
            Ok::<(), Error>(())
        })?;
        Ok(counts)
    }
}
