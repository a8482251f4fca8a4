//! What an index says of shards: which one it is, or which were merged into it, and of which plan.

use std::{
    fs,
    path::{Path, PathBuf},
};

use candles::text::shown;
use rusqlite::Connection;
use store::{Root, Store};

use crate::{
    config,
    error::Error,
    index::{self, Index, Reader},
    plan::{Selection, short},
    schema,
    shard::{Shard, Shards},
    sharded,
};

/// Says that an index holds some shards; while it is there no orphan is deleted.
pub const SHARD: &str = "shard";
/// The hash of the plan.
pub const PLAN: &str = "plan";
/// What the plan's hash is over, in words.
pub const SELECTION: &str = "selection";
/// How many rows a finished shard has.
pub const FINISHED: &str = "finished";
/// Says that shards were merged into the index, and how many there are of them.
pub const MERGED: &str = "merged";
/// Where a shard's or the merged pictures are, relative to the index's folder where they are below it.
pub const ROOT: &str = "root";

/// The values of an index as a whole that shards are known by.
#[derive(Debug, Default)]
pub struct Standing {
    pub shard: Option<String>,
    pub plan: Option<String>,
    pub selection: Option<Selection>,
    pub finished: Option<u64>,
    pub merged: Option<String>,
    pub root: Option<PathBuf>,
}

/// A shard that is to be made, or is.
#[derive(Debug)]
pub struct Claim<'a> {
    pub shard: Shard,
    pub plan: String,
    pub selection: &'a Selection,
}

impl Standing {
    pub fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let get = |key| schema::get(connection, key);
        Ok(Self {
            shard: get(SHARD)?,
            plan: get(PLAN)?,
            selection: get(SELECTION)?.and_then(|json| serde_json::from_str(&json).ok()),
            finished: get(FINISHED)?.and_then(|rows| rows.parse().ok()),
            merged: get(MERGED)?,
            root: get(ROOT)?.map(PathBuf::from),
        })
    }

    /// Whether shards were merged into it, all or some.
    pub fn is_merged(&self) -> bool {
        self.merged.is_some()
    }

    /// The shard that this is an index of.
    pub fn own_shard(&self) -> Option<Shard> {
        let shards: Shards = self.shard.as_ref().filter(|_| !self.is_merged())?.parse().ok()?;
        let mut indexes = shards.indexes.iter();
        let index = *indexes.next().filter(|_| shards.indexes.len() == 1)?;
        Some(Shard { index, of: shards.of })
    }

    /// Where the pictures are, if the index at `file` says so.
    pub fn root_at(&self, file: &Path) -> Result<Option<Root>, Error> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let root = self.root.clone().map(config::parse_root).transpose()?;
        Ok(root.map(|root| match root.folder() {
            Some(root) => Root::Folder(folder.join(root)),
            None => root,
        }))
    }

    /// The shards that an index holds which some were merged into.
    pub fn merged_shards(&self) -> Option<Shards> {
        let none: Shards = format!("/{}", self.merged.as_ref()?).parse().ok()?;
        match &self.shard {
            Some(text) => text.parse().ok(),
            None => Some(none.missing()),
        }
    }

    /// What it is, for a message.
    pub fn name(&self) -> String {
        let plan = shown(&short(self.plan.as_deref().unwrap_or("unknown")));
        let shard = shown(self.shard.as_deref().unwrap_or_default());
        match self.is_merged() {
            true if self.shard.is_none() => format!("all shards of plan {plan}, merged"),
            true => format!("some shards of plan {plan}, merged: {shard}"),
            false => format!("shard {shard} of plan {plan}"),
        }
    }

    /// Why this is of another plan than one with these.
    pub fn differences(&self, plan: &str, selection: &Selection) -> Option<String> {
        if self.plan.as_deref() == Some(plan) {
            return None;
        }
        let theirs = short(self.plan.as_deref().unwrap_or("unknown"));
        let how = match &self.selection {
            Some(own) => own.differences(selection).join("; "),
            None => "it does not say how they differ".to_owned(),
        };
        Some(format!("plan {}, not {}: {how}", shown(&theirs), short(plan)))
    }
}

