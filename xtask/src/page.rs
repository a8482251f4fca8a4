//! The page in Chromium and in Firefox: opened, dragged and zoomed by a page around it, with times by their clocks.

use std::fs;

use anyhow::{Context, Result};
use render_core::Digest;

use crate::{
    browser::Engine,
    determinism,
    process::{cargo, command, output, root, run as run_command, target_dir},
    steps::Steps,
    web,
};

const ENGINES: [(&str, Engine); 2] =
    [("page in Chromium", Engine::Chromium), ("page in Firefox", Engine::Firefox)];

/// Builds the page and tries it in both.
pub fn run() -> Result<()> {
    Steps::alone(add)
}

/// Adds a step for each browser.
pub fn add(steps: &mut Steps) {
    for (title, engine) in ENGINES {
        steps.run(title, || drive(engine));
    }
}

fn drive(engine: Engine) -> Result<()> {
    let browser = engine.find()?;
    let dist = web::built()?;
    let folder = target_dir()?.join("page-driven");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    web::copy(&dist, &folder.join("page"), &folder)?;
    web::copy(&root().join("tests/page"), &folder, &folder)?;

    // What the page shows of the sample at first, as the program draws it.
    run_command(&mut cargo("build --quiet --package image-cache"))?;
    let native = folder.join("native.png");
    let mut draw = command(target_dir()?.join("debug/image-cache"), "draw --quiet");
    output(draw.arg(root().join("crates/market/sample/BTCUSDT-1h.csv")).arg("--output").arg(&native))?;
    let expected = Digest::of(&fs::read(&native)?).to_string();

    let profile = folder.with_file_name("page-driven-profile");
    let answer = determinism::ask(&browser, &folder, &profile, &expected)?;
    println!("{}: {answer}", browser.version);
    Ok(())
}
