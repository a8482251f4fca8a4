//! Lists the page's files for the server, where it is built in.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_SERVE").is_none() {
        return Ok(());
    }
    let [manifest, out] = ["CARGO_MANIFEST_DIR", "OUT_DIR"].map(|name| env::var_os(name).unwrap_or_default());
    let dist = PathBuf::from(manifest).join("../web/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    // Its absence is told by the compiler, which knows how to say it.
    let _ = find(&dist, &mut files);
    let mut list = fs::File::create(Path::new(&out).join("page.rs"))?;
    if files.is_empty() {
        return writeln!(
            list,
            "compile_error!(\"the page is not built; run `cargo xtask web` in the repository first (what comes from crates.io has no page)\");"
        );
    }
    writeln!(list, "/// The page's files by their paths.\npub static FILES: &[(&str, &[u8])] = &[")?;
    let name = |file: &PathBuf| file.strip_prefix(&dist).unwrap_or(file).to_string_lossy().replace('\\', "/");
    // The order of texts, which is not that of paths, is what a file is looked up by.
    files.sort_by_key(name);
    for file in &files {
        writeln!(list, "    ({:?}, include_bytes!({:?})),", name(file), file.display().to_string())?;
    }
    writeln!(list, "];")
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { find(&path, files)? } else { files.push(path) }
    }
    Ok(())
}
