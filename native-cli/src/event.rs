//! What the feeder and the workers tell the committer.

use crate::{
    commit::Staged,
    ends::Survey,
    error::Error,
    rows::{Demotion, Row},
};

/// Something that was found out or done. Numbers are those of series.
#[derive(Debug)]
pub enum Event {
    /// A series was read.
    Surveyed { number: usize, survey: Survey },
    /// A series cannot be used.
    Refused { number: usize, reason: String },
    /// Ends that need no work.
    Unchanged { number: usize, pictures: u64, missing: u64 },
    /// Ends that a dry run would render.
    Forecast { number: usize, pictures: u64 },
    /// The source cannot make this picture, and the index does not say so yet.
    Missing(Row),
    /// A picture is written under a temporary name.
    Staged(Staged, Option<Demotion>),
    /// A picture could not be written.
    Failed { number: usize, path: String, reason: String, demotion: Option<Demotion> },
    /// No file name can show this end.
    EndRefused { number: usize, end: i64, reason: String },
    /// The run cannot go on.
    Broken(Error),
}
