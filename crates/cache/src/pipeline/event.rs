//! [`Event`]: what the feeder and the workers tell the sink of a [`Pass`](super::pass::Pass).

use std::sync::Arc;

use market::{ReadError, Survey};
use store::Pending;

use crate::{Error, Finding, Group, Mark, Row};

/// Ends that need no event of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pictures that are what they should be.
    pub fine: u64,
    /// Ends that the source cannot make, as their rows say already.
    pub missing: u64,
    /// Pictures that a dry run would render.
    pub forecast: u64,
    /// Pictures that draw series of one's own or marks that are not given.
    pub not_given: u64,
    /// Rows of ends that are none any more, which `verify` has nothing to say of.
    pub gone: u64,
    /// Pictures that can be made and that span missing candles. They are among the others as well.
    pub across_gaps: u64,
}

/// Something that was found out or done. `number` is the number of the series in this run.
pub enum Event {
    /// A series was read.
    Surveyed { number: usize, survey: Survey },
    /// A series cannot be used.
    Refused { number: usize, fault: ReadError },
    /// Rows say that these ends are missing, and they are ends no more.
    Gone { number: usize, group: Arc<Group>, ends: Vec<i64> },
    /// These ends need nothing to be written.
    Counted { number: usize, counts: Counts },
    /// The index lacks this row, of a picture that the source cannot make or of a file that lies there already.
    Row(Row),
    /// The store has a new picture. If it replaces one whose row says `ok`, that row is demoted first.
    Staged { row: Row, pending: Pending, demotion: Option<Mark> },
    /// A picture could not be looked at, read or written.
    Failed { number: usize, path: String, reason: String, demotion: Option<Mark>, found: Option<Finding> },
    /// No file name can show this end.
    EndRefused { number: usize, end: i64, reason: String },
    /// Something is wrong that this run does not mend. The mark is for a row that does not say so yet.
    Found { number: usize, finding: Finding, mark: Option<Mark> },
    /// A row says that something is wrong, but nothing is wrong any more.
    Restored(Mark),
    /// The run cannot go on.
    Broken(Error),
}
