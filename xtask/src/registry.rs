//! What the page and its tests have of others: packages of the npm registry, one version each, checked.

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

/// A package, of which some files are taken.
pub struct Package {
    name: &'static str,
    version: &'static str,
    /// The name that `npm pack` gives its archive, and the archive's SHA-256.
    archive: &'static str,
    sha256: &'static str,
    /// The folder that its files come to lie in.
    folder: &'static str,
    /// The files, by their paths in the package.
    files: &'static [&'static str],
}

/// SQLite's official wasm build, which is in the public domain.
const SQLITE: Package = Package {
    name: "@sqlite.org/sqlite-wasm",
    version: "3.54.1-build1",
    archive: "sqlite.org-sqlite-wasm-3.54.1-build1.tgz",
    sha256: "06aaad2dd0b58a46631000a31a4469afff4abeffbc383f37372b6590396d9bbd",
    folder: "sqlite",
    files: &["dist/index.mjs", "dist/sqlite3.wasm"],
};

/// What reads Parquet, under the MIT License, whose text goes with it: `metadata.js`, `read.js`, and what they import.
const HYPARQUET: Package = Package {
    name: "hyparquet",
    version: "1.33.0",
    archive: "hyparquet-1.33.0.tgz",
    sha256: "6af16c6ed33e983d6ee6e5e05b1ef3ae766efc22240fac3eb56ecd2ab5780e9b",
    folder: "hyparquet",
    files: &[
        "LICENSE",
        "src/alp.js",
        "src/assemble.js",
        "src/bloom.js",
        "src/column.js",
        "src/constants.js",
        "src/convert.js",
        "src/datapage.js",
        "src/delta.js",
        "src/encoding.js",
        "src/filter.js",
        "src/geoparquet.js",
        "src/indexes.js",
        "src/metadata.js",
        "src/plain.js",
        "src/plan.js",
        "src/read.js",
        "src/rowgroup.js",
        "src/scan.js",
        "src/schema.js",
        "src/snappy.js",
        "src/thrift.js",
        "src/utils.js",
        "src/variant.js",
        "src/wkb.js",
        "src/xxhash.js",
    ],
};

/// What finds faults of access in pages, under the Mozilla Public License: for tests alone, it is handed to nobody.
pub const AXE: Package = Package {
    name: "axe-core",
    version: "4.14.1",
    archive: "axe-core-4.14.1.tgz",
    sha256: "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745",
    folder: "axe",
    files: &["axe.min.js"],
};

/// All packages of the page.
pub const OF_THE_PAGE: [Package; 2] = [SQLITE, HYPARQUET];

impl Package {
    /// Puts its files into its folder below `folder`.
    pub fn install(&self, folder: &Path) -> Result<()> {
        let archive = self.archive()?;
        let work = archive.with_extension("");
        fs::create_dir_all(&work)?;
        let mut tar = command("tar", "--extract --gzip --strip-components 1 --file");
        tar.arg(&archive).arg("--directory").arg(&work);
        run(tar.args(self.files.iter().map(|file| format!("package/{file}"))))?;
        let folder = folder.join(self.folder);
        fs::create_dir_all(&folder)?;
        for file in self.files {
            let context = || format!("cannot copy {file} of {}", self.name);
            let name = Path::new(file).file_name().unwrap_or_default();
            fs::copy(work.join(file), folder.join(name)).with_context(context)?;
        }
        Ok(())
    }

    /// The archive, fetched once and checked each time.
    pub fn archive(&self) -> Result<PathBuf> {
        let Self { name, version, .. } = self;
        let folder = target_dir()?.join("npm");
        let archive = folder.join(self.archive);
        let is_right = || fs::read(&archive).is_ok_and(|bytes| Digest::of(&bytes).to_string() == self.sha256);
        if !is_right() {
            fs::create_dir_all(&folder)?;
            let (npm, _) =
                find_or_install(&["npm"], "npm", "it fetches what the page and its tests have of others")?;
            let mut pack = command(npm, &format!("pack --silent {name}@{version} --pack-destination"));
            run(pack.arg(&folder)).map_err(|why| {
                Absent::new(format!(
                    "cannot fetch {name} {version}: {why:#}. It needs a network that reaches the npm \
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
