//! Rows of a shard on their way into the merged index.

use std::collections::BTreeMap;

use render_core::{PicturePath, STYLE_VERSION, Spec};
use rusqlite::{
    Connection, OptionalExtension, Statement, Transaction, params, params_from_iter, types::Value,
};

use super::{
    ROWS,
    coming::{
        CREATED, Coming, Counts, END, HEIGHT, INTERVAL, KEY, PATH, REASON, SPEC, STATUS, SYMBOL, TAG,
        VERSION, WIDTH, WINDOW, bring, look, text,
    },
    pictures::{Bringer, Brought, IN_THE_WAY},
    shards::{Given, Whole},
};
use crate::{
    error::Error, index::Index, interrupt::Interrupt, key::Group, schema::columns_of_images,
    store::LastFolder,
};

impl Given {
    /// Merges all rows, batch by batch.
    pub fn merge(
        &self,
        index: &mut Index,
        bringer: &Bringer<'_>,
        whole: &Whole,
        interrupt: &Interrupt,
    ) -> Result<Counts, Error> {
        let failed = |error: rusqlite::Error| self.reader.refuse(&error);
        let columns = columns_of_images();
        let order: Vec<&str> = KEY.iter().map(|&column| columns[column]).collect();
        let sql = format!("SELECT {} FROM images ORDER BY {}", columns.join(", "), order.join(", "));
        // One transaction, so that all rows are of one moment.
        let snapshot = self.reader.connection.unchecked_transaction().map_err(failed)?;
        let specs = specs(&snapshot).map_err(failed)?;
        let mut select = snapshot.prepare(&sql).map_err(failed)?;
        let mut rows = select.query([]).map_err(failed)?;
        let (mut counts, mut batch) = (Counts::default(), Vec::with_capacity(ROWS));
        let mut last = LastFolder::default();
        let has_doubts = index.has_doubts()?;
        loop {
            let row = rows.next().map_err(failed)?;
            if let Some(row) = row {
                let values: Vec<Value> = (0..columns.len())
                    .map(|column| row.get(column))
                    .collect::<Result<_, _>>()
                    .map_err(failed)?;
                self.check(&values, whole, &specs)?;
                batch.push(Coming { values, is_doubted: false, is_barred: false, brought: None });
                if batch.len() < ROWS {
                    continue;
                }
            }
            if interrupt.is_set() {
                return Ok(counts);
            }
            if batch.is_empty() {
                break;
            }
            if has_doubts {
                index.recall(&mut batch)?;
            }
            self.commit(&mut batch, index, bringer, &specs, &mut last, &mut counts)?;
        }
        match self.standing.finished {
            Some(rows) if rows != counts.rows => {
                let why = "has changed meanwhile; merge it again once nobody writes to it".to_owned();
                Err(Error::Index { file: self.file.clone(), why })
            }
            _ => Ok(counts),
        }
    }

    /// Refuses a row that is none of this plan's.
    fn check(&self, values: &[Value], whole: &Whole, specs: &BTreeMap<String, String>) -> Result<(), Error> {
        let path = text(&values[PATH]).unwrap_or_default();
        let named = PicturePath::parse(path).filter(|named| {
            let number = |column: usize, value: u32| values[column] == Value::Integer(value.into());
            let word = |column: usize, value: &str| text(&values[column]) == Some(value);
            let Group { symbol, interval, width, height, window, tag } = Group::from(named);
            word(SYMBOL, &symbol)
                && word(INTERVAL, &interval)
                && word(TAG, &tag)
                && values[END] == Value::Integer(named.end)
                && number(WIDTH, width)
                && number(HEIGHT, height)
                && number(WINDOW, window)
        });
        let spec = text(&values[SPEC]).unwrap_or_default();
        let why = match named {
            None => format!("a row names another picture than it is of: {}", crate::value::shown(path)),
            Some(named)
                if values[VERSION] != Value::Integer(STYLE_VERSION.into())
                    || named.style_version != STYLE_VERSION =>
            {
                format!("{path} is of another style version than this program's, which is {STYLE_VERSION}")
            }
            Some(_) if spec != whole.selection.spec || !specs.contains_key(spec) => {
                format!("{path} is of another spec than its plan's")
            }
            Some(_) => return Ok(()),
        };
        Err(Error::Index { file: self.file.clone(), why: format!("{why}; render the shard again") })
    }

