//! The page: `web/`, the wasm modules with their JavaScript, the sample and SQLite, in `web/dist`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    process::{root, run, target_dir},
    setup::{self, WASM},
    sqlite,
};

/// The package and the name of the module that draws, and of its JavaScript.
const DRAWS: (&str, &str) = ("wasm", "image_cache");
/// Those of the one that reads texts and pictures, which is loaded with the first of them.
const READS: (&str, &str) = ("wasm-readers", "image_cache_readers");

/// Builds `web/dist` anew and returns its path.
pub fn build() -> Result<PathBuf> {
    // Whatever could be missing comes first, so that a page that is there is not lost.
    let modules =
        [READS, DRAWS].into_iter().map(|one| Ok((built_of(one)?, one.1))).collect::<Result<Vec<_>>>()?;
    sqlite::archive()?;
    let web = root().join("web");
    let dist = web.join("dist");
    // What an older build left behind must not pass for this one's work.
    if dist.exists() {
        fs::remove_dir_all(&dist).with_context(|| format!("cannot empty {}", dist.display()))?;
    }
    copy(&web, &dist, &dist)?;
    copy(&root().join("crates/market/sample"), &dist.join("sample"), &dist)?;
    sqlite::install(&dist.join("sqlite"))?;
    // The one that draws is made last: by it the page is known to be built.
    for (module, name) in modules {
        bind(&module, name, &dist)?;
    }
    Ok(dist)
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
    run(&mut setup::wasm_compiler()?.build(package))?;
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
