//! Rows that another tool wrote into an index of the same form.
//!
//! Their table is kept under another name, so nothing is lost; its rows are
//! copied and count as stale until pictures of ours take their place.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, Transaction, params};

use crate::{
    error::Error,
    index::{Index, Reader},
    key::Key,
    rows::{KEY, Row, key},
    schema::{CREATE_IMAGES, CREATE_KEY, Unfit, damage},
};

/// Gives other tools' rows sorted by their files; only they have no spec.
const CREATE_BY_FILE: &str = "CREATE INDEX images_of_others ON images(file_path) WHERE spec_hash IS NULL";

/// Sorted so that of two rows for one picture the newer replaces the older.
/// Rows that break the contract stay in the old table only.
const COPY: &str = "
    INSERT OR REPLACE INTO images (symbol, interval, end_open_time_ms, img_size_px, window_len, style_version,
        file_path, sha256, width_px, height_px, created_utc, status, reason)
    SELECT symbol, interval, end_open_time_ms, img_size_px, window_len, style_version,
        file_path, sha256, width_px, height_px, created_utc,
        CASE WHEN status IN ('missing', 'corrupt') THEN status ELSE 'stale' END,
        'made by another tool'
    FROM images_before_name
    WHERE typeof(symbol) = 'text' AND typeof(interval) = 'text' AND typeof(end_open_time_ms) = 'integer'
        AND typeof(img_size_px) = 'integer' AND typeof(window_len) = 'integer'
        AND typeof(style_version) = 'integer' AND typeof(file_path) = 'text'
        AND typeof(width_px) = 'integer' AND typeof(height_px) = 'integer' AND typeof(created_utc) = 'text'
    ORDER BY style_version, created_utc";

/// Puts a table of ours in the place of another tool's.
pub fn take_over(transaction: &Transaction<'_>) -> Result<(), Unfit> {
    let mut names =
        (1_u32..).map(|n| if n == 1 { "images_before".to_owned() } else { format!("images_before_{n}") });
    let mut taken = transaction.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE")?;
    let old = loop {
        match names.next() {
            Some(name) if taken.exists([&name])? => {}
            Some(name) => break name,
            None => {
                return Err(Unfit::Shape("too many tables are called images_before".to_owned()));
            }
        }
    };
    transaction.execute_batch(&format!("ALTER TABLE images RENAME TO {old}"))?;
    transaction.execute_batch(CREATE_IMAGES)?;
    transaction.execute_batch(CREATE_KEY)?;
    transaction.execute_batch(CREATE_BY_FILE)?;
    transaction.execute(&COPY.replace("images_before_name", &old), [])?;
    Ok(())
}

/// Where the files of other tools' rows lie, whatever way the rows spell it.
#[derive(Debug)]
pub struct Others {
    root: PathBuf,
    /// The folders that a row's path may be relative to.
    bases: Vec<PathBuf>,
    /// Whether the connection's table of their files is filled.
    listed: bool,
}

/// Lives in the connection's own temporary database, so that memory does not grow with the index.
const CREATE_FILES: &str = "
    CREATE TEMP TABLE files_of_others (file BLOB NOT NULL, row INTEGER NOT NULL);
    CREATE INDEX temp.by_file ON files_of_others(file)";

impl Others {
    /// Paths are relative to the root or to the folder of the index, by each of its names, or absolute.
    pub fn new(root: &Path, indexes: [&Path; 2]) -> Self {
        let folder = |index: &Path| match index.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let mut bases = vec![root.to_owned()];
        bases.extend(indexes.map(folder));
        Self { root: root.to_owned(), bases, listed: false }
    }
}

impl Index {
    /// Whether the file that a row would name is known to be ours.
    ///
    /// A `missing` row has no input digest: it names a file that nobody wrote.
    pub fn is_ours(&self, row: &Row) -> Result<bool, Error> {
        let sql = format!(
            "SELECT 1 FROM images WHERE {KEY} AND end_open_time_ms = ?7 AND file_path = ?8
             AND spec_hash IS NOT NULL AND input_sha256 IS NOT NULL"
        );
        let Row { key: Key { group, end }, path, .. } = row;
        self.connection
            .prepare(&sql)
            .and_then(|mut select| select.exists(key(group, [(*end).into(), path.as_str().into()])))
            .map_err(|error| self.refuse(&error))
    }

    /// Notes in other tools' rows that the file at `path` was moved to `moved`.
    pub fn note_move(&mut self, others: &mut Others, path: &str, moved: &str) -> Result<(), Error> {
        let Some(file) = others.list(&self.connection, path).map_err(|error| self.refuse(&error))? else {
            return Ok(());
        };
        let sql = "UPDATE images SET file_path = ?2 WHERE spec_hash IS NULL
            AND rowid IN (SELECT row FROM files_of_others WHERE file = ?1)";
        self.connection
            .execute(sql, params![file.as_os_str().as_encoded_bytes(), moved])
            .map(|_| ())
            .map_err(|error| self.refuse(&error))
    }
}

impl Reader {
    /// Whether a row of another tool names the file at `path`.
    pub fn is_others(&self, others: &mut Others, path: &str) -> Result<bool, Error> {
        let mut ask = || -> rusqlite::Result<bool> {
            let Some(file) = others.list(&self.connection, path)? else {
                return Ok(false);
            };
            self.connection
                .prepare("SELECT 1 FROM files_of_others WHERE file = ?1")?
                .exists([file.as_os_str().as_encoded_bytes()])
        };
        ask().map_err(|error| Error::Index { file: self.file.clone(), why: damage(&error) })
    }
}

impl Others {
    /// Lists the files of all rows, unless that is done; gives the real path of the one at `path`.
    fn list(&mut self, connection: &Connection, path: &str) -> rusqlite::Result<Option<PathBuf>> {
        if !self.listed {
            self.list_files(connection)?;
            self.listed = true;
        }
        Ok(real(&self.root.join(path), &mut LastFolder::default()))
    }

    fn list_files(&self, connection: &Connection) -> rusqlite::Result<()> {
        let transaction = connection.unchecked_transaction()?;
        transaction.execute_batch(CREATE_FILES)?;
        {
            // Neighbours mostly share a folder, which is then looked up once.
            let mut select = transaction
                .prepare("SELECT rowid, file_path FROM images WHERE spec_hash IS NULL ORDER BY file_path")?;
            let mut insert = transaction.prepare("INSERT INTO files_of_others VALUES(?1, ?2)")?;
            let mut folders: Vec<LastFolder> = self.bases.iter().map(|_| LastFolder::default()).collect();
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                let id: i64 = row.get(0)?;
                // Text that is not UTF-8 names no file of a cache; its row just stays as it is.
                let Ok(path) = row.get::<_, String>(1) else {
                    continue;
                };
                for (base, last) in self.bases.iter().zip(&mut folders) {
                    if let Some(file) = real(&base.join(&path), last) {
                        insert.execute(params![file.as_os_str().as_encoded_bytes(), id])?;
                    }
                }
            }
        }
        transaction.commit()
    }
}

/// A folder as it was written, and its real path where it exists.
#[derive(Debug, Default)]
struct LastFolder {
    written: PathBuf,
    real: Option<PathBuf>,
}

/// The one path that all spellings of a file have in common; the file itself may be a link.
fn real(file: &Path, last: &mut LastFolder) -> Option<PathBuf> {
    let (folder, name) = (file.parent()?, file.file_name()?);
    if last.written != folder || last.real.is_none() {
        let existing = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        *last = LastFolder { written: folder.to_owned(), real: fs::canonicalize(existing).ok() };
    }
    last.real.as_ref().map(|folder| folder.join(name))
}
