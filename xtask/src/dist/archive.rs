//! The archive of the program: the same bytes whoever packs it, and whenever.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

use super::{TARGET, VERSION, licences, program, program::Files, time};

/// Real candles, to follow the guide with.
pub const SAMPLE: &str = "crates/market/sample";

/// The name of the folder in the archive, and of the archive without its ending.
pub fn name() -> String {
    format!("image-cache-{VERSION}-{TARGET}")
}

/// Packs the program and what goes with it.
pub fn write(files: &Files, folder: &Path) -> Result<PathBuf> {
    let path = folder.join(format!("{}.tar.gz", name()));
    let mut entries = vec![("image-cache".to_owned(), files.program.clone(), 0o755)];
    for document in program::documents() {
        entries.push((file_name(&document)?, document, 0o644));
    }
    entries.push((licences::NAME.to_owned(), files.licences.clone(), 0o644));
    let sample = super::of_root(SAMPLE);
    for (of, source) in [("completions", &files.completions), ("man", &files.man), ("sample", &sample)] {
        for file in sorted(source)? {
            entries.push((format!("{of}/{}", file_name(&file)?), file, 0o644));
        }
    }
    entries.sort();
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    // No name and no time in the head of gzip.
    let mut tar = Builder::new(GzBuilder::new().mtime(0).write(file, Compression::best()));
    let time = time()?;
    for (name, source, mode) in entries {
        let bytes = fs::read(&source).with_context(|| format!("cannot read {}", source.display()))?;
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_size(bytes.len() as u64);
        header.set_mode(mode);
        header.set_mtime(time);
        tar.append_data(&mut header, format!("{}/{name}", self::name()), bytes.as_slice())?;
    }
    tar.into_inner()?.finish()?;
    Ok(path)
}

/// The files of a folder by their names.
pub fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn file_name(path: &Path) -> Result<String> {
    Ok(path.file_name().context("a file has a name")?.to_string_lossy().into_owned())
}
