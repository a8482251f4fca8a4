//! Everything that can be checked here, which takes an hour or so: what is run before a change of weight lands.

use anyhow::Result;

use crate::{
    determinism, dist, docs, integrations, lint, loaders, npm, object_storage, package, page, policy,
    portable,
    process::{cargo, run as run_command, test_some},
    properties,
    steps::Steps,
    test, torture,
};

/// Runs every step.
pub fn run() -> Result<()> {
    let mut steps = Steps::default();
    let has_page = test::add(&mut steps)?;
    lint::add(&mut steps);
    steps.run("tests without features", || {
        run_command(&mut cargo(
            "test --package image-cache --package image-cache-store --package image-cache-dataset --package image-cache-market",
        ))
    });
    steps.run("properties with new cases", properties::with_new_cases);
    policy::add(&mut steps);
    portable::add(&mut steps);
    const SPEED: &str = "speed of the page";
    if has_page {
        let arguments = "--package tests --test all -- --ignored --nocapture";
        steps.run(SPEED, || test_some(arguments, "page::speed::", |test| test));
    } else {
        steps.leave_out(SPEED, "there is no page or no browser");
    }
    page::add(&mut steps);
    steps.run("determinism", || determinism::run(&determinism::Options::default()));
    steps.run("torture", || torture::run(&torture::Options::default()));
    steps.run("object storage", || object_storage::run(&object_storage::Options::default()));
    steps.run("loaders", loaders::run);
    integrations::add(&mut steps);
    steps.run("dask", integrations::dask);
    package::add(&mut steps, &package::Options::default());
    npm::add(&mut steps);
    steps.run("docs of crates", || {
        let mut doc = cargo("doc --workspace --no-deps --quiet");
        run_command(doc.env("RUSTDOCFLAGS", "-D warnings"))
    });
    docs::add(&mut steps, &docs::Options::default());
    dist::add(&mut steps, &dist::Options { check: true });
    steps.finish()
}
