//! What can be wrong with a market database, with one of its series, and with reading that.

use std::{
    io,
    path::{Path, PathBuf},
};

use candles::{
    format_utc,
    text::{one_line, shorten},
};

use crate::{ends::MOST_MISSING, sqlite::explain};

/// Why a market database cannot be used, or has nothing of what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be used.
    #[error("market database {}: {source}", one_line(&file.to_string_lossy()))]
    Database {
        /// The database.
        file: PathBuf,
        /// What is wrong with it.
        source: DatabaseError,
    },
    /// No series has a symbol or interval of that name.
    #[error("there is no {what} {name:?} in {}", one_line(place))]
    NoSuchName {
        /// `symbol` or `interval`.
        what: &'static str,
        /// The name that was asked for.
        name: String,
        /// Where it was looked for.
        place: String,
        /// The names that are there, sorted.
        known: Vec<String>,
    },
    /// Symbol and interval are there, but no series has both.
    #[error("no series of {} has both the symbol and the interval that are asked for", one_line(place))]
    NoSuchSeries {
        /// Where it was looked for.
        place: String,
        /// The series that are there: symbol and interval with a space between.
        known: Vec<String>,
    },
}

/// What is wrong with a database.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// There is no such file.
    #[error("does not exist")]
    Absent,
    /// An import is to read from a database that it has yet to make.
    #[error("does not exist")]
    NotMade,
    /// The folder that is to hold it does not exist.
    #[error("there is no folder {}; make it first", one_line(&.0.to_string_lossy()))]
    NoFolder(PathBuf),
    /// It is a directory.
    #[error("is a directory")]
    Directory,
    /// It is a device, a pipe or the like.
    #[error("is not a regular file")]
    NotAFile,
    /// The operating system does not open it.
    #[error("cannot be opened: {0}")]
    Open(#[source] io::Error),
    /// A journal beside it holds data, and only a connection that may write could read it.
    #[error(
        "cannot be opened read-only, and {} holds data that must not be left out; copy both files to a folder that can be written to, and use the copy",
        .0.display()
    )]
    Journal(PathBuf),
    /// It has no such table.
    #[error("has no table {0:?}, so it is not a market database")]
    NoTable(&'static str),
    /// A table lacks a column that is read.
    #[error("its table {table:?} has no column {column:?}")]
    NoColumn {
        /// The table.
        table: &'static str,
        /// The column that it lacks.
        column: &'static str,
    },
    /// A table lacks a column that an import writes.
    #[error("its table {table:?} has no column {column:?}, which import fills")]
    NoImportColumn {
        /// The table.
        table: &'static str,
        /// The column that it lacks.
        column: &'static str,
    },
    /// No key says that a series has each open time once.
    #[error("its candles cannot be replaced one by one, by series_id and open_time: {}", explain(.0))]
    NoKey(#[source] rusqlite::Error),
    /// SQLite cannot use it: it is no database, locked, damaged and so on.
    #[error("{}", explain(.0))]
    Sqlite(#[from] rusqlite::Error),
    /// The built-in sample cannot be loaded.
    #[error("{0}")]
    Sample(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl DatabaseError {
    /// The error of the database at `file`.
    #[must_use]
    pub fn of(self, file: &Path) -> Error {
        Error::Database { file: file.to_owned(), source: self }
    }
}

/// What in the data makes a series unusable. It is the same wherever the data are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeriesError {
    /// A name is not text.
    #[error("its {0} is not text")]
    NotText(&'static str),
    /// A number is not an integer.
    #[error("its {0} is not an integer")]
    NotInteger(&'static str),
    /// Its symbol or interval makes no sense.
    #[error("{}", shorten(&.0.to_string()))]
    Name(#[from] candles::Error),
    /// Two series of one name would have the same pictures.
    #[error("the database has two series of this symbol and interval")]
    Twice,
    /// A candle has no time.
    #[error("an open_time is NULL or no integer")]
    NoOpenTime,
    /// Two candles have this time.
    #[error("two candles have the open_time {}", format_utc(*.0))]
    TwoCandles(i64),
    /// Its gaps are too long, up to the one at this time.
    #[error(
        "more than {MOST_MISSING} candles are missing in gaps up to the one at {}; check the open times",
        format_utc(*.0)
    )]
    Gaps(i64),
    /// Most of its ends are, like this one, no times that a file name can show.
    #[error("open_time {0} ms is not on a whole second between the years 0 and 9999")]
    Stray(i64),
}

/// Why a series could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Its data make it unusable.
    #[error(transparent)]
    Series(#[from] SeriesError),
    /// The temporary file for its candles cannot be written.
    #[error("its candles cannot be buffered in the folder for temporary files: {0}")]
    Spool(#[from] io::Error),
    /// The database cannot be read.
    #[error("cannot be read: {}", explain(.0))]
    Database(#[from] rusqlite::Error),
}

impl ReadError {
    /// Whether the data alone decide it, so that it is the same on every machine.
    #[must_use]
    pub fn is_of_the_data(&self) -> bool {
        matches!(self, Self::Series(_))
    }
}
