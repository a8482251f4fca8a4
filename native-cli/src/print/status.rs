//! `status`: what the index says of each series, without a look at any picture.

use cache::{StatusEntry, StatusSummary};
use candles::{format_utc, text::shown};
use comfy_table::{CellAlignment, Table, presets::NOTHING};
use serde::Serialize;
use store::Root;

use super::{bytes, name, place};
use crate::{config::Base, console::Console};

/// A line of `--format json`. Field names are stable.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Series {
        symbol: &'a str,
        interval: &'a str,
        width_px: Option<u32>,
        height_px: Option<u32>,
        window_len: Option<u32>,
        spec_tag: Option<&'a str>,
        first_end: Option<String>,
        last_end: Option<String>,
        entries: u64,
        ok: u64,
        corrupt: u64,
        stale: u64,
        missing: u64,
        /// Missing for lack of a candle at their end.
        gaps: u64,
        /// Ends of the source without an entry; null where the source cannot be read.
        not_rendered: Option<u64>,
        /// `ok` of all that can be made, 0 to 1.
        done: Option<f64>,
        bytes: u64,
        last_run: Option<&'a str>,
    },
    Summary {
        entries: u64,
        ok: u64,
        corrupt: u64,
        stale: u64,
        missing: u64,
        not_rendered: Option<u64>,
        done: Option<f64>,
        bytes: u64,
        index: String,
        root: String,
        last_verify: Option<&'a str>,
        last_repair: Option<&'a str>,
        in_use_by: Option<&'a str>,
        /// Which shards the index holds, such as 3/8 or, merged, 0-2,5/8; null where it is of the whole.
        shard: Option<&'a str>,
        /// The hash of the plan that its shards are of.
        plan: Option<&'a str>,
        /// Whether a shard has all its rows.
        finished: Option<bool>,
    },
}

/// Prints what the index holds.
pub fn print(console: &mut Console, base: &Base, root: &Root, summary: &StatusSummary) {
    let StatusSummary { entries, total, last_verify, last_repair, in_use_by, shards } = summary;
    let counts = &total.counts;
    if console.is_json() {
        entries.iter().for_each(|entry| console.print_json(&line(entry)));
        console.print_json(&Line::Summary {
            entries: counts.all,
            ok: counts.ok,
            corrupt: counts.corrupt,
            stale: counts.stale,
            missing: counts.missing,
            not_rendered: total.not_rendered,
            done: total.done(),
            bytes: counts.bytes,
            index: place(&base.index),
            root: root.to_string(),
            last_verify: last_verify.as_deref(),
            last_repair: last_repair.as_deref(),
            in_use_by: in_use_by.as_deref(),
            finished: shards.own_shard().map(|_| shards.finished.is_some()),
            shard: shards.shard.as_deref(),
            plan: shards.plan.as_deref(),
        });
        return;
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
pub fn lines(summary: &StatusSummary) -> Vec<serde_json::Value> {
    // Text and numbers always serialise.
    summary.entries.iter().map(|entry| serde_json::to_value(line(entry)).unwrap_or_default()).collect()
}

fn line(entry: &StatusEntry) -> Line<'_> {
    let StatusEntry { symbol, interval, group, counts, not_rendered } = entry;
    Line::Series {
        symbol,
        interval,
        width_px: group.as_ref().map(|group| group.width),
        height_px: group.as_ref().map(|group| group.height),
        window_len: group.as_ref().map(|group| group.window),
        spec_tag: group.as_ref().map(|group| group.tag.as_str()),
        first_end: counts.first_end.map(format_utc),
        last_end: counts.last_end.map(format_utc),
        entries: counts.all,
        ok: counts.ok,
        corrupt: counts.corrupt,
        stale: counts.stale,
        missing: counts.missing,
        gaps: counts.gaps,
        not_rendered: *not_rendered,
        done: entry.done(),
        bytes: counts.bytes,
        last_run: counts.last_run.as_deref(),
    }
}

fn print_table(console: &mut Console, entries: &[StatusEntry], total: &StatusEntry) {
    const HEADS: [&str; 13] = [
        "SERIES", "SPEC", "FIRST END", "LAST END", "OK", "CORRUPT", "STALE", "MISSING", "GAPS", "TO DO", "DONE",
        "BYTES", "LAST RUN",
    ];
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
            counts.gaps.to_string(),
            entry.not_rendered.map_or_else(|| "?".to_owned(), |count| count.to_string()),
            entry.done().map_or_else(|| "-".to_owned(), percent),
            bytes(counts.bytes),
            counts.last_run.as_deref().map_or_else(|| "-".to_owned(), shown),
        ]
    };
    let mut table = Table::new();
    table.load_preset(NOTHING).set_header(HEADS);
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
