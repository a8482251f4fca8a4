//! What a run is to do: flags and variables first, then the file, then the defaults.

mod file;
mod spec;
mod styles;
mod written;

use std::{
    num::NonZeroU32,
    path::{Path, PathBuf},
    thread,
};

use render_core::Spec;

use crate::{
    args::{CommonArgs, Rank, RenderArgs, StylesArgs},
    error::Error,
    value::{Format, Progress},
};

use file::File;
pub use styles::{Own, Styles};

/// Keeps the sample's pictures to a few hundred, so that a first run takes seconds.
const SAMPLE_STRIDE: u32 = 24;

/// Everything that decides what a run of `render` does.
#[derive(Debug)]
pub struct Settings {
    pub source: Source,
    pub root: PathBuf,
    pub index: PathBuf,
    /// Where to write the geometry of the run's pictures, if anywhere.
    pub geometry: Option<PathBuf>,
    pub filter: Filter,
    pub spec: Spec,
    pub jobs: usize,
    pub dry_run: bool,
    pub output: Output,
}

/// Where candles come from.
#[derive(Debug)]
pub enum Source {
    Database(PathBuf),
    Sample,
}

/// Which ends are asked for.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Empty for all.
    pub symbols: Vec<String>,
    /// Empty for all.
    pub intervals: Vec<String>,
    /// First end, ms.
    pub start: i64,
    /// Before this time, ms.
    pub end: i64,
    pub stride: u32,
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
    let RenderArgs { source, place, filter, spec, run, common, ranks } = args;
    let file = File::read(common.config.as_deref())?;
    let spec = spec::settle(&spec, &ranks, &file, &Styles::of(&file)?)?;
    let format = format(&common, &file);
    let keys = file.keys;
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
    let stride = filter.stride.or(keys.stride.map(|stride| stride.0)).map(NonZeroU32::get);
    let filter = Filter {
        symbols: filter.symbol.or(keys.symbol.map(|names| names.0)).unwrap_or_default(),
        intervals: filter.interval.or(keys.interval.map(|names| names.0)).unwrap_or_default(),
        start: filter.start.or(keys.start).map_or(i64::MIN, |time| time.0),
        end: filter.end.or(keys.end).map_or(i64::MAX, |time| time.0),
        stride: stride.unwrap_or(if sample { SAMPLE_STRIDE } else { 1 }),
    };
    if filter.start >= filter.end {
        return Err(Error::Usage("--start is not before --end, so no picture lies between them".to_owned()));
    }
    let all_cores = || thread::available_parallelism().map_or(1, usize::from);
    let settings = Settings {
        source: match source.db.or(keys.db) {
            _ if sample => Source::Sample,
            Some(db) => Source::Database(db),
            None => Source::Database(PathBuf::from("market.sqlite")),
        },
        root: place.root.or(keys.root).unwrap_or_else(|| place_of("image-cache")),
        index: place.index.or(keys.index).unwrap_or_else(|| place_of("image_cache.sqlite")),
        geometry: place.geometry.or(keys.geometry),
        filter,
        spec,
        jobs: run
            .jobs
            .or(keys.jobs.map(|jobs| jobs.0))
            .map_or_else(all_cores, |jobs| usize::from(jobs.get())),
        dry_run: run.dry_run.or(keys.dry_run).unwrap_or(false),
        output: Output {
            format,
            progress: run.progress.or(keys.progress).unwrap_or_default(),
            quiet: run.quiet.or(keys.quiet).unwrap_or(false),
            verbose: run.verbose.or(keys.verbose).unwrap_or(false),
        },
    };
    check_geometry(&settings, &file.path)?;
    Ok(settings)
}

/// Settles everything that the command line of `styles` left open.
pub fn styles_settings(args: StylesArgs) -> Result<StylesSettings, Error> {
    let StylesArgs { preview, spec, common, ranks } = args;
    let file = File::read(common.config.as_deref())?;
    let styles = Styles::of(&file)?;
    let spec = spec::settle(&spec, &ranks, &file, &styles)?;
    Ok(StylesSettings { styles, spec, preview, format: format(&common, &file) })
}

fn format(args: &CommonArgs, file: &File) -> Format {
    args.format.or(file.keys.format).unwrap_or_default()
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
    let db = match &settings.source {
        Source::Database(db) => Some(db.as_path()),
        Source::Sample => None,
    };
    for (flag, other) in
        [("--db", db), ("--index", Some(settings.index.as_path())), ("--config", Some(config))]
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
