//! Everything that must hold before a change lands.

use std::process::Command;

use anyhow::{Context, Result};

use tests::browser::{CHROMEDRIVER, CHROMIUM};

use crate::{
    determinism,
    process::{cargo, end_step, run as run_command, step},
    setup, web,
};

/// Runs every step, and stops at the first one that fails.
pub fn run() -> Result<()> {
    let mut done = vec!["guards", "page", "features", "build", "tests", "determinism"];
    step("format");
    if component("fmt", "rustfmt") {
        run_command(&mut cargo("fmt --all --check")).context("format: `cargo fmt` mends it")?;
        done.push("format");
    }
    step("lints");
    if component("clippy", "clippy") {
        run_command(&mut cargo("clippy --workspace --all-targets -- -D warnings")).context("lints")?;
        done.push("lints");
    }
    step("guards");
    determinism::guards().context("guards")?;
    step("page");
    web::build().context("page")?;
    setup::find_or_install(&CHROMIUM, "chromium").context("page")?;
    setup::find_or_install(&CHROMEDRIVER, "chromium-driver").context("page")?;
    step("features");
    if component("clippy", "clippy") {
        run_command(&mut with_features("clippy", "--all-targets -- -D warnings"))
            .context("lints of features")?;
    }
    run_command(&mut with_features("test", "--lib")).context("features")?;
    run_command(&mut with_features("test", "--test cli -- objects:: import:: export:: selftest::"))
        .context("features")?;
    run_command(&mut with_features("test", "--test cache -- object")).context("features")?;
    step("build");
    run_command(&mut cargo("build --workspace")).context("build")?;
    step("tests");
    run_command(&mut cargo("test --workspace")).context("tests")?;
    determinism::run(&determinism::Options::default()).context("determinism")?;
    end_step();
    println!("\n{}: all good", done.join(", "));
    Ok(())
}

/// A command over the crates with features, all of them on, so that there is one more build and not three.
fn with_features(command: &str, rest: &str) -> Command {
    const CRATES: &str = "--package store --package cache --package dataset --package native-cli";
    const FEATURES: &str = "--features native-cli/serve,native-cli/object-store,native-cli/parquet";
    cargo(&format!("{command} {CRATES} {FEATURES} {rest}"))
}

/// Whether a check can be made. The tests below it do not need it, so a
/// machine that cannot have it still runs them, but nobody may overlook that.
fn component(name: &str, component: &str) -> bool {
    let there = setup::cargo_component(name, component);
    if !there {
        eprintln!(
            "\nWARNING: NOT CHECKED. This toolchain has no `cargo {name}` and rustup cannot \
             add it; `rustup component add {component}` is what is needed.\n"
        );
    }
    there
}
