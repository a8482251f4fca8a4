//! Fills what pages leave open: a line `<!-- generated: WHAT -->` becomes what the product says, and pictures that
//! blocks have drawn are put beside the pages.

use std::fs;

use anyhow::{Context, Result, bail, ensure};

use super::{Kit, commands, forms, gallery, json, keywords, knobs, run, schemas};

const BEGIN: &str = "<!-- generated: ";

/// Fills all pages.
pub fn fill(kit: &Kit) -> Result<()> {
    let mut failures = Vec::new();
    let summary = fs::read_to_string(kit.pages().join("SUMMARY.md"))?;
    for name in run::names(&kit.pages())? {
        if name != "SUMMARY.md" && !summary.contains(&format!("({name})")) {
            failures.push(format!("docs/src/SUMMARY.md does not name {name}"));
        }
        pictures(kit, name.trim_end_matches(".md"))?;
        let file = kit.pages().join(&name);
        let page = fs::read_to_string(&file)?;
        let mut filled = String::new();
        for (index, line) in page.lines().enumerate() {
            match line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(" -->")) {
                None => filled += line,
                Some(what) => match made(kit, what) {
                    Ok(text) => filled += &text,
                    Err(why) => failures.push(format!("docs/src/{name}:{}: {why:#}", index + 1)),
                },
            }
            filled.push('\n');
        }
        fs::write(file, filled)?;
    }
    ensure!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}

fn made(kit: &Kit, what: &str) -> Result<String> {
    match what {
        "knobs" => knobs::reference(kit),
        "commands" => commands::reference(kit),
        "forms" => forms::table(),
        "json" => json::reference(kit),
        "gallery" => gallery::page(kit),
        "mplfinance" => keywords::table(kit, "KEYWORDS"),
        "mplfinance addplot" => keywords::table(kit, "ADDPLOT_KEYWORDS"),
        "geometry" => schemas::reference(kit, "crates/cache/schema/geometry.json"),
        "dataset" => schemas::reference(kit, "crates/dataset/schema/dataset.json"),
        _ => bail!("nothing is named {what:?} that could be made here"),
    }
}

/// Pictures that a page's blocks have left in its folder, not below it, go to `made/PAGE`.
fn pictures(kit: &Kit, page: &str) -> Result<()> {
    let (from, to) = (kit.folder().join("run").join(page), kit.pages().join("made").join(page));
    if !from.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(&from).with_context(|| from.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "png") {
            fs::create_dir_all(&to)?;
            fs::copy(&path, to.join(path.file_name().unwrap_or_default()))?;
        }
    }
    Ok(())
}
