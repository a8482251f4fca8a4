//! [`LeftOut`]: how many ends are in no split, by the reason why.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::named::named;

named! {
    /// Why an end is in no split. The help goes on from a number of pictures.
    Reason {
        Missing "missing" "the source cannot make"
        /// The horizon reaches beyond the last candle that is over.
        Incomplete "incomplete" "without a whole horizon"
        /// A candle of the horizon is invalid, or the return from a close of 0 or less makes no sense.
        Invalid "invalid" "without a label, for an invalid candle or price"
        /// Nobody can tell which barrier was reached first.
        Ambiguous "ambiguous" "without a label, since one candle reaches both barriers"
        /// Of its window or of its horizon.
        Gap "gap" "across more missing candles than are allowed"
        Outside "outside" "outside all splits"
        /// It would share candles with an earlier split, or lies closer to it than the embargo.
        Embargo "embargo" "in the embargo between splits"
        Absent "absent" "not in the cache"
        /// The cache's picture.
        Bad "bad" "corrupt or stale"
    }
}

/// How many ends are in no split, by the reason why. It prints as these reasons, and serialises with all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut([u64; Reason::ALL.len()]);

impl LeftOut {
    /// How many ends are left out for this reason.
    #[must_use]
    pub fn of(&self, why: Reason) -> u64 {
        self.0[why as usize]
    }

    /// The reasons for which there are any, and how many there are.
    pub fn reasons(&self) -> impl Iterator<Item = (Reason, u64)> {
        Reason::ALL.iter().map(|why| (*why, self.of(*why))).filter(|(_, count)| *count > 0)
    }

    pub(crate) fn add(&mut self, why: Reason) {
        self.0[why as usize] += 1;
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons: Vec<String> =
            self.reasons().map(|(why, count)| format!("{count} {}", why.help())).collect();
        f.write_str(&if reasons.is_empty() { "no end is selected".to_owned() } else { reasons.join("; ") })
    }
}

impl Serialize for LeftOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Reason::ALL.iter().map(|why| (why, self.of(*why))))
    }
}
