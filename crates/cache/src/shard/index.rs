//! [`ShardState`]: what an index says of shards: which one it holds, or which were merged into it, and of which plan.

use std::{
    fs,
    path::{Path, PathBuf},
};

use candles::text::shown;
use store::{Environment, Root, Store};

use super::{Shard, Shards, marker};
use crate::{
    Error, Index, IndexFault, Reader, Selection,
    index::{self, schema},
    short,
};

/// The key of `meta` with the shards that an index holds. It is absent if the index holds everything.
pub(crate) const SHARD: &str = "shard";
/// The hash of the plan.
pub(crate) const PLAN: &str = "plan";
/// The plan's [`Selection`], as JSON.
pub(crate) const SELECTION: &str = "selection";
/// How many rows a finished shard has.
pub(crate) const FINISHED: &str = "finished";
/// How many shards the plan has, if shards were merged into the index.
pub(crate) const MERGED: &str = "merged";
/// Where the pictures are, relative to the index's folder if they are below it.
pub(crate) const ROOT: &str = "root";

/// What an index says of shards.
#[derive(Debug, Default)]
pub struct ShardState {
    /// Which shards it holds, such as `3/8` or, after a merge, `0-2,5/8`; none if it holds everything.
    pub shard: Option<String>,
    /// The hash of the plan of these shards.
    pub plan: Option<String>,
    /// What that plan selects.
    pub selection: Option<Selection>,
    /// How many rows it had when its shard was finished; none if it is not.
    pub finished: Option<u64>,
    /// How many shards the plan has, if some or all of them were merged into this index.
    pub merged: Option<String>,
    /// Where the pictures are, as the index has it.
    pub root: Option<PathBuf>,
}

impl ShardState {
    /// Whether some or all shards were merged into it.
    #[must_use]
    pub fn is_merged(&self) -> bool {
        self.merged.is_some()
    }

    /// The shard, if this is the index of one.
    #[must_use]
    pub fn own_shard(&self) -> Option<Shard> {
        let shards = Shards::parse(self.shard.as_ref().filter(|_| !self.is_merged())?)?;
        let mut indexes = shards.indexes.iter();
        let index = *indexes.next().filter(|_| shards.indexes.len() == 1)?;
        Some(Shard { index, of: shards.of })
    }

    /// The plan of which all shards are merged into it, if there is one.
    pub(crate) fn merged_plan(&self) -> Option<&str> {
        self.plan.as_deref().filter(|_| self.is_merged() && self.shard.is_none())
    }

    /// Where the pictures of the index at `file` are, if it says so.
    pub(crate) fn root_at(&self, file: &Path, environment: &Environment) -> Result<Option<Root>, Error> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let Some(root) = &self.root else {
            return Ok(None);
        };
        Ok(Some(match Root::parse(root.clone(), environment)? {
            Root::Folder(root) => Root::Folder(folder.join(root)),
            #[cfg(feature = "object-store")]
            objects @ Root::Objects(_) => objects,
        }))
    }

    /// The shards that were merged into it, if any were.
    pub(crate) fn merged_shards(&self) -> Option<Shards> {
        let none = Shards::parse(&format!("/{}", self.merged.as_ref()?))?;
        self.shard.as_ref().map_or_else(|| Some(none.missing()), |text| Shards::parse(text))
    }

    /// What the index is, in words.
    #[must_use]
    pub fn name(&self) -> String {
        let plan = shown(&short(self.plan.as_deref().unwrap_or("unknown")));
        let shard = shown(self.shard.as_deref().unwrap_or_default());
        match self.is_merged() {
            true if self.shard.is_none() => format!("all shards of plan {plan}, merged"),
            true => format!("some shards of plan {plan}, merged: {shard}"),
            false => format!("shard {shard} of plan {plan}"),
        }
    }

    /// How its plan differs from another one, if it does.
    pub(crate) fn differences(&self, plan: &str, selection: &Selection) -> Option<String> {
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

impl Reader {
    /// What the index says of shards.
    pub(crate) fn shard_state(&self) -> Result<ShardState, Error> {
        let get = |key| self.ask(|connection| schema::get(connection, key));
        Ok(ShardState {
            shard: get(SHARD)?,
            plan: get(PLAN)?,
            selection: get(SELECTION)?.and_then(|json| serde_json::from_str(&json).ok()),
            finished: get(FINISHED)?.and_then(|rows| rows.parse().ok()),
            merged: get(MERGED)?,
            root: get(ROOT)?.map(PathBuf::from),
        })
    }

    /// Whether the index has a row.
    pub(crate) fn has_rows(&self) -> Result<bool, Error> {
        self.ask(|connection| connection.prepare("SELECT 1 FROM images")?.exists([]))
    }
}

/// Refuses an index that holds only some shards. It is no index to render everything into.
pub(crate) fn check_whole(file: &Path) -> Result<(), Error> {
    let file = index::follow(file)?;
    let Some(reader) = Reader::existing(&file)? else {
        return Ok(());
    };
    let state = reader.shard_state()?;
    let fault = match (&state.shard, state.own_shard()) {
        (None, _) => return Ok(()),
        (_, Some(shard)) => IndexFault::IsShard(shard, state.name()),
        (_, None) => IndexFault::HoldsShards(state.name()),
    };
    Err(Error::index(&file, fault))
}

/// Refuses to make the index of a shard again from the pictures, because pictures of other shards may lie among them.
pub(crate) fn check_rebuild(file: &Path, store: &dyn Store) -> Result<(), Error> {
    if file.is_dir() {
        return Ok(());
    }
    // If it cannot be read, it may have been the index of a shard.
    let state = Reader::existing(file).ok().flatten().and_then(|reader| reader.shard_state().ok());
    let fault = match (state, Shard::named_by(file)) {
        (Some(state), _) if state.shard.is_none() => return Ok(()),
        (Some(state), _) => IndexFault::RebuildOfShard(state.name()),
        (None, Some(shard)) => IndexFault::RebuildNamed(shard),
        (None, None) => {
            let why = "whether it is that of a shard cannot be told";
            let plans = marker::plans(store).map_err(|error| Error::system(file, why, error))?;
            let Some(plan) = plans.first() else {
                return Ok(());
            };
            let root = store.folder().map_or_else(|| "its root".to_owned(), |it| it.display().to_string());
            IndexFault::RebuildAmongShards(short(plan), root)
        }
    };
    Err(Error::index(file, fault))
}

/// Makes sure that the index stops saying that its shard is finished as soon as a row is written for candles other
/// than those of its plan, in the same transaction.
pub(crate) fn watch(index: &Index) -> Result<(), Error> {
    let sql = format!(
        "CREATE TEMP TRIGGER shard_of_other_candles AFTER UPDATE ON main.images
         WHEN old.input_sha256 IS NOT new.input_sha256 OR (old.status = 'missing') <> (new.status = 'missing')
         BEGIN DELETE FROM meta WHERE key = '{FINISHED}'; END"
    );
    index.ask(|connection| connection.execute_batch(&sql))
}

/// A root as an index has it. A folder below the index's is relative to it, so that both can be moved together.
pub(crate) fn place_of(root: &Root, index: &Path) -> String {
    let Some(root) = root.folder() else {
        return root.to_string();
    };
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = index.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (root, folder) = (real(root), real(folder));
    root.strip_prefix(folder).unwrap_or(&root).to_string_lossy().into_owned()
}
