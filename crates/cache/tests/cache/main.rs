//! The cache by its public API, on disks and servers that fail.

mod faults;
#[cfg(feature = "object-store")]
mod object_faults;
mod own;

use std::{
    cell::Cell,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use cache::{
    AuditRequest, AuditSummary, Depth, Error, PictureCache, RenderRequest, RepairOptions, Run, Shard,
    SpecFilter, VerifyOptions,
};
use market::{Filter, Market};
use render_core::{Spec, SpecOptions};
use store::{Environment, Files, Root};

/// A time after all of the sample's candles.
const NOW: i64 = 1_800_000_000_000;
/// How many pictures the filter selects.
const PICTURES: usize = 10;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Done,
    /// A series or an end was refused, or a picture could not be read or written.
    Incomplete,
    /// Corrupt, stale or orphaned pictures are left.
    Unclean,
    Cancelled,
}

/// What is done to the entries of an index.
#[derive(Debug, Clone)]
enum Audit {
    Verify,
    Repair(RepairOptions),
}

impl Audit {
    fn repair() -> Self {
        Self::Repair(RepairOptions { delete_orphans: true, ..RepairOptions::default() })
    }
}

/// Ten pictures of the sample, at the turn of a month.
fn filter() -> Filter {
    let start = candles::parse_utc("2023-01-31T19:00:00Z").expect("a time");
    let (symbols, end) = (vec!["BTCUSDT".to_owned()], start + PICTURES as i64 * 3_600_000);
    Filter { symbols, start, end, ..Filter::default() }
}

fn spec() -> Spec {
    Spec::new(SpecOptions { width: 8, height: 8, window: 5, ..SpecOptions::default() }).expect("valid")
}

fn cache<'a>(index: &Path, root: Root, files: &'a dyn Files) -> PictureCache<'a> {
    let cache = PictureCache::open(index.to_owned(), Some(root), "".into(), Environment::default());
    PictureCache { jobs: 2, files, ..cache.expect("a cache") }
}

thread_local! {
    /// The sample, which takes longer to load than what is done here with it: each test loads it once.
    static MARKET: Cell<Option<Market>> = const { Cell::new(None) };
}

/// Lends the sample to a run that `cancel` ends.
fn on_market<T>(cancel: &Arc<AtomicBool>, run: impl FnOnce(&mut Market) -> T) -> T {
    let market = MARKET.take().unwrap_or_else(|| Market::sample().expect("the sample"));
    let mut market = market.cancel_by(Arc::clone(cancel));
    let outcome = run(&mut market);
    MARKET.set(Some(market));
    outcome
}

fn render(cache: &PictureCache<'_>, shard: Option<Shard>, cancel: &Arc<AtomicBool>) -> Result<Ending, Error> {
    let request = RenderRequest { filter: filter(), shard, ..RenderRequest::new(Arc::new(spec())) };
    let mut run = Run { now: NOW, cancel, observer: &mut () };
    let summary = on_market(cancel, |market| cache.render(market, &request, &mut run))?;
    let is_well = summary.is_well() && summary.shard.is_none_or(|shard| shard.finished);
    match summary.failure {
        Some(error) => Err(error),
        None if summary.cancelled => Ok(Ending::Cancelled),
        None => Ok(if is_well { Ending::Done } else { Ending::Incomplete }),
    }
}

fn audit(cache: &PictureCache<'_>, audit: &Audit, filter: Filter, depth: Depth) -> Result<Ending, Error> {
    let (cancel, request) =
        (&Arc::default(), AuditRequest { filter, specs: SpecFilter::default(), depth, own: None });
    let mut run = Run { now: NOW, cancel, observer: &mut () };
    let summary = on_market(cancel, |market| match audit {
        Audit::Verify => {
            let options = VerifyOptions { subset: None, record: true };
            cache.verify(Some(market), &request, &options, &mut run)
        }
        Audit::Repair(options) => cache.repair(market, &request, options, &mut run),
    });
    ending(summary?)
}

fn ending(summary: AuditSummary) -> Result<Ending, Error> {
    let is_told = summary.failed() == 0 && summary.refused() == 0;
    let is_clean = summary.is_clean();
    match summary.failure {
        Some(error) => Err(error),
        None if summary.cancelled => Ok(Ending::Cancelled),
        None if !is_clean => Ok(Ending::Unclean),
        None => Ok(if is_told { Ending::Done } else { Ending::Incomplete }),
    }
}

/// Makes two rows stale and six corrupt, of ten.
const DAMAGE: &str =
    "UPDATE images SET input_sha256 = NULL WHERE rowid IN (SELECT rowid FROM images ORDER BY file_path DESC LIMIT 2);
     UPDATE images SET status = 'corrupt' WHERE rowid IN (SELECT rowid FROM images ORDER BY file_path LIMIT 6)";
