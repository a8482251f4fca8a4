//! Rows of the index. They are looked up ([`Known`]) before a picture is judged, and written (`Row`) after it is
//! safely in place.

use std::sync::Arc;

use candles::format_utc;
use render_core::{Digest, STYLE_VERSION, Spec};
use rusqlite::{
    Params, Transaction, params, params_from_iter,
    types::{ToSqlOutput, Value, ValueRef},
};

use super::{Index, Reader, etags::ETAG};
use crate::{
    Error,
    finding::{Finding, Reason},
    key::{Group, Key},
};

/// What a row says about its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The file's bytes are what this version renders from these candles.
    Ok,
    /// The source cannot make this picture.
    Missing,
    /// The file is absent, or its bytes are not the recorded ones.
    Corrupt,
    /// The file is intact, but its candles, spec or style version have changed since.
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
#[derive(Debug)]
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
    /// The picture's path, relative to the root. `Reader::known` does not read this column, nor those below.
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
    pub key: Key,
    /// The number of the series in this run.
    pub number: usize,
    pub spec: Arc<Spec>,
    pub path: String,
    pub content: Content,
    /// What was wrong before, if `repair` mends it with this row.
    pub found: Option<Finding>,
}

/// What a row says of its picture.
#[derive(Debug)]
pub(crate) enum Content {
    Picture {
        sha256: Digest,
        input: Digest,
        size: usize,
    },
    Missing {
        reason: String,
    },
    /// There is a file, but nobody knows whether it is what today's candles make.
    Doubtful,
}

/// A status to write into a row whose other columns stay as they are.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    pub key: Key,
    pub status: Status,
    pub reason: Option<Reason>,
}

/// The columns of a [`Group`]; with the end they are unique.
pub(crate) const KEY: &str =
    "symbol = ?1 AND interval = ?2 AND width_px = ?3 AND height_px = ?4 AND window_len = ?5
    AND spec_tag = ?6";

/// The values of [`KEY`], and those of the parameters after it.
pub(crate) fn key<'a, const N: usize>(
    group: &'a Group,
    more: [ToSqlOutput<'a>; N],
) -> impl Params + use<'a, N> {
    let key: [ToSqlOutput<'a>; 6] = [
        group.symbol.as_str().into(),
        group.interval.as_str().into(),
        group.width.into(),
        group.height.into(),
        group.window.into(),
        group.tag.as_str().into(),
    ];
    params_from_iter(key.into_iter().chain(more))
}

/// A text, or NULL.
fn text(text: Option<&str>) -> ToSqlOutput<'_> {
    text.map_or(ToSqlOutput::Owned(Value::Null), ToSqlOutput::from)
}

const UPSERT: &str = "
    INSERT INTO images (symbol, interval, end_open_time_ms, img_size_px, window_len, style_version, file_path,
        sha256, width_px, height_px, created_utc, status, spec_tag, spec_hash, input_sha256, size_bytes, reason)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?4, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
    ON CONFLICT (symbol, interval, width_px, height_px, window_len, spec_tag, end_open_time_ms) DO UPDATE SET
        img_size_px = excluded.img_size_px, style_version = excluded.style_version,
        file_path = excluded.file_path, sha256 = excluded.sha256, created_utc = excluded.created_utc,
        status = excluded.status, spec_hash = excluded.spec_hash, input_sha256 = excluded.input_sha256,
        size_bytes = excluded.size_bytes, pixel_sha256 = NULL, reason = excluded.reason";

/// What every decision needs of a row. Rows without a spec are another tool's.
const KNOWN: &str = "end_open_time_ms, status, input_sha256, size_bytes, reason, spec_hash IS NULL";

impl Reader {
    /// The rows of one group whose ends lie in `first..=last`, sorted by end.
    pub(crate) fn known(&self, group: &Group, first: i64, last: i64) -> Result<Vec<Known>, Error> {
        let sql = format!(
            "SELECT {KNOWN} FROM images WHERE {KEY} AND end_open_time_ms BETWEEN ?7 AND ?8 AND typeof(end_open_time_ms) = 'integer' ORDER BY end_open_time_ms"
        );
        self.select(&sql, key(group, [first.into(), last.into()]))
    }

    /// The rows of one group and spec whose ends lie in `first..=last`, with all that is needed to judge them: the
    /// first `most` of them, sorted by end.
    ///
    /// # Errors
    /// [`Error::Index`] if the index cannot be read.
    pub fn entries(
        &self,
        group: &Group,
        spec_hash: Option<&str>,
        (first, last): (i64, i64),
        most: u32,
    ) -> Result<Vec<Known>, Error> {
        let sql = format!(
            "SELECT {KNOWN}, file_path, sha256, {} FROM images
             WHERE {KEY} AND spec_hash IS ?7 AND end_open_time_ms BETWEEN ?8 AND ?9
             AND typeof(end_open_time_ms) = 'integer' ORDER BY end_open_time_ms LIMIT ?10",
            if self.has_etags()? { ETAG } else { "NULL" }
        );
        self.select(&sql, key(group, [text(spec_hash), first.into(), last.into(), most.into()]))
    }

