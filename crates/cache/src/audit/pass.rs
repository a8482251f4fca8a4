//! [`AuditPass`]: one pass of `verify` or `repair` over the index and the root.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use candles::format_utc;
use market::{Listed, Market};
use render_core::Spec;

use super::request::{AuditRequest, AuditSummary};
use crate::{
    Clock, Committer, Depth, Error, Group, Job, Lock, Name, Note, Notice, OwnFile, OwnPart, OwnSources, Pass,
    PictureCache, Reader, Recorder, Run, SeriesSummary, Session, Shared, Stop, SubsetFilter, Task, Today,
    index::groups, not_given, orphans::Search, own, shard,
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
    /// The key under which the index notes the time when the pass is done.
    pub noted: Option<&'static str>,
}

impl AuditPass<'_> {
    /// Looks at everything. With the lock it writes into the index what it finds and does; without, it writes nothing.
    pub fn run(
        self,
        lock: Option<Lock>,
        file: &Path,
        clock: Clock,
        run: &mut Run<'_>,
    ) -> Result<AuditSummary, Error> {
        let Self { cache, request, task, delete_orphans, rebuilt, subset, market, noted } = self;
        let AuditRequest { filter, specs, depth, own } = request;
        let own = own.as_deref();
        let (index, store, lock, reader, holder) = match lock {
            Some(lock) => {
                let Session { lock, index, store } = cache.resume(lock, file, clock, run)?;
                let reader = index.again()?;
                (Some(index), store, Some(lock), reader, None)
            }
            None => {
                let reader = Reader::open(file)?;
                (None, cache.store(run)?, None, reader, Lock::holder(file))
            }
        };
        let looks_for_orphans = holder.is_none();
        if let Some(holder) = holder {
            run.note(&Note::InUse(holder));
        }
        if *depth > Depth::Quick {
            reader.check_integrity()?;
        }
        let state = reader.shard_state()?;
        let (is_shard, was_finished) = (state.shard.is_some(), state.finished.is_some());
        if let Some(index) = index.as_ref().filter(|_| task == Task::Repair && is_shard) {
            shard::index::watch(index)?;
        }

        let place = format!("{} and its source", cache.index.display());
        let (mut groups, listed) = reader.groups_and_series(market.as_deref(), filter, specs, &place)?;
        if let Some(own) = own.filter(|_| !groups.rows.is_empty()) {
            own.check_drawn(groups.rows.iter().filter_map(|rows| rows.spec.as_deref().ok()))?;
        }
        let not_given = without_own(&mut groups.rows, own);
        let specs_of = |rows: &groups::Rows| rows.spec.as_ref().ok().cloned();
        let repaired: Vec<Arc<Spec>> = match task {
            Task::Repair => groups.rows.iter().filter_map(specs_of).collect(),
            _ => Vec::new(),
        };
        let drawn: Vec<(Arc<Spec>, Arc<Group>)> =
            groups.rows.iter().filter_map(|rows| Some((specs_of(rows)?, Arc::clone(&rows.group)))).collect();
        let admitted = groups.rows.iter().map(|rows| (*rows.group).clone()).collect();
        let expected = groups.rows.iter().map(|rows| rows.counts.all).sum();
        let strange_rows = groups.strange;
        let (names, work) = jobs(groups.rows, &listed, subset);

        let recorder = Recorder::new(names, run.observer);
        if strange_rows > 0 {
            recorder.observer.notice(Notice::StrangeRows(strange_rows));
        }
        not_given.iter().for_each(|part| recorder.observer.notice(Notice::NotGiven(part)));
        recorder.observer.expect(expected, 0);
        let (jobs, now, stop) = (cache.jobs, run.now, &Stop::new(run.cancel));
        let shared = Shared { store: &*store, stop, task, depth: *depth };
        let mut committer = Committer::new(index, &*store, recorder);
        let index = Some(reader.again()?);
        Pass { jobs, market, index, own, filter, now, work, shared }.run(&mut committer)?;
        let Committer { index, mut recorder, .. } = committer;
        if let (Some(index), Some(own)) = (&index, own)
            && recorder.series.iter().any(|series| series.rendered > 0)
        {
            repaired.iter().try_for_each(|spec| index.put_own(spec, own))?;
        }
        if was_finished && reader.shard_state()?.finished.is_none() {
            recorder.note(&Note::NotFinishedAnyMore);
        }
        let deletes = delete_orphans && task == Task::Repair;
        if is_shard && deletes {
            recorder.note(&Note::OrphansOfShards);
        }
        if looks_for_orphans && !is_shard && !stop.is_set() {
            let known = listed.iter().filter_map(|listed| listed.series.as_ref().ok());
            let intervals =
                known.map(|it| ((it.symbol.as_str(), it.interval.name()), &it.interval)).collect();
            let search =
                Search { store: &*store, reader: &reader, filter, specs, admitted, intervals, subset, stop };
            search.find(deletes, rebuilt, &mut recorder)?;
        }
        for (part, file) in
            own.map(|own| outside(own, &drawn, &recorder.series, &listed)).into_iter().flatten()
        {
            recorder.note(&Note::OwnOutside(part, file));
        }
        let Recorder { series, others, unreadable_folders, .. } = recorder;
        let (cancelled, mut failure) = (stop.is_set(), store.is_lost().map(Error::Store));
        // The last connection to close moves the WAL into the database, unless it only reads.
        drop(reader);
        if let (Some(index), Some(noted)) = (index, noted.filter(|_| !cancelled && failure.is_none())) {
            failure = index.note(noted, Some(&format_utc(clock.seconds()))).err();
        }
        if let Some(lock) = lock.filter(|_| failure.is_none()) {
            lock.release(store.leaves_temporaries());
        }
        Ok(AuditSummary { series, others, not_given, strange_rows, unreadable_folders, cancelled, failure })
    }
}

