//! What `verify` and `repair` have in common: every entry of the index is judged, and every orphan found.

mod json;
mod mend;
mod report;
mod text;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

use candles::text::shown;
use market::Market;
use render_core::{Interval, PicturePath, format_utc};
use store::{Files, LARGEST, LookupCache, Store};

use crate::{
    check::Depth,
    claim, clock,
    commit::Committer,
    config::{Audit, AuditSettings},
    console::Console,
    error::Error,
    feed::{Feeder, Job, What, Which},
    finding::{Finding, Kind},
    groups::Groups,
    index::{self, Reader},
    interrupt::Interrupt,
    key::Group,
    lock::Lock,
    orphans::Search,
    pipe, rebuild,
    render::Ending,
    session::Session,
    shard::Shard,
    sharded,
    work::{Shop, Task},
};

pub use report::MOST_SHOWN;
use report::{Orphan, Report};

/// Does what `settings` say, at the time `now`; says on `stderr` what goes wrong.
pub fn run(
    settings: &AuditSettings,
    now: i64,
    files: &dyn Files,
    interrupt: &Interrupt,
    stderr: Box<dyn Write>,
) -> Result<Ending, Error> {
    let done = look(settings, now, files, interrupt, stderr);
    // A shard's index is made again by its shard alone.
    match Shard::named_by(&settings.base.index) {
        Some(shard) => {
            done.map_err(|error| error.advising(&format!("move it away, and render shard {shard} again")))
        }
        None => done,
    }
}

fn look(
    settings: &AuditSettings,
    now: i64,
    files: &dyn Files,
    interrupt: &Interrupt,
    stderr: Box<dyn Write>,
) -> Result<Ending, Error> {
    let AuditSettings { base, task, .. } = settings;
    let mut console = Console::new(base.output, stderr);
    let file = index::follow(&base.index)?;
    if let Some(text) = claim::other_root(&file, &base.root) {
        console.warn(&text);
    }
    let rebuild = matches!(task, Audit::Repair { rebuild_index: true, .. });
    if !rebuild {
        index::must_exist(&file)?;
    }
    let market = match task {
        Audit::Verify { files_only: true, .. } => None,
        _ => Some(Market::of(&base.source)?.cancel_by(interrupt.flag().clone())),
    };
    let seed = random()?;
    let task_of = |market: Option<Market>| Run { settings, market, now, interrupt, seed };
    match task {
        Audit::Verify { record: false, .. } | Audit::Repair { dry_run: true, .. } => {
            let reader = Reader::open(&file)?;
            let store = index::open_store(&base.root, files, interrupt)?;
            let holder = Lock::holder(&file);
            if let Some(holder) = &holder {
                console.warn(&format!(
                    "another image-cache ({holder}) writes to this index; orphans are not looked for"
                ));
            }
            task_of(market).go(&reader, &*store, None, holder.is_none(), console)
        }
        _ => {
            if rebuild {
                rebuild::check(settings, &file, &*index::open_store(&base.root, files, interrupt)?)?;
            } else {
                index::must_be_ours(&file)?;
            }
            let lock = Lock::take(&file)?;
            if rebuild && let Some(market) = &market {
                rebuild::run(settings, market, now, files, interrupt, &mut console)?;
            }
            let Session { lock, index, store } = Session::with(lock, base, files, interrupt, &mut console)?;
            let reader = index.reader()?;
            if matches!(task, Audit::Repair { .. }) && reader.is_shard()? {
                claim::watch(&index)?;
            }
            let mut committer = Committer::new(index, &*store);
            let ending = task_of(market).go(&reader, &*store, Some(&mut committer), true, console)?;
            // The last connection to close moves the WAL into the database, unless it only reads.
            drop(reader);
            let what = match task {
                Audit::Verify { subset: None, files_only: false, .. } => Some("last_verify"),
                Audit::Verify { .. } => None,
                Audit::Repair { .. } => Some("last_repair"),
            };
            if let Some(what) = what.filter(|_| ending != Ending::Interrupted) {
                committer.into_index().note(what, &format_utc(clock::seconds()))?;
            }
            lock.release(store.leaves_temporaries());
            Ok(ending)
        }
    }
}

fn random() -> Result<u64, Error> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::System { what: "cannot get a random number", why: error.to_string() })?;
    Ok(u64::from_le_bytes(bytes))
}

