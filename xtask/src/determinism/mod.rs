//! The same bytes everywhere: all golden cases on every kind of machine that can run here.
//!
//! A host is a program that answers the questions of `tests/src/runner.rs`; here
//! they are built, started, asked, and compared with the committed hashes.

mod difference;
mod guards;
mod native;
mod page;
mod table;
mod wasm;

use std::{cell::RefCell, fs, path::PathBuf, time::Instant};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use tests::golden::{self, Difference, Golden};

use crate::process::{output, step, target_dir};
use table::{Outcome, Row};

pub use guards::guards;
pub use page::ask;

/// Which targets.
#[derive(Debug, Default, Args)]
pub struct Options {
    /// Only these targets [default: all]
    #[arg(long, value_name = "NAME", num_args = 1.., value_parser = names())]
    target: Vec<String>,
}

/// Where the cases run.
struct Target {
    name: &'static str,
    /// What asks it for all cases.
    all: &'static str,
    find: fn(&Kit) -> Result<Host>,
}

/// What answers.
struct Host {
    /// What it is, with versions.
    what: String,
    ask: Ask,
}

/// Asks a question and returns the answer.
type Ask = Box<dyn FnMut(&str) -> Result<String>>;

/// What targets share.
struct Kit {
    /// Where everything is built and written.
    folder: PathBuf,
    wasm: wasm::Modules,
    /// What draws the expected pictures, as far as they were asked for.
    references: RefCell<Vec<Host>>,
}

const fn target(name: &'static str, find: fn(&Kit) -> Result<Host>) -> Target {
    Target { name, all: "all", find }
}

const TARGETS: &[Target] = &[
    target("native-debug", native::debug),
    target("native-release", native::release),
    target("native-haswell", native::haswell),
    Target { all: "threads 1", ..target("threads-1", native::release) },
    Target { all: "threads 2", ..target("threads-2", native::release) },
    Target { all: "threads 7", ..target("threads-7", native::release) },
    Target { all: "shuffled", ..target("reused-shuffled", native::release) },
    target("i686", |_| native::emulated(&native::I686)),
    target("aarch64", |_| native::emulated(&native::AARCH64)),
    target("riscv64gc", |_| native::emulated(&native::RISCV64)),
    target("powerpc64", |_| native::emulated(&native::POWERPC64)),
    target("wasmtime", |kit| wasm::wasmtime(kit, "cranelift", false)),
    target("wasmtime-simd", |kit| wasm::wasmtime(kit, "cranelift", true)),
    target("wasmtime-winch", |kit| wasm::wasmtime(kit, "winch", false)),
    target("wasmtime-winch-simd", |kit| wasm::wasmtime(kit, "winch", true)),
    target("wasmtime-pulley", |kit| wasm::wasmtime(kit, "pulley", false)),
    target("node", wasm::node),
    target("chromium", page::chromium),
    target("firefox", page::firefox),
];

fn names() -> Vec<&'static str> {
    TARGETS.iter().map(|target| target.name).collect()
}

/// Runs the chosen targets, prints the table, and fails unless all of them ran and gave the committed hashes.
pub fn run(options: &Options) -> Result<()> {
    let Options { target: names } = options;
    let chosen = |target: &&Target| names.is_empty() || names.iter().any(|name| name == target.name);
    let folder = target_dir()?.join("determinism");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let kit = Kit { wasm: wasm::Modules::new(&folder), folder, references: RefCell::default() };
    let committed = fs::read_to_string(golden::path()).context("tests/ref/hashes.txt")?;
    let committed = golden::parse(&committed).map_err(|error| anyhow!("tests/ref/hashes.txt: {error}"))?;
    let rows: Vec<_> = TARGETS.iter().filter(chosen).map(|target| row(target, &kit, &committed)).collect();
    println!("\n{}", table::markdown(&rows));
    table::verdict(&rows)
}

/// Runs one target.
fn row(target: &Target, kit: &Kit, committed: &[Golden]) -> Row {
    step(target.name);
    let mut host = match (target.find)(kit) {
        Ok(host) => host,
        Err(error) => {
            println!("not run: {error:#}");
            let outcome = Outcome::NotRun(format!("{error:#}"));
            return Row { name: target.name, what: String::new(), outcome, seconds: 0.0 };
        }
    };
    let start = Instant::now();
    let answer = (host.ask)(target.all)
        .and_then(|text| golden::parse(&text).map_err(|error| anyhow!("the host's answer: {error}")));
    let seconds = start.elapsed().as_secs_f64();
    let outcome = match answer {
        Err(error) => {
            println!("failed: {error:#}");
            Outcome::Failed(format!("{error:#}"))
        }
        Ok(rendered) => {
            let differences = golden::differences(committed, &rendered);
            if !differences.is_empty() {
                explain(target, kit, &mut host, &differences);
            }
            Outcome::Compared { differences: differences.len(), cases: committed.len() }
        }
    };
    println!("{}, {seconds:.1} s", outcome.text());
    Row { name: target.name, what: host.what, outcome, seconds }
}

/// Pictures of so many differing cases are written; the others are only named.
const SHOWN: usize = 3;

/// Names every difference, and shows where the first ones lie.
fn explain(target: &Target, kit: &Kit, host: &mut Host, differences: &[Difference]) {
    let folder = kit.folder.join("differences").join(target.name);
    let mut shown = 0;
    for difference in differences {
        println!("{difference}");
        if let (Difference::Changed { old, .. }, true) = (difference, shown < SHOWN) {
            shown += 1;
            match difference::show(kit, host, old, &folder) {
                Ok(text) => println!("{}", text.trim_start_matches('\n')),
                Err(error) => println!("  cannot be shown: {error:#}"),
            }
        }
    }
}

/// The version of a package in Cargo.lock.
fn locked(package: &str) -> Result<String> {
    let lock = fs::read_to_string(crate::process::root().join("Cargo.lock"))?;
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = \""));
    Ok(version.with_context(|| format!("Cargo.lock has no {package}"))?.trim_end_matches('"').to_owned())
}

/// The compiler in use, without its commit.
fn rustc() -> Result<String> {
    let version = output(std::process::Command::new(crate::setup::rustc()).arg("--version"))?;
    match version.split_once(" (") {
        Some((version, _)) => Ok(version.to_owned()),
        None => bail!("{version:?} is no version of rustc"),
    }
}
