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
use error::Error;
use interrupt::Interrupt;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::from(run().map_or_else(
        |error| {
            show(&error);
            error.exit_status()
        },
        |ending| ending as u8,
    ))
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

/// Help that is asked for goes to standard output and errors to standard error; where they are closed, nobody is left to tell.
fn show(error: &Error) {
    use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand as NothingGiven, DisplayVersion};
    let _ = match error {
        Error::Args(help) if matches!(help.kind(), DisplayHelp | NothingGiven | DisplayVersion) => {
            help.print()
        }
        error => writeln!(io::stderr(), "image-cache: error: {error}"),
    };
}
