//! The command line, and the `IMAGE_CACHE_*` variables that stand for its flags.
//!
//! Every value is optional here: `config.rs` fills what is left open from the
//! configuration file and the defaults.

use std::{
    env,
    ffi::OsString,
    num::{NonZeroU16, NonZeroU32},
    path::PathBuf,
};

use clap::{
    ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, builder::BoolishValueParser,
    parser::ValueSource,
};

use crate::{
    error::Error,
    value::{Axes, Color, Format, Instant, Progress, Size, jobs, stride},
};

const EXAMPLES: &str = "\
Examples:
  image-cache render --sample
      Render a few hundred pictures of real candles that are built in.
  image-cache render --db market.sqlite
      Render every window of every series into image-cache/.

`image-cache render --help` shows every flag.";

const RENDER_EXAMPLES: &str = "\
Examples:
  image-cache render --sample
  image-cache render --db market.sqlite --root pictures --index pictures.sqlite
  image-cache render --symbol BTCUSDT --interval 1h --start 2023-01-01 --end 2023-02-01
  image-cache render --size 224 --window 64 --axes bare --no-volume
  image-cache render --stride 24 --dry-run

Each flag can also be set as a variable (IMAGE_CACHE_ROOT=pictures) or as a line
of image-cache.toml (root = \"pictures\"). Flags beat variables beat the file.

Exit status: 0 done; 1 a series or an end was refused or a picture could not be
written, after every other one was made; 2 wrong usage; 130 interrupted.";

/// What the names of all variables begin with.
const PREFIX: &str = "IMAGE_CACHE_";

/// A provable cache of candlestick pictures.
#[derive(Debug, Parser)]
#[command(name = "image-cache", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Render the pictures that are not there yet or no longer fit their candles.
    Render(RenderArgs),
}

/// The flags of `render`.
#[derive(Debug, Args)]
#[command(after_help = RENDER_EXAMPLES)]
pub struct RenderArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(flatten)]
    pub filter: FilterArgs,
    #[command(flatten)]
    pub spec: SpecArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

/// Where candles come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Candles")]
pub struct SourceArgs {
    /// Market database, opened read-only [default: market.sqlite]
    #[arg(long, value_name = "FILE", env = "IMAGE_CACHE_DB")]
    pub db: Option<PathBuf>,
    /// Use the built-in sample instead of a database; writes to sample/ unless told otherwise
    #[arg(long, env = "IMAGE_CACHE_SAMPLE", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub sample: Option<bool>,
    #[arg(skip)]
    pub db_rank: Rank,
    #[arg(skip)]
    pub sample_rank: Rank,
}

/// Where pictures and their index are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Places")]
pub struct PlaceArgs {
    /// Folder of the pictures [default: image-cache, or sample/image-cache with --sample]
    #[arg(long, value_name = "DIR", env = "IMAGE_CACHE_ROOT")]
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
    #[arg(long, value_name = "TIME", env = "IMAGE_CACHE_START", allow_hyphen_values = true)]
    pub start: Option<Instant>,
    /// Time before which the last end lies [default: all data]
    #[arg(long, value_name = "TIME", env = "IMAGE_CACHE_END", allow_hyphen_values = true)]
    pub end: Option<Instant>,
    /// Only ends whose index on the interval's epoch grid is a multiple of N [default: 1, or 24 with --sample]
    #[arg(long, value_name = "N", env = "IMAGE_CACHE_STRIDE", value_parser = stride)]
    pub stride: Option<NonZeroU32>,
}

