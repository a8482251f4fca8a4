//! What a run is to do: flags and variables first, then the file, then the defaults.

use std::{
    fmt, fs,
    io::{self, Read},
    marker::PhantomData,
    num::{NonZeroU16, NonZeroU32},
    path::{Path, PathBuf},
    str::FromStr,
    thread,
};

use render_core::{Spec, SpecOptions, Style};
use serde::{
    Deserialize, Deserializer,
    de::{
        self, MapAccess, SeqAccess, Unexpected, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};
use toml::value::Datetime;

use crate::{
    args::{Rank, RenderArgs, RunArgs, SpecArgs},
    error::Error,
    value::{Axes, Color, Format, Instant, Progress, Size},
};

/// The file that is read where `--config` names none.
const DEFAULT_FILE: &str = "image-cache.toml";
/// No configuration is longer, so a wrong file given by mistake is not read to its end.
const LONGEST_FILE: u64 = 1 << 20;
/// Keeps the sample's pictures to a few hundred, so that a first run takes seconds.
const SAMPLE_STRIDE: u32 = 24;

/// Everything that decides what a run of `render` does.
#[derive(Debug)]
pub struct Settings {
    pub source: Source,
    pub root: PathBuf,
    pub index: PathBuf,
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

/// The configuration file; its keys are named like the flags.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct File {
    db: Option<PathBuf>,
    sample: Option<bool>,
    root: Option<PathBuf>,
    index: Option<PathBuf>,
    symbol: Option<Names>,
    interval: Option<Names>,
    start: Option<Instant>,
    end: Option<Instant>,
    stride: Option<Stride>,
    size: Option<Size>,
    window: Option<u32>,
    style: Option<String>,
    axes: Option<Axes>,
    no_volume: Option<bool>,
    no_grid: Option<bool>,
    color: Option<Color>,
    jobs: Option<Jobs>,
    format: Option<Format>,
    progress: Option<Progress>,
    quiet: Option<bool>,
    verbose: Option<bool>,
    dry_run: Option<bool>,
}

/// Settles everything that the command line left open.
pub fn settings(args: RenderArgs) -> Result<Settings, Error> {
    let file = read(args.run.config.as_deref())?;
    let RenderArgs { source, place, filter, spec, run } = args;

    let spec = settle_spec(&spec, &file)?;
    let output = settle_output(&run, &file);
    let in_file = |given: bool| if given { Rank::File } else { Rank::Nowhere };
    let db_rank = source.db_rank.max(in_file(file.db.is_some()));
    let sample_rank = source.sample_rank.max(in_file(file.sample.is_some()));
    let sample = source.sample.or(file.sample).unwrap_or(false);
    if sample && db_rank == sample_rank {
        return Err(Error::Usage(
            "--db and --sample are two sources of candles; give one of them".to_owned(),
        ));
    }
    let sample = sample && sample_rank > db_rank;
    let place_of = |name: &str| {
        if sample { Path::new("sample").join(name) } else { PathBuf::from(name) }
    };
    let stride = filter.stride.or(file.stride.map(|stride| stride.0)).map(NonZeroU32::get);
    let filter = Filter {
        symbols: filter.symbol.or(file.symbol.map(|names| names.0)).unwrap_or_default(),
        intervals: filter.interval.or(file.interval.map(|names| names.0)).unwrap_or_default(),
        start: filter.start.or(file.start).map_or(i64::MIN, |time| time.0),
        end: filter.end.or(file.end).map_or(i64::MAX, |time| time.0),
        stride: stride.unwrap_or(if sample { SAMPLE_STRIDE } else { 1 }),
    };
    if filter.start >= filter.end {
        return Err(Error::Usage("--start is not before --end, so no picture lies between them".to_owned()));
    }
    let all_cores = || thread::available_parallelism().map_or(1, usize::from);
    Ok(Settings {
        source: match source.db.or(file.db) {
            _ if sample => Source::Sample,
            Some(db) => Source::Database(db),
            None => Source::Database(PathBuf::from("market.sqlite")),
        },
        root: place.root.or(file.root).unwrap_or_else(|| place_of("image-cache")),
        index: place.index.or(file.index).unwrap_or_else(|| place_of("image_cache.sqlite")),
        filter,
        spec,
        jobs: run
            .jobs
            .or(file.jobs.map(|jobs| jobs.0))
            .map_or_else(all_cores, |jobs| usize::from(jobs.get())),
        dry_run: run.dry_run.or(file.dry_run).unwrap_or(false),
        output,
    })
}

fn settle_spec(args: &SpecArgs, file: &File) -> Result<Spec, Error> {
    let defaults = SpecOptions::default();
    let Size { width, height } =
        args.size.or(file.size).unwrap_or(Size { width: defaults.width, height: defaults.height });
    let style = args.style.as_ref().or(file.style.as_ref());
    let axes = args.axes.or(file.axes).map(|axes| match axes {
        Axes::On => render_core::Axes::On,
        Axes::Off => render_core::Axes::Off,
        Axes::Bare => render_core::Axes::Bare,
    });
    let color = args.color.or(file.color).map(|color| match color {
        Color::Rgb => render_core::ColorType::Rgb,
        Color::Indexed => render_core::ColorType::Indexed,
    });
    Ok(Spec::new(SpecOptions {
        width,
        height,
        window: args.window.or(file.window).unwrap_or(defaults.window),
        style: style.map_or(Ok(defaults.style), |name| Style::named(name))?,
        axes: axes.unwrap_or(defaults.axes),
        volume: !args.no_volume.or(file.no_volume).unwrap_or(!defaults.volume),
        grid: !args.no_grid.or(file.no_grid).unwrap_or(!defaults.grid),
        color: color.unwrap_or(defaults.color),
    })?)
}

fn settle_output(run: &RunArgs, file: &File) -> Output {
    Output {
        format: run.format.or(file.format).unwrap_or_default(),
        progress: run.progress.or(file.progress).unwrap_or_default(),
        quiet: run.quiet.or(file.quiet).unwrap_or(false),
        verbose: run.verbose.or(file.verbose).unwrap_or(false),
    }
}

/// Reads `named`, or the default file where there is one.
fn read(named: Option<&Path>) -> Result<File, Error> {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let refuse = |why: String| Error::Config { file: path.to_owned(), why };
    let mut text = String::new();
    let result = fs::File::open(path).and_then(|file| file.take(LONGEST_FILE + 1).read_to_string(&mut text));
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => {
            return Ok(File::default());
        }
        Err(error) => return Err(refuse(format!("cannot read the configuration: {error}"))),
        Ok(length) if length as u64 > LONGEST_FILE => {
            return Err(refuse("too long to be a configuration".to_owned()));
        }
        Ok(_) => {}
    }
    toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = 1 + text.as_bytes()[..start].iter().filter(|&&byte| byte == b'\n').count();
        refuse(format!("line {line}: {}", error.message()))
    })
}

