//! Format and lints, and whether every feature builds by itself.

use anyhow::Result;

use crate::{
    determinism,
    process::{cargo, run as run_command},
    setup,
    steps::Steps,
    test::{FEATURES, SERVE},
    web,
};

/// Packages that have features, each with one of them, or none, at a time.
const ALONE: [(&str, &[&str]); 6] = [
    ("image-cache-readers", &["", "encodings", "packed", "parquet"]),
    ("image-cache-store", &["", "object-store", "testing"]),
    ("image-cache-market", &["", "parquet"]),
    ("image-cache-cache", &["", "object-store"]),
    ("image-cache-dataset", &["", "parquet"]),
    ("image-cache", &["", "object-store", "parquet"]),
];

/// Everything of every package.
const ALL: &str = "--workspace --all-targets";

/// Runs every check.
pub fn run() -> Result<()> {
    Steps::alone(add)
}

/// The steps of `cargo xtask lint`.
pub fn add(steps: &mut Steps) {
    steps.run("format", || {
        setup::cargo_component("fmt", "rustfmt")?;
        run_command(&mut cargo("fmt --all --check"))
    });
    steps.run("guards", determinism::guards);
    steps.run("lints", || clippy(ALL));
    for (package, features) in ALONE {
        steps.run(&format!("features of {package}"), || {
            features.iter().try_for_each(|name| clippy(&format!("--package {package} --features={name}")))
        });
    }
    steps
        .run("all features but the server", || clippy(&format!("{ALL} --features {FEATURES},tests/engines")));
    steps.run("the server", || {
        // The page is built into it.
        web::built()?;
        clippy(&format!("--package image-cache --features {SERVE}"))?;
        clippy(&format!("{ALL} --features {FEATURES},{SERVE},tests/engines"))
    });
}

fn clippy(what: &str) -> Result<()> {
    setup::cargo_component("clippy", "clippy")?;
    run_command(&mut cargo(&format!("clippy {what} --quiet -- -D warnings")))
}
