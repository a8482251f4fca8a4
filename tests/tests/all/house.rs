//! The laws of the house: what each crate may depend on. ARCHITECTURE.md draws the same picture.

use std::{collections::BTreeSet, path::Path, process::Command};

/// What the names of our packages begin with, for registries; the folders and the code name them without it.
const OURS: &str = "image-cache-";

/// Each library crate, and those of ours that it may name itself.
const ARROWS: [(&str, &[&str]); 9] = [
    ("candles", &[]),
    ("platform", &[]),
    ("readers", &["candles"]),
    ("market", &["candles", "platform", "readers"]),
    ("store", &["platform"]),
    ("raster", &[]),
    ("render-core", &["candles", "raster"]),
    ("cache", &["candles", "market", "readers", "render-core", "store"]),
    ("dataset", &["cache", "candles", "market", "platform", "render-core", "store"]),
];

/// What belongs to a terminal or a process, not to a library.
const OF_A_TERMINAL: [&str; 6] = ["clap", "indicatif", "ctrlc", "comfy-table", "anyhow", "image-cache"];

/// The packages that a crate is built of, itself left out.
fn dependencies(package: &str, more: &[&str]) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        // On a bare machine the crates of features that were not built are fetched here.
        .args(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(["--package", package])
        .args(more)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).expect("UTF-8");
    let names = tree.lines().skip(1).filter_map(|line| line.split(' ').next());
    let names = names.filter(|name| !name.is_empty());
    names.map(|name| name.strip_prefix(OURS).unwrap_or(name).to_owned()).collect()
}

#[test]
fn libraries_use_only_what_lies_below_them() {
    for (package, allowed) in ARROWS {
        let direct = dependencies(&format!("{OURS}{package}"), &["--all-features", "--depth", "1"]);
        let ours = ARROWS.map(|(name, _)| name).into_iter().chain([
            "image-cache",
            "wasm",
            "wasm-pictures",
            "wasm-readers",
            "xtask",
            "tests",
        ]);
        for name in ours.filter(|name| direct.contains(*name)) {
            assert!(allowed.contains(&name), "{package} must not use {name}");
        }
    }
}

#[test]
fn no_library_depends_on_anything_of_a_terminal() {
    for (package, _) in ARROWS {
        let all = dependencies(&format!("{OURS}{package}"), &["--all-features"]);
        for name in OF_A_TERMINAL {
            assert!(!all.contains(name), "{package} depends on {name}");
        }
    }
}

#[test]
fn the_modules_for_browsers_draw_and_read_text_alone() {
    for (package, own, other) in [
        ("wasm", "render-core", "readers"),
        ("wasm-readers", "readers", "render-core"),
        ("wasm-pictures", "png", "readers"),
    ] {
        let all = dependencies(package, &[]);
        assert!(all.contains(own) && !all.contains(other), "{package}");
        for name in
            ["zip", "rawzip", "encoding_rs", "jiff", "parquet", "rusqlite", "market", "store", "cache"]
        {
            assert!(!all.contains(name), "{package} depends on {name}");
        }
    }
}

/// Files below a folder whose names end so.
fn files(folder: &Path, end: &str, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "tests" && name != "fuzz") {
            files(&path, end, found);
        } else if path.to_string_lossy().ends_with(end)
            && path.file_name().is_some_and(|name| name != "tests.rs")
        {
            found.push(path);
        }
    }
}

#[test]
fn errors_of_libraries_are_types_and_name_no_flag() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = Vec::new();
    files(&root.join("crates"), ".rs", &mut sources);
    assert!(sources.len() > 50);
    for source in sources {
        let text = std::fs::read_to_string(&source).expect("a source file");
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (number, line) in (1..).zip(code.lines()) {
            let line = line.trim_start();
            let place = || format!("{}:{number}: {line}", source.display());
            if line.starts_with("//") {
                continue;
            }
            assert!(!(line.contains("Result<") && line.contains(", String>")), "{}", place());
            let names_a_flag = line.split('"').skip(1).step_by(2).any(|text| {
                text.contains(" --") || text.starts_with("--") || text.contains("image-cache render")
            });
            assert!(!names_a_flag, "{}", place());
        }
    }
}
