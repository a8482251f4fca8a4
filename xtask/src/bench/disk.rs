//! Whole runs on a disk, against a bare loop that writes the same bytes.

use anyhow::{Context, Result};

use crate::process::{cargo, command, output, run as run_command, target_dir};

/// Entries of the run that finds nothing to do; a million take minutes to make.
pub const ENTRIES: u64 = 100_000;

/// Measures and gives the table in Markdown; `entries` is how many are to be found unchanged.
pub fn run(entries: u64) -> Result<String> {
    run_command(&mut cargo("build --release --package image-cache --bin image-cache --example disk"))?;
    let target = target_dir()?;
    let release = target.join("release");
    let mut disk = command(release.join("examples/disk"), "");
    disk.arg(release.join("image-cache"));
    // The target folder lies where the user has room, which a folder for temporary files may not.
    disk.arg(target.join("bench-disk")).arg(entries.to_string());
    output(&mut disk).context("the disk benchmark")
}
