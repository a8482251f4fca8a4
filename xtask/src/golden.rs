//! The committed hashes: compared, or rewritten on purpose.

use std::{fs, io::ErrorKind};

use anyhow::{Context, Result, anyhow, bail};
use render_core::Renderer;
use tests::{
    cases::cases,
    golden::{self, Difference, Golden},
};

/// Lists every difference, and fails where there is one.
pub fn check() -> Result<()> {
    let (differences, rendered) = compare()?;
    if !differences.is_empty() {
        bail!(
            "{} of {} cases differ; if that is meant, run `cargo xtask golden --update`",
            differences.len(),
            rendered.len()
        );
    }
    println!("{} cases, all as committed", rendered.len());
    Ok(())
}

/// Lists every difference, and writes the file as it is rendered now.
pub fn update() -> Result<()> {
    let (differences, rendered) = compare()?;
    let path = golden::path();
    fs::write(&path, golden::to_text(&rendered))
        .with_context(|| format!("cannot write {}", path.display()))?;
    println!("{}: {} cases, {} changed", path.display(), rendered.len(), differences.len());
    Ok(())
}

/// Renders every case and prints what differs.
fn compare() -> Result<(Vec<Difference>, Vec<Golden>)> {
    let path = golden::path();
    let committed = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        text => text.with_context(|| format!("cannot read {}", path.display()))?,
    };
    let committed = golden::parse(&committed).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    let mut renderer = Renderer::new();
    let rendered: Vec<_> = cases().iter().map(|case| Golden::of(case, &mut renderer)).collect();
    let differences = golden::differences(&committed, &rendered);
    for difference in &differences {
        println!("{difference}");
    }
    Ok((differences, rendered))
}