/// How a picture looks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pictures")]
pub struct SpecArgs {
    /// Pixels a side, or width and height, 8 to 8192 [default: 1280]
    #[arg(long, value_name = "N|WxH", env = "IMAGE_CACHE_SIZE", allow_hyphen_values = true)]
    pub size: Option<Size>,
    /// Candles in a picture, 2 to 2000 [default: 150]
    #[arg(long, value_name = "N", env = "IMAGE_CACHE_WINDOW", allow_hyphen_values = true)]
    pub window: Option<u32>,
    /// Colours and strokes [default: mike]
    #[arg(long, value_name = "NAME", env = "IMAGE_CACHE_STYLE")]
    pub style: Option<String>,
    /// Frame, grid and labels; no labels; or candles edge to edge [default: on]
    #[arg(long, value_name = "HOW", env = "IMAGE_CACHE_AXES")]
    pub axes: Option<Axes>,
    /// Leave the volume panel out
    #[arg(long, env = "IMAGE_CACHE_NO_VOLUME", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub no_volume: Option<bool>,
    /// Leave grid lines out
    #[arg(long, env = "IMAGE_CACHE_NO_GRID", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub no_grid: Option<bool>,
    /// Three bytes a pixel, or indices into a palette: smaller files that some loaders of data sets misread [default: rgb]
    #[arg(long, value_name = "HOW", env = "IMAGE_CACHE_COLOR")]
    pub color: Option<Color>,
}

/// How a command runs and what it says.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct RunArgs {
    /// Threads that render, 1 to 1024; the pictures never depend on it [default: all]
    #[arg(long, value_name = "N", env = "IMAGE_CACHE_JOBS", value_parser = jobs)]
    pub jobs: Option<NonZeroU16>,
    /// Configuration file [default: image-cache.toml where it exists]
    #[arg(long, value_name = "FILE", env = "IMAGE_CACHE_CONFIG")]
    pub config: Option<PathBuf>,
    /// Results as text, or as one JSON object a line [default: text]
    #[arg(long, value_name = "HOW", env = "IMAGE_CACHE_FORMAT")]
    pub format: Option<Format>,
    /// Whether a terminal sees a progress bar [default: auto]
    #[arg(long, value_name = "WHEN", env = "IMAGE_CACHE_PROGRESS")]
    pub progress: Option<Progress>,
    /// Say nothing but errors
    #[arg(short, long, env = "IMAGE_CACHE_QUIET", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub quiet: Option<bool>,
    /// Log each step on standard error
    #[arg(short, long, env = "IMAGE_CACHE_VERBOSE", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub verbose: Option<bool>,
    /// Say what would be done, and do nothing
    #[arg(long, env = "IMAGE_CACHE_DRY_RUN", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub dry_run: Option<bool>,
}

/// Where a value was given; the later variant beats the earlier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    #[default]
    Nowhere,
    File,
    Variable,
    Flag,
}

/// Reads the process's arguments and variables.
pub fn parse() -> Result<Cli, Error> {
    let command = Cli::command();
    let matches = command.clone().try_get_matches_from(env::args_os())?;
    refuse_unknown_variables(&command, env::vars_os().map(|(name, _)| name))?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let (Command::Render(args), Some((_, matches))) = (&mut cli.command, matches.subcommand()) {
        args.source.db_rank = rank(matches, "db");
        args.source.sample_rank = rank(matches, "sample");
    }
    Ok(cli)
}

fn rank(matches: &ArgMatches, id: &str) -> Rank {
    match matches.value_source(id) {
        Some(ValueSource::CommandLine) => Rank::Flag,
        Some(ValueSource::EnvVariable) => Rank::Variable,
        _ => Rank::Nowhere,
    }
}

/// A mistyped variable would otherwise be ignored in silence, where a mistyped flag is not.
fn refuse_unknown_variables(
    command: &clap::Command,
    set: impl Iterator<Item = OsString>,
) -> Result<(), Error> {
    // Without what all names have in common, only similar ones are near.
    let known: Vec<String> = command
        .get_subcommands()
        .flat_map(clap::Command::get_arguments)
        .filter_map(|arg| Some(arg.get_env()?.to_str()?.strip_prefix(PREFIX)?.to_owned()))
        .collect();
    for name in set {
        let name = name.to_string_lossy();
        let Some(name) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if !known.iter().any(|known| known == name) {
            let near = render_core::near(name, known.iter().map(String::as_str));
            let near: Vec<String> = near.iter().map(|near| format!("{PREFIX}{near}")).collect();
            let hint = if near.is_empty() {
                String::new()
            } else {
                format!("; did you mean {}?", near.join(" or "))
            };
            return Err(Error::Usage(format!("there is no setting for the variable {PREFIX}{name}{hint}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
