//! Makes an index again from the pictures.
//!
//! Every picture names the input that it was rendered from. One that is intact and names today's candles is entered
//! without being rendered. Any other one is entered as corrupt, so that the repair after this makes it again. What
//! can still be read of the old index is copied beforehand.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use candles::text::shown;
use market::{
    Filter, Listed, Market,
    sqlite::{self, beside, is_busy, uri},
};
use render_core::{PicturePath, STYLES, Spec, SpecOptions, Style};
use rusqlite::Connection;
use store::{EntryKind, Store};

use crate::{
    Clock, Committer, Depth, Error, Group, Index, IndexFault, Job, Name, Note, OwnSources, Pass,
    PictureCache, Recorder, Run, Shared, Stop, Task,
    index::{
        self,
        schema::{TAKEN_OVER, is_id, look},
    },
    not_given,
    shard::index::{MERGED, PLAN, ROOT, SELECTION, check_rebuild},
};

/// What SQLite keeps beside a database. Each must be moved before the database itself is.
const BESIDE: [&str; 3] = ["-wal", "-journal", "-shm"];
/// Values of `meta` that the new index keeps. The id is among them because temporary files carry it.
const KEPT: [&str; 8] = ["id", TAKEN_OVER, PLAN, SELECTION, MERGED, ROOT, "last_verify", "last_repair"];

impl PictureCache<'_> {
    /// Refuses to replace a file that is no index, before anything is locked or made.
    pub(crate) fn check_rebuild(&self, file: &Path, market: &Market, run: &Run<'_>) -> Result<(), Error> {
        let refuse = |fault: IndexFault| Err(Error::index(file, fault));
        let real = |file: &Path| fs::canonicalize(file).ok();
        if real(market.file()).is_some_and(|db| real(file) == Some(db)) {
            return refuse(IndexFault::Foreign("is the market database".to_owned()));
        }
        check_rebuild(file, &*self.store(run)?)?;
        match index::must_exist(file) {
            Err(Error::Index { fault: IndexFault::Absent | IndexFault::Empty, .. }) => return Ok(()),
            there => there?,
        }
        let opened = open(file).map_err(IndexFault::Sqlite).and_then(|connection| {
            look(&connection)?;
            // Fails if another process is writing: its rows would go to the file that is moved aside.
            Ok(connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?)
        });
        match opened {
            Err(IndexFault::Sqlite(error)) if is_busy(&error) => refuse(IndexFault::Busy),
            // It is so damaged that only its lock says what it was.
            Err(IndexFault::Sqlite(_)) if beside(file, ".lock").exists() => Ok(()),
            Err(IndexFault::Sqlite(error)) => refuse(IndexFault::Unrecognised(error)),
            Err(fault) => refuse(fault),
            Ok(()) => Ok(()),
        }
    }

    /// Makes a new index under another name, and puts it in the place of the old one at `file`, which is kept.
    pub(crate) fn rebuild(
        &self,
        file: &Path,
        market: &mut Market,
        told: &Spec,
        own: Option<&OwnSources>,
        clock: Clock,
        run: &mut Run<'_>,
    ) -> Result<(), Error> {
        let fault = |error: io::Error| Error::system(file, "cannot be made again", error);
        let found = pictures(&*self.store(run)?)
            .map_err(|error| Error::picture(&self.root, "cannot be read", error))?;
        let building = beside(file, ".rebuilding");
        // Left by a rebuilding that was killed.
        remove(&building).map_err(fault)?;
        let index = Index::open(&building, clock)?;
        let salvage = Salvage::from(file, &index, run.cancel)?;
        // It is opened again, so that it goes by what was noted in it.
        index.close()?;
        let index = Index::open(&building, clock)?;
        let store = index.store(&self.root, self.files, run.cancel)?;
        let (names, work) = adoptions(found, &salvage, told, own, market, run)?;
        let mut nobody = ();
        let mut committer = Committer::new(Some(index), &*store, Recorder::new(names, &mut nobody));
        let (now, stop, filter) = (run.now, &Stop::new(run.cancel), &Filter::default());
        let shared = Shared { store: &*store, stop, task: Task::Adopt, depth: Depth::Hash };
        let pass =
            Pass { jobs: self.jobs, market: Some(market), index: None, own, filter, now, work, shared };
        pass.run(&mut committer)?;
        let Committer { index, recorder: Recorder { series, first_failure, .. }, .. } = committer;
        for why in series.iter().filter_map(|series| series.refused.clone()) {
            run.note(&Note::SeriesLeftOut(why));
        }
        index.map_or(Ok(()), Index::close)?;
        let failed = match (store.is_lost(), first_failure) {
            (Some(error), _) => Some(Error::Store(error)),
            _ if stop.is_set() => Some(Error::Cancelled),
            (_, Some((path, reason))) => Some(fault(io::Error::other(format!("{}: {reason}", shown(&path))))),
            (None, None) => None,
        };
        if let Some(error) = failed {
            remove(&building).map_err(fault)?;
            return Err(error);
        }
        let kept = replace(&building, file).map_err(fault)?.map(|kept| kept.display().to_string());
        let pictures = series.iter().map(|series| series.rendered).sum();
        run.note(&Note::Rebuilt { pictures, rows: salvage.rows, kept });
        Ok(())
    }
}

fn open(file: &Path) -> rusqlite::Result<Connection> {
    sqlite::open(&uri(file, "mode=rw"), Duration::from_secs(2))
}

