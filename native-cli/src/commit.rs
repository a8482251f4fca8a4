//! Makes staged pictures durable, gives them their names, and only then writes their rows.
//!
//! One sync serves two batches: it makes the temporaries of this one durable
//! and the names of the last one, whose rows may then be written. So a row says
//! `ok` only after its file is safely in place, and a crash costs at most the
//! pictures of two batches.

use std::{
    collections::VecDeque,
    io,
    path::PathBuf,
    time::{Duration, Instant},
};

use crossbeam_channel::Receiver;

use crate::{
    error::Error,
    event::{Audience, Event},
    index::Index,
    rows::{Mark, Row, Status},
    store::Store,
    takeover::Others,
};

/// Pictures in a batch, at least: enough to make a sync's cost vanish.
const PICTURES: usize = 512;
/// Rows without pictures need no sync, but neither may they pile up.
const ROWS: usize = 4096;
/// No picture waits longer for its row, so that little is lost where pictures are slow.
const PATIENCE: Duration = Duration::from_secs(1);

/// A picture under its temporary name, with the row that it will have.
#[derive(Debug)]
pub struct Staged {
    pub row: Row,
    pub temporary: PathBuf,
}

/// The one writer of names and rows.
pub struct Committer<'a> {
    index: Index,
    store: &'a Store<'a>,
    /// Set where files of another tool may lie under our names.
    others: Option<Others>,
    demotions: Vec<Mark>,
    marks: Vec<Mark>,
    staged: VecDeque<Staged>,
    /// Named, but their names are not durable yet.
    placed: Vec<Row>,
    /// Found in place, but nobody knows whether they are on disk yet.
    adopted: Vec<Row>,
    missing: Vec<Row>,
    since: Instant,
}

impl<'a> Committer<'a> {
    pub fn new(index: Index, store: &'a Store<'a>, others: Option<Others>) -> Self {
        Self {
            index,
            store,
            others,
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
        self.commit(audience)
    }

    /// Ends without committing: removes what only this run knows of, and what still comes in.
    pub fn abandon(&mut self, happened: &Receiver<Event>) {
        let coming = happened.iter().filter_map(|event| match event {
            Event::Staged(staged, _) => Some(staged),
            _ => None,
        });
        for staged in self.staged.drain(..).chain(coming) {
            self.store.discard(&staged.temporary);
        }
    }

    /// The index, once all is committed.
    pub fn into_index(self) -> Index {
        self.index
    }

    fn commit(&mut self, audience: &mut dyn Audience) -> Result<(), Error> {
        self.index.demote(&self.demotions)?;
        self.demotions.clear();
        self.placed.append(&mut self.adopted);
        // A file that was brought back by hand is not known to be on disk yet.
        let restores = self.marks.iter().any(|mark| mark.status == Status::Ok);
        if (restores || !(self.staged.is_empty() && self.placed.is_empty()))
            && let Err(error) = self.store.sync()
        {
            self.fail_all(&error, audience);
        }
        self.index.mark(&self.marks)?;
        self.marks.clear();
        if !(self.placed.is_empty() && self.missing.is_empty()) {
            self.index.put(self.placed.iter().chain(&self.missing))?;
            for row in self.placed.drain(..) {
                audience.rendered(&row);
            }
            for row in self.missing.drain(..) {
                audience.missed(&row);
            }
        }
        while let Some(staged) = self.staged.pop_front() {
            match self.place(&staged) {
                Err(error) => {
                    self.store.discard(&staged.temporary);
                    return Err(error);
                }
                Ok(Ok(())) => self.placed.push(staged.row),
                Ok(Err(error)) => {
                    self.fail(staged, &error.to_string(), audience);
                }
            }
        }
        self.since = Instant::now();
        Ok(())
    }

    /// Gives a picture its name. The inner error is the picture's alone.
    fn place(&mut self, staged: &Staged) -> Result<io::Result<()>, Error> {
        let path = &staged.row.path;
        // A run that was killed leaves pictures without rows; those are replaced by themselves.
        if let Some(others) = &mut self.others
            && self.store.is_in_the_way(path)
            && !self.index.is_ours(&staged.row)?
            && !self.store.are_alike(&staged.temporary, path)
        {
            match self.store.set_aside(path) {
                Ok(moved) => self.index.note_move(others, path, &moved)?,
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(self.store.place(&staged.temporary, path))
    }

    /// Without a sync nothing is known to be on disk, so no row may say that it is.
    fn fail_all(&mut self, error: &io::Error, audience: &mut dyn Audience) {
        let reason = format!("cannot be made durable: {error}");
        for row in self.placed.drain(..) {
            audience.failed(row.number, &row.path, &reason, row.found);
        }
        for staged in std::mem::take(&mut self.staged) {
            self.fail(staged, &reason, audience);
        }
        self.marks.retain(|mark| mark.status != Status::Ok);
    }

    fn fail(&self, staged: Staged, reason: &str, audience: &mut dyn Audience) {
        let Staged { row, temporary } = staged;
        self.store.discard(&temporary);
        audience.failed(row.number, &row.path, reason, row.found);
    }
}
