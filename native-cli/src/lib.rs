//! `image-cache`: a provable cache of candlestick pictures.
//!
//! All of the program but for its entry point, so that fuzzing can reach it.
#![forbid(unsafe_code)]

mod advice;
mod args;
mod clock;
mod command;
mod config;
mod console;
mod error;
#[doc(hidden)]
pub mod fuzzing;
mod interrupt;
mod print;
mod selftest;
#[cfg(feature = "serve")]
mod serve;
mod styles;
mod value;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::error::ErrorKind;

use args::Command;
use command::Ending;
use console::Console;
use error::{Error, INTERRUPTED};
use interrupt::Interrupt;

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
    let (command, origins) = config::read()?;
    let audit = |settings: config::AuditSettings| {
        let interrupt = Interrupt::install(settings.max_seconds)?;
        command::audit::run(&settings, &interrupt, Console::new(settings.base.output))
    };
    match command {
        Command::Render(args) => {
            let settings = config::render_settings(args, &origins)?;
            let interrupt = Interrupt::install(settings.max_seconds)?;
            command::render::run(&settings, &interrupt, Console::new(settings.base.output))
        }
        Command::Plan(args) => {
            let settings = config::plan_settings(args, &origins)?;
            command::plan::run(&settings, &Interrupt::install(None)?, Console::new(settings.base.output))
        }
        Command::Merge(args) => {
            let settings = config::merge_settings(args)?;
            command::merge::run(&settings, &Interrupt::install(None)?, Console::new(settings.output))
        }
        Command::Verify(args) => audit(config::verify_settings(args, &origins)?),
        Command::Repair(args) => audit(config::repair_settings(args, &origins)?),
        Command::Status(args) => {
            let (base, specs) = config::status_settings(args, &origins)?;
            command::status::run(&base, &specs, Console::new(base.output))
        }
        Command::Import(args) => {
            let (files, options, output) = config::import_settings(args, &origins)?;
            command::import::run(&files, &options, &Interrupt::install(None)?, Console::new(output))
        }
        Command::Export(args) => {
            let (base, options) = config::export_settings(args, &origins)?;
            command::export::run(&base, &options, &Interrupt::install(None)?, Console::new(base.output))
        }
        #[cfg(feature = "serve")]
        Command::Serve(args) => {
            let (port, base) = config::serve_settings(args, &origins)?;
            serve::run(port, base, &Interrupt::install(None)?)
        }
        Command::Styles(args) => {
            let settings = config::styles_settings(args, &origins)?;
            styles::run(&settings, Console::new(config::Output::bare(settings.format)))
        }
        Command::Selftest(args) => {
            selftest::run(Console::new(config::Output::bare(args.format.unwrap_or_default())))
        }
    }
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
