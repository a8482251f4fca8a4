//! What holds on every system: the tests of the pure crates, and the program's own pictures. On Linux the compiler looks at
//! the code for Windows and macOS as well.

use anyhow::Result;

use crate::{
    process::{cargo, run as run_command},
    setup::{self, find_or_install},
    steps::Steps,
};

/// Crates that know no system.
const PURE: &str = "--package image-cache-candles --package image-cache-raster --package image-cache-readers \
                    --package image-cache-render-core";
/// Everything that reading can be built with and needs no compiler of C.
const READING: &str = "--features image-cache-readers/encodings,image-cache-readers/excel,\
                       image-cache-readers/time-zones";
const WINDOWS: &str = "x86_64-pc-windows-gnu";
const MACOS: &str = "aarch64-apple-darwin";

/// Runs every step.
pub fn run() -> Result<()> {
    let mut steps = Steps::default();
    steps.run("pure crates", || run_command(&mut cargo(&format!("test --quiet {PURE} {READING}"))));
    steps.run("program", || run_command(&mut cargo("run --quiet --package image-cache -- selftest")));
    if cfg!(target_os = "linux") {
        add(&mut steps);
    }
    steps.finish()
}

/// Adds the steps that look at the code for other systems.
pub fn add(steps: &mut Steps) {
    steps.run("program and task runner for Windows", || {
        setup::target(WINDOWS)?;
        let compiler = "x86_64-w64-mingw32-gcc";
        find_or_install(&[compiler], "gcc-mingw-w64-x86-64", "SQLite is built for Windows with it")?;
        let all = "--package image-cache --package xtask --features excel,object-store,parquet,show";
        run_command(&mut cargo(&format!("check --quiet --target {WINDOWS} {all}")))
    });
    // Apple's compiler of C is not to be had, so what holds SQLite is left out.
    steps.run("pure crates and file systems for macOS", || {
        setup::target(MACOS)?;
        let files = "--package image-cache-platform --package image-cache-store";
        run_command(&mut cargo(&format!("check --quiet --target {MACOS} {PURE} {files} {READING}")))
    });
}
