//! The market database that is written to.
//!
//! Its tables are those of crypto-sqlite-pipeline, so that either tool can go
//! on with a file of the other. What candles do not need is left alone:
//! indicators, the state of series, known gaps, and any other table.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use candles::Interval;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    check,
    options::Name,
    rows::{Row, Values},
    summary::{Counts, Extent, MissingCandles},
    upsert::{COLUMNS, SERIES, UPSERT, ensure, store, values},
};
use crate::{
    database::{check_columns, check_file, check_tables, read_only},
    error::{DatabaseError, Error, Refusal},
    sqlite::{cancel_by, is_busy, uri},
};

/// As the pipeline makes them; the texts are kept in the database.
const SCHEMA: &str = include_str!("schema.sql");
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

/// Why rows are not stored.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// These cannot be; others may.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nothing can be stored any more.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// The database, opened for writing as soon as there is something to write.
pub struct Database<'a> {
    file: &'a Path,
    is_dry: bool,
    cancel: &'a Arc<AtomicBool>,
    /// How it can be opened for reading; `None` where there is none yet.
    existing: Option<&'static str>,
    connection: Option<Connection>,
}

impl<'a> Database<'a> {
    /// Looks at the database, if there is one, and refuses what is no market database.
    pub fn open(file: &'a Path, is_dry: bool, cancel: &'a Arc<AtomicBool>) -> Result<Self, Error> {
        let existing = existing(file).map_err(|error| error.of(file))?;
        Ok(Self { file, is_dry, cancel, existing, connection: None })
    }

    /// Whether the file exists by now.
    pub fn exists(&self) -> bool {
        self.existing.is_some() || (self.connection.is_some() && !self.is_dry)
    }

    /// Whether there is neither a database nor what stands for it in a dry run.
    fn is_absent(&self) -> bool {
        self.existing.is_none() && self.connection.is_none()
    }

    /// Refuses an interval that the database has another length of.
    pub fn check_length(&mut self, interval: &Interval) -> Result<(), Stop> {
        if self.is_absent() {
            return Ok(());
        }
        let sql = "SELECT ms FROM intervals WHERE code = ?1";
        let stored: Option<i64> =
            self.ask(|connection| connection.query_row(sql, [interval.code()], |row| row.get(0)).optional())?;
        match stored.filter(|&stored| stored != interval.ms()) {
            Some(stored) => Err(Refusal::Length(interval.clone(), stored).into()),
            None => Ok(()),
        }
    }

    /// Refuses candles that open at another `offset` from the grid than those that are stored.
    pub fn check_offset(&mut self, name: &Name, offset: i64) -> Result<(), Stop> {
        let Some(id) = self.find(name)? else {
            return Ok(());
        };
        let sql = "SELECT max(open_time) FROM candles WHERE series_id = ?1";
        let last: Option<i64> = self.ask(|connection| connection.query_row(sql, [id], |row| row.get(0)))?;
        let stored = last.map_or(offset, |last| check::offset(last, &name.interval));
        if stored == offset {
            return Ok(());
        }
        Err(Refusal::Offset { offset, stored, interval: name.interval.code().to_owned() }.into())
    }

    /// Stores rows, sorted by time, in complete transactions of a bounded size, and stops between two where it is
    /// cancelled. `rounding` is that of [`Values::same`].
    pub fn store(&mut self, name: &Name, rows: &[Row], rounding: u64) -> Result<Counts, Error> {
        let mut sum = Counts::default();
        for chunk in rows.chunks(CHUNK) {
            if self.cancel.load(Ordering::Relaxed) {
                break;
            }
            self.copy_for_dry_run(name)?;
            sum.add(self.ask(|connection| store(connection, name, chunk, rounding))?);
        }
        Ok(sum)
    }

    /// Hands all candles of a series on, oldest first; `None` for one whose values are no numbers.
    pub fn each(&mut self, name: &Name, mut take: impl FnMut(i64, Option<Values>)) -> Result<(), Stop> {
        if self.is_absent() {
            return Err(DatabaseError::NotMade.of(self.file).into());
        }
        let Some(id) = self.find(name)? else {
            return Err(Refusal::NoSeries(name.symbol.clone(), name.interval.clone()).into());
        };
        let sql = format!("SELECT {COLUMNS} FROM candles WHERE series_id = ?1 ORDER BY open_time");
        let cancel = self.cancel;
        self.ask(|connection| {
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query([id])?;
            while let Some(row) = rows.next()?
                && !cancel.load(Ordering::Relaxed)
            {
                take(row.get(0)?, values(row));
            }
            Ok(())
        })?;
        Ok(())
    }

