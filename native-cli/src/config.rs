//! What a run is to do: flags and variables first, then the file, then the defaults.

mod export;
mod file;
mod import;
mod shard;
mod spec;
mod styles;
mod written;

#[cfg(feature = "object-store")]
use std::num::NonZeroU16;
use std::{
    env,
    ffi::OsString,
    num::{NonZeroU32, NonZeroU64},
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    thread,
};

use cache::{AuditRequest, Depth, PictureCache, RenderRequest, RepairOptions, SpecFilter, VerifyOptions};
use market::{Filter, Market, Source};
use render_core::{KNOBS, Knob, Spec};
use store::{Environment, Root};

use crate::{
    args::{
        BaseArgs, CheckArgs, CommonArgs, Rank, Ranks, RenderArgs, RepairArgs, SelftestArgs, SpecArgs,
        StatusArgs, StylesArgs, VerifyArgs,
    },
    error::Error,
    value::{Format, Progress, Subset},
};

pub use export::{ExportSettings, export_settings};
use file::{File, Keys};
pub use import::{ImportSettings, import_settings};
pub use shard::{MergeSettings, PlanSettings, merge_settings, plan_settings};
pub use styles::{Own, Styles};
use written::Names;

/// Keeps the sample's pictures to a few hundred, so that a first run takes seconds.
const SAMPLE_STRIDE: u32 = 24;
/// Where pictures are unless something says otherwise.
const ROOT: &str = "image-cache";

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
        Ok(Market::of(&self.source)?.cancel_by(Arc::clone(cancel)))
    }
}

/// Everything that decides what a run of `render` does.
#[derive(Debug)]
pub struct RenderSettings {
    pub base: Base,
    pub request: RenderRequest,
    pub max_seconds: Option<NonZeroU64>,
    /// The configuration file that was read.
    pub config: PathBuf,
}

/// Everything that decides what `verify` or `repair` does.
#[derive(Debug)]
pub struct AuditSettings {
    pub base: Base,
    pub request: AuditRequest,
    pub task: Audit,
    pub max_seconds: Option<NonZeroU64>,
}

/// What is done about findings.
#[derive(Debug, Clone)]
pub enum Audit {
    Verify { options: VerifyOptions, files_only: bool },
    Repair(RepairOptions),
}

/// What is said about the run, and how.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    pub format: Format,
    pub progress: Progress,
    pub quiet: bool,
    pub verbose: bool,
}

/// Everything that decides what `styles` does.
#[derive(Debug)]
pub struct StylesSettings {
    pub styles: Styles,
    /// How a picture looks, with the style that is used unless told otherwise.
    pub spec: Spec,
    pub preview: Option<PathBuf>,
    pub format: Format,
}

/// Settles everything that the command line of `render` left open.
pub fn render_settings(args: RenderArgs) -> Result<RenderSettings, Error> {
    let RenderArgs { base, geometry, shard, limit, dry, spec, ranks } = args;
    let file = File::read(base.common.config.as_deref())?;
    let spec = Arc::new(spec::settle(&spec, &ranks, &file, &Styles::of(&file)?)?);
    let keys = &file.keys;
    let mut base = settle(base, &ranks, keys, SAMPLE_STRIDE)?;
    let (shard, is_several, plan) = shard::settle(shard, keys)?;
    let mut geometry = geometry.or(keys.geometry.clone());
    if let Some(shard) = shard {
        shard::part_files(shard, &ranks, is_several, &mut base.index, &mut geometry)?;
    }
    let filter = base.filter.clone();
    let dry_run = dry.dry_run.or(keys.dry_run).unwrap_or(false);
    let request = RenderRequest { filter, dry_run, shard, plan, geometry, ..RenderRequest::new(spec) };
    Ok(RenderSettings { base, request, max_seconds: shard::max_seconds(&limit, keys), config: file.path })
}

/// Settles everything that the command line of `verify` left open.
pub fn verify_settings(args: VerifyArgs) -> Result<AuditSettings, Error> {
    let VerifyArgs { check, subset, no_record, files_only, base, limit, spec, ranks } = args;
    let file = File::read(base.common.config.as_deref())?;
    let keys = &file.keys;
    let files_only = files_only.or(keys.files_only).unwrap_or(false);
    let depth = depth(&check, keys)?;
    if depth == Depth::Rerender && files_only {
        return Err(Error::Usage(
            "files-only and rerender contradict each other: pictures are rendered from a market database"
                .to_owned(),
        ));
    }
    let options = VerifyOptions {
        subset: subset.or(keys.subset).map(|Subset(subset)| subset),
        record: !no_record.or(keys.no_record).unwrap_or(false),
    };
    let (specs, _) = specs(&spec, &ranks, &file)?;
    let base = settle(base, &ranks, keys, 1)?;
    let request = AuditRequest { filter: base.filter.clone(), specs, depth };
    let task = Audit::Verify { options, files_only };
    Ok(AuditSettings { base, request, task, max_seconds: shard::max_seconds(&limit, keys) })
}

