//! The Python package: its wheel in a fresh environment, and all that checks it there.

mod versions;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    process::{command, root, run as run_command, target_dir},
    python,
    steps::Steps,
};

/// What builds the wheel, checks the sources, and what the tests hand to the package.
const TOOLS: [&str; 16] = [
    "maturin>=1.9,<2",
    "ruff",
    "mypy",
    "pytest",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "Pillow",
    "torch",
    "mplfinance",
    "tqdm",
    "datasets",
    "jax",
    "keras",
    "six",
];

/// How the package is built.
#[derive(clap::Args, Default)]
pub struct Options {
    /// Build the wheel with Zig's linker for every Linux since 2014 (manylinux2014), to hand it out.
    #[arg(long)]
    portable: bool,
    /// Try the wheel on every Python from 3.10 on that is here, too, with its oldest and newest numpy.
    #[arg(long)]
    every_version: bool,
}

impl Options {
    /// A wheel to hand out.
    pub fn portable() -> Self {
        Self { portable: true, every_version: false }
    }
}

/// Builds the wheel, installs it, and runs every check.
pub fn run(options: &Options) -> Result<()> {
    Steps::alone(|steps| add(steps, options))
}

/// Adds the steps of `cargo xtask python`.
pub fn add(steps: &mut Steps, options: &Options) {
    let mut python = PathBuf::new();
    let is_there = steps.run("Python", || {
        python = python::environment("package", &TOOLS)?;
        Ok(())
    });
    if !is_there {
        steps.leave_out("the Python package", "there is no Python with its tools");
        return;
    }
    let module = |words: &str| {
        let mut module = command(&python, "-m");
        module.args(words.split(' ')).current_dir(root().join("python"));
        module
    };
    steps.run("format and lints of Python", || {
        run_command(&mut module("ruff format --check ."))?;
        run_command(&mut module("ruff check ."))
    });
    let mut built = PathBuf::new();
    if !steps.run("wheel", || {
        built = wheel(&python, options)?;
        Ok(())
    }) {
        steps.leave_out("tests of Python", "there is no wheel");
        return;
    }
    steps.run("types of Python", || {
        run_command(&mut module("mypy"))?;
        run_command(&mut module("mypy.stubtest image_cache._native"))
    });
    steps.run("tests of Python", || run_command(&mut module("pytest -q")));
    if options.every_version {
        steps.run("every Python", || versions::run_all(&built));
    }
}

/// Builds the wheel and installs it in an environment, in place of what was there.
pub fn wheel(python: &Path, options: &Options) -> Result<PathBuf> {
    let folder = target_dir()?.join("wheels");
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut build = Command::new(python);
    build.args(["-m", "maturin", "build", "--quiet", "--out"]).arg(&folder);
    if options.portable {
        run_command(&mut command(python, "-m pip install --quiet --disable-pip-version-check ziglang"))?;
        build.args(["--zig", "--compatibility", "manylinux2014"]);
        // Maturin looks for Zig in the Python that it finds first.
        let own = python.parent().into_iter().map(Path::to_owned);
        let others = env::var_os("PATH").unwrap_or_default();
        build.env("PATH", env::join_paths(own.chain(env::split_paths(&others)))?);
    }
    run_command(build.current_dir(root().join("python")))?;
    let built = fs::read_dir(&folder)?.next().context("maturin has built no wheel")??.path();
    println!("{}: {} bytes", built.display(), built.metadata()?.len());
    install(python, &built)?;
    Ok(built)
}

/// Installs the wheel in an environment, in place of what was there.
fn install(python: &Path, wheel: &Path) -> Result<()> {
    let install = "-m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps";
    run_command(command(python, install).arg(wheel))
}
