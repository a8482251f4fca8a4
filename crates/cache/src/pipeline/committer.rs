//! Makes staged pictures durable, gives them their names, and only then writes their rows.
//!
//! One sync serves two batches: it makes the temporaries of this one durable
//! and the names of the last one, whose rows may then be written. So a row says
//! `ok` only after its file is safely in place, and a crash costs at most the
//! pictures of two batches.

use std::{
    collections::VecDeque,
    io,
    time::{Duration, Instant},
};

use crossbeam_channel::Receiver;
use store::{Pending, Store};

use super::{
    Sink,
    event::{Counts, Event},
};
use crate::{
    Error,
    index::{
        Index,
        rows::{Mark, Row, Status},
    },
    recorder::Recorder,
};

/// Pictures in a batch, at least: enough to make a sync's cost vanish.
const PICTURES: usize = 512;
/// Rows without pictures need no sync, but neither may they pile up.
const ROWS: usize = 4096;
/// No picture waits longer for its row, so that little is lost where pictures are slow.
const PATIENCE: Duration = Duration::from_secs(1);

/// A picture that the store has, with the row that it will have.
#[derive(Debug)]
pub struct Staged {
    pub row: Row,
    pub pending: Pending,
}

/// The one writer of names and rows.
pub struct Committer<'a> {
    index: Index,
    store: &'a dyn Store,
    demotions: Vec<Mark>,
    marks: Vec<Mark>,
    staged: VecDeque<Staged>,
    /// Named, but their names are not durable yet; or on their way.
    placed: Vec<Staged>,
    /// Found in place, but nobody knows whether they are on disk yet.
    adopted: Vec<Row>,
    missing: Vec<Row>,
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

    /// Commits where enough has gathered or waited.
    fn turn(&mut self, recorder: &mut Recorder<'_>) -> Result<(), Error> {
        let full = self.staged.len() >= PICTURES
            || self.missing.len() >= ROWS
            || self.adopted.len() >= ROWS
            || self.demotions.len() >= ROWS
            || self.marks.len() >= ROWS
            || self.since.elapsed() >= PATIENCE;
        if full { self.commit(recorder) } else { Ok(()) }
    }

    /// Commits all there is.
    fn finish(&mut self, recorder: &mut Recorder<'_>) -> Result<(), Error> {
        // The second sync is for the names that the first commit gives.
        self.commit(recorder)?;
        self.store.settle();
        self.commit(recorder)
    }

    /// Ends without committing: removes what only this run knows of, and what still comes in.
    fn abandon(&mut self, happened: &Receiver<Event>) {
        let coming = happened.iter().filter_map(|event| match event {
            Event::Staged(staged, _) => Some(staged),
            _ => None,
        });
        for staged in self.staged.drain(..).chain(coming) {
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
        let (mut done, mut tags) = (std::mem::take(&mut self.adopted), Vec::new());
        self.settle(&mut done, &mut tags, recorder);
        self.index.put_tags(&tags)?;
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

    /// Moves the rows of those that are safely in place to `done`, and tells their ETags.
    fn settle(&mut self, done: &mut Vec<Row>, tags: &mut Vec<(String, String)>, recorder: &mut Recorder<'_>) {
        for staged in std::mem::take(&mut self.placed) {
            match staged.pending.settled() {
                Some(Ok(tag)) => {
                    tags.extend(tag.map(|tag| (staged.row.path.clone(), tag)));
                    done.push(staged.row);
                }
                Some(Err(reason)) => self.fail(staged, &reason, recorder),
                None => self.placed.push(staged),
            }
        }
    }

    /// Without a sync nothing is known to be on disk, so no row may say that it is.
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

/// The sink of `render`, `verify` and `repair`: counts and tells what happens, and commits it.
/// Without a committer nothing is written.
pub(crate) struct CommitSink<'a, 'b, 'c> {
    pub committer: Option<&'a mut Committer<'b>>,
    pub recorder: &'a mut Recorder<'c>,
}

impl Sink<Event> for CommitSink<'_, '_, '_> {
    fn take(&mut self, event: Event) -> Result<(), Error> {
        let Self { committer, recorder } = self;
        match event {
            Event::Surveyed { number, survey } => recorder.surveyed(number, survey),
            Event::Refused { number, reason } => recorder.refused(number, reason),
            Event::Counted { number, counts } => recorder.counted(number, counts),
            Event::Broken(error) => return Err(error),
            Event::EndRefused { number, end, reason } => recorder.end_refused(number, end, &reason),
            Event::Unreadable { number, path, reason } => recorder.unreadable(number, &path, &reason),
            Event::Failed { number, path, reason, demotion, found } => {
                if let Some(committer) = committer {
                    committer.demotions.extend(demotion);
                }
                recorder.failed(number, &path, &reason, found);
            }
            Event::Found { number, finding, mark } => {
                if let Some(committer) = committer {
                    committer.marks.extend(mark);
                }
                recorder.found(number, &finding);
            }
            Event::Restored { number, mark } => {
                if let Some(committer) = committer {
                    committer.marks.push(mark);
                }
                recorder.counted(number, Counts { fine: 1, ..Counts::default() });
            }
            // Without a committer nothing is to be written, so workers stage nothing.
            Event::Missing(row) => {
                if let Some(committer) = committer {
                    committer.missing.push(row);
                }
            }
            Event::Adopted(row) => {
                if let Some(committer) = committer {
                    committer.adopted.push(row);
                }
            }
            Event::Staged(staged, demotion) => {
                if let Some(committer) = committer {
                    committer.demotions.extend(demotion);
                    committer.staged.push_back(staged);
                }
            }
        }
        Ok(())
    }

    fn turn(&mut self, done: bool) -> Result<(), Error> {
        self.recorder.observer.tick();
        match &mut self.committer {
            Some(committer) if done => committer.finish(self.recorder),
            Some(committer) => committer.turn(self.recorder),
            None => Ok(()),
        }
    }

    fn abandon(&mut self, rest: &Receiver<Event>) {
        if let Some(committer) = &mut self.committer {
            committer.abandon(rest);
        }
    }
}
