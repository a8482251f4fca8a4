//! What `verify` and `repair` are asked ([`AuditRequest`]) and what they answer ([`AuditSummary`]).

use std::sync::Arc;

use market::Filter;
use render_core::Spec;
use serde::Serialize;

use crate::{Depth, Error, OwnPart, OwnSources, SeriesSummary, SpecFilter, Subset};

/// What [`PictureCache::verify`](crate::PictureCache::verify) and [`PictureCache::repair`](crate::PictureCache::repair) look at, and how closely.
#[derive(Debug, Clone)]
pub struct AuditRequest {
    /// Which ends.
    pub filter: Filter,
    /// Which specs.
    pub specs: SpecFilter,
    /// How closely files are looked at.
    pub depth: Depth,
    /// Series of one's own and marks, where specs draw such.
    pub own: Option<Arc<OwnSources>>,
}

/// What [`PictureCache::verify`](crate::PictureCache::verify) does besides judging.
#[derive(Debug, Clone, Copy, Default)]
pub struct VerifyOptions {
    /// Look only at this part of the entries.
    pub subset: Option<Subset>,
    /// Write findings into the index.
    pub record: bool,
}

/// What [`PictureCache::repair`](crate::PictureCache::repair) does besides mending.
#[derive(Debug, Clone, Default)]
pub struct RepairOptions {
    /// Only find out what would be done.
    pub dry_run: bool,
    /// Delete pictures that have no row in this index.
    pub delete_orphans: bool,
    /// Make the index again from the pictures first. This spec is for pictures whose spec nothing else says.
    pub rebuild_index: Option<Box<Spec>>,
}

/// What a verify or a repair has seen and done.
#[derive(Debug, Default, Serialize)]
pub struct AuditSummary {
    /// What became of each series.
    pub series: Vec<SeriesSummary>,
    /// Orphans that belong to none of the series.
    pub others: SeriesSummary,
    /// What pictures draw of one's own series and marks and is not given.
    pub not_given: Vec<OwnPart>,
    /// Rows that name no picture, because their values have the wrong types.
    pub strange_rows: u64,
    /// Folders that could not be read.
    pub unreadable_folders: u64,
    /// Whether the run was cancelled before its end.
    pub cancelled: bool,
    /// What failed at the end, after everything above.
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

    /// How many pictures and folders could not be read or written.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.sum(|it| it.failed) + self.unreadable_folders
    }

    /// How many pictures could not be judged, because what they draw of one's own series and marks is not given.
    #[must_use]
    pub fn not_given(&self) -> u64 {
        self.sum(|it| it.not_given)
    }

    /// How many series could not be used.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.series.iter().filter(|it| it.refused.is_some()).count()
    }
}
