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
use render_core::Spec;

use crate::{
    error::Error,
    event::Event,
    index::Index,
    report::Report,
    rows::{Demotion, Row},
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
    spec: &'a Spec,
    /// Set where files of another tool may lie under our names.
    others: Option<Others>,
    demotions: Vec<Demotion>,
    staged: VecDeque<Staged>,
    /// Named, but their names are not durable yet.
    placed: Vec<Row>,
    missing: Vec<Row>,
    since: Instant,
}

impl<'a> Committer<'a> {
    pub fn new(index: Index, store: &'a Store<'a>, spec: &'a Spec, others: Option<Others>) -> Self {
        Self {
            index,
            store,
            spec,
            others,
            demotions: Vec::new(),
            staged: VecDeque::new(),
            placed: Vec::new(),
            missing: Vec::new(),
            since: Instant::now(),
        }
    }

    pub fn demote(&mut self, demotion: Option<Demotion>) {
        self.demotions.extend(demotion);
    }

    pub fn stage(&mut self, staged: Staged) {
        self.staged.push_back(staged);
    }

    pub fn miss(&mut self, row: Row) {
        self.missing.push(row);
    }

    /// Commits where enough has gathered or waited.
    pub fn turn(&mut self, report: &mut Report) -> Result<(), Error> {
        let full = self.staged.len() >= PICTURES
            || self.missing.len() >= ROWS
            || self.demotions.len() >= ROWS
            || self.since.elapsed() >= PATIENCE;
        if full { self.commit(report) } else { Ok(()) }
    }

    /// Commits all there is.
    pub fn finish(&mut self, report: &mut Report) -> Result<(), Error> {
        // The second sync is for the names that the first commit gives.
        self.commit(report)?;
        self.commit(report)
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

    fn commit(&mut self, report: &mut Report) -> Result<(), Error> {
        self.index.demote(self.spec, &self.demotions)?;
        self.demotions.clear();
        if !(self.staged.is_empty() && self.placed.is_empty())
            && let Err(error) = self.store.sync()
        {
            self.fail_all(&error, report);
        }
        if !(self.placed.is_empty() && self.missing.is_empty()) {
            self.index.put(self.spec, self.placed.iter().chain(&self.missing))?;
            for row in self.placed.drain(..) {
                report.rendered(&row);
            }
            for row in self.missing.drain(..) {
                report.missing(row.series.number, 1);
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
                    self.store.discard(&staged.temporary);
                    report.failed(staged.row.series.number, &staged.row.path, &error.to_string());
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
            && !self.index.is_ours(self.spec, &staged.row)?
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
    fn fail_all(&mut self, error: &io::Error, report: &mut Report) {
        let reason = format!("cannot be made durable: {error}");
        for row in self.placed.drain(..) {
            report.failed(row.series.number, &row.path, &reason);
        }
        for staged in self.staged.drain(..) {
            self.store.discard(&staged.temporary);
            report.failed(staged.row.series.number, &staged.row.path, &reason);
        }
    }
}
