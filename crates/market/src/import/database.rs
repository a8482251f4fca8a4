//! The market database that is written to.
//!
//! Its tables are those of crypto-sqlite-pipeline, so that either tool can go
//! on with a file of the other. What candles do not need is left alone:
//! indicators, the state of series, known gaps, and any other table.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use candles::{Calendar, Interval, Weekday};
use rusqlite::{Connection, OptionalExtension};

use super::{
    options::Name,
    rows::{self, Row},
    sorter::Sorted,
    summary::{Counts, Extent, MissingCandles},
    upsert::{COLUMNS, SCHEMA, SERIES, Stored, UPSERT, compare, store, stored},
};
use crate::{
    calendars::{calendar_of, set_calendar},
    database::{NEEDED, check_columns, check_file, read_only},
    ends::Ends,
    error::{DatabaseError, Error, Refusal},
    filter::Filter,
    sqlite::{self, cancel_by, is_busy, uri},
};

/// Names all series of the real database in a dry run's.
const NAMES: &str = "
    INSERT OR IGNORE INTO main.symbols SELECT id, symbol, base_asset, quote_asset FROM market.symbols ORDER BY id;
    INSERT OR IGNORE INTO main.intervals SELECT id, code, ms FROM market.intervals ORDER BY id;
    INSERT OR IGNORE INTO main.series SELECT id, symbol_id, interval_id FROM market.series ORDER BY id;";
/// How long another process's lock is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Rows of one transaction: enough that its end costs nothing, few enough that others can write soon.
const CHUNK: usize = 50_000;
/// What is written besides the columns that are read of every market database.
const ALSO_NEEDED: [(&str, &[&str]); 2] = [
    ("symbols", &["base_asset", "quote_asset"]),
    ("candles", &["quote_asset_volume", "trades", "taker_buy_base_volume", "taker_buy_quote_volume"]),
];
/// Gaps that are listed one by one.
const MOST_LISTED: usize = 5;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The database, which is made as soon as there is something to write. A dry run writes to another one.
pub struct Database<'a> {
    file: &'a Path,
    is_dry: bool,
    cancel: &'a Arc<AtomicBool>,
    /// Whether the file was there before.
    existed: bool,
    /// `None` until it is made.
    connection: Option<Connection>,
}

impl<'a> Database<'a> {
    /// Opens the database, if there is one, and refuses what is no market database.
    pub fn open(file: &'a Path, is_dry: bool, cancel: &'a Arc<AtomicBool>) -> Result<Self, Error> {
        let open = || {
            let existing = existing(file)?;
            let connection = match existing {
                Some(how) if is_dry => Some(stand_in(file, Some(how))?),
                Some(_) => Some(open(&uri(file, "mode=rw"))?),
                None => None,
            };
            Ok((existing.is_some(), connection))
        };
        let (existed, mut connection) = open().map_err(|error: DatabaseError| error.of(file))?;
        connection.iter_mut().for_each(|connection| cancel_by(connection, Arc::clone(cancel)));
        Ok(Self { file, is_dry, cancel, existed, connection })
    }

    /// Whether the file exists by now.
    pub fn exists(&self) -> bool {
        self.existed || (self.connection.is_some() && !self.is_dry)
    }

    /// Refuses an interval that the database has another length of.
    pub fn check_length(&mut self, interval: &Interval) -> Result<(), Error> {
        let sql = "SELECT ms FROM intervals WHERE code = ?1";
        let stored: Option<i64> =
            self.ask(|connection| connection.query_row(sql, [interval.code()], |row| row.get(0)).optional())?;
        // That of months is nominal.
        let refused = stored.filter(|&stored| stored != interval.ms() && interval.months().is_none());
        refused.map_or(Ok(()), |stored| Err(Refusal::Length(interval.clone(), stored).into()))
    }

    /// Refuses candles that open at another `offset` from the grid than those that are stored: they would be second
    /// candles of the same times.
    pub fn check_offset(&mut self, name: &Name, offset: i64) -> Result<(), Error> {
        let id = self.find(name)?;
        let sql = "SELECT max(open_time) FROM candles WHERE series_id = ?1";
        let last: Option<i64> = self.ask(|connection| connection.query_row(sql, [id], |row| row.get(0)))?;
        let stored = last.map_or(offset, |last| rows::offset(last, &name.interval));
        // Candles of some hours open an hour later in winter.
        let shifts =
            name.interval.months().is_none() && name.interval.ms() < DAY && name.interval.ms() > HOUR;
        if stored == offset || (shifts && (stored - offset) % HOUR == 0) {
            return Ok(());
        }
        Err(Refusal::Offset { offset, stored, interval: name.interval.code().to_owned() }.into())
    }

