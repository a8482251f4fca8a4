//! The command line, and the `IMAGE_CACHE_*` variables that stand for its flags.
//!
//! Every value is optional here: `config.rs` fills what is left open from the
//! configuration file and the defaults.

mod export;
mod help;
mod import;
mod shard;
mod shard_request;
mod spec;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    ffi::OsString,
    num::{NonZeroU16, NonZeroU32},
    path::PathBuf,
};

use clap::{
    ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, builder::BoolishValueParser,
    parser::ValueSource,
};
use render_core::near;

#[cfg(feature = "object-store")]
use crate::value::requests;
use crate::{
    error::Error,
    value::{Format, Instant, Progress, Subset, jobs, stride},
};

pub use export::{ExportArgs, LabelArgs, SetArgs};
#[cfg(test)]
pub use help::PRESET_HELP;
use help::{
    EXAMPLES, RENDER_EXAMPLES, REPAIR_EXAMPLES, SELFTEST_EXAMPLES, STATUS_EXAMPLES, STYLES_EXAMPLES,
    VERIFY_EXAMPLES,
};
pub use import::ImportArgs;
pub use shard::{LimitArgs, MergeArgs, PlanArgs, ShardArgs};
pub use shard_request::ShardRequest;
pub use spec::SpecArgs;

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
    /// Say what a run would make: its ends, pictures, bytes, and a hash over all that decides them.
    Plan(PlanArgs),
    /// Join the indexes of shards into one.
    Merge(MergeArgs),
    /// Prove that the pictures are what their candles make, and list what is not.
    Verify(VerifyArgs),
    /// Render again what verify finds corrupt or stale, and only that.
    Repair(RepairArgs),
    /// Say what the index holds: ends, counts, bytes and the last run of each series.
    Status(StatusArgs),
    /// Write candles from files to a market database, and build coarser series.
    Import(ImportArgs),
    /// Make a data set of the pictures, with labels and splits, in the form that loaders read.
    Export(ExportArgs),
    /// Serve the page, with this database's candles, to this machine's browser.
    #[cfg(feature = "serve")]
    Serve(ServeArgs),
    /// List the styles, built in and your own, and write a picture of each.
    Styles(StylesArgs),
    /// Prove that this machine renders the bytes that every other one does.
    Selftest(SelftestArgs),
}

/// The flags of `render`.
#[derive(Debug, Args)]
#[command(after_help = RENDER_EXAMPLES)]
pub struct RenderArgs {
    #[command(flatten)]
    pub base: BaseArgs,
    /// Write where everything is in each picture to this file: one JSON object a line
    #[arg(long, value_name = "FILE", env = "IMAGE_CACHE_GEOMETRY", help_heading = "Places")]
    pub geometry: Option<PathBuf>,
    #[command(flatten)]
    pub shard: ShardArgs,
    #[command(flatten)]
    pub limit: LimitArgs,
    #[command(flatten)]
    pub dry: DryRunArgs,
    #[command(flatten)]
    pub spec: SpecArgs,
    #[arg(skip)]
    pub ranks: Ranks,
}

/// The flags of `verify`.
#[derive(Debug, Args)]
#[command(after_help = VERIFY_EXAMPLES)]
pub struct VerifyArgs {
    #[command(flatten)]
    pub check: CheckArgs,
    /// Only the n-th of t parts of the entries, or a new random share of them
    #[arg(long, value_name = "N/T|P%", env = "IMAGE_CACHE_SUBSET")]
    pub subset: Option<Subset>,
    /// Leave the index as it is, and wait for no other run
    #[arg(long, env = "IMAGE_CACHE_NO_RECORD", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub no_record: Option<bool>,
    /// Compare files with the index alone, where there is no market database
    #[arg(long, env = "IMAGE_CACHE_FILES_ONLY", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new(), conflicts_with = "rerender")]
    pub files_only: Option<bool>,
    #[command(flatten)]
    pub base: BaseArgs,
    #[command(flatten)]
    pub limit: LimitArgs,
    #[command(flatten)]
    pub spec: SpecArgs,
    #[arg(skip)]
    pub ranks: Ranks,
}

