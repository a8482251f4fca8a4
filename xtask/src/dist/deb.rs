//! The Debian package, by Debian's own `dpkg-deb`. The program is static, so it depends on nothing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use super::{
    VERSION, archive, empty, of_root,
    program::{Files, SHELLS},
    time,
};
use crate::{
    process::{command, run},
    setup::find_or_install,
};

pub fn write(files: &Files, folder: &Path) -> Result<PathBuf> {
    find_or_install(&["dpkg-deb"], "dpkg", "it makes the Debian package")?;
    let tree = folder.join("work/deb");
    empty(&tree)?;
    let put = |source: &Path, place: &str, mode: &str| {
        run(command("install", "-D --mode").arg(mode).arg(source).arg(tree.join(place)))
    };
    put(&files.program, "usr/bin/image-cache", "755")?;
    for page in archive::sorted(&files.man)? {
        let name = page.file_name().unwrap_or_default().to_string_lossy();
        put(&page, &format!("usr/share/man/man1/{name}"), "644")?;
    }
    for (_, script, place) in SHELLS {
        put(&files.completions.join(script), place, "644")?;
    }
    for file in archive::sorted(&of_root(archive::SAMPLE))? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        put(&file, &format!("usr/share/doc/image-cache/sample/{name}"), "644")?;
    }
    for document in ["README.md", "CHANGELOG.md"] {
        put(&of_root(document), &format!("usr/share/doc/image-cache/{document}"), "644")?;
    }
    let licences = fs::read_to_string(of_root("LICENSE"))? + "\n" + &fs::read_to_string(&files.licences)?;
    fs::write(tree.join("usr/share/doc/image-cache/copyright"), licences)?;
    let size = fs::metadata(&files.program)?.len().div_ceil(1024);
    fs::create_dir(tree.join("DEBIAN"))?;
    fs::write(tree.join("DEBIAN/control"), control(size))?;

    let path = folder.join(format!("image-cache_{VERSION}_amd64.deb"));
    let mut pack = command("dpkg-deb", "--root-owner-group --build");
    // All times in it are this one.
    run(pack.arg(&tree).arg(&path).env("SOURCE_DATE_EPOCH", time()?.to_string()))?;
    Ok(path)
}

/// What `dpkg` is told of the package; `size` in KiB.
fn control(size: u64) -> String {
    format!(
        "Package: image-cache\n\
         Version: {VERSION}\n\
         Architecture: amd64\n\
         Maintainer: the authors of image-cache <image-cache@localhost>\n\
         Installed-Size: {size}\n\
         Section: graphics\n\
         Priority: optional\n\
         Description: provable cache of candlestick pictures\n \
         Draws candlestick pictures from OHLCV candles, the same bytes on every machine,\n \
         as training data and for people, and keeps a cache of them that can be proved right.\n"
    )
}