    /// What rows would change of what is stored: candles that are valid, and have other values.
    pub fn changes(&mut self, name: &Name, rows: &mut Sorted) -> Result<Changes, Error> {
        let Some(id) = self.find(name)? else { return Ok(Changes::default()) };
        let sql = "SELECT max(open_time) FROM candles WHERE series_id = ?1";
        let last: Option<i64> = self.ask(|connection| connection.query_row(sql, [id], |row| row.get(0)))?;
        let mut changes = Changes::default();
        rows.chunks(CHUNK, |chunk| {
            self.ask(|connection| {
                compare(connection, id, chunk, 0, |row, _, stored| {
                    if stored == Stored::Other {
                        changes.see(row.candle.open_time, last);
                    }
                })
            })
        })?;
        Ok(changes)
    }

    /// Sets the calendar of a series that is stored, and the day that its weeks begin on.
    pub fn set_calendar(
        &mut self,
        name: &Name,
        calendar: Option<Calendar>,
        week_start: Option<Weekday>,
    ) -> Result<(), Error> {
        let (symbol, code) = (name.symbol.as_str(), name.interval.code());
        self.ask(|connection| {
            let (stored, weeks) = calendar_of(connection, symbol, code)?.unwrap_or_default();
            let week_start = Some(week_start.unwrap_or(weeks)).filter(|day| *day != Weekday::default());
            set_calendar(connection, symbol, code, calendar.unwrap_or(stored), week_start)
        })
    }

    /// The calendar of a series, and whether the database says it.
    pub fn calendar(&mut self, name: &Name) -> Result<Option<Calendar>, Error> {
        let (symbol, code) = (name.symbol.as_str(), name.interval.code());
        self.ask(|connection| calendar_of(connection, symbol, code))
            .map(|found| found.map(|(calendar, _)| calendar))
    }

    /// Stores rows, sorted by time, in complete transactions of a bounded size, and stops between two where it is
    /// cancelled. `rounding` and `keep` are those of [`store`]. Counts by the rows' texts.
    pub fn store(
        &mut self,
        name: &Name,
        rows: &mut Sorted,
        rounding: u64,
        keep: bool,
    ) -> Result<BTreeMap<u32, Counts>, Error> {
        let mut sum = BTreeMap::<u32, Counts>::new();
        self.find(name)?;
        rows.chunks(CHUNK, |chunk| {
            if self.cancel.load(Ordering::Relaxed) {
                return Ok(());
            }
            if self.connection.is_none() {
                let made = if self.is_dry { stand_in(self.file, None) } else { make(self.file) };
                let mut made = made.map_err(|error| DatabaseError::from(error).of(self.file))?;
                cancel_by(&mut made, Arc::clone(self.cancel));
                self.connection = Some(made);
            }
            for (text, counts) in self.ask(|connection| store(connection, name, chunk, rounding, keep))? {
                sum.entry(text).or_default().add(counts);
            }
            Ok::<(), Error>(())
        })?;
        Ok(sum)
    }

    /// Hands all candles of a series on, oldest first; `None` for one whose values are no numbers.
    pub fn each(&mut self, name: &Name, mut take: impl FnMut(i64, Option<Row>)) -> Result<(), Error> {
        if self.connection.is_none() {
            return Err(DatabaseError::NotMade.of(self.file));
        }
        let Some(id) = self.find(name)? else {
            return Err(Refusal::NoSeries(name.symbol.clone(), name.interval.clone()).into());
        };
        let sql = format!("SELECT {COLUMNS} FROM candles WHERE series_id = ?1 ORDER BY open_time");
        let cancel = self.cancel;
        self.ask(|connection| {
            for row in connection.prepare(&sql)?.query_map([id], stored)? {
                if cancel.load(Ordering::Relaxed) {
                    break;
                }
                let (open_time, row) = row?;
                take(open_time, row);
            }
            Ok(())
        })
    }

