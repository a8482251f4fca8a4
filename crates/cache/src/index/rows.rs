//! Rows of the index. They are looked up ([`Known`]) before a picture is judged, and written (`Row`) after it is
//! safely in place.

use std::sync::Arc;

use candles::format_utc;
use render_core::{Digest, STYLE_VERSION, Spec};
use rusqlite::{ToSql, params};

use super::{Index, Reader, etags::ETAG};
use crate::{Error, Finding, Group, Reason};

/// What a row says about its picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Status {
    /// The file's bytes are what this version renders from these candles.
    Ok,
    /// The source cannot make this picture.
    Missing,
    /// The file is absent, or its bytes are not the recorded ones.
    Corrupt,
    /// The file is intact, but its candles, spec or style version have changed since.
    #[default]
    Stale,
}

impl Status {
    /// The status as the index has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Missing => "missing",
            Self::Corrupt => "corrupt",
            Self::Stale => "stale",
        }
    }
}

/// What the index says about one end, as far as a decision needs it.
#[derive(Debug, Default)]
pub struct Known {
    /// The window's end, in ms since the Unix epoch.
    pub end: i64,
    /// The row's status.
    pub status: Status,
    /// The digest of the input that the picture was rendered from.
    pub input: Option<Digest>,
    /// The length of the picture's file in bytes.
    pub size: Option<u64>,
    /// Why the picture is missing, corrupt or stale.
    pub reason: Option<String>,
    /// Whether another tool has written the row.
    pub is_foreign: bool,
    /// The picture's path, relative to the root.
    pub path: Option<String>,
    /// The SHA-256 of the picture's file.
    pub sha256: Option<Digest>,
    /// Whether the row names another spec than that of its group.
    pub other_spec: bool,
    /// The ETag that the server gave to the picture when it was put there.
    pub etag: Option<String>,
}

/// A row to write.
#[derive(Debug)]
pub(crate) struct Row {
    pub mark: Mark,
    /// The number of the series in this run.
    pub number: usize,
    pub spec: Arc<Spec>,
    pub path: String,
    /// The picture, unless it is missing or nobody knows whether it is what today's candles make.
    pub picture: Option<Picture>,
    /// What was wrong before, if `repair` mends it with this row.
    pub found: Option<Finding>,
}

/// What a row records of its picture.
#[derive(Debug)]
pub(crate) struct Picture {
    pub sha256: Digest,
    pub input: Digest,
    pub size: u64,
}

/// A status to write into a row.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    pub group: Arc<Group>,
    pub end: i64,
    pub status: Status,
    pub reason: Option<Reason>,
}

/// That a row is of a [`Group`].
pub(crate) const KEY: &str =
    "symbol = ?1 AND interval = ?2 AND width_px = ?3 AND height_px = ?4 AND window_len = ?5
    AND spec_tag = ?6";
/// That it is of this end, too.
pub(crate) const IS_KEY: &str =
    "symbol = ?1 AND interval = ?2 AND width_px = ?3 AND height_px = ?4 AND window_len = ?5
    AND spec_tag = ?6 AND end_open_time_ms = ?7";

/// The values of [`KEY`], and those of the parameters after it.
pub(crate) fn key<'a>(group: &'a Group, more: &[&'a dyn ToSql]) -> Vec<&'a dyn ToSql> {
    let Group { symbol, interval, width, height, window, tag } = group;
    let key: [&dyn ToSql; 6] = [symbol, interval, width, height, window, tag];
    [&key, more].concat()
}

const UPSERT: &str = "
    INSERT INTO images (symbol, interval, width_px, img_size_px, height_px, window_len, spec_tag, end_open_time_ms,
        style_version, file_path, sha256, created_utc, status, spec_hash, input_sha256, size_bytes, reason)
    VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
    ON CONFLICT (symbol, interval, width_px, height_px, window_len, spec_tag, end_open_time_ms) DO UPDATE SET
        img_size_px = excluded.img_size_px, style_version = excluded.style_version,
        file_path = excluded.file_path, sha256 = excluded.sha256, created_utc = excluded.created_utc,
        status = excluded.status, spec_hash = excluded.spec_hash, input_sha256 = excluded.input_sha256,
        size_bytes = excluded.size_bytes, pixel_sha256 = NULL, reason = excluded.reason";

impl Reader {
    /// The rows of one group whose ends lie in `first..=last`: the first `most` of them, sorted by end. Rows of any spec,
    /// or only those that name this hash or, if that is none, no spec at all.
    ///
    /// # Errors
    /// [`Error::Index`] if the index cannot be read.
    pub fn entries(
        &self,
        group: &Group,
        spec_hash: Option<Option<&str>>,
        (first, last): (i64, i64),
        most: u32,
    ) -> Result<Vec<Known>, Error> {
        let which = if spec_hash.is_some() { "spec_hash IS ?10" } else { "?10 IS NULL" };
        let etag = if self.has_etags()? { ETAG } else { "NULL" };
        let sql = format!(
            "SELECT end_open_time_ms, status, input_sha256, size_bytes, reason, spec_hash IS NULL, file_path, sha256,
                {etag}
             FROM images WHERE {KEY} AND end_open_time_ms BETWEEN ?7 AND ?8
             AND typeof(end_open_time_ms) = 'integer' AND {which} ORDER BY end_open_time_ms LIMIT ?9"
        );
        let statuses = [Status::Ok, Status::Missing, Status::Corrupt];
        let known = |row: &rusqlite::Row<'_>| {
            // A value of the wrong type counts as none, so that the picture is not believed.
            let text = |column: usize| row.get_ref(column).ok()?.as_str().ok();
            Ok(Known {
                end: row.get(0)?,
                status: statuses.into_iter().find(|it| text(1) == Some(it.as_str())).unwrap_or_default(),
                input: text(2).and_then(|text| text.parse().ok()),
                size: row.get(3).ok().and_then(|size: i64| u64::try_from(size).ok()),
                reason: text(4).map(str::to_owned),
                is_foreign: row.get(5)?,
                path: text(6).map(str::to_owned),
                sha256: text(7).and_then(|text| text.parse().ok()),
                other_spec: false,
                etag: text(8).map(str::to_owned),
            })
        };
        self.ask(|connection| {
            let hash = spec_hash.flatten();
            let key = key(group, &[&first, &last, &most, &hash]);
            connection.prepare(&sql)?.query_map(&*key, known)?.collect()
        })
    }
}