/// One pass over the index.
struct Run<'a> {
    settings: &'a AuditSettings,
    market: Option<Market>,
    now: i64,
    interrupt: &'a Interrupt,
    seed: u64,
}

impl Run<'_> {
    fn go(
        self,
        reader: &Reader,
        store: &dyn Store,
        committer: Option<&mut Committer<'_>>,
        orphans: bool,
        console: Console,
    ) -> Result<Ending, Error> {
        let Self { settings, now, interrupt, .. } = self;
        let AuditSettings { base, depth, narrowing, .. } = settings;
        if *depth > Depth::Quick {
            reader.check_integrity()?;
        }
        let groups = reader.groups(&base.filter, narrowing)?;
        groups.must_be_some(narrowing, reader.file())?;
        let (jobs, intervals) = self.jobs(reader, groups)?;
        let mut report = Report::new(settings, console, &jobs.names);
        report.strange(jobs.strange);
        report.expect(jobs.entries);

        let task = match settings.task {
            Audit::Verify { .. } => Task::Verify,
            Audit::Repair { dry_run, .. } => Task::Repair { dry_run },
        };
        let shop = Shop { store, interrupt, task, depth: *depth };
        let other_reader = reader.again()?;
        let (which, admitted, work, market) = (self.which(), jobs.groups, jobs.work, self.market);
        let feed = move |units: &_, events: &_| {
            let (market, index, filter) = (market.as_ref(), Some(&other_reader), &base.filter);
            Feeder { market, index, filter, now, interrupt, units, events }.feed(work);
        };
        let was_finished = reader.standing()?.finished.is_some();
        pipe::run(&shop, base.jobs, feed, committer, &mut report)?;
        if was_finished && reader.standing()?.finished.is_none() {
            report.note(
                "candles have changed since this shard was rendered, so it is not finished any more, and merge leaves \
                 it out: run `render --shard` again, and if that says that its plan is another, render all shards anew",
            );
        }
        let wants_deletion = matches!(task, Task::Repair { dry_run: false })
            && matches!(settings.task, Audit::Repair { delete_orphans: true, .. });
        let is_shard = reader.is_shard()?;
        if is_shard && wants_deletion {
            report.note("orphans are not looked for: this index is one shard of several, which may own them");
        }
        if orphans && !is_shard && !interrupt.is_set() {
            let filter = &base.filter;
            let search = Search { store, reader, filter, narrowing, admitted, intervals, which, interrupt };
            settings.find_orphans(&search, &mut report)?;
        }
        let interrupted = interrupt.is_set();
        let ending = report.finish(interrupted)?;
        if let Some(error) = store.is_lost() {
            return Err(error.into());
        }
        Ok(if interrupted { Ending::Interrupted } else { ending })
    }

    fn which(&self) -> Which {
        let subset = match self.settings.task {
            Audit::Verify { subset, .. } => subset,
            Audit::Repair { .. } => None,
        };
        Which { subset, seed: self.seed }
    }

    /// What there is to look at, series by series, and the intervals that the source knows.
    fn jobs(&self, reader: &Reader, groups: Groups) -> Result<(Jobs, BTreeMap<String, Interval>), Error> {
        let filter = &self.settings.base.filter;
        let listed = match &self.market {
            Some(market) => market.all()?,
            None => Vec::new(),
        };
        let mut names = reader.names()?;
        names.extend(listed.iter().map(|listed| (listed.symbol.clone(), listed.interval.clone())));
        let place = format!("{} and its source", self.settings.base.index.display());
        filter.check(&place, names.iter().map(|(symbol, code)| (symbol.as_str(), code.as_str())))?;

        let intervals = listed
            .iter()
            .filter_map(|listed| listed.series.as_ref().ok())
            .map(|series| (series.interval.code().to_owned(), series.interval.clone()))
            .collect();
        let mut jobs = Jobs { strange: groups.strange, ..Jobs::default() };
        for rows in groups.rows {
            let Group { symbol, interval, .. } = &*rows.group;
            jobs.entries += rows.counts.all;
            jobs.groups.insert((*rows.group).clone());
            let name = (symbol.clone(), interval.clone());
            if jobs.names.last() != Some(&name) {
                // Groups are sorted by series.
                let found =
                    listed.iter().find(|listed| listed.symbol == *symbol && listed.interval == *interval);
                let series = found.map(|listed| listed.series.clone());
                jobs.work.push(Job { series, what: What::Entries(Vec::new(), self.which()), span: None });
                jobs.names.push(name);
            }
            if let Some(Job { what: What::Entries(entries, _), .. }) = jobs.work.last_mut() {
                entries.push(rows);
            }
        }
        Ok((jobs, intervals))
    }
}

