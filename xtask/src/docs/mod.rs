//! The guide: `docs/` with the pages that are made from the product itself, as HTML in cargo's target folder.
//!
//! Nothing of it may be untrue: references come from the program and its tables, every block that is not marked
//! otherwise is run, and what it prints is compared with what the page says it prints.

mod blocks;
mod commands;
mod example;
mod forms;
mod gallery;
mod generated;
mod json;
mod keywords;
mod kit;
mod knobs;
mod links;
mod python;
mod run;
mod schemas;

use std::fs;

use anyhow::{Context, Result, bail, ensure};

use crate::{
    process::{command, root},
    setup::tool,
    steps::Steps,
    web,
};

pub use kit::Kit;

/// How the guide is checked.
#[derive(clap::Args, Default)]
pub struct Options {
    /// Put what blocks print now into the pages, where it is another output than they say.
    #[arg(long)]
    update: bool,
}

/// Builds and checks the guide.
pub fn run(options: &Options) -> Result<()> {
    Steps::alone(|steps| add(steps, options))
}

/// Adds the steps of `cargo xtask docs`.
pub fn add(steps: &mut Steps, options: &Options) {
    let mut kit = None;
    let is_there = steps.run("what the guide needs", || {
        tool("mdbook", || command("mdbook", "--version"), "mdbook makes the guide's HTML")?;
        kit = Some(Kit::new()?);
        Ok(())
    });
    let Some(kit) = kit.filter(|_| is_there) else {
        steps.leave_out("the guide", "something that it needs is not there");
        return;
    };
    steps.run("blocks of the guide", || run::run_all(&kit, options.update));
    steps.run("pictures and references of the guide", || generated::fill(&kit));
    let is_built = steps.run("the guide's HTML", || build(&kit));
    if is_built {
        steps.run("links of the guide", || links::check(&kit));
    } else {
        steps.leave_out("links of the guide", "there is no HTML");
    }
}

/// Lets mdBook make HTML of the pages, and lets nothing that it complains about pass.
fn build(kit: &Kit) -> Result<()> {
    let mut book = command("mdbook", "build");
    book.arg(kit.folder()).env_remove("RUST_LOG");
    let made = book.output().context("mdbook")?;
    let said = String::from_utf8_lossy(&made.stderr);
    print!("{said}");
    ensure!(made.status.success(), "mdbook failed");
    if let Some(complaint) = said.lines().find(|line| line.contains("WARN") || line.contains("ERROR")) {
        bail!("mdbook complains: {complaint}");
    }
    println!("Guide: {}", kit.book().join("index.html").display());
    Ok(())
}

/// Empties the folder that everything is made in, and copies the sources there.
fn copy_sources(kit: &Kit) -> Result<()> {
    match fs::remove_dir_all(kit.folder()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    web::copy(&root().join("docs"), kit.folder(), kit.folder())
}
