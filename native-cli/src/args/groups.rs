//! Flags that several commands take.

use std::path::PathBuf;

use candles::Calendar;
use clap::Args;

#[cfg(feature = "object-store")]
use crate::value::requests;
use crate::value::{Format, Progress, calendar, instant, jobs, max_gap, seconds, stride};

/// What every command that knows a cache takes.
#[derive(Debug, Args)]
pub struct BaseArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(flatten)]
    pub filter: FilterArgs,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}

/// Where candles come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Candles")]
pub struct SourceArgs {
    /// Market database, opened read-only [default: market.sqlite]
    #[arg(long, value_name = "FILE", env = "IMAGE_CACHE_DB")]
    pub db: Option<PathBuf>,
    /// Use the built-in sample instead of a database; writes to sample/ unless told otherwise
    #[arg(long, env = "IMAGE_CACHE_SAMPLE")]
    pub sample: Option<bool>,
}

/// Where pictures and their index are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Places")]
pub struct PlaceArgs {
    /// Folder of the pictures, or s3://BUCKET/PREFIX [default: image-cache, or sample/image-cache with --sample]
    #[arg(long, value_name = "DIR|URL", env = "IMAGE_CACHE_ROOT", hide_env_values = true)]
    pub root: Option<PathBuf>,
    /// Index of the pictures [default: image_cache.sqlite, or sample/image_cache.sqlite with --sample]
    #[arg(long, value_name = "FILE", env = "IMAGE_CACHE_INDEX")]
    pub index: Option<PathBuf>,
}

/// Which pictures a command is about.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which pictures")]
pub struct FilterArgs {
    /// Only this symbol; may be repeated [default: all]
    #[arg(long, value_name = "SYMBOL", env = "IMAGE_CACHE_SYMBOL", value_delimiter = ',')]
    pub symbol: Option<Vec<String>>,
    /// Only this interval, such as 1h; may be repeated [default: all]
    #[arg(long, value_name = "INTERVAL", env = "IMAGE_CACHE_INTERVAL", value_delimiter = ',')]
    pub interval: Option<Vec<String>>,
    /// First end, YYYY-MM-DD or RFC 3339, UTC [default: all data]
    #[arg(long, value_name = "TIME", env = "IMAGE_CACHE_START", allow_hyphen_values = true,
        value_parser = instant)]
    pub start: Option<i64>,
    /// Time before which the last end lies [default: all data]
    #[arg(long, value_name = "TIME", env = "IMAGE_CACHE_END", allow_hyphen_values = true,
        value_parser = instant)]
    pub end: Option<i64>,
    /// Only ends whose index on the interval's epoch grid is a multiple of N [default: 1, or 24 with --sample]
    #[arg(long, value_name = "N", env = "IMAGE_CACHE_STRIDE", value_parser = stride)]
    pub stride: Option<u32>,
    /// Which candles are expected between others, for gaps and their ends [default: as the database says of each series, or else 24x7]
    #[arg(long, value_name = "CALENDAR", env = "IMAGE_CACHE_CALENDAR", value_parser = calendar())]
    pub calendar: Option<Calendar>,
}

/// Which pictures are left out for what is missing in them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which pictures")]
pub struct GapArgs {
    /// Leave out windows, and labels, that span more than N candles that the calendar expects and that are missing [default: none]
    #[arg(long, value_name = "N", env = "IMAGE_CACHE_MAX_GAP", value_parser = max_gap)]
    pub max_gap: Option<u64>,
}

/// How a command runs and what it says.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct RunArgs {
    /// Threads that do the work, 1 to 1024; the pictures never depend on it [default: all]
    #[arg(long, value_name = "N", env = "IMAGE_CACHE_JOBS", value_parser = jobs)]
    pub jobs: Option<usize>,
    /// Requests to object storage that are under way at a time, 1 to 1024 [default: 64]
    #[cfg(feature = "object-store")]
    #[arg(long, value_name = "N", env = "IMAGE_CACHE_REQUESTS", value_parser = requests)]
    pub requests: Option<u16>,
    /// Whether a terminal sees a progress bar; json: a line on standard error each second [default: auto]
    #[arg(long, value_name = "WHEN", env = "IMAGE_CACHE_PROGRESS")]
    pub progress: Option<Progress>,
    #[command(flatten)]
    pub say: SayArgs,
}

/// How much a command says.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct SayArgs {
    /// Say nothing but errors
    #[arg(short, long, env = "IMAGE_CACHE_QUIET")]
    pub quiet: Option<bool>,
    /// Log each step on standard error
    #[arg(short, long, env = "IMAGE_CACHE_VERBOSE")]
    pub verbose: Option<bool>,
}

/// Whether anything is done at all.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct DryRunArgs {
    /// Say what would be done, and do nothing
    #[arg(long, env = "IMAGE_CACHE_DRY_RUN")]
    pub dry_run: Option<bool>,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct CommonArgs {
    /// Configuration file [default: image-cache.toml where it exists]
    #[arg(long, value_name = "FILE", env = "IMAGE_CACHE_CONFIG")]
    pub config: Option<PathBuf>,
    /// Results as text, or as one JSON object a line [default: text]
    #[arg(long, value_name = "HOW", env = "IMAGE_CACHE_FORMAT")]
    pub format: Option<Format>,
}

/// How closely pictures are looked at.
#[derive(Debug, Args)]
#[command(next_help_heading = "Depth")]
pub struct CheckArgs {
    /// Only look whether files are there and have their size
    #[arg(long, env = "IMAGE_CACHE_QUICK", conflicts_with = "rerender")]
    pub quick: Option<bool>,
    /// Render every picture again and compare, besides the SHA-256 of its file
    #[arg(long, env = "IMAGE_CACHE_RERENDER")]
    pub rerender: Option<bool>,
}

/// When a run stops by itself.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct LimitArgs {
    /// Stop after so many seconds as if interrupted; the same command goes on from there
    #[arg(long, value_name = "N", env = "IMAGE_CACHE_MAX_SECONDS", value_parser = seconds)]
    pub max_seconds: Option<u64>,
}
