//! Virtual environments of Python under the target folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::{
    process::{command, run, target_dir},
    setup::{Absent, find_or_install, install_packages},
};

/// The Python of the environment `name`, with these packages, made where it is not there.
pub fn environment(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let (system, _) = find_or_install(
        &["python3"],
        "python3 python3-venv",
        "Python's own loaders and schedulers are run in it",
    )?;
    environment_of(&system, name, packages)
}

/// The same, of this Python.
pub fn environment_of(system: &Path, name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = target_dir()?.join("python").join(name);
    let python = folder.join("bin/python");
    let (wanted, note) = (packages.join("\n"), folder.join("packages.txt"));
    if fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    let make = |system: &Path| run(command(system, "-m venv").arg(&folder));
    if !folder.join("bin/pip").exists()
        && let Err(error) = make(system)
    {
        println!("{error:#}; installing Debian's package python3-venv");
        install_packages("python3-venv").map_err(|why| {
            Absent::new(format!(
                "Python has no venv: {why:#}. Install it, on Debian as root with `apt-get install python3-venv`"
            ))
        })?;
        make(system)?;
    }
    run(command(&python, "-m pip install --quiet --disable-pip-version-check").args(packages)).map_err(
        |why| {
            let packages = packages.join(", ");
            Absent::new(format!("cannot install {packages}: {why:#}. It needs a network that reaches PyPI"))
        },
    )?;
    fs::write(note, wanted)?;
    Ok(python)
}