    fn commit(
        &self,
        batch: &mut Vec<Coming>,
        index: &mut Index,
        bringer: &Bringer<'_>,
        specs: &BTreeMap<String, String>,
        last: &mut LastFolder,
        counts: &mut Counts,
    ) -> Result<(), Error> {
        if !bringer.brings() {
            look(batch, bringer, counts)?;
        } else {
            let brought = bring(batch, bringer, last, counts);
            if brought.is_err() {
                for coming in batch.drain(..) {
                    if let Some(Brought::Staged(staged)) = coming.brought {
                        bringer.discard(&staged);
                    }
                }
                return brought;
            }
        }
        let conflict = index.insert(batch, specs, counts)?;
        if let Some(path) = conflict {
            let why = format!(
                "{path} is not the picture that was merged before; one of the two is not of this plan"
            );
            return Err(Error::Index { file: self.file.clone(), why });
        }
        for coming in batch.drain(..) {
            if let (Some(Brought::There), Some((path, sha256, size))) = (&coming.brought, coming.picture()) {
                bringer.take_away(path, &sha256, size, last)?;
            }
        }
        Ok(())
    }
}

impl Index {
    /// Writes the rows of a batch in one transaction; gives the path of one that contradicts a row that is there.
    fn insert(
        &mut self,
        batch: &[Coming],
        specs: &BTreeMap<String, String>,
        counts: &mut Counts,
    ) -> Result<Option<String>, Error> {
        let mut conflict = None;
        let (mut rows, mut new) = (0, 0);
        let written = self.write(|transaction| {
            for (hash, json) in specs {
                transaction.execute("INSERT OR IGNORE INTO specs VALUES(?1, ?2)", params![hash, json])?;
            }
            let columns = columns_of_images();
            let places: Vec<String> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
            let mut insert = transaction.prepare(&format!(
                "INSERT INTO images ({}) VALUES ({}) ON CONFLICT DO NOTHING",
                columns.join(", "),
                places.join(", ")
            ))?;
            let mut joiner = Joiner::new(transaction)?;
            for coming in batch {
                let is_new = insert.execute(params_from_iter(&coming.values))? == 1;
                if !is_new && !joiner.join(coming)? {
                    conflict = Some(text(&coming.values[PATH]).unwrap_or_default().to_owned());
                    // Any error takes the batch back.
                    return Err(rusqlite::Error::InvalidQuery);
                }
                rows += 1;
                new += u64::from(is_new);
            }
            Ok(())
        });
        if conflict.is_none() {
            written?;
            counts.rows += rows;
            counts.new += new;
        }
        Ok(conflict)
    }

    /// Whether a row says of a picture that it is not what it should be.
    fn has_doubts(&self) -> Result<bool, Error> {
        let sql = "SELECT EXISTS(SELECT 1 FROM images WHERE status IN ('corrupt', 'stale'))";
        self.connection.query_row(sql, [], |row| row.get(0)).map_err(|error| self.refuse(&error))
    }

    /// Notes of each row of a batch whether one that is there doubts its picture.
    fn recall(&self, batch: &mut [Coming]) -> Result<(), Error> {
        let in_the_way = Value::Text(IN_THE_WAY.to_owned());
        let mut recall = || -> rusqlite::Result<()> {
            let mut select = self.connection.prepare(&format!(
                "SELECT reason IS ?9 FROM images WHERE {} AND file_path = ?8 AND status IN ('corrupt', 'stale')",
                is_key()
            ))?;
            for coming in batch.iter_mut() {
                let values = KEY.iter().chain([&PATH]).map(|&column| &coming.values[column]);
                let values = values.chain([&in_the_way]);
                let doubt = select.query_row(params_from_iter(values), |row| row.get(0)).optional()?;
                (coming.is_doubted, coming.is_barred) = (doubt.is_some(), doubt == Some(true));
            }
            Ok(())
        };
        recall().map_err(|error| self.refuse(&error))
    }

