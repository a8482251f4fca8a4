//! What tables of one's own mean: the values of a series, and marks, each of the symbol and the interval that its row
//! names. What a kind of mark or a colour is, is for those to say who draw them.

mod marks;
mod scope;
mod values;

pub use marks::{MarkColumns, MarkRow};
pub use scope::{Scope, ScopeColumns, Scoped};
pub use values::{SeriesValues, ValueRow};

use crate::{Table, file_stem};

/// Columns that a table lacks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoColumn {
    /// It has no column of a series' name, and not one other that could be meant.
    #[error("has no column {name:?}; it has {}", listed(columns))]
    Value {
        /// The series.
        name: String,
        /// The columns of values that it has.
        columns: Vec<String>,
    },
    /// It has not both columns of a band.
    #[error("has no columns {name}_low and {name}_high for a band; it has {}", listed(columns))]
    Band {
        /// The series.
        name: String,
        /// The columns of values that it has.
        columns: Vec<String>,
    },
    /// It has no column that says what its marks are.
    #[error(
        "has no column kind, and none of entry_time and entry_price, so nothing says what its marks are; it has {}",
        listed(columns)
    )]
    Kind {
        /// The columns that it has.
        columns: Vec<String>,
    },
}

/// Columns that are listed before a message gives up.
const MOST_LISTED: usize = 20;

fn listed(columns: &[String]) -> String {
    let shown = |name: &String| shown(name);
    let more = columns.len().saturating_sub(MOST_LISTED);
    let mut names: Vec<String> = columns.iter().take(MOST_LISTED).map(shown).collect();
    if more > 0 {
        names.push(format!("{more} more"));
    }
    if names.is_empty() { "none but times".to_owned() } else { names.join(", ") }
}

/// A name for a series, made of that of its file: small letters and digits as they are, all else as `_`.
#[must_use]
pub fn own_name(file: &str) -> Option<String> {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let name: String = file_stem(file).chars().map(plain).take(32).collect();
    // `auto` is what a knob without a choice is called.
    Some(name).filter(|name| name != "auto" && name.bytes().any(|byte| byte != b'_'))
}

/// A name as a message shows it.
fn shown(name: &str) -> String {
    candles::text::shorten(&candles::text::one_line(name))
}

/// The column of one of these names, whose case does not matter.
fn column(table: &Table, names: &[&str]) -> Option<usize> {
    names.iter().find_map(|name| table.column(name))
}
