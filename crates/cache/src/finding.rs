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
    /// Candles that the source lacks.
    Gap,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Corrupt, Self::Stale, Self::Orphan, Self::Missing, Self::Gap];

    /// Whether a cache with such a finding is not clean; the others are facts about the source.
    pub fn is_fault(self) -> bool {
        matches!(self, Self::Corrupt | Self::Stale | Self::Orphan)
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Corrupt => "Corrupt",
            Self::Stale => "Stale",
            Self::Orphan => "Orphaned",
            Self::Missing => "Missing",
            Self::Gap => "Gaps",
        }
    }
}

/// One finding about one picture. Gaps are found by the series, in its survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    /// The series among those of the run; none where an orphan belongs to none of them.
    pub number: Option<usize>,
    /// Relative to the root.
    pub path: String,
    pub end: i64,
    pub reason: String,
    /// Whether `render` and `repair` can do something about it.
    pub mendable: bool,
}
