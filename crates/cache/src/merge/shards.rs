//! [`ShardIndex`]: an index that is to be merged, and [`MergedPlan`]: the plan that all of them belong to.

use std::{
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use store::{Environment, Root, real_path};

use crate::{
    Error, MergeError, MergeFault,
    index::{self, Index, Reader, schema},
    plan::selection::Selection,
    shard::{
        Shards,
        index::{self as shard_index, ShardState, has_rows},
    },
};

/// An index that is to be merged.
pub struct ShardIndex {
    pub file: PathBuf,
    pub reader: Reader,
    pub state: ShardState,
    pub shards: Shards,
    /// Whether it has all rows of its shard.
    pub is_finished: bool,
    /// Where its pictures are, if it says so.
    pub root: Option<Root>,
}

/// The plan of all shards.
pub struct MergedPlan {
    pub plan: String,
    pub selection: Selection,
    /// How many shards it has.
    pub of: NonZeroU32,
}

/// The indexes that were named.
pub struct Named {
    pub shards: Vec<ShardIndex>,
    /// Those that cannot be merged, with the reasons.
    pub unusable: Vec<(PathBuf, Error)>,
}

impl ShardIndex {
    /// Opens all indexes that are named. Fails if none of them can be merged.
    pub fn all(from: &[PathBuf], into: &Path, environment: &Environment) -> Result<Named, Error> {
        let (mut shards, mut unusable) = (Vec::new(), Vec::new());
        for named in from {
            let file = index::follow(named)?;
            index::must_exist(&file)?;
            if real_path(&file) == real_path(into) {
                return Err(MergeError::IntoItself(file).into());
            }
            match Self::open(file.clone(), environment) {
                Ok(shard) => shards.push(shard),
                Err(error @ Error::Index { .. }) => unusable.push((file, error)),
                Err(error) => return Err(error),
            }
        }
        match unusable.pop() {
            Some((_, error)) if shards.is_empty() => Err(error),
            last => {
                unusable.extend(last);
                Ok(Named { shards, unusable })
            }
        }
    }

    fn open(file: PathBuf, environment: &Environment) -> Result<Self, Error> {
        let refuse = |fault: MergeFault| Error::index(&file, fault);
        let Some(reader) = Reader::existing(&file)? else {
            return Err(refuse(MergeFault::NoShard));
        };
        let read = || -> rusqlite::Result<_> {
            let count: i64 =
                reader.connection.query_row("SELECT count(*) FROM images", [], |row| row.get(0))?;
            Ok((ShardState::read(&reader.connection)?, u64::try_from(count).unwrap_or(0)))
        };
        let (state, rows) = read().map_err(|error| reader.fault(error))?;
        let shards = match &state.shard {
            None if state.is_merged() => {
                return Err(refuse(MergeFault::AllMerged));
            }
            None => return Err(refuse(MergeFault::NoShard)),
            Some(text) => text.parse::<Shards>(),
        };
        let shards = shards.map_err(|()| refuse(MergeFault::NoName))?;
        let is_finished = state.is_merged() || state.finished == Some(rows);
        let root = state.root_at(&file, environment)?;
        Ok(Self { file, reader, state, shards, is_finished, root })
    }
}

impl MergedPlan {
    /// The plan of these shards, if all have the same one.
    pub fn of(shards: &[ShardIndex]) -> Result<Self, Error> {
        let Some(first) = shards.first() else {
            return Err(MergeError::Nothing.into());
        };
        let (Some(plan), Some(selection)) = (&first.state.plan, &first.state.selection) else {
            return Err(Error::index(&first.file, MergeFault::NoPlan));
        };
        let of_all = Self { plan: plan.clone(), selection: selection.clone(), of: first.shards.of };
        shards.iter().try_for_each(|shard| of_all.fits(&shard.file, &shard.state, &shard.shards))?;
        Ok(of_all)
    }

    fn fits(&self, file: &Path, state: &ShardState, shards: &Shards) -> Result<(), Error> {
        let refuse = |fault: MergeFault| Err(Error::index(file, fault));
        if let Some(how) = state.differences(&self.plan, &self.selection) {
            return refuse(MergeFault::OtherPlan(how));
        }
        if shards.of != self.of {
            return refuse(MergeFault::OtherCount { of: shards.of.get(), expected: self.of.get() });
        }
        Ok(())
    }

    /// Refuses an index that these cannot be merged into. Returns what it says of itself.
    pub fn check(&self, into: &Path) -> Result<ShardState, Error> {
        let refuse = |fault: MergeFault| Err(Error::index(into, fault));
        let Some(reader) = Reader::existing(into)? else {
            return Ok(ShardState::default());
        };
        let read = || Ok((ShardState::read(&reader.connection)?, has_rows(&reader.connection)?));
        let (state, has_rows) = read().map_err(|error: rusqlite::Error| reader.fault(error))?;
        match (&state.merged, &state.shard) {
            (Some(of), shard) => {
                let shards = shard.clone().unwrap_or_else(|| format!("/{of}")).parse::<Shards>();
                match shards {
                    Ok(shards) => self.fits(into, &state, &shards).map(|()| state),
                    Err(()) => refuse(MergeFault::NoNames),
                }
            }
            (None, Some(_)) => refuse(MergeFault::OwnShard),
            (None, None) if has_rows => refuse(MergeFault::NotMerged),
            (None, None) => Ok(state),
        }
    }

    /// Prepares an index for shards of this plan. Returns the shards that are in it already.
    pub fn open(&self, index: &mut Index, root: &Root) -> Result<Shards, Error> {
        let none = Shards { of: self.of, indexes: Default::default() };
        let state = ShardState::read(&index.connection).map_err(|error| index.fault(error))?;
        let place = shard_index::place_of(root, &index.file);
        if state.is_merged() {
            if state.root.is_none() {
                index.note(shard_index::ROOT, &place)?;
            }
            return Ok(state.merged_shards().unwrap_or(none));
        }
        let selection = serde_json::to_string(&self.selection).unwrap_or_default();
        let of = self.of.to_string();
        let values = [
            (shard_index::PLAN, self.plan.clone()),
            (shard_index::SELECTION, selection),
            (shard_index::ROOT, place),
            (shard_index::SHARD, none.to_string()),
            (shard_index::MERGED, of),
        ];
        index.write(|transaction| {
            values.iter().try_for_each(|(key, value)| schema::put(transaction, key, value))
        })?;
        Ok(none)
    }
}
