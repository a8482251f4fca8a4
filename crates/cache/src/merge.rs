//! [`merge`]: joins the indexes of shards into one, in any order, and any number of times.
//!
//! A shard is merged only if it is finished. All merged pictures must be in one root, either because the shards
//! rendered them there or because somebody brought them there. They are looked at, and none is changed.

mod pictures;
mod rows;
mod shards;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Serialize;
use store::{Environment, Files, Root};

use crate::{
    Clock, Error, IndexFault, Lock, PictureCache, Reason, Run, Session, ShardState, Shards, Stop, index,
    shard::{index::SHARD, marker},
};

use shards::{MergedPlan, ShardIndex};

/// What [`merge`] is to join.
pub struct MergeRequest<'a> {
    /// The index to merge into: a new one, or one that shards of the same plan were merged into before.
    pub into: PathBuf,
    /// Indexes of shards.
    pub from: Vec<PathBuf>,
    /// Where the pictures are; if that is none, where the indexes say.
    pub root: Option<Root>,
    /// Variables with the credentials of object storage.
    pub environment: Environment,
    /// How files below a root that is a folder are read.
    pub files: &'a dyn Files,
}

/// What a merge has done.
#[derive(Debug, Serialize)]
pub struct MergeSummary {
    /// The hash of the plan.
    pub plan: String,
    /// Shards that are in two indexes. Their rows are the same, otherwise the merge would fail.
    pub overlaps: Vec<Overlap>,
    /// What became of each index: first those that could not be opened, then the others in their order.
    pub outcomes: Vec<(PathBuf, Outcome)>,
    /// The shards that are in the merged index now.
    #[serde(skip)]
    pub shards: Shards,
    /// How many rows of the merged index have which status.
    pub statuses: BTreeMap<String, u64>,
    /// Where the pictures are.
    #[serde(skip)]
    pub root: Root,
    /// Whether the merge was cancelled before its end.
    pub cancelled: bool,
    /// What ended the merge early. Everything above is in the merged index all the same.
    #[serde(skip)]
    pub failure: Option<Error>,
}

/// A shard that is in two indexes.
#[derive(Debug, Serialize)]
pub struct Overlap {
    /// The shard, such as `3/8`.
    pub shard: String,
    /// The two indexes.
    pub indexes: [PathBuf; 2],
}

