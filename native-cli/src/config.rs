//! What a run is to do: flags and variables first, then the file, then the defaults.

mod export;
mod file;
mod import;
mod narrow;
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
    sync::Arc,
    thread,
};

use market::{Filter, Source};
use render_core::Spec;
use store::Root;

use crate::{
    args::{
        BaseArgs, CheckArgs, CommonArgs, Rank, Ranks, RenderArgs, RepairArgs, SelftestArgs, SpecArgs,
        StatusArgs, StylesArgs, VerifyArgs,
    },
    check::Depth,
    claim,
    error::Error,
    shard::Shard,
    value::{Format, Progress, Subset},
};

pub use export::{ExportSettings, export_settings};
use file::{File, Keys};
pub use import::{ImportSettings, import_settings};
pub use narrow::Narrowing;
pub use shard::{MergeSettings, merge_settings, plan_settings};
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
    pub root: Root,
    pub index: PathBuf,
    pub filter: Filter,
    pub jobs: usize,
    pub output: Output,
}

/// Everything that decides what a run of `render` does.
#[derive(Debug)]
pub struct Settings {
    pub base: Base,
    /// Where to write the geometry of the run's pictures, if anywhere.
    pub geometry: Option<PathBuf>,
    pub spec: Arc<Spec>,
    pub dry_run: bool,
    /// The part that is to be made, where not all is.
    pub shard: Option<Shard>,
    /// What the hash of the plan must begin with.
    pub plan: Option<String>,
    pub max_seconds: Option<NonZeroU64>,
}

/// Everything that decides what `verify`, `repair` and `status` look at.
#[derive(Debug)]
pub struct AuditSettings {
    pub base: Base,
    pub depth: Depth,
    pub narrowing: Narrowing,
    pub task: Audit,
    pub max_seconds: Option<NonZeroU64>,
}

/// What is done about findings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Audit {
    Verify { subset: Option<Subset>, record: bool, files_only: bool },
    Repair { dry_run: bool, delete_orphans: bool, rebuild_index: bool },
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
pub fn settings(args: RenderArgs) -> Result<Settings, Error> {
    let RenderArgs { base, geometry, shard, limit, dry, spec, ranks } = args;
    let file = File::read(base.common.config.as_deref())?;
    let is_root_said = base.place.root.is_some() || file.keys.root.is_some();
    #[cfg(feature = "object-store")]
    let requests = base.run.requests.or(file.keys.requests.map(|requests| requests.0)).map(NonZeroU16::get);
    let spec = Arc::new(spec::settle(&spec, &ranks, &file, &Styles::of(&file)?)?);
    let keys = &file.keys;
    let mut base = settle(base, &ranks, keys, SAMPLE_STRIDE)?;
    let (shard, is_several, plan) = shard::settle(shard, keys)?;
    let mut geometry = geometry.or(keys.geometry.clone());
    if let Some(shard) = shard {
        shard::part_files(shard, &ranks, is_several, &mut base.index, &mut geometry)?;
    }
    let settings = Settings {
        base,
        geometry,
        spec,
        dry_run: dry.dry_run.or(keys.dry_run).unwrap_or(false),
        shard,
        plan,
        max_seconds: shard::max_seconds(&limit, keys),
    };
    let settings = if is_root_said { settings } else { settings.at_its_root()? };
    #[cfg(feature = "object-store")]
    let settings = settings.with(requests);
    check_geometry(&settings, &file.path)?;
    Ok(settings)
}

impl Settings {
    /// The same with the root that the index knows, which a shard's is another than the whole's.
    fn at_its_root(mut self) -> Result<Self, Error> {
        if self.shard.is_some() {
            let usual = match self.base.source {
                Source::Sample => Path::new("sample").join(ROOT),
                Source::Database(_) => PathBuf::from(ROOT),
            };
            self.base.root = claim::root_or(&self.base.index, usual)?;
        }
        Ok(self)
    }
}

#[cfg(feature = "object-store")]
impl Settings {
    fn with(mut self, requests: Option<u16>) -> Self {
        self.base.root = self.base.root.with_limits(requests, self.base.jobs);
        self
    }
}

/// Settles everything that the command line of `verify` left open.
pub fn verify_settings(args: VerifyArgs) -> Result<AuditSettings, Error> {
    let VerifyArgs { check, subset, no_record, files_only, base, limit, spec, ranks } = args;
    let file = File::read(base.common.config.as_deref())?;
    let keys = &file.keys;
    let task = Audit::Verify {
        subset: subset.or(keys.subset),
        record: !no_record.or(keys.no_record).unwrap_or(false),
        files_only: files_only.or(keys.files_only).unwrap_or(false),
    };
    let max_seconds = shard::max_seconds(&limit, keys);
    Ok(AuditSettings { max_seconds, ..audit(&check, task, base, &spec, &ranks, &file)? })
}

/// Settles everything that the command line of `repair` left open.
pub fn repair_settings(args: RepairArgs) -> Result<AuditSettings, Error> {
    let RepairArgs { check, delete_orphans, rebuild_index, base, limit, dry, spec, ranks } = args;
    let file = File::read(base.common.config.as_deref())?;
    let dry_run = dry.dry_run.or(file.keys.dry_run).unwrap_or(false);
    if rebuild_index && (delete_orphans || dry_run) {
        let other = if dry_run { "--dry-run" } else { "--delete-orphans" };
        return Err(Error::Usage(format!(
            "--rebuild-index and {other} do not go together; rebuild first, and see what is left"
        )));
    }
    let task = Audit::Repair { dry_run, delete_orphans, rebuild_index };
    let max_seconds = shard::max_seconds(&limit, &file.keys);
    Ok(AuditSettings { max_seconds, ..audit(&check, task, base, &spec, &ranks, &file)? })
}

