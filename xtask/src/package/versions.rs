//! The wheel on every Python that is here, each with the oldest and the newest numpy that it can have.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::install;
use crate::{
    process::{command, output, root, run},
    python,
};

/// The minor versions of Python 3 that are looked for.
const MINORS: std::ops::Range<u32> = 10..20;
/// The oldest numpy that `python/pyproject.toml` allows.
const OLDEST: (u32, u32) = (1, 23);
/// What the tests hand to the package besides.
const PACKAGES: [&str; 4] = ["pandas", "Pillow", "tqdm", "pytest"];
/// All tests but those of torch and of the examples.
const TESTS: &str = "-m pytest -q tests/test_draw.py tests/test_market.py tests/test_mpf.py tests/test_readme.py \
                     tests/test_same_bytes.py";

/// Installs the wheel on each Python and runs the tests there, the README's blocks among them.
pub fn run_all(wheel: &Path) -> Result<()> {
    let pythons: Vec<_> = MINORS.filter_map(|minor| Some((minor, find(minor)?))).collect();
    if pythons.is_empty() {
        bail!("no Python from 3.{} on was found", MINORS.start);
    }
    let mut tried = Vec::new();
    for (minor, system) in pythons {
        let numpys = numpys(&system)?;
        let (Some(newest), Some(oldest)) = (numpys.first(), numpys.last()) else {
            bail!("there is no numpy for Python 3.{minor}");
        };
        for numpy in [oldest, newest] {
            let name = format!("python-3.{minor}-numpy-{numpy}");
            println!("-- {name}");
            let exact = format!("numpy=={numpy}");
            let packages: Vec<_> = [exact.as_str()].into_iter().chain(PACKAGES).collect();
            let python = python::environment_of(&system, &name, &packages)?;
            install(&python, wheel)?;
            run(command(&python, TESTS).current_dir(root().join("python")))?;
            tried.push(name);
        }
    }
    println!("the same wheel passed with {}", tried.join(", "));
    Ok(())
}

/// The Python 3 of a minor version: on the path, or as pyenv keeps it.
fn find(minor: u32) -> Option<PathBuf> {
    let home = |variable, rest: &str| Some(PathBuf::from(env::var_os(variable)?).join(rest));
    let pyenv = home("PYENV_ROOT", "versions").or_else(|| home("HOME", ".pyenv/versions"));
    let folders = pyenv.and_then(|folder| folder.read_dir().ok()).into_iter().flatten().flatten();
    let kept = folders.map(|folder| folder.path().join("bin/python3"));
    let is_it = |python: &PathBuf| {
        let version = command(python, "-c").arg("import sys; print(*sys.version_info[:2])").output();
        version.is_ok_and(|answer| answer.stdout.trim_ascii() == format!("3 {minor}").as_bytes())
    };
    [PathBuf::from(format!("python3.{minor}"))].into_iter().chain(kept).find(is_it)
}

/// The numpys that have a wheel for this Python, the newest first.
fn numpys(python: &Path) -> Result<Vec<String>> {
    let index = output(&mut command(python, "-m pip index versions --only-binary :all: numpy"))?;
    let versions = index.lines().find_map(|line| line.strip_prefix("Available versions: "));
    let versions = versions.context("pip lists no versions of numpy")?.split(", ");
    let is_allowed = |version: &&str| {
        let mut numbers = version.split('.').map_while(|number| number.parse().ok());
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= OLDEST
    };
    let mut versions: Vec<_> = versions.filter(is_allowed).map(str::to_owned).collect();
    // Some registries list versions of which they have wheels for older Pythons alone.
    let has_wheel = |version: &String| {
        let dry = "-m pip install --dry-run --quiet --no-deps --ignore-installed --only-binary :all:";
        output(command(python, dry).arg(format!("numpy=={version}"))).is_ok()
    };
    versions.truncate(versions.partition_point(has_wheel));
    Ok(versions)
}
