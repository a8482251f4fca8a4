//! `merge`: joins the indexes of shards into one, whatever their order and however often.
//!
//! A shard is merged only if it is finished, and in one pass. Its pictures stay where they are
//! or are brought to the merged root; then a row says `ok` only after its file is in place, was
//! compared with its SHA-256, and is synced. What a killed merge leaves, the next one goes on from.

mod coming;
mod pictures;
mod report;
mod rows;
mod shards;

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    args::Pictures,
    claim::{self, Standing},
    config::MergeSettings,
    console::Console,
    error::Error,
    index::{self, Index},
    interrupt::Interrupt,
    lock::Lock,
    render::Ending,
    root::{Root, same_root},
    schema,
    session::Session,
    shard::Shards,
    sharded,
    store::{Files, Store},
};

use pictures::Bringer;
use report::Report;
use shards::{Given, Whole};

/// Rows in a batch: enough to make the cost of two syncs vanish.
const ROWS: usize = 2048;

/// Does what `settings` say; says on `stderr` what goes wrong.
pub fn run(
    settings: &MergeSettings,
    files: &dyn Files,
    interrupt: &Interrupt,
    stderr: Box<dyn Write>,
) -> Result<Ending, Error> {
    let into = index::follow(&settings.into)?;
    let (given, bad) = Given::all(settings, &into)?;
    let whole = Whole::of(&given)?;
    let standing = whole.check(&into)?;
    let root = root(settings, &given, &into, &standing)?;
    let how = given.iter().map(|shard| how(settings, shard, &root)).collect::<Result<Vec<_>, _>>()?;
    let held = standing.merged_shards();
    for (shard, how) in given.iter().zip(&how).filter(|(shard, _)| shard.is_finished) {
        // Pictures that were moved are not needed a second time.
        let is_in = held.as_ref().is_some_and(|held| shard.shards.indexes.is_subset(&held.indexes));
        if *how == Pictures::Leave {
            must_exist(&root, shard)?;
        } else if !is_in {
            must_exist(&shard.root, shard)?;
        }
    }

    let mut console = Console::new(settings.output, stderr);
    index::create_folder(&into)?;
    let lock = Lock::take(&into).map_err(|error| error.advising("merge into a new index"))?;
    // Once more, now that nobody else can write to it.
    whole.check(&into)?;
    let Session { lock, mut index, store } = Session::at(lock, &into, &root, files, interrupt, &mut console)?;
    if how.contains(&Pictures::Copy) || how.contains(&Pictures::Link) || how.contains(&Pictures::Move) {
        store.create()?;
    }
    index.checkpoint_rarely()?;
    let mut merged = whole.open(&mut index, &root)?;
    let mut report = Report::new(settings, &whole, &root, console);
    report.overlaps(&given);
    for error in &bad {
        report.left_out(error);
    }
    let mut are_bad = !bad.is_empty();
    for (shard, how) in given.iter().zip(how) {
        if !shard.is_finished {
            report.unfinished(shard);
            continue;
        }
        let source =
            if how == Pictures::Leave { None } else { Some(Store::open(&shard.root, "", files, interrupt)?) };
        if !merged.is_complete() {
            sharded::mark(&store, &root, &whole.plan)?;
        }
        let bringer = Bringer::new(source.as_ref(), &store, how);
        let counts = match shard.merge(&mut index, &bringer, &whole, interrupt) {
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
            sharded::clear(&store, &root, &whole.plan)?;
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

/// Sets down which shards are in; once all are, the index is one of the whole like any other.
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

/// Where the merged pictures are: where those are that were merged before, as is said, or where
/// all shards have theirs.
fn root(settings: &MergeSettings, given: &[Given], into: &Path, standing: &Standing) -> Result<Root, Error> {
    if let Some(known) = standing.root_at(into)? {
        return match &settings.root {
            Some(root) if !same_root(root, &known) => {
                let why = format!(
                    "has its pictures in {known}, and not in {root}; leave --root out (IMAGE_CACHE_ROOT and `root` in \
                     the configuration as well), or merge all shards into a new index"
                );
                Err(Error::Index { file: into.to_owned(), why })
            }
            _ => Ok(known),
        };
    }
    let shared = || {
        let first = &given.first()?.root;
        given.iter().all(|shard| same_root(&shard.root, first)).then(|| first.clone())
    };
    // Brought pictures go to a new place unless that is said.
    let moves = settings.pictures.is_some_and(|how| how != Pictures::Leave);
    let shared = if moves { None } else { shared() };
    Ok(settings.root.clone().or(shared).unwrap_or_else(|| Root::Folder(PathBuf::from("image-cache"))))
}

/// Refuses a folder that is absent, where pictures of a shard are to be: more likely than that
/// they are all gone is that the index came here without them.
fn must_exist(root: &Root, shard: &Given) -> Result<(), Error> {
    let Some(folder) = root.folder().filter(|folder| !folder.is_dir()) else {
        return Ok(());
    };
    let why = format!(
        "is no folder here, and the pictures of {} should be in it; say where they are by --from-root, and where \
         the merged ones are or are to be by --root",
        shard.file.display()
    );
    Err(Error::Root { root: folder.display().to_string(), why })
}

/// What becomes of a shard's pictures.
fn how(settings: &MergeSettings, shard: &Given, root: &Root) -> Result<Pictures, Error> {
    match settings.pictures {
        _ if same_root(&shard.root, root) => Ok(Pictures::Leave),
        Some(how) if how != Pictures::Leave && (shard.root.folder().is_none() || root.folder().is_none()) => {
            Err(Error::Usage(format!(
                "the pictures of {} are in {}, and the merged ones in {root}; none are brought to object storage \
                 or from it: render all shards to one root, or bring them there and merge with --pictures leave",
                shard.file.display(),
                shard.root
            )))
        }
        Some(how) => Ok(how),
        None => Err(Error::Usage(format!(
            "the pictures of {} are in {}, and the merged ones in {}; say what becomes of them by --pictures \
             link, move, copy or leave, or where they are by --root and --from-root",
            shard.file.display(),
            shard.root,
            root
        ))),
    }
}