/// Where the pictures of the index at `file` are, if it is there and says so.
pub fn root_of(file: &Path) -> Result<Option<Root>, Error> {
    // Whatever is wrong with the index is told by who opens it next.
    let reader = || Reader::existing(&index::follow(file).ok()?).ok()?;
    let standing = reader().and_then(|reader| Standing::read(&reader.connection).ok()).unwrap_or_default();
    standing.root_at(file)
}

/// The same, or `usual` where it does not say so. Where its root is gone and the usual one is
/// there, who made the one may mean the other, and nobody knows which.
pub fn root_or(file: &Path, usual: PathBuf) -> Result<Root, Error> {
    let usual = Root::Folder(usual);
    let Some(known) = root_of(file)? else {
        return Ok(usual);
    };
    let is_usual_there = usual.folder().is_some_and(Path::is_dir);
    if is_usual_there && !known.is_same_as(&usual) { check_root(file).map(|()| known) } else { Ok(known) }
}

/// Refuses an index whose pictures are in a folder that is not there: more likely than that all
/// are gone is that the index was moved without them.
pub fn check_root(file: &Path) -> Result<(), Error> {
    match root_of(file)? {
        Some(Root::Folder(root)) if !root.is_dir() => {
            let why = format!(
                "says that its pictures are in {}, which is not there; say where they are, or were, by --root",
                root.display()
            );
            Err(Error::Index { file: file.to_owned(), why })
        }
        _ => Ok(()),
    }
}

/// What there is to say where pictures are looked for in another root than an index says.
pub fn other_root(file: &Path, root: &Root) -> Option<String> {
    let known = root_of(file).ok()??;
    (!known.is_same_as(root)).then(|| {
        format!("{} says that its pictures are in {known}; they are looked for in {root}", file.display())
    })
}

/// Whether an index has a row.
pub fn has_rows(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT EXISTS(SELECT 1 FROM images)", [], |row| row.get(0))
}

/// Refuses an index that holds only some shards where the whole is to be rendered.
pub fn check_whole(file: &Path) -> Result<(), Error> {
    let file = index::follow(file)?;
    let Some(reader) = Reader::existing(&file)? else {
        return Ok(());
    };
    let standing = Standing::read(&reader.connection).map_err(|error| reader.refuse(&error))?;
    let why = match (&standing.shard, standing.own_shard()) {
        (None, _) => return Ok(()),
        (_, Some(shard)) => {
            format!("is {}; go on with --shard {shard}, or choose another --index", standing.name())
        }
        (_, None) => {
            format!("holds {}; merge the others into it, or choose another --index", standing.name())
        }
    };
    Err(Error::Index { file, why })
}

/// Refuses to make the index of a shard again from the pictures: those of other shards may lie among them.
pub fn check_rebuild(file: &Path, store: &dyn Store) -> Result<(), Error> {
    let refuse = |why: String| Err(Error::Index { file: file.to_owned(), why });
    if file.is_dir() {
        return Ok(());
    }
    // What cannot be read any more may have said that it was a shard's.
    let standing = Reader::existing(file).ok().flatten().and_then(|it| Standing::read(&it.connection).ok());
    match standing {
        Some(standing) if standing.shard.is_some() => refuse(format!(
            "holds {}, whose pictures cannot be told from those of other shards; move it away, and render or merge it again",
            standing.name()
        )),
        Some(_) => Ok(()),
        None => {
            if let Some(shard) = Shard::named_by(file) {
                return refuse(format!(
                    "is named as that of shard {shard}, whose pictures cannot be told from those of other shards; \
                     move it away, and run `render --shard {shard}` again"
                ));
            }
            match sharded::plans(store) {
                Ok(plans) if plans.is_empty() => Ok(()),
                Ok(plans) => refuse(format!(
                    "may be that of a shard: shards of plan {} have pictures in {}, which cannot be told from others; \
                     move it away, and render or merge again what it was of",
                    short(&plans[0]),
                    store.folder().map_or_else(|| "its root".to_owned(), |root| root.display().to_string())
                )),
                Err(error) => refuse(format!("whether it is that of a shard cannot be told: {error}")),
            }
        }
    }
}

