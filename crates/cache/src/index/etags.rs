//! ETags of objects, as a server gave them when their pictures were put.
//!
//! They stand in a table of their own, since only roots in object storage have them and nothing
//! is lost with them: without one, a quick look knows an object by its size alone.

use rusqlite::params;

use super::{Index, Reader};
use crate::Error;

const CREATE: &str = "
    CREATE TABLE IF NOT EXISTS etags (file_path TEXT PRIMARY KEY, etag TEXT NOT NULL) WITHOUT ROWID";

/// The ETag of a row of `images`.
pub const TAG: &str = "(SELECT etag FROM etags WHERE etags.file_path = images.file_path)";

impl Index {
    /// Writes down the ETags of objects by their paths, over older ones.
    pub fn put_tags(&mut self, tags: &[(String, String)]) -> Result<(), Error> {
        if tags.is_empty() {
            return Ok(());
        }
        self.write(|transaction| {
            transaction.execute_batch(CREATE)?;
            let mut insert = transaction.prepare("INSERT OR REPLACE INTO etags VALUES(?1, ?2)")?;
            tags.iter().try_for_each(|(path, tag)| insert.execute(params![path, tag]).map(drop))
        })
    }
}

impl Reader {
    /// Whether the index knows ETags.
    pub fn has_tags(&self) -> Result<bool, Error> {
        self.connection
            .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'etags'")
            .and_then(|mut select| select.exists([]))
            .map_err(|error| self.fault(error))
    }
}
