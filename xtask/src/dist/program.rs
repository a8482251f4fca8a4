//! The program with all its features, linked statically, and what goes with it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{TARGET, licences, of_root, time};
use crate::{
    process::{cargo, command, run, target_dir},
    setup::{self, find_or_install},
};

/// All features; the page lies in the program.
pub const FEATURES: &str = "serve,object-store,parquet,excel,show";
/// Completion scripts by shell, and where Debian looks for each.
pub const SHELLS: [(&str, &str, &str); 4] = [
    ("bash", "image-cache.bash", "usr/share/bash-completion/completions/image-cache"),
    ("zsh", "_image-cache", "usr/share/zsh/vendor-completions/_image-cache"),
    ("fish", "image-cache.fish", "usr/share/fish/vendor_completions.d/image-cache.fish"),
    ("powershell", "_image-cache.ps1", "usr/share/image-cache/_image-cache.ps1"),
];

/// What is packed, by where it lies.
pub struct Files {
    pub program: PathBuf,
    /// A folder with a script for each of [`SHELLS`].
    pub completions: PathBuf,
    /// A folder of pages for `man`.
    pub man: PathBuf,
    /// The licences of everything inside.
    pub licences: PathBuf,
}

pub fn build(work: &Path) -> Result<Files> {
    setup::target(TARGET)?;
    let (compiler, _) =
        find_or_install(&["musl-gcc"], "musl-tools", "the program is linked statically with it")?;
    let mut build =
        cargo(&format!("build --profile ship --package image-cache --target {TARGET} --features {FEATURES}"));
    build
        .env("CC_x86_64_unknown_linux_musl", &compiler)
        .env("CFLAGS_x86_64_unknown_linux_musl", setup::c_paths_left_out()?)
        .env("CARGO_ENCODED_RUSTFLAGS", setup::paths_left_out()?.join("\u{1f}"))
        .env("SOURCE_DATE_EPOCH", time()?.to_string());
    run(&mut build)?;
    // What is left of symbols after linking has names that tell where it was built, and the linker's id is made of them.
    let program = work.join("image-cache");
    let (strip, _) = find_or_install(&["strip"], "binutils", "the program's symbols are taken out with it")?;
    fs::create_dir_all(work)?;
    let built = target_dir()?.join(TARGET).join("ship/image-cache");
    let mut strip = command(strip, "--strip-all --remove-section=.note.gnu.build-id -o");
    run(strip.arg(&program).arg(built))?;

    let completions = work.join("completions");
    fs::create_dir_all(&completions)?;
    for (shell, name, _) in SHELLS {
        let script = command(&program, "completions").arg(shell).env_clear().output()?;
        anyhow::ensure!(script.status.success(), "no completions for {shell}");
        fs::write(completions.join(name), script.stdout).with_context(|| format!("cannot write {name}"))?;
    }
    let man = work.join("man");
    run(command(&program, "man").arg(&man))?;
    Ok(Files { program, completions, man, licences: work.join(licences::NAME) })
}

/// What people read first.
pub fn documents() -> [PathBuf; 3] {
    ["README.md", "CHANGELOG.md", "LICENSE"].map(of_root)
}
