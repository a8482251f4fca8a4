//! SQLite's official wasm build, for the page: from the npm registry, one version, checked.

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

const PACKAGE: &str = "@sqlite.org/sqlite-wasm";
const VERSION: &str = "3.54.1-build1";
/// The name that `npm pack` gives it.
const ARCHIVE: &str = "sqlite.org-sqlite-wasm-3.54.1-build1.tgz";
/// SHA-256 of the archive.
const SHA256: &str = "06aaad2dd0b58a46631000a31a4469afff4abeffbc383f37372b6590396d9bbd";
/// What the page loads, of the archive.
const FILES: [&str; 2] = ["index.mjs", "sqlite3.wasm"];

/// Puts the page's files of it into `folder`.
pub fn install(folder: &Path) -> Result<()> {
    let archive = archive()?;
    let work = archive.with_extension("");
    fs::create_dir_all(&work)?;
    let mut tar = command("tar", "--extract --gzip --strip-components 2 --file");
    tar.arg(&archive).arg("--directory").arg(&work);
    run(tar.args(FILES.map(|file| format!("package/dist/{file}"))))?;
    fs::create_dir_all(folder)?;
    for file in FILES {
        let context = || format!("cannot copy {file} of {PACKAGE}");
        fs::copy(work.join(file), folder.join(file)).with_context(context)?;
    }
    Ok(())
}

/// The archive, fetched once and checked each time.
pub fn archive() -> Result<PathBuf> {
    let folder = target_dir()?.join("npm");
    let archive = folder.join(ARCHIVE);
    let is_right = || fs::read(&archive).is_ok_and(|bytes| Digest::of(&bytes).to_string() == SHA256);
    if !is_right() {
        fs::create_dir_all(&folder)?;
        let (npm, _) = find_or_install(&["npm"], "npm", "it fetches SQLite for the page")?;
        let mut pack = command(npm, &format!("pack --silent {PACKAGE}@{VERSION} --pack-destination"));
        run(pack.arg(&folder)).map_err(|why| {
            Absent::new(format!(
                "cannot fetch {PACKAGE} {VERSION} for the page: {why:#}. It needs a network that reaches the npm \
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