    /// The intervals that a symbol has series of.
    pub fn intervals(&mut self, symbol: &str) -> Result<Vec<Interval>, Error> {
        let sql = "SELECT it.code, it.ms FROM series s JOIN symbols sy ON sy.id = s.symbol_id
            JOIN intervals it ON it.id = s.interval_id WHERE sy.symbol = ?1";
        let stored: Vec<(String, i64)> = self.ask(|connection| {
            connection.prepare(sql)?.query_map([symbol], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })?;
        // Nothing can be built from an interval whose length makes no sense.
        Ok(stored.iter().filter_map(|(code, ms)| Interval::new(code, *ms).ok()).collect())
    }

    /// What is stored of a series, and what its calendar expects besides.
    pub fn extent(&mut self, name: &Name, calendar: Calendar) -> Result<Extent, Error> {
        let id = self.find(name)?;
        let ends = Ends::new(&name.interval, &Filter::default(), i64::MAX).with_calendar(calendar);
        let sql = "SELECT open_time FROM candles WHERE series_id = ?1 ORDER BY open_time";
        self.ask(|connection| {
            let mut extent = Extent::default();
            for at in connection.prepare(sql)?.query_map([id], |row| row.get::<_, i64>(0))? {
                let at = at?;
                if let Some(gap) = extent.last_open_time.and_then(|before| ends.gap(before, at)) {
                    extent.gaps += 1;
                    extent.missing_candles += gap.count;
                    if extent.first_gaps.len() < MOST_LISTED {
                        let (first, last) = (gap.first, gap.last);
                        extent.first_gaps.push(MissingCandles { first, last, candles: gap.count });
                    }
                }
                extent.candles += 1;
                extent.of_weekend += u64::from((at.div_euclid(DAY) + 3).rem_euclid(7) >= 5);
                extent.first_open_time.get_or_insert(at);
                extent.last_open_time = Some(at);
            }
            Ok(extent)
        })
    }

    /// The id of a series, which a dry run's database copies when it is asked for.
    fn find(&mut self, name: &Name) -> Result<Option<i64>, Error> {
        let names = [name.symbol.as_str(), name.interval.code()];
        let is_copy = self.is_dry && self.existed;
        self.ask(|connection| {
            let id: Option<i64> = connection.query_row(SERIES, names, |row| row.get(0)).optional()?;
            if is_copy {
                let sql = format!(
                    "INSERT INTO main.candles(series_id, {COLUMNS}) SELECT series_id, {COLUMNS} FROM market.candles
                     WHERE series_id = ?1 AND NOT EXISTS (SELECT 1 FROM main.candles WHERE series_id = ?1)"
                );
                connection.execute(&sql, [id])?;
            }
            Ok(id)
        })
    }

    /// Asks the database; where it is yet to be made, the answer is the default.
    fn ask<T: Default>(
        &mut self,
        question: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let answer = self.connection.as_mut().map_or(Ok(T::default()), question);
        answer.map_err(|error| DatabaseError::from(error).of(self.file))
    }
}

/// What an import would change of a series.
#[derive(Debug, Default, Clone)]
pub struct Changes {
    pub count: u64,
    /// The first of them.
    pub first: Vec<i64>,
    /// Whether another candle than the last one that is stored is among them.
    pub is_more_than_last: bool,
}

impl Changes {
    fn see(&mut self, at: i64, last: Option<i64>) {
        self.count += 1;
        self.is_more_than_last |= last.is_none_or(|last| at < last);
        if self.first.len() < MOST_LISTED {
            self.first.push(at);
        }
    }
}

/// How the database can be opened for reading; `None` where it is yet to be made.
fn existing(file: &Path) -> Result<Option<&'static str>, DatabaseError> {
    match check_file(file) {
        Err(DatabaseError::Absent) => {
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists());
            folder.map_or(Ok(None), |folder| Err(DatabaseError::NoFolder(folder.to_owned())))
        }
        Err(error) => Err(error),
        Ok(()) => {
            let (connection, how) = read_only(file)?;
            // A database without tables is one that was to be made when its process was killed.
            if is_empty(&connection)? {
                return Ok(None);
            }
            check_columns(&connection, &NEEDED, "")?;
            check_columns(&connection, &ALSO_NEEDED, ", which import fills")?;
            // Fails where no key says that a series has each open time once.
            connection.prepare(UPSERT).map_err(DatabaseError::NoKey)?;
            Ok(Some(how))
        }
    }
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
}

/// Opens what a URI names, in the mode that it says.
fn open(uri: &str) -> rusqlite::Result<Connection> {
    let connection = sqlite::open(uri, PATIENCE)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    relax(&connection)?;
    // Every candle is written in the transaction that has just looked up its series.
    connection.pragma_update(None, "foreign_keys", false)?;
    Ok(connection)
}

/// Lets transactions wait for no disk where a write-ahead log keeps them whole: all is durable when the database is
/// closed, and a power cut before that loses the last of them, which the same import stores again.
fn relax(connection: &Connection) -> rusqlite::Result<()> {
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    if mode == "wal" { connection.pragma_update(None, "synchronous", "NORMAL") } else { Ok(()) }
}

/// Makes the database and its tables, unless another process has just done so.
fn make(file: &Path) -> rusqlite::Result<Connection> {
    let connection = open(&uri(file, "mode=rwc"))?;
    let until = Instant::now() + PATIENCE;
    // SQLite does not wait by itself where two processes begin a journal at once.
    while let Err(error) = connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())) {
        if !is_busy(&error) || Instant::now() > until {
            return Err(error);
        }
        thread::sleep(Duration::from_millis(20));
    }
    relax(&connection)?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    if is_empty(&connection)? {
        connection.execute_batch(SCHEMA)?;
    }
    connection.execute_batch("COMMIT")?;
    Ok(connection)
}

/// An unnamed database that a dry run writes to, with the real one beside it.
fn stand_in(file: &Path, existing: Option<&str>) -> rusqlite::Result<Connection> {
    let connection = open("")?;
    connection.execute_batch(SCHEMA)?;
    if let Some(how) = existing {
        connection.execute("ATTACH ?1 AS market", [uri(file, how)])?;
        connection.execute_batch(NAMES)?;
        let sql = "SELECT 1 FROM market.sqlite_schema WHERE name = 'image_cache_series'";
        if connection.query_row(sql, [], |_| Ok(())).optional()?.is_some() {
            connection.execute_batch(
                "CREATE TABLE main.image_cache_series AS SELECT * FROM market.image_cache_series",
            )?;
        }
    }
    Ok(connection)
}
