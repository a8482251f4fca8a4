//! [`Groups`]: what an index holds, by series and spec.

use std::{collections::BTreeSet, sync::Arc};

use candles::text::shown;
use market::{Filter, Listed, Market};
use render_core::{Spec, SpecOptions, Style};
use rusqlite::{Connection, OptionalExtension, ffi, types::ValueRef};

use super::Reader;
use crate::{Error, Group, SpecFilter, Today};

/// The rows of one group in one spec.
#[derive(Debug)]
pub(crate) struct Rows {
    pub group: Arc<Group>,
    /// The hash that the rows name; none if another tool wrote them.
    pub spec_hash: Option<String>,
    /// The spec of that hash, or the reason why it is not known.
    pub spec: Result<Arc<Spec>, Today>,
    pub counts: RowCounts,
}

/// What rows say together.
#[derive(Debug, Default)]
pub struct RowCounts {
    /// All rows.
    pub all: u64,
    /// Rows with the status `ok`.
    pub ok: u64,
    /// Rows with the status `corrupt`.
    pub corrupt: u64,
    /// Rows with the status `stale`.
    pub stale: u64,
    /// Rows with the status `missing`.
    pub missing: u64,
    /// The missing ones without a candle at their end.
    pub at_gaps: u64,
    /// The bytes of all `ok` pictures.
    pub bytes: u64,
    /// The first end, in ms since the Unix epoch.
    pub first_end: Option<i64>,
    /// The last end.
    pub last_end: Option<i64>,
    /// When a run last wrote one of the rows.
    pub last_run: Option<String>,
}

/// All groups that are asked for, sorted by symbol and interval.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    pub rows: Vec<Rows>,
    /// How many rows name no picture, because their values have the wrong types.
    pub strange: u64,
}

const LIST: &str = "SELECT symbol, interval, width_px, height_px, window_len, spec_tag, spec_hash, count(*),
        sum(typeof(end_open_time_ms) <> 'integer'), sum(status = 'ok'), sum(status = 'corrupt'),
        sum(status = 'stale'), sum(status = 'missing'), sum(status = 'missing' AND substr(reason, 1, 4) = 'gap:'),
        total(CASE WHEN status = 'ok' AND size_bytes > 0 THEN size_bytes END), min(end_open_time_ms),
        max(end_open_time_ms), max(created_utc)
    FROM images
    WHERE typeof(end_open_time_ms) <> 'integer' OR (end_open_time_ms >= ?1 AND end_open_time_ms < ?2)
    GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7";

impl Reader {
    /// The groups that both filters let through. Refuses a filter of specs that lets none of the index's pictures through.
    pub(crate) fn groups(&self, filter: &Filter, specs: &SpecFilter) -> Result<Groups, Error> {
        let mut groups = self.ask(|connection| read(connection, filter))?;
        let labels: BTreeSet<String> = groups.rows.iter().map(|rows| rows.group.label()).collect();
        groups.rows.retain(|Rows { group, spec, .. }| {
            let asked = spec.as_ref().map_or(specs.is_open(), |spec| specs.admits(spec));
            asked && filter.admits(&group.symbol, &group.interval)
        });
        if specs.is_open() || !groups.rows.is_empty() || labels.is_empty() {
            return Ok(groups);
        }
        let known = labels.iter().take(20).map(|label| shown(label)).collect();
        Err(Error::NoSuchSpec(self.file.clone(), known))
    }

    /// As [`groups`](Self::groups), with the series that a market has. Refuses a filter with names that neither of the
    /// two has; `place` is what they are called together.
    pub(crate) fn groups_and_series(
        &self,
        market: Option<&Market>,
        filter: &Filter,
        specs: &SpecFilter,
        place: &str,
    ) -> Result<(Groups, Vec<Listed>), Error> {
        let groups = self.groups(filter, specs)?;
        let listed = market.map(Market::all).transpose()?.unwrap_or_default();
        let sql = "SELECT DISTINCT symbol, interval FROM images
            WHERE typeof(symbol) = 'text' AND typeof(interval) = 'text'";
        let name = |row: &rusqlite::Row<'_>| Ok((lossy(row, 0)?, lossy(row, 1)?));
        let mut names: Vec<(String, String)> =
            self.ask(|connection| connection.prepare(sql)?.query_map([], name)?.collect())?;
        names.extend(listed.iter().map(|listed| (listed.symbol.clone(), listed.interval.clone())));
        filter.check(place, names.iter().map(|(symbol, interval)| (symbol.as_str(), interval.as_str())))?;
        Ok((groups, listed))
    }

