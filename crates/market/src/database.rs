//! The market database: opened read-only, without losing what only its WAL holds, and checked to be one.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use candles::Calendar;
use rusqlite::{Connection, ErrorCode};

use crate::{
    error::{DatabaseError, Error},
    sample,
    sqlite::{beside, cancel_by, columns, open, uri},
};

/// How long another process's lock is waited for, per try.
const PATIENCE: Duration = Duration::from_secs(4);
/// The tables and columns that are read; whatever else there is does not matter.
pub(crate) const NEEDED: [(&str, &[&str]); 4] = [
    ("symbols", &["id", "symbol"]),
    ("intervals", &["id", "code", "ms"]),
    ("series", &["id", "symbol_id", "interval_id"]),
    ("candles", &["series_id", "open_time", "open", "high", "low", "close", "volume"]),
];

/// Where candles come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A market database.
    Database(PathBuf),
    /// The built-in sample.
    Sample,
}

/// An open market database.
#[derive(Debug)]
pub struct Market {
    pub(crate) file: PathBuf,
    pub(crate) connection: Connection,
    /// The calendar of all series, whatever the database says of them.
    pub(crate) calendar: Option<Calendar>,
}

impl Market {
    /// Opens a source of candles.
    ///
    /// # Errors
    /// As [`Market::open`] and [`Market::sample`].
    pub fn of(source: &Source) -> Result<Self, Error> {
        match source {
            Source::Database(file) => Self::open(file),
            Source::Sample => Self::sample(),
        }
    }

    /// Opens the database at `file`, read-only.
    ///
    /// # Errors
    /// [`Error::Database`] where there is none, or none that can be used.
    pub fn open(file: &Path) -> Result<Self, Error> {
        let open = || {
            check_file(file)?;
            // Told apart from a database that SQLite cannot open for its own reasons.
            fs::File::open(file).map_err(DatabaseError::Open)?;
            let (connection, _) = read_only(file)?;
            check_columns(&connection, &NEEDED, "")?;
            Ok(Self { file: file.to_owned(), connection, calendar: None })
        };
        open().map_err(|error: DatabaseError| error.of(file))
    }

    /// Opens the built-in sample.
    ///
    /// # Errors
    /// [`Error::Database`] where SQLite cannot hold it in memory.
    pub fn sample() -> Result<Self, Error> {
        Ok(Self { file: PathBuf::from(sample::NAME), connection: sample::database()?, calendar: None })
    }

    /// Ends queries soon after `flag` is set.
    #[must_use]
    pub fn cancel_by(mut self, flag: Arc<AtomicBool>) -> Self {
        cancel_by(&mut self.connection, flag);
        self
    }

    /// Gives all series this calendar, if it is one, instead of those that the database names.
    #[must_use]
    pub fn with_calendar(self, calendar: Option<Calendar>) -> Self {
        Self { calendar, ..self }
    }

    /// The calendar of all series, if they do not have those that the database names.
    #[must_use]
    pub fn calendar(&self) -> Option<Calendar> {
        self.calendar
    }

    /// The file, or the sample's name.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Another number whenever another process has changed the database since this one opened it.
    ///
    /// # Errors
    /// [`Error::Database`] where the database cannot be read.
    pub fn data_version(&self) -> Result<i64, Error> {
        self.connection
            .query_row("PRAGMA data_version", [], |row| row.get(0))
            .map_err(|error| self.refuse(error))
    }

    pub(crate) fn refuse(&self, error: rusqlite::Error) -> Error {
        DatabaseError::from(error).of(&self.file)
    }
}

/// Refuses what is no file.
pub(crate) fn check_file(file: &Path) -> Result<(), DatabaseError> {
    match fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(DatabaseError::Absent),
        Err(error) => Err(DatabaseError::Open(error)),
        Ok(about) if about.is_dir() => Err(DatabaseError::Directory),
        Ok(about) if !about.is_file() => Err(DatabaseError::NotAFile),
        Ok(_) => Ok(()),
    }
}

/// Checks that tables and columns exist; `purpose` says what needs them besides reading.
pub(crate) fn check_columns(
    connection: &Connection,
    tables: &[(&'static str, &[&'static str])],
    purpose: &'static str,
) -> Result<(), DatabaseError> {
    for &(table, needed) in tables {
        let found = columns(connection, table)?;
        if found.is_empty() {
            return Err(DatabaseError::NoTable(table));
        }
        let is_found = |column: &str| found.iter().any(|found| found.eq_ignore_ascii_case(column));
        if let Some(&column) = needed.iter().find(|column| !is_found(column)) {
            return Err(DatabaseError::NoColumn(table, column, purpose));
        }
    }
    Ok(())
}

/// Opens any SQLite database read-only in the way that loses no row; gives the URI's parameters that did it.
///
/// # Errors
/// [`DatabaseError::Journal`] where that is impossible, [`DatabaseError::Sqlite`] where SQLite fails.
pub fn read_only(file: &Path) -> Result<(Connection, &'static str), DatabaseError> {
    let error = match connect(file, "mode=ro") {
        Ok(connection) => return Ok((connection, "mode=ro")),
        Err(error) => error,
    };
    if !matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)) {
        return Err(error.into());
    }
    // `immutable` skips journals, so it silently loses candles wherever one holds data.
    for suffix in ["-wal", "-journal"] {
        let beside = beside(file, suffix);
        if fs::symlink_metadata(&beside).is_ok_and(|about| about.len() > 0) {
            return Err(DatabaseError::Journal(beside));
        }
    }
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if platform::may_write(folder) {
        return Err(error.into());
    }
    let how = "mode=ro&immutable=1";
    Ok((connect(file, how)?, how))
}

fn connect(file: &Path, how: &str) -> rusqlite::Result<Connection> {
    let connection = open(&uri(file, how), PATIENCE)?;
    // SQLite opens lazily; this is the first read.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}
