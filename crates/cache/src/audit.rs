//! `verify` and `repair`: every entry of the index is judged, and every orphan found.

mod pass;
mod request;

use std::path::{Path, PathBuf};

use market::{Filter, Market};

use crate::{Clock, Error, Lock, Note, PictureCache, Run, SubsetFilter, Task, index};
use pass::AuditPass;

pub use request::{AuditRequest, AuditSummary, RepairOptions, VerifyOptions};

impl PictureCache<'_> {
    /// Judges the entries of the index and, if asked, records what is wrong. Without a market it only compares files
    /// with their rows.
    ///
    /// # Errors
    /// Fails if the index, the market or the root cannot be used. What is wrong with pictures is told to the observer
    /// and counted in the summary.
    pub fn verify(
        &self,
        market: Option<&mut Market>,
        request: &AuditRequest,
        options: &VerifyOptions,
        run: &mut Run<'_>,
    ) -> Result<AuditSummary, Error> {
        let clock = Clock::at(run.now);
        let file = self.begin_audit(run)?;
        let is_whole = options.subset.is_none() && market.is_some();
        let lock = if options.record { Some(lock_existing(&file, clock)?) } else { None };
        let (task, noted) = (Task::Verify, is_whole.then_some("last_verify"));
        let (delete_orphans, rebuilt, subset) = (false, false, SubsetFilter::new(options.subset));
        let pass = AuditPass { cache: self, request, task, delete_orphans, rebuilt, subset, market, noted };
        pass.run(lock, &file, clock, run)
    }

    /// Judges the entries of the index, and makes again what is corrupt or stale.
    ///
    /// # Errors
    /// Fails as [`verify`](Self::verify) does.
    pub fn repair(
        &self,
        market: &mut Market,
        request: &AuditRequest,
        options: &RepairOptions,
        run: &mut Run<'_>,
    ) -> Result<AuditSummary, Error> {
        let clock = Clock::at(run.now);
        let file = self.begin_audit(run)?;
        let lock = match &options.rebuild_index {
            _ if options.dry_run => None,
            None => Some(lock_existing(&file, clock)?),
            Some(spec) => {
                if request.filter != Filter::default() {
                    return Err(Error::RebuildOfSome);
                }
                self.check_rebuild(&file, market, run)?;
                let lock = Lock::take(&file, clock)?;
                self.rebuild(&file, market, spec, request.own.as_deref(), clock, run)?;
                Some(lock)
            }
        };
        // A dry run finds what verify finds.
        let task = if options.dry_run { Task::Verify } else { Task::Repair };
        let (delete_orphans, rebuilt) = (options.delete_orphans, options.rebuild_index.is_some());
        let (subset, market, noted) = (SubsetFilter::new(None), Some(market), Some("last_repair"));
        let pass = AuditPass { cache: self, request, task, delete_orphans, rebuilt, subset, market, noted };
        pass.run(lock, &file, clock, run)
    }

    /// The file of the index. Notes if the index names another root than the one that is used.
    fn begin_audit(&self, run: &mut Run<'_>) -> Result<PathBuf, Error> {
        let file = index::follow(&self.index)?;
        let known = self.known_root().ok().flatten();
        if let Some(known) = known.filter(|known| !known.is_same_as(&self.root)) {
            let (known, root) = (known.to_string(), self.root.to_string());
            run.note(&Note::OtherRoot { index: file.display().to_string(), known, root });
        }
        Ok(file)
    }
}

/// Takes the lock of an index that must exist.
fn lock_existing(file: &Path, clock: Clock) -> Result<Lock, Error> {
    index::must_exist(file)?;
    index::must_be_ours(file)?;
    Lock::take(file, clock)
}
