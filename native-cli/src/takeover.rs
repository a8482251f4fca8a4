//! Rows that another tool wrote into an index of the same form.
//!
//! Their table is kept under another name, so nothing is lost; its rows are
//! copied and count as stale until pictures of ours take their place.

use std::path::{Component, Path, PathBuf};

use rusqlite::{Transaction, params};

use crate::{
    error::Error,
    index::Index,
    schema::{CREATE_IMAGES, CREATE_KEY, Unfit},
};

/// Finds a file's row without reading all of them; only rows of other tools have no spec.
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

/// The ways in which another tool's row may write the path of one file.
#[derive(Debug)]
pub struct Spellings {
    root: PathBuf,
    root_as_given: PathBuf,
    folder: PathBuf,
}

impl Spellings {
    /// Paths are relative to the index's folder or to the root, or absolute.
    pub fn new(root: &Path, index: &Path) -> Result<Self, Error> {
        let absolute = |path: &Path| {
            std::path::absolute(path).map_err(|error| Error::System {
                what: "the current folder is unknown",
                why: error.to_string(),
            })
        };
        let mut folder = absolute(index)?;
        folder.pop();
        Ok(Self { root: absolute(root)?, root_as_given: root.to_owned(), folder })
    }

    fn of(&self, path: &str) -> [String; 5] {
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let target = self.root.join(path);
        let from_folder = text(relative(&self.folder, &target));
        [
            path.to_owned(),
            format!("./{from_folder}"),
            from_folder,
            text(self.root_as_given.join(path)),
            text(target),
        ]
    }
}

impl Index {
    /// Whether another tool's row names the file that is about to get the name `path`.
    pub fn is_anothers(&self, spellings: &Spellings, path: &str) -> Result<bool, Error> {
        self.connection
            .prepare("SELECT 1 FROM images WHERE spec_hash IS NULL AND file_path IN (?1, ?2, ?3, ?4, ?5)")
            .and_then(|mut select| select.exists(spellings.of(path)))
            .map_err(|error| self.refuse(&error))
    }

    /// Notes that the file at `path` was moved to `moved`.
    pub fn note_move(&mut self, spellings: &Spellings, path: &str, moved: &str) -> Result<(), Error> {
        let [a, b, c, d, e] = spellings.of(path);
        let sql =
            "UPDATE images SET file_path = ?6 WHERE spec_hash IS NULL AND file_path IN (?1, ?2, ?3, ?4, ?5)";
        self.connection
            .execute(sql, params![a, b, c, d, e, moved])
            .map(|_| ())
            .map_err(|error| self.refuse(&error))
    }
}

/// The path from `folder` to `file`; both are absolute.
fn relative(folder: &Path, file: &Path) -> PathBuf {
    let common = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    up.chain(file.components().skip(common)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_path_climbs_where_it_must() {
        let from = |folder, file| relative(Path::new(folder), Path::new(file));
        assert_eq!(from("/a/b", "/a/b/c/d"), Path::new("c/d"));
        assert_eq!(from("/a/b", "/a/c/d"), Path::new("../c/d"));
    }
}