impl Reader {
    /// The ends in `first..=last` of which a group has a `missing` row of ours: the first `most` of them, sorted.
    pub(crate) fn missing(
        &self,
        group: &Group,
        (first, last): (i64, i64),
        most: u32,
    ) -> Result<Vec<i64>, Error> {
        let sql = format!(
            "SELECT end_open_time_ms FROM images WHERE {KEY} AND end_open_time_ms BETWEEN ?7 AND ?8
             AND typeof(end_open_time_ms) = 'integer' AND status = 'missing' AND spec_hash IS NOT NULL
             ORDER BY end_open_time_ms LIMIT ?9"
        );
        self.ask(|connection| {
            let key = key(group, &[&first, &last, &most]);
            connection.prepare(&sql)?.query_map(&*key, |row| row.get(0))?.collect()
        })
    }
}

impl Index {
    /// Deletes the rows of these ends that say `missing`. Returns how many there were.
    pub(crate) fn forget(&self, group: &Group, ends: &[i64]) -> Result<u64, Error> {
        let sql =
            format!("DELETE FROM images WHERE {IS_KEY} AND status = 'missing' AND spec_hash IS NOT NULL");
        self.write(|transaction| {
            let (mut delete, mut count) = (transaction.prepare(&sql)?, 0);
            for end in ends {
                count += delete.execute(&*key(group, &[end]))? as u64;
            }
            Ok(count)
        })
    }

    /// Writes rows whose pictures are safely in place, or that have none.
    pub(crate) fn put(&self, rows: &[Row]) -> Result<(), Error> {
        if rows.is_empty() {
            return Ok(());
        }
        let created = format_utc(self.clock.seconds());
        self.write(|transaction| {
            let mut insert_spec = transaction.prepare("INSERT OR IGNORE INTO specs VALUES(?1, ?2)")?;
            let mut upsert = transaction.prepare(UPSERT)?;
            // A row that was salvaged from a damaged index says more about a doubtful file than a new one would.
            let mut is_known = transaction.prepare(&format!("SELECT 1 FROM images WHERE {IS_KEY}"))?;
            let mut last = None;
            for Row { mark: Mark { group, end, status, reason }, spec, path, picture, .. } in rows {
                if *status == Status::Corrupt && is_known.exists(&*key(group, &[end]))? {
                    continue;
                }
                let hash = spec.hash().to_string();
                if last.as_ref() != Some(&hash) {
                    insert_spec.execute(params![hash, spec.to_json()])?;
                    last = Some(hash.clone());
                }
                let sha256 = picture.as_ref().map(|picture| picture.sha256.to_string());
                let input = picture.as_ref().map(|picture| picture.input.to_string());
                let size = picture.as_ref().and_then(|picture| i64::try_from(picture.size).ok());
                let file: [&dyn ToSql; 5] = [end, &STYLE_VERSION, path, &sha256, &created];
                let state: [&dyn ToSql; 5] = [&status.as_str(), &hash, &input, &size, reason];
                upsert.execute(&*key(group, &[file, state].concat()))?;
            }
            Ok(())
        })
    }

    /// Takes `ok` back, durably. Must be called before anything changes the files of these rows.
    pub(crate) fn demote(&self, demotions: &[Mark]) -> Result<(), Error> {
        if demotions.is_empty() {
            return Ok(());
        }
        self.synchronous("FULL")?;
        self.update(demotions, "AND status = 'ok'")?;
        self.synchronous(self.usual_sync)
    }

    /// Writes what was found.
    pub(crate) fn mark(&self, marks: &[Mark]) -> Result<(), Error> {
        if marks.is_empty() { Ok(()) } else { self.update(marks, "") }
    }

    fn update(&self, marks: &[Mark], which: &str) -> Result<(), Error> {
        self.write(|transaction| {
            let sql = format!("UPDATE images SET status = ?8, reason = ?9 WHERE {IS_KEY} {which}");
            let mut update = transaction.prepare(&sql)?;
            for Mark { group, end, status, reason } in marks {
                update.execute(&*key(group, &[end, &status.as_str(), reason]))?;
            }
            Ok(())
        })
    }

    fn synchronous(&self, how: &str) -> Result<(), Error> {
        self.ask(|connection| connection.pragma_update(None, "synchronous", how))
    }
}
