//! What `verify` saw: data, never an error.

use serde::Serialize;

/// What is wrong, or lacking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The file is absent, or its bytes are not the recorded ones.
    Corrupt,
    /// Intact, but its candles, spec or style version have changed since.
    Stale,
    /// A picture under the root that no row has.
    Orphan,
    /// The source cannot make this picture, or can now and nobody has.
    Missing,
}

/// One finding about one picture. Gaps are found series by series, in the survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub kind: Kind,
    /// The symbol that its row or its path names.
    pub symbol: String,
    /// The interval's code.
    pub interval: String,
    /// Relative to the root.
    pub path: String,
    /// The window's end, in ms since the epoch.
    pub end: i64,
    /// Why it is found so.
    pub reason: String,
    /// Whether `render` or `repair` can do something about it.
    pub mendable: bool,
}
