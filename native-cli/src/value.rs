//! Values that flags, variables and the configuration file write alike.

mod amount;

use std::{
    num::{NonZeroU16, NonZeroU32, NonZeroU64},
    str::FromStr,
};

use clap::ValueEnum;
use serde::Deserialize;

pub use amount::{Bytes, fraction};

/// Why the text of a value cannot be read: what is expected in its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(String);

impl<T: Into<String>> From<T> for Malformed {
    fn from(expected: T) -> Self {
        Self(expected.into())
    }
}

/// A time in ms since the Unix epoch, written `YYYY-MM-DD` or in RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub i64);

impl FromStr for Instant {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        render_core::parse_utc(text).map(Self).ok_or_else(|| {
            Malformed::from("a time is a day such as 2023-01-07, or RFC 3339 such as 2023-01-07T05:00:00Z")
        })
    }
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Text,
    Json,
}

/// When a progress bar is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Progress {
    #[default]
    Auto,
    Never,
    /// One JSON object a line on standard error, about one a second.
    Json,
}

/// Which entries a partial verify looks at, written `1/7` or `5%`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Subset(pub cache::Subset);

impl FromStr for Subset {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let read = || match text.strip_suffix('%') {
            Some(share) => {
                share.parse().ok().filter(|share| *share > 0.0 && *share <= 100.0).map(cache::Subset::Share)
            }
            None => {
                let (part, parts) = text.split_once('/')?;
                let (part, parts) = (part.parse().ok()?, parts.parse().ok()?);
                (1..=parts).contains(&part).then_some(cache::Subset::Part { part, parts })
            }
        };
        read()
            .map(Self)
            .ok_or_else(|| Malformed::from("a subset is a part such as 1/7, or a share such as 5%"))
    }
}

/// Every how many ends one is asked for, checked.
pub fn stride(text: &str) -> Result<NonZeroU32, Malformed> {
    text.parse().map_err(|_| Malformed::from(format!("a stride must be 1 or more, at most {}", u32::MAX)))
}

/// More threads than this are a slip of the finger.
const MOST_JOBS: u16 = 1024;

/// A number of threads, checked.
pub fn jobs(text: &str) -> Result<NonZeroU16, Malformed> {
    few(text).ok_or_else(|| Malformed::from(format!("threads are 1 to {MOST_JOBS}")))
}

/// Reads a number of requests.
#[cfg(feature = "object-store")]
pub fn requests(text: &str) -> Result<NonZeroU16, Malformed> {
    few(text).ok_or_else(|| Malformed::from(format!("requests are 1 to {MOST_JOBS}")))
}

fn few(text: &str) -> Option<NonZeroU16> {
    text.parse().ok().filter(|number: &NonZeroU16| number.get() <= MOST_JOBS)
}

/// A number of seconds, checked.
pub fn seconds(text: &str) -> Result<NonZeroU64, Malformed> {
    text.parse().map_err(|_| Malformed::from("seconds are a whole number, 1 or more"))
}
