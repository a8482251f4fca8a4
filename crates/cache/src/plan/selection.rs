//! [`Selection`]: what a plan selects, in words, to say how two plans differ.

use serde::{Deserialize, Serialize};

/// What a plan selects. Indexes of shards keep it as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// The hash of the spec.
    pub spec: String,
    /// A digest of what is drawn of one's own series and marks, if any is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
    /// The style version.
    pub style_version: u32,
    /// The symbols that are asked for, sorted; all, if there are none.
    pub symbols: Vec<String>,
    /// The intervals that are asked for, sorted; all, if there are none.
    pub intervals: Vec<String>,
    /// The time of the first end that is asked for.
    pub start: Option<String>,
    /// The time that all ends that are asked for lie before.
    pub end: Option<String>,
    /// One end in this many is selected.
    pub stride: u32,
    /// The calendar of all series, if it is not that of each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// The most missing candles that a window may span, if not any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_gap: Option<u64>,
    /// How many ends are selected.
    pub ends: u64,
    /// The last of them.
    pub last_end: Option<String>,
}

/// When and how the clock will change a plan. Times are in ms since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The time when the next interval is over, so that there is one more end.
    pub at: i64,
    /// Ends before this time stay as they are.
    pub settled: i64,
}

/// What the words of a selection are called, in their order.
const FIELDS: [&str; 9] =
    ["spec", "style version", "symbols", "intervals", "start", "end", "stride", "calendar", "max gap"];

/// What to say where the values differ that pictures draw besides candles.
const OTHER_OWN: &str = "their own series or marks are not the same; render all shards with the same files";

impl Selection {
    /// How this selection differs from another one.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let names = |names: &[String]| if names.is_empty() { "all".to_owned() } else { names.join(",") };
        let time = |time: &Option<String>| time.clone().unwrap_or_else(|| "open".to_owned());
        let words = |it: &Self| {
            let [version, stride] = [it.style_version, it.stride].map(|number| number.to_string());
            let (spec, symbols, intervals) = (short(&it.spec), names(&it.symbols), names(&it.intervals));
            let calendar = it.calendar.clone().unwrap_or_else(|| "of each series".to_owned());
            let max_gap = it.max_gap.map_or_else(|| "any".to_owned(), |most| most.to_string());
            [spec, version, symbols, intervals, time(&it.start), time(&it.end), stride, calendar, max_gap]
        };
        let all = FIELDS.iter().zip(words(self)).zip(words(other)).filter(|((_, a), b)| a != b);
        let all: Vec<_> = all.map(|((what, a), b)| format!("{what} {a}, not {b}")).collect();
        // More candles may show more of the same values.
        let has_same_ends = (self.ends, &self.last_end) == (other.ends, &other.last_end);
        if all.is_empty() && has_same_ends && self.own != other.own {
            return vec![OTHER_OWN.to_owned()];
        }
        if all.is_empty() {
            let ends = |it: &Self| format!("{} up to {}", it.ends, it.last_end.as_deref().unwrap_or("none"));
            let (ours, theirs) = (ends(self), ends(other));
            if ours != theirs {
                return vec![format!(
                    "ends {ours}, not {theirs}: candles were added, or the clock went on, in between; give all \
                     shards the same end, and candles that stand still"
                )];
            }
            let why =
                "their candles are not the same, or their calendars; render all shards from the same candles";
            return vec![why.to_owned()];
        }
        all
    }
}

/// The beginning of a hash, as messages show it.
#[must_use]
pub fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}