/// Settles everything that the command line of `repair` left open.
pub fn repair_settings(args: RepairArgs) -> Result<AuditSettings, Error> {
    let RepairArgs { check, delete_orphans, rebuild_index, base, limit, dry, spec, ranks } = args;
    let file = File::read(base.common.config.as_deref())?;
    let keys = &file.keys;
    let dry_run = dry.dry_run.or(keys.dry_run).unwrap_or(false);
    if rebuild_index && (delete_orphans || dry_run) {
        let other = if dry_run { "--dry-run" } else { "--delete-orphans" };
        return Err(Error::Usage(format!(
            "--rebuild-index and {other} do not go together; rebuild first, and see what is left"
        )));
    }
    let depth = depth(&check, keys)?;
    let (specs, told) = specs(&spec, &ranks, &file)?;
    let base = settle(base, &ranks, keys, 1)?;
    let request = AuditRequest { filter: base.filter.clone(), specs, depth };
    let rebuild_index = rebuild_index.then(|| Box::new(told));
    let task = Audit::Repair(RepairOptions { dry_run, delete_orphans, rebuild_index });
    Ok(AuditSettings { base, request, task, max_seconds: shard::max_seconds(&limit, keys) })
}

/// Settles everything that the command line of `status` left open.
pub fn status_settings(args: StatusArgs) -> Result<(Base, SpecFilter), Error> {
    let StatusArgs { base, spec, ranks } = args;
    let file = File::read(base.common.config.as_deref())?;
    let (specs, _) = specs(&spec, &ranks, &file)?;
    Ok((settle(base, &ranks, &file.keys, 1)?, specs))
}

/// Which specs of an index a command is about, and the one that all settings make together.
///
/// It is about all of them, unless flags or variables say how pictures look. The configuration file's
/// keys say what is rendered next, not what a cache holds, so they leave nothing out.
fn specs(args: &SpecArgs, ranks: &Ranks, file: &File) -> Result<(SpecFilter, Spec), Error> {
    let spec = spec::settle(args, ranks, file, &Styles::of(file)?)?;
    // A preset says something of every knob.
    let given = |knob: &&Knob| ranks.is_given("preset") || ranks.is_given(knob.name);
    let fields = KNOBS.iter().filter(given).flat_map(|knob| knob.fields).copied();
    Ok((SpecFilter::like(&spec, fields), spec))
}

/// How closely files are looked at.
fn depth(check: &CheckArgs, keys: &Keys) -> Result<Depth, Error> {
    let quick = check.quick.or(keys.quick).unwrap_or(false);
    let rerender = check.rerender.or(keys.rerender).unwrap_or(false);
    match (quick, rerender) {
        (false, false) => Ok(Depth::Hash),
        (true, false) => Ok(Depth::Quick),
        (false, true) => Ok(Depth::Rerender),
        // A flag beats what the file says.
        (true, true) if check.quick == Some(true) => Ok(Depth::Quick),
        (true, true) if check.rerender == Some(true) => Ok(Depth::Rerender),
        (true, true) => Err(Error::Usage("quick and rerender are two depths; give one of them".to_owned())),
    }
}

/// What `serve` is told.
#[cfg(feature = "serve")]
#[derive(Debug)]
pub struct ServeSettings {
    pub base: Base,
    pub port: u16,
}

/// Settles everything that the command line of `serve` left open.
#[cfg(feature = "serve")]
pub fn serve_settings(args: crate::args::ServeArgs) -> Result<ServeSettings, Error> {
    let crate::args::ServeArgs { port, base, ranks } = args;
    let file = File::read(base.common.config.as_deref())?;
    Ok(ServeSettings { base: settle(base, &ranks, &file.keys, 1)?, port })
}

/// The spec of pairs of flags and values, over nothing but the defaults.
#[cfg(feature = "serve")]
pub fn served_spec(pairs: &std::collections::BTreeMap<String, String>) -> Result<Spec, Error> {
    Ok(Spec::from_texts(pairs)?)
}

