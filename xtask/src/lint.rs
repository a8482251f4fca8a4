//! Format and lints, and whether every feature builds by itself.

use anyhow::Result;

use crate::{
    determinism,
    process::{cargo, run as run_command},
    setup,
    steps::Steps,
    web,
};

/// The features of native-cli that need nothing else.
const ALONE: [&str; 2] = ["object-store", "parquet"];
const ALL: &str = "serve,object-store,parquet";

/// Runs every check.
pub fn run() -> Result<()> {
    let mut steps = Steps::default();
    add(&mut steps);
    steps.finish()
}

/// The steps of `cargo xtask lint`.
pub fn add(steps: &mut Steps) {
    steps.run("format", || {
        setup::cargo_component("fmt", "rustfmt")?;
        run_command(&mut cargo("fmt --all --check"))
    });
    steps.run("guards", determinism::guards);
    steps.run("lints", || clippy("--workspace --all-targets"));
    for feature in ALONE {
        steps.run(&format!("feature {feature}"), || {
            clippy(&format!("--package native-cli --features {feature}"))
        });
    }
    steps.run("all features", || {
        // The page is built into the server.
        web::built()?;
        let features = ALL.split(',').map(|name| format!("native-cli/{name}")).collect::<Vec<_>>().join(",");
        clippy(&format!("--workspace --all-targets --features {features},tests/engines"))
    });
}

fn clippy(what: &str) -> Result<()> {
    setup::cargo_component("clippy", "clippy")?;
    run_command(&mut cargo(&format!("clippy {what} --quiet -- -D warnings")))
}
