//! The licences of everything that is linked into the program, by `cargo about`.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::{
    process::{cargo, command, output},
    setup::tool,
};

/// The font and the sample's candles, which no crate brings.
const OWN: [&str; 2] = ["crates/raster/src/font/LICENSE", "crates/market/sample/README.md"];

/// Writes them to a file.
pub fn write(file: &Path) -> Result<()> {
    let asked = || cargo("about --version");
    tool("cargo-about --features cli", asked, "cargo-about gathers licences")?;
    let mut about = command(env!("CARGO"), "about generate --fail --manifest-path native-cli/Cargo.toml");
    about.args(["--config", "xtask/licences.toml", "--all-features", "xtask/licences.hbs"]);
    let mut text = output(&mut about)?;
    ensure!(text.contains("rusqlite"), "cargo about has named no rusqlite");
    for own in OWN {
        let path = super::of_root(own);
        text += &format!("\n\n{own}\n\n");
        text += &fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    }
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}
