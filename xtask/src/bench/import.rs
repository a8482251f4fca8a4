//! How fast files of candles are read and imported, against bare inserts of the same rows.

use anyhow::{Context, Result};

use crate::process::{cargo, command, output, run as run_command, target_dir};

/// Klines of the file that is imported: about 60 MB.
const ROWS: &str = "400000";

/// Measures and gives the table in Markdown.
pub fn run() -> Result<String> {
    run_command(&mut cargo("build --release --package image-cache --example import"))?;
    let target = target_dir()?;
    let mut import = command(target.join("release/examples/import"), "");
    import.arg(target.join("bench-import")).arg(ROWS);
    output(&mut import).context("the benchmark of imports")
}
