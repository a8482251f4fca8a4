//! The page: `web/`, the wasm module with its JavaScript, the sample and SQLite, in `web/dist`.

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

/// The name of the module and of its JavaScript.
const NAME: &str = "image_cache";

/// Builds `web/dist` anew and returns its path.
pub fn build() -> Result<PathBuf> {
    // Whatever could be missing comes first, so that a page that is there is not lost.
    let module = module()?;
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
    Bindgen::new()
        .input_path(&module)
        .out_name(NAME)
        .web(true)?
        .remove_producers_section(true)
        .remove_name_section(true)
        .generate(&dist)
        .with_context(|| format!("cannot bind {}", module.display()))?;

    let module = dist.join(format!("{NAME}_bg.wasm"));
    println!("{}: {} bytes", module.display(), fs::metadata(&module)?.len());
    Ok(dist)
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

/// Builds the module as it is before it gets its JavaScript, and returns its path.
pub fn module() -> Result<PathBuf> {
    run(&mut setup::wasm_compiler()?.build("wasm"))?;
    Ok(target_dir()?.join(format!("{WASM}/web/{NAME}.wasm")))
}

/// Copies a folder with all that is in it, but for the folder `except`.
fn copy(from: &Path, to: &Path, except: &Path) -> Result<()> {
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
