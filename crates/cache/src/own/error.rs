//! [`OwnError`]: why a file of values or marks cannot be used.

use std::io;

/// Why a file of values or marks cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// It cannot be opened.
    #[error("{file}: {source}")]
    Open {
        /// The file.
        file: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is no table of values by time, or one of its cells is wrong.
    #[error("{file}: {source}")]
    Read {
        /// The file.
        file: String,
        /// What is wrong, with its line.
        #[source]
        source: readers::Error,
    },
    /// It is an archive of several files.
    #[error("{file}: is an archive of several files")]
    Archive {
        /// The file.
        file: String,
    },
    /// It has no column of a series' name, and not one other that could be meant.
    #[error("{file}: has no column {name:?}; it has {}", listed(columns))]
    Column {
        /// The file.
        file: String,
        /// The series.
        name: String,
        /// The columns of values that it has.
        columns: Vec<String>,
    },
    /// It has not both columns of a band.
    #[error("{file}: has no columns {name}_low and {name}_high for a band; it has {}", listed(columns))]
    BandColumns {
        /// The file.
        file: String,
        /// The series.
        name: String,
        /// The columns of values that it has.
        columns: Vec<String>,
    },
    /// It has no column that says what its marks are.
    #[error(
        "{file}: has no column kind, and none of entry_time and entry_price, so nothing says what its marks are; it has {}",
        listed(columns)
    )]
    MarkColumns {
        /// The file.
        file: String,
        /// The columns that it has.
        columns: Vec<String>,
    },
    /// It has more marks than can be drawn.
    #[error("{file}: has {count} marks, which is more than {most}")]
    TooManyMarks {
        /// The file.
        file: String,
        /// How many.
        count: usize,
        /// The most.
        most: usize,
    },
    /// One of its rows is wrong.
    #[error("{file}: {unit} {line}: {why}")]
    Row {
        /// The file.
        file: String,
        /// What its rows are counted in.
        unit: &'static str,
        /// The line, or the row of a table.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
}

/// Columns that are listed before a message gives up.
const MOST_LISTED: usize = 20;

fn listed(columns: &[String]) -> String {
    let shown = |name: &String| candles::text::shown(name);
    let more = columns.len().saturating_sub(MOST_LISTED);
    let mut names: Vec<String> = columns.iter().take(MOST_LISTED).map(shown).collect();
    if more > 0 {
        names.push(format!("{more} more"));
    }
    if names.is_empty() { "none but times".to_owned() } else { names.join(", ") }
}
