//! The gallery: one HTML sheet of everything that can be drawn.

use anyhow::{Context, Result};

use crate::process::{cargo, run as run_command, target_dir};

/// Renders it into `gallery` in cargo's target folder; the program says where.
pub fn run() -> Result<()> {
    let folder = target_dir()?.join("gallery");
    let mut gallery = cargo("run --quiet --release --package tests --bin gallery --");
    run_command(gallery.arg(folder)).context("gallery")
}
