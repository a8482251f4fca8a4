//! `repair --rebuild-index`: an index made again from the pictures.
//!
//! Every picture names the input that it was rendered from. One that is intact
//! and names what today's candles make is set down without being rendered; a
//! doubtful one is set down as corrupt, so that the repair after this makes it again.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use candles::text::shown;
use market::{
    Filter, Listed, Market, Source, Survey,
    sqlite::{beside, is_busy, uri},
};
use render_core::{PicturePath, STYLES, Spec, SpecOptions, Style};
use rusqlite::{Connection, OpenFlags};
use store::{EntryKind, Files, Store};

use crate::{
    check::Depth,
    claim,
    commit::Committer,
    config::AuditSettings,
    console::Console,
    error::Error,
    event::{Audience, Counts},
    feed::{Feeder, Job, What},
    finding::Finding,
    index::{self, Index},
    interrupt::Interrupt,
    key::Group,
    pipe,
    rows::Row,
    schema::{TAKEN_OVER, Unfit, look},
    work::{Shop, Task},
};

/// What SQLite keeps beside a database; each must go before the database itself does.
const BESIDE: [&str; 3] = ["-wal", "-journal", "-shm"];
/// Values of the index as a whole that outlive it: its temporaries carry the id.
const KEPT: [&str; 8] = [
    "id",
    TAKEN_OVER,
    claim::PLAN,
    claim::SELECTION,
    claim::MERGED,
    claim::ROOT,
    "last_verify",
    "last_repair",
];

/// Refuses to replace what is no index, before anything is locked or made.
pub fn check(settings: &AuditSettings, file: &Path, store: &dyn Store) -> Result<(), Error> {
    let base = &settings.base;
    if base.filter != Filter::default() {
        return Err(Error::Usage(
            "--rebuild-index makes the whole index; leave out --symbol, --interval, --start, --end and --stride"
                .to_owned(),
        ));
    }
    let refuse = |why: &str| Err(Error::Index { file: file.to_owned(), why: why.to_owned() });
    let real = |file: &Path| fs::canonicalize(file).ok();
    if let Source::Database(db) = &base.source
        && real(db).is_some_and(|db| real(file) == Some(db))
    {
        return refuse("is the market database; choose another --index");
    }
    claim::check_rebuild(file, store)?;
    match fs::metadata(file) {
        Err(_) => return Ok(()),
        Ok(about) if about.is_dir() => return refuse("is a directory; --index takes a file"),
        Ok(about) if about.len() == 0 => return Ok(()),
        Ok(_) => {}
    }
    let opened = open(file).map_err(Unfit::Database);
    match opened.and_then(|connection| look(&connection).and_then(|_| idle(&connection))) {
        Ok(()) => Ok(()),
        Err(Unfit::Shape(why)) => refuse(&why),
        Err(Unfit::Database(error)) if is_busy(&error) => {
            refuse("is locked by another process; try again when it is done")
        }
        // So far gone that its lock alone says what it was.
        Err(Unfit::Database(_)) if beside(file, ".lock").exists() => Ok(()),
        Err(Unfit::Database(error)) => refuse(&format!(
            "cannot be told to be an index of image-cache ({error}); move it away, and run this again"
        )),
    }
}

fn open(file: &Path) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri(file, "mode=rw"), flags)?;
    connection.busy_timeout(Duration::from_secs(2))?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// Fails where another process is in the middle of writing: its rows would go to the file that is moved aside.
fn idle(connection: &Connection) -> Result<(), Unfit> {
    connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
    Ok(())
}

