//! What `merge` prints: what became of each shard, which overlap, and which are missing.

use std::path::Path;

use cache::{MergeCounts, MergeSummary, Outcome, Overlap, short};
use candles::text::shown;
use serde_json::json;

use super::{MOST_SHOWN, place};
use crate::{
    advice::{self, Context},
    console::Console,
};

/// Prints what a merge has done.
pub fn print(console: &mut Console, into: &Path, summary: &MergeSummary) {
    for Overlap { shard, indexes: [first, second] } in &summary.overlaps {
        if console.is_json() {
            // Their rows are the same, or the merge would fail.
            let fields = json!({"shard": shard, "indexes": [place(first), place(second)]});
            console.print_json("overlap", &fields);
        } else {
            let (first, second) = (first.display(), second.display());
            console.warn(&format!("shard {shard} is in {first} and in {second}"));
        }
    }
    for (file, outcome) in &summary.outcomes {
        match outcome {
            Outcome::LeftOut(error) => {
                let reason = advice::cache(error, &Context::MergeFrom);
                if console.is_json() {
                    console.print_json("left_out", &json!({"reason": reason}));
                } else {
                    console.complain(&format!("{reason}; it was left out"));
                }
            }
            Outcome::Unfinished(shard) if console.is_json() => {
                console.print_json("unfinished", &json!({"shard": shard, "index": place(file)}));
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
        let index = place(file);
        for (path, reason) in named {
            let fields = json!({"shard": shard, "index": index, "path": path, "reason": reason});
            console.print_json("faulty", &fields);
        }
        let fields = json!({"shard": shard, "index": index, "rows": rows, "new": new, "faulty": faulty});
        return console.print_json("shard", &fields);
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
    console.print_lines(&[format!("Shard {shard}: {rows} rows, {new} new")]);
}

fn total(console: &mut Console, into: &Path, summary: &MergeSummary) {
    let MergeSummary { plan, shards, statuses, root, cancelled, .. } = summary;
    let count = |status: &str| statuses.get(status).copied().unwrap_or(0);
    let [ok, corrupt, stale, missing] = ["ok", "corrupt", "stale", "missing"].map(count);
    let is_complete = shards.is_complete();
    if console.is_json() {
        let fields = json!({
            "plan": plan,
            "shards": shards.to_string(),
            "missing_shards": (!is_complete).then(|| shards.missing().to_string()),
            "ok": ok,
            "corrupt": corrupt,
            "stale": stale,
            "missing": missing,
            "index": place(into),
            "root": root.to_string(),
            "interrupted": cancelled,
        });
        return console.print_json("summary", &fields);
    }
    if !is_complete && !cancelled {
        console.warn(&format!("shards that are not in yet: {}", shards.missing()));
    }
    let mut lines = vec![format!(
        "Total: {ok} ok, {corrupt} corrupt, {stale} stale, {missing} missing; shards {shards} of plan {}",
        short(plan)
    )];
    lines.extend(cancelled.then(|| "Interrupted: the same command goes on from here.".to_owned()));
    lines.extend([format!("Pictures: {root}"), format!("Index: {}", into.display())]);
    console.print_lines(&lines);
}