    /// The intervals that a symbol has series of.
    pub fn intervals(&mut self, symbol: &str) -> Result<Vec<Interval>, Error> {
        if self.is_absent() {
            return Ok(Vec::new());
        }
        let select = |schema: &str| {
            format!(
                "SELECT it.code, it.ms FROM {schema}.series s JOIN {schema}.symbols sy ON sy.id = s.symbol_id
                 JOIN {schema}.intervals it ON it.id = s.interval_id WHERE sy.symbol = ?1"
            )
        };
        let mut sql = select("main");
        if self.is_dry && self.existing.is_some() {
            sql = format!("{sql} UNION {}", select("market"));
        }
        let stored: Vec<(String, i64)> = self.ask(|connection| {
            connection.prepare(&sql)?.query_map([symbol], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })?;
        // Nothing can be built from an interval whose length makes no sense.
        Ok(stored.iter().filter_map(|(code, ms)| Interval::new(code, *ms).ok()).collect())
    }

    /// What is stored of a series.
    pub fn extent(&mut self, name: &Name) -> Result<Extent, Error> {
        let Some(id) = self.find(name)? else {
            return Ok(Extent::default());
        };
        let ms = name.interval.ms();
        let sql = "SELECT open_time FROM candles WHERE series_id = ?1 ORDER BY open_time";
        self.ask(|connection| {
            let mut extent = Extent::default();
            for at in connection.prepare(sql)?.query_map([id], |row| row.get::<_, i64>(0))? {
                let at = at?;
                if let Some(before) = extent.last_open_time
                    && at.saturating_sub(before) > ms
                {
                    let first = before.saturating_add(ms);
                    let candles = (at.saturating_sub(before) - 1).unsigned_abs() / ms.unsigned_abs();
                    extent.gaps += 1;
                    extent.missing_candles += candles;
                    if extent.first_gaps.len() < MOST_LISTED {
                        let last = at.saturating_sub(ms).max(first);
                        extent.first_gaps.push(MissingCandles { first, last, candles });
                    }
                }
                extent.candles += 1;
                extent.first_open_time.get_or_insert(at);
                extent.last_open_time = Some(at);
            }
            Ok(extent)
        })
    }

    fn find(&mut self, name: &Name) -> Result<Option<i64>, Error> {
        if self.is_absent() {
            return Ok(None);
        }
        self.copy_for_dry_run(name)?;
        let names = [name.symbol.as_str(), name.interval.code()];
        self.ask(|connection| connection.query_row(SERIES, names, |row| row.get(0)).optional())
    }

    /// Copies a series that a dry run looks at or writes to.
    fn copy_for_dry_run(&mut self, name: &Name) -> Result<(), Error> {
        if self.is_dry && self.existing.is_some() {
            return self.ask(|connection| copy(connection, name));
        }
        Ok(())
    }

    /// Asks the database, which is made or opened for writing at the first time.
    fn ask<T>(&mut self, question: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        let ask = || {
            let connection = match self.connection.take() {
                Some(connection) => connection,
                None => self.connect()?,
            };
            question(self.connection.insert(connection))
        };
        ask().map_err(|error| DatabaseError::Sqlite(error).of(self.file))
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let mut connection = match self.existing {
            _ if self.is_dry => stand_in(self.file, self.existing)?,
            Some(_) => open(&uri(self.file, "mode=rw"))?,
            None => make(self.file)?,
        };
        cancel_by(&mut connection, Arc::clone(self.cancel));
        Ok(connection)
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
            check(&connection)?;
            Ok(Some(how))
        }
    }
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
}

/// Whether it is a market database that can be written to in the pipeline's way.
fn check(connection: &Connection) -> Result<(), DatabaseError> {
    check_tables(connection)?;
    check_columns(connection, &ALSO_NEEDED, |table, column| DatabaseError::NoImportColumn { table, column })?;
    // Fails where no key says that a series has each open time once.
    connection.prepare(UPSERT).map(drop).map_err(DatabaseError::NoKey)
}

/// Opens what a URI names, in the mode that it says.
fn open(uri: &str) -> rusqlite::Result<Connection> {
    let connection = Connection::open(uri)?;
    connection.busy_timeout(PATIENCE)?;
    // The database may be anyone's: its triggers run no functions with side effects.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    // Every candle is written in the transaction that has just looked up its series.
    connection.pragma_update(None, "foreign_keys", false)?;
    Ok(connection)
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
        connection
            .execute_batch("INSERT INTO main.intervals(code, ms) SELECT code, ms FROM market.intervals")?;
    }
    Ok(connection)
}

/// Copies a series to a dry run's database, the first time that it is asked for.
fn copy(connection: &mut Connection, name: &Name) -> rusqlite::Result<()> {
    let names = [name.symbol.as_str(), name.interval.code()];
    let find = |sql: &str| connection.query_row(sql, names, |row| row.get::<_, i64>(0)).optional();
    let original = SERIES.replace("FROM series", "FROM market.series").replace("JOIN ", "JOIN market.");
    let (None, Some(original)) = (find(SERIES)?, find(&original)?) else {
        return Ok(());
    };
    let transaction = connection.transaction()?;
    let id = ensure(&transaction, name)?;
    let sql = format!(
        "INSERT INTO main.candles(series_id, {COLUMNS}) SELECT ?1, {COLUMNS} FROM market.candles WHERE series_id = ?2"
    );
    transaction.execute(&sql, params![id, original])?;
    transaction.commit()
}
