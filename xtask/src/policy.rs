//! What others may do with the project, and the project with others: workflows, licences, sources of crates.

use anyhow::Result;

use crate::{
    process::{cargo, command, run as run_command},
    python,
    setup::tool,
    steps::Steps,
};

const WORKFLOWS: &str = ".github/workflows";

/// Runs every step.
pub fn run() -> Result<()> {
    Steps::alone(add)
}

/// Adds the steps of `cargo xtask policy`.
pub fn add(steps: &mut Steps) {
    steps.run("workflows", || {
        let python = python::environment("workflows", &["check-jsonschema>=0.30,<1", "zizmor>=1.12,<2"])?;
        let program = |name: &str| python.with_file_name(name).to_string_lossy().into_owned();
        let mut schema = command(program("check-jsonschema"), "--builtin-schema vendor.github-workflows");
        run_command(schema.args(["ci.yml", "release.yml"].map(|file| format!("{WORKFLOWS}/{file}"))))?;
        run_command(command(program("zizmor"), "--offline --no-progress").arg(WORKFLOWS))
    });
    steps.run("licences and sources of crates", || {
        tool("cargo-deny", || cargo("deny --version"), "cargo-deny looks at licences")?;
        run_command(&mut cargo("deny --workspace check bans licenses sources"))
    });
}