/// Leaves only files to be judged where a spec draws what is not given. Returns what that is, each once.
fn without_own(rows: &mut [groups::Rows], own: Option<&OwnSources>) -> Vec<OwnPart> {
    let mut all = BTreeSet::new();
    for rows in rows {
        let absent = rows.spec.as_ref().map_or_else(|_| Vec::new(), |spec| not_given(spec, own));
        if !absent.is_empty() {
            rows.spec = Err(Today::NotGiven(absent.as_slice().into()));
            all.extend(absent);
        }
    }
    all.into_iter().collect()
}

/// The files of which nothing lies in the times of any picture, of whatever spec.
fn outside(
    own: &OwnSources,
    drawn: &[(Arc<Spec>, Arc<Group>)],
    series: &[SeriesSummary],
    listed: &[Listed],
) -> Vec<(OwnPart, OwnFile)> {
    let mut specs: Vec<&Arc<Spec>> = drawn.iter().map(|(spec, _)| spec).collect();
    specs.sort_by_key(|spec| spec.hash());
    specs.dedup_by_key(|spec| spec.hash());
    let (mut outside, mut inside) = (Vec::new(), Vec::new());
    for spec in specs {
        let shown = drawn.iter().filter(|(of, _)| of.hash() == spec.hash()).filter_map(|(_, group)| {
            let names = (&group.symbol, &group.interval);
            let survey = series.iter().find(|it| (&it.symbol, &it.interval) == names)?.survey.as_ref()?;
            let listed = listed.iter().find(|it| (&it.symbol, &it.interval) == names)?;
            Some(own::shown(listed.series.as_ref().ok()?, spec, survey.first_end?, survey.last_end?))
        });
        let shown: Vec<_> = shown.collect();
        if shown.is_empty() {
            continue;
        }
        let found = own.outside(spec, &shown);
        for part in OwnPart::drawn(spec) {
            for file in own.files(&part) {
                let is_outside = found.contains(&(part.clone(), file));
                let files = if is_outside { &mut outside } else { &mut inside };
                let told = (part.clone(), file.clone());
                if !files.contains(&told) {
                    files.push(told);
                }
            }
        }
    }
    outside.retain(|it| !inside.contains(it));
    outside
}

/// What there is to look at, series by series, and the symbol and the interval of each of these.
fn jobs(rows: Vec<groups::Rows>, listed: &[Listed], subset: SubsetFilter) -> (Vec<Name>, Vec<Job>) {
    let (mut names, mut work) = (Vec::new(), Vec::<Job>::new());
    for rows in rows {
        let name = (rows.group.symbol.clone(), rows.group.interval.clone());
        // Groups are sorted by series.
        if let Some(Job::Entries { rows: all, .. }) = work.last_mut().filter(|_| names.last() == Some(&name))
        {
            all.push(rows);
            continue;
        }
        let is_it = |listed: &&Listed| listed.symbol == name.0 && listed.interval == name.1;
        let series = listed.iter().find(is_it).map(|listed| listed.series.clone());
        work.push(Job::Entries { series, rows: vec![rows], subset });
        names.push(name);
    }
    (names, work)
}