/// What there is to look at.
#[derive(Debug, Default)]
struct Jobs {
    work: Vec<Job>,
    /// Symbol and interval of each.
    names: Vec<(String, String)>,
    groups: BTreeSet<Group>,
    entries: u64,
    strange: u64,
}

impl AuditSettings {
    /// Lists orphans, and deletes them where that is asked for and safe.
    fn find_orphans(&self, search: &Search<'_>, report: &mut Report) -> Result<(), Error> {
        let wants_deletion = matches!(self.task, Audit::Repair { delete_orphans: true, dry_run: false, .. });
        let (mut kept, untold) = match sharded::forbids_deletion(search.store, &search.reader.standing()?) {
            Ok(kept) => (kept, None),
            Err(error) => (Some("whether shards have pictures there cannot be told".to_owned()), Some(error)),
        };
        let of_shards = kept.is_some();
        let mut orphans = Vec::new();
        let known = search.reader.all_groups()?;
        let seen = search.run(&mut |path, end| {
            // Where several indexes share a root, most differ in series or spec.
            if !PicturePath::parse(path).is_some_and(|named| known.contains(&Group::from(&named))) {
                report.orphan(path, end, &Orphan::Strange);
            } else if of_shards {
                report.orphan(path, end, &Orphan::OfShards);
            } else if wants_deletion {
                // Nothing is deleted before all of the root has been looked at.
                orphans.push((path.to_owned(), end));
            } else {
                report.orphan(path, end, &Orphan::Kept);
            }
        })?;
        for (folder, why) in &seen.unreadable {
            report.unreadable_folder(folder, why);
        }
        // A folder that resists a second look has been told of.
        if let Some(error) = untold.filter(|_| seen.unreadable.is_empty()) {
            report.unreadable_folder("", &error.to_string());
        }
        if let Some(temporary) = &seen.of_another_index {
            kept.get_or_insert_with(|| {
                format!("another index writes to this root, or was killed; {} is its", shown(temporary))
            });
        }
        if kept.is_none() {
            orphans = ours(orphans, search.store, report);
        }
        let (paths, ends): (Vec<String>, Vec<i64>) = orphans.into_iter().unzip();
        let mut deleted = if kept.is_none() { search.store.delete(&paths) } else { Vec::new() }.into_iter();
        for (path, end) in paths.iter().zip(ends) {
            let became = match deleted.next() {
                None => Orphan::Kept,
                Some(Ok(())) => Orphan::Deleted,
                Some(Err(error)) => Orphan::Resists(error.to_string()),
            };
            report.orphan(path, end, &became);
        }
        if let Some(why) = kept.filter(|_| wants_deletion && report.has(Kind::Orphan)) {
            report.note(&format!("orphans are not deleted: {why}"));
        }
        Ok(())
    }
}

/// Those of the orphans that image-cache made; tells of those that another tool may have made.
fn ours(mut orphans: Vec<(String, i64)>, store: &dyn Store, report: &mut Report) -> Vec<(String, i64)> {
    let mut looks = LookupCache::default();
    store.will_open(orphans.iter().map(|(path, _)| (path.clone(), LARGEST)).collect(), &mut looks);
    orphans.retain(|(path, end)| {
        let became = match store.may_hold_foreign(path, &mut looks) {
            Ok(false) => return true,
            Ok(true) => Orphan::Foreign,
            Err(error) => Orphan::Resists(error.to_string()),
        };
        report.orphan(path, *end, &became);
        false
    });
    orphans
}

impl Finding {
    /// An orphan of that path.
    pub fn orphan(path: &str, end: i64) -> Self {
        let reason = "no row of this index has it".to_owned();
        Self { kind: Kind::Orphan, number: None, path: path.to_owned(), end, reason, mendable: true }
    }
}
