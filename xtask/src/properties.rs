//! Properties: tests that draw their cases by chance.

use std::{env, process::Command};

use anyhow::Result;

use crate::process::{cargo, run as run_command};

/// Where the generator of random numbers begins.
const SEED: &str = "PROPTEST_RNG_SEED";
/// How many cases each property has.
const CASES: &str = "PROPTEST_CASES";

/// The packages that have some.
const PACKAGES: [&str; 5] = [
    "image-cache-raster",
    "image-cache-render-core",
    "image-cache-readers",
    "image-cache-cache",
    "image-cache",
];

/// Lets tests draw the same cases each time, so that a change is judged by what it does and not by luck.
pub fn same_each_time(test: &mut Command) {
    if env::var_os(SEED).is_none() {
        test.env(SEED, "1");
    }
}

/// Runs every property with many new cases.
pub fn with_new_cases() -> Result<()> {
    let packages = PACKAGES.map(|name| format!("--package {name}")).join(" ");
    let mut test = cargo(&format!("test --release --lib --no-fail-fast --all-features {packages}"));
    if env::var_os(CASES).is_none() {
        test.env(CASES, "1000");
    }
    run_command(&mut test)
}
