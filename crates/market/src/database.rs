//! Opens a database read-only, and without losing what only its WAL holds; checks that a market is one.

use std::{fs, path::Path, time::Duration};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::sqlite::{beside, columns, explain, uri};

/// How long another process's lock is waited for, per try.
const PATIENCE: Duration = Duration::from_secs(4);
/// The tables and columns that are read; whatever else there is does not matter.
const NEEDED: [(&str, &[&str]); 4] = [
    ("symbols", &["id", "symbol"]),
    ("intervals", &["id", "code", "ms"]),
    ("series", &["id", "symbol_id", "interval_id"]),
    ("candles", &["series_id", "open_time", "open", "high", "low", "close", "volume"]),
];

/// Checks that the tables and columns that are read exist.
pub fn check_tables(connection: &Connection) -> Result<(), String> {
    NEEDED.iter().try_for_each(|(table, columns)| has_columns(connection, table, columns))
}

/// Opens read-only in the way that loses no candle, or says why that is impossible.
pub fn connect(file: &Path) -> Result<Connection, String> {
    read_only(file).map(|(connection, _)| connection)
}

/// The same, and in which way.
pub fn read_only(file: &Path) -> Result<(Connection, &'static str), String> {
    let error = match connect_with(file, "mode=ro") {
        Ok(connection) => return Ok((connection, "mode=ro")),
        Err(error) => error,
    };
    let read_only = matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly));
    if !read_only {
        return Err(explain(&error));
    }
    // `immutable` skips journals, so it silently loses candles wherever one holds data.
    for suffix in ["-wal", "-journal"] {
        let beside = beside(file, suffix);
        if fs::symlink_metadata(&beside).is_ok_and(|about| about.len() > 0) {
            return Err(format!(
                "cannot be opened read-only, and {} holds data that must not be left out; copy both files to a folder that can be written to, and use the copy",
                beside.display()
            ));
        }
    }
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_ok() {
        return Err(explain(&error));
    }
    let how = "mode=ro&immutable=1";
    connect_with(file, how).map(|connection| (connection, how)).map_err(|error| explain(&error))
}

fn connect_with(file: &Path, how: &str) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri(file, how), flags)?;
    connection.busy_timeout(PATIENCE)?;
    // The database may be anyone's: its views run no functions with side effects.
    connection.pragma_update(None, "trusted_schema", false)?;
    // SQLite opens lazily; this is the first read.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

fn has_columns(connection: &Connection, table: &str, needed: &[&str]) -> Result<(), String> {
    let found = columns(connection, table).map_err(|error| explain(&error))?;
    if found.is_empty() {
        return Err(format!("has no table {table:?}, so it is not a market database"));
    }
    match needed.iter().find(|column| !found.iter().any(|found| found.eq_ignore_ascii_case(column))) {
        Some(column) => Err(format!("its table {table:?} has no column {column:?}")),
        None => Ok(()),
    }
}
