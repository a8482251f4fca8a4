//! `verify` and `repair`: every entry of the index is judged, and every orphan found.

use std::collections::{BTreeMap, BTreeSet};

use candles::{Interval, format_utc, text::shown};
use crossbeam_channel::Sender;
use market::{Filter, Market};
use render_core::{PicturePath, Spec};
use serde::Serialize;
use store::{LARGEST, LookupCache, Store};

use crate::{
    Error, Note, Notice, PictureCache, Run, SpecFilter,
    check::Depth,
    clock::Clock,
    index::{self, Reader, groups::Groups},
    key::Group,
    lock::Lock,
    observer::SeriesSummary,
    orphans::Search,
    pipeline::{
        self, Stop, Units,
        committer::{CommitSink, Committer},
        event::Event,
        feeder::{Feeder, Job, What, Which},
        worker::{Shop, Task, worker},
    },
    recorder::Recorder,
    session::Session,
    shard::{self, marker},
};

/// What [`PictureCache::verify`] and [`PictureCache::repair`] look at, and how closely.
#[derive(Debug, Clone)]
pub struct AuditRequest {
    /// Which ends.
    pub filter: Filter,
    /// Which specs.
    pub specs: SpecFilter,
    /// How closely files are looked at.
    pub depth: Depth,
}

/// How [`PictureCache::verify`] goes about it.
#[derive(Debug, Clone, Copy, Default)]
pub struct VerifyOptions {
    /// Only these of the entries.
    pub subset: Option<Subset>,
    /// Whether findings are written into the index.
    pub record: bool,
}

/// How [`PictureCache::repair`] goes about it.
#[derive(Debug, Clone, Default)]
pub struct RepairOptions {
    /// Only find out what would be done.
    pub dry_run: bool,
    /// Delete pictures that no row of this index has.
    pub delete_orphans: bool,
    /// Make the index again from the pictures first. Where nothing else says how pictures look, they
    /// look like this.
    pub rebuild_index: Option<Box<Spec>>,
}

/// Which entries a partial verify looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Subset {
    /// The `part`-th, from 1, of so many `parts`; together they are all.
    Part {
        /// From 1.
        part: u64,
        /// At least `part`.
        parts: u64,
    },
    /// So many of 100, others each time.
    Share(f64),
}

/// What a verify or repair has seen and done.
#[derive(Debug, Default, Serialize)]
pub struct AuditSummary {
    /// What became of each series.
    pub series: Vec<SeriesSummary>,
    /// Orphans that belong to no series of the run.
    pub others: SeriesSummary,
    /// Rows that name no picture, since their values have the wrong types.
    pub strange_rows: u64,
    /// Folders that could not be read.
    pub unreadable_folders: u64,
    /// Whether the run was cancelled before its end.
    pub cancelled: bool,
    /// What failed after everything above.
    #[serde(skip)]
    pub failure: Option<Error>,
}

impl AuditSummary {
    /// The sum of a count over all series.
    #[must_use]
    pub fn sum(&self, count: impl Fn(&SeriesSummary) -> u64) -> u64 {
        self.series.iter().chain([&self.others]).map(count).sum()
    }

    /// Whether nothing is left corrupt, stale or orphaned.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.strange_rows == 0 && self.sum(|it| it.corrupt + it.stale + it.orphaned) == 0
    }

    /// Pictures and folders that could not be read or written.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.sum(|it| it.failed) + self.unreadable_folders
    }

    /// Series that could not be used.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.series.iter().filter(|it| it.refused.is_some()).count()
    }
}