/// Settles everything that the command line of `status` left open.
pub fn status_settings(args: StatusArgs) -> Result<(Base, Narrowing), Error> {
    let StatusArgs { base, spec, ranks } = args;
    let file = File::read(base.common.config.as_deref())?;
    let narrowing = Narrowing::of(&spec, &ranks, &file)?;
    Ok((settle(base, &ranks, &file.keys, 1)?, narrowing))
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

fn audit(
    check: &CheckArgs,
    task: Audit,
    base: BaseArgs,
    spec: &SpecArgs,
    ranks: &Ranks,
    file: &File,
) -> Result<AuditSettings, Error> {
    let keys = &file.keys;
    let quick = check.quick.or(keys.quick).unwrap_or(false);
    let rerender = check.rerender.or(keys.rerender).unwrap_or(false);
    let depth = match (quick, rerender) {
        (false, false) => Depth::Hash,
        (true, false) => Depth::Quick,
        (false, true) => Depth::Rerender,
        // A flag beats what the file says.
        (true, true) if check.quick == Some(true) => Depth::Quick,
        (true, true) if check.rerender == Some(true) => Depth::Rerender,
        (true, true) => {
            return Err(Error::Usage("quick and rerender are two depths; give one of them".to_owned()));
        }
    };
    if depth == Depth::Rerender && matches!(task, Audit::Verify { files_only: true, .. }) {
        return Err(Error::Usage(
            "files-only and rerender contradict each other: pictures are rendered from a market database"
                .to_owned(),
        ));
    }
    let narrowing = Narrowing::of(spec, ranks, file)?;
    let is_root_said = base.place.root.is_some() || keys.root.is_some();
    let base = settle(base, ranks, keys, 1)?;
    if !is_root_said {
        claim::check_root(&base.index)?;
    }
    Ok(AuditSettings { base, depth, narrowing, task, max_seconds: None })
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
    let root = match place.root.or(keys.root.clone()) {
        Some(root) => parse_root(root)?,
        // An index of a shard or a merged one knows where its pictures are.
        None => claim::root_or(&index, place_of(ROOT))?,
    };
    #[cfg(feature = "object-store")]
    let root = root
        .with_limits(run.requests.or(keys.requests.map(|requests| requests.0)).map(NonZeroU16::get), jobs);
    Ok(Base {
        source: match source.db.or(keys.db.clone()) {
            _ if sample => Source::Sample,
            Some(db) => Source::Database(db),
            None => Source::Database(PathBuf::from("market.sqlite")),
        },
        root,
        index,
        filter,
        jobs,
        output: Output {
            format: format(&common, keys),
            progress: run.progress.or(keys.progress).unwrap_or_default(),
            quiet: run.quiet.or(keys.quiet).unwrap_or(false),
            verbose: run.verbose.or(keys.verbose).unwrap_or(false),
        },
    })
}

/// Understands a root; what object storage needs to know comes from the process's environment.
pub fn parse_root(root: PathBuf) -> Result<Root, Error> {
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    Ok(Root::parse(root, &env::vars_os().filter_map(text).collect())?)
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

/// The geometry's file replaces what was there, which must not be what the run works with.
fn check_geometry(settings: &Settings, config: &Path) -> Result<(), Error> {
    let Some(geometry) = &settings.geometry else {
        return Ok(());
    };
    let refuse = |why: String| Err(Error::Usage(format!("--geometry {}: {why}", geometry.display())));
    if geometry.file_name().is_none() || geometry.is_dir() {
        return refuse("is no file's name; give a file such as boxes.jsonl".to_owned());
    }
    // A file that is not there yet has a folder that is.
    let real = |path: &Path| {
        path.canonicalize().ok().or_else(|| {
            let folder = path.parent().filter(|folder| *folder != Path::new(""));
            Some(folder.unwrap_or(Path::new(".")).canonicalize().ok()?.join(path.file_name()?))
        })
    };
    let same = |other: &Path| {
        let places = [geometry.as_path(), other].map(real);
        geometry == other || (places[0].is_some() && places[0] == places[1])
    };
    let db = match &settings.base.source {
        Source::Database(db) => Some(db.as_path()),
        Source::Sample => None,
    };
    for (flag, other) in
        [("--db", db), ("--index", Some(settings.base.index.as_path())), ("--config", Some(config))]
    {
        if other.is_some_and(same) {
            return refuse(format!("is the file of {flag}; give another one"));
        }
        // SQLite and the lock keep what a database needs in files beside it.
        let beside = ["-wal", "-shm", "-journal", ".lock"].map(|end| {
            let mut path = other.unwrap_or(Path::new("")).as_os_str().to_owned();
            path.push(end);
            PathBuf::from(path)
        });
        if other.is_some() && beside.iter().any(|path| same(path)) {
            return refuse(format!("belongs to the file of {flag}; give another one"));
        }
    }
    // Pictures are the cache's own.
    if geometry.extension().is_some_and(|end| end.eq_ignore_ascii_case("png")) {
        return refuse("is named like a picture; give a file such as boxes.jsonl".to_owned());
    }
    Ok(())
}
