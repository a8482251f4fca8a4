//! The committed hashes: compared, or rewritten on purpose.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, bail};
use render_core::{Check, Renderer, selftest};
use tests::{
    cases::cases,
    golden::{self, Difference, Golden},
};

use crate::process::root;

/// A file of hashes, what is in it, and what is rendered now.
struct File {
    path: PathBuf,
    committed: String,
    rendered: Vec<Golden>,
    differences: Vec<Difference>,
}

/// Lists every difference, and fails where there is one.
pub fn check() -> Result<()> {
    let files = files()?;
    let count = |count: fn(&File) -> usize| files.iter().map(count).sum::<usize>();
    let (differences, cases) = (count(|file| file.differences.len()), count(|file| file.rendered.len()));
    if differences > 0 {
        bail!("{differences} of {cases} differ; if that is meant, run `cargo xtask golden --update`");
    }
    println!("{cases} pictures, all as committed");
    Ok(())
}

/// Lists every difference, and writes the files as they are rendered now.
pub fn update() -> Result<()> {
    let files = files()?;
    for file in &files {
        if let Some(why) = golden::refusal(env!("CARGO_PKG_VERSION"), &file.committed, &file.differences) {
            bail!(why);
        }
    }
    for File { path, rendered, differences, .. } in &files {
        fs::write(path, golden::to_file(rendered))
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}: {} pictures, {} changed", path.display(), rendered.len(), differences.len());
    }
    Ok(())
}

/// The golden cases, and the pictures built into the programs.
fn files() -> Result<[File; 2]> {
    let mut renderer = Renderer::new();
    let cases = cases().iter().map(|case| Golden::of(case, &mut renderer)).collect();
    let built_in =
        selftest().map(|Check { name, rendered: [file, pixels], .. }| Golden { name, file, pixels });
    let built_in_path = root().join("render-core/src/selftest/hashes.txt");
    Ok([compare(&golden::path(), cases)?, compare(&built_in_path, built_in.collect())?])
}

/// Prints what differs between a file and what is rendered now.
fn compare(path: &Path, rendered: Vec<Golden>) -> Result<File> {
    let committed = match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        text => text.with_context(|| format!("cannot read {}", path.display()))?,
    };
    let goldens = golden::parse(&committed).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    let differences = golden::differences(&goldens, &rendered);
    for difference in &differences {
        println!("{difference}");
    }
    Ok(File { path: path.to_owned(), committed, rendered, differences })
}
