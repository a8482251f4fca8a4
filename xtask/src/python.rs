//! Virtual environments of Python under the target folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    process::{command, output, run, target_dir},
    setup,
};

/// The Python of the environment `name`, which holds the packages that `requirements` lists.
pub fn environment(name: &str, requirements: &Path) -> Result<PathBuf> {
    let folder = target_dir()?.join("python").join(name);
    let python = folder.join("bin/python");
    let wanted = fs::read_to_string(requirements).with_context(|| requirements.display().to_string())?;
    let done = folder.join("requirements.txt");
    if python.exists() && fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    if output(&mut command("python3", "-m venv --help")).is_err() {
        setup::install_packages("python3 python3-venv")
            .context("there is no Python 3 with venv; install it (on Debian: python3-venv)")?;
    }
    run(command("python3", "-m venv").arg(&folder)).context("a virtual environment")?;
    run(command(&python, "-m pip install --quiet --disable-pip-version-check --requirement")
        .arg(requirements))
    .context("packages from the Python registry")?;
    fs::write(done, wanted)?;
    Ok(python)
}