impl Claim<'_> {
    /// Refuses an index that is not this shard's, nor a new one.
    pub fn check(&self, file: &Path) -> Result<(), Error> {
        let file = index::follow(file)?;
        let reader = Reader::existing(&file).map_err(|error| {
            error.advising(&format!("move it away, and render shard {} again", self.shard))
        })?;
        let Some(reader) = reader else {
            return Ok(());
        };
        let look = || Ok((Standing::read(&reader.connection)?, has_rows(&reader.connection)?));
        let (standing, has_rows) = look().map_err(|error: rusqlite::Error| reader.refuse(&error))?;
        if standing.shard.is_none() {
            return match has_rows || standing.is_merged() {
                true => self.refuse(&file, "is an index of the whole"),
                false => Ok(()),
            };
        }
        if standing.own_shard() != Some(self.shard) {
            return self.refuse(&file, &format!("holds {}", standing.name()));
        }
        match standing.differences(&self.plan, self.selection) {
            None => Ok(()),
            Some(how) => self.refuse(&file, &format!("holds shard {} of {how}", self.shard)),
        }
    }

    fn refuse(&self, file: &Path, what: &str) -> Result<(), Error> {
        let why = format!(
            "{what}, and shard {} needs an index of its own; move it away, or choose another --index",
            self.shard
        );
        Err(Error::Index { file: file.to_owned(), why })
    }

    /// Writes into the index, which is empty or this shard's already, whose it is.
    pub fn stake(&self, index: &mut Index, root: &Root) -> Result<(), Error> {
        let selection = serde_json::to_string(self.selection).unwrap_or_default();
        let root = place_of(root, index.file());
        let is_elsewhere = Standing::read(&index.connection)
            .map_err(|error| index.refuse(&error))?
            .root
            .is_some_and(|known| known != Path::new(&root));
        if is_elsewhere {
            // All pictures are to come to another place.
            unfinish(index)?;
        }
        for (key, value) in
            [(SHARD, self.shard.to_string()), (PLAN, self.plan.clone()), (SELECTION, selection), (ROOT, root)]
        {
            index.note_once(key, &value)?;
        }
        Ok(())
    }
}

/// How a run that made a shard has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// It has been through all of the shard.
    Whole,
    /// It was stopped before. What was finished before it began still is, if nothing came to be wrong.
    Interrupted,
    /// From candles that are others by now.
    Changed,
}

/// Notes that a shard has all its rows, and a picture wherever there is one to make, or that it has not;
/// gives which.
pub fn settle(index: &mut Index, rows: u64, made: Made) -> Result<bool, Error> {
    let look = || -> rusqlite::Result<_> {
        let sql = "SELECT count(*), count(*) FILTER (WHERE status NOT IN ('ok', 'missing')) FROM images";
        let counts =
            index.connection.query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
        Ok((counts, Standing::read(&index.connection)?.finished.is_some()))
    };
    let ((count, wrong), was_finished) = look().map_err(|error| index.refuse(&error))?;
    let is_through = match made {
        Made::Whole => true,
        Made::Interrupted => was_finished,
        Made::Changed => false,
    };
    let finished = is_through && wrong == 0 && u64::try_from(count) == Ok(rows);
    if finished {
        index.note_once(FINISHED, &rows.to_string())?;
    } else if was_finished {
        unfinish(index)?;
    }
    Ok(finished)
}

fn unfinish(index: &mut Index) -> Result<(), Error> {
    index.write(|transaction| transaction.execute("DELETE FROM meta WHERE key = ?1", [FINISHED]).map(drop))
}

/// Lets a finished shard be finished only for as long as its rows are of the candles that it was
/// planned from: in one transaction with the first row of others it says so no longer.
pub fn watch(index: &Index) -> Result<(), Error> {
    let sql = format!(
        "CREATE TEMP TRIGGER shard_of_other_candles AFTER UPDATE ON main.images
         WHEN old.input_sha256 IS NOT new.input_sha256 OR (old.status = 'missing') <> (new.status = 'missing')
         BEGIN DELETE FROM meta WHERE key = '{FINISHED}'; END"
    );
    index.connection.execute_batch(&sql).map_err(|error| index.refuse(&error))
}

/// A root as an index keeps it: the path of a folder so that both can be moved together.
pub fn place_of(root: &Root, index: &Path) -> String {
    let Some(root) = root.folder() else {
        return root.to_string();
    };
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = index.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (root, folder) = (real(root), real(folder));
    root.strip_prefix(folder).unwrap_or(&root).to_string_lossy().into_owned()
}
