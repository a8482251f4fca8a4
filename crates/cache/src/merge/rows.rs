//! Copies the rows of a shard into the merged index, batch by batch.

use std::collections::BTreeMap;

use candles::text::shown;
use render_core::{PicturePath, STYLE_VERSION, Spec};
use rusqlite::{Connection, params, params_from_iter, types::Value};
use store::{Root, Store};

use super::{
    MergeCounts,
    pictures::{CREATED, KEY, MergedRow, PATH, REASON, SPEC, VERSION, look, text},
    shards::{MergedPlan, ShardIndex},
};
use crate::{
    Error, Index, IndexFault, Stop,
    index::{
        own_sources,
        rows::IS_KEY,
        schema::{COLUMN_COUNT, COLUMNS, KEY_COLUMNS, places},
    },
};

/// Rows in a batch: enough to make the cost of a sync vanish.
const ROWS: usize = 2048;

/// That a row says that its picture is not what it should be.
const DOUBTS: &str = "status IN ('corrupt', 'stale')";

/// That the earlier row of a key is of the same picture as the values of a later one, in the order of [`COLUMNS`].
const IS_SAME: &str = "(img_size_px, style_version, file_path, sha256, spec_hash, input_sha256, size_bytes,
    pixel_sha256) IS (?8, ?9, ?10, ?11, ?13, ?14, ?15, ?16) AND (status = 'missing') = (?12 = 'missing')";
/// That the later one of the two stands. The worse one of two statuses does, unless a close look has just proven the
/// picture (`?18`). So it does not matter which of the two came first.
const STANDS: &str = "((?18 AND status NOT IN ('ok', 'stale'))
    OR (CASE ?12 WHEN 'ok' THEN 0 WHEN 'stale' THEN 1 ELSE 2 END, ifnull(?17, ''))
    > (CASE status WHEN 'ok' THEN 0 WHEN 'stale' THEN 1 ELSE 2 END, ifnull(reason, '')))";

/// The specs of an index, as JSON by their hashes.
type Specs = BTreeMap<String, String>;

impl ShardIndex {
    /// Merges all rows, batch by batch.
    pub fn merge(
        &self,
        index: &Index,
        store: &dyn Store,
        root: &Root,
        plan: &MergedPlan,
        stop: &Stop<'_>,
    ) -> Result<MergeCounts, Error> {
        let failed = |error: rusqlite::Error| Error::index(&self.file, error);
        let sql = format!("SELECT {COLUMNS} FROM images ORDER BY {KEY_COLUMNS}");
        // In one transaction, all rows are those of one moment.
        let snapshot = self.reader.connection.unchecked_transaction().map_err(failed)?;
        let specs = specs(&snapshot).map_err(failed)?;
        let mut select = snapshot.prepare(&sql).map_err(failed)?;
        let mut rows = select.query_map([], all_values).map_err(failed)?;
        let has_doubts = format!("SELECT 1 FROM images WHERE {DOUBTS}");
        let has_doubts = index.ask(|connection| connection.prepare(&has_doubts)?.exists([]))?;
        index.add_own(&own_sources(&snapshot).map_err(failed)?)?;
        let mut counts = MergeCounts::default();
        loop {
            let mut batch = Vec::with_capacity(ROWS);
            for values in rows.by_ref().take(ROWS) {
                let values = values.map_err(failed)?;
                self.check(&values, plan, &specs)?;
                batch.push(MergedRow::new(values));
            }
            if stop.is_set() {
                return Ok(counts);
            }
            if batch.is_empty() {
                break;
            }
            if has_doubts {
                index.recall(&mut batch)?;
            }
            look(&mut batch, store, root, &mut counts)?;
            if let Some(path) = index.insert(&batch, &specs, &mut counts)? {
                return Err(self.refuse(IndexFault::Conflict(path)));
            }
        }
        match self.state.finished {
            Some(rows) if rows != counts.rows => Err(self.refuse(IndexFault::Changed)),
            _ => Ok(counts),
        }
    }

