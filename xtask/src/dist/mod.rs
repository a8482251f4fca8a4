//! What is handed out, in `target/dist`: the program, static, as an archive and as a Debian package; the wheel; the npm
//! package; and the SHA-256 of each. All of it is the same bytes wherever it is built.

mod archive;
mod check;
mod deb;
mod licences;
mod program;
mod registries;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use render_core::Digest;

use crate::{
    npm, package,
    process::{command, output, root, target_dir},
    python,
    steps::Steps,
    web,
};

pub use program::FEATURES;

/// The program is handed out for this target.
const TARGET: &str = "x86_64-unknown-linux-musl";
const VERSION: &str = env!("CARGO_PKG_VERSION");
const SUMS: &str = "SHA256SUMS";

#[derive(clap::Args, Default)]
pub struct Options {
    /// Unpack everything where nothing else is, and try it there.
    #[arg(long)]
    pub check: bool,
}

/// Builds everything, and tries it where that is asked for.
pub fn run(options: &Options) -> Result<()> {
    Steps::alone(|steps| add(steps, options))
}

/// Adds the steps of `cargo xtask dist`.
pub fn add(steps: &mut Steps, options: &Options) {
    let mut folder = PathBuf::new();
    let mut files = None;
    let is_built = steps.run("page", || {
        folder = target_dir()?.join("dist");
        empty(&folder)?;
        web::build().map(drop)
    }) && steps.run("static program", || {
        files = Some(program::build(&folder.join("work"))?);
        Ok(())
    });
    let Some(files) = files.filter(|_| is_built) else {
        steps.leave_out("archive and packages", "there is no program");
        return;
    };
    steps.run("licences", || licences::write(&licences::PROGRAM, &files.licences));
    steps.run("archive", || archive::write(&files, &folder).map(drop));
    steps.run("Debian package", || deb::write(&files, &folder).map(drop));
    steps.run("portable wheel", || {
        let python = python::environment("dist", &["maturin>=1.9,<2"])?;
        // The wheel holds all texts of licences that lie beside its description.
        let licences = of_root("python").join(licences::NAME);
        licences::write(&licences::WHEEL, &licences)?;
        let wheel = package::wheel(&python, &package::Options::portable());
        fs::remove_file(licences)?;
        copy(&wheel?, &folder)
    });
    steps.run("npm package", || {
        let licences = folder.join("work/npm").join(licences::NAME);
        fs::create_dir_all(folder.join("work/npm"))?;
        licences::write(&licences::NPM, &licences)?;
        copy(&npm::pack(&licences)?, &folder)
    });
    steps.run("sums", || sums(&folder));
    if options.check {
        check::add(steps, &folder);
        registries::add(steps, &folder);
    }
}

/// An empty folder, whatever was there.
fn empty(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => fs::create_dir_all(folder),
    }
    .with_context(|| format!("cannot empty {}", folder.display()))
}

fn copy(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().context("a file has a name")?;
    fs::copy(file, folder.join(name)).with_context(|| format!("cannot copy {}", file.display()))?;
    Ok(())
}

/// Seconds since 1970 of the newest commit: the time of everything in what is handed out.
fn time() -> Result<u64> {
    Ok(output(&mut command("git", "log -1 --format=%ct"))?.parse()?)
}

/// What lies in `folder` to be handed out.
fn handed_out(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_file() && path.file_name().is_some_and(|name| name != SUMS) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Writes the SHA-256 of each file, in the form of `sha256sum --check`.
fn sums(folder: &Path) -> Result<()> {
    let mut text = String::new();
    for file in handed_out(folder)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        text += &format!("{}  {name}\n", Digest::of(&bytes));
    }
    print!("{text}");
    fs::write(folder.join(SUMS), text).context(SUMS)
}

/// A file of the repository.
fn of_root(name: &str) -> PathBuf {
    root().join(name)
}
