//! `status`: what the index says of each series, without a look at any picture.

use cache::{StatusEntry, StatusSummary};
use candles::{format_utc, text::shown};
use comfy_table::{CellAlignment, Table, presets::NOTHING};
use serde_json::{Value, json};
use store::Root;

use super::{bytes, joined, name, place};
use crate::{config::Base, console::Console};

/// Prints what the index holds.
pub fn print(console: &mut Console, base: &Base, root: &Root, summary: &StatusSummary) {
    let StatusSummary { entries, total, last_verify, last_repair, in_use_by, shards } = summary;
    if console.is_json() {
        entries.iter().for_each(|entry| console.print_json("series", &line(entry)));
        let fields = json!({
            "index": place(&base.index),
            "root": root.to_string(),
            "last_verify": last_verify,
            "last_repair": last_repair,
            "in_use_by": in_use_by,
            // Which shards the index holds, such as 3/8 or, merged, 0-2,5/8; null where it is of the whole.
            "shard": shards.shard,
            // The hash of the plan that its shards are of.
            "plan": shards.plan,
            // Whether a shard has all its rows.
            "finished": shards.own_shard().map(|_| shards.finished.is_some()),
        });
        return console.print_json("summary", &joined(counts(total), fields));
    }
    print_table(console, entries, total);
    let or_never = |at: &Option<String>| at.as_deref().map_or_else(|| "never".to_owned(), shown);
    console.print(&format!("Last verify: {}; last repair: {}", or_never(last_verify), or_never(last_repair)));
    if shards.shard.is_some() {
        let finished = match (shards.own_shard(), shards.finished) {
            (Some(_), None) => ", not finished",
            (Some(_), Some(_)) => ", finished",
            (None, _) => "",
        };
        console.print(&format!("This is {}{finished}", shards.name()));
    }
    if let Some(holder) = in_use_by {
        console.print(&format!("In use by another image-cache ({holder})"));
    }
}

/// The lines of `--format json`, without their sum.
#[cfg(feature = "serve")]
pub fn lines(summary: &StatusSummary) -> Vec<Value> {
    summary.entries.iter().map(|entry| joined(json!({"type": "series"}), line(entry))).collect()
}

/// What the index has of a series, or of everything.
fn counts(entry: &StatusEntry) -> Value {
    let counts = &entry.counts;
    json!({
        "entries": counts.all,
        "ok": counts.ok,
        "corrupt": counts.corrupt,
        "stale": counts.stale,
        "missing": counts.missing,
        // Ends of the source without an entry; null where the source cannot be read.
        "not_rendered": entry.not_rendered,
        // `ok` of all that can be made, 0 to 1.
        "done": entry.done(),
        "bytes": counts.bytes,
    })
}

fn line(entry: &StatusEntry) -> Value {
    let (group, rows) = (entry.group.as_ref(), &entry.counts);
    let fields = json!({
        "symbol": entry.symbol,
        "interval": entry.interval,
        "width_px": group.map(|group| group.width),
        "height_px": group.map(|group| group.height),
        "window_len": group.map(|group| group.window),
        "spec_tag": group.map(|group| &group.tag),
        "first_end": rows.first_end.map(format_utc),
        "last_end": rows.last_end.map(format_utc),
        // Missing for lack of a candle at their end.
        "at_gaps": rows.at_gaps,
        "last_run": rows.last_run,
    });
    joined(fields, counts(entry))
}

fn print_table(console: &mut Console, entries: &[StatusEntry], total: &StatusEntry) {
    let cells = |entry: &StatusEntry, name: String| -> [String; 13] {
        let counts = &entry.counts;
        let time = |end: Option<i64>| end.map_or_else(|| "-".to_owned(), format_utc);
        [
            name,
            entry.group.as_ref().map_or_else(String::new, |group| shown(&group.label())),
            time(counts.first_end),
            time(counts.last_end),
            counts.ok.to_string(),
            counts.corrupt.to_string(),
            counts.stale.to_string(),
            counts.missing.to_string(),
            counts.at_gaps.to_string(),
            entry.not_rendered.map_or_else(|| "?".to_owned(), |count| count.to_string()),
            entry.done().map_or_else(|| "-".to_owned(), percent),
            bytes(counts.bytes),
            counts.last_run.as_deref().map_or_else(|| "-".to_owned(), shown),
        ]
    };
    let mut table = Table::new();
    let heads = "SERIES,SPEC,FIRST END,LAST END,OK,CORRUPT,STALE,MISSING,AT GAPS,TO DO,DONE,BYTES,LAST RUN";
    table.load_preset(NOTHING).set_header(heads.split(','));
    table.add_rows(entries.iter().map(|entry| cells(entry, name(&entry.symbol, &entry.interval))));
    table.add_row(cells(total, "Total".to_owned()));
    for (number, column) in table.column_iter_mut().enumerate() {
        // Columns are two blanks apart; names and times stand to the left, numbers to the right.
        column.set_padding((0, 2));
        if (4..12).contains(&number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for line in table.lines() {
        console.print(line.trim_end());
    }
}

/// Never 100 before all is done.
fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).floor();
    if share >= 1.0 { "100%".to_owned() } else { format!("{:.1}%", tenths / 10.0) }
}
