//! The module: the page's own under wasmtime and Node, and as other builds and compilers make it.

use std::{
    cell::OnceCell,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use wasmparser::{Validator, WasmFeatures};

use super::{Host, Kit, locked};
use crate::{
    process::{cargo, command, output, root, run, target_dir},
    setup::{self, find_or_install},
    web,
};

/// The module's builds, each made when it is first asked for.
pub struct Modules {
    folder: PathBuf,
    dist: OnceCell<PathBuf>,
    page: OnceCell<PathBuf>,
}

/// The page's module.
const MODULE: &str = "image_cache_bg.wasm";

impl Modules {
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), dist: OnceCell::new(), page: OnceCell::new() }
    }

    /// The page, in a folder of its own.
    fn dist(&self) -> Result<&Path> {
        once(&self.dist, web::build)
    }

    /// A folder from which Node and browsers run the cases in the page's own module.
    pub fn page(&self) -> Result<&Path> {
        once(&self.page, || {
            let (dist, page) = (self.dist()?, self.folder.join("page"));
            fs::create_dir_all(&page)?;
            for name in [MODULE, "image_cache.js"] {
                fs::copy(dist.join(name), page.join(name)).with_context(|| format!("no {name}"))?;
            }
            for name in ["run.js", "node.js", "index.html"] {
                fs::copy(root().join("tests/web").join(name), page.join(name))?;
            }
            // Node takes .js files for modules only where it is told to.
            fs::write(page.join("package.json"), r#"{"type":"module"}"#)?;
            run(&mut cargo("build --quiet --workspace --bin cases"))?;
            let cases = target_dir()?.join("debug/cases");
            output(command(cases, "requests").arg(page.join("cases.bin")))?;
            Ok(page)
        })
    }

    /// The module as it is before it gets its JavaScript, without or with SIMD instructions.
    fn bare(&self, simd: bool) -> Result<PathBuf> {
        let plain = web::module()?;
        if !simd {
            return Ok(plain);
        }
        let folder = self.folder.join("simd");
        let mut build = setup::wasm_compiler()?.build("wasm")?;
        build.arg("--target-dir").arg(&folder);
        run(&mut build)?;
        let module = folder.join(plain.strip_prefix(target_dir()?)?);
        check_simd(&fs::read(&module)?)?;
        Ok(module)
    }
}

/// Fails unless a module holds SIMD instructions, without which it would only be tested once more.
fn check_simd(module: &[u8]) -> Result<()> {
    let without = WasmFeatures::default().difference(WasmFeatures::SIMD | WasmFeatures::RELAXED_SIMD);
    match Validator::new_with_features(without).validate_all(module) {
        Err(error) if error.message().contains("SIMD") => Ok(()),
        Err(error) => Err(error).context("the module with SIMD"),
        Ok(_) => bail!("the module with SIMD holds no SIMD instruction"),
    }
}

/// The value of a cell, made where it is not there yet.
fn once(cell: &OnceCell<PathBuf>, make: impl FnOnce() -> Result<PathBuf>) -> Result<&Path> {
    match cell.get() {
        Some(value) => Ok(value),
        None => {
            let value = make()?;
            Ok(cell.get_or_init(|| value))
        }
    }
}

/// The module under wasmtime: the page's own, but with SIMD, and for Winch, which knows
/// no references to JavaScript's objects, as it is before it gets its JavaScript.
pub fn wasmtime(kit: &Kit, compiler: &'static str, simd: bool) -> Result<Host> {
    let (module, what) = match (simd, compiler) {
        (true, _) => (kit.wasm.bare(true)?, "the module with SIMD"),
        (_, "winch") => (kit.wasm.bare(false)?, "the module before wasm-bindgen"),
        _ => (kit.wasm.dist()?.join(MODULE), "the page's module"),
    };
    run(&mut cargo("build --quiet --workspace --example wasmtime --features tests/engines"))?;
    let program = target_dir()?.join("debug/examples/wasmtime");
    let what = format!("wasmtime {}, {compiler}, {what}", locked("wasmtime")?);
    let ask = move |question: &str| {
        output(command(&program, "").arg(&module).arg(compiler).args(question.split(' ')))
    };
    Ok(Host { what, ask: Box::new(ask) })
}

/// The page's module in Node's V8.
pub fn node(kit: &Kit) -> Result<Host> {
    let (program, version) = find_or_install(&["node"], "nodejs", "the page's module runs in it")?;
    let script = kit.wasm.page()?.join("node.js");
    let ask = move |question: &str| output(command(&program, "").arg(&script).args(question.split(' ')));
    Ok(Host { what: format!("Node {version}, the page's module"), ask: Box::new(ask) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_without_simd_is_told_from_one_with() {
        // (module (func (drop BODY))), where the body is a constant of i32 or of v128.
        let module = |body: &[u8]| {
            let code = [&[0][..], body, &[0x1a, 0x0b]].concat();
            let length = u8::try_from(code.len()).expect("short");
            let head = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a";
            [&head[..], &[length + 2, 1, length], &code].concat()
        };
        let plain = check_simd(&module(&[0x41, 0])).expect_err("no SIMD");
        assert!(plain.to_string().contains("no SIMD instruction"), "{plain:#}");
        check_simd(&module(&[&[0xfd, 0x0c][..], &[0; 16]].concat())).expect("SIMD");
    }
}
