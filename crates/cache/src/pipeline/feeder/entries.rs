//! Feeds the ends that have rows, in step with the candles of their series.

use std::{collections::VecDeque, sync::Arc};

use candles::Interval;
use market::{Candles, Ends, Series, SeriesError};

use super::{Cutter, End, Feeder, Halt, Place, Subject, Wanted, need};
use crate::{
    error::SeriesFault,
    index::{groups, rows::Known},
    pipeline::event::Event,
    subset::SubsetFilter,
};

/// Rows that are read at a time.
const ROWS: u32 = 1024;

impl Feeder<'_> {
    pub(super) fn feed_entries(
        &self,
        number: usize,
        series: Option<Result<Arc<Series>, SeriesError>>,
        all: &[groups::Rows],
        subset: SubsetFilter,
    ) -> Result<(), Halt> {
        let series = match series {
            _ if self.market.is_none() => {
                return all
                    .iter()
                    .try_for_each(|entries| self.without(number, entries, subset, &Subject::NotAsked));
            }
            Some(Ok(series)) => series,
            Some(Err(why)) => return self.refuse(number, why.into(), all, subset),
            None => {
                let unknown = Subject::Unknown("the source has no such series".to_owned());
                return all.iter().try_for_each(|entries| self.without(number, entries, subset, &unknown));
            }
        };
        let ends = Ends::new(&series.interval, self.filter, self.now);
        // The candles are read once for all specs, so that all see the same ones.
        let most = all.iter().filter_map(|entries| entries.spec.as_ref().ok()).map(|spec| need(spec)).max();
        let (filter, most, cancel) = (self.filter, most.unwrap_or(2), self.stop.cancel());
        let wanted = Wanted { filter, ends: &ends, need: most, after: 0, cancel, planned: false };
        let mut candles = match self.read(number, &series, &wanted) {
            Err(Halt::Series(why)) => return self.refuse(number, why, all, subset),
            candles => candles?,
        };
        for entries in all {
            match (&entries.spec, &mut candles) {
                (Err(why), _) => self.without(number, entries, subset, &Subject::Unknown(why.to_string()))?,
                (Ok(_), None) => {
                    let unknown = Subject::Unknown("the source has no candles there".to_owned());
                    self.without(number, entries, subset, &unknown)?;
                }
                (Ok(spec), Some(candles)) => {
                    candles.rewind().map_err(|error| Halt::Series(SeriesFault::Lost(error)))?;
                    let subject = Subject::Known(Arc::clone(&series), Arc::clone(spec));
                    let group = Arc::clone(&entries.group);
                    Cutter::new(self, number, group, subject, need(spec))
                        .cut_entries(self.rows(entries, subset, Some(&series.interval)), candles)?;
                }
            }
        }
        Ok(())
    }

    /// Tells that a series cannot be read, and feeds its rows without candles: files can still be compared with them.
    fn refuse(
        &self,
        number: usize,
        fault: SeriesFault,
        all: &[groups::Rows],
        subset: SubsetFilter,
    ) -> Result<(), Halt> {
        let unknown = Subject::Unknown(format!("its series cannot be read: {fault}"));
        (self.tell)(Event::Refused { number, fault })?;
        all.iter().try_for_each(|entries| self.without(number, entries, subset, &unknown))
    }

    /// Feeds rows without candles.
    fn without(
        &self,
        number: usize,
        entries: &groups::Rows,
        subset: SubsetFilter,
        subject: &Subject,
    ) -> Result<(), Halt> {
        let mut cutter = Cutter::new(self, number, Arc::clone(&entries.group), subject.clone(), 1);
        let mut rows = self.rows(entries, subset, None);
        while let Some(row) = rows.next()? {
            cutter.push_row(row, Place::Outside)?;
        }
        cutter.send()
    }

    fn rows<'a>(
        &'a self,
        entries: &'a groups::Rows,
        subset: SubsetFilter,
        interval: Option<&'a Interval>,
    ) -> Rows<'a> {
        Rows { feeder: self, entries, subset, interval, read: VecDeque::new(), next: Some(self.filter.start) }
    }
}

/// The rows of one group inside the filter, read piece by piece.
struct Rows<'a> {
    feeder: &'a Feeder<'a>,
    entries: &'a groups::Rows,
    subset: SubsetFilter,
    interval: Option<&'a Interval>,
    read: VecDeque<Known>,
    /// The first end that is not read yet.
    next: Option<i64>,
}

impl Rows<'_> {
    /// The end of the next row.
    fn peek(&mut self) -> Result<Option<i64>, Halt> {
        while self.read.is_empty()
            && let Some(first) = self.next
        {
            let Feeder { index, filter, .. } = self.feeder;
            let groups::Rows { group, spec_hash, spec, .. } = self.entries;
            let last = filter.end.saturating_sub(i64::from(filter.end != i64::MAX));
            let rows = match index {
                Some(index) => index.entries(group, spec_hash.as_deref(), (first, last), ROWS)?,
                None => Vec::new(),
            };
            self.next = match rows.last() {
                Some(row) if rows.len() == ROWS as usize => row.end.checked_add(1),
                _ => None,
            };
            let asked = |row: &Known| {
                filter.selects(row.end, self.interval)
                    && row.path.as_deref().is_none_or(|path| self.subset.includes(path))
            };
            let other_spec = spec
                .as_ref()
                .is_ok_and(|spec| spec_hash.as_ref().is_some_and(|hash| *hash != spec.hash().to_string()));
            self.read.extend(rows.into_iter().filter(asked).map(|row| Known { other_spec, ..row }));
        }
        Ok(self.read.front().map(|row| row.end))
    }

    fn next(&mut self) -> Result<Option<Known>, Halt> {
        self.peek()?;
        Ok(self.read.pop_front())
    }
}

impl Cutter<'_> {
    fn cut_entries(mut self, mut rows: Rows<'_>, candles: &mut Candles) -> Result<(), Halt> {
        let mut before = None;
        for record in candles {
            let Some(mut end) = rows.peek()? else {
                break;
            };
            let record = record.map_err(|error| Halt::Series(SeriesFault::Lost(error)))?;
            let at = record.candle.open_time;
            while end < at
                && let Some(row) = rows.next()?
            {
                self.push_row(row, if before.is_none() { Place::Outside } else { Place::Gap })?;
                end = rows.peek()?.unwrap_or(i64::MAX);
            }
            let position = self.push_candle(record.candle, record.fault())?;
            if end == at
                && let Some(row) = rows.next()?
            {
                self.push_row(row, Place::Here(position))?;
            }
            before = Some(at);
        }
        while let Some(row) = rows.next()? {
            self.push_row(row, Place::Outside)?;
        }
        self.send()
    }

    fn push_row(&mut self, row: Known, candle: Place) -> Result<(), Halt> {
        let at = row.end;
        self.unit.known.push(row);
        self.push_end(End { at, candle })
    }
}
