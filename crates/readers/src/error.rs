//! The error type of this crate, and what can be wrong with one row.

use std::io;

use candles::{CandleFault, format_utc};

use crate::{
    columns::OrderDoubt,
    limits::{
        LARGEST_SHEET, LARGEST_TABLE, LARGEST_WINDOW, LONGEST_ROW, MOST_FIELDS, MOST_GROWTH, MOST_MEMBERS,
        MOST_TIMES,
    },
    name::interval_code,
    number::NumberDoubt,
    placement::PlacementDoubt,
    survey::IntervalDoubt,
    time::TimeDoubt,
};

/// Why a source gives no candles, or no table. Only after [`Error::Row`] can reading go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One row of a text is not a candle.
    #[error("{unit} {line}: {fault}")]
    Row {
        /// What is counted: lines, or the elements of JSON, or a table's rows.
        unit: &'static str,
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        fault: RowFault,
    },
    /// A text is empty.
    #[error("there are no rows")]
    NoRows,
    /// It is nothing that can be read, for this reason.
    #[error("{0}")]
    Unfit(&'static str),
    /// JSON that breaks off, or is none: in this element, and why.
    #[error("element {element}: is no JSON: {why}")]
    Json {
        /// Counted from 1.
        element: u64,
        /// What is wrong with it.
        #[source]
        why: io::Error,
    },
    /// JSON with several arrays of candles, and where they stand.
    #[error("holds {} arrays of candles, at {}; keep one, or put each into a file of its own", .0.len(), quoted(.0))]
    SeveralArrays(Vec<String>),
    /// JSON that says several symbols, beside rows that say none.
    #[error("says the symbols {} beside rows that say none; put each into a file of its own", quoted(.0))]
    SeveralSymbols(Vec<String>),
    /// The columns of rows without names are not known.
    #[error(transparent)]
    Order(#[from] OrderDoubt),
    /// How times are written is not known.
    #[error(transparent)]
    Time(#[from] TimeDoubt),
    /// How numbers are written is not known.
    #[error(transparent)]
    Number(#[from] NumberDoubt),
    /// The columns that were given lack one that every candle needs.
    #[error("the columns that are given name no {0}")]
    NotGiven(&'static str),
    /// The columns that were given name one twice.
    #[error("the columns that are given name {0} twice")]
    GivenTwice(&'static str),
    /// More columns are given than rows have.
    #[error("{0} columns are given, and its rows have {1}")]
    TooManyGiven(usize, usize),
    /// Rows follow a line of words, so that they may be of another series.
    #[error(
        "line {note} is words, and candles follow in line {line}: two tables may stand there; part them into two files"
    )]
    NoteBetween {
        /// The line of words.
        note: u64,
        /// The row after it.
        line: u64,
    },
    /// The header names a time zone, and nothing tells which.
    #[error("its header says that times are of a zone: {0:?}")]
    ZoneOfHeader(String),
    /// More rows without any order than are held in memory.
    #[error("has more than {MOST_TIMES} rows in no order of time; sort it, or split it")]
    TooManyRows,
    /// What its candles lie apart fits no interval, or is of another one.
    #[error(transparent)]
    Interval(#[from] IntervalDoubt),
    /// Where its candles belong in time is not known.
    #[error(transparent)]
    Placement(#[from] PlacementDoubt),
    /// A row longer than any row of a candle.
    #[error("cannot read on: a row or value of more than {} KiB; is a quote left open?", LONGEST_ROW >> 10)]
    RowTooLong,
    /// The source fails, or is damaged: what that means for it, and why.
    #[error("{0}: {1}")]
    Read(&'static str, #[source] io::Error),
    /// A kind of file that is not read: what it is, and what to do.
    #[error("is {what}; {advice}")]
    Refused {
        /// With its article.
        what: &'static str,
        /// In words that follow a semicolon.
        advice: &'static str,
    },
    /// A kind of file that other builds of this crate read.
    #[error("is {what}, which this build does not read; {advice}")]
    NotBuilt {
        /// With its article.
        what: &'static str,
        /// How to do without.
        advice: &'static str,
    },
    /// A text with a NUL in this line.
    #[error("line {0}: holds a NUL, as no text does; was it written to its end?")]
    Nul(u64),
    /// A database, of candles perhaps.
    #[error("is an SQLite database; export its table to CSV first")]
    Sqlite,
    /// A packed file or a table where a text was expected, in a file that was unpacked.
    #[error("is {what} within {outer}; unpack it first")]
    Nested {
        /// With its article.
        what: &'static str,
        /// With its article, too.
        outer: &'static str,
    },
    /// A packed file or a table cannot be read to its end: what it is, and why.
    #[error("cannot read on: it is {0} that is damaged or cut off: {1}")]
    Damaged(&'static str, #[source] io::Error),
    /// A packed file that can only be read with far more memory than others need.
    #[error(
        "is packed so that {} MiB of memory do not suffice to read it; pack it with a smaller window",
        LARGEST_WINDOW >> 20
    )]
    LargeWindow,
    /// A sheet of a workbook that does not fit in memory.
    #[error("its sheet holds more than {} MiB; save it as CSV", LARGEST_SHEET >> 20)]
    LargeSheet,
    /// A file that unpacks to far more than files of candles do.
    #[error(
        "cannot read on: it unpacks to more than {MOST_GROWTH} times its size, as no file of candles does; unpack it yourself if you trust it"
    )]
    UnpacksTooMuch,
    /// A ZIP file with more members than any file of candles.
    #[error("has more than {MOST_MEMBERS} members; unpack it yourself")]
    TooManyMembers,
    /// A table of one's own whose first row names no columns.
    #[error("its columns have no names; add a first row that names them, such as time,value")]
    NoHeader,
    /// A table of one's own without times: the names that it has.
    #[error("no column holds times; it has {}", quoted(.0))]
    NoTimes(Vec<String>),
    /// Two columns of a table of one's own have names that differ by their case at most.
    #[error("two columns have one name: {} and {}", shown(.0), shown(.1))]
    SameNames(String, String),
    /// The name of a column of a table of one's own has a control character.
    #[error("the name of a column holds a control character: {}", shown(.0))]
    ControlInName(String),
    /// A table of one's own has so many columns.
    #[error("has {0} columns, and a table may have {MOST_FIELDS}")]
    TooManyColumns(usize),
    /// JSON with several tables, and where they stand.
    #[error("holds {} tables by time, at {}; keep one, or put each into a file of its own", .0.len(), quoted(.0))]
    SeveralTables(Vec<String>),
    /// A table of one's own that does not fit in memory.
    #[error("holds more than {} MiB; part it into files", LARGEST_TABLE >> 20)]
    LargeTable,
    /// Reading was cancelled.
    #[error("reading was cancelled")]
    Cancelled,
}

/// The readers of this crate pass on their own errors within [`io::Error`].
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(|error| Self::Read("cannot read on", error))
    }
}

/// What is wrong with one row, or with the header.
#[derive(Debug, thiserror::Error)]
pub enum RowFault {
    /// A header names two columns alike.
    #[error("two columns are named {0:?}")]
    SameName(&'static str),
    /// Rows are parted by this column besides their symbol.
    #[error(
        "rows have different values in the column {0:?}, so that they are of several series; part them into files"
    )]
    Parts(&'static str),
    /// A header lacks a column that every candle needs.
    #[error("the header names no column {wanted:?}; it has {}", quoted(.names))]
    NoColumn {
        /// The column.
        wanted: &'static str,
        /// The names that the header has.
        names: Vec<String>,
    },
    /// A row has too few columns for a candle.
    #[error("{0} columns; a candle has a time and four prices at least")]
    FewColumns(usize),
    /// A row has so many columns, and the first one so many.
    #[error("{0} columns instead of {1}")]
    Columns(usize, usize),
    /// A field begins with a quote, and no other one follows in the text.
    #[error("a quote is never closed")]
    OpenQuote,
    /// A value is missing, negative or infinite: which one, and which of these.
    #[error("{0} {1}")]
    Value(&'static str, &'static str),
    /// A value, named first, is not a number.
    #[error("{0} {field} is not a number", field = shown(.1))]
    NotNumber(&'static str, String),
    /// A cell of a table of one's own: its column, its text, and what is wrong with it.
    #[error("column {}: {} {why}", shown(.column), shown(.field))]
    Cell {
        /// What the column is called.
        column: Box<str>,
        /// What the cell says.
        field: Box<str>,
        /// What is wrong with that.
        why: &'static str,
    },
    /// The same of a cell that should hold a time.
    #[error("column {}: {} {why}", shown(.column), shown(.field))]
    TimeCell {
        /// What the column is called.
        column: Box<str>,
        /// What the cell says.
        field: Box<str>,
        /// What is wrong with that.
        why: &'static str,
    },
    /// A series has another value at the same time, told in words.
    #[error("{0}")]
    TwoValues(Box<str>),
    /// The values of a band stand the wrong way round: its lower and its upper one.
    #[error("the lower value {0} is above the upper one {1}")]
    Crossed(f64, f64),
    /// A band lacks one of its values.
    #[error("a band has a lower and an upper value, or neither")]
    HalfBand,
    /// A number of trades has a fraction.
    #[error("number of trades {0} is no whole number")]
    Trades(f64),
    /// A time that cannot be, or is in none of the usual spellings.
    #[error("time {field} {1}", field = shown(.0))]
    Time(String, &'static str),
    /// The values contradict each other or are not finite.
    #[error("{0}")]
    Candle(#[from] CandleFault),
    /// A row of JSON is not what the first one is.
    #[error("not {0}")]
    Other(&'static str),
    /// The time, in ms, is ahead of now.
    #[error("time {} is ahead of now", format_utc(*.0))]
    Ahead(i64),
    /// Two rows of one open time have other values.
    #[error("another candle of {} than in {unit} {line}", format_utc(*.open_time))]
    Contradiction {
        /// Open time of both in ms.
        open_time: i64,
        /// What is counted.
        unit: &'static str,
        /// Line of the first one.
        line: u64,
    },
    /// A candle opens between two of its series.
    #[error("opens at {}, between two candles of {interval}", format_utc(*.open_time))]
    OffGrid {
        /// Its open time in ms.
        open_time: i64,
        /// Code of the series' interval.
        interval: String,
    },
    /// The time of closing shows that the candle is of another interval.
    #[error("closes {} after it opens, so it is no candle of {interval}", interval_code(*.length))]
    OtherInterval {
        /// From its opening to its closing in ms.
        length: i64,
        /// Code of the interval that was expected.
        interval: String,
    },
}

impl RowFault {
    /// The error of a row in this line.
    pub(crate) fn at(self, line: u64) -> Error {
        Error::Row { unit: "line", line, fault: self }
    }
}

/// As many names of a header as a message shows.
fn quoted(names: &[String]) -> String {
    let shown: Vec<_> = names.iter().take(12).map(|name| shown(name)).collect();
    shown.join(", ")
}

/// A field as a message shows it: quoted, and not all of a long one.
fn shown(field: &str) -> String {
    match field.char_indices().nth(40) {
        Some((end, _)) => format!("{:?}…", &field[..end]),
        None => format!("{field:?}"),
    }
}
