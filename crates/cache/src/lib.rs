//! A cache of candlestick pictures that can be proved right.
//!
//! A [`PictureCache`] is a root of pictures and the index of them. [`PictureCache::render`] makes what is absent or
//! outdated, [`verify`](PictureCache::verify) finds what is not as it should be, [`repair`](PictureCache::repair)
//! mends it, and [`status`](PictureCache::status) counts. A [`Plan`] cuts a run into shards for several machines, and
//! [`merge`] joins their indexes. The caller hands in a [`Run`]: the time, a flag that cancels, and an [`Observer`].
//! Each of these returns a summary, which is plain data.
//!
//! A row of the index says `ok` only after its picture is safely in place.
//!
//! [`pipeline::run_in_order`] and [`check::Checker`] are for other crates that go through series or a cache on their
//! own.
//!
//! ```
//! use std::sync::Arc;
//!
//! use cache::{PictureCache, RenderRequest, Run};
//! use market::{Filter, Market};
//! use render_core::{Spec, SpecOptions};
//!
//! let folder = tempfile::tempdir()?;
//! let (index, root) = (folder.path().join("index.sqlite"), folder.path().join("pictures"));
//! let cache = PictureCache::open(index, None, root, Default::default())?;
//! let spec = Spec::new(SpecOptions { width: 64, height: 64, window: 20, ..SpecOptions::default() })?;
//! let request = RenderRequest {
//!     filter: Filter { stride: 500, ..Filter::default() },
//!     ..RenderRequest::new(Arc::new(spec))
//! };
//! let mut run = Run { now: 1_800_000_000_000, cancel: &Default::default(), observer: &mut () };
//! let summary = cache.render(&mut Market::sample()?, &request, &mut run)?;
//! assert!(summary.is_well());
//! assert_eq!(summary.series.iter().map(|series| series.rendered).sum::<u64>(), 14);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod audit;
pub mod check;
mod clock;
mod error;
mod finding;
#[doc(hidden)]
pub mod fuzzing;
mod geometry;
pub mod index;
mod key;
mod lock;
mod merge;
mod observer;
mod orphans;
mod own;
pub mod pipeline;
mod plan;
mod rebuild;
mod recorder;
mod render;
mod session;
mod shard;
mod spec_filter;
mod status;
mod subset;

pub use audit::{AuditRequest, AuditSummary, RepairOptions, VerifyOptions};
pub use check::Depth;
pub use error::{Error, IndexFault};
pub use finding::{Finding, Kind};
pub use index::groups::RowCounts;
pub use key::Group;
pub use merge::{MergeCounts, MergeRequest, MergeSummary, Outcome, Overlap, merge};
pub use observer::{Note, Notice, Observer, Run, SeriesSummary};
pub(crate) use own::ExactSeries;
pub use own::{
    BoxedCharacter, IdleColumns, OwnError, OwnFile, OwnFiles, OwnOfSeries, OwnPart, OwnSources, SeriesFile,
    check as check_own, not_given,
};
pub use plan::{Change, Outlook, Piece, Plan, PlanRequest, Planned, Selection, short};
pub use render::{RenderRequest, RenderSummary, ShardSummary};
pub use session::PictureCache;
pub use shard::{MOST_SHARDS, Shard, Shards, index::ShardState};
pub use spec_filter::SpecFilter;
pub use status::{StatusEntry, StatusSummary};
pub use subset::Subset;

pub(crate) use check::{Checker, Today, Verdict};
pub(crate) use clock::Clock;
pub(crate) use finding::Reason;
pub(crate) use index::{Index, Known, Mark, Picture, Reader, Row, Status};
pub(crate) use lock::Lock;
pub(crate) use pipeline::{
    Committer, Counts, End, Event, Feeder, Job, Pass, Place, Shared, Stop, Task, Unit, Units, need,
    run_in_order, window,
};
pub(crate) use recorder::{Name, Recorder};
pub(crate) use session::Session;
pub(crate) use shard::run::ShardRun;
pub(crate) use subset::{SubsetFilter, random};
