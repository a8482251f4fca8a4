//! The licences of everything that is linked into what is handed out, by `cargo about`.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use super::TARGET;
use crate::{
    process::{cargo, command, output},
    setup::{WASM, tool},
};

/// The name of the file that lies in each of them.
pub const NAME: &str = "LICENSES.txt";

/// What is linked into something.
pub struct Linked {
    /// Folders of packages, each with the target that it is built for.
    packages: &'static [(&'static str, &'static str)],
    /// Files of the repository with licences of what no crate brings.
    files: &'static [&'static str],
    /// A crate that must be among them.
    known: &'static str,
}

const FONT: &str = "crates/raster/src/font/LICENSE";
const SAMPLE: &str = "crates/market/sample/README.md";
const LIBRARIES: &str = "xtask/licences-of-libraries.txt";

/// The page lies in the program.
pub const PROGRAM: Linked = Linked {
    packages: &[("native-cli", TARGET), ("wasm", WASM), ("wasm-readers", WASM), ("wasm-pictures", WASM)],
    files: &[FONT, SAMPLE, LIBRARIES, "web/dist/hyparquet/LICENSE"],
    known: "rusqlite",
};
pub const WHEEL: Linked = Linked {
    packages: &[("python", "x86_64-unknown-linux-gnu")],
    files: &[FONT, SAMPLE, LIBRARIES],
    known: "pyo3",
};
pub const NPM: Linked = Linked {
    packages: &[("wasm", WASM), ("wasm-readers", WASM)],
    files: &[FONT, LIBRARIES],
    known: "wasm-bindgen",
};

/// Writes them to a file.
pub fn write(linked: &Linked, file: &Path) -> Result<()> {
    let asked = || cargo("about --version");
    tool("cargo-about --features cli", asked, "cargo-about gathers licences")?;
    let read = |path: &Path| fs::read_to_string(path).with_context(|| format!("no {}", path.display()));
    let mut text = String::new();
    for (package, target) in linked.packages {
        let mut about = command(env!("CARGO"), "about generate --fail --all-features --locked");
        about.args(["--manifest-path", &format!("{package}/Cargo.toml"), "--target", target]);
        about.args(["--config", "xtask/licences.toml", "xtask/licences.hbs"]);
        text += &format!("Licences of what is linked into {package}\n{}\n\n", output(&mut about)?);
    }
    ensure!(text.contains(linked.known), "cargo about has named no {}", linked.known);
    for own in linked.files {
        text += &format!("\n\n{own}\n\n{}", read(&super::of_root(own))?);
    }
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}
