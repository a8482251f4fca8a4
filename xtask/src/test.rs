//! Everything that must hold before a change lands.

use anyhow::{Context, Result};

use crate::{
    determinism,
    process::{cargo, run as run_command, step},
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
    step("features");
    // All at once, so that there is one more build and not three.
    let with = |what: &str| {
        cargo(&what.replace("WITH", "--package native-cli --features serve,object-store,parquet"))
    };
    if component("clippy", "clippy") {
        run_command(&mut with("clippy WITH --all-targets -- -D warnings")).context("lints of features")?;
        let store = "clippy --package store --features object-store,testing --all-targets -- -D warnings";
        run_command(&mut cargo(store)).context("lints of features")?;
    }
    run_command(&mut with("test WITH --lib -- serve object_faults")).context("features")?;
    run_command(&mut cargo("test --package store --features object-store,testing")).context("features")?;
    run_command(&mut with("test WITH --test cli -- objects:: import:: export:: selftest::"))
        .context("features")?;
    step("build");
    run_command(&mut cargo("build --workspace")).context("build")?;
    step("tests");
    run_command(&mut cargo("test --workspace")).context("tests")?;
    determinism::run(&determinism::Options::default()).context("determinism")?;
    println!("\n{}: all good", done.join(", "));
    Ok(())
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