/// Makes the index again under another name, and puts it in the place of the old one, which is kept.
pub fn run(
    settings: &AuditSettings,
    market: &Market,
    now: i64,
    files: &dyn Files,
    interrupt: &Interrupt,
    console: &mut Console,
) -> Result<(), Error> {
    let base = &settings.base;
    let file = index::follow(&base.index)?;
    let refuse = |error: &dyn std::fmt::Display| Error::Index {
        file: file.clone(),
        why: format!("cannot be made again: {error}"),
    };
    let found = pictures(&*index::open_store(&base.root, files, interrupt)?).map_err(|error| {
        Error::Root { root: base.root.to_string(), why: format!("cannot be read: {error}") }
    })?;
    let building = beside(&file, ".rebuilding");
    // Left by a rebuilding that was killed.
    remove(&building).map_err(|error| refuse(&error))?;
    let mut index = Index::open(&building)?;
    let salvage = Salvage::from(&file, &mut index, interrupt)?;
    for (key, value) in &salvage.meta {
        index.note(key, value)?;
    }
    let index = index.again()?;
    let store = index.store(&base.root, files, interrupt)?;
    let mut committer = Committer::new(index, &*store);
    let mut adoption = Adoption { console, adopted: 0, failed: None };
    let jobs = jobs(&found, &salvage, &settings.narrowing.spec, market, adoption.console)?;
    let shop = Shop { store: &*store, interrupt, task: Task::Adopt, depth: Depth::Hash };
    let source = Market::of(&base.source)?.cancel_by(interrupt.flag().clone());
    let filter = Filter::default();
    let feed = move |units: &_, events: &_| {
        let (market, filter) = (Some(&source), &filter);
        Feeder { market, index: None, filter, now, interrupt, units, events }.feed(jobs);
    };
    pipe::run(&shop, base.jobs, feed, Some(&mut committer), &mut adoption)?;
    let (adopted, failed) = (adoption.adopted, adoption.failed);
    committer.into_index().close()?;
    if let Some(error) = store.is_lost() {
        remove(&building).map_err(|error| refuse(&error))?;
        return Err(error.into());
    }
    if interrupt.is_set() {
        remove(&building).map_err(|error| refuse(&error))?;
        return Err(Error::Interrupted);
    }
    if let Some(why) = failed {
        remove(&building).map_err(|error| refuse(&error))?;
        return Err(refuse(&why));
    }
    let kept = replace(&building, &file).map_err(|error| refuse(&error))?;
    let place = kept.map_or_else(String::new, |kept| format!("; the old one is {}", kept.display()));
    console.warn(&format!(
        "the index was made again, from {adopted} pictures and {} rows that could still be read{place}",
        salvage.rows
    ));
    Ok(())
}

