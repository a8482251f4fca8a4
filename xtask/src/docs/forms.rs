//! The files that `import` is tried with, from the table of its test.

use std::{collections::BTreeMap, fs};

use anyhow::{Result, ensure};

use crate::process::root;

const TABLE: &str = "native-cli/tests/cli/import/forms.rs";

/// A table of them by their folders, which are named by where such files come from.
pub fn table() -> Result<String> {
    let source = fs::read_to_string(root().join(TABLE))?;
    let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in source.lines().filter_map(|line| line.trim().strip_prefix("form(\"")) {
        let mut texts = line.split('"');
        let (file, flags) = (texts.next().unwrap_or_default(), texts.nth(1).unwrap_or_default());
        ensure!(
            root().join("native-cli/tests/forms").join(file).is_file(),
            "{TABLE}: there is no file {file}"
        );
        let Some((folder, name)) = file.split_once('/') else { continue };
        let flags = if flags.is_empty() { String::new() } else { format!(" with `{flags}`") };
        folders.entry(folder.to_owned()).or_default().push(format!("`{name}`{flags}"));
    }
    ensure!(folders.len() > 10, "{TABLE} reads otherwise than it did");
    let rows = folders.iter().map(|(folder, files)| format!("| {folder} | {} |\n", files.join("<br>")));
    Ok(format!("| from | files, and the flags that they need |\n| --- | --- |\n{}", rows.collect::<String>()))
}