/// The flags of `repair`.
#[derive(Debug, Args)]
#[command(after_help = REPAIR_EXAMPLES)]
pub struct RepairArgs {
    #[command(flatten)]
    pub check: CheckArgs,
    /// Delete orphans: pictures that no row of this index has. Not where several indexes share the root
    #[arg(long)]
    pub delete_orphans: bool,
    /// Make a damaged index again from the pictures; what is intact is not rendered
    #[arg(long)]
    pub rebuild_index: bool,
    #[command(flatten)]
    pub base: BaseArgs,
    #[command(flatten)]
    pub limit: LimitArgs,
    #[command(flatten)]
    pub dry: DryRunArgs,
    #[command(flatten)]
    pub spec: SpecArgs,
    #[arg(skip)]
    pub ranks: Ranks,
}

/// The flags of `status`.
#[derive(Debug, Args)]
#[command(after_help = STATUS_EXAMPLES)]
pub struct StatusArgs {
    #[command(flatten)]
    pub base: BaseArgs,
    #[command(flatten)]
    pub spec: SpecArgs,
    #[arg(skip)]
    pub ranks: Ranks,
}

/// The flags of `serve`.
#[cfg(feature = "serve")]
#[derive(Debug, Args)]
#[command(after_help = help::SERVE_EXAMPLES)]
pub struct ServeArgs {
    /// Where to serve: a port of 127.0.0.1, 0 for any free one
    #[arg(long, value_name = "PORT", default_value_t = 8787)]
    pub port: u16,
    #[command(flatten)]
    pub base: BaseArgs,
    #[arg(skip)]
    pub ranks: Ranks,
}

/// How closely pictures are looked at.
#[derive(Debug, Args)]
#[command(next_help_heading = "Depth")]
pub struct CheckArgs {
    /// Only look whether files are there and have their size
    #[arg(long, env = "IMAGE_CACHE_QUICK", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new(), conflicts_with = "rerender")]
    pub quick: Option<bool>,
    /// Render every picture again and compare, besides the SHA-256 of its file
    #[arg(long, env = "IMAGE_CACHE_RERENDER", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub rerender: Option<bool>,
}

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

/// The flags of `styles`.
#[derive(Debug, Args)]
#[command(after_help = STYLES_EXAMPLES)]
pub struct StylesArgs {
    /// Write one picture of each style to this folder, NAME.png, of the first window of the built-in sample
    #[arg(long, value_name = "DIR")]
    pub preview: Option<PathBuf>,
    #[command(flatten)]
    pub spec: SpecArgs,
    #[command(flatten)]
    pub common: CommonArgs,
    #[arg(skip)]
    pub ranks: Ranks,
}

/// The flags of `selftest`.
#[derive(Debug, Args)]
#[command(after_help = SELFTEST_EXAMPLES)]
pub struct SelftestArgs {
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
    #[arg(long, env = "IMAGE_CACHE_SAMPLE", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
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
    #[arg(long, value_name = "TIME", env = "IMAGE_CACHE_START", allow_hyphen_values = true)]
    pub start: Option<Instant>,
    /// Time before which the last end lies [default: all data]
    #[arg(long, value_name = "TIME", env = "IMAGE_CACHE_END", allow_hyphen_values = true)]
    pub end: Option<Instant>,
    /// Only ends whose index on the interval's epoch grid is a multiple of N [default: 1, or 24 with --sample]
    #[arg(long, value_name = "N", env = "IMAGE_CACHE_STRIDE", value_parser = stride)]
    pub stride: Option<NonZeroU32>,
}

/// How a command runs and what it says.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct RunArgs {
    /// Threads that do the work, 1 to 1024; the pictures never depend on it [default: all]
    #[arg(long, value_name = "N", env = "IMAGE_CACHE_JOBS", value_parser = jobs)]
    pub jobs: Option<NonZeroU16>,
    /// Requests to object storage that are under way at a time, 1 to 1024 [default: 64]
    #[cfg(feature = "object-store")]
    #[arg(long, value_name = "N", env = "IMAGE_CACHE_REQUESTS", value_parser = requests)]
    pub requests: Option<NonZeroU16>,
    /// Whether a terminal sees a progress bar; json: a line on standard error each second [default: auto]
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
}

