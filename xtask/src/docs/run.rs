//! Runs every block of every page, page by page in an empty folder.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};

use super::{
    Kit,
    blocks::{self, Block},
    python::Session,
};
use crate::process::root;

/// Runs all blocks, and says of each that fails or prints something else on which line of which page it stands. With
/// `update`, what is printed now is put into the pages.
pub fn run_all(kit: &Kit, update: bool) -> Result<()> {
    let mut failures = Vec::new();
    for name in names(&root().join("docs/src"))? {
        let file = root().join("docs/src").join(&name);
        let page = fs::read_to_string(&file)?;
        let (mut count, mut ignored, mut changed) = (0, 0, BTreeMap::new());
        let folder = kit.empty(name.trim_end_matches(".md"))?;
        let mut session = None;
        for block in blocks::of_page(&page) {
            let is_run = matches!(block.language.as_str(), "sh" | "python");
            if !is_run || block.is_ignored {
                ignored += usize::from(is_run);
                continue;
            }
            count += 1;
            let at = format!("docs/src/{name}:{}", block.line);
            match run(kit, &folder, &mut session, &block, &at)? {
                Err(why) => failures.push(format!("{at}: the block fails\n{why}")),
                Ok(printed) => {
                    if let Some((line, said)) = &block.prints
                        && !blocks::is_as_said(said, &printed)
                    {
                        failures.push(format!(
                            "docs/src/{name}:{line}: the output is another one\n--- the page says\n{said}--- it is\n{printed}"
                        ));
                        changed.insert(*line, printed);
                    }
                }
            }
        }
        if count + ignored > 0 {
            println!("docs/src/{name}: {count} blocks ran, {ignored} are marked not to be");
        }
        if update && !changed.is_empty() {
            fs::write(file, replaced(&page, &changed))?;
        }
    }
    if !failures.is_empty() {
        bail!("{}", failures.join("\n"));
    }
    Ok(())
}

/// The pages of a folder, in the order of their names.
pub fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// What a block prints, or why it fails.
fn run(
    kit: &Kit,
    folder: &Path,
    session: &mut Option<Session>,
    block: &Block,
    at: &str,
) -> Result<Result<String, String>> {
    if block.language == "python" {
        let session = match session {
            Some(session) => session,
            None => session.insert(Session::start(kit, folder)?),
        };
        return session.run(block, at);
    }
    // Whoever writes may be done or not when `head` ends.
    if block.code.contains("| head") {
        return Ok(Err("what is piped into head fails now and then; take `sed -n 1p`".to_owned()));
    }
    // What goes to standard error belongs to what a reader sees.
    let mut shell = kit.command("bash", folder);
    shell.args(["-eu", "-o", "pipefail", "-c", &format!("exec 2>&1\n{}", block.code)]);
    let ran = shell.output().context("bash")?;
    let printed = String::from_utf8_lossy(&ran.stdout).into_owned();
    if ran.status.success() { Ok(Ok(printed)) } else { Ok(Err(format!("{printed}({})", ran.status))) }
}

/// A page with other outputs, by the lines of their fences.
fn replaced(page: &str, outputs: &BTreeMap<usize, String>) -> String {
    let mut text = String::new();
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        text += line;
        text.push('\n');
        if let Some(printed) = outputs.get(&(index + 1)) {
            text += printed.trim_end();
            text.push('\n');
            let fence =
                lines.by_ref().map(|(_, line)| line).find(|line| line.trim_start().starts_with("```"));
            text += fence.unwrap_or("```");
            text.push('\n');
        }
    }
    text
}
