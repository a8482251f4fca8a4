//! The page: `web/`, the wasm modules with their JavaScript, the sample, SQLite and hyparquet, in `web/dist`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use render_core::Digest;
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    process::{root, run, target_dir},
    registry,
    setup::{self, WASM},
};

/// The package and the name of the module that draws, and of its JavaScript.
const DRAWS: (&str, &str) = ("wasm", "image_cache");
/// Those of the one that reads texts, which is loaded with the first of them.
const READS: (&str, &str) = ("wasm-readers", "image_cache_readers");
/// Those of the one that reads pictures, likewise.
const DECODES: (&str, &str) = ("wasm-pictures", "image_cache_pictures");

/// Builds `web/dist` anew and returns its path.
pub fn build() -> Result<PathBuf> {
    // Whatever could be missing comes first, so that a page that is there is not lost.
    let modules = [READS, DECODES, DRAWS]
        .into_iter()
        .map(|one| Ok((built_of(one)?, one.1)))
        .collect::<Result<Vec<_>>>()?;
    for package in registry::OF_THE_PAGE {
        package.archive()?;
    }
    let web = root().join("web");
    let dist = web.join("dist");
    // What an older build left behind must not pass for this one's work.
    if dist.exists() {
        fs::remove_dir_all(&dist).with_context(|| format!("cannot empty {}", dist.display()))?;
    }
    copy(&web, &dist, &dist)?;
    copy(&root().join("crates/market/sample"), &dist.join("sample"), &dist)?;
    for package in registry::OF_THE_PAGE {
        package.install(&dist)?;
    }
    // The one that draws is made last: by it the page is known to be built.
    for (module, name) in modules {
        bind(&module, name, &dist)?;
    }
    list_files(&dist)?;
    Ok(dist)
}

/// Tells the service worker which files there are, and their hashes.
fn list_files(dist: &Path) -> Result<()> {
    let worker = dist.join("service-worker.js");
    let hashes = || {
        let mut files = BTreeMap::new();
        for path in files_below(dist)?.into_iter().filter(|path| *path != worker) {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path.strip_prefix(dist)?.to_string_lossy().replace('\\', "/");
            files.insert(name, Digest::of(&bytes).to_string());
        }
        Ok::<_, anyhow::Error>(serde_json::to_string_pretty(&files)?)
    };
    // The page itself tells its version, so that a new one is seen by it alone.
    let version = Digest::of(hashes()?.as_bytes()).to_string()[..16].to_owned();
    const NO_VERSION: &str = r#"<meta name="version" content="">"#;
    fill(&dist.join("index.html"), NO_VERSION, &NO_VERSION.replace("\"\"", &format!("\"{version}\"")))?;
    fill(&worker, "const FILES = {};", &format!("const FILES = {};", hashes()?))?;
    fill(&worker, "const VERSION = \"\";", &format!("const VERSION = \"{version}\";"))
}

/// Puts a text into a file in place of another one, which it must have.
fn fill(file: &Path, empty: &str, filled: &str) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    ensure!(text.contains(empty), "{} has no `{empty}`", file.display());
    fs::write(file, text.replace(empty, filled)).with_context(|| format!("cannot write {}", file.display()))
}

/// All files in a folder and in those below it.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// Gives a module its JavaScript.
fn bind(module: &Path, name: &str, dist: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(module)
        .out_name(name)
        .web(true)?
        .remove_producers_section(true)
        .remove_name_section(true)
        .generate(dist)
        .with_context(|| format!("cannot bind {}", module.display()))?;

    let module = dist.join(format!("{name}_bg.wasm"));
    println!("{}: {} bytes", module.display(), fs::metadata(&module)?.len());
    Ok(())
}

/// The page, built where it is not yet.
pub fn built() -> Result<PathBuf> {
    // The module is made last.
    if tests::module().is_file() { Ok(tests::dist()) } else { build() }
}

/// Builds the page and serves it to this machine alone until the process is ended.
pub fn serve(port: u16) -> Result<()> {
    let dist = build()?;
    let listener = tests::serve::listen(port)
        .with_context(|| format!("cannot listen on port {port}; choose another with --port"))?;
    println!("http://{}/ (Ctrl-C ends it)", listener.local_addr()?);
    tests::serve::run(&listener, &dist);
    Ok(())
}

/// Builds the module that draws as it is before it gets its JavaScript, and returns its path.
pub fn module() -> Result<PathBuf> {
    built_of(DRAWS)
}

fn built_of((package, name): (&str, &str)) -> Result<PathBuf> {
    run(&mut setup::wasm_compiler()?.build(package)?)?;
    Ok(target_dir()?.join(format!("{WASM}/web/{name}.wasm")))
}

/// Copies a folder with all that is in it, but for the folder `except`.
pub fn copy(from: &Path, to: &Path, except: &Path) -> Result<()> {
    let context = || format!("cannot copy {} to {}", from.display(), to.display());
    fs::create_dir_all(to).with_context(context)?;
    for entry in fs::read_dir(from).with_context(context)? {
        let path = entry.with_context(context)?.path();
        let target = to.join(path.strip_prefix(from)?);
        if path == except {
            continue;
        }
        if path.is_dir() {
            copy(&path, &target, except)?;
        } else {
            fs::copy(&path, &target).with_context(context)?;
        }
    }
    Ok(())
}