    /// Refuses a row that does not belong to this plan.
    fn check(&self, values: &[Value], plan: &MergedPlan, specs: &Specs) -> Result<(), Error> {
        let path = text(&values[PATH]).unwrap_or_default();
        let named = PicturePath::parse(path).filter(|named| {
            let [width, height, window] = [named.width, named.height, named.window].map(Value::from);
            let [symbol, interval, tag] =
                [named.symbol, named.interval, named.tag].map(|text| Value::from(text.to_owned()));
            values[..KEY] == [symbol, interval, width, height, window, tag, named.end.into()]
        });
        let spec = text(&values[SPEC]).unwrap_or_default();
        let why = match named {
            None => format!("a row names another picture than it is of: {}", shown(path)),
            Some(named)
                if values[VERSION] != Value::Integer(STYLE_VERSION.into())
                    || named.style_version != STYLE_VERSION =>
            {
                format!("{path} is of another style version than this program's, which is {STYLE_VERSION}")
            }
            Some(_) if spec != plan.selection.spec || !specs.contains_key(spec) => {
                format!("{path} is of another spec than its plan's")
            }
            Some(_) => return Ok(()),
        };
        Err(self.refuse(IndexFault::Row(why)))
    }

    fn refuse(&self, fault: IndexFault) -> Error {
        Error::index(&self.file, fault)
    }
}

impl Index {
    /// Writes the rows of a batch in one transaction. Returns the path of a row that contradicts an earlier one; then
    /// nothing is written.
    fn insert(
        &self,
        batch: &[MergedRow],
        specs: &Specs,
        counts: &mut MergeCounts,
    ) -> Result<Option<String>, Error> {
        let (mut conflict, mut new) = (None, 0);
        let written = self.write(|transaction| {
            for (hash, json) in specs {
                transaction.execute("INSERT OR IGNORE INTO specs VALUES(?1, ?2)", params![hash, json])?;
            }
            let insert =
                format!("INSERT INTO images ({COLUMNS}) VALUES ({}) ON CONFLICT DO NOTHING", places());
            let same = format!("SELECT 1 FROM images WHERE {IS_KEY} AND {IS_SAME}");
            let update = format!("UPDATE images SET status = ?12, reason = ?17 WHERE {IS_KEY} AND {STANDS}");
            let (mut insert, mut same, mut update) =
                (transaction.prepare(&insert)?, transaction.prepare(&same)?, transaction.prepare(&update)?);
            for row in batch {
                if insert.execute(params_from_iter(&row.values))? == 1 {
                    new += 1;
                } else if same.exists(params_from_iter(&row.values[..REASON]))? {
                    let is_proven = Value::from(row.is_proven);
                    update.execute(params_from_iter(row.values[..CREATED].iter().chain([&is_proven])))?;
                } else {
                    conflict = Some(row.path().to_owned());
                    // Any error rolls the batch back.
                    return Err(rusqlite::Error::InvalidQuery);
                }
            }
            Ok(())
        });
        if conflict.is_none() {
            written?;
            counts.rows += batch.len() as u64;
            counts.new += new;
        }
        Ok(conflict)
    }

    /// Marks the rows of a batch whose pictures an earlier row doubts.
    fn recall(&self, batch: &mut [MergedRow]) -> Result<(), Error> {
        self.ask(|connection| {
            let sql = format!("SELECT 1 FROM images WHERE {IS_KEY} AND file_path = ?8 AND {DOUBTS}");
            let mut select = connection.prepare(&sql)?;
            for row in batch {
                let values = row.values[..KEY].iter().chain([&row.values[PATH]]);
                let is_doubted = select.exists(params_from_iter(values))?;
                row.is_doubted |= is_doubted;
            }
            Ok(())
        })
    }

    /// Lets the WAL grow to some 64 MB, because emptying it waits for the disk each time.
    pub fn checkpoint_rarely(&self) -> Result<(), Error> {
        self.ask(|connection| connection.pragma_update(None, "wal_autocheckpoint", 1 << 14))
    }

    /// How many rows have which status.
    pub fn statuses(&self) -> Result<BTreeMap<String, u64>, Error> {
        self.ask(|connection| {
            connection
                .prepare("SELECT status, count(*) FROM images GROUP BY status")?
                .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?
                .collect()
        })
    }
}

/// All values of a row, in the order of its columns.
fn all_values(row: &rusqlite::Row<'_>) -> rusqlite::Result<Vec<Value>> {
    (0..COLUMN_COUNT).map(|column| row.get(column)).collect()
}

/// The specs of an index whose hashes are right.
fn specs(connection: &Connection) -> rusqlite::Result<Specs> {
    let mut select = connection.prepare("SELECT spec_hash, spec_json FROM specs LIMIT 100000")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut all: Specs = rows.collect::<rusqlite::Result<_>>()?;
    all.retain(|hash, json| Spec::from_json(json).is_ok_and(|spec| spec.hash().to_string() == *hash));
    Ok(all)
}
