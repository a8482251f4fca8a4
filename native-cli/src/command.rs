//! What each command does: asks the libraries, and prints what they answer.

pub mod audit;
pub mod export;
pub mod import;
pub mod merge;
pub mod plan;
pub mod render;
pub mod status;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Done,
    /// A series or an end was refused, or a picture could not be read or written.
    Incomplete,
    /// Corrupt, stale or orphaned pictures are left.
    Unclean,
    Interrupted,
}
