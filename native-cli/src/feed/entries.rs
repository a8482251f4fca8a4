//! The ends that have rows, in step with the candles of their series.

use std::{collections::VecDeque, sync::Arc};

use market::{Candles, Ends, Series, SeriesError};
use render_core::{Digest, Interval};

use super::{Cutter, End, Feeder, Place, Stop, Subject, Wanted, lost, need};
use crate::{advice, event::Event, groups, rows::Known, value::Subset};

/// Rows that are read at a time.
const ROWS: u32 = 1024;

/// Which of the rows are looked at.
#[derive(Debug, Clone, Copy)]
pub struct Which {
    pub subset: Option<Subset>,
    /// Makes a share a new one each time.
    pub seed: u64,
}

impl Which {
    /// Whether the file of this path, or its row, is looked at.
    pub fn includes(&self, path: &str) -> bool {
        // Any hash would do that spreads well; it must be the same everywhere for parts.
        let hash = |seed: u64| {
            let digest = Digest::of(&[&seed.to_le_bytes(), path.as_bytes()].concat());
            let mut first = [0; 8];
            first.copy_from_slice(&digest.as_bytes()[..8]);
            u64::from_le_bytes(first)
        };
        match self.subset {
            None => true,
            Some(Subset::Part { part, parts }) => hash(0) % parts == part - 1,
            Some(Subset::Share(share)) => (hash(self.seed) as f64) < share / 100.0 * u64::MAX as f64,
        }
    }
}

impl Feeder<'_> {
    pub(super) fn feed_entries(
        &self,
        number: usize,
        series: Option<Result<Arc<Series>, SeriesError>>,
        all: &[groups::Rows],
        which: Which,
    ) -> Result<(), Stop> {
        let series = match series {
            _ if self.market.is_none() => {
                return all
                    .iter()
                    .try_for_each(|entries| self.without(number, entries, which, &Subject::NotAsked));
            }
            Some(Ok(series)) => series,
            Some(Err(error)) => return self.refuse(number, advice::series(&error), all, which),
            None => {
                let unknown = Subject::Unknown("the source has no such series".to_owned());
                return all.iter().try_for_each(|entries| self.without(number, entries, which, &unknown));
            }
        };
        let ends = Ends::new(&series.interval, self.filter, self.now);
        // One reading serves all specs, so that they see the same candles.
        let most = all.iter().filter_map(|entries| entries.spec.as_ref().ok()).map(|spec| need(spec)).max();
        let (filter, most, cancel) = (self.filter, most.unwrap_or(2), self.interrupt.flag());
        let wanted = Wanted { filter, ends: &ends, need: most, after: 0, cancel, planned: false };
        let mut candles = match self.read(number, &series, &wanted) {
            Err(Stop::Series(why)) => return self.refuse(number, why, all, which),
            candles => candles?,
        };
        for entries in all {
            match (&entries.spec, &mut candles) {
                (Err(why), _) => self.without(number, entries, which, &Subject::Unknown(why.clone()))?,
                (Ok(_), None) => {
                    let unknown = Subject::Unknown("the source has no candles there".to_owned());
                    self.without(number, entries, which, &unknown)?;
                }
                (Ok(spec), Some(candles)) => {
                    candles.rewind().map_err(|error| Stop::Series(lost(&error)))?;
                    let subject = Subject::Known(Arc::clone(&series), Arc::clone(spec));
                    let group = Arc::clone(&entries.group);
                    Cutter::new(self, number, group, subject, need(spec))
                        .cut_entries(self.rows(entries, which, Some(&series.interval)), candles)?;
                }
            }
        }
        Ok(())
    }

    /// A series that cannot be read leaves its files to be compared with their rows.
    fn refuse(&self, number: usize, why: String, all: &[groups::Rows], which: Which) -> Result<(), Stop> {
        let unknown = Subject::Unknown(format!("its series cannot be read: {why}"));
        self.tell(Event::Refused { number, reason: why })?;
        all.iter().try_for_each(|entries| self.without(number, entries, which, &unknown))
    }

    /// Feeds rows without candles.
    fn without(
        &self,
        number: usize,
        entries: &groups::Rows,
        which: Which,
        subject: &Subject,
    ) -> Result<(), Stop> {
        let mut cutter = Cutter::new(self, number, Arc::clone(&entries.group), subject.clone(), 1);
        let mut rows = self.rows(entries, which, None);
        while let Some(row) = rows.next()? {
            cutter.push_row(row, Place::Outside)?;
        }
        cutter.send()
    }

    fn rows<'a>(
        &'a self,
        entries: &'a groups::Rows,
        which: Which,
        interval: Option<&'a Interval>,
    ) -> Rows<'a> {
        Rows { feeder: self, entries, which, interval, read: VecDeque::new(), next: Some(self.filter.start) }
    }
}

/// The rows of one group inside the filter, read piece by piece.
struct Rows<'a> {
    feeder: &'a Feeder<'a>,
    entries: &'a groups::Rows,
    which: Which,
    interval: Option<&'a Interval>,
    read: VecDeque<Known>,
    /// The first end that is not read yet.
    next: Option<i64>,
}

impl Rows<'_> {
    /// The end of the next row.
    fn peek(&mut self) -> Result<Option<i64>, Stop> {
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
                    && row.path.as_deref().is_none_or(|path| self.which.includes(path))
            };
            let other_spec = spec
                .as_ref()
                .is_ok_and(|spec| spec_hash.as_ref().is_some_and(|hash| *hash != spec.hash().to_string()));
            self.read.extend(rows.into_iter().filter(asked).map(|row| Known { other_spec, ..row }));
        }
        Ok(self.read.front().map(|row| row.end))
    }

    fn next(&mut self) -> Result<Option<Known>, Stop> {
        self.peek()?;
        Ok(self.read.pop_front())
    }
}

impl Cutter<'_> {
    fn cut_entries(mut self, mut rows: Rows<'_>, candles: &mut Candles) -> Result<(), Stop> {
        let mut before = None;
        for record in candles {
            let Some(mut end) = rows.peek()? else {
                break;
            };
            let record = record.map_err(|error| Stop::Series(lost(&error)))?;
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

    fn push_row(&mut self, row: Known, candle: Place) -> Result<(), Stop> {
        let at = row.end;
        self.unit.known.push(row);
        self.push_end(End { at, candle })
    }
}
