//! Other libraries that draw the same candles, each in its own idiom at its fastest.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{
    painter::{Painter, Turn, in_turns},
    row,
    stages::spec,
    table,
};
use crate::process::{cargo, command, root, run as run_command, step, target_dir};

/// The candles that everybody draws.
pub const CANDLES: &str = "crates/market/sample/BTCUSDT-1h.csv";

/// Where the peers' sources are, and the pins of their versions.
const SOURCES: &str = "xtask/peers";

const ROUNDS: usize = 11;

pub fn run(native: &mut Painter) -> Result<String> {
    step("peers");
    let scratch = target_dir()?.join("peers");
    let python = python(&scratch)?;
    let plotters = plotters(&scratch)?;

    step("measure peers");
    let pins = fs::read_to_string(root().join(SOURCES).join("requirements.txt"))?;
    let manifest = fs::read_to_string(root().join(SOURCES).join("plotters/Cargo.toml"))?;
    let script = |script: &str, package: &str| {
        let mut command = command(&python, &format!("-B {SOURCES}/{script} {CANDLES}"));
        let pin = pins.lines().find_map(|line| line.strip_prefix(&format!("{package}==")));
        Painter::start(format!("{package} {}", pin.unwrap_or_default()), &mut command)
    };
    let mut mplfinance = script("with_mplfinance.py", "mplfinance")?;
    let mut pillow = script("with_pillow.py", "pillow")?;
    let pin = manifest.split_once("plotters = { version = \"=").unwrap_or_default().1;
    let name = format!("plotters {}", pin.split('"').next().unwrap_or_default());
    let mut plotters = Painter::start(name, command(plotters, "").arg(root().join(CANDLES)))?;

    let mut painters = [native, &mut plotters, &mut pillow, &mut mplfinance];
    // About as long a turn for each.
    let counts = [400, 40, 20, 2];
    let turns: Vec<_> = (0..painters.len())
        .map(|painter| Turn { painter, what: "whole", count: counts[painter], spec: spec(1280, "rgb") })
        .collect();
    let times = in_turns(&mut painters, &turns, ROUNDS)?;

    let ours = times[0].median();
    let mut rows = vec![row(["who", "ms", "pictures/s", "times ours", "bytes of a file"])];
    for (painter, times) in painters.iter().zip(&times) {
        let ms = times.median();
        rows.push(row([
            painter.name.clone(),
            format!("{ms:.3}"),
            format!("{:.1}", 1000.0 / ms),
            format!("{:.1}", ms / ours),
            format!("{:.0}", times.bytes),
        ]));
    }
    let versions = pins.lines().filter(|line| line.contains("==")).collect::<Vec<_>>().join(", ");
    Ok(format!(
        "## Peers\n\n\
         150 candles with volume on 1280x1280 pixels, to a PNG in memory; ours with its SHA-256.\n\
         mplfinance draws the style mike; Pillow draws on a palette image, by hand; plotters\n\
         draws without a font, so without labels. Their sources are in `{SOURCES}`.\n\n{}\n\
         Python packages: {versions}.\n",
        table(&rows)
    ))
}

/// A Python with the pinned packages, made once and kept under target/.
fn python(scratch: &Path) -> Result<PathBuf> {
    let folder = scratch.join("venv");
    let python = folder.join("bin/python");
    if !python.exists() {
        run_command(command("python3", "-m venv").arg(&folder))
            .context("Python 3 with its module venv is needed (Debian: python3-venv)")?;
    }
    let install = "-m pip install --quiet --disable-pip-version-check --requirement";
    run_command(&mut command(&python, &format!("{install} {SOURCES}/requirements.txt")))?;
    Ok(python)
}

/// The program that draws with plotters: a workspace of its own, so that our
/// Cargo.lock does not know of it.
fn plotters(scratch: &Path) -> Result<PathBuf> {
    let target = scratch.join("plotters");
    let build = format!("build --release --locked --manifest-path {SOURCES}/plotters/Cargo.toml");
    run_command(cargo(&build).arg("--target-dir").arg(&target))?;
    Ok(target.join("release/plotters-peer"))
}
