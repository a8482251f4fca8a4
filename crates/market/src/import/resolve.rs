//! One row for each time of a series, of all rows that the files of a run have for it.

use std::{collections::BTreeMap, io};

use candles::Interval;
use readers::{Meeting, OffsetCounts, Offsets, RowFault};

use super::{
    options::OnConflict,
    rows::Row,
    sorter::{Sorted, Sorter},
};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Rows that are held in memory; more go through a temporary file.
pub const MOST_HELD: usize = 1_000_000;

/// Rows of a series, each time once.
#[derive(Debug)]
pub struct Resolved {
    pub rows: Sorted,
    pub count: u64,
    /// Rows that said again what another one had said.
    pub repeated: u64,
    /// Rows of candles that were not over, which another row completes; and those that `--on-conflict` passes over.
    pub superseded: u64,
    /// How long after the interval's grid the candles open, in ms.
    pub offset: i64,
    /// The first candle and the last one.
    pub ends: Option<(Row, Row)>,
}

/// Two rows of one time that contradict each other, the first ones of as many.
#[derive(Debug, Clone, Copy)]
pub struct Conflict {
    pub rows: [Row; 2],
    pub times: u64,
}

/// Why there is not one row for each time.
#[derive(Debug, Clone)]
pub enum Unresolved {
    Conflict(Box<Conflict>),
    /// Candles lie so many ms apart, closer than an interval: there are two kinds.
    Mixed(i64),
}

/// Goes through sorted rows. `ends` are the last times of the texts whose rows are taken; `refuse` takes rows that open
/// between two candles of the interval's grid.
pub fn resolve(
    sorted: &mut Sorted,
    interval: &Interval,
    ends: &BTreeMap<u32, i64>,
    on_conflict: Option<OnConflict>,
    refuse: &mut dyn FnMut(&Row, &RowFault),
) -> io::Result<Result<Resolved, Unresolved>> {
    let offsets = offsets(sorted, interval, ends)?;
    let mut run = Run {
        ends,
        on_conflict,
        least: least_distance(interval),
        too_close: None,
        kept: Sorter::default(),
        count: 0,
        repeated: 0,
        superseded: 0,
        conflict: None,
        ends_of: None,
    };
    let mut same_time: Vec<Row> = Vec::new();
    sorted.each(|row| {
        if !ends.contains_key(&row.text) {
            return Ok(());
        }
        if !offsets.admit(row.candle.open_time, interval) {
            let (open_time, interval) = (row.candle.open_time, interval.code().to_owned());
            refuse(row, &RowFault::OffGrid { open_time, interval });
            return Ok::<(), io::Error>(());
        }
        if same_time.first().is_some_and(|first| first.candle.open_time != row.candle.open_time) {
            run.settle(&same_time)?;
            same_time.clear();
        }
        same_time.push(*row);
        Ok(())
    })?;
    run.settle(&same_time)?;
    let Run { kept, count, repeated, superseded, conflict, too_close, ends_of, .. } = run;
    // Where there are two kinds of candles, those of one time are no matter of choice.
    if let Some(apart) = too_close {
        return Ok(Err(Unresolved::Mixed(apart)));
    }
    if let Some(conflict) = conflict {
        return Ok(Err(Unresolved::Conflict(Box::new(conflict))));
    }
    let rows = kept.sorted()?;
    Ok(Ok(Resolved { rows, count, repeated, superseded, offset: offsets.usual, ends: ends_of }))
}

struct Run<'a> {
    ends: &'a BTreeMap<u32, i64>,
    on_conflict: Option<OnConflict>,
    /// Neighbours that lie closer than this are of two kinds.
    least: i64,
    /// How close the first such neighbours lie.
    too_close: Option<i64>,
    kept: Sorter,
    count: u64,
    repeated: u64,
    superseded: u64,
    conflict: Option<Conflict>,
    ends_of: Option<(Row, Row)>,
}

impl Run<'_> {
    /// Takes one of the rows of one time.
    fn settle(&mut self, rows: &[Row]) -> io::Result<()> {
        let Some((first, others)) = rows.split_first() else { return Ok(()) };
        let mut kept = *first;
        for other in others {
            // In another file only the last candle can have been under way.
            // A flag decides between files, but for rows that say of themselves that their candle was not over.
            let is_told = self.on_conflict.is_some() && kept.text != other.text;
            let may_be_unfinished = |row: &Row| {
                let is_last = kept.text == other.text || self.ends.get(&row.text) == Some(&row.own_time);
                row.is_unfinished || (is_last && !is_told)
            };
            let meeting = kept.meet(other, may_be_unfinished);
            match meeting {
                Meeting::Repeated(_) => self.repeated += 1,
                _ => self.superseded += 1,
            }
            match (meeting, self.on_conflict) {
                (Meeting::Repeated(row) | Meeting::Completed(row), _) => kept = row,
                (Meeting::Contradiction, Some(OnConflict::Last)) => kept = *other,
                (Meeting::Contradiction, Some(OnConflict::First)) => {}
                (Meeting::Contradiction, None) => {
                    let conflict = self.conflict.get_or_insert(Conflict { rows: [kept, *other], times: 0 });
                    conflict.times += 1;
                    break;
                }
            }
        }
        self.count += 1;
        let before = self.ends_of.map_or(i64::MIN, |(_, last)| last.candle.open_time);
        let apart = kept.candle.open_time.saturating_sub(before);
        if apart < self.least {
            self.too_close.get_or_insert(apart);
        }
        self.ends_of = Some((self.ends_of.map_or(kept, |(first, _)| first), kept));
        self.kept.push(kept);
        if self.kept.held() >= MOST_HELD { self.kept.spill() } else { Ok(()) }
    }
}

/// How far apart in ms candles of hours lie at least: summer time takes an hour. Of other intervals, rows between two
/// candles are refused already.
fn least_distance(interval: &Interval) -> i64 {
    let is_hours = interval.months().is_none() && interval.ms() > HOUR && interval.ms() < DAY;
    if is_hours { interval.ms() - HOUR } else { 0 }
}

/// How far after the interval's grid candles may open.
fn offsets(sorted: &mut Sorted, interval: &Interval, texts: &BTreeMap<u32, i64>) -> io::Result<Offsets> {
    let mut counts = OffsetCounts::new(interval);
    sorted.each(|row| {
        if texts.contains_key(&row.text) {
            counts.see(row.candle.open_time);
        }
        Ok::<(), io::Error>(())
    })?;
    Ok(counts.settle())
}

#[cfg(test)]
mod tests;