/// What there is to do for each group of pictures, and the symbol and the interval of each. Notes groups that are left
/// out.
fn adoptions(
    found: BTreeMap<Group, u64>,
    salvage: &Salvage,
    told: &Spec,
    own: Option<&OwnSources>,
    market: &Market,
    run: &mut Run<'_>,
) -> Result<(Vec<Name>, Vec<Job>), Error> {
    let listed = market.all()?;
    let (mut names, mut work) = (Vec::new(), Vec::new());
    for (group, pictures) in found {
        let spec = salvage.spec(&group, told);
        let is_it = |it: &&Listed| it.symbol == group.symbol && it.interval == group.interval;
        match (listed.iter().find(is_it), spec) {
            (None, _) => run.note(&Note::NoSuchSeries(pictures, group)),
            (Some(_), None) => run.note(&Note::NoSpec(pictures, group)),
            (Some(listed), Some(spec)) => {
                // They would be taken for damaged, and replaced by pictures that lack it.
                if let Some(part) = not_given(&spec, own).into_iter().next() {
                    run.note(&Note::OwnLeftOut(pictures, group, part));
                    continue;
                }
                work.push(Job::Ends { series: listed.series.clone(), spec: Arc::new(spec), span: None });
                names.push((group.symbol, group.interval));
            }
        }
    }
    Ok((names, work))
}

/// The groups of all pictures under the root, with the number of each.
fn pictures(store: &dyn Store) -> io::Result<BTreeMap<Group, u64>> {
    let (mut folders, mut found) = (vec![String::new()], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        for (name, kind) in store.entries(&folder)? {
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if kind == EntryKind::Folder && !name.starts_with('.') && path.split('/').count() < 5 {
                folders.push(path);
            } else if kind == EntryKind::File
                && let Some(named) = PicturePath::parse(&path)
            {
                *found.entry(Group::from(&named)).or_default() += 1;
            }
        }
    }
    Ok(found)
}

/// What could still be read of a damaged index.
#[derive(Debug, Default)]
struct Salvage {
    specs: Vec<Spec>,
    /// Rows that are in the new index as they were.
    rows: u64,
}

impl Salvage {
    /// Copies what can be read of the index at `file` into a new one.
    fn from(file: &Path, index: &Index, cancel: &Arc<AtomicBool>) -> Result<Self, Error> {
        let mut salvage = Self::default();
        let Ok(mut wreck) = open(file) else {
            return Ok(salvage);
        };
        // Otherwise SQLite reads nothing of a file that is shorter than its first page says. Nothing is written to it.
        let _ = wreck.pragma_update(None, "writable_schema", true);
        // A query of a view that stands in a table's place could go on for ever.
        sqlite::cancel_by(&mut wreck, Arc::clone(cancel));
        // What cannot be read is passed over.
        if !matches!(look(&wreck), Ok(true)) {
            return Ok(salvage);
        }
        if let Ok(mut select) = wreck.prepare("SELECT spec_json FROM specs LIMIT 100000") {
            let specs = select.query_map([], |row| Ok(row.get::<_, String>(0).ok()));
            let specs = specs.into_iter().flatten().map_while(Result::ok).flatten();
            salvage.specs.extend(specs.filter_map(|json| Spec::from_json(&json).ok()));
        }
        for key in KEPT {
            let value = wreck
                .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get::<_, String>(0));
            let fits = |value: &String| key != "id" || is_id(value);
            if let Some(value) = value.ok().filter(fits) {
                index.note(key, Some(&value))?;
            }
        }
        index.add_own(&index::own_sources(&wreck).unwrap_or_default())?;
        salvage.rows = index.copy_rows(&wreck, &salvage.specs)?;
        Ok(salvage)
    }

    /// The spec of a group: one of the old index, the one that the caller has told, or one of a well-known style.
    fn spec(&self, group: &Group, told: &Spec) -> Option<Spec> {
        let known = self.specs.iter().chain([told]).map(|spec| spec.options().clone());
        let styles = STYLES.iter().filter_map(|name| Style::named(name).ok());
        let styled = styles.map(|style| SpecOptions { style, ..SpecOptions::default() });
        known.chain(styled).find_map(|options| group.spec(options))
    }
}

/// Puts a new index in the place of the old one. Returns the old one's new name, or `None` if there was no old one.
fn replace(building: &Path, file: &Path) -> io::Result<Option<PathBuf>> {
    let exists = |file: &Path| fs::symlink_metadata(file).is_ok();
    let is_taken =
        |aside: &PathBuf| exists(aside) || BESIDE.iter().any(|suffix| exists(&beside(aside, suffix)));
    let Some(aside) = (1_u32..).map(|n| beside(file, &format!(".damaged-{n}"))).find(|it| !is_taken(it))
    else {
        return Err(io::Error::other("no free name is left for the old one"));
    };
    // A journal that stayed there would be taken for the new index's.
    for suffix in BESIDE {
        if exists(&beside(file, suffix)) {
            fs::rename(beside(file, suffix), beside(&aside, suffix))?;
        }
    }
    let kept = exists(file).then_some(aside);
    if let Some(aside) = &kept {
        // If the file system has hard links, the old one gets a second name, so that there is an index at every moment.
        if fs::hard_link(file, aside).is_err() {
            fs::rename(file, aside)?;
        }
    }
    fs::rename(building, file)?;
    Ok(kept)
}

/// Removes an unfinished index of ours.
fn remove(building: &Path) -> io::Result<()> {
    for file in BESIDE.iter().map(|suffix| beside(building, suffix)).chain([building.to_owned()]) {
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
