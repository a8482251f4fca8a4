//! Where the series of one's own and the marks of pictures came from: for those who wonder, since no decision hangs on it.
//!
//! They are in a table of their own, so that indexes without it stay as they are.

use std::collections::BTreeSet;

use render_core::Spec;
use rusqlite::{Connection, params, params_from_iter};

use super::{Index, Reader};
use crate::{Error, OwnPart, OwnSources};

/// `name` is that of a series, or empty for marks.
const CREATE: &str = "
    CREATE TABLE IF NOT EXISTS own_sources (spec_hash TEXT NOT NULL, name TEXT NOT NULL, source TEXT NOT NULL,
        sha256 TEXT NOT NULL, PRIMARY KEY (spec_hash, name, source)) WITHOUT ROWID";

/// A row: the hash of the spec, the name, the file and its SHA-256.
pub(crate) type OwnSourceRow = [String; 4];

impl Index {
    /// Writes down the files that a spec's pictures are made with, in place of those that it has.
    pub(crate) fn put_own(&self, spec: &Spec, own: &OwnSources) -> Result<(), Error> {
        if OwnPart::drawn(spec).next().is_none() {
            return Ok(());
        }
        let hash = spec.hash().to_string();
        self.write(|transaction| {
            transaction.execute_batch(CREATE)?;
            for part in OwnPart::drawn(spec) {
                let name = name_of(&part);
                let delete = "DELETE FROM own_sources WHERE spec_hash = ?1 AND name = ?2";
                transaction.execute(delete, [hash.as_str(), name])?;
                for file in own.files(&part) {
                    let values = params![hash, name, file.name, file.sha256.to_string()];
                    transaction
                        .execute("INSERT OR REPLACE INTO own_sources VALUES(?1, ?2, ?3, ?4)", values)?;
                }
            }
            Ok(())
        })
    }

    /// Adds what another index has of the kind.
    pub(crate) fn add_own(&self, rows: &[OwnSourceRow]) -> Result<(), Error> {
        if rows.is_empty() {
            return Ok(());
        }
        self.write(|transaction| {
            transaction.execute_batch(CREATE)?;
            let mut insert =
                transaction.prepare("INSERT OR IGNORE INTO own_sources VALUES(?1, ?2, ?3, ?4)")?;
            rows.iter().try_for_each(|row| insert.execute(params_from_iter(row)).map(drop))
        })
    }
}

impl Reader {
    /// What a spec draws whose files are other ones than those that the index has of it.
    pub(crate) fn own_changed(&self, spec: &Spec, own: &OwnSources) -> Result<Vec<OwnPart>, Error> {
        let hash = spec.hash().to_string();
        let rows = self.ask(own_sources)?;
        let is_other = |part: &OwnPart| {
            let rows = rows.iter().filter(|[of, name, ..]| *of == hash && name == name_of(part));
            let before: BTreeSet<&str> = rows.map(|[.., sha256]| sha256.as_str()).collect();
            let now: BTreeSet<String> = own.files(part).map(|file| file.sha256.to_string()).collect();
            !before.is_empty() && !now.iter().map(String::as_str).eq(before)
        };
        Ok(OwnPart::drawn(spec).filter(is_other).collect())
    }
}

/// How a row names something: marks have no name.
fn name_of(part: &OwnPart) -> &str {
    if let OwnPart::Series(name) = part { name } else { "" }
}

/// All rows; none where there is no such table, as in an index of before.
pub(crate) fn own_sources(connection: &Connection) -> rusqlite::Result<Vec<OwnSourceRow>> {
    let there = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'own_sources'";
    if !connection.prepare(there)?.exists([])? {
        return Ok(Vec::new());
    }
    let mut select =
        connection.prepare("SELECT spec_hash, name, source, sha256 FROM own_sources LIMIT 100000")?;
    let text = |row: &rusqlite::Row<'_>, column: usize| -> rusqlite::Result<String> {
        Ok(String::from_utf8_lossy(row.get_ref(column)?.as_bytes()?).into_owned())
    };
    let rows =
        select.query_map([], |row| Ok([text(row, 0)?, text(row, 1)?, text(row, 2)?, text(row, 3)?]))?;
    rows.collect()
}
