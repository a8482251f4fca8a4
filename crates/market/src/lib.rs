//! Reads candles from market databases, and imports them from files: SQLite files with tables of symbols, intervals,
//! series and candles.
//!
//! [`Market`] opens a database read-only and lists its [`Series`]. It reads a series at one instant, in one
//! transaction, into [`Candles`], which keep a long series in a temporary file. [`Ends`] tells which ends a series
//! has by its calendar, and which of them a [`Filter`] selects; a [`Survey`] counts them. [`import()`] is the only function that
//! writes a database; [`read_file`] reads the series of one file without any.
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use market::{Filter, Market, Wanted};
//!
//! let market = Market::sample()?;
//! let filter = Filter { symbols: vec!["BTCUSDT".to_owned()], ..Filter::default() };
//! let listed = market.series(&filter)?;
//! let series = listed[0].series.clone()?;
//! assert_eq!((series.symbol.as_str(), series.interval.code()), ("BTCUSDT", "1h"));
//!
//! let ends = series.ends(&filter, i64::MAX);
//! let cancel = AtomicBool::new(false);
//! let wanted = Wanted { filter: &filter, ends: &ends, need: 150, after: 0, cancel: &cancel, planned: false };
//! let (survey, candles) = market.read(&series, &wanted)?.expect("nobody cancels");
//! assert_eq!((survey.candles, survey.gaps), (3623, 1));
//! assert_eq!(candles.count(), 3623);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod calendars;
mod database;
mod ends;
mod error;
mod filter;
mod import;
mod read;
pub mod sample;
mod series;
mod spool;
pub mod sqlite;

pub use database::{Market, Source, read_only};
pub use ends::{Ends, Gap, Survey, is_stray};
pub use error::{ChecksumFault, Conflicting, DatabaseError, Error, ReadError, Refusal, SeriesError};
pub use filter::Filter;
pub use import::{
    Counts, Extent, FileOptions, FileRead, FileSeries, FinerInterval, ImportFile, ImportNotice,
    ImportObserver, ImportOptions, ImportSummary, ImportedCandle, MissingCandles, Naming, OnConflict,
    SeriesImport, StoredText, UnderstoodText, import, read_file,
};
pub use read::Wanted;
pub use series::{Listed, Series};
pub use spool::{Candles, Fault, Record};