impl PictureCache<'_> {
    /// Judges the entries of the index, and records what is wrong unless it is told not to. Without
    /// a market only files are compared with their rows.
    ///
    /// # Errors
    /// Where the index, the market or the root cannot be used. What is wrong with pictures is in the
    /// summary and told to the observer.
    pub fn verify(
        &self,
        market: Option<&mut Market>,
        request: &AuditRequest,
        options: &VerifyOptions,
        run: &mut Run<'_>,
    ) -> Result<AuditSummary, Error> {
        let file = self.begin_audit(run)?;
        let is_whole = options.subset.is_none() && market.is_some();
        let audit = Audit::new(self, request, Task::Verify, options.subset, market)?;
        if !options.record {
            return audit.read_only(&file, run);
        }
        index::must_exist(&file)?;
        index::must_be_ours(&file)?;
        let lock = Lock::take(&file, Clock::at(run.now))?;
        audit.write(lock, &file, is_whole.then_some("last_verify"), run)
    }

    /// Judges the entries of the index, and makes again what is corrupt or stale.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn repair(
        &self,
        mut market: &mut Market,
        request: &AuditRequest,
        options: &RepairOptions,
        run: &mut Run<'_>,
    ) -> Result<AuditSummary, Error> {
        let file = self.begin_audit(run)?;
        let task = Task::Repair { dry_run: options.dry_run };
        let new = |market| {
            let audit = Audit::new(self, request, task, None, Some(market))?;
            let (delete_orphans, rebuilt) = (options.delete_orphans, options.rebuild_index.is_some());
            Ok::<_, Error>(Audit { delete_orphans, rebuilt, ..audit })
        };
        if options.dry_run {
            return new(market)?.read_only(&file, run);
        }
        let lock = match &options.rebuild_index {
            None => {
                index::must_exist(&file)?;
                index::must_be_ours(&file)?;
                Lock::take(&file, Clock::at(run.now))?
            }
            Some(spec) => {
                self.check_rebuild(&file, market, &request.filter, run)?;
                let lock = Lock::take(&file, Clock::at(run.now))?;
                self.rebuild(&file, &mut market, spec, run)?;
                lock
            }
        };
        new(market)?.write(lock, &file, Some("last_repair"), run)
    }

    /// The index's file; notes where its pictures are looked for in another root than it says.
    fn begin_audit(&self, run: &mut Run<'_>) -> Result<std::path::PathBuf, Error> {
        let file = index::follow(&self.index)?;
        let known = shard::index::known_root(&file, &self.environment).ok().flatten();
        if let Some(known) = known.filter(|known| !known.is_same_as(&self.root)) {
            let (known, root) = (known.to_string(), self.root.to_string());
            run.note(&Note::OtherRoot { index: file.display().to_string(), known, root });
        }
        Ok(file)
    }
}

/// One pass over the index.
struct Audit<'a> {
    cache: &'a PictureCache<'a>,
    request: &'a AuditRequest,
    task: Task,
    delete_orphans: bool,
    /// What a new index lacks is not known to be of no use.
    rebuilt: bool,
    which: Which,
    market: Option<&'a mut Market>,
}

/// What there is to look at.
#[derive(Debug, Default)]
struct Entries {
    work: Vec<Job>,
    /// Symbol and interval of each.
    names: Vec<(String, String)>,
    groups: BTreeSet<Group>,
    count: u64,
    strange: u64,
}

