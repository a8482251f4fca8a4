//! [`Committer`]: makes staged pictures durable, gives them their names, and only then writes their rows.
//!
//! One sync serves two batches: it makes the temporaries of this batch durable, and the names of the batch
//! before, whose rows may then be written. So a row says `ok` only after its file is safely in place, and a crash
//! costs at most the pictures of two batches.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::Receiver;
use store::{LookupCache, Pending, Store};

use super::Event;
use crate::{Error, Group, Index, Mark, Recorder, Row, Status};

/// The least pictures in a batch: enough to make a sync's cost vanish.
const PICTURES: usize = 512;
/// Rows without pictures need no sync, but must not pile up either.
const ROWS: usize = 4096;
/// No picture waits longer for its row, so that little is lost where pictures are slow.
const PATIENCE: Duration = Duration::from_secs(1);

/// The only writer of names and rows. Without an index it only counts what happens.
pub(crate) struct Committer<'a> {
    pub index: Option<Index>,
    store: &'a dyn Store,
    cache: LookupCache,
    pub recorder: Recorder<'a>,
    /// Rows that must not say `ok` any more before the staged pictures are placed.
    demotions: Vec<Mark>,
    /// What was found out about other rows.
    marks: Vec<Mark>,
    /// Pictures that the store has, with the rows that they will get.
    staged: Vec<(Row, Pending)>,
    /// Pictures that have their names, which are not durable yet, or that are on their way.
    placed: Vec<(Row, Pending)>,
    /// Rows of pictures that the source cannot make, or that were found in place. Nobody knows whether those are
    /// durable.
    rows: Vec<Row>,
    /// Missing rows of ends that are none any more, group by group, with the numbers of their series.
    gone: Vec<(usize, Arc<Group>, Vec<i64>)>,
    since: Instant,
}

impl<'a> Committer<'a> {
    pub fn new(index: Option<Index>, store: &'a dyn Store, recorder: Recorder<'a>) -> Self {
        let (demotions, marks, staged, placed, rows, gone) = Default::default();
        let cache = LookupCache::default();
        Self {
            index,
            store,
            cache,
            recorder,
            demotions,
            marks,
            staged,
            placed,
            rows,
            gone,
            since: Instant::now(),
        }
    }

    /// Takes in what happened.
    pub fn take(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Surveyed { number, survey } => self.recorder.surveyed(number, survey),
            Event::Refused { number, fault } => self.recorder.refused(number, &fault),
            Event::Counted { number, counts } => self.recorder.counted(number, counts),
            Event::Broken(error) => return Err(error),
            Event::EndRefused { number, end, reason } => self.recorder.end_refused(number, end, &reason),
            Event::Failed { number, path, reason, demotion, found } => {
                self.demotions.extend(demotion);
                self.recorder.failed(number, &path, &reason, found);
            }
            Event::Found { number, finding, mark } => {
                self.marks.extend(mark);
                self.recorder.observer.advance(1, 0, 0);
                self.recorder.tell(Some(number), &finding, false);
            }
            Event::Restored(mark) => self.marks.push(mark),
            Event::Row(row) => self.rows.push(row),
            Event::Gone { number, group, ends } => self.gone.push((number, group, ends)),
            Event::Staged { row, pending, demotion } => {
                self.demotions.extend(demotion);
                self.staged.push((row, pending));
            }
        }
        Ok(())
    }

    /// Commits, if enough has gathered or has waited long enough.
    pub fn turn(&mut self) -> Result<(), Error> {
        self.recorder.observer.tick();
        let rows = self.rows.len().max(self.demotions.len()).max(self.marks.len());
        let full = self.staged.len() >= PICTURES || rows >= ROWS || self.since.elapsed() >= PATIENCE;
        if full { self.commit() } else { Ok(()) }
    }

    /// Commits all there is.
    pub fn finish(&mut self) -> Result<(), Error> {
        self.recorder.observer.tick();
        // The second sync is for the names that the first commit gives.
        self.commit()?;
        self.store.settle();
        self.commit()
    }

    /// Ends without committing: discards the staged pictures, and those that still come in.
    pub fn abandon(&mut self, rest: &Receiver<Event>) {
        let rest = rest.iter().filter_map(|event| match event {
            Event::Staged { row, pending, .. } => Some((row, pending)),
            _ => None,
        });
        for (row, pending) in self.staged.drain(..).chain(rest) {
            self.store.discard(pending, &row.path, &mut self.cache);
        }
    }

    fn commit(&mut self) -> Result<(), Error> {
        let Some(index) = &self.index else {
            self.marks.clear();
            self.gone.clear();
            return Ok(());
        };
        index.demote(&self.demotions)?;
        self.demotions.clear();
        // A file that was brought back by hand is not known to be on disk yet.
        let restores = self.marks.iter().any(|mark| mark.status == Status::Ok);
        let adopts = self.rows.iter().any(|row| row.mark.status != Status::Missing);
        if (restores || adopts || !(self.staged.is_empty() && self.placed.is_empty()))
            && let Err(error) = self.store.sync()
        {
            // Without a sync nothing is known to be durable, so no row may say `ok`.
            let reason = format!("cannot be made durable: {error}");
            self.marks.retain(|mark| mark.status != Status::Ok);
            let (missing, adopted) = self.rows.drain(..).partition(|row| row.mark.status == Status::Missing);
            self.rows = missing;
            let placed = self.placed.drain(..).map(|(row, _)| row);
            for row in placed.chain::<Vec<Row>>(adopted) {
                self.recorder.failed(row.number, &row.path, &reason, row.found);
            }
            for (row, pending) in self.staged.drain(..) {
                self.store.discard(pending, &row.path, &mut self.cache);
                self.recorder.failed(row.number, &row.path, &reason, row.found);
            }
        }
        index.mark(&self.marks)?;
        self.marks.clear();
        let mut etags = Vec::new();
        for (row, mut pending) in std::mem::take(&mut self.placed) {
            match pending.settled() {
                Some(Ok(etag)) => {
                    etags.extend(etag.map(|etag| (row.path.clone(), etag)));
                    self.rows.push(row);
                }
                Some(Err(error)) => {
                    self.store.discard(pending, &row.path, &mut self.cache);
                    self.recorder.failed(row.number, &row.path, &error.to_string(), row.found);
                }
                None => self.placed.push((row, pending)),
            }
        }
        index.put_etags(&etags)?;
        index.put(&self.rows)?;
        for row in self.rows.drain(..) {
            self.recorder.written(&row);
        }
        for (number, group, ends) in self.gone.drain(..) {
            self.recorder.series[number].dropped += index.forget(&group, &ends)?;
        }
        // Workers take turns, but folder by folder is quicker.
        self.staged.sort_unstable_by(|(a, _), (b, _)| a.path.cmp(&b.path));
        for (row, mut pending) in self.staged.drain(..) {
            match self.store.place(&mut pending, &row.path, &mut self.cache) {
                Ok(()) => self.placed.push((row, pending)),
                Err(error) => {
                    self.store.discard(pending, &row.path, &mut self.cache);
                    self.recorder.failed(row.number, &row.path, &error.to_string(), row.found);
                }
            }
        }
        self.since = Instant::now();
        Ok(())
    }
}