    fn select(&self, sql: &str, params: impl Params) -> Result<Vec<Known>, Error> {
        let read = || -> rusqlite::Result<Vec<Known>> {
            let mut statement = self.connection.prepare(sql)?;
            let mut rows = statement.query(params)?;
            let mut known = Vec::new();
            while let Some(row) = rows.next()? {
                // A value of the wrong type counts as none, so that the picture is not believed.
                let text = |column| match row.get_ref(column) {
                    Ok(ValueRef::Text(bytes)) => std::str::from_utf8(bytes).ok(),
                    _ => None,
                };
                known.push(Known {
                    end: row.get(0)?,
                    status: match text(1) {
                        Some("ok") => Status::Ok,
                        Some("missing") => Status::Missing,
                        Some("corrupt") => Status::Corrupt,
                        _ => Status::Stale,
                    },
                    input: text(2).and_then(|text| text.parse().ok()),
                    size: row.get(3).ok().and_then(|size: i64| u64::try_from(size).ok()),
                    reason: text(4).map(str::to_owned),
                    is_foreign: row.get(5)?,
                    path: text(6).map(str::to_owned),
                    sha256: text(7).and_then(|text| text.parse().ok()),
                    other_spec: false,
                    etag: text(8).map(str::to_owned),
                });
            }
            Ok(known)
        };
        read().map_err(|error| self.fault(error))
    }
}

impl Index {
    /// Writes rows whose pictures are safely in place, or that have none.
    pub(crate) fn put<'a>(&mut self, rows: impl Iterator<Item = &'a Row>) -> Result<(), Error> {
        let created = format_utc(self.clock.seconds());
        self.write(|transaction| {
            let mut insert_spec = transaction.prepare("INSERT OR IGNORE INTO specs VALUES(?1, ?2)")?;
            let mut upsert = transaction.prepare(UPSERT)?;
            // A row that was salvaged from a damaged index says more about a doubtful file than a new one would.
            let mut is_known = transaction
                .prepare(&format!("SELECT 1 FROM images WHERE {KEY} AND end_open_time_ms = ?7"))?;
            let mut last = None;
            for Row { key, spec, path, content, .. } in rows {
                if matches!(content, Content::Doubtful)
                    && is_known.exists(self::key(&key.group, [key.end.into()]))?
                {
                    continue;
                }
                let hash = spec.hash();
                if last != Some(hash) {
                    insert_spec.execute(params![hash.to_string(), spec.to_json()])?;
                    last = Some(hash);
                }
                let (status, sha256, input, size, reason) = match content {
                    Content::Picture { sha256, input, size } => (
                        Status::Ok,
                        Some(sha256.to_string()),
                        Some(input.to_string()),
                        i64::try_from(*size).ok(),
                        None,
                    ),
                    Content::Missing { reason } => (Status::Missing, None, None, None, Some(reason.as_str())),
                    Content::Doubtful => {
                        (Status::Corrupt, None, None, None, Some("not what today's candles make, or damaged"))
                    }
                };
                let Group { symbol, interval, width, height, window, tag } = &*key.group;
                upsert.execute(params![
                    symbol,
                    interval,
                    key.end,
                    width,
                    window,
                    STYLE_VERSION,
                    path,
                    sha256,
                    height,
                    created,
                    status.as_str(),
                    tag,
                    hash.to_string(),
                    input,
                    size,
                    reason
                ])?;
            }
            Ok(())
        })
    }

    /// Takes `ok` back, durably. Must be called before anything changes the files of these rows.
    pub(crate) fn demote(&mut self, demotions: &[Mark]) -> Result<(), Error> {
        if demotions.is_empty() {
            return Ok(());
        }
        self.synchronous("FULL")?;
        self.update(demotions, "AND status = 'ok'")?;
        self.synchronous(self.usual_sync)
    }

    /// Writes what was found.
    pub(crate) fn mark(&mut self, marks: &[Mark]) -> Result<(), Error> {
        if marks.is_empty() { Ok(()) } else { self.update(marks, "") }
    }

    fn update(&mut self, marks: &[Mark], which: &str) -> Result<(), Error> {
        self.write(|transaction| {
            let sql = format!(
                "UPDATE images SET status = ?8, reason = ?9 WHERE {KEY} AND end_open_time_ms = ?7 {which}"
            );
            let mut update = transaction.prepare(&sql)?;
            for Mark { key: Key { group, end }, status, reason } in marks {
                let more = [(*end).into(), status.as_str().into(), text(reason.as_deref())];
                update.execute(key(group, more))?;
            }
            Ok(())
        })
    }

    fn synchronous(&self, how: &str) -> Result<(), Error> {
        self.connection.pragma_update(None, "synchronous", how).map_err(|error| self.fault(error))
    }

    pub(crate) fn write(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), Error> {
        let result = self.connection.transaction().and_then(|transaction| {
            work(&transaction)?;
            transaction.commit()
        });
        result.map_err(|error| self.fault(error))
    }
}