/// What became of one index.
#[derive(Debug, Serialize)]
pub enum Outcome {
    /// The index could not be merged, or not all of it.
    LeftOut(#[serde(skip)] Error),
    /// The index was left out, because this shard of it is not finished.
    Unfinished(String),
    /// The rows of the index are merged.
    Merged {
        /// Which shard the index holds.
        shard: String,
        /// What became of its rows.
        counts: MergeCounts,
    },
}

/// What became of the rows of a shard.
#[derive(Debug, Default, Serialize)]
pub struct MergeCounts {
    /// All rows.
    pub rows: u64,
    /// Rows that were not there yet.
    pub new: u64,
    /// Pictures that are not what their rows say.
    pub faulty: u64,
    /// The first of these pictures, each with what is wrong with it.
    pub named: Vec<(String, Reason)>,
}

/// Merges the indexes of shards, and looks whether their pictures are in the root.
///
/// # Errors
/// Fails if nothing can be merged, before anything is written. What is wrong with one index, or fails later, is in
/// the summary.
pub fn merge(request: &MergeRequest<'_>, run: &mut Run<'_>) -> Result<MergeSummary, Error> {
    let clock = Clock::at(run.now);
    let into = index::follow(&request.into)?;
    let (shards, unusable) = ShardIndex::all(&request.from, &into, &request.environment)?;
    let plan = MergedPlan::of(&shards)?;
    let root = root(request, &shards, &into, &plan.check(&into)?)?;
    if let Some(shard) = shards.iter().find(|shard| shard.is_finished)
        && let Some(folder) = root.folder().filter(|folder| !folder.is_dir())
    {
        // Probably the pictures are not gone, but the index was brought here without them.
        return Err(Error::NoPictures(folder.display().to_string(), shard.file.clone()));
    }

    index::create_folder(&into)?;
    let lock = Lock::take(&into, clock)?;
    // It is checked again, now that nobody else can write to it.
    plan.check(&into)?;
    let cache =
        PictureCache::open(request.into.clone(), Some(root), PathBuf::new(), request.environment.clone())?;
    let cache = PictureCache { files: request.files, ..cache };
    let Session { lock, index, store } = cache.resume(lock, &into, clock, run)?;
    index.checkpoint_rarely()?;
    let mut merged = plan.open(&index, &cache.root)?;
    let stop = Stop::new(run.cancel);
    let mut outcomes: Vec<_> =
        unusable.into_iter().map(|(file, error)| (file, Outcome::LeftOut(error))).collect();
    let overlaps = overlaps(&shards);
    let mut work = || -> Result<(), Error> {
        for shard in &shards {
            let name = shard.shards.to_string();
            let outcome = if shard.is_finished {
                if !merged.is_complete() {
                    marker::mark(&*store, &cache.root, &plan.plan)?;
                }
                match shard.merge(&index, &*store, &cache.root, &plan, &stop) {
                    // The other shards are merged all the same.
                    Err(Error::Index { file, fault }) if file == shard.file => {
                        Outcome::LeftOut(Error::Index { file, fault })
                    }
                    Ok(_) if stop.is_set() => break,
                    counts => {
                        let counts = counts?;
                        merged.indexes.extend(&shard.shards.indexes);
                        // Once all are in, the index is like that of a single run.
                        let some = Some(merged.to_string()).filter(|_| !merged.is_complete());
                        index.note(SHARD, some.as_deref())?;
                        if merged.is_complete() {
                            // From now on this index has a row for every picture of its plan.
                            marker::clear(&*store, &cache.root, &plan.plan)?;
                        }
                        Outcome::Merged { shard: name, counts }
                    }
                }
            } else {
                Outcome::Unfinished(name)
            };
            outcomes.push((shard.file.clone(), outcome));
        }
        Ok(())
    };
    let mut statuses = BTreeMap::new();
    let done = work().and_then(|()| {
        statuses = index.statuses()?;
        index.close()
    });
    let failure = done.err();
    if failure.is_none() {
        lock.release(store.leaves_temporaries());
    }
    let (plan, root, cancelled) = (plan.plan, cache.root.clone(), stop.is_set());
    Ok(MergeSummary { plan, overlaps, outcomes, shards: merged, statuses, root, cancelled, failure })
}

/// Finished shards that are in two indexes.
fn overlaps(shards: &[ShardIndex]) -> Vec<Overlap> {
    let (mut seen, mut overlaps) = (BTreeMap::<u32, &Path>::new(), Vec::new());
    for shard in shards.iter().filter(|shard| shard.is_finished) {
        for &index in &shard.shards.indexes {
            if let Some(before) = seen.insert(index, &shard.file) {
                let indexes = [before.to_owned(), shard.file.clone()];
                overlaps.push(Overlap { shard: format!("{index}/{}", shard.shards.of), indexes });
            }
        }
    }
    overlaps
}

/// Where the pictures are: in the root that the merged index names, that the caller has told, or that all shards
/// name.
fn root(
    request: &MergeRequest<'_>,
    shards: &[ShardIndex],
    into: &Path,
    state: &ShardState,
) -> Result<Root, Error> {
    let known = state.root_at(into, &request.environment)?;
    if let Some(root) = &request.root {
        return match known {
            Some(known) if !root.is_same_as(&known) => {
                Err(Error::index(into, IndexFault::OtherRoot(known.to_string(), root.to_string())))
            }
            known => Ok(known.unwrap_or_else(|| root.clone())),
        };
    }
    let mut root = known.map(|known| (known, into));
    for ShardIndex { file, root: of_shard, .. } in shards {
        let Some(of_shard) = of_shard else {
            return Err(Error::index(file, IndexFault::NoRoot));
        };
        let (root, first) = root.get_or_insert_with(|| (of_shard.clone(), file));
        if !root.is_same_as(of_shard) {
            let indexes = (first.to_owned(), file.clone());
            return Err(Error::TwoRoots { indexes, roots: Box::new((root.clone(), of_shard.clone())) });
        }
    }
    root.map(|(root, _)| root).ok_or(Error::NoRoot)
}
