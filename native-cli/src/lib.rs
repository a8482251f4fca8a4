//! `image-cache`: a provable cache of candlestick pictures.
//!
//! All of the program but for its entry point, so that fuzzing can reach it.
#![forbid(unsafe_code)]

mod advice;
mod args;
mod audit;
mod check;
mod claim;
mod clock;
mod commit;
mod config;
mod console;
mod error;
mod event;
mod export;
#[cfg(test)]
mod faults;
mod feed;
mod finding;
#[doc(hidden)]
pub mod fuzzing;
mod geometry;
mod groups;
mod import;
mod index;
mod interrupt;
mod key;
mod lock;
mod merge;
#[cfg(all(test, feature = "object-store"))]
mod object_faults;
mod orphans;
mod part;
mod pipe;
mod plan;
mod rebuild;
mod render;
mod report;
mod rows;
mod salvage;
mod schema;
mod selftest;
#[cfg(feature = "serve")]
mod serve;
mod session;
mod shard;
mod sharded;
mod status;
mod styles;
mod tags;
mod tally;
mod value;
mod work;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::error::ErrorKind;

use args::Command;
use error::Error;
use interrupt::{INTERRUPTED, Interrupt};
use render::Ending;

/// The exit status where corrupt, stale or orphaned pictures are left.
const UNCLEAN: u8 = 3;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    match run() {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Incomplete) => ExitCode::FAILURE,
        Ok(Ending::Unclean) => ExitCode::from(UNCLEAN),
        Ok(Ending::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(error) => {
            show(&error);
            ExitCode::from(error.exit_status())
        }
    }
}

fn run() -> Result<Ending, Error> {
    let cli = args::parse()?;
    match cli.command {
        Command::Render(args) => {
            let settings = config::settings(args)?;
            let interrupt = Interrupt::install()?;
            interrupt.limit(settings.max_seconds)?;
            render::run(&settings, clock::now(), &store::Disk, &interrupt, Box::new(io::stderr()))
        }
        Command::Plan(args) => {
            let (settings, shards) = config::plan_settings(args)?;
            let interrupt = Interrupt::install()?;
            plan::run(&settings, shards, clock::now(), &interrupt, Box::new(io::stderr()))
        }
        Command::Merge(args) => {
            let settings = config::merge_settings(args)?;
            let interrupt = Interrupt::install()?;
            merge::run(&settings, &store::Disk, &interrupt, Box::new(io::stderr()))
        }
        Command::Verify(args) => audited(&config::verify_settings(args)?),
        Command::Repair(args) => audited(&config::repair_settings(args)?),
        Command::Status(args) => {
            let (base, narrowing) = config::status_settings(args)?;
            status::run(&base, &narrowing, Box::new(io::stderr()))
        }
        Command::Import(args) => {
            let settings = config::import_settings(args)?;
            let interrupt = Interrupt::install()?;
            import::run(&settings, &interrupt, Box::new(io::stderr()))
        }
        Command::Export(args) => {
            let settings = config::export_settings(args)?;
            let interrupt = Interrupt::install()?;
            export::run(&settings, clock::now(), &store::Disk, &interrupt, Box::new(io::stderr()))
        }
        #[cfg(feature = "serve")]
        Command::Serve(args) => {
            let settings = config::serve_settings(args)?;
            let interrupt = Interrupt::install()?;
            serve::run(settings, &interrupt, Box::new(io::stderr()))
        }
        Command::Styles(args) => styles::run(&config::styles_settings(args)?),
        Command::Selftest(args) => selftest::run(config::selftest_format(&args)?),
    }
}

fn audited(settings: &config::AuditSettings) -> Result<Ending, Error> {
    let interrupt = Interrupt::install()?;
    interrupt.limit(settings.max_seconds)?;
    audit::run(settings, clock::now(), &store::Disk, &interrupt, Box::new(io::stderr()))
}

/// Whether the command line asks for help, or lacks everything and gets it unasked.
fn is_help(kind: ErrorKind) -> bool {
    use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion};
    matches!(kind, DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand | DisplayVersion)
}

/// Help that is asked for goes to standard output and errors to standard error; where they are closed, nobody is left to tell.
fn show(error: &Error) {
    let _ = match error {
        Error::Args(help) if is_help(help.kind()) => help.print(),
        error => writeln!(io::stderr(), "image-cache: error: {error}"),
    };
}
