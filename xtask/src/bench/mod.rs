//! The time per picture, stage by stage, and how fast a whole run is on a disk.

pub mod disk;

use anyhow::Result;

use crate::process::{cargo, run as run_command};

/// Measures in a program of its own, because this one is built without optimisation.
pub fn run() -> Result<()> {
    run_command(&mut cargo("run --quiet --release --package tests --bin stages"))
}