    /// Lets the WAL grow to some 64 MB, since each time that it is emptied the disk is waited for.
    pub fn checkpoint_rarely(&self) -> Result<(), Error> {
        self.connection
            .pragma_update(None, "wal_autocheckpoint", 1 << 14)
            .map_err(|error| self.refuse(&error))
    }

    /// How many rows have which status.
    pub fn statuses(&self) -> Result<BTreeMap<String, u64>, Error> {
        let read = || -> rusqlite::Result<BTreeMap<String, u64>> {
            let mut select =
                self.connection.prepare("SELECT status, count(*) FROM images GROUP BY status")?;
            let rows = select
                .query_map([], |row| Ok((row.get(0)?, u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0))))?;
            rows.collect()
        };
        read().map_err(|error| self.refuse(&error))
    }
}

/// Joins rows with those of their keys that are there.
struct Joiner<'a> {
    select: Statement<'a>,
    update: Statement<'a>,
    columns: usize,
}

impl<'a> Joiner<'a> {
    fn new(transaction: &'a Transaction<'_>) -> rusqlite::Result<Self> {
        let columns = columns_of_images();
        let is_key = is_key();
        let select = format!("SELECT {} FROM images WHERE {is_key}", columns.join(", "));
        let update = format!("UPDATE images SET status = ?8, reason = ?9 WHERE {is_key}");
        Ok(Self {
            select: transaction.prepare(&select)?,
            update: transaction.prepare(&update)?,
            columns: columns.len(),
        })
    }

    /// Joins a row; gives whether the one that is there is of the same picture.
    ///
    /// Of two statuses the worse one stands, unless the picture has just been looked at: so it
    /// does not matter which of the two came first.
    fn join(&mut self, coming: &Coming) -> rusqlite::Result<bool> {
        let key = || KEY.iter().map(|&column| &coming.values[column]);
        let columns = 0..self.columns;
        let there: Option<Vec<Value>> = self
            .select
            .query_row(params_from_iter(key()), |row| columns.clone().map(|column| row.get(column)).collect())
            .optional()?;
        let Some(there) = there else {
            return Ok(false);
        };
        let are_alike = columns
            .filter(|column| ![CREATED, STATUS, REASON].contains(column))
            .all(|column| there[column] == coming.values[column]);
        let is_missing = |values: &[Value]| text(&values[STATUS]) == Some("missing");
        if !are_alike || is_missing(&there) != is_missing(&coming.values) {
            return Ok(false);
        }
        let rank = |values: &[Value]| {
            let worse = match text(&values[STATUS]) {
                Some("ok") => 0,
                Some("stale") => 1,
                _ => 2,
            };
            (worse, text(&values[REASON]).unwrap_or_default().to_owned())
        };
        let is_seen = matches!(coming.brought, Some(Brought::There)) && rank(&there).0 == 2;
        if is_seen || rank(&coming.values) > rank(&there) {
            let values = key().chain([&coming.values[STATUS], &coming.values[REASON]]);
            self.update.execute(params_from_iter(values))?;
        }
        Ok(true)
    }
}

/// What a row of the same picture is known by, as a condition with seven parameters.
fn is_key() -> String {
    let columns = columns_of_images();
    let is_key: Vec<String> =
        KEY.iter().zip(1..).map(|(&column, place)| format!("{} = ?{place}", columns[column])).collect();
    is_key.join(" AND ")
}

/// The specs of an index that are what their hashes say.
fn specs(connection: &Connection) -> rusqlite::Result<BTreeMap<String, String>> {
    let mut select = connection.prepare("SELECT spec_hash, spec_json FROM specs LIMIT 100000")?;
    let rows = select.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let all: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
    let is_it = |(hash, json): &(String, String)| {
        Spec::from_json(json).is_ok_and(|spec| spec.hash().to_string() == *hash)
    };
    Ok(all.into_iter().filter(is_it).collect())
}
