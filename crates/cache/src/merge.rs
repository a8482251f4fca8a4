//! `merge`: joins the indexes of shards into one, whatever their order and however often.
//!
//! A shard is merged only if it is finished. All merged pictures are in one root: where shards
//! rendered them, or where they were brought before. They are looked at there, and none is touched.

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
    Error, IndexFault, MergeError, MergeFault, PictureCache, Run,
    check::Reason,
    clock::Clock,
    index::{self, Index, schema},
    lock::Lock,
    pipeline::Stop,
    session::Session,
    shard::{Shards, index::SHARD, index::ShardState, marker},
};

use shards::{MergedPlan, ShardIndex};

/// What [`merge`] is to join.
pub struct MergeRequest<'a> {
    /// The index to merge into: a new one, or one that shards of the same plan were merged into before.
    pub into: PathBuf,
    /// Indexes of shards.
    pub from: Vec<PathBuf>,
    /// Where the pictures are, if that is told.
    pub root: Option<Root>,
    /// What object storage is told by variables.
    pub environment: Environment,
    /// How files below a root that is a folder are read.
    pub files: &'a dyn Files,
}

/// What a merge has done.
#[derive(Debug, Serialize)]
pub struct MergeSummary {
    /// The hash of the plan.
    pub plan: String,
    /// Shards that two indexes have; their rows are the same, or the merge would fail.
    pub overlaps: Vec<Overlap>,
    /// What became of each index, in order.
    pub outcomes: Vec<(PathBuf, Outcome)>,
    /// Those that are in.
    #[serde(skip)]
    pub shards: Shards,
    /// How many merged rows have which status.
    pub statuses: BTreeMap<String, u64>,
    /// Where the pictures are.
    #[serde(skip)]
    pub root: Root,
    /// Whether the merge was cancelled before its end.
    pub cancelled: bool,
    /// What ended the merge early, after everything above.
    #[serde(skip)]
    pub failure: Option<Error>,
}

/// Two indexes of one shard.
#[derive(Debug, Serialize)]
pub struct Overlap {
    /// The shard, such as `3/8`.
    pub shard: String,
    /// The two.
    pub indexes: [PathBuf; 2],
}

/// What became of one index.
#[derive(Debug, Serialize)]
pub enum Outcome {
    /// It could not be merged, or not all of it.
    LeftOut(#[serde(skip)] Error),
    /// Its shard is not finished, so it was left out.
    Unfinished(String),
    /// Its rows are merged.
    Merged {
        /// Which shard it is.
        shard: String,
        /// Its rows.
        counts: MergeCounts,
    },
}

/// What became of the rows of a shard.
#[derive(Debug, Default, Serialize)]
pub struct MergeCounts {
    /// All of them.
    pub rows: u64,
    /// Rows that were not there yet.
    pub new: u64,
    /// Pictures that are not what their rows say.
    pub faulty: u64,
    /// The first of them, with what is wrong.
    pub named: Vec<(String, Reason)>,
}

/// Merges the indexes of shards, and looks whether their pictures are in the merged root.
///
/// # Errors
/// Where nothing can be merged, before anything is written. What is wrong with one index is in the summary.
pub fn merge(request: &MergeRequest<'_>, run: &mut Run<'_>) -> Result<MergeSummary, Error> {
    let into = index::follow(&request.into)?;
    let (shards, bad) = ShardIndex::all(request, &into)?;
    let plan = MergedPlan::of(&shards)?;
    let root = root(request, &shards, &into, &plan.check(&into)?)?;
    if let Some(shard) = shards.iter().find(|shard| shard.is_finished)
        && let Some(folder) = root.folder().filter(|folder| !folder.is_dir())
    {
        // More likely than that all pictures are gone is that the index came here without them.
        return Err(Error::NoPictures { root: folder.display().to_string(), index: shard.file.clone() });
    }

    index::create_folder(&into)?;
    let lock = Lock::take(&into, Clock::at(run.now))?;
    // Once more, now that nobody else can write to it.
    plan.check(&into)?;
    let cache = PictureCache {
        root,
        index: request.into.clone(),
        is_root_named: true,
        environment: request.environment.clone(),
        jobs: 1,
        files: request.files,
    };
    let Session { lock, mut index, store } = cache.resume(lock, &into, run)?;
    index.checkpoint_rarely()?;
    let mut merged = plan.open(&mut index, &cache.root)?;
    let stop = Stop::new(run.cancel);
    let mut outcomes: Vec<_> = bad.into_iter().map(|(file, error)| (file, Outcome::LeftOut(error))).collect();
    let overlaps = overlaps(&shards);
    let mut work = || -> Result<(), Error> {
        for shard in &shards {
            let name = shard.shards.to_string();
            if !shard.is_finished {
                outcomes.push((shard.file.clone(), Outcome::Unfinished(name)));
                continue;
            }
            if !merged.is_complete() {
                marker::mark(&*store, &cache.root, &plan.plan)?;
            }
            let counts = match shard.merge(&mut index, &*store, &cache.root, &plan, &stop) {
                // What is wrong with one shard is no reason to leave others out.
                Err(error) if error.is_of(&shard.file) => {
                    outcomes.push((shard.file.clone(), Outcome::LeftOut(error)));
                    continue;
                }
                merged => merged?,
            };
            if stop.is_set() {
                break;
            }
            merged.indexes.extend(&shard.shards.indexes);
            note(&mut index, &merged)?;
            if merged.is_complete() {
                // From now on this index knows of all pictures of its plan.
                marker::clear(&*store, &cache.root, &plan.plan)?;
            }
            outcomes.push((shard.file.clone(), Outcome::Merged { shard: name, counts }));
        }
        Ok(())
    };
    let failure = work().err();
    let statuses = index.statuses()?;
    index.close()?;
    if failure.is_none() {
        lock.release(store.leaves_temporaries());
    }
    let (plan, root, cancelled) = (plan.plan, cache.root.clone(), stop.is_set());
    Ok(MergeSummary { plan, overlaps, outcomes, shards: merged, statuses, root, cancelled, failure })
}

/// Indexes of the same finished shard.
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

/// Records which shards are in; once all are, the index is like that of one run.
fn note(index: &mut Index, merged: &Shards) -> Result<(), Error> {
    let text = merged.to_string();
    index.write(|transaction| {
        if merged.is_complete() {
            transaction.execute("DELETE FROM meta WHERE key = ?1", [SHARD]).map(drop)
        } else {
            schema::put(transaction, SHARD, &text)
        }
    })
}

/// Where the merged pictures are: in the root that the merged index knows, that is told, or that all
/// shards name.
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
                let (known, root) = (known.to_string(), root.to_string());
                Err(Error::index(into, IndexFault::Merge(MergeFault::OtherRoot { known, root })))
            }
            known => Ok(known.unwrap_or_else(|| root.clone())),
        };
    }
    let mut root = known.map(|known| (known, into));
    for ShardIndex { file, root: of_shard, .. } in shards {
        let Some(of_shard) = of_shard else {
            return Err(Error::index(file, IndexFault::Merge(MergeFault::NoRoot)));
        };
        let (root, first) = root.get_or_insert_with(|| (of_shard.clone(), file));
        if !root.is_same_as(of_shard) {
            let (first, second) = (first.to_owned(), file.clone());
            let roots = Box::new((root.clone(), of_shard.clone()));
            return Err(MergeError::TwoRoots { first, second, roots }.into());
        }
    }
    root.map(|(root, _)| root).ok_or(Error::Merge(MergeError::NoRoot))
}