impl<'a> Audit<'a> {
    fn new(
        cache: &'a PictureCache<'a>,
        request: &'a AuditRequest,
        task: Task,
        subset: Option<Subset>,
        market: Option<&'a mut Market>,
    ) -> Result<Self, Error> {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).map_err(Error::Random)?;
        let which = Which { subset, seed: u64::from_le_bytes(seed) };
        Ok(Self { cache, request, task, delete_orphans: false, rebuilt: false, which, market })
    }

    /// LookupCache without writing anything.
    fn read_only(self, file: &std::path::Path, run: &mut Run<'_>) -> Result<AuditSummary, Error> {
        let reader = Reader::open(file)?;
        let store = self.cache.store(run)?;
        let holder = Lock::holder(file);
        let looks_for_orphans = holder.is_none();
        if let Some(holder) = holder {
            run.note(&Note::InUse { holder });
        }
        self.go(&reader, &*store, None, looks_for_orphans, run)
    }

    /// LookupCache, writes down what it finds, and notes when it was done under the key `done`.
    fn write(
        self,
        lock: Lock,
        file: &std::path::Path,
        done: Option<&str>,
        run: &mut Run<'_>,
    ) -> Result<AuditSummary, Error> {
        let Session { lock, index, store } = self.cache.resume(lock, file, run)?;
        let reader = index.reader()?;
        let clock = index.clock;
        if matches!(self.task, Task::Repair { .. }) && reader.shard_state()?.shard.is_some() {
            shard::index::watch(&index)?;
        }
        let mut committer = Committer::new(index, &*store);
        let summary = self.go(&reader, &*store, Some(&mut committer), true, run)?;
        // The last connection to close moves the WAL into the database, unless it only reads.
        drop(reader);
        if let Some(done) = done.filter(|_| !summary.cancelled && summary.failure.is_none()) {
            committer.into_index().note(done, &format_utc(clock.seconds()))?;
        }
        lock.release(store.leaves_temporaries());
        Ok(summary)
    }

    fn go(
        self,
        reader: &Reader,
        store: &dyn Store,
        committer: Option<&mut Committer<'_>>,
        looks_for_orphans: bool,
        run: &mut Run<'_>,
    ) -> Result<AuditSummary, Error> {
        let AuditRequest { filter, specs, depth } = self.request;
        if *depth > Depth::Quick {
            reader.check_integrity()?;
        }
        let groups = reader.groups(filter, specs)?;
        groups.must_be_some(specs, reader.file())?;
        let (entries, intervals) = self.entries(reader, groups)?;
        let (now, stop) = (run.now, &Stop::new(run.cancel));
        let mut recorder = Recorder::new(entries.names, run.observer);
        if entries.strange > 0 {
            recorder.observer.notice(Notice::StrangeRows(entries.strange));
        }
        recorder.observer.expect(entries.count, 0);

        let Self { cache, task, which, market, .. } = self;
        let shop = Shop { store, stop, task, depth: *depth };
        let (other_reader, work) = (reader.again()?, entries.work);
        let feed = move |units: &Units, events: &Sender<Event>| {
            let (market, index) = (market.map(|market| &*market), Some(&other_reader));
            let tell = &|event| events.send(event).map_err(|_| pipeline::Closed);
            Feeder { market, index, filter, now, stop, units, tell }.feed(work);
        };
        let was_finished = reader.shard_state()?.finished.is_some();
        let mut sink = CommitSink { committer, recorder: &mut recorder };
        pipeline::run(cache.jobs, stop, feed, || worker(&shop), &mut sink)?;
        let state = reader.shard_state()?;
        if was_finished && state.finished.is_none() {
            recorder.note(&Note::NotFinishedAnyMore);
        }
        let deletes = self.delete_orphans && task == (Task::Repair { dry_run: false });
        if state.shard.is_some() && deletes {
            recorder.note(&Note::OrphansOfShards);
        }
        if looks_for_orphans && state.shard.is_none() && !stop.is_set() {
            let search =
                Search { store, reader, filter, specs, admitted: entries.groups, intervals, which, stop };
            find_orphans(&search, deletes, self.rebuilt, &mut recorder)?;
        }
        let Recorder { series, others, unreadable_folders, .. } = recorder;
        Ok(AuditSummary {
            series,
            others,
            strange_rows: entries.strange,
            unreadable_folders,
            cancelled: stop.is_set(),
            failure: store.is_lost().map(Error::Store),
        })
    }

    /// What there is to look at, series by series, and the intervals that the source knows.
    fn entries(
        &self,
        reader: &Reader,
        groups: Groups,
    ) -> Result<(Entries, BTreeMap<String, Interval>), Error> {
        let listed = match &self.market {
            Some(market) => market.all()?,
            None => Vec::new(),
        };
        let mut names = reader.names()?;
        names.extend(listed.iter().map(|listed| (listed.symbol.clone(), listed.interval.clone())));
        let place = format!("{} and its source", self.cache.index.display());
        let pairs = names.iter().map(|(symbol, interval)| (symbol.as_str(), interval.as_str()));
        self.request.filter.check(&place, pairs)?;

        let intervals = listed
            .iter()
            .filter_map(|listed| listed.series.as_ref().ok())
            .map(|series| (series.interval.code().to_owned(), series.interval.clone()))
            .collect();
        let mut entries = Entries { strange: groups.strange, ..Entries::default() };
        for rows in groups.rows {
            let Group { symbol, interval, .. } = &*rows.group;
            entries.count += rows.counts.all;
            entries.groups.insert((*rows.group).clone());
            let name = (symbol.clone(), interval.clone());
            if entries.names.last() != Some(&name) {
                // Groups are sorted by series.
                let found =
                    listed.iter().find(|listed| listed.symbol == *symbol && listed.interval == *interval);
                let series = found.map(|listed| listed.series.clone());
                let what = What::Entries(Vec::new(), self.which);
                entries.work.push(Job { series, what, span: None });
                entries.names.push(name);
            }
            if let Some(Job { what: What::Entries(all, _), .. }) = entries.work.last_mut() {
                all.push(rows);
            }
        }
        Ok((entries, intervals))
    }
}

