//! The market database that is written to.
//!
//! Its tables are those of crypto-sqlite-pipeline, so that either tool can go
//! on with a file of the other. What candles do not need is left alone:
//! indicators, the state of series, known gaps, and any other table.

use std::{
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use market::{
    DatabaseError, check_file, check_tables, read_only,
    sqlite::{columns, is_busy, uri},
};
use render_core::Interval;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::{
    Name, judge,
    row::{Row, Values},
    upsert::{COLUMNS, Counts, SERIES, Same, UPSERT, ensure, store, values},
};
use crate::{error::Error, interrupt::Interrupt};

/// As the pipeline makes them; the texts are kept in the database.
const SCHEMA: &str = include_str!("market.sql");
/// How long another process's lock is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Rows of one transaction: enough that its end costs nothing, few enough that others can write soon.
const CHUNK: usize = 50_000;
/// What is written besides the columns that `render` reads.
const ALSO_NEEDED: [(&str, &[&str]); 2] = [
    ("symbols", &["base_asset", "quote_asset"]),
    ("candles", &["quote_asset_volume", "trades", "taker_buy_base_volume", "taker_buy_quote_volume"]),
];
/// Gaps that are told one by one.
const GAPS_TOLD: usize = 5;

/// Why rows were not stored.
#[derive(Debug)]
pub enum Stop {
    /// These cannot be; others may.
    Refused(String),
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What is stored of a series.
#[derive(Debug, Clone, Default)]
pub struct Extent {
    pub candles: u64,
    /// First and last open time.
    pub from: i64,
    pub to: i64,
    pub gaps: u64,
    pub missing: u64,
    /// The first gaps: first and last open time that is missing, as far as the interval tells, and how many are.
    pub first_gaps: Vec<Gap>,
}

/// Candles that are missing between two that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    pub from: i64,
    pub to: i64,
    pub candles: u64,
}

/// The database, opened for writing as soon as there is something to write.
pub struct Market<'a> {
    file: PathBuf,
    dry_run: bool,
    interrupt: &'a Interrupt,
    /// How it can be opened for reading; `None` where there is none yet.
    existing: Option<&'static str>,
    connection: Option<Connection>,
}

impl<'a> Market<'a> {
    /// Looks at the database, if there is one, and refuses what is none.
    pub fn open(file: &Path, dry_run: bool, interrupt: &'a Interrupt) -> Result<Self, Error> {
        let existing = existing(file).map_err(|error| error.of(file))?;
        Ok(Self { file: file.to_owned(), dry_run, interrupt, existing, connection: None })
    }

    /// Whether there is a database by now.
    pub fn is_there(&self) -> bool {
        self.existing.is_some() || (self.connection.is_some() && !self.dry_run)
    }

    /// Whether a series of this name and length can be written.
    pub fn accepts(&mut self, name: &Name) -> Result<(), Stop> {
        if self.existing.is_none() && self.connection.is_none() {
            return Ok(());
        }
        let (code, ms) = (name.interval.code(), name.interval.ms());
        let sql = "SELECT ms FROM intervals WHERE code = ?1";
        let stored: Option<i64> =
            self.ask(|connection| connection.query_row(sql, [code], |row| row.get(0)).optional())?;
        match stored.filter(|&stored| stored != ms) {
            Some(other) => {
                Err(Stop::Refused(format!("in the database {code} has a length of {other} ms, not {ms}")))
            }
            None => Ok(()),
        }
    }

    /// Whether candles that open so long after the grid go with those that are stored.
    pub fn fits(&mut self, name: &Name, offset: i64) -> Result<(), Stop> {
        if self.existing.is_none() && self.connection.is_none() {
            return Ok(());
        }
        let Some(id) = self.find(name)? else {
            return Ok(());
        };
        let sql = "SELECT max(open_time) FROM candles WHERE series_id = ?1";
        let last: Option<i64> = self.ask(|connection| connection.query_row(sql, [id], |row| row.get(0)))?;
        let stored = last.map_or(offset, |last| judge::offset(last, &name.interval));
        if stored == offset {
            return Ok(());
        }
        Err(Stop::Refused(format!(
            "its candles open {} s after a multiple of {}, and those that are stored {} s",
            offset / 1000,
            name.interval.code(),
            stored / 1000
        )))
    }

