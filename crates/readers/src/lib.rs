//! Candles from text: CSV and JSON as exchanges, brokers, terminals and libraries write them. With the feature `packed`
//! also from text in gzip, xz, bzip2, zstd and ZIP files, with `feather` and `parquet` from the tables of such files,
//! and with `excel` from the sheets of workbooks.
//!
//! This crate is pure. It reads what it is given and knows no file, clock, thread or environment.
//!
//! A [`Source`] is read twice. [`understand`] finds out its [`Format`]: what stands in which column, and how times and
//! numbers are written. [`survey`] looks at the times of all rows: which series there are, and how far apart candles
//! lie. [`read`] gives the rows. What the rows leave open is an error that says what was seen; [`ReadOptions`] decide.
//!
//! [`read_table`] reads values and texts by time that are no candles, from the same kinds of sources, into a [`Table`].
//! [`SeriesValues`] and [`MarkColumns`] say what of it are the values of a series, or marks.
//!
//! A row that is not a candle is an error of its own, and the next row is read all the same:
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use candles::Interval;
//! use readers::{Error, Placement, ReadOptions, Series, SeriesRow, Source, read, survey, understand};
//!
//! let text = "time,open,high,low,close\n2023-01-01,2,3,1,2.5\n2023-01-02,2,3,1,x\n2023-01-03,2,3,1,2.5\n";
//! let source = Source::text(text);
//! let format = understand(&source, &ReadOptions::default())?;
//! let facts = survey(&source, &format, &AtomicBool::new(false))?;
//! let facts = &facts.series[0];
//! assert_eq!(facts.interval()?, "1d");
//! let day = Interval::parse("1d").expect("a usual code");
//! let placement = Placement::of(facts, day.code(), day.ms(), None)?;
//! let (mut rows, mut bad) = (Vec::new(), Vec::new());
//! for row in read(&source, &format, None)? {
//!     match row {
//!         Ok(row) => rows.push(SeriesRow::new(&row, 0, placement.place(&row))),
//!         Err(error @ Error::Row { .. }) => bad.push(error.to_string()),
//!         Err(error) => return Err(error),
//!     }
//! }
//! assert_eq!(bad, [r#"line 3: close "x" is not a number"#]);
//! assert_eq!(Series::new(rows, Some(&day), format.unit())?.candles.len(), 2);
//! # Ok::<(), Error>(())
//! ```
#![forbid(unsafe_code)]

#[cfg(feature = "packed")]
mod archive;
mod bytes;
#[cfg(any(feature = "excel", feature = "feather"))]
mod cell;
mod columns;
mod delimited;
mod encoding;
mod error;
#[cfg(feature = "feather")]
mod feather;
mod format;
mod json;
mod limits;
mod lines;
mod magic;
mod name;
mod number;
mod options;
mod own;
#[cfg(feature = "packed")]
mod packed;
#[cfg(feature = "parquet")]
mod parquet;
mod placement;
mod record;
mod rows;
mod series;
mod source;
mod survey;
mod table;
mod time;
#[cfg(feature = "excel")]
mod workbook;

pub use bytes::Bytes;
pub use columns::{Columns, OrderDoubt, Role};
pub use encoding::Encoding;
pub use error::{Error, RowFault};
pub use format::{Form, Format, understand};
pub use name::{
    SeriesName, clean_symbol, file_stem, interval_code, interval_ms, may_be_same_symbol, series_name,
};
pub use number::{NumberDoubt, NumberFormat};
pub use options::ReadOptions;
pub use own::{
    MarkColumns, MarkRow, NoColumn, Scope, ScopeColumns, Scoped, SeriesValues, ValueRow, own_name,
};
pub use placement::{Dating, Placement, PlacementDoubt};
pub use rows::{Row, RowCounts, Rows, read};
pub use series::{Meeting, OffsetCounts, Offsets, Series, SeriesRow, most_common, offset, usual_step};
pub use source::Source;
#[cfg(feature = "packed")]
pub use source::{Content, Member};
pub use survey::{IntervalDoubt, RowOrder, SeriesFacts, Survey, check_interval, interval_of, survey};
pub use table::{Table, TableRow, read_table, read_table_of_some_times};
pub use time::{DateOrder, EpochUnit, TimeDoubt, TimeFormat, TimeZone, UnknownZone};
#[cfg(feature = "excel")]
pub use workbook::Sheet;

#[cfg(test)]
mod tests;
