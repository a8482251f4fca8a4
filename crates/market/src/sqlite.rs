//! How SQLite databases are addressed, asked and explained; for other databases than markets as well.

use std::{
    ffi::OsString,
    fmt::Write,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use candles::text::shown;
use rusqlite::{Connection, ErrorCode, types::ValueRef};

/// Steps of SQLite's machine between two looks at the cancellation flag: less than a millisecond.
const STEPS_PER_LOOK: i32 = 20_000;

/// Opens what a URI names, in the mode that it says; another process's lock is waited for as long as `patience`.
///
/// # Errors
/// Fails where SQLite cannot open it. Whether it is a database shows when it is read first.
pub fn open(uri: &str, patience: Duration) -> rusqlite::Result<Connection> {
    let connection = Connection::open(uri)?;
    connection.busy_timeout(patience)?;
    // The database may be anyone's: its views and triggers run no functions with side effects.
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// Ends a connection's queries soon after `flag` is set.
///
/// They look themselves whether it is set: told from outside, one that begins a moment later would not know.
pub fn cancel_by(connection: &mut Connection, flag: Arc<AtomicBool>) {
    // Fails only for a connection that is not this process's own.
    let _ = connection.progress_handler(STEPS_PER_LOOK, Some(move || flag.load(Ordering::Relaxed)));
}

/// A file's name with a suffix, whatever bytes it is made of.
#[must_use]
pub fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    PathBuf::from(name)
}

/// The SQLite URI of a file: only a URI can ask for a mode.
#[must_use]
pub fn uri(file: &Path, how: &str) -> String {
    // An absolute path follows an empty authority; a relative one must not look like `:memory:`.
    let mut uri = String::from(if file.is_absolute() { "file://" } else { "file:./" });
    for &byte in file.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-') {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri.push('?');
    uri.push_str(how);
    uri
}

/// The names of a table's columns, generated ones included; none where there is no such table.
///
/// # Errors
/// Fails where the database cannot be read.
pub fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare("SELECT name FROM pragma_table_xinfo(?1)")?
        .query_map([table], |row| row.get(0))?
        .collect()
}

/// A value that is a number. An integer beyond 2^53 loses its last digits, as in any REAL column.
pub(crate) fn as_number(value: ValueRef<'_>) -> Option<f64> {
    match value {
        ValueRef::Real(number) => Some(number),
        ValueRef::Integer(number) => Some(number as f64),
        _ => None,
    }
}

/// Whether another process's lock is in the way.
#[must_use]
pub fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// An error of SQLite in words that say what is wrong.
#[must_use]
pub fn explain(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "is not an SQLite database".to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => {
            "is damaged; `PRAGMA integrity_check` in sqlite3 says where".to_owned()
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "is locked by another process; try again when it is done writing".to_owned()
        }
        Some(ErrorCode::DiskFull) => format!("the disk is full ({error})"),
        // SQLite's own words may quote the names of a damaged schema.
        _ => shown(&error.to_string()),
    }
}
