//! Rows of the index: looked up before rendering, written after a picture is safely in place.

use std::sync::Arc;

use render_core::{Digest, STYLE_VERSION, Spec, format_utc};
use rusqlite::{
    Params, Transaction, params, params_from_iter,
    types::{ToSqlOutput, ValueRef},
};

use crate::{
    clock,
    error::Error,
    index::{Index, Reader},
    market::Series,
    sqlite::explain,
};

/// What a row says about its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Ok,
    Missing,
    Corrupt,
    Stale,
}

impl Status {
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
    pub end: i64,
    pub status: Status,
    pub input: Option<Digest>,
    pub size: Option<u64>,
    pub reason: Option<String>,
}

/// A row to write.
#[derive(Debug)]
pub struct Row {
    pub series: Arc<Series>,
    pub end: i64,
    pub path: String,
    pub content: Content,
}

/// What is at the end of a row.
#[derive(Debug)]
pub enum Content {
    Picture { sha256: Digest, input: Digest, size: usize },
    Missing { reason: String },
}

/// An `ok` row that was found to be wrong.
#[derive(Debug)]
pub struct Demotion {
    pub series: Arc<Series>,
    pub end: i64,
    pub status: Status,
    pub reason: &'static str,
}

/// The columns that name one spec of one series; with the end they are unique.
pub const KEY: &str = "symbol = ?1 AND interval = ?2 AND width_px = ?3 AND height_px = ?4 AND window_len = ?5
    AND spec_tag = ?6";

/// The values of [`KEY`], and those of the parameters after it.
pub fn key<'a, const N: usize>(
    series: &'a Series,
    spec: &'a Spec,
    more: [ToSqlOutput<'a>; N],
) -> impl Params + use<'a, N> {
    let key: [ToSqlOutput<'a>; 6] = [
        series.symbol.as_str().into(),
        series.interval.code().into(),
        spec.width().into(),
        spec.height().into(),
        spec.window().into(),
        spec.tag().into(),
    ];
    params_from_iter(key.into_iter().chain(more))
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

impl Reader {
    /// The rows of one series and spec whose ends lie in `first..=last`, sorted by end.
    pub fn known(&self, series: &Series, spec: &Spec, first: i64, last: i64) -> Result<Vec<Known>, Error> {
        let read = || -> rusqlite::Result<Vec<Known>> {
            let sql = format!(
                "SELECT end_open_time_ms, status, input_sha256, size_bytes, reason FROM images
                 WHERE {KEY} AND end_open_time_ms BETWEEN ?7 AND ?8 ORDER BY end_open_time_ms"
            );
            let mut statement = self.connection.prepare(&sql)?;
            let mut rows = statement.query(key(series, spec, [first.into(), last.into()]))?;
            let mut known = Vec::new();
            while let Some(row) = rows.next()? {
                // A value of the wrong type counts as none: then the picture is rendered again.
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
                });
            }
            Ok(known)
        };
        read().map_err(|error| Error::Index { file: self.file.clone(), why: explain(&error) })
    }
}

impl Index {
    /// Writes rows whose pictures are safely in place, or that have none.
    pub fn put<'a>(&mut self, spec: &Spec, rows: impl Iterator<Item = &'a Row>) -> Result<(), Error> {
        self.write(|transaction| {
            let hash = spec.hash().to_string();
            transaction
                .execute("INSERT OR IGNORE INTO specs VALUES(?1, ?2)", params![hash, spec.to_json()])?;
            let created = format_utc(clock::seconds());
            let mut upsert = transaction.prepare(UPSERT)?;
            for Row { series, end, path, content } in rows {
                let (status, sha256, input, size, reason) = match content {
                    Content::Picture { sha256, input, size } => (
                        Status::Ok,
                        Some(sha256.to_string()),
                        Some(input.to_string()),
                        i64::try_from(*size).ok(),
                        None,
                    ),
                    Content::Missing { reason } => (Status::Missing, None, None, None, Some(reason)),
                };
                upsert.execute(params![
                    series.symbol,
                    series.interval.code(),
                    end,
                    spec.width(),
                    spec.window(),
                    STYLE_VERSION,
                    path,
                    sha256,
                    spec.height(),
                    created,
                    status.as_str(),
                    spec.tag(),
                    hash,
                    input,
                    size,
                    reason
                ])?;
            }
            Ok(())
        })
    }

    /// Takes `ok` back, durably, before anything touches the files of these rows.
    pub fn demote(&mut self, spec: &Spec, demotions: &[Demotion]) -> Result<(), Error> {
        if demotions.is_empty() {
            return Ok(());
        }
        let synchronous = |index: &Self, how| {
            index.connection.pragma_update(None, "synchronous", how).map_err(|error| index.refuse(&error))
        };
        synchronous(self, "FULL")?;
        self.write(|transaction| {
            let sql = format!(
                "UPDATE images SET status = ?8, reason = ?9 WHERE {KEY} AND end_open_time_ms = ?7 AND status = 'ok'"
            );
            let mut update = transaction.prepare(&sql)?;
            for Demotion { series, end, status, reason } in demotions {
                let more = [(*end).into(), status.as_str().into(), (*reason).into()];
                update.execute(key(series, spec, more))?;
            }
            Ok(())
        })?;
        synchronous(self, self.usual_sync)
    }

    fn write(&mut self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>) -> Result<(), Error> {
        let result = self.connection.transaction().and_then(|transaction| {
            work(&transaction)?;
            transaction.commit()
        });
        result.map_err(|error| self.refuse(&error))
    }
}