/// [`crate::value::jobs`] as a value of the file.
#[derive(Debug, Clone, Copy)]
struct Jobs(NonZeroU16);

impl FromStr for Jobs {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        crate::value::jobs(text).map(Self)
    }
}

/// [`crate::value::stride`] as a value of the file.
#[derive(Debug, Clone, Copy)]
struct Stride(NonZeroU32);

impl FromStr for Stride {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        crate::value::stride(text).map(Self)
    }
}

/// Names as a list, or as one string like the flag's.
#[derive(Debug)]
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NamesVisitor)
    }
}

struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Names;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a list of strings")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Names, E> {
        Ok(Names(text.split(',').map(str::to_owned).collect()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Names, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Names)
    }
}

/// A value that is written like its flag, as a string, a whole number or a date.
struct Written<T>(PhantomData<T>);

impl<'de, T: FromStr<Err = String>> Visitor<'de> for Written<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a whole number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        number.to_string().parse().map_err(E::custom)
    }

    /// A date without quotes comes as a map that only its own type understands.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let date = Datetime::deserialize(MapAccessDeserializer::new(map))
            .map_err(|_| de::Error::invalid_type(Unexpected::Map, &self))?;
        date.to_string().parse().map_err(de::Error::custom)
    }
}

macro_rules! written_like_its_flag {
    ($($kind:ty),*) => {$(
        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_any(Written(PhantomData))
            }
        }
    )*};
}

written_like_its_flag!(Size, Instant, Stride, Jobs);
