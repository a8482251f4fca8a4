//! Reads one series of the market database, at one instant, into a spool.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use rusqlite::{OptionalExtension, params};

use crate::{
    database::Market,
    ends::{Ends, Survey},
    error::{ReadError, SeriesError},
    filter::Filter,
    series::Series,
    spool::{Candles, Record, Spool},
    sqlite::is_busy,
};

/// Tries per series, since some locks are not waited for by SQLite itself.
const TRIES: u32 = 3;
/// Rows read between two looks at the cancellation flag.
const ROWS_PER_LOOK: u64 = 4096;

/// What of a series is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Which ends.
    pub filter: &'a Filter,
    /// The same ends, as the series' interval has them.
    pub ends: &'a Ends<'a>,
    /// Candles of a window and its warm-up.
    pub need: usize,
    /// Candles past the last end that are wanted as well.
    pub after: usize,
    /// Reading stops soon after this is set.
    pub cancel: &'a AtomicBool,
    /// Whether a plan has already looked at the entire series. Then a stretch of it is not refused for its own strays.
    pub planned: bool,
}

impl Market {
    /// Reads a series at one instant, with the `need - 1` candles before the first end.
    ///
    /// The database is held only while its rows are copied, so that a long run
    /// never keeps a live pipeline's WAL from being checkpointed. `None` where
    /// it was cancelled.
    ///
    /// # Errors
    /// Says why the series cannot be read.
    pub fn read(&self, series: &Series, wanted: &Wanted<'_>) -> Result<Option<(Survey, Candles)>, ReadError> {
        for _ in 1..TRIES {
            match self.try_read(series, wanted) {
                Err(ReadError::Database(_)) if wanted.cancel.load(Ordering::Relaxed) => return Ok(None),
                Err(ReadError::Database(error)) if is_busy(&error) => {
                    thread::sleep(Duration::from_millis(50));
                }
                done => return done,
            }
        }
        self.try_read(series, wanted)
    }

    fn try_read(&self, series: &Series, wanted: &Wanted<'_>) -> Result<Option<(Survey, Candles)>, ReadError> {
        let Wanted { filter, ends, need, after, cancel, planned } = *wanted;
        let snapshot = self.connection.unchecked_transaction()?;
        // Open times that are no integers sort before and after all others, where the range below does not look.
        let strange = "SELECT 1 FROM candles WHERE series_id = ?1
            AND (open_time IS NULL OR open_time > 9223372036854775807) LIMIT 1";
        if snapshot.query_row(strange, [series.id], |_| Ok(())).optional()?.is_some() {
            return Err(SeriesError::NoOpenTime.into());
        }
        let skipped = i64::try_from(need.saturating_sub(2)).unwrap_or(i64::MAX);
        let mut statement = snapshot.prepare(
            "SELECT open_time, open, high, low, close, volume FROM candles
             WHERE series_id = ?1 AND open_time >= coalesce((SELECT open_time FROM candles WHERE series_id = ?1
                 AND open_time < ?2 ORDER BY open_time DESC LIMIT 1 OFFSET ?3), ?4) ORDER BY open_time",
        )?;
        let mut rows = statement.query(params![series.id, filter.start, skipped, i64::MIN])?;
        let (mut survey, mut spool, mut before, mut read) = (Survey::default(), Spool::new(), None, 0);
        let mut past = 0;
        while let Some(row) = rows.next()? {
            let record = Record::from_row(row)?;
            let at = record.candle.open_time;
            if before == Some(at) {
                return Err(SeriesError::TwoCandles(at).into());
            }
            survey.candles += u64::from((filter.start..filter.end).contains(&at));
            past += usize::from(ends.is_past(at));
            // The first candle past the last end still bounds the gap before it.
            if past <= 1 {
                survey.add(ends, before, at)?;
            }
            if past <= after.max(1) {
                spool.push(&record)?;
            }
            before = Some(at);
            if at >= filter.end && past >= after {
                break;
            }
            read += 1;
            if read % ROWS_PER_LOOK == 0 && cancel.load(Ordering::Relaxed) {
                return Ok(None);
            }
        }
        if !planned {
            survey.check()?;
        }
        Ok(Some((survey, spool.finish()?)))
    }
}
