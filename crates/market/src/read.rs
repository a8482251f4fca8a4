//! Reads one series of the market database, at one instant, into a spool.

use std::{io, thread, time::Duration};

use rusqlite::{OptionalExtension, params};

use crate::{
    ends::{Ends, Survey},
    filter::Filter,
    interrupt::Interrupt,
    market::{Market, Series},
    spool::{Candles, Record, Spool},
    sqlite::{explain, is_busy},
};

/// Tries per series, since some locks are not waited for by SQLite itself.
const TRIES: u32 = 3;
/// Rows read between two looks at whether the user wants to stop.
const ROWS_PER_LOOK: u64 = 4096;
/// What of a series is wanted.
pub struct Wanted<'a> {
    pub filter: &'a Filter,
    pub ends: &'a Ends<'a>,
    /// Candles of a window and its warm-up.
    pub need: usize,
    /// Candles past the last end that are wanted as well.
    pub after: usize,
    pub interrupt: &'a Interrupt,
    /// Whether it is a part of a series that was looked at as a whole, which alone can tell that it is to be refused.
    pub planned: bool,
}

impl Market {
    /// Reads a series at one instant, with the `need - 1` candles before the first end.
    ///
    /// The database is held only while its rows are copied, so that a long run
    /// never keeps a live pipeline's WAL from being checkpointed. `None` where
    /// the user interrupts; otherwise the error says why the series is refused.
    pub fn read(&self, series: &Series, wanted: &Wanted<'_>) -> Result<Option<(Survey, Candles)>, String> {
        self.read_or_fail(series, wanted).map_err(Refusal::explain)
    }

    /// [`Self::read`], whose error tells what the data decide from what this machine does.
    pub fn read_or_fail(
        &self,
        series: &Series,
        wanted: &Wanted<'_>,
    ) -> Result<Option<(Survey, Candles)>, Refusal> {
        for _ in 1..TRIES {
            match self.try_read(series, wanted) {
                Err(Refusal::Database(_)) if wanted.interrupt.is_set() => return Ok(None),
                Err(Refusal::Database(error)) if is_busy(&error) => {
                    thread::sleep(Duration::from_millis(50));
                }
                done => return done,
            }
        }
        self.try_read(series, wanted)
    }

    fn try_read(&self, series: &Series, wanted: &Wanted<'_>) -> Result<Option<(Survey, Candles)>, Refusal> {
        let Wanted { filter, ends, need, after, interrupt, planned } = *wanted;
        let snapshot = self.connection.unchecked_transaction()?;
        // Open times that are no integers sort before and after all others, where the range below does not look.
        let strange = "SELECT 1 FROM candles WHERE series_id = ?1
            AND (open_time IS NULL OR open_time > 9223372036854775807) LIMIT 1";
        if snapshot.query_row(strange, [series.id], |_| Ok(())).optional()?.is_some() {
            return Err(Refusal::Series("an open_time is NULL or no integer".to_owned()));
        }
        let earlier = "SELECT open_time FROM candles WHERE series_id = ?1 AND open_time < ?2
            ORDER BY open_time DESC LIMIT 1 OFFSET ?3";
        let skipped = i64::try_from(need.saturating_sub(2)).unwrap_or(i64::MAX);
        let first: Option<i64> = snapshot
            .query_row(earlier, params![series.id, filter.start, skipped], |row| row.get(0))
            .optional()?;

        let mut statement = snapshot.prepare(
            "SELECT open_time, open, high, low, close, volume FROM candles
             WHERE series_id = ?1 AND open_time >= ?2 ORDER BY open_time",
        )?;
        let mut rows = statement.query(params![series.id, first.unwrap_or(i64::MIN)])?;
        let (mut survey, mut spool, mut before, mut read) = (Survey::default(), Spool::new(), None, 0);
        let mut past = 0;
        while let Some(row) = rows.next()? {
            let record = Record::from_row(row)?.map_err(Refusal::Series)?;
            let at = record.candle.open_time;
            if before == Some(at) {
                let at = render_core::format_utc(at);
                return Err(Refusal::Series(format!("two candles have the open_time {at}")));
            }
            survey.candles += u64::from((filter.start..filter.end).contains(&at));
            past += usize::from(ends.is_past(at));
            // The first candle past the last end still bounds the gap before it.
            if past <= 1 {
                survey.add(ends, before, at).map_err(Refusal::Series)?;
            }
            if past <= after.max(1) {
                spool.push(&record)?;
            }
            before = Some(at);
            if at >= filter.end && past >= after {
                break;
            }
            read += 1;
            if read % ROWS_PER_LOOK == 0 && interrupt.is_set() {
                return Ok(None);
            }
        }
        if !planned {
            survey.check().map_err(Refusal::Series)?;
        }
        Ok(Some((survey, spool.finish()?)))
    }
}

/// Why a series could not be read.
#[derive(Debug)]
pub enum Refusal {
    Series(String),
    Spool(io::Error),
    Database(rusqlite::Error),
}

impl Refusal {
    /// Whether the data decide it, so that it is the same wherever they are.
    pub fn is_of_the_data(&self) -> bool {
        match self {
            Self::Series(_) => true,
            Self::Spool(_) => false,
            // A value of a kind that cannot be read; all else is told by SQLite.
            Self::Database(error) => error.sqlite_error().is_none(),
        }
    }

    pub fn explain(self) -> String {
        match self {
            Self::Series(why) => why,
            Self::Spool(error) => {
                format!("its candles cannot be buffered in the folder for temporary files: {error}")
            }
            Self::Database(error) => format!("cannot be read: {}", explain(&error)),
        }
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Spool(error)
    }
}