    /// All groups of which the index has a row.
    pub(crate) fn all_groups(&self) -> Result<BTreeSet<Group>, Error> {
        let groups = self.ask(|connection| read(connection, &Filter::default()))?;
        Ok(groups.rows.into_iter().map(|rows| (*rows.group).clone()).collect())
    }

    /// Fails if the database is damaged.
    pub(crate) fn check_integrity(&self) -> Result<(), Error> {
        self.ask(|connection| {
            let said = connection.query_row("PRAGMA integrity_check(1)", [], |row| lossy(row, 0))?;
            let corrupt = ffi::Error::new(ffi::SQLITE_CORRUPT);
            if said == "ok" { Ok(()) } else { Err(rusqlite::Error::SqliteFailure(corrupt, None)) }
        })
    }
}

fn read(connection: &Connection, filter: &Filter) -> rusqlite::Result<Groups> {
    let mut select = connection.prepare(LIST)?;
    let (mut rows, mut groups) = (select.query([filter.start, filter.end])?, Groups::default());
    while let Some(row) = rows.next()? {
        let text = |column: usize| Some(row.get_ref(column).ok()?.as_str().ok()?.to_owned());
        let number = |column: usize| row.get::<_, u32>(column).ok();
        let count = |column: usize| -> rusqlite::Result<u64> {
            Ok(row.get::<_, Option<i64>>(column)?.unwrap_or(0).unsigned_abs())
        };
        let counts = RowCounts {
            all: count(7)?,
            ok: count(9)?,
            corrupt: count(10)?,
            stale: count(11)?,
            missing: count(12)?,
            at_gaps: count(13)?,
            bytes: row.get::<_, f64>(14)? as u64,
            first_end: row.get(15).ok(),
            last_end: row.get(16).ok(),
            last_run: text(17),
        };
        let spec_hash = text(6);
        let is_odd = spec_hash.is_none() && row.get_ref(6)? != ValueRef::Null;
        let group = || {
            let (symbol, interval, tag) = (text(0)?, text(1)?, text(5)?);
            Some(Group { symbol, interval, width: number(2)?, height: number(3)?, window: number(4)?, tag })
        };
        let Some(group) = group().filter(|_| !is_odd) else {
            groups.strange += counts.all;
            continue;
        };
        groups.strange += count(8)?;
        let spec = match &spec_hash {
            Some(hash) => spec(connection, hash, &group)?,
            None => Err(Today::Unknown("its spec is not known".to_owned())),
        };
        // Another tool's rows name no spec. The default one is also what a lost spec without a tag was.
        let spec = spec.or_else(|why| group.spec(SpecOptions::default()).ok_or(why)).map(Arc::new);
        groups.rows.push(Rows { group: Arc::new(group), spec_hash, spec, counts });
    }
    Ok(groups)
}

/// The spec that the index has under a hash, if it is one of this group.
fn spec(connection: &Connection, hash: &str, group: &Group) -> rusqlite::Result<Result<Spec, Today>> {
    let json = connection
        .prepare("SELECT spec_json FROM specs WHERE spec_hash = ?1")?
        .query_row([hash], |row| Ok(row.get_ref(0)?.as_str().ok().map(str::to_owned)))
        .optional()?;
    let is_of_group = |spec: &Spec| Group::new(&group.symbol, &group.interval, spec) == *group;
    let why = match json.flatten().map(|json| Spec::from_json(&json)) {
        None => "its spec is not in the index".to_owned(),
        Some(Err(error)) => format!("its spec cannot be read: {error}"),
        // Its hash may be one that another version gave it: then its pictures are stale, and can be made again.
        Some(Ok(spec)) if is_of_group(&spec) => return Ok(Ok(spec)),
        // So may the colours of its style, if that is a built-in one.
        Some(Ok(spec)) => match with_style_of_today(&spec).filter(is_of_group) {
            Some(spec) => return Ok(Ok(spec)),
            None => {
                "its spec is one of another size or window, or has another name today; `render` makes it anew"
                    .to_owned()
            }
        },
    };
    Ok(Err(Today::Unknown(why)))
}

/// The spec with the built-in style of its style's name, as that is today.
fn with_style_of_today(spec: &Spec) -> Option<Spec> {
    let style = Style::named(&spec.options().style.name).ok()?;
    Spec::new(SpecOptions { style, ..spec.options().clone() }).ok()
}

fn lossy(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(String::from_utf8_lossy(row.get_ref(column)?.as_bytes()?).into_owned())
}
