//! Whether each registry would take what is handed out, asked without sending anything.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use super::{VERSION, check::named};
use crate::{
    process::{cargo, command, output, run},
    python,
    steps::Steps,
};

/// What must lie in the npm package, beside its own list.
const OF_NPM: [&str; 9] = [
    "README.md",
    "\"LICENSE\"",
    "\"LICENSES.txt\"",
    "package.json",
    "index.js",
    "index.d.ts",
    "node.js",
    "image_cache_bg.wasm",
    "geometry.schema.json",
];
/// What must lie in the wheel.
const OF_WHEEL: [&str; 7] = [
    "image_cache/__init__.py",
    "image_cache/_native.abi3.so",
    "image_cache/_native.pyi",
    "image_cache/py.typed",
    "image_cache/torch.py",
    "dist-info/licenses/LICENSE ",
    "dist-info/licenses/LICENSES.txt ",
];

pub fn add(steps: &mut Steps, folder: &Path) {
    steps.run("wheel for PyPI", || {
        let wheel = named(folder, ".whl")?;
        let python = python::environment("registries", &["twine>=6,<7"])?;
        run(command(&python, "-m twine check --strict").arg(&wheel))?;
        let listed = output(command(&python, "-m zipfile --list").arg(&wheel))?;
        lacks_nothing("wheel", &listed, &OF_WHEEL)
    });
    steps.run("npm package for npm", || {
        let tarball = named(folder, ".tgz")?;
        let mut pack = command("npm", "pack --dry-run --json");
        let listed = output(pack.arg(&tarball).current_dir(folder.join("work")))?;
        lacks_nothing("npm package", &listed, &OF_NPM)
    });
    // Builds each crate from what would be sent alone.
    steps.run("crates for crates.io", || {
        forget_unpacked()?;
        let mut publish = cargo("publish --workspace --dry-run --quiet --allow-dirty");
        // Nor may it find what was built of crates of the same version.
        run(publish.arg("--target-dir").arg(folder.join("work/crates")))
    });
}

/// Removes what an earlier run unpacked, since cargo takes a crate of the same version for the same.
fn forget_unpacked() -> Result<()> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo"))).context("there is no home folder")?;
    let Ok(registries) = fs::read_dir(home.join("registry/src")) else { return Ok(()) };
    for registry in registries {
        let registry = registry?;
        // A registry of a run has no name, and so begins with what parts the name from its hash.
        if !registry.file_name().to_string_lossy().starts_with('-') {
            continue;
        }
        for unpacked in fs::read_dir(registry.path())? {
            let unpacked = unpacked?;
            let name = unpacked.file_name().to_string_lossy().into_owned();
            if name.starts_with("image-cache") && name.ends_with(VERSION) {
                fs::remove_dir_all(unpacked.path()).with_context(|| format!("cannot remove {name}"))?;
            }
        }
    }
    Ok(())
}

/// Whether all those files are in a list.
fn lacks_nothing(what: &str, listed: &str, files: &[&str]) -> Result<()> {
    let lacking: Vec<_> = files.iter().filter(|name| !listed.contains(*name)).copied().collect();
    ensure!(lacking.is_empty(), "the {what} lacks {}", lacking.join(", "));
    Ok(())
}
