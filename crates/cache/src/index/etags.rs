//! ETags of objects, as a server gave them when their pictures were put.
//!
//! They are in a table of their own, because only roots in object storage have them and nothing is lost with
//! them: without an ETag, a quick look knows an object by its size alone.

use rusqlite::params;

use super::{Index, Reader};
use crate::Error;

const CREATE: &str = "
    CREATE TABLE IF NOT EXISTS etags (file_path TEXT PRIMARY KEY, etag TEXT NOT NULL) WITHOUT ROWID";

/// The ETag of a row of `images`.
pub(crate) const ETAG: &str = "(SELECT etag FROM etags WHERE etags.file_path = images.file_path)";

impl Index {
    /// Writes down the ETags of objects by their paths, over older ones.
    pub(crate) fn put_etags(&self, etags: &[(String, String)]) -> Result<(), Error> {
        if etags.is_empty() {
            return Ok(());
        }
        self.write(|transaction| {
            transaction.execute_batch(CREATE)?;
            let mut insert = transaction.prepare("INSERT OR REPLACE INTO etags VALUES(?1, ?2)")?;
            etags.iter().try_for_each(|(path, etag)| insert.execute(params![path, etag]).map(drop))
        })
    }
}

impl Reader {
    /// Whether the index knows ETags.
    pub(crate) fn has_etags(&self) -> Result<bool, Error> {
        let select = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'etags'";
        self.ask(|connection| connection.prepare(select)?.exists([]))
    }
}
