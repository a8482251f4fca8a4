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

use crate::{
    error::Error,
    event::{Audience, Event},
    index::Index,
    rows::{Mark, Row, Status},
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

    pub fn demote(&mut self, demotion: Option<Mark>) {
        self.demotions.extend(demotion);
    }

    pub fn stage(&mut self, staged: Staged) {
        self.staged.push_back(staged);
    }

    pub fn miss(&mut self, row: Row) {
        self.missing.push(row);
    }

    pub fn adopt(&mut self, row: Row) {
        self.adopted.push(row);
    }

    pub fn mark(&mut self, mark: Option<Mark>) {
        self.marks.extend(mark);
    }

    /// Commits where enough has gathered or waited.
    pub fn turn(&mut self, audience: &mut dyn Audience) -> Result<(), Error> {
        let full = self.staged.len() >= PICTURES
            || self.missing.len() >= ROWS
            || self.adopted.len() >= ROWS
            || self.demotions.len() >= ROWS
            || self.marks.len() >= ROWS
            || self.since.elapsed() >= PATIENCE;
        if full { self.commit(audience) } else { Ok(()) }
    }

    /// Commits all there is.
    pub fn finish(&mut self, audience: &mut dyn Audience) -> Result<(), Error> {
        // The second sync is for the names that the first commit gives.
        self.commit(audience)?;
        self.store.settle();
        self.commit(audience)
    }

    /// Ends without committing: removes what only this run knows of, and what still comes in.
    pub fn abandon(&mut self, happened: &Receiver<Event>) {
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

    fn commit(&mut self, audience: &mut dyn Audience) -> Result<(), Error> {
        self.index.demote(&self.demotions)?;
        self.demotions.clear();
        // A file that was brought back by hand is not known to be on disk yet.
        let restores = self.marks.iter().any(|mark| mark.status == Status::Ok);
        if (restores || !(self.staged.is_empty() && self.placed.is_empty() && self.adopted.is_empty()))
            && let Err(error) = self.store.sync()
        {
            self.fail_all(&error, audience);
        }
        self.index.mark(&self.marks)?;
        self.marks.clear();
        let (mut done, mut tags) = (std::mem::take(&mut self.adopted), Vec::new());
        self.settle(&mut done, &mut tags, audience);
        self.index.put_tags(&tags)?;
        if !(done.is_empty() && self.missing.is_empty()) {
            self.index.put(done.iter().chain(&self.missing))?;
            for row in done {
                audience.rendered(&row);
            }
            for row in self.missing.drain(..) {
                audience.missed(&row);
            }
        }
        while let Some(mut staged) = self.staged.pop_front() {
            match self.store.place(&mut staged.pending, &staged.row.path) {
                Ok(()) => self.placed.push(staged),
                Err(error) => self.fail(staged, &error.to_string(), audience),
            }
        }
        self.since = Instant::now();
        Ok(())
    }

    /// Moves the rows of those that are safely in place to `done`, and tells their ETags.
    fn settle(&mut self, done: &mut Vec<Row>, tags: &mut Vec<(String, String)>, audience: &mut dyn Audience) {
        for staged in std::mem::take(&mut self.placed) {
            match staged.pending.settled() {
                Some(Ok(tag)) => {
                    tags.extend(tag.map(|tag| (staged.row.path.clone(), tag)));
                    done.push(staged.row);
                }
                Some(Err(reason)) => self.fail(staged, &reason, audience),
                None => self.placed.push(staged),
            }
        }
    }

    /// Without a sync nothing is known to be on disk, so no row may say that it is.
    fn fail_all(&mut self, error: &io::Error, audience: &mut dyn Audience) {
        let reason = format!("cannot be made durable: {error}");
        let placed = self.placed.drain(..).map(|staged| staged.row);
        for row in placed.chain(self.adopted.drain(..)) {
            audience.failed(row.number, &row.path, &reason, row.found);
        }
        for staged in std::mem::take(&mut self.staged) {
            self.fail(staged, &reason, audience);
        }
        self.marks.retain(|mark| mark.status != Status::Ok);
    }

    fn fail(&self, staged: Staged, reason: &str, audience: &mut dyn Audience) {
        let Staged { row, pending } = staged;
        self.store.discard(pending);
        audience.failed(row.number, &row.path, reason, row.found);
    }
}
