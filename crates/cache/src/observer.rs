//! What a run tells while it goes on, and what it hands back at the end.

use std::{collections::BTreeMap, sync::Arc, sync::atomic::AtomicBool};

use market::Survey;
use serde::Serialize;

use crate::finding::Finding;

/// Who is told of a run while it goes on: a progress bar, a log, a notebook.
///
/// Every method does nothing by default, and `()` is an observer that nobody hears of.
pub trait Observer {
    /// The run expects so many more ends, and so many fewer.
    fn expect(&mut self, _more: u64, _fewer: u64) {}
    /// So many ends are done; `made` pictures came into place, `failed` could not be made.
    fn advance(&mut self, _done: u64, _made: u64, _failed: u64) {}
    /// Some milliseconds have passed.
    fn tick(&mut self) {}
    /// Something that is told at once.
    fn notice(&mut self, _notice: Notice<'_>) {}
}

impl Observer for () {}

/// Something that an observer is told at once.
#[derive(Debug, Clone, Copy)]
pub enum Notice<'a> {
    /// A series was read.
    Surveyed { symbol: &'a str, interval: &'a str, survey: &'a Survey },
    /// A series cannot be used.
    Refused { symbol: &'a str, interval: &'a str, reason: &'a str },
    /// No file name can show this end.
    EndRefused { symbol: &'a str, interval: &'a str, end: i64, reason: &'a str },
    /// A picture could not be written.
    Failed { path: &'a str, reason: &'a str },
    /// A picture or folder could not be read.
    Unreadable { path: &'a str, reason: &'a str },
    /// Something is wrong, or was until it was mended just now.
    Found { finding: &'a Finding, mended: bool },
    /// Rows of the index that name no picture, since their values have the wrong types.
    StrangeRows(u64),
    /// Something is not as one would expect.
    Note(&'a Note),
    /// A step that is of interest only to those who want to know each.
    Step(&'a str),
}

/// What a run has to say besides its results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The index says that its pictures are elsewhere.
    OtherRoot { index: String, known: String, root: String },
    /// Orphans are not looked for, since another process writes to the index.
    InUse { holder: String },
    /// Orphans are not looked for, since this index is one shard of several.
    OrphansOfShards,
    /// Orphans are not deleted, with the reason.
    OrphansKept(String),
    /// A shard that was finished is so no longer, since its candles have changed.
    NotFinishedAnyMore,
    /// The index of a shard has other rows than its plan.
    OtherRows { shard: String },
    /// An index was made again.
    Rebuilt { pictures: u64, rows: u64, kept: Option<String> },
    /// Pictures that a new index lacks: the source has no such series.
    NoSuchSeries { pictures: u64, symbol: String, interval: String },
    /// Pictures that a new index lacks: nothing says what their spec is.
    NoSpec { pictures: u64, symbol: String, interval: String, tag: String },
    /// A series that a new index lacks, with the reason.
    SeriesLeftOut(String),
}

/// The surroundings of a run: the time, a way to cancel it, and who is told of it.
pub struct Run<'a> {
    /// The clock's time at the start, in ms since the Unix epoch.
    pub now: i64,
    /// Set it to end the run after the batch at hand.
    pub cancel: &'a Arc<AtomicBool>,
    /// Who is told of it.
    pub observer: &'a mut dyn Observer,
}

impl Run<'_> {
    pub(crate) fn note(&mut self, note: &Note) {
        self.observer.notice(Notice::Note(note));
    }
}

/// What became of one series.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SeriesSummary {
    /// The symbol, as its source names it.
    pub symbol: String,
    /// The interval's code.
    pub interval: String,
    /// What was read of it, if it could be read.
    #[serde(skip)]
    pub survey: Option<Survey>,
    /// Why it was refused, if it was.
    pub refused: Option<String>,
    /// Pictures that were made, or that a dry run would make.
    pub rendered: u64,
    /// Pictures that are what they should be.
    pub unchanged: u64,
    /// Pictures that the source cannot make.
    pub missing: u64,
    /// How many are missing for which sort of reason.
    pub missing_reasons: BTreeMap<String, u64>,
    /// Pictures that could not be read or written, and ends that no file name can show.
    pub failed: u64,
    /// Those of the failed ones that no file name can show.
    pub refused_ends: u64,
    /// Pictures that are left corrupt.
    pub corrupt: u64,
    /// Pictures that are left stale.
    pub stale: u64,
    /// Orphans that are left.
    pub orphaned: u64,
    /// What was mended or deleted.
    pub mended: u64,
    /// Whether the plan of the whole refuses it already.
    #[serde(skip)]
    pub(crate) refused_in_plan: bool,
    /// Ends that were counted before the series was read.
    #[serde(skip)]
    pub(crate) expected: u64,
}
