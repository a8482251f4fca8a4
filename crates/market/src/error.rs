//! What can be wrong with a market database, with one of its series, with reading that, and with files to import.

use std::{
    io,
    path::{Path, PathBuf},
};

use candles::{
    Interval, Symbol, format_utc,
    text::{one_line, shorten},
};
use readers::{IntervalDoubt, PlacementDoubt};

use crate::sqlite::explain;

/// Gaps with more missing candles than this come from a broken source, not from an outage.
pub(crate) const MOST_MISSING: u64 = 10_000_000;

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
    /// What is to be imported or built cannot be; all else can.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// What is buffered of an import goes through temporary files.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Refused(Refusal::Buffer(error))
    }
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
    /// A table, named first, lacks a column, and what needs that besides reading.
    #[error("its table {0:?} has no column {1:?}{2}")]
    NoColumn(&'static str, &'static str, &'static str),
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
    /// A value is of another kind than this.
    #[error("its {0} is not {1}")]
    NotA(&'static str, &'static str),
    /// Its symbol or interval makes no sense.
    #[error("{}", shorten(&.0.to_string()))]
    Name(#[from] candles::Error),
    /// The database names this calendar, which is none.
    #[error("its calendar {0:?} in image_cache_series is none of 24x7, weekdays and observed")]
    Calendar(String),
    /// The database lets its weeks begin on this, which is no day.
    #[error("its week_start {0:?} in image_cache_series is no day of the week, such as sunday")]
    WeekStart(String),
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
    /// Its candles were read, but the temporary file that holds them cannot be read back.
    #[error("its buffered candles are lost: {0}")]
    Lost(#[source] io::Error),
    /// The database cannot be read.
    #[error("cannot be read: {}", explain(.0))]
    Database(#[from] rusqlite::Error),
}

/// Why a file, a text in it or a series to build is not taken by an import. Others are taken all the same.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A file's name and the options tell different things.
    #[error("its name tells the {what} {named}, but settings say {told}")]
    Contradicted {
        /// `symbol` or `interval`.
        what: &'static str,
        /// What the file's name tells.
        named: String,
        /// What the options tell.
        told: String,
    },
    /// Neither a file's name nor the options tell its `symbol` or `interval`.
    #[error("its name tells no {0}")]
    Unnamed(&'static str),
    /// It tells several symbols, and none of them is the one that is asked for.
    #[error("it holds {}, not {asked}", listed(.found))]
    NoSuchSymbol {
        /// The symbol that is asked for.
        asked: String,
        /// The symbols that it holds.
        found: Vec<String>,
    },
    /// Its candles are those of two symbols, as its name and its rows tell.
    #[error("its name tells the symbol {named}, and its rows {told}")]
    OtherSymbol {
        /// What its name tells.
        named: String,
        /// What its rows tell.
        told: String,
    },
    /// Two symbols that its rows tell apart would be one.
    #[error("its rows tell the symbols {} and {}, which would both be {symbol}", shorten(&told[0]), shorten(&told[1]))]
    SameSymbol {
        /// The symbols as the rows tell them.
        told: [String; 2],
        /// What both would be called.
        symbol: String,
    },
    /// Files of one series are of two markets, as their names tell.
    #[error(
        "{} is of spot and {} of futures by their names, so that they are two series",
        one_line(spot),
        one_line(futures)
    )]
    Markets {
        /// The file of the spot market.
        spot: String,
        /// The file of futures, perpetual ones among them.
        futures: String,
    },
    /// A symbol that makes no sense.
    #[error(transparent)]
    Name(#[from] candles::Error),
    /// The operating system does not open or read it.
    #[error("cannot be read: {0}")]
    Open(#[source] io::Error),
    /// It is a directory, a device, a pipe or the like: what, and what to do.
    #[error("is {0}")]
    NotAFile(&'static str),
    /// This build does not read Parquet.
    #[error("is Parquet, which this build does not read")]
    ParquetNotBuilt,
    /// The file that should tell its SHA-256 does not.
    #[error("{list} {1}", list = one_line(&.0.to_string_lossy()))]
    Checksum(PathBuf, #[source] ChecksumFault),
    /// It has this SHA-256, and is not the file that was published.
    #[error(
        "its SHA-256 {0} is not that of {list}; it is damaged or another file, get it again",
        list = one_line(&.1.to_string_lossy())
    )]
    OtherChecksum(String, PathBuf),
    /// It holds no text of candles.
    #[error(transparent)]
    Text(#[from] readers::Error),
    /// A member of an archive cannot be read, in words.
    #[error("{0}")]
    Member(String),
    /// It was written to between two passes.
    #[error("was changed while it was read; import it again")]
    Changed,
    /// Its candles are not an interval apart, or their interval is not known.
    #[error(transparent)]
    Interval(#[from] IntervalDoubt),
    /// It is not known where its candles belong in time.
    #[error(transparent)]
    Placement(#[from] PlacementDoubt),
    /// Rows of one time contradict each other; nothing of their series is stored.
    #[error("{}", conflict(.0))]
    Conflict(Box<Conflicting>),
    /// Candles that are stored have other values; nothing of the series is stored.
    #[error(
        "{}would change {count} {} that {} stored: {}{}; nothing of it is stored",
        of_series(series),
        if *count == 1 { "candle" } else { "candles" },
        if *count == 1 { "is" } else { "are" },
        first.iter().map(|at| format_utc(*at)).collect::<Vec<_>>().join(", "),
        if *count > first.len() as u64 { ", ..." } else { "" }
    )]
    WouldChange {
        /// Symbol and interval.
        series: String,
        /// How many.
        count: u64,
        /// The open times of the first ones.
        first: Vec<i64>,
    },
    /// What is read of it cannot be buffered in the folder for temporary files.
    #[error("its rows cannot be buffered in the folder for temporary files: {0}")]
    Buffer(#[source] io::Error),
    /// The database has this other length of the interval.
    #[error("in the database {} has a length of {} ms, not {}", .0.code(), .1, .0.ms())]
    Length(Interval, i64),
    /// Candles of the same series that are stored open at other times.
    #[error(
        "its candles open {} s after a multiple of {interval}, and those that are stored {} s, so that there would be two of one time; import all files of the series together into a new database",
        offset / 1000,
        stored / 1000
    )]
    Offset {
        /// How long after the interval's grid its candles open, in ms.
        offset: i64,
        /// How long after it those open that are stored.
        stored: i64,
        /// The interval's code.
        interval: String,
    },
    /// The series to build from is not stored.
    #[error("there is no series {} {} in the database", .0, .1.code())]
    NoSeries(Symbol, Interval),
    /// Candles of the first interval cannot be built from those of the second, which does not divide it.
    #[error("{} is no multiple of {}", .0.code(), .1.code())]
    NoMultiple(Interval, Interval),
    /// Candles of the first interval cannot be built from those of the second, which open at other times.
    #[error("candles of {} do not begin where one of {} does", .0.code(), .1.code())]
    OtherGrid(Interval, Interval),
}

/// Two rows of one time that contradict each other, the first ones of as many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflicting {
    /// Symbol and interval; empty where the message stands at them anyway.
    pub series: String,
    /// Open time of both in ms.
    pub open_time: i64,
    /// File, or file and member, and line of each.
    pub places: [(String, u64); 2],
    /// What rows are counted in.
    pub unit: &'static str,
    /// At how many times rows contradict each other.
    pub times: u64,
}

/// A series before what is said of it; nothing where the message's place is the series.
fn of_series(series: &str) -> String {
    if series.is_empty() { String::new() } else { format!("{series}: ") }
}

fn conflict(of: &Conflicting) -> String {
    let Conflicting { series, open_time, places: [(first, line), (second, other)], unit, times } = of;
    let more = match times {
        1 => String::new(),
        _ => format!(", and there are {} more such times", times - 1),
    };
    let (at, series) = (format_utc(*open_time), of_series(series));
    let [first, second] = [one_line(first), one_line(second)];
    if first == second {
        format!(
            "{series}{unit}s {line} and {other} are two different candles of {at}{more}; nothing of it is stored"
        )
    } else {
        format!(
            "{series}{first} {unit} {line} and {second} {unit} {other} are two different candles of {at}{more}; nothing of it is stored"
        )
    }
}

fn listed(names: &[String]) -> String {
    let shown: Vec<_> = names.iter().take(10).map(|name| shorten(name)).collect();
    let more = if names.len() > 10 { format!(" and {} more", names.len() - 10) } else { String::new() };
    let what = if names.len() == 1 { "symbol" } else { "symbols" };
    format!("the {what} {}{more}", shown.join(", "))
}

/// Why a file of checksums does not tell the SHA-256 of the file beside it.
#[derive(Debug, thiserror::Error)]
pub enum ChecksumFault {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// It is a directory, a pipe or the like.
    #[error("is not a regular file")]
    NotAFile,
    /// It tells none of this file, in words.
    #[error("holds no SHA-256{0}; get the right one, or remove it")]
    NoSum(String),
}
