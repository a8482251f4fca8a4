//! What every command that knows a cache is told: where candles come from, where pictures go, which are meant.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    thread,
};

use cache::PictureCache;
use candles::Calendar;
use market::{Filter, Market, Source};
use store::{Environment, Root};

use super::origin::Origins;
use crate::{
    args::{BaseArgs, CommonArgs, SayArgs},
    error::Error,
    value::{Format, Progress},
};

/// Keeps the sample's pictures to a few hundred, so that a first run takes seconds.
pub const SAMPLE_STRIDE: u32 = 24;

/// What every command that knows a cache is told.
#[derive(Debug)]
pub struct Base {
    pub source: Source,
    /// As it was named, if it was.
    pub root: Option<Root>,
    /// Where pictures are if neither a setting nor the index names a root.
    pub usual_root: PathBuf,
    pub environment: Environment,
    pub index: PathBuf,
    pub filter: Filter,
    /// Of all series, instead of what the source says of each.
    pub calendar: Option<Calendar>,
    pub jobs: usize,
    #[cfg(feature = "object-store")]
    pub requests: Option<u16>,
    pub output: Output,
}

impl Base {
    /// The cache that is meant. Its index is asked for the root where no setting names one.
    pub fn cache(&self) -> Result<PictureCache<'static>, cache::Error> {
        let (index, environment) = (self.index.clone(), self.environment.clone());
        let mut cache = PictureCache::open(index, self.root.clone(), self.usual_root.clone(), environment)?;
        cache.jobs = self.jobs;
        #[cfg(feature = "object-store")]
        if let (Root::Objects(bucket), Some(requests)) = (&mut cache.root, self.requests) {
            bucket.requests = requests.into();
        }
        Ok(cache)
    }

    /// The market that is meant; its queries end soon after `cancel` is set.
    pub fn market(&self, cancel: &Arc<AtomicBool>) -> Result<Market, market::Error> {
        Ok(self.open_market()?.cancel_by(Arc::clone(cancel)))
    }

    /// The market that is meant.
    pub fn open_market(&self) -> Result<Market, market::Error> {
        Ok(Market::of(&self.source)?.with_calendar(self.calendar))
    }
}

/// What is said about the run, and how.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    pub format: Format,
    pub progress: Progress,
    pub quiet: bool,
    pub verbose: bool,
}

impl Output {
    /// Of a command that says nothing but its results.
    pub fn bare(format: Format) -> Self {
        Self { format, progress: Progress::Never, quiet: false, verbose: false }
    }

    pub fn of(common: &CommonArgs, say: &SayArgs, progress: Progress) -> Self {
        let [quiet, verbose] = [say.quiet, say.verbose].map(Option::unwrap_or_default);
        Self { format: common.format.unwrap_or_default(), progress, quiet, verbose }
    }
}

/// Settles where candles come from, where pictures go, and which of them are meant.
pub fn settle(args: BaseArgs, origins: &Origins, sample_stride: u32) -> Result<Base, Error> {
    let BaseArgs { source, place, filter, run, common } = args;
    let (is_sample, [db_rank, sample_rank]) =
        (source.sample.unwrap_or(false), ["db", "sample"].map(|flag| origins.rank(flag)));
    if is_sample && db_rank == sample_rank {
        return Err(Error::usage("--db and --sample are two sources of candles; give one of them"));
    }
    let is_sample = is_sample && sample_rank > db_rank;
    let calendar = filter.calendar;
    let folder = Path::new(if is_sample { "sample" } else { "" });
    let filter = Filter {
        symbols: filter.symbol.unwrap_or_default(),
        intervals: filter.interval.unwrap_or_default(),
        start: filter.start.unwrap_or(i64::MIN),
        end: filter.end.unwrap_or(i64::MAX),
        stride: filter.stride.unwrap_or(if is_sample { sample_stride } else { 1 }),
    };
    if filter.start >= filter.end {
        return Err(Error::usage("--start is not before --end, so no picture lies between them"));
    }
    let environment = environment();
    Ok(Base {
        source: match source.db {
            _ if is_sample => Source::Sample,
            db => Source::Database(db.unwrap_or_else(|| PathBuf::from("market.sqlite"))),
        },
        root: place.root.map(|root| Root::parse(root, &environment)).transpose()?,
        usual_root: folder.join("image-cache"),
        environment,
        index: place.index.unwrap_or_else(|| folder.join("image_cache.sqlite")),
        filter,
        calendar,
        jobs: run.jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from)),
        #[cfg(feature = "object-store")]
        requests: run.requests,
        output: Output::of(&common, &run.say, run.progress.unwrap_or_default()),
    })
}

/// What object storage needs to know, from the process's environment.
pub fn environment() -> Environment {
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    env::vars_os().filter_map(text).collect()
}