/// What is found of an orphan.
const NO_ROW: &str = "no row of this index has it";

/// Lists orphans, and deletes them where that is asked for and safe.
fn find_orphans(
    search: &Search<'_>,
    deletes: bool,
    rebuilt: bool,
    recorder: &mut Recorder<'_>,
) -> Result<(), Error> {
    let (mut kept, untold) = match marker::forbids_deletion(search.store, &search.reader.shard_state()?) {
        Ok(kept) => (kept, None),
        Err(error) => (Some("whether shards have pictures there cannot be told".to_owned()), Some(error)),
    };
    let of_shards = kept.is_some();
    let mut orphans = Vec::new();
    let known = search.reader.all_groups()?;
    let seen = search.run(&mut |path, end| {
        // Where several indexes share a root, most differ in series or spec.
        if !PicturePath::parse(path).is_some_and(|named| known.contains(&Group::from(&named))) {
            let reason = format!("{NO_ROW}, nor any of its series and spec: another index may own it");
            recorder.orphan(path, end, &reason, false, false);
        } else if of_shards {
            let reason = format!("{NO_ROW}: a shard that is not merged yet may own it");
            recorder.orphan(path, end, &reason, false, false);
        } else if deletes {
            // Nothing is deleted before all of the root has been looked at.
            orphans.push((path.to_owned(), end));
        } else {
            recorder.orphan(path, end, NO_ROW, !rebuilt, false);
        }
    })?;
    for (folder, why) in &seen.unreadable {
        recorder.unreadable_folder(folder, why);
    }
    // A folder that resists a second look has been told of.
    if let Some(error) = untold.filter(|_| seen.unreadable.is_empty()) {
        recorder.unreadable_folder("", &error.to_string());
    }
    if let Some(temporary) = &seen.of_another_index {
        kept.get_or_insert_with(|| {
            format!("another index writes to this root, or was killed; {} is its", shown(temporary))
        });
    }
    if kept.is_none() {
        orphans = ours(orphans, search.store, recorder);
    }
    let (paths, ends): (Vec<String>, Vec<i64>) = orphans.into_iter().unzip();
    let mut deleted = if kept.is_none() { search.store.delete(&paths) } else { Vec::new() }.into_iter();
    for (path, end) in paths.iter().zip(ends) {
        match deleted.next() {
            None => recorder.orphan(path, end, NO_ROW, !rebuilt, false),
            Some(Ok(())) => recorder.orphan(path, end, NO_ROW, true, true),
            Some(Err(error)) => {
                recorder.orphan(path, end, &format!("cannot be deleted: {error}"), !rebuilt, false);
            }
        }
    }
    let is_left = recorder.series.iter().chain([&recorder.others]).any(|series| series.orphaned > 0);
    if let Some(why) = kept.filter(|_| deletes && is_left) {
        recorder.note(&Note::OrphansKept(why));
    }
    Ok(())
}

/// Those of the orphans that image-cache made; tells of the others, which are never deleted.
fn ours(
    mut orphans: Vec<(String, i64)>,
    store: &dyn Store,
    recorder: &mut Recorder<'_>,
) -> Vec<(String, i64)> {
    let mut cache = LookupCache::default();
    store.will_open(orphans.iter().map(|(path, _)| (path.clone(), LARGEST)).collect(), &mut cache);
    orphans.retain(|(path, end)| {
        let reason = match store.may_hold_foreign(path, &mut cache) {
            Ok(false) => return true,
            Ok(true) => format!("{NO_ROW}, and another tool may have made it: move it away or delete it"),
            Err(error) => format!("cannot be deleted: {error}"),
        };
        recorder.orphan(path, *end, &reason, false, false);
        false
    });
    orphans
}
