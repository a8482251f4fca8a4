//! What an import tells while it runs, and what it has done at the end.

use candles::format_utc;
use readers::RowFault;
use serde::{Serialize, Serializer};

use crate::error::{Error, Refusal};

/// Hears what an import has to tell while it runs: that something was taken, passed over or refused.
pub type ImportObserver<'a> = dyn FnMut(ImportNotice<'_>) + 'a;

/// What an import tells while it runs.
#[derive(Debug, Clone, Copy)]
pub enum ImportNotice<'a> {
    /// This file is passed over, since it only says the SHA-256 of another one.
    Checksum(&'a str),
    /// A file, a text in it or a series to build is not taken.
    Refused {
        /// The file, the file and its member, or what is to be built.
        place: &'a str,
        /// Why.
        refusal: &'a Refusal,
    },
    /// A row of a text is not taken.
    RowRefused {
        /// The file, or the file and its member.
        file: &'a str,
        /// What rows are counted in: `line` or `row`.
        unit: &'static str,
        /// The row's number, from 1.
        line: u64,
        /// What is wrong with it. Of rows that contradict each other none is taken.
        fault: &'a RowFault,
    },
    /// All rows of a text that can be taken are stored.
    Stored(StoredText<'a>),
}

/// What became of one text.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct StoredText<'a> {
    /// The file, or the file and its member.
    pub file: &'a str,
    /// The symbol of its candles.
    pub symbol: &'a str,
    /// The code of their interval.
    pub interval: &'a str,
    /// What became of the rows that were taken.
    #[serde(flatten)]
    pub counts: Counts,
    /// Rows that were not taken.
    pub refused: u64,
    /// Rows that said again what another one had said.
    pub repeated: u64,
    /// Whether the file has the SHA-256 that stands in the file beside it; `None` where nothing stands there.
    pub checksum: Option<bool>,
}

/// What became of rows that were taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Their times had no candle.
    pub new: u64,
    /// They replace other candles.
    pub changed: u64,
    /// They were stored already.
    pub unchanged: u64,
}

/// What an import has done.
#[derive(Debug, Default, Serialize)]
pub struct ImportSummary {
    /// The series that were written to, or would have been had no row been refused.
    pub series: Vec<SeriesImport>,
    /// Files, texts in them and series to build that were not taken.
    pub refused_files: u64,
    /// Whether the database exists now.
    pub exists: bool,
    /// Whether the import was cancelled. What the summary counts is stored.
    pub cancelled: bool,
    /// What ended the import after some rows were stored.
    #[serde(skip)]
    pub failure: Option<Error>,
}

/// What was done to one series.
#[derive(Debug, Default, Serialize)]
pub struct SeriesImport {
    /// The symbol.
    pub symbol: String,
    /// The interval's code.
    pub interval: String,
    /// The finest interval that it was built from; `None` where it was imported.
    pub from_interval: Option<String>,
    /// What finer intervals gave to it: the finest one, and each other that gave some candles.
    pub from_intervals: Vec<FinerInterval>,
    /// What became of the rows that were imported or built.
    #[serde(flatten)]
    pub counts: Counts,
    /// Rows that were not taken.
    pub refused: u64,
    /// Rows that said again what another one had said.
    pub repeated: u64,
    /// Candles that could not be built for lack of finer ones.
    pub incomplete: u64,
    /// What is stored of it now.
    #[serde(flatten)]
    pub extent: Extent,
    /// How long after the interval's grid its candles open, in ms.
    #[serde(skip)]
    pub offset: i64,
    /// Whether a file brought it.
    #[serde(skip)]
    pub is_imported: bool,
}

/// What a finer interval gave to a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FinerInterval {
    /// The finer interval's code.
    pub interval: String,
    /// How many candles were built from it.
    pub candles: u64,
}

/// What is stored of a series.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Extent {
    /// How many candles.
    pub candles: u64,
    /// The first open time; `None` where there are no candles.
    #[serde(serialize_with = "utc_or_null")]
    pub first_open_time: Option<i64>,
    /// The last open time.
    #[serde(serialize_with = "utc_or_null")]
    pub last_open_time: Option<i64>,
    /// Places where candles are missing.
    pub gaps: u64,
    /// How many are missing in all of them.
    pub missing_candles: u64,
    /// The first of the gaps.
    pub first_gaps: Vec<MissingCandles>,
}

/// Candles that are missing between two that are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MissingCandles {
    /// The first open time that is missing.
    #[serde(serialize_with = "utc")]
    pub first: i64,
    /// The last one.
    #[serde(serialize_with = "utc")]
    pub last: i64,
    /// How many are missing.
    pub candles: u64,
}

impl ImportSummary {
    /// Whether everything was taken.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.refused_files == 0 && self.series.iter().all(|series| series.refused == 0)
    }
}

impl Counts {
    pub(super) fn add(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
    }
}

fn utc<S: Serializer>(at: &i64, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&format_utc(*at))
}

fn utc_or_null<S: Serializer>(at: &Option<i64>, to: S) -> Result<S::Ok, S::Error> {
    at.map(format_utc).serialize(to)
}
