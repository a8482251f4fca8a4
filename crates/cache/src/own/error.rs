//! [`OwnError`]: why a file of values or marks cannot be used.

use std::io;

use readers::NoColumn;

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
    /// It lacks columns.
    #[error("{file}: {source}")]
    Columns {
        /// The file.
        file: String,
        /// Which ones.
        #[source]
        source: NoColumn,
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
