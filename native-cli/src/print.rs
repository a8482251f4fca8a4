//! What commands print: progress and what goes wrong while they run, results at the end, as text or JSON.

pub mod audit;
pub mod dataset;
pub mod import;
pub mod mend;
pub mod merge;
pub mod plan;
pub mod render;
pub mod status;

use std::path::Path;

use cache::Note;
use candles::text::shown;

/// Findings of one kind that a text lists, unless all are asked for; a whole folder may be gone.
const MOST_SHOWN: usize = 10;

/// A series as texts name it.
fn name(symbol: &str, interval: &str) -> String {
    format!("{} {}", shown(symbol), shown(interval))
}

/// A path as JSON has it.
fn place(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A number of bytes as people read it.
fn bytes(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}

/// Seconds with as many digits as mean something.
fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// What a run has to say besides its results; `true` where it is an error.
fn note(note: &Note) -> (String, bool) {
    let text = match note {
        Note::OtherRoot { index, known, root } => {
            format!("{index} says that its pictures are in {known}; they are looked for in {root}")
        }
        Note::InUse { holder } => format!(
            "another image-cache ({holder}) writes to this index; orphans are not looked for"
        ),
        Note::OrphansOfShards => {
            "orphans are not looked for: this index is one shard of several, which may own them".to_owned()
        }
        Note::OrphansKept(why) => format!("orphans are not deleted: {why}"),
        Note::NotFinishedAnyMore => {
            "candles have changed since this shard was rendered, so it is not finished any more, and merge leaves \
             it out: run `render --shard` again, and if that says that its plan is another, render all shards anew"
                .to_owned()
        }
        Note::OtherRows { shard } => {
            let text = format!(
                "shard {shard} is not finished, as its index has other rows than the plan; move that away, and render it again"
            );
            return (text, true);
        }
        Note::Rebuilt { pictures, rows, kept } => {
            let kept = kept.as_ref().map_or_else(String::new, |kept| format!("; the old one is {kept}"));
            format!(
                "the index was made again, from {pictures} pictures and {rows} rows that could still be read{kept}"
            )
        }
        Note::NoSuchSeries { pictures, symbol, interval } => format!(
            "{pictures} pictures of {} are not looked at: the source has no such series",
            name(symbol, interval)
        ),
        Note::NoSpec { pictures, symbol, interval, tag } => format!(
            "{pictures} pictures of {} with the tag {tag:?} are not looked at: nothing says what their spec is; run \
             again with its flags",
            name(symbol, interval)
        ),
        Note::SeriesLeftOut(why) => return (format!("a series is left out: {why}"), true),
    };
    (text, false)
}
