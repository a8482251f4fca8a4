//! Commands that mend what was found, as one would type them.

use market::Source;

use crate::{claim, config::Base};

/// The flags that lead another command to the same source, root and index.
pub fn base_command(base: &Base) -> String {
    let mut flags = String::new();
    let (mut root, mut index) = ("image-cache".to_owned(), "image_cache.sqlite".to_owned());
    match &base.source {
        Source::Sample => {
            flags += " --sample";
            (root, index) = (format!("sample/{root}"), format!("sample/{index}"));
        }
        Source::Database(db) if db.as_os_str() != "market.sqlite" => {
            flags += &format!(" --db {}", quoted(&db.to_string_lossy()));
        }
        Source::Database(_) => {}
    }
    // Where an index knows its root, that is the usual one.
    if let Ok(Some(known)) = claim::root_of(&base.index) {
        root = known.to_string();
    }
    for (flag, place, usual) in
        [("root", base.root.to_string(), root), ("index", base.index.display().to_string(), index)]
    {
        if place != usual {
            flags += &format!(" --{flag} {}", quoted(&place));
        }
    }
    flags
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
