//! Commands that mend what was found, as one would type them.

use cache::{OwnFiles, PictureCache, SeriesFile};
use market::Source;
use readers::ReadOptions;

use crate::config::Base;

/// The flags that lead another command to the same source, root and index.
pub fn base_command(base: &Base, cache: &PictureCache<'_>) -> String {
    let mut flags = String::new();
    let mut index = "image_cache.sqlite".to_owned();
    match &base.source {
        Source::Sample => {
            flags += " --sample";
            index = format!("sample/{index}");
        }
        Source::Database(db) if db.as_os_str() != "market.sqlite" => {
            flags += &format!(" --db {}", quoted(&db.to_string_lossy()));
        }
        Source::Database(_) => {}
    }
    if let Some(calendar) = base.calendar {
        flags += &format!(" --calendar {}", calendar.name());
    }
    // Where an index knows its root, that is the usual one.
    let usual = || base.usual_root.display().to_string();
    let root = cache.known_root().ok().flatten().map_or_else(usual, |known| known.to_string());
    for (flag, place, usual) in
        [("root", cache.root.to_string(), root), ("index", base.index.display().to_string(), index)]
    {
        if place != usual {
            flags += &format!(" --{flag} {}", quoted(&place));
        }
    }
    flags
}

/// The flags that give another command the same series and marks, unless the configuration file does.
pub fn own_flags(own: &OwnFiles) -> String {
    let mut flags = String::new();
    for SeriesFile { drawing, path, .. } in own.series.iter().filter(|file| !file.may_be_idle) {
        flags += &format!(" --series {}", quoted(&format!("{drawing}={}", path.display())));
    }
    for path in own.marks.iter().filter(|_| !own.marks_may_be_idle) {
        flags += &format!(" --marks {}", quoted(&path.to_string_lossy()));
    }
    if own.exact && !own.series.is_empty() {
        flags += " --series-times exact";
    }
    if !flags.is_empty() {
        flags += &written_flags(&own.read);
    }
    flags
}

/// The flags that say how times and numbers are written.
fn written_flags(read: &ReadOptions) -> String {
    let ReadOptions { time_zone, unit, date_order, decimal, thousands, .. } = read;
    let given = [
        ("time-zone", time_zone.as_ref().map(|zone| zone.name().to_owned())),
        ("time-format", unit.map(|unit| unit.name().to_owned())),
        ("date-order", date_order.map(|order| order.name().to_owned())),
        ("decimal", decimal.map(String::from)),
        ("thousands", thousands.map(String::from)),
    ];
    let flag = |(flag, value): (&str, Option<String>)| Some(format!(" --{flag} {}", quoted(&value?)));
    given.into_iter().filter_map(flag).collect()
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    // Fails only for a NUL, which no path or URL has.
    shlex::try_quote(word).map_or_else(|_| word.to_owned(), std::borrow::Cow::into_owned)
}
