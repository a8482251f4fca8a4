//! The error type of this crate, and what can be wrong with one row.

use std::io;

use candles::{CandleFault, format_utc};

use crate::{interval_code, lines::LONGEST_ROW, rows::LONGEST_JSON};

/// Why a source gives no candles. Only after [`Error::Row`] can reading go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One row of a text is not a candle.
    #[error("line {line}: {fault}")]
    Row {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        fault: RowFault,
    },
    /// A text is empty.
    #[error("there are no rows")]
    NoRows,
    /// The first lines have neither commas, semicolons nor tabs.
    #[error("there are no columns; separate them by commas, semicolons or tabs")]
    NoColumns,
    /// The source is binary.
    #[error("this is no text")]
    NotText,
    /// The text begins with the mark of UTF-16.
    #[error("the text is UTF-16; save it as UTF-8")]
    Utf16,
    /// JSON in another encoding.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// The text is not a JSON array.
    #[error("JSON: {0}")]
    Json(#[source] serde_json::Error),
    /// JSON that does not fit in memory.
    #[error("cannot read on: JSON of more than {} MiB; split it, or use CSV", LONGEST_JSON >> 20)]
    JsonTooLong,
    /// A row longer than any row of a candle.
    #[error("cannot read on: a row of more than {} KiB; is a quote left open?", LONGEST_ROW >> 10)]
    RowTooLong,
    /// The source fails, or is damaged.
    #[error("cannot read on: {0}")]
    Read(#[source] io::Error),
    /// The beginning of the source cannot be read.
    #[cfg(feature = "packed")]
    #[error("cannot be read: {0}")]
    Head(#[source] io::Error),
    /// A file packed in a way that is not read.
    #[cfg(feature = "packed")]
    #[error("is a file packed by {0}, which is not read; unpack it first")]
    Packed(&'static str),
    /// A packed file within a gzip file.
    #[cfg(feature = "packed")]
    #[error("holds a file packed by {0}; unpack it first")]
    PackedInGzip(&'static str),
    /// A packed file within a ZIP file.
    #[cfg(feature = "packed")]
    #[error("is a file packed by {0} within a ZIP; unpack it first")]
    PackedInZip(&'static str),
    /// A file that unpacks to far more than files of candles do.
    #[cfg(feature = "packed")]
    #[error(
        "cannot read on: it unpacks to more than {} times its size, as no file of candles does; unpack it yourself if you trust it",
        crate::packed::MOST_GROWTH
    )]
    UnpacksTooMuch,
    /// A damaged gzip file.
    #[cfg(feature = "packed")]
    #[error("is no gzip file that can be read: {0}")]
    Gzip(#[source] io::Error),
    /// A damaged ZIP file.
    #[cfg(feature = "packed")]
    #[error("is no ZIP file that can be read: {0}")]
    Zip(#[source] zip::result::ZipError),
    /// A ZIP file with more members than any file of candles.
    #[cfg(feature = "packed")]
    #[error("has more than {} members; unpack it yourself", crate::packed::MOST_MEMBERS)]
    TooManyMembers,
    /// A ZIP file without files.
    #[cfg(feature = "packed")]
    #[error("holds no files")]
    NoMembers,
    /// A ZIP file's entry of a member is damaged.
    #[cfg(feature = "packed")]
    #[error("member {number} cannot be read: {source}")]
    Member {
        /// Its place in the list of members, from 0.
        number: usize,
        /// What is wrong with it.
        source: zip::result::ZipError,
    },
    /// An encrypted member of a ZIP file.
    #[cfg(feature = "packed")]
    #[error("is encrypted; unpack it first")]
    Encrypted,
    /// A damaged member of a ZIP file.
    #[cfg(feature = "packed")]
    #[error("cannot be unpacked: {0}")]
    Unpack(#[source] io::Error),
    /// A damaged Parquet file.
    #[cfg(feature = "parquet")]
    #[error("is no Parquet file that can be read: {0}")]
    Parquet(#[source] parquet::errors::ParquetError),
}

/// The readers of this crate pass on their own errors within [`io::Error`].
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(Self::Read)
    }
}

impl From<csv::Error> for Error {
    fn from(error: csv::Error) -> Self {
        if !error.is_io_error() {
            return Self::Read(error.into());
        }
        match error.into_kind() {
            csv::ErrorKind::Io(error) => error.into(),
            kind => Self::Read(io::Error::other(format!("{kind:?}"))),
        }
    }
}

/// What is wrong with one row, or with the header.
#[derive(Debug, thiserror::Error)]
pub enum RowFault {
    /// A header names two columns alike.
    #[error("two columns are named {0:?}")]
    SameName(&'static str),
    /// A header lacks a column that every candle needs.
    #[error("the header names no column {wanted:?}; it has {}", quoted(.names))]
    NoColumn {
        /// The column.
        wanted: &'static str,
        /// The names that the header has.
        names: Vec<String>,
    },
    /// A file without a header has so many columns that their order is unknown.
    #[error(
        "{0} columns and no header; without one a file has 6, 7 or 12 columns that begin with open_time,open,high,low,close,volume"
    )]
    NoHeader(usize),
    /// A row is longer or shorter than the first one.
    #[error("{found} columns instead of {expected}")]
    Columns {
        /// Columns of this row.
        found: usize,
        /// Columns of the first row.
        expected: usize,
    },
    /// The column at this place, from 1, is in another encoding.
    #[error("column {0} is not UTF-8")]
    NotUtf8(usize),
    /// A value is missing.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// A value is not a number.
    #[error("{what} {} is not a number{}", shown(.field), hint(.field))]
    NotNumber {
        /// What the value is.
        what: &'static str,
        /// The text in its place.
        field: String,
    },
    /// An amount or count is negative.
    #[error("{0} is below 0")]
    Negative(&'static str),
    /// An amount or count is infinite.
    #[error("{0} is not a finite number")]
    NotFinite(&'static str),
    /// A number of trades has a fraction.
    #[error("number of trades {0} is no whole number")]
    Trades(f64),
    /// A time has a fraction of a millisecond.
    #[error("time {} is not a whole number of milliseconds", shown(.0))]
    TimeTooFine(String),
    /// A time is too large a number.
    #[error("time {} is out of range", shown(.0))]
    TimeOutOfRange(String),
    /// A time in none of the usual spellings.
    #[error(
        "time {} is not understood; write YYYY-MM-DD, YYYY-MM-DD HH:MM:SS (UTC), RFC 3339 or a number since the epoch",
        shown(.0)
    )]
    Time(String),
    /// The values contradict each other or are not finite.
    #[error("{0}")]
    Candle(CandleFault),
    /// A row of JSON is not an array, though the first one is.
    #[error("not an array of values")]
    NotArray,
    /// A row of JSON is not an object, though the first one is.
    #[error("not an object as the first row is")]
    NotObject,
    /// A JSON array is longer or shorter than a kline.
    #[error("{0} values; a kline has 6, 7 or 12")]
    Values(usize),
    /// A JSON object lacks a field that the first one has.
    #[error("there is no {0:?}")]
    NoField(String),
    /// A row or value of JSON cannot be read.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// Two rows of one open time have other values.
    #[error("another candle of {} than in line {line}", format_utc(*.open_time))]
    Contradiction {
        /// Open time of both in ms.
        open_time: i64,
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
        Error::Row { line, fault: self }
    }
}

/// As many names of a header as a message shows.
fn quoted(names: &[String]) -> String {
    let shown: Vec<_> = names.iter().take(12).map(|name| format!("{name:?}")).collect();
    shown.join(", ")
}

/// A field as a message shows it: quoted, and not all of a long one.
fn shown(field: &str) -> String {
    match field.char_indices().nth(40) {
        Some((end, _)) => format!("{:?}…", &field[..end]),
        None => format!("{field:?}"),
    }
}

fn hint(field: &str) -> &'static str {
    if field.contains(',') { "; decimals come after a point, and nothing parts thousands" } else { "" }
}