    /// Stores rows, sorted by time, in whole transactions of a bounded size. Stops between two where the user wants it.
    pub fn store(&mut self, name: &Name, rows: &[Row], same: Same) -> Result<Counts, Stop> {
        let mut sum = Counts::default();
        for chunk in rows.chunks(CHUNK) {
            if self.interrupt.is_set() {
                break;
            }
            self.prepare(name)?;
            let counts = self.ask(|connection| store(connection, name, chunk, same))?;
            sum.new += counts.new;
            sum.changed += counts.changed;
            sum.unchanged += counts.unchanged;
        }
        Ok(sum)
    }

    /// Hands all candles of a series on, oldest first; `None` for one whose values are no numbers.
    pub fn each(&mut self, name: &Name, mut take: impl FnMut(i64, Option<Values>)) -> Result<(), Stop> {
        if self.existing.is_none() && self.connection.is_none() {
            return Err(Stop::Failed(DatabaseError::NotMade.of(&self.file).into()));
        }
        let Some(id) = self.find(name)? else {
            let (symbol, code) = (&name.symbol, name.interval.code());
            return Err(Stop::Refused(format!("there is no series {symbol} {code} in the database")));
        };
        let sql = format!("SELECT {COLUMNS} FROM candles WHERE series_id = ?1 ORDER BY open_time");
        let interrupt = self.interrupt;
        self.ask(|connection| {
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query([id])?;
            while let Some(row) = rows.next()? {
                if interrupt.is_set() {
                    break;
                }
                take(row.get(0)?, values(row));
            }
            Ok(())
        })?;
        Ok(())
    }

