//! [`AuditPass`]: one pass of `verify` or `repair` over the index and the root.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use candles::{Interval, format_utc};
use market::Market;
use store::Store;

use super::request::{AuditRequest, AuditSummary};
use crate::{
    Error, Note, Notice, PictureCache, Run, Subset,
    check::Depth,
    clock::Clock,
    index::{Reader, groups::Groups},
    key::Group,
    lock::Lock,
    orphans::Search,
    pipeline::{
        Stop,
        committer::Committer,
        feeder::{Job, What},
        pass::Pass,
        worker::{Shared, Task},
    },
    recorder::Recorder,
    session::Session,
    shard,
    subset::SubsetFilter,
};

/// One pass over the index and the root.
pub struct AuditPass<'a> {
    pub cache: &'a PictureCache<'a>,
    pub request: &'a AuditRequest,
    pub task: Task,
    /// Whether orphans are deleted.
    pub delete_orphans: bool,
    /// Whether the index was just made again, so that it may lack rows.
    pub rebuilt: bool,
    pub subset: SubsetFilter,
    pub market: Option<&'a mut Market>,
}

/// What there is to look at.
#[derive(Debug, Default)]
struct Entries {
    work: Vec<Job>,
    /// The symbol and the interval of each of these.
    names: Vec<(String, String)>,
    groups: BTreeSet<Group>,
    count: u64,
    strange: u64,
    /// The intervals that the source knows, by their codes.
    intervals: BTreeMap<String, Interval>,
}

impl<'a> AuditPass<'a> {
    pub fn new(
        cache: &'a PictureCache<'a>,
        request: &'a AuditRequest,
        task: Task,
        subset: Option<Subset>,
        market: Option<&'a mut Market>,
    ) -> Result<Self, Error> {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).map_err(Error::Random)?;
        let subset = SubsetFilter { subset, seed: u64::from_le_bytes(seed) };
        Ok(Self { cache, request, task, delete_orphans: false, rebuilt: false, subset, market })
    }

    /// Looks without writing anything.
    pub fn read_only(self, file: &Path, run: &mut Run<'_>) -> Result<AuditSummary, Error> {
        let reader = Reader::open(file)?;
        let store = self.cache.store(run)?;
        let holder = Lock::holder(file);
        let looks_for_orphans = holder.is_none();
        if let Some(holder) = holder {
            run.note(&Note::InUse { holder });
        }
        self.run(&reader, &*store, None, looks_for_orphans, run)
    }

    /// Looks, writes into the index what it finds and does, and notes the time under the key `done`.
    pub fn write(
        self,
        lock: Lock,
        file: &Path,
        clock: Clock,
        done: Option<&str>,
        run: &mut Run<'_>,
    ) -> Result<AuditSummary, Error> {
        let Session { lock, index, store } = self.cache.resume(lock, file, clock, run)?;
        let reader = index.reader()?;
        if matches!(self.task, Task::Repair { .. }) && reader.shard_state()?.shard.is_some() {
            shard::index::watch(&index)?;
        }
        let mut committer = Committer::new(index, &*store);
        let mut summary = self.run(&reader, &*store, Some(&mut committer), true, run)?;
        // The last connection to close moves the WAL into the database, unless it only reads.
        drop(reader);
        let mut index = committer.into_index();
        if let Some(done) = done.filter(|_| !summary.cancelled && summary.failure.is_none()) {
            summary.failure = index.note(done, &format_utc(clock.seconds())).err();
        }
        drop(index);
        if summary.failure.is_none() {
            lock.release(store.leaves_temporaries());
        }
        Ok(summary)
    }

    fn run(
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
        groups.must_be_some(specs, &reader.file)?;
        let Entries { work, names, groups: admitted, count, strange, intervals } =
            self.entries(reader, groups)?;
        let (now, stop) = (run.now, &Stop::new(run.cancel));
        let mut recorder = Recorder::new(names, run.observer);
        if strange > 0 {
            recorder.observer.notice(Notice::StrangeRows(strange));
        }
        recorder.observer.expect(count, 0);

        let Self { cache, task, subset, market, .. } = self;
        let was_finished = reader.shard_state()?.finished.is_some();
        let shared = Shared { store, stop, task, depth: *depth };
        let index = Some(reader.again()?);
        let pass = Pass { jobs: cache.jobs, market, index, filter, now, work, shared };
        pass.run(committer, &mut recorder)?;
        let state = reader.shard_state()?;
        if was_finished && state.finished.is_none() {
            recorder.note(&Note::NotFinishedAnyMore);
        }
        let deletes = self.delete_orphans && task == (Task::Repair { dry_run: false });
        if state.shard.is_some() && deletes {
            recorder.note(&Note::OrphansOfShards);
        }
        if looks_for_orphans && state.shard.is_none() && !stop.is_set() {
            let search = Search { store, reader, filter, specs, admitted, intervals, subset, stop };
            search.find(deletes, self.rebuilt, &mut recorder)?;
        }
        let Recorder { series, others, unreadable_folders, .. } = recorder;
        Ok(AuditSummary {
            series,
            others,
            strange_rows: strange,
            unreadable_folders,
            cancelled: stop.is_set(),
            failure: store.is_lost().map(Error::Store),
        })
    }

    /// What there is to look at, series by series.
    fn entries(&self, reader: &Reader, groups: Groups) -> Result<Entries, Error> {
        let listed = match &self.market {
            Some(market) => market.all()?,
            None => Vec::new(),
        };
        let mut names = reader.names()?;
        names.extend(listed.iter().map(|listed| (listed.symbol.clone(), listed.interval.clone())));
        let place = format!("{} and its source", self.cache.index.display());
        let names = names.iter().map(|(symbol, interval)| (symbol.as_str(), interval.as_str()));
        self.request.filter.check(&place, names)?;

        let intervals = listed.iter().filter_map(|listed| listed.series.as_ref().ok());
        let intervals = intervals.map(|it| (it.interval.code().to_owned(), it.interval.clone())).collect();
        let mut entries = Entries { strange: groups.strange, intervals, ..Entries::default() };
        for rows in groups.rows {
            let Group { symbol, interval, .. } = &*rows.group;
            entries.count += rows.counts.all;
            entries.groups.insert((*rows.group).clone());
            let name = (symbol.clone(), interval.clone());
            // Groups are sorted by series.
            if entries.names.last() != Some(&name) {
                let is_it =
                    |listed: &&market::Listed| (&listed.symbol, &listed.interval) == (symbol, interval);
                let series = listed.iter().find(is_it).map(|listed| listed.series.clone());
                let what = What::Entries(Vec::new(), self.subset);
                entries.work.push(Job { series, what, span: None });
                entries.names.push(name);
            }
            if let Some(Job { what: What::Entries(all, _), .. }) = entries.work.last_mut() {
                all.push(rows);
            }
        }
        Ok(entries)
    }
}
