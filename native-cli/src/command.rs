//! What each command does: asks the libraries, and prints what they answer.

pub mod audit;
pub mod doctor;
pub mod draw;
pub mod export;
pub mod import;
mod input;
pub mod merge;
mod own;
pub mod plan;
pub mod render;
pub mod status;

use crate::error::INTERRUPTED;

/// How a command ended, with its exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Ending {
    Done = 0,
    /// A series or an end was refused, or a picture could not be read or written.
    Incomplete = 1,
    /// Corrupt, stale or orphaned pictures are left.
    Unclean = 3,
    Interrupted = INTERRUPTED,
}
