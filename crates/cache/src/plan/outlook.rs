//! [`Outlook`]: what there is to make of one series.

use render_core::{Digest, DigestWriter};

use super::end_runs::EndRuns;

/// What there is to make of a series.
#[derive(Debug)]
pub struct Outlook {
    /// Over everything that decides the pictures.
    pub(super) digest: Digest,
    pub(super) ends: EndRuns,
    /// Ends that no file name can show.
    pub strays: u64,
    /// The first end that a file name can show, in ms since the Unix epoch.
    pub first_end: Option<i64>,
    /// The last of them.
    pub last_end: Option<i64>,
    /// Pictures that the source can make.
    pub makeable: u64,
    /// About how many bytes all pictures have, if that was asked for.
    pub bytes: u64,
    /// The first end whose interval is not over.
    pub(super) unfinished: Option<i64>,
}

impl Outlook {
    /// All ends.
    #[must_use]
    pub fn ends(&self) -> u64 {
        self.ends.count()
    }

    /// Pictures that the source cannot make.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.ends().saturating_sub(self.strays).saturating_sub(self.makeable)
    }
}

/// Feeds a text to a digest, so that where it ends makes a difference.
pub(super) fn text(writer: &mut DigestWriter, text: &str) {
    writer.update(&(text.len() as u64).to_le_bytes());
    writer.update(text.as_bytes());
}
