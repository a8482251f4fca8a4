//! [`Kit`]: the program, Python with the package, and the folder that the guide is made in.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::copy_sources;
use crate::{
    dist,
    package::{self, Options},
    process::{cargo, root, run, target_dir},
    python, web,
};

/// What Python needs to build the package and to show what the guide shows. No torch: it is large, and the tests of the
/// package run what the guide says of it.
const PACKAGES: [&str; 4] = ["maturin>=1.9,<2", "numpy", "pandas", "Pillow"];
/// The samples that lie beside every block.
const SAMPLES: [&str; 2] = ["BTCUSDT-1h.csv", "ETHUSD-4h.csv"];

/// What pages are made and checked with.
pub struct Kit {
    folder: PathBuf,
    /// Python, with the package in it.
    pub python: PathBuf,
    path: OsString,
}

impl Kit {
    /// Builds the program with all its features, and the package; begins the folder anew.
    pub fn new() -> Result<Self> {
        // The program has the page in it.
        web::built()?;
        run(&mut cargo(&format!("build --release --package image-cache --features {}", dist::FEATURES)))?;
        let python = python::environment("docs", &PACKAGES)?;
        package::wheel(&python, &Options::default())?;

        let target = target_dir()?;
        let mut kit = Self { folder: target.join("docs"), python, path: OsString::new() };
        copy_sources(&kit)?;
        let programs = kit.folder.join("bin");
        fs::create_dir_all(&programs)?;
        fs::copy(target.join("release/image-cache"), programs.join("image-cache"))
            .context("there is no program")?;
        let own = [programs, kit.python.parent().context("Python lies nowhere")?.to_owned()];
        let others = env::var_os("PATH").unwrap_or_default();
        kit.path = env::join_paths(own.into_iter().chain(env::split_paths(&others)))?;
        Ok(kit)
    }

    /// The folder that the guide is made in: a copy of `docs/`, with what is added to it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The pages there.
    pub fn pages(&self) -> PathBuf {
        self.folder.join("src")
    }

    /// The HTML there.
    pub fn book(&self) -> PathBuf {
        self.folder.join("book")
    }

    /// An empty folder with the samples in it, made anew.
    pub fn empty(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join("run").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        for sample in SAMPLES {
            fs::copy(root().join("crates/market/sample").join(sample), folder.join(sample))?;
        }
        Ok(folder)
    }

    /// A command as a reader would run it: the program and Python first on the path, and nothing of ours set.
    pub fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder);
        let ours = |name: &str| name.starts_with("IMAGE_CACHE_") || name.starts_with("AWS_");
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(ours)) {
            command.env_remove(name);
        }
        command
            .env("PATH", &self.path)
            .env("NO_COLOR", "1")
            .env("LC_ALL", "C.UTF-8")
            // As wide as the guide's own column, so that nothing has to be scrolled aside.
            .env("COLUMNS", "92")
            .stdin(std::process::Stdio::null());
        command
    }
}
