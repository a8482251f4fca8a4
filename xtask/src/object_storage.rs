//! The tests of native-cli against a server that speaks S3 and is killed in mid-run.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{
    process::{cargo, command, output, run as run_command, step, target_dir, test_some},
    setup::Absent,
};

/// The server: one that keeps objects in files, so that they outlive it. Newer ones need a newer Rust.
const SERVER: &str = "s3s-fs";
const VERSION: &str = "0.14.1";

/// How.
#[derive(Default, clap::Args)]
pub struct Options {
    /// Build for speed first; then the rates that are printed mean something.
    #[arg(long)]
    release: bool,
}

/// Installs the server under target/, where it is not, and runs the tests.
pub fn run(options: &Options) -> Result<()> {
    step("server");
    let server = server(&target_dir()?.join("object-storage"))?;
    step("tests");
    let profile = if options.release { "--release " } else { "" };
    // One after the other, since each of them is to have the machine.
    let arguments = format!(
        "{profile}--package image-cache --features object-store --test cli -- --ignored --nocapture --test-threads 1"
    );
    test_some(&arguments, "object_storage::", |test| test.env("OBJECT_STORAGE_SERVER", server))
        .context("object storage")
}

/// Finds or installs the server.
fn server(folder: &Path) -> Result<PathBuf> {
    let program = folder.join("bin").join(SERVER);
    let is_it = output(&mut command(&program, "--version")).is_ok_and(|version| version.ends_with(VERSION));
    if !is_it {
        let mut install = cargo(&format!("install {SERVER} --version {VERSION} --locked --features binary"));
        install.arg("--root").arg(folder).arg("--target-dir").arg(folder.join("build"));
        run_command(&mut install).map_err(|why| {
            let advice = "It needs a network that reaches crates.io";
            Absent::new(format!("cannot install {SERVER} {VERSION}, the server: {why:#}. {advice}"))
        })?;
    }
    Ok(program)
}
