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
};

use render_core::{PicturePath, STYLES, Spec, SpecOptions, Style};
use rusqlite::{Connection, OpenFlags};

use crate::{
    check::Depth,
    config::AuditSettings,
    console::Console,
    ends::Survey,
    error::Error,
    event::{Audience, Counts},
    feed::{Feeder, Job, What},
    filter::Filter,
    finding::Finding,
    index::{self, Index},
    interrupt::Interrupt,
    key::Group,
    market::Market,
    pipe,
    rows::Row,
    session::committer,
    sqlite::{beside, uri},
    store::{Files, Store},
    value::shown,
    work::{Shop, Task},
};

/// What SQLite keeps beside a database; each must go before the database itself does.
const BESIDE: [&str; 3] = ["-wal", "-journal", "-shm"];
/// Values of the index as a whole that outlive it: its temporaries carry the id.
const KEPT: [&str; 3] = ["id", "taken_over", "shard"];

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
    let everything =
        Filter { symbols: Vec::new(), intervals: Vec::new(), start: i64::MIN, end: i64::MAX, stride: 1 };
    if base.filter != everything {
        return Err(Error::Usage(
            "--rebuild-index makes the whole index; leave out --symbol, --interval, --start, --end and --stride"
                .to_owned(),
        ));
    }
    let file = index::follow(&base.index)?;
    let refuse = |error: &dyn std::fmt::Display| Error::Index {
        file: file.clone(),
        why: format!("cannot be made again: {error}"),
    };
    let salvage = Salvage::from(&file);
    let found = pictures(&base.root)
        .map_err(|error| Error::Root { root: base.root.clone(), why: format!("cannot be read: {error}") })?;

    let building = beside(&file, ".rebuilding");
    // Left by a rebuilding that was killed.
    remove(&building).map_err(|error| refuse(&error))?;
    let mut index = Index::open(&building)?;
    for (key, value) in &salvage.meta {
        index.note(key, value)?;
    }
    let store = Store::new(&base.root, index.id(), files);
    let mut committer = committer(index, &store, base);
    let mut adoption = Adoption { console, adopted: 0, failed: None };
    let mut jobs = Vec::new();
    for (group, count) in &found {
        match salvage.spec(group, &settings.narrowing.spec) {
            Some(spec) => {
                // One group at a time: few have many specs.
                let what = What::Ends(Arc::new(spec));
                jobs.push((group, what));
            }
            None => adoption.console.warn(&format!(
                "{count} pictures of {} {} with the tag {:?} are left out: nothing says what their spec is; run again with its flags",
                shown(&group.symbol), shown(&group.interval), group.tag
            )),
        }
    }
    let listed = market.all()?;
    let jobs: Vec<Job> = jobs
        .into_iter()
        .filter_map(|(group, what)| {
            let is_it = |listed: &&crate::market::Listed| {
                listed.symbol == group.symbol && listed.code == group.interval
            };
            Some(Job { series: Some(listed.iter().find(is_it)?.series.clone()), what })
        })
        .collect();
    let shop = Shop { store: &store, interrupt, task: Task::Adopt, depth: Depth::Hash };
    let source = Market::of(&base.source)?;
    let feed = move |units: &_, events: &_| {
        let (market, filter) = (Some(&source), &everything);
        Feeder { market, index: None, filter, now, interrupt, units, events }.feed(jobs);
    };
    pipe::run(&shop, base.jobs, feed, Some(&mut committer), &mut adoption)?;
    let (adopted, failed) = (adoption.adopted, adoption.failed);
    committer.into_index().close()?;
    if interrupt.is_set() {
        remove(&building).map_err(|error| refuse(&error))?;
        return Err(Error::Interrupted);
    }
    if let Some(why) = failed {
        remove(&building).map_err(|error| refuse(&error))?;
        return Err(refuse(&why));
    }
    let kept = move_aside(&file).map_err(|error| refuse(&error))?;
    fs::rename(&building, &file).map_err(|error| refuse(&error))?;
    let place = kept.map_or_else(String::new, |kept| format!("; the old one is {}", kept.display()));
    console.warn(&format!("the index was made again from {adopted} pictures{place}"));
    Ok(())
}

/// The groups of all pictures under the root, with the number of each.
fn pictures(root: &Path) -> io::Result<BTreeMap<Group, u64>> {
    let (mut folders, mut found) = (vec![String::new()], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let kind = entry.file_type()?;
            if kind.is_dir() && !name.starts_with('.') && path.split('/').count() < 5 {
                folders.push(path);
            } else if kind.is_file()
                && let Some(named) = PicturePath::parse(&path)
            {
                *found.entry(Group::from(&named)).or_default() += 1;
            }
        }
    }
    Ok(found)
}

/// What can still be read of a damaged index.
#[derive(Debug, Default)]
struct Salvage {
    specs: Vec<Spec>,
    meta: Vec<(&'static str, String)>,
}

impl Salvage {
    fn from(file: &Path) -> Self {
        let flags =
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let Ok(connection) = Connection::open_with_flags(uri(file, "mode=ro"), flags) else {
            return Self::default();
        };
        let (mut specs, mut meta) = (Vec::new(), Vec::new());
        // Whatever cannot be read is passed over: this is what is left of a wreck.
        if let Ok(mut select) = connection.prepare("SELECT spec_json FROM specs")
            && let Ok(mut rows) = select.query([])
        {
            while let Ok(Some(row)) = rows.next() {
                specs.extend(row.get::<_, String>(0).ok().and_then(|json| Spec::from_json(&json).ok()));
            }
        }
        for key in KEPT {
            let value = connection
                .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get::<_, String>(0));
            let fits = |value: &String| {
                key != "id" || (value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_hexdigit()))
            };
            meta.extend(value.ok().filter(fits).map(|value| (key, value)));
        }
        Self { specs, meta }
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

/// Moves an index and what belongs to it aside, over nothing; gives its new name, none where there was no index.
fn move_aside(file: &Path) -> io::Result<Option<PathBuf>> {
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
    if !exists(file) {
        return Ok(None);
    }
    fs::rename(file, &aside)?;
    Ok(Some(aside))
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
