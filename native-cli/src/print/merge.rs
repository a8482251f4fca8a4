//! What `merge` prints: what became of each shard, which overlap, and which are missing.

use std::path::Path;

use cache::{MergeCounts, MergeSummary, Outcome, short};
use candles::text::shown;
use serde::Serialize;

use super::{MOST_SHOWN, place};
use crate::{
    advice::{self, Context},
    console::Console,
};

/// A line of `--format json`. Field names are stable.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    /// Two indexes of one shard; their rows are the same, or the merge would fail.
    Overlap { shard: &'a str, indexes: [String; 2] },
    Unfinished { shard: &'a str, index: String },
    Shard { shard: &'a str, index: String, rows: u64, new: u64, faulty: u64 },
    /// A picture that is not what its row says; a thousand are told of each shard, at most.
    Faulty { shard: &'a str, index: String, path: &'a str, reason: &'a str },
    /// An index that could not be merged, or not all of it.
    LeftOut { reason: String },
    Summary {
        plan: &'a str,
        /// Those that are in.
        shards: String,
        /// Those that are not; null where all are in.
        missing_shards: Option<String>,
        ok: u64,
        corrupt: u64,
        stale: u64,
        missing: u64,
        index: String,
        root: String,
        interrupted: bool,
    },
}

/// Prints what a merge has done.
pub fn print(console: &mut Console, into: &Path, summary: &MergeSummary) {
    for overlap in &summary.overlaps {
        let [first, second] = &overlap.indexes;
        if console.is_json() {
            let indexes = [place(first), place(second)];
            console.print_json(&Line::Overlap { shard: &overlap.shard, indexes });
        } else {
            let (shard, first, second) = (&overlap.shard, first.display(), second.display());
            console.warn(&format!("shard {shard} is in {first} and in {second}"));
        }
    }
    for (file, outcome) in &summary.outcomes {
        match outcome {
            Outcome::LeftOut(error) => {
                let reason = advice::cache(error, &Context::MergeFrom);
                if console.is_json() {
                    console.print_json(&Line::LeftOut { reason });
                } else {
                    console.complain(&format!("{reason}; it was left out"));
                }
            }
            Outcome::Unfinished(shard) if console.is_json() => {
                console.print_json(&Line::Unfinished { shard, index: place(file) });
            }
            Outcome::Unfinished(shard) => console.complain(&format!(
                "{}: shard {shard} is not finished, and was left out; run the `render --shard {shard}` that made it again",
                file.display()
            )),
            Outcome::Merged { shard, counts } => merged(console, into, file, shard, counts),
        }
    }
    if summary.failure.is_none() {
        total(console, into, summary);
    }
}

fn merged(console: &mut Console, into: &Path, file: &Path, shard: &str, counts: &MergeCounts) {
    let &MergeCounts { rows, new, faulty, ref named } = counts;
    if console.is_json() {
        for (path, reason) in named {
            console.print_json(&Line::Faulty { shard, index: place(file), path, reason });
        }
        console.print_json(&Line::Shard { shard, index: place(file), rows, new, faulty });
        return;
    }
    if faulty > 0 {
        console.complain(&format!(
            "{}: {faulty} pictures are absent or not what their rows say; run `render --shard` of {shard} and merge \
             again, or mend them by `image-cache repair --index {}`:",
            file.display(),
            into.display()
        ));
        for (path, reason) in named.iter().take(MOST_SHOWN) {
            console.complain(&format!("  {}: {reason}", shown(path)));
        }
        if faulty > MOST_SHOWN as u64 {
            console.complain(&format!("  and {} more", faulty - MOST_SHOWN as u64));
        }
    }
    if !console.is_quiet() {
        console.print(&format!("Shard {shard}: {rows} rows, {new} new"));
    }
}

fn total(console: &mut Console, into: &Path, summary: &MergeSummary) {
    let MergeSummary { plan, shards, statuses, root, cancelled, .. } = summary;
    let count = |status: &str| statuses.get(status).copied().unwrap_or(0);
    let [ok, corrupt, stale, missing] = ["ok", "corrupt", "stale", "missing"].map(count);
    let is_complete = shards.is_complete();
    if console.is_json() {
        console.print_json(&Line::Summary {
            plan,
            shards: shards.to_string(),
            missing_shards: (!is_complete).then(|| shards.missing().to_string()),
            ok,
            corrupt,
            stale,
            missing,
            index: place(into),
            root: root.to_string(),
            interrupted: *cancelled,
        });
        return;
    }
    if !is_complete && !cancelled {
        console.warn(&format!("shards that are not in yet: {}", shards.missing()));
    }
    if !console.is_quiet() {
        console.print(&format!(
            "Total: {ok} ok, {corrupt} corrupt, {stale} stale, {missing} missing; shards {shards} of plan {}",
            short(plan)
        ));
        if *cancelled {
            console.print("Interrupted: the same command goes on from here.");
        }
        console.print(&format!("Pictures: {root}"));
        console.print(&format!("Index: {}", into.display()));
    }
}
