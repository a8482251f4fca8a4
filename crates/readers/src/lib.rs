//! Candles from text: klines as CSV or JSON, and CSV with a header. With the feature `packed` also
//! from text in gzip and ZIP files, and with `parquet` from the tables of Parquet files.
//!
//! This crate is pure. It reads what it is given and knows no file, clock, thread or environment.
//!
//! - [`Rows`] gives the candles of a text one after the other, [`Klines`] what exchanges publish
//!   beside each candle too, such as its number of trades.
//! - [`Series`] sorts candles and drops those that are there twice.
//! - [`series_name`] tells a symbol and an interval from a file's name.
//! - `Rows::of_file` (feature `packed`) unpacks a file as it is read; `Archive` gives the members of a ZIP file.
//!
//! A row that is not a candle is an error of its own, and the next row is read all the same:
//!
//! ```ignore
//! use readers::{Error, Rows, Series};
//!
//! let text = "time,open,high,low,close\n2023-01-01,2,3,1,2.5\n2023-01-02,2,3,1,x\n2023-01-03,2,3,1,2.5\n";
//! let (mut rows, mut bad) = (Vec::new(), Vec::new());
//! for row in Rows::new(text.as_bytes())? {
//!     match row {
//!         Ok(row) => rows.push(row),
//!         Err(error @ Error::Row { .. }) => bad.push(error.to_string()),
//!         Err(error) => return Err(error),
//!     }
//! }
//! assert_eq!(bad, [r#"line 3: close "x" is not a number"#]);
//! assert_eq!(Series::new(rows)?.candles.len(), 2);
//! # Ok::<(), Error>(())
//! ```
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