/// Whether anything is done at all.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct DryRunArgs {
    /// Say what would be done, and do nothing
    #[arg(long, env = "IMAGE_CACHE_DRY_RUN", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
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

/// Where a value was given; the later variant beats the earlier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    #[default]
    Nowhere,
    File,
    Variable,
    Flag,
}

/// Where each value of a command line was given, by the name of its flag.
#[derive(Debug, Default)]
pub struct Ranks(BTreeMap<String, Rank>);

impl Ranks {
    fn of(matches: &ArgMatches) -> Self {
        let rank = |id: &clap::Id| match matches.value_source(id.as_str())? {
            // Flags are named like their fields, with hyphens.
            ValueSource::CommandLine => Some((id.as_str().replace('_', "-"), Rank::Flag)),
            ValueSource::EnvVariable => Some((id.as_str().replace('_', "-"), Rank::Variable)),
            _ => None,
        };
        Self(matches.ids().filter_map(rank).collect())
    }

    /// Where the value of `--flag` was given, if on the command line or in a variable.
    pub fn get(&self, flag: &str) -> Rank {
        self.0.get(flag).copied().unwrap_or_default()
    }

    /// Whether `--flag` or its variable was given.
    pub fn is_given(&self, flag: &str) -> bool {
        self.get(flag) >= Rank::Variable
    }
}

/// The variable that stands for a flag.
pub fn variable(flag: &str) -> String {
    format!("{PREFIX}{}", flag.replace('-', "_").to_uppercase())
}

/// Reads the process's arguments and variables.
pub fn parse() -> Result<Cli, Error> {
    let command = Cli::command();
    let matches = command.clone().try_get_matches_from(env::args_os())?;
    refuse_unknown_variables(&command, env::vars_os().map(|(name, _)| name))?;
    read(&matches)
}

/// `render` without a flag.
pub fn none() -> Result<RenderArgs, Error> {
    let matches = RenderArgs::augment_args(clap::Command::new("render")).try_get_matches_from(["render"])?;
    Ok(RenderArgs::from_arg_matches(&matches)?)
}

fn read(matches: &ArgMatches) -> Result<Cli, Error> {
    let mut cli = Cli::from_arg_matches(matches)?;
    let ranks = matches.subcommand().map(|(_, matches)| Ranks::of(matches)).unwrap_or_default();
    match &mut cli.command {
        Command::Render(args) => args.ranks = ranks,
        Command::Plan(args) => args.ranks = ranks,
        Command::Verify(args) => args.ranks = ranks,
        Command::Repair(args) => args.ranks = ranks,
        Command::Status(args) => args.ranks = ranks,
        Command::Import(args) => args.ranks = ranks,
        Command::Export(args) => args.ranks = ranks,
        #[cfg(feature = "serve")]
        Command::Serve(args) => args.ranks = ranks,
        Command::Styles(args) => args.ranks = ranks,
        Command::Merge(_) | Command::Selftest(_) => {}
    }
    Ok(cli)
}

/// A mistyped variable would otherwise be ignored in silence, where a mistyped flag is not.
fn refuse_unknown_variables(
    command: &clap::Command,
    set: impl Iterator<Item = OsString>,
) -> Result<(), Error> {
    let known = settings(command);
    for name in set {
        let name = name.to_string_lossy();
        let Some(setting) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if !known.iter().any(|known| variable(known) == name) {
            let near = near(setting, known.iter().map(String::as_str));
            let near = near.iter().map(|near| variable(near)).collect::<Vec<_>>();
            let hint = did_you_mean(&near);
            return Err(Error::Usage(format!("there is no setting for the variable {name}{hint}")));
        }
    }
    Ok(())
}

/// The names of all settings that have a variable.
fn settings(command: &clap::Command) -> BTreeSet<String> {
    let flags = command.get_subcommands().flat_map(clap::Command::get_arguments);
    let flags = flags.filter(|arg| arg.get_env().is_some());
    flags.filter_map(|arg| arg.get_long().map(str::to_owned)).collect()
}

/// The names that resemble a mistyped one of the configuration file, as the end of a message.
pub fn hint_for_setting(name: &str) -> String {
    let known = settings(&Cli::command());
    did_you_mean(&near(name, known.iter().map(String::as_str)))
}

fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
