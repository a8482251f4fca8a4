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
mod manual;
mod print;
mod selftest;
#[cfg(feature = "serve")]
mod serve;
mod show;
mod styles;
mod value;

use std::{
    env,
    ffi::OsString,
    io::{self, Write},
    process::ExitCode,
};

use clap::error::ErrorKind;

use args::Command;
use command::Ending;
use error::Error;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::from(run(env::args_os()))
}

/// Runs a command line: `words` are the program's name and its arguments. Returns the exit status.
#[must_use]
pub fn run(words: impl IntoIterator<Item = OsString>) -> u8 {
    execute(&words.into_iter().collect::<Vec<_>>()).map_or_else(
        |error| {
            show(&error);
            error.exit_status()
        },
        |ending| ending as u8,
    )
}

fn execute(words: &[OsString]) -> Result<Ending, Error> {
    let (command, origins) = config::read(words)?;
    match command {
        Command::Draw(args) => command::draw::run(&config::draw_settings(args, &origins)?),
        Command::Render(args) => command::render::run(&config::render_settings(args, &origins)?),
        Command::Plan(args) => command::plan::run(&config::plan_settings(args, &origins)?),
        Command::Merge(args) => command::merge::run(&config::merge_settings(args)?),
        Command::Verify(args) => command::audit::run(&config::verify_settings(args, &origins)?),
        Command::Repair(args) => command::audit::run(&config::repair_settings(args, &origins)?),
        Command::Status(args) => {
            let (base, specs) = config::status_settings(args, &origins)?;
            command::status::run(&base, &specs)
        }
        Command::Import(args) => {
            let (files, options, output) = config::import_settings(args, &origins)?;
            command::import::run(&files, &options, output)
        }
        Command::Export(args) => command::export::run(&config::export_settings(args, &origins)?),
        Command::Doctor(args) => {
            let (base, config) = config::doctor_settings(args, &origins)?;
            command::doctor::run(&base, config.as_deref())
        }
        #[cfg(feature = "serve")]
        Command::Serve(args) => {
            let (port, base) = config::serve_settings(args, &origins)?;
            serve::run(port, base)
        }
        Command::Styles(args) => styles::run(&config::styles_settings(args, &origins)?),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { folder } => manual::pages(&folder),
        Command::Selftest(args) => selftest::run(args.format.unwrap_or_default()),
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
