//! [`Run`]: the surroundings of a run, with the [`Observer`] who is told of it while it goes on, and
//! [`SeriesSummary`], what it returns of each series.

use std::{collections::BTreeMap, sync::Arc, sync::atomic::AtomicBool};

use market::{ReadError, Survey};
use serde::Serialize;

use crate::{Finding, Group, OwnFile, OwnPart, Shard};

/// Who is told of a run while it goes on: a progress bar, a log, a notebook.
///
/// Every method does nothing by default, and `()` is an observer that ignores everything.
pub trait Observer {
    /// The run expects `more` ends in addition, and `fewer` of those that it expected before.
    fn expect(&mut self, _more: u64, _fewer: u64) {}
    /// `done` ends are finished; of these, `made` pictures came into place and `failed` could not be made or read.
    fn advance(&mut self, _done: u64, _made: u64, _failed: u64) {}
    /// Some milliseconds have passed.
    fn tick(&mut self) {}
    /// Something happened that is worth a message.
    fn notice(&mut self, _notice: Notice<'_>) {}
}

impl Observer for () {}

/// What an [`Observer`] is told at once.
#[derive(Debug, Clone, Copy)]
pub enum Notice<'a> {
    /// A series was read.
    Surveyed {
        /// The series' symbol.
        symbol: &'a str,
        /// Its interval's code.
        interval: &'a str,
        /// What it holds.
        survey: &'a Survey,
    },
    /// A series cannot be used.
    Refused {
        /// The series' symbol.
        symbol: &'a str,
        /// Its interval's code.
        interval: &'a str,
        /// Why.
        fault: &'a ReadError,
    },
    /// No file name can show this end.
    EndRefused {
        /// The series' symbol.
        symbol: &'a str,
        /// Its interval's code.
        interval: &'a str,
        /// The end, in ms since the Unix epoch.
        end: i64,
        /// Why.
        reason: &'a str,
    },
    /// A picture could not be looked at, read or written, or a folder could not be read.
    Failed {
        /// The picture or the folder, relative to the root.
        path: &'a str,
        /// Why.
        reason: &'a str,
    },
    /// Something is wrong with a picture, or was until this run mended it.
    Found {
        /// What is or was wrong.
        finding: &'a Finding,
        /// Whether it is mended.
        mended: bool,
    },
    /// Pictures of the index draw this, which is not given: they cannot be judged.
    NotGiven(&'a OwnPart),
    /// The index has this many rows that name no picture, because their values have the wrong types.
    StrangeRows(u64),
    /// Something is not as one would expect.
    Note(&'a Note),
    /// The run reports a step that only matters to somebody who follows all of them.
    Step(&'a str),
}

/// What a run has to say besides its results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The index says that its pictures are in another root than the one that is used.
    OtherRoot {
        /// The index.
        index: String,
        /// The root that the index names.
        known: String,
        /// The root that is used.
        root: String,
    },
    /// Orphans are not looked for, because another process writes to the index. The text is what it says of itself.
    InUse(String),
    /// Orphans are not looked for, because this index is one shard of several.
    OrphansOfShards,
    /// Orphans are not deleted, with the reason.
    OrphansKept(String),
    /// A finished shard is no longer finished, because its candles have changed.
    NotFinishedAnyMore,
    /// The index of a shard has other rows than the shard's part of the plan.
    OtherRows(Shard),
    /// An index was made again.
    Rebuilt {
        /// Pictures that were entered.
        pictures: u64,
        /// Rows that could still be read of the old index.
        rows: u64,
        /// The old index's new name, if there was an old index.
        kept: Option<String>,
    },
    /// The new index lacks so many pictures of a group, because the source has no such series.
    NoSuchSeries(u64, Group),
    /// The new index lacks so many pictures of a group, because nothing says what their spec is.
    NoSpec(u64, Group),
    /// The new index lacks so many pictures of a group, because they draw this, which is not given.
    OwnLeftOut(u64, Group, OwnPart),
    /// No value or mark of a file lies in the times of the pictures.
    OwnOutside(OwnPart, OwnFile),
    /// The new index lacks a series, with the reason.
    SeriesLeftOut(String),
}

/// The surroundings of a run: the time, a way to cancel it, and who is told of it.
pub struct Run<'a> {
    /// The clock's time at the start, in ms since the Unix epoch.
    pub now: i64,
    /// Set it to end the run after the batch at hand. A root whose server does not answer any more sets it, too.
    pub cancel: &'a Arc<AtomicBool>,
    /// Who is told of the run.
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
    /// The symbol, as its source or its rows name it.
    pub symbol: String,
    /// The interval's code.
    pub interval: String,
    /// What the series holds, if it could be read.
    #[serde(skip)]
    pub survey: Option<Survey>,
    /// Why the series was refused, if it was.
    pub refused: Option<String>,
    /// Pictures that were made, or that a dry run would make.
    pub rendered: u64,
    /// Pictures that were already what they should be.
    pub unchanged: u64,
    /// Pictures that the source cannot make.
    pub missing: u64,
    /// How many are missing for each sort of reason; `render` does not count these.
    pub missing_reasons: BTreeMap<String, u64>,
    /// Pictures that can be made and whose windows span candles that the calendar expects and that are missing.
    pub across_gaps: u64,
    /// Missing pictures whose rows were dropped, because their ends are none any more.
    pub dropped: u64,
    /// Pictures that could not be read or written, and ends that no file name can show.
    pub failed: u64,
    /// The ends among these that no file name can show.
    pub refused_ends: u64,
    /// Pictures that are left corrupt.
    pub corrupt: u64,
    /// Pictures that are left stale.
    pub stale: u64,
    /// Pictures that are neither, since what they draw of series of one's own or marks is not given.
    pub not_given: u64,
    /// Orphans that are left.
    pub orphaned: u64,
    /// Findings that were mended, and orphans that were deleted.
    pub mended: u64,
    /// Whether the plan of all shards refuses the series already.
    #[serde(skip)]
    pub(crate) refused_in_plan: bool,
    /// Ends that were counted before the series was read.
    #[serde(skip)]
    pub(crate) expected: u64,
}
