//! [`Finding`]: something that `verify` saw. A finding is data, never an error.

use std::borrow::Cow;

use serde::Serialize;

use crate::OwnPart;

/// Why something is wrong, in words.
pub type Reason = Cow<'static, str>;

/// There is no candle at an end. Reasons of missing pictures, also those in the index, begin with this or one of the
/// next three.
pub(crate) const GAP: &str = "gap";
/// There are fewer candles than a window has.
pub(crate) const SHORT_HISTORY: &str = "short history";
/// A candle of the window is invalid.
pub(crate) const INVALID_CANDLE: &str = "invalid candle";

/// More candles are missing in the window than were allowed.
const WIDE_GAP: &str = "wide gap";

/// Why a picture is missing whose window spans more missing candles than `most`.
pub(crate) fn wide_gap(missing: u64, most: u64) -> String {
    format!("{WIDE_GAP}: {missing} missing candles in its window, and at most {most} are allowed")
}

/// How many were allowed where a picture is missing for this reason, so that `verify` and `repair` judge it as the
/// `render` did that left it out.
pub(crate) fn allowed(reason: &str) -> Option<u64> {
    let (_, most) = reason.strip_prefix(WIDE_GAP)?.split_once("at most ")?;
    most.split(' ').next()?.parse().ok()
}

/// Which sort of reason a missing picture's is.
pub(crate) fn sort(reason: &str) -> &str {
    [GAP, SHORT_HISTORY, INVALID_CANDLE, WIDE_GAP]
        .into_iter()
        .find(|sort| reason.starts_with(sort))
        .unwrap_or(reason)
}

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
    /// The source cannot make this picture, or it could not before.
    Missing,
}

/// Something that is wrong with a picture. Gaps of a series are in its [`Survey`](market::Survey).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub kind: Kind,
    /// The symbol that the picture's row names or, if it has none, its path.
    pub symbol: String,
    /// The interval's code.
    pub interval: String,
    /// The picture's path, relative to the root.
    pub path: String,
    /// The window's end, in ms since the epoch.
    pub end: i64,
    /// Why it is found so.
    pub reason: String,
    /// Whether a repair can do something about it.
    pub mendable: bool,
    /// What must be given before one can, of series of one's own and marks.
    pub needs: Vec<OwnPart>,
}
