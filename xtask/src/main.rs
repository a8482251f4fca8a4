//! `cargo xtask`: the only task runner of image-cache.
#![forbid(unsafe_code)]

mod bench;
mod browser;
mod ci;
mod determinism;
mod dist;
mod docs;
mod gallery;
mod golden;
mod integrations;
mod lint;
mod loaders;
mod npm;
mod object_storage;
mod package;
mod page;
mod policy;
mod portable;
mod process;
mod properties;
mod python;
mod registry;
mod setup;
mod steps;
mod test;
mod timings;
mod torture;
mod web;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// Builds, checks and measures image-cache.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
enum Task {
    /// Build the page and everything else, and run the tests; installs what they need, or names it.
    Test,
    /// Check the format, the lints, and that every feature builds by itself.
    Lint,
    /// Check everything that can be checked here: the tests, the lints, and all other tasks that check.
    Ci,
    /// Build anew and list what takes the time.
    Timings(timings::Options),
    /// Build the page and its wasm module into web/dist.
    Web {
        /// Serve web/dist to this machine's browser afterwards.
        #[arg(long)]
        serve: bool,
        /// Where to serve: a port of 127.0.0.1, 0 for any free one.
        #[arg(long, default_value_t = 8000, requires = "serve")]
        port: u16,
    },
    /// Compare the golden cases with tests/ref/hashes.txt.
    Golden {
        /// Rewrite the file, and print every old line that changes.
        #[arg(long)]
        update: bool,
    },
    /// Check the workflows, and the licences and sources of crates.
    Policy,
    /// Test what is to run on every system; on Linux, also check the code for Windows and macOS.
    Portable,
    /// Run all golden cases on every kind of machine that can run here, and compare their hashes.
    Determinism(determinism::Options),
    /// Render every style, kind, scale, preset and the awkward cases into one HTML sheet.
    Gallery,
    /// Kill runs at random moments, and render from a source that another process writes to.
    Torture(torture::Options),
    /// Run an S3 server that is killed in mid-run, and what uses it.
    ObjectStorage(object_storage::Options),
    /// Load exported data sets of all forms with Python's own loaders, and compare every pixel and label.
    Loaders,
    /// Check the templates of integrations/, and run those for GNU parallel on the sample.
    Integrations,
    /// Run the Dask package on a cluster of two processes, one of which is killed.
    Dask,
    /// Build the Python package's wheel, install it in an environment of its own, and check it there.
    Python(package::Options),
    /// Try the page in Chromium and Firefox, and print times by their clocks.
    Page,
    /// Build what is handed out into target/dist: archive, Debian package, wheel, npm package, and their SHA-256.
    Dist(dist::Options),
    /// Build the guide into target/docs, run all that it shows, and check its links.
    Docs(docs::Options),
    /// Put the npm package together, test it, and try its tarball in Node, Deno, Bun, a browser and workers.
    Npm,
    /// Measure the time per picture: stages, targets and growth with size.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let outcome = run(&Task::parse());
    process::end_step();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<()> {
    match task {
        Task::Test => test::run(),
        Task::Lint => lint::run(),
        Task::Ci => ci::run(),
        Task::Timings(options) => timings::run(options),
        Task::Web { serve: false, .. } => web::build().map(drop),
        Task::Web { serve: true, port } => web::serve(*port),
        Task::Golden { update: false } => golden::check(),
        Task::Golden { update: true } => golden::update(),
        Task::Policy => policy::run(),
        Task::Portable => portable::run(),
        Task::Determinism(options) => determinism::run(options),
        Task::Gallery => gallery::run(),
        Task::Torture(options) => torture::run(options),
        Task::ObjectStorage(options) => object_storage::run(options),
        Task::Loaders => loaders::run(),
        Task::Integrations => integrations::check(),
        Task::Dask => integrations::dask(),
        Task::Python(options) => package::run(options),
        Task::Page => page::run(),
        Task::Dist(options) => dist::run(options),
        Task::Docs(options) => docs::run(options),
        Task::Npm => npm::run(),
        Task::Bench(options) => bench::run(options),
    }
}
