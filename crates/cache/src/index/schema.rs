//! The index's tables: how they are made and recognised.

use std::{fs, path::Path, time::Duration};

use market::sqlite::{beside, columns, open, uri};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, config::DbConfig, params};

use crate::{IndexFault, random};

/// The columns that people query.
const PUBLIC: &str = "symbol, interval, end_open_time_ms, img_size_px, window_len, style_version, file_path, \
                      sha256, width_px, height_px, created_utc, status";
/// The columns that only this program reads.
const OURS: &str = "spec_tag, spec_hash, input_sha256, size_bytes, pixel_sha256, reason";

pub const CREATE_IMAGES: &str = "
    CREATE TABLE images (
        symbol TEXT NOT NULL, interval TEXT NOT NULL, end_open_time_ms INTEGER NOT NULL,
        img_size_px INTEGER NOT NULL, window_len INTEGER NOT NULL, style_version INTEGER NOT NULL,
        file_path TEXT NOT NULL, sha256 TEXT, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL,
        created_utc TEXT NOT NULL, status TEXT NOT NULL CHECK(status IN ('ok','missing','corrupt','stale')),
        spec_tag TEXT NOT NULL DEFAULT '', spec_hash TEXT, input_sha256 TEXT, size_bytes INTEGER,
        pixel_sha256 TEXT, reason TEXT
    )";

/// The columns by which a picture is known. The end comes last, so that neighbouring ends of one series in one spec
/// lie side by side.
pub const KEY_COLUMNS: &str = "symbol, interval, width_px, height_px, window_len, spec_tag, end_open_time_ms";

const CREATE_OTHERS: &str = "
    CREATE TABLE IF NOT EXISTS specs (spec_hash TEXT PRIMARY KEY, spec_json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)";

/// All columns that an index of ours has: first [`KEY_COLUMNS`].
pub const COLUMNS: &str = "symbol, interval, width_px, height_px, window_len, spec_tag, end_open_time_ms, \
                           img_size_px, style_version, file_path, sha256, status, spec_hash, input_sha256, \
                           size_bytes, pixel_sha256, reason, created_utc";
/// How many they are.
pub const COLUMN_COUNT: usize = 18;

/// A parameter of SQL for each column.
pub fn places() -> String {
    vec!["?"; COLUMN_COUNT].join(", ")
}

/// The key of `meta` that says that an earlier version took the index over from another tool, whose files may lie
/// in the root.
pub const TAKEN_OVER: &str = "taken_over";
/// How long another reader, such as a person with sqlite3, is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens a database, which `mode` decides how: `mode=ro`, `mode=rw` or `mode=rwc`.
pub fn connect(file: &Path, mode: &str) -> rusqlite::Result<Connection> {
    open(&uri(file, mode), PATIENCE)
}

/// Makes a connection one that writes. Returns how durable its commits are.
pub fn set_up(connection: &Connection) -> Result<&'static str, IndexFault> {
    // Another program's database must not be turned into one with a WAL before it is refused.
    look(connection)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    // In WAL mode a crash can only take back the last commits, which costs work but makes no row false.
    let usual_sync = if mode == "wal" { "NORMAL" } else { "FULL" };
    connection.pragma_update(None, "synchronous", usual_sync)?;
    Ok(usual_sync)
}

/// Makes the tables that are not there yet, in one transaction. Returns the index's id.
pub fn prepare(connection: &mut Connection) -> Result<String, IndexFault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let is_ours = look(&transaction)?;
    let id = if is_ours { get(&transaction, "id")? } else { None };
    if id.as_deref().is_some_and(|id| !is_id(id)) {
        return Err(IndexFault::BadId);
    }
    if !is_ours {
        transaction.execute_batch(CREATE_IMAGES)?;
    }
    // Every write relies on the key's constraint.
    let key = format!("CREATE UNIQUE INDEX IF NOT EXISTS images_by_picture ON images ({KEY_COLUMNS})");
    transaction.execute_batch(&key)?;
    let id = match id {
        Some(id) => id,
        None => {
            transaction.execute_batch(CREATE_OTHERS)?;
            let id = format!("{:08x}", random() >> 32);
            put(&transaction, "id", &id)?;
            id
        }
    };
    transaction.commit()?;
    Ok(id)
}

/// Whether a database holds our tables; `false` if it holds nothing at all. A database that holds anything else is
/// refused, and stays as it is when the connection closes.
pub fn look(connection: &Connection) -> Result<bool, IndexFault> {
    let found = recognise(connection);
    let wal = |database: &str| fs::metadata(beside(Path::new(database), "-wal"));
    if matches!(&found, Err(fault) if !matches!(fault, IndexFault::Sqlite(_)))
        && connection.path().and_then(|path| wal(path).ok()).is_some_and(|about| about.len() > 0)
    {
        // Otherwise the last connection to close would move the WAL into the database.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    }
    found
}

fn recognise(connection: &Connection) -> Result<bool, IndexFault> {
    let kind = |table: &str| -> rusqlite::Result<Option<String>> {
        let sql = "SELECT type FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE ORDER BY type = 'table'";
        connection.query_row(sql, [table], |row| row.get(0)).optional()
    };
    for (table, needed) in [("specs", ["spec_hash", "spec_json"]), ("meta", ["key", "value"])] {
        let columns = columns(connection, table)?;
        // A view could go on for ever.
        let is_view = kind(table)?.is_some_and(|kind| kind != "table");
        if is_view || (!columns.is_empty() && columns != needed) {
            return Err(IndexFault::Foreign(format!("its table {table:?} is another program's")));
        }
    }
    match kind("images")?.as_deref() {
        Some("table") => {}
        Some(_) => return Err(IndexFault::Foreign("its \"images\" is no table".to_owned())),
        None => {
            let others = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('specs', 'meta')
                AND substr(name, 1, 7) <> 'sqlite_'";
            return match connection.prepare(others)?.exists([])? {
                true => Err(IndexFault::Foreign("is another program's database".to_owned())),
                false => Ok(false),
            };
        }
    }
    let columns = columns(connection, "images")?;
    let lacks = |needed: &'static str| needed.split(", ").find(|name| !columns.iter().any(|it| it == name));
    match (lacks(PUBLIC), lacks("input_sha256"), lacks(OURS)) {
        (Some(name), ..) => Err(IndexFault::Foreign(format!(
            "its table \"images\" has no column {name:?}, so it is no index of pictures"
        ))),
        (_, Some(_), _) => Err(IndexFault::OtherTool),
        (.., Some(name)) => Err(IndexFault::OtherVersion(name)),
        (None, None, None) => Ok(true),
    }
}

/// Whether an id can be ours. It becomes a part of file names.
pub fn is_id(id: &str) -> bool {
    id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A value of the table `meta`.
pub fn get(connection: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    if columns(connection, "meta")?.is_empty() {
        return Ok(None);
    }
    connection.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional()
}

/// Sets a value of the table `meta`.
pub fn put(transaction: &Transaction<'_>, key: &str, value: &str) -> rusqlite::Result<()> {
    transaction.execute("INSERT OR REPLACE INTO meta VALUES(?1, ?2)", params![key, value]).map(drop)
}
