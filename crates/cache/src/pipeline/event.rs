//! What the feeder and the workers tell the committer.

use market::Survey;

use crate::{
    Error,
    finding::Finding,
    index::rows::{Mark, Row},
    pipeline::committer::Staged,
};

/// Ends that need no event of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pictures that are what they should be.
    pub fine: u64,
    /// Ends that the source cannot make, as their rows say already.
    pub missing: u64,
    /// Pictures that a dry run would render.
    pub forecast: u64,
}

/// Something that was found out or done. Numbers are those of the run's series.
#[derive(Debug)]
pub enum Event {
    /// A series was read.
    Surveyed {
        number: usize,
        survey: Survey,
    },
    /// A series cannot be used.
    Refused {
        number: usize,
        reason: String,
    },
    Counted {
        number: usize,
        counts: Counts,
    },
    /// The source cannot make this picture, and the index does not say so yet.
    Missing(Row),
    /// A picture is made, and the store has it. Its row must not say `ok` any more before it takes its place.
    Staged(Staged, Option<Mark>),
    /// A file that was there before, for an index that is made again.
    Adopted(Row),
    /// A picture could not be written.
    Failed {
        number: usize,
        path: String,
        reason: String,
        demotion: Option<Mark>,
        found: Option<Finding>,
    },
    /// No file name can show this end.
    EndRefused {
        number: usize,
        end: i64,
        reason: String,
    },
    /// Something is wrong that this run does not mend, and perhaps the row does not say so yet.
    Found {
        number: usize,
        finding: Finding,
        mark: Option<Mark>,
    },
    /// A row has said that something is wrong, and it is not any more.
    Restored {
        number: usize,
        mark: Mark,
    },
    /// A file could not be looked at.
    Unreadable {
        number: usize,
        path: String,
        reason: String,
    },
    /// The run cannot go on.
    Broken(Error),
}
