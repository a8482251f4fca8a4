//! The command line, and the `IMAGE_CACHE_*` variables that stand for its flags.
//!
//! Every value is optional here: values of the configuration file are clap's defaults (`config/origin.rs`), and
//! `config.rs` fills what is left open.

mod draw;
mod export;
mod groups;
mod help;
mod import;
mod own;
mod read;
mod setting;
mod shard;
mod shard_request;
mod spec;

use std::{any::TypeId, path::PathBuf};

use cache::Subset;
use clap::{Arg, ArgAction, Args, CommandFactory, Parser, Subcommand, builder::BoolishValueParser};
use clap_complete::Shell;

use crate::value::subset;

pub use draw::DrawArgs;
pub use export::{ExportArgs, LabelArgs, SetArgs};
pub use groups::{BaseArgs, CheckArgs, CommonArgs, DryRunArgs, GapArgs, LimitArgs, SayArgs};
#[cfg(test)]
pub use help::PRESET_HELP;
pub use import::ImportArgs;
pub use own::{OWN_KNOBS, OwnArgs, SeriesTimes};
pub use read::{Columns, ReadArgs, WrittenArgs};
pub use setting::{check_variables, did_you_mean, settings, variable};
pub use shard::{MergeArgs, PlanArgs, ShardArgs};
pub use shard_request::ShardRequest;
pub use spec::SpecArgs;

/// A provable cache of candlestick pictures.
#[derive(Debug, Parser)]
#[command(name = "image-cache", version, arg_required_else_help = true)]
#[command(after_help = include_str!("args/help/image-cache.txt"))]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Draw one picture of a file of candles, without a database.
    Draw(DrawArgs),
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
    /// Look at this program, this machine and its disks, and say what to do about what is not well.
    Doctor(DoctorArgs),
    /// Prove that this machine renders the bytes that every other one does.
    #[command(after_help = include_str!("args/help/selftest.txt"))]
    Selftest(CommonArgs),
    /// Print what makes a shell complete commands and flags.
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write pages for `man` to a folder.
    Man {
        /// The folder, made where it is absent
        folder: PathBuf,
    },
}

impl Command {
    /// Commands that depend on nothing but this program, and so read no configuration file.
    pub const OF_THE_PROGRAM: [&str; 2] = ["completions", "man"];
}

/// The flags of `render`.
#[derive(Debug, Args)]
#[command(after_help = include_str!("args/help/render.txt"))]
pub struct RenderArgs {
    #[command(flatten)]
    pub base: BaseArgs,
    /// Write where everything is in each picture to this file: one JSON object a line
    #[arg(long, value_name = "FILE", env = "IMAGE_CACHE_GEOMETRY", help_heading = "Places")]
    pub geometry: Option<PathBuf>,
    #[command(flatten)]
    pub gap: GapArgs,
    #[command(flatten)]
    pub shard: ShardArgs,
    #[command(flatten)]
    pub limit: LimitArgs,
    #[command(flatten)]
    pub dry: DryRunArgs,
    #[command(flatten)]
    pub spec: SpecArgs,
    #[command(flatten)]
    pub own: OwnArgs,
    #[command(flatten)]
    pub written: WrittenArgs,
}

/// The flags of `verify`.
#[derive(Debug, Args)]
#[command(after_help = include_str!("args/help/verify.txt"))]
pub struct VerifyArgs {
    #[command(flatten)]
    pub check: CheckArgs,
    /// Only the n-th of t parts of the entries, or a new random share of them
    #[arg(long, value_name = "N/T|P%", env = "IMAGE_CACHE_SUBSET", value_parser = subset)]
    pub subset: Option<Subset>,
    /// Leave the index as it is, and wait for no other run
    #[arg(long, env = "IMAGE_CACHE_NO_RECORD")]
    pub no_record: Option<bool>,
    /// Compare files with the index alone, where there is no market database
    #[arg(long, env = "IMAGE_CACHE_FILES_ONLY", conflicts_with = "rerender")]
    pub files_only: Option<bool>,
    #[command(flatten)]
    pub base: BaseArgs,
    #[command(flatten)]
    pub limit: LimitArgs,
    #[command(flatten)]
    pub spec: SpecArgs,
    #[command(flatten)]
    pub own: OwnArgs,
    #[command(flatten)]
    pub written: WrittenArgs,
}

/// The flags of `repair`.
#[derive(Debug, Args)]
#[command(after_help = include_str!("args/help/repair.txt"))]
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
    #[command(flatten)]
    pub own: OwnArgs,
    #[command(flatten)]
    pub written: WrittenArgs,
}

/// The flags of `status`.
#[derive(Debug, Args)]
#[command(after_help = include_str!("args/help/status.txt"))]
pub struct StatusArgs {
    #[command(flatten)]
    pub base: BaseArgs,
    #[command(flatten)]
    pub spec: SpecArgs,
}

/// The flags of `doctor`.
#[derive(Debug, Args)]
#[command(after_help = include_str!("args/help/doctor.txt"))]
pub struct DoctorArgs {
    #[command(flatten)]
    pub base: BaseArgs,
    #[command(flatten)]
    pub spec: SpecArgs,
}

/// The flags of `serve`.
#[cfg(feature = "serve")]
#[derive(Debug, Args)]
#[command(after_help = include_str!("args/help/serve.txt"))]
pub struct ServeArgs {
    /// Where to serve: a port of 127.0.0.1, 0 for any free one
    #[arg(long, value_name = "PORT", default_value_t = 8787)]
    pub port: u16,
    #[command(flatten)]
    pub base: BaseArgs,
}

/// The flags of `styles`.
#[derive(Debug, Args)]
#[command(after_help = include_str!("args/help/styles.txt"))]
pub struct StylesArgs {
    /// Write one picture of each style to this folder, NAME.png, of the first window of the built-in sample
    #[arg(long, value_name = "DIR")]
    pub preview: Option<PathBuf>,
    #[command(flatten)]
    pub spec: SpecArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}

/// The program's command line, with what clap's attributes cannot say in one place.
pub fn command() -> clap::Command {
    Cli::command().mut_subcommands(|command| command.mut_args(switch))
}

/// A switch stands for `true`, and takes `=false` and the like as well.
fn switch(arg: Arg) -> Arg {
    let is_bool = arg.get_value_parser().type_id() == TypeId::of::<bool>();
    match arg.get_action() {
        ArgAction::Set if is_bool => spec::switch(arg).value_parser(BoolishValueParser::new()),
        _ => arg,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_do_not_contradict_each_other() {
        command().debug_assert();
    }
}
