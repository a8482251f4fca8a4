//! What an import tells while it runs, and what it has done at the end.

use candles::{Calendar, Candle, Interval, format_utc};
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
    /// This member of an archive is passed over, since it holds no candles and others do.
    PassedOver(&'a str),
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
    /// How a text is read, before any row is.
    Understood(&'a UnderstoodText<'a>),
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
    /// Rows without any price, which are none of candles.
    pub empty: u64,
    /// Candles whose high or low missed a price by rounding, and were widened.
    pub widened: u64,
}

/// What a text was understood as.
#[derive(Debug, Clone, Serialize)]
pub struct UnderstoodText<'a> {
    /// The file, or the file and its member.
    pub file: &'a str,
    /// `CSV`, `JSON`, `JSON lines` or `table`, and what parts columns.
    pub format: String,
    /// How its text is encoded.
    pub encoding: Option<&'static str>,
    /// What stands in the columns, in their order; `-` for what is not read.
    pub columns: Vec<&'static str>,
    /// How times are written.
    pub time: String,
    /// The zone of times that tell none.
    pub time_zone: String,
    /// What stands before decimals, and what parts thousands.
    pub numbers: String,
    /// The series in it: symbol and interval.
    pub series: Vec<(String, String)>,
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
    /// Rows of candles that were not over, which other rows complete, or that contradict those that are taken.
    pub superseded: u64,
    /// The first candle that was imported, and the last one.
    pub ends: Option<[ImportedCandle; 2]>,
    /// The calendar that fits a series of which more than a tenth of the steps hold no candle.
    pub proposed_calendar: Option<&'static str>,
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

/// A candle as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ImportedCandle {
    /// When it opens.
    #[serde(serialize_with = "utc")]
    pub open_time: i64,
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
    /// Traded amount.
    pub volume: f64,
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
    /// Candles of Saturdays and Sundays.
    #[serde(skip)]
    pub of_weekend: u64,
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

impl ImportedCandle {
    pub(super) fn of(candle: &Candle) -> Self {
        let Candle { open_time, open, high, low, close, volume } = *candle;
        Self { open_time, open, high, low, close, volume }
    }
}

impl Extent {
    /// The calendar that fits a series of which more than a tenth of the steps hold no candle.
    pub(super) fn proposed_calendar(&self, interval: &Interval) -> Option<Calendar> {
        let all = self.candles + self.missing_candles;
        if self.candles < 2 || self.missing_candles * 10 <= all {
            return None;
        }
        // Two of seven days are no days of trade.
        let weekdays = all * 5 / 7;
        let fills_weekdays =
            self.of_weekend == 0 && self.candles * 10 >= weekdays * 9 && interval.ms() <= 86_400_000;
        Some(if fills_weekdays { Calendar::Weekdays } else { Calendar::Observed })
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
