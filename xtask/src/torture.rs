//! The two tests of native-cli that are only as good as they are long.

use anyhow::{Context, Result};

use crate::process::test_some;

/// How long.
#[derive(clap::Args)]
pub struct Options {
    /// Runs of render, repair and verify that are killed at random moments.
    #[arg(long, default_value_t = Self::default().rounds)]
    rounds: u64,
    /// Seconds for which another process writes to the source while `render` loops.
    #[arg(long, default_value_t = Self::default().seconds)]
    seconds: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { rounds: 300, seconds: 60 }
    }
}

pub fn run(options: &Options) -> Result<()> {
    let arguments = "--release --package image-cache --test cli -- --nocapture --test-threads 1";
    test_some(arguments, "torture::", |test| {
        test.env("TORTURE_ROUNDS", options.rounds.to_string())
            .env("TORTURE_SECONDS", options.seconds.to_string())
    })
    .context("torture")
}
