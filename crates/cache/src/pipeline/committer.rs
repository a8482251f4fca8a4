//! [`Committer`]: makes staged pictures durable, gives them their names, and only then writes their rows.
//!
//! One sync serves two batches: it makes the temporaries of this batch durable, and the names of the batch
//! before, whose rows may then be written. So a row says `ok` only after its file is safely in place, and a crash
//! costs at most the pictures of two batches.

use std::{
    collections::VecDeque,
    io,
    time::{Duration, Instant},
};

use crossbeam_channel::Receiver;
use store::Store;

use super::event::{Event, Staged};
use crate::{
    Error,
    index::{
        Index,
        rows::{Mark, Row, Status},
    },
    recorder::Recorder,
};

/// The least pictures in a batch: enough to make a sync's cost vanish.
const PICTURES: usize = 512;
/// Rows without pictures need no sync, but must not pile up either.
const ROWS: usize = 4096;
/// No picture waits longer for its row, so that little is lost where pictures are slow.
const PATIENCE: Duration = Duration::from_secs(1);

/// The only writer of names and rows. Whoever has events for it appends to its public fields.
pub(crate) struct Committer<'a> {
    index: Index,
    store: &'a dyn Store,
    /// Rows that must not say `ok` any more before the staged pictures are placed.
    pub demotions: Vec<Mark>,
    /// What was found out about other rows.
    pub marks: Vec<Mark>,
    pub staged: VecDeque<Staged>,
    /// Pictures that have their names, which are not durable yet, or that are on their way.
    placed: Vec<Staged>,
    /// Pictures that were found in place. Nobody knows whether they are durable.
    pub adopted: Vec<Row>,
    /// Rows of pictures that the source cannot make.
    pub missing: Vec<Row>,
    since: Instant,
}

impl<'a> Committer<'a> {
    pub fn new(index: Index, store: &'a dyn Store) -> Self {
        Self {
            index,
            store,
            demotions: Vec::new(),
            marks: Vec::new(),
            staged: VecDeque::new(),
            placed: Vec::new(),
            adopted: Vec::new(),
            missing: Vec::new(),
            since: Instant::now(),
        }
    }

    /// Commits, if enough has gathered or has waited long enough.
    pub fn turn(&mut self, recorder: &mut Recorder<'_>) -> Result<(), Error> {
        let full = self.staged.len() >= PICTURES
            || self.missing.len() >= ROWS
            || self.adopted.len() >= ROWS
            || self.demotions.len() >= ROWS
            || self.marks.len() >= ROWS
            || self.since.elapsed() >= PATIENCE;
        if full { self.commit(recorder) } else { Ok(()) }
    }

    /// Commits all there is.
    pub fn finish(&mut self, recorder: &mut Recorder<'_>) -> Result<(), Error> {
        // The second sync is for the names that the first commit gives.
        self.commit(recorder)?;
        self.store.settle();
        self.commit(recorder)
    }

    /// Ends without committing: discards the staged pictures, and those that still come in.
    pub fn abandon(&mut self, rest: &Receiver<Event>) {
        let rest = rest.iter().filter_map(|event| match event {
            Event::Staged(staged, _) => Some(staged),
            _ => None,
        });
        for staged in self.staged.drain(..).chain(rest) {
            self.store.discard(staged.pending);
        }
    }

    /// The index, once all is committed.
    pub fn into_index(self) -> Index {
        self.index
    }

    fn commit(&mut self, recorder: &mut Recorder<'_>) -> Result<(), Error> {
        self.index.demote(&self.demotions)?;
        self.demotions.clear();
        // A file that was brought back by hand is not known to be on disk yet.
        let restores = self.marks.iter().any(|mark| mark.status == Status::Ok);
        if (restores || !(self.staged.is_empty() && self.placed.is_empty() && self.adopted.is_empty()))
            && let Err(error) = self.store.sync()
        {
            self.fail_all(&error, recorder);
        }
        self.index.mark(&self.marks)?;
        self.marks.clear();
        let (mut done, mut etags) = (std::mem::take(&mut self.adopted), Vec::new());
        self.settle(&mut done, &mut etags, recorder);
        self.index.put_etags(&etags)?;
        if !(done.is_empty() && self.missing.is_empty()) {
            self.index.put(done.iter().chain(&self.missing))?;
            for row in done {
                recorder.rendered(&row);
            }
            for row in self.missing.drain(..) {
                recorder.missed(&row);
            }
        }
        while let Some(mut staged) = self.staged.pop_front() {
            match self.store.place(&mut staged.pending, &staged.row.path) {
                Ok(()) => self.placed.push(staged),
                Err(error) => self.fail(staged, &error.to_string(), recorder),
            }
        }
        self.since = Instant::now();
        Ok(())
    }

    /// Moves the rows of pictures that are safely in place to `done`, and their ETags to `etags`.
    fn settle(
        &mut self,
        done: &mut Vec<Row>,
        etags: &mut Vec<(String, String)>,
        recorder: &mut Recorder<'_>,
    ) {
        for mut staged in std::mem::take(&mut self.placed) {
            match staged.pending.settled() {
                Some(Ok(etag)) => {
                    etags.extend(etag.map(|etag| (staged.row.path.clone(), etag)));
                    done.push(staged.row);
                }
                Some(Err(error)) => self.fail(staged, &error.to_string(), recorder),
                None => self.placed.push(staged),
            }
        }
    }

    /// Without a sync nothing is known to be durable, so no row may say `ok`.
    fn fail_all(&mut self, error: &io::Error, recorder: &mut Recorder<'_>) {
        let reason = format!("cannot be made durable: {error}");
        let placed = self.placed.drain(..).map(|staged| staged.row);
        for row in placed.chain(self.adopted.drain(..)) {
            recorder.failed(row.number, &row.path, &reason, row.found);
        }
        for staged in std::mem::take(&mut self.staged) {
            self.fail(staged, &reason, recorder);
        }
        self.marks.retain(|mark| mark.status != Status::Ok);
    }

    fn fail(&self, staged: Staged, reason: &str, recorder: &mut Recorder<'_>) {
        let Staged { row, pending } = staged;
        self.store.discard(pending);
        recorder.failed(row.number, &row.path, reason, row.found);
    }
}
