//! Packages of the npm registry: one version each, fetched once and checked each time.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use render_core::Digest;

use crate::{
    process::{command, run, target_dir},
    setup::{Absent, find_or_install},
};

/// A package in one version.
pub struct Package {
    pub name: &'static str,
    pub version: &'static str,
    /// The name that `npm pack` gives the archive.
    pub archive: &'static str,
    /// SHA-256 of the archive.
    pub sha256: &'static str,
    /// What it is needed for, to end "… for".
    pub purpose: &'static str,
}

/// SQLite's official wasm build.
pub const SQLITE: Package = Package {
    name: "@sqlite.org/sqlite-wasm",
    version: "3.54.1-build1",
    archive: "sqlite.org-sqlite-wasm-3.54.1-build1.tgz",
    sha256: "06aaad2dd0b58a46631000a31a4469afff4abeffbc383f37372b6590396d9bbd",
    purpose: "the page",
};

/// What finds faults of access in pages.
pub const AXE: Package = Package {
    name: "axe-core",
    version: "4.14.1",
    archive: "axe-core-4.14.1.tgz",
    sha256: "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745",
    purpose: "tests of the page",
};

impl Package {
    /// Puts files of the package, named by their paths in it, into `folder`.
    pub fn install(&self, files: &[&str], folder: &Path) -> Result<()> {
        let archive = self.fetch()?;
        let work = archive.with_extension("");
        fs::create_dir_all(&work)?;
        let mut tar = command("tar", "--extract --gzip --strip-components 1 --file");
        tar.arg(&archive).arg("--directory").arg(&work);
        run(tar.args(files.iter().map(|file| format!("package/{file}"))))?;
        fs::create_dir_all(folder)?;
        for file in files {
            let path = work.join(file);
            let name = path.file_name().context("a file has a name")?;
            fs::copy(&path, folder.join(name))
                .with_context(|| format!("cannot copy {file} of {}", self.name))?;
        }
        Ok(())
    }

    /// The archive.
    pub fn fetch(&self) -> Result<PathBuf> {
        let Self { name, version, purpose, .. } = self;
        let folder = target_dir()?.join("npm");
        let archive = folder.join(self.archive);
        let is_right = || fs::read(&archive).is_ok_and(|bytes| Digest::of(&bytes).to_string() == self.sha256);
        if !is_right() {
            fs::create_dir_all(&folder)?;
            let (npm, _) = find_or_install(&["npm"], "npm", "it fetches packages for the page")?;
            let mut pack = command(npm, &format!("pack --silent {name}@{version} --pack-destination"));
            run(pack.arg(&folder)).map_err(|why| {
                Absent::new(format!(
                    "cannot fetch {name} {version} for {purpose}: {why:#}. It needs a network that reaches the npm \
                     registry, or the archive as {}",
                    archive.display()
                ))
            })?;
            ensure!(
                is_right(),
                "{} is not the archive that was expected: its SHA-256 differs",
                archive.display()
            );
        }
        Ok(archive)
    }
}
