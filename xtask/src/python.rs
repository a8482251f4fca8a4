//! Virtual environments of Python under the target folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    process::{command, run, target_dir},
    setup::{find_or_install, install_packages},
};

/// The Python of the environment `name`, with these packages, made where it is not there.
pub fn environment(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = target_dir()?.join("python").join(name);
    let python = folder.join("bin/python");
    let (wanted, note) = (packages.join("\n"), folder.join("packages.txt"));
    if fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    let (system, _) = find_or_install(&["python3"], "python3")?;
    let make = |system: &Path| run(command(system, "-m venv").arg(&folder));
    if !folder.join("bin/pip").exists()
        && let Err(error) = make(&system)
    {
        println!("{error:#}; installing Debian's package python3-venv");
        install_packages("python3-venv").context("Python's venv is needed")?;
        make(&system)?;
    }
    run(command(&python, "-m pip install --quiet --disable-pip-version-check").args(packages))
        .with_context(|| format!("cannot install {}", packages.join(", ")))?;
    fs::write(note, wanted)?;
    Ok(python)
}
