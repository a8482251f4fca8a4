//! Candles from text: klines as CSV or JSON, and CSV with a header. With the feature `packed` also
//! from text in gzip, xz, bzip2, zstd and ZIP files, with `feather` and `parquet` from the tables of such
//! files, and with `excel` from the sheets of workbooks.
//!
//! This crate is pure. It reads what it is given and knows no file, clock, thread or environment.
//!
//! - `Source::open` (feature `packed`) tells what a file is and gives its text or table, or those of an
//!   archive. [`Source::text`] takes a text as it is. Either can be read as often as asked.
//! - [`series_name`] tells a symbol and an interval from a file's name.
#![forbid(unsafe_code)]
// Only until rows are read from sources.
#![allow(dead_code)]

#[cfg(feature = "packed")]
mod archive;
mod bytes;
#[cfg(any(feature = "excel", feature = "feather"))]
mod cell;
mod error;
#[cfg(feature = "feather")]
mod feather;
mod limits;
mod magic;
mod name;
#[cfg(feature = "packed")]
mod packed;
#[cfg(feature = "parquet")]
mod parquet;
mod source;
#[cfg(feature = "excel")]
mod workbook;

pub use bytes::Bytes;
pub use error::{Error, RowFault};
pub use name::{SeriesName, interval_code, interval_ms, series_name};
pub use source::Source;
#[cfg(feature = "packed")]
pub use source::{Content, Member};
#[cfg(feature = "excel")]
pub use workbook::Sheet;