    /// The intervals that a symbol has series of.
    pub fn intervals(&mut self, symbol: &str) -> Result<Vec<Interval>, Error> {
        if self.existing.is_none() && self.connection.is_none() {
            return Ok(Vec::new());
        }
        let select = |schema: &str| {
            format!(
                "SELECT it.code, it.ms FROM {schema}.series s JOIN {schema}.symbols sy ON sy.id = s.symbol_id
                 JOIN {schema}.intervals it ON it.id = s.interval_id WHERE sy.symbol = ?1"
            )
        };
        let mut sql = select("main");
        if self.dry_run && self.existing.is_some() {
            sql = format!("{sql} UNION {}", select("market"));
        }
        let stored: Vec<(String, i64)> = self.ask(|connection| {
            connection.prepare(&sql)?.query_map([symbol], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })?;
        // Of what has no length that makes sense, nothing can be built.
        Ok(stored.iter().filter_map(|(code, ms)| Interval::new(code, *ms).ok()).collect())
    }

    /// What is stored of a series; `None` where nothing is.
    pub fn extent(&mut self, name: &Name) -> Result<Option<Extent>, Error> {
        let Some(id) = self.find(name)? else {
            return Ok(None);
        };
        let ms = name.interval.ms();
        let sql = "SELECT open_time FROM candles WHERE series_id = ?1 ORDER BY open_time";
        self.ask(|connection| {
            let mut statement = connection.prepare(sql)?;
            let mut times = statement.query_map([id], |row| row.get::<_, i64>(0))?;
            let Some(from) = times.next().transpose()? else {
                return Ok(None);
            };
            let mut extent = Extent { candles: 1, from, to: from, ..Extent::default() };
            for at in times {
                let at = at?;
                let step = at.saturating_sub(extent.to);
                if step > ms {
                    let gap = Gap {
                        from: extent.to.saturating_add(ms),
                        to: at.saturating_sub(ms).max(extent.to.saturating_add(ms)),
                        candles: (step - 1).unsigned_abs() / ms.unsigned_abs(),
                    };
                    extent.gaps += 1;
                    extent.missing += gap.candles;
                    if extent.first_gaps.len() < GAPS_TOLD {
                        extent.first_gaps.push(gap);
                    }
                }
                extent.candles += 1;
                extent.to = at;
            }
            Ok(Some(extent))
        })
    }

    fn find(&mut self, name: &Name) -> Result<Option<i64>, Error> {
        if self.dry_run {
            // What a dry run looks at must be copied first.
            self.prepare(name)?;
        } else if self.existing.is_none() && self.connection.is_none() {
            return Ok(None);
        }
        let names = [name.symbol.as_str(), name.interval.code()];
        self.ask(|connection| connection.query_row(SERIES, names, |row| row.get(0)).optional())
    }

    /// Sees that the database is there; in a dry run, that its copy holds the series.
    fn prepare(&mut self, name: &Name) -> Result<(), Error> {
        let (dry_run, existing) = (self.dry_run, self.existing.is_some());
        self.ask(|connection| if dry_run && existing { copy(connection, name) } else { Ok(()) })
    }

    /// Asks the database, which is made or opened for writing at the first time.
    fn ask<T>(&mut self, question: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        let refuse = |error| Error::from(DatabaseError::Sqlite(error).of(&self.file));
        if self.connection.is_none() {
            let connection = match self.existing {
                _ if self.dry_run => stand_in(&self.file, self.existing),
                Some(_) => open(&self.file, "mode=rw"),
                None => open(&self.file, "mode=rwc").and_then(|connection| {
                    make(&connection)?;
                    Ok(connection)
                }),
            };
            let connection = connection.map_err(refuse)?;
            self.interrupt.reaches(&connection);
            self.connection = Some(connection);
        }
        match &mut self.connection {
            Some(connection) => question(connection).map_err(refuse),
            None => Err(refuse(rusqlite::Error::InvalidQuery)),
        }
    }
}

/// How the database can be opened for reading; `None` where it is yet to be made.
fn existing(file: &Path) -> Result<Option<&'static str>, DatabaseError> {
    match check_file(file) {
        Err(DatabaseError::Absent) => {
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
            match folder.filter(|folder| !folder.exists()) {
                Some(folder) => Err(DatabaseError::NoFolder(folder.to_owned())),
                None => Ok(None),
            }
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
    for (table, needed) in ALSO_NEEDED {
        let found = columns(connection, table)?;
        if let Some(&column) =
            needed.iter().find(|column| !found.iter().any(|found| found.eq_ignore_ascii_case(column)))
        {
            return Err(DatabaseError::NoImportColumn { table, column });
        }
    }
    // Fails where no key says that a series has each open time once.
    connection.prepare(UPSERT).map(drop).map_err(DatabaseError::NoKey)
}

fn open(file: &Path, how: &str) -> rusqlite::Result<Connection> {
    let mut flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, how == "mode=rwc");
    let connection = Connection::open_with_flags(uri(file, how), flags)?;
    connection.busy_timeout(PATIENCE)?;
    // The database may be anyone's: its triggers run no functions with side effects.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    // Every candle is written in the transaction that has just looked up its series.
    connection.pragma_update(None, "foreign_keys", false)?;
    Ok(connection)
}

/// Makes the tables, unless another process has just done so.
fn make(connection: &Connection) -> rusqlite::Result<()> {
    let until = Instant::now() + PATIENCE;
    // SQLite does not wait by itself where two processes begin a journal at once.
    while let Err(error) = connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())) {
        if !is_busy(&error) || Instant::now() > until {
            return Err(error);
        }
        thread::sleep(Duration::from_millis(20));
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    if is_empty(connection)? {
        connection.execute_batch(SCHEMA)?;
    }
    connection.execute_batch("COMMIT")
}

/// An unnamed database that a dry run writes to, with the real one beside it.
fn stand_in(file: &Path, existing: Option<&str>) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags("", flags)?;
    connection.busy_timeout(PATIENCE)?;
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
    let copied = connection.query_row(SERIES, names, |_| Ok(())).optional()?;
    let real = SERIES.replace("FROM series", "FROM market.series").replace("JOIN ", "JOIN market.");
    let Some(real) = connection.query_row(&real, names, |row| row.get::<_, i64>(0)).optional()? else {
        return Ok(());
    };
    if copied.is_some() {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    let id = ensure(&transaction, name)?;
    let sql = format!(
        "INSERT INTO main.candles(series_id, {COLUMNS}) SELECT ?1, {COLUMNS} FROM market.candles WHERE series_id = ?2"
    );
    transaction.execute(&sql, params![id, real])?;
    transaction.commit()
}