/// Settles where candles come from, where pictures go, and which of them are meant.
fn settle(args: BaseArgs, ranks: &Ranks, keys: &Keys, sample_stride: u32) -> Result<Base, Error> {
    let BaseArgs { source, place, filter, run, common } = args;
    let rank_of = |flag, in_file: bool| ranks.get(flag).max(if in_file { Rank::File } else { Rank::Nowhere });
    let db_rank = rank_of("db", keys.db.is_some());
    let sample_rank = rank_of("sample", keys.sample.is_some());
    let sample = source.sample.or(keys.sample).unwrap_or(false);
    if sample && db_rank == sample_rank {
        return Err(Error::Usage(
            "--db and --sample are two sources of candles; give one of them".to_owned(),
        ));
    }
    let sample = sample && sample_rank > db_rank;
    let place_of = |name: &str| {
        if sample { Path::new("sample").join(name) } else { PathBuf::from(name) }
    };
    let names = |names: &Option<Names>| names.as_ref().map(|names| names.0.clone());
    let stride = filter.stride.or(keys.stride.map(|stride| stride.0)).map(NonZeroU32::get);
    let filter = Filter {
        symbols: filter.symbol.or(names(&keys.symbol)).unwrap_or_default(),
        intervals: filter.interval.or(names(&keys.interval)).unwrap_or_default(),
        start: filter.start.or(keys.start).map_or(i64::MIN, |time| time.0),
        end: filter.end.or(keys.end).map_or(i64::MAX, |time| time.0),
        stride: stride.unwrap_or(if sample { sample_stride } else { 1 }),
    };
    if filter.start >= filter.end {
        return Err(Error::Usage("--start is not before --end, so no picture lies between them".to_owned()));
    }
    let all_cores = || thread::available_parallelism().map_or(1, usize::from);
    let jobs =
        run.jobs.or(keys.jobs.map(|jobs| jobs.0)).map_or_else(all_cores, |jobs| usize::from(jobs.get()));
    let index = place.index.or(keys.index.clone()).unwrap_or_else(|| place_of("image_cache.sqlite"));
    let environment = environment();
    let root = place.root.or(keys.root.clone()).map(|root| Root::parse(root, &environment)).transpose()?;
    Ok(Base {
        source: match source.db.or(keys.db.clone()) {
            _ if sample => Source::Sample,
            Some(db) => Source::Database(db),
            None => Source::Database(PathBuf::from("market.sqlite")),
        },
        root,
        usual_root: place_of(ROOT),
        environment,
        index,
        filter,
        jobs,
        #[cfg(feature = "object-store")]
        requests: run.requests.or(keys.requests.map(|requests| requests.0)).map(NonZeroU16::get),
        output: Output {
            format: format(&common, keys),
            progress: run.progress.or(keys.progress).unwrap_or_default(),
            quiet: run.quiet.or(keys.quiet).unwrap_or(false),
            verbose: run.verbose.or(keys.verbose).unwrap_or(false),
        },
    })
}

/// What object storage needs to know, from the process's environment.
fn environment() -> Environment {
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    env::vars_os().filter_map(text).collect()
}

/// Settles everything that the command line of `styles` left open.
pub fn styles_settings(args: StylesArgs) -> Result<StylesSettings, Error> {
    let StylesArgs { preview, spec, common, ranks } = args;
    let file = File::read(common.config.as_deref())?;
    let styles = Styles::of(&file)?;
    let spec = spec::settle(&spec, &ranks, &file, &styles)?;
    Ok(StylesSettings { styles, spec, preview, format: format(&common, &file.keys) })
}

/// How `selftest` says its results: all that can be set of it.
pub fn selftest_format(args: &SelftestArgs) -> Result<Format, Error> {
    Ok(format(&args.common, &File::read(args.common.config.as_deref())?.keys))
}

/// Settles what a configuration file of this text says, as `render` would; for fuzzing.
pub fn check_text(text: &str) {
    let file = File::parse(PathBuf::from("image-cache.toml"), text.to_owned());
    let (Ok(file), Ok(args)) = (file, crate::args::none()) else {
        return;
    };
    if let Ok(styles) = Styles::of(&file) {
        let _ = spec::settle(&args.spec, &args.ranks, &file, &styles);
    }
    let _ = settle(args.base, &args.ranks, &file.keys, 1);
}

fn format(args: &CommonArgs, keys: &Keys) -> Format {
    args.format.or(keys.format).unwrap_or_default()
}
