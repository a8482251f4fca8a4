//! `merge`: joins the indexes of shards into one, whatever their order and however often.
//!
//! A shard is merged only if it is finished. All merged pictures are in one root: where shards
//! rendered them, or where they were brought before. They are looked at there, and none is touched.

mod pictures;
mod report;
mod rows;
mod shards;

use std::{io::Write, path::Path};
use store::{Files, Root};

use crate::{
    claim::{self, Standing},
    config::MergeSettings,
    console::Console,
    error::Error,
    index::{self, Index},
    interrupt::Interrupt,
    lock::Lock,
    render::Ending,
    schema,
    session::Session,
    shard::Shards,
    sharded,
};

use report::Report;
use shards::{MergedPlan, ShardIndex};

/// Does what `settings` say; says on `stderr` what goes wrong.
pub fn run(
    settings: &MergeSettings,
    files: &dyn Files,
    interrupt: &Interrupt,
    stderr: Box<dyn Write>,
) -> Result<Ending, Error> {
    let into = index::follow(&settings.into)?;
    let (shards, bad) = ShardIndex::all(settings, &into)?;
    let plan = MergedPlan::of(&shards)?;
    let root = root(settings, &shards, &into, &plan.check(&into)?)?;
    if let Some(shard) = shards.iter().find(|shard| shard.is_finished) {
        must_exist(&root, shard)?;
    }

    let mut console = Console::new(settings.output, stderr);
    index::create_folder(&into)?;
    let lock = Lock::take(&into).map_err(|error| error.advising("merge into a new index"))?;
    // Once more, now that nobody else can write to it.
    plan.check(&into)?;
    let Session { lock, mut index, store } = Session::at(lock, &into, &root, files, interrupt, &mut console)?;
    index.checkpoint_rarely()?;
    let mut merged = plan.open(&mut index, &root)?;
    let mut report = Report::new(settings, &plan, &root, console);
    report.overlaps(&shards);
    for error in &bad {
        report.left_out(error);
    }
    let mut are_bad = !bad.is_empty();
    for shard in &shards {
        if !shard.is_finished {
            report.unfinished(shard);
            continue;
        }
        if !merged.is_complete() {
            sharded::mark(&*store, &root, &plan.plan)?;
        }
        let counts = match shard.merge(&mut index, (&*store, &root), &plan, interrupt) {
            // What is wrong with one shard is no reason to leave others out.
            Err(error @ Error::Index { .. }) if error.is_of(&shard.file) => {
                report.left_out(&error.advising(shards::NO_INDEX));
                are_bad = true;
                continue;
            }
            merged => merged?,
        };
        if interrupt.is_set() {
            break;
        }
        merged.indexes.extend(&shard.shards.indexes);
        note(&mut index, &merged)?;
        if merged.is_complete() {
            // From now on this index knows of all pictures of its plan.
            sharded::clear(&*store, &root, &plan.plan)?;
        }
        report.merged(shard, &counts);
    }
    let statuses = index.statuses()?;
    index.close()?;
    lock.release(store.leaves_temporaries());
    let (is_complete, is_clean) = report.finish(&merged, &statuses, interrupt.is_set())?;
    Ok(match ((is_complete || settings.partial) && !are_bad, is_clean) {
        _ if interrupt.is_set() => Ending::Interrupted,
        (false, _) => Ending::Incomplete,
        (true, false) => Ending::Unclean,
        (true, true) => Ending::Done,
    })
}

/// Records which shards are in; once all are, the index is like that of one run.
fn note(index: &mut Index, merged: &Shards) -> Result<(), Error> {
    let text = merged.to_string();
    index.write(|transaction| {
        if merged.is_complete() {
            transaction.execute("DELETE FROM meta WHERE key = ?1", [claim::SHARD]).map(drop)
        } else {
            schema::put(transaction, claim::SHARD, &text).map(drop)
        }
    })
}

/// Where the merged pictures are: in the root that the merged index knows, that the settings name,
/// or that all shards name.
fn root(
    settings: &MergeSettings,
    shards: &[ShardIndex],
    into: &Path,
    standing: &Standing,
) -> Result<Root, Error> {
    let known = standing.root_at(into)?;
    if let Some(root) = &settings.root {
        return match known {
            Some(known) if !root.is_same_as(&known) => {
                let why = format!(
                    "has its pictures in {known}, and not in {root}; leave --root out (IMAGE_CACHE_ROOT and `root` in \
                     the configuration as well), or merge all shards into a new index"
                );
                Err(Error::Index { file: into.to_owned(), why })
            }
            known => Ok(known.unwrap_or_else(|| root.clone())),
        };
    }
    let mut root = known.map(|known| (known, into));
    for ShardIndex { file, root: of_shard, .. } in shards {
        let Some(of_shard) = of_shard else {
            let why = "does not say where its pictures are; say it by --root".to_owned();
            return Err(Error::Index { file: file.clone(), why });
        };
        let (root, first) = root.get_or_insert_with(|| (of_shard.clone(), file));
        if !root.is_same_as(of_shard) {
            let how = match (root.folder(), of_shard.folder()) {
                (Some(_), Some(_)) => format!("one folder (rsync -a {of_shard}/ {root}/)"),
                _ => "one root".to_owned(),
            };
            return Err(Error::Usage(format!(
                "the pictures of {} are in {root}, and those of {} in {of_shard}; bring all of them to {how}, and \
                 name it by --root",
                first.display(),
                file.display()
            )));
        }
    }
    let unknown = || Error::Usage("nothing says where the pictures are; say it by --root".to_owned());
    root.map(|(root, _)| root).ok_or_else(unknown)
}

/// Refuses a folder that is absent: more likely than that all pictures are gone is that the index
/// came here without them.
fn must_exist(root: &Root, shard: &ShardIndex) -> Result<(), Error> {
    let Some(folder) = root.folder().filter(|folder| !folder.is_dir()) else {
        return Ok(());
    };
    let why = format!(
        "is no folder here, and the pictures of {} should be in it; bring them there, or say by --root where they are",
        shard.file.display()
    );
    Err(Error::Root { root: folder.display().to_string(), why })
}
