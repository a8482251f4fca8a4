//! The index's tables: how they are made and recognised.

use std::{fs, path::Path, time::Duration};

use market::sqlite::{beside, columns};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, config::DbConfig, params};

use crate::IndexFault;

/// The columns that people query, in this order.
const PUBLIC: [&str; 12] = [
    "symbol",
    "interval",
    "end_open_time_ms",
    "img_size_px",
    "window_len",
    "style_version",
    "file_path",
    "sha256",
    "width_px",
    "height_px",
    "created_utc",
    "status",
];

/// The columns that only this program reads.
const OURS: [&str; 6] = ["spec_tag", "spec_hash", "input_sha256", "size_bytes", "pixel_sha256", "reason"];

pub const CREATE_IMAGES: &str = "
    CREATE TABLE images (
        symbol TEXT NOT NULL, interval TEXT NOT NULL, end_open_time_ms INTEGER NOT NULL,
        img_size_px INTEGER NOT NULL, window_len INTEGER NOT NULL, style_version INTEGER NOT NULL,
        file_path TEXT NOT NULL, sha256 TEXT, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL,
        created_utc TEXT NOT NULL, status TEXT NOT NULL CHECK(status IN ('ok','missing','corrupt','stale')),
        spec_tag TEXT NOT NULL DEFAULT '', spec_hash TEXT, input_sha256 TEXT, size_bytes INTEGER,
        pixel_sha256 TEXT, reason TEXT
    )";

/// The end comes last, so that neighbouring ends of one series in one spec lie side by side.
const CREATE_KEY: &str = "
    CREATE UNIQUE INDEX IF NOT EXISTS images_by_picture ON images
        (symbol, interval, width_px, height_px, window_len, spec_tag, end_open_time_ms)";

const CREATE_OTHERS: &str = "
    CREATE TABLE IF NOT EXISTS specs (spec_hash TEXT PRIMARY KEY, spec_json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)";

/// All columns that an index of ours has.
pub fn columns_of_images() -> Vec<&'static str> {
    PUBLIC.iter().chain(&OURS).copied().collect()
}

/// The key of `meta` that says that an earlier version took the index over from another tool, whose files may lie
/// in the root.
pub const TAKEN_OVER: &str = "taken_over";
/// How long another reader, such as a person with sqlite3, is waited for.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Sets the connection up. Returns how durable its commits are.
pub fn set_up(connection: &Connection) -> Result<&'static str, IndexFault> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "trusted_schema", false)?;
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
    if let (true, Some(id)) = (is_ours, get(&transaction, "id")?) {
        // Every write relies on this constraint.
        transaction.execute_batch(CREATE_KEY)?;
        transaction.commit()?;
        return plain_id(id);
    }
    transaction.execute_batch(CREATE_OTHERS)?;
    if !is_ours {
        transaction.execute_batch(CREATE_IMAGES)?;
    }
    transaction.execute_batch(CREATE_KEY)?;
    let id = new_id()?;
    put(&transaction, "id", &id)?;
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
    let kind: Option<String> = connection
        .query_row("SELECT type FROM sqlite_schema WHERE name = 'images' COLLATE NOCASE", [], |row| {
            row.get(0)
        })
        .optional()?;
    for (table, needed) in [("specs", ["spec_hash", "spec_json"]), ("meta", ["key", "value"])] {
        let columns = columns(connection, table)?;
        // A view could go on for ever.
        let is_view = connection
            .prepare("SELECT 1 FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE AND type <> 'table'")?
            .exists([table])?;
        if is_view || (!columns.is_empty() && columns != needed) {
            return Err(IndexFault::OtherTable(table));
        }
    }
    if kind.is_none() {
        let others =
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('specs', 'meta')
            AND substr(name, 1, 7) <> 'sqlite_'";
        let others: i64 = connection.query_row(others, [], |row| row.get(0))?;
        if others > 0 {
            return Err(IndexFault::OtherDatabase);
        }
        return Ok(false);
    }
    let columns = columns(connection, "images")?;
    let lacks = |needed: &[&'static str]| {
        needed.iter().copied().find(|name| !columns.iter().any(|column| column == name))
    };
    if kind.as_deref() != Some("table") {
        return Err(IndexFault::NotATable);
    }
    if let Some(name) = lacks(&PUBLIC) {
        return Err(IndexFault::NoColumn(name));
    }
    if lacks(&["input_sha256"]).is_some() {
        return Err(IndexFault::OtherTool);
    }
    match lacks(&OURS) {
        Some(name) => Err(IndexFault::OtherVersion(name)),
        None => Ok(true),
    }
}

/// Refuses an id that cannot be ours, because the id becomes a part of file names.
fn plain_id(id: String) -> Result<String, IndexFault> {
    if id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(id);
    }
    Err(IndexFault::BadId)
}

fn new_id() -> Result<String, IndexFault> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(IndexFault::Random)?;
    Ok(format!("{:08x}", u32::from_le_bytes(bytes)))
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
