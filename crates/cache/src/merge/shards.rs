//! [`ShardIndex`]: an index that is to be merged, and [`MergedPlan`]: the plan that all of them belong to.

use std::{
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use store::{Environment, Root, real_path};

use crate::{
    Error, Index, IndexFault, Reader, Selection, ShardState, Shards,
    index::{self, schema},
    shard::index::{MERGED, PLAN, ROOT, SELECTION, SHARD, place_of},
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

/// An index that cannot be merged, with the reason.
pub type Unusable = (PathBuf, Error);

impl ShardIndex {
    /// Opens all indexes that are named. Returns those that can be merged and, with the reasons, those that cannot.
    /// Fails if none of them can be.
    pub fn all(
        from: &[PathBuf],
        into: &Path,
        environment: &Environment,
    ) -> Result<(Vec<Self>, Vec<Unusable>), Error> {
        let (mut shards, mut unusable) = (Vec::new(), Vec::new());
        for named in from {
            let file = index::follow(named)?;
            index::must_exist(&file)?;
            if real_path(&file) == real_path(into) {
                return Err(Error::IntoItself(file));
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
                Ok((shards, unusable))
            }
        }
    }

    fn open(file: PathBuf, environment: &Environment) -> Result<Self, Error> {
        let refuse = |fault: IndexFault| Error::index(&file, fault);
        let all_merged = || IndexFault::Unfit("merged from all shards of its plan already".to_owned());
        let reader = Reader::existing(&file)?.ok_or_else(|| refuse(IndexFault::NoShard))?;
        let count = "SELECT count(*) FROM images";
        let rows: i64 = reader.ask(|connection| connection.query_row(count, [], |row| row.get(0)))?;
        let state = reader.shard_state()?;
        let shards = match &state.shard {
            None if state.is_merged() => return Err(refuse(all_merged())),
            None => return Err(refuse(IndexFault::NoShard)),
            Some(text) => Shards::parse(text),
        };
        let shards = shards.ok_or_else(|| refuse(IndexFault::Nameless("which shard it is")))?;
        let is_finished = state.is_merged() || state.finished == Some(rows.unsigned_abs());
        let root = state.root_at(&file, environment)?;
        Ok(Self { file, reader, state, shards, is_finished, root })
    }
}

impl MergedPlan {
    /// The plan of these shards, if all have the same one.
    pub fn of(shards: &[ShardIndex]) -> Result<Self, Error> {
        let first = shards.first().ok_or(Error::NothingToMerge)?;
        let (Some(plan), Some(selection)) = (&first.state.plan, &first.state.selection) else {
            return Err(Error::index(&first.file, IndexFault::Nameless("of which plan it is")));
        };
        let of_all = Self { plan: plan.clone(), selection: selection.clone(), of: first.shards.of };
        shards.iter().try_for_each(|shard| of_all.fits(&shard.file, &shard.state, &shard.shards))?;
        Ok(of_all)
    }

    fn fits(&self, file: &Path, state: &ShardState, shards: &Shards) -> Result<(), Error> {
        let refuse = |fault: IndexFault| Err(Error::index(file, fault));
        match state.differences(&self.plan, &self.selection) {
            Some(how) => refuse(IndexFault::Unfit(format!("of {how}"))),
            None if shards.of != self.of => refuse(IndexFault::OtherCount(shards.of, self.of)),
            None => Ok(()),
        }
    }

    /// Refuses an index that these cannot be merged into. Returns what it says of itself.
    pub fn check(&self, into: &Path) -> Result<ShardState, Error> {
        let refuse = |fault: IndexFault| Err(Error::index(into, fault));
        let Some(reader) = Reader::existing(into)? else {
            return Ok(ShardState::default());
        };
        let state = reader.shard_state()?;
        match (&state.merged, &state.shard) {
            (Some(of), shard) => match Shards::parse(&shard.clone().unwrap_or_else(|| format!("/{of}"))) {
                Some(shards) => self.fits(into, &state, &shards).map(|()| state),
                None => refuse(IndexFault::NoNames),
            },
            (None, Some(_)) => refuse(IndexFault::OwnShard),
            (None, None) if reader.has_rows()? => refuse(IndexFault::NotMerged),
            (None, None) => Ok(state),
        }
    }

    /// Prepares an index for shards of this plan. Returns the shards that are in it already.
    pub fn open(&self, index: &Index, root: &Root) -> Result<Shards, Error> {
        let none = Shards { of: self.of, indexes: Default::default() };
        let state = index.shard_state()?;
        let place = place_of(root, &index.file);
        if state.is_merged() {
            if state.root.is_none() {
                index.note(ROOT, Some(&place))?;
            }
            return Ok(state.merged_shards().unwrap_or(none));
        }
        let selection = serde_json::to_string(&self.selection).unwrap_or_default();
        let (plan, of) = (self.plan.clone(), self.of.to_string());
        let values =
            [(PLAN, plan), (SELECTION, selection), (ROOT, place), (SHARD, none.to_string()), (MERGED, of)];
        index.write(|transaction| {
            values.iter().try_for_each(|(key, value)| schema::put(transaction, key, value))
        })?;
        Ok(none)
    }
}