/// The series and specs of the pictures that are there; says which are left out.
fn jobs(
    found: &BTreeMap<Group, u64>,
    salvage: &Salvage,
    told: &Spec,
    market: &Market,
    console: &mut Console,
) -> Result<Vec<Job>, Error> {
    let listed = market.all()?;
    let mut jobs = Vec::new();
    for (group, count) in found {
        let what = || format!("{count} pictures of {} {}", shown(&group.symbol), shown(&group.interval));
        let is_it = |listed: &&Listed| listed.symbol == group.symbol && listed.interval == group.interval;
        let Some(listed) = listed.iter().find(is_it) else {
            console.warn(&format!("{} are not looked at: the source has no such series", what()));
            continue;
        };
        match salvage.spec(group, told) {
            Some(spec) => {
                jobs.push(Job { series: Some(listed.series.clone()), what: What::Ends(Arc::new(spec)), span: None });
            }
            None => console.warn(&format!(
                "{} with the tag {:?} are not looked at: nothing says what their spec is; run again with its flags",
                what(),
                group.tag
            )),
        }
    }
    Ok(jobs)
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
    meta: Vec<(&'static str, String)>,
    /// Rows that are in the new index as they were.
    rows: u64,
}

impl Salvage {
    /// Copies what can be read of the index at `file` into a new one.
    fn from(file: &Path, index: &mut Index, interrupt: &Interrupt) -> Result<Self, Error> {
        let mut salvage = Self::default();
        let Ok(wreck) = open(file) else {
            return Ok(salvage);
        };
        interrupt.reaches(&wreck);
        // Whatever cannot be read is passed over: this is what is left of a wreck.
        if !matches!(look(&wreck), Ok(true)) {
            return Ok(salvage);
        }
        if let Ok(mut select) = wreck.prepare("SELECT spec_json FROM specs LIMIT 100000")
            && let Ok(mut rows) = select.query([])
        {
            while let Ok(Some(row)) = rows.next() {
                salvage
                    .specs
                    .extend(row.get::<_, String>(0).ok().and_then(|json| Spec::from_json(&json).ok()));
            }
        }
        for key in KEPT {
            let value = wreck
                .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get::<_, String>(0));
            let fits = |value: &String| {
                key != "id" || (value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_hexdigit()))
            };
            salvage.meta.extend(value.ok().filter(fits).map(|value| (key, value)));
        }
        salvage.rows = index.copy_rows(&wreck, &salvage.specs)?;
        Ok(salvage)
    }

    /// The spec of a group: from the index, by its tag, or as flags and configuration have it.
    fn spec(&self, group: &Group, told: &Spec) -> Option<Spec> {
        let sized = |options: &SpecOptions| {
            let (width, height, window) = (group.width, group.height, group.window);
            Spec::new(SpecOptions { width, height, window, ..options.clone() }).ok()
        };
        let styled = |style: Style| sized(&SpecOptions { style, ..SpecOptions::default() });
        let fits = |spec: &Spec| Group::new(&group.symbol, &group.interval, spec) == *group;
        let known = self.specs.iter().filter_map(|spec| sized(spec.options()));
        let told = sized(told.options()).into_iter();
        let styles = STYLES.iter().filter_map(|name| styled(Style::named(name).ok()?));
        known.chain(told).chain(styles).find(fits)
    }
}

/// Puts a new index in the place of an old one; gives the old one's new name, none where there was no index.
fn replace(building: &Path, file: &Path) -> io::Result<Option<PathBuf>> {
    let exists = |file: &Path| fs::symlink_metadata(file).is_ok();
    let is_taken =
        |aside: &PathBuf| exists(aside) || BESIDE.iter().any(|suffix| exists(&beside(aside, suffix)));
    let Some(aside) = (1_u32..).map(|n| beside(file, &format!(".damaged-{n}"))).find(|it| !is_taken(it))
    else {
        return Err(io::Error::other("no free name is left for the old one"));
    };
    // A journal that outlived its database would be taken for the new one's.
    for suffix in BESIDE {
        if exists(&beside(file, suffix)) {
            fs::rename(beside(file, suffix), beside(&aside, suffix))?;
        }
    }
    let kept = exists(file).then_some(aside);
    if let Some(aside) = &kept {
        // With a second name for the old one there is an index at every moment, where the file system knows such.
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

/// Counts what is set down.
struct Adoption<'a> {
    console: &'a mut Console,
    adopted: u64,
    /// Why the new index would lack what it should hold.
    failed: Option<String>,
}

impl Audience for Adoption<'_> {
    fn surveyed(&mut self, _: usize, _: Survey) {}

    fn refused(&mut self, _: usize, reason: &str) {
        self.console.complain(&format!("a series is left out: {reason}"));
    }

    fn counted(&mut self, _: usize, _: Counts) {}

    fn end_refused(&mut self, _: usize, _: i64, _: &str) {}

    fn rendered(&mut self, _: &Row) {
        self.adopted += 1;
    }

    fn missed(&mut self, _: &Row) {}

    fn failed(&mut self, _: usize, path: &str, reason: &str, _: Option<Finding>) {
        self.failed.get_or_insert_with(|| format!("{}: {reason}", shown(path)));
    }

    fn found(&mut self, _: Finding) {}

    fn unreadable(&mut self, number: usize, path: &str, reason: &str) {
        self.failed(number, path, reason, None);
    }
}
