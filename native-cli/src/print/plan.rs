//! `plan`: says what a run would make, and what each shard of it would.

use cache::{Outlook, Piece, Plan, Planned, Shard};
use candles::format_utc;
use render_core::STYLE_VERSION;
use serde::Serialize;

use super::{bytes, name, place};
use crate::{advice::settle_hint, config::PlanSettings, console::Console, interrupt::Interrupt};

/// A line of `--format json`. Field names are stable.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Series {
        symbol: &'a str,
        interval: &'a str,
        first_end: Option<String>,
        last_end: Option<String>,
        ends: u64,
        makeable: u64,
        missing: u64,
        /// Ends that no file name can show.
        refused_ends: u64,
        estimated_bytes: u64,
    },
    Refused {
        symbol: &'a str,
        interval: &'a str,
        reason: String,
    },
    Shard {
        shard: String,
        index: String,
        ends: u64,
        ranges: Vec<Range<'a>>,
    },
    Summary {
        plan: String,
        spec: String,
        spec_tag: &'a str,
        style_version: u32,
        symbols: &'a [String],
        intervals: &'a [String],
        start: Option<&'a str>,
        end: Option<&'a str>,
        stride: u32,
        series: usize,
        refused: usize,
        ends: u64,
        makeable: u64,
        missing: u64,
        /// Ends that no file name can show.
        refused_ends: u64,
        estimated_bytes: u64,
        /// When the clock makes it another plan; null where it cannot.
        changes_at: Option<String>,
        /// What settles that: an end for `--end`.
        settled_end: Option<String>,
    },
}

/// What a shard makes of one series.
#[derive(Serialize)]
struct Range<'a> {
    symbol: &'a str,
    interval: &'a str,
    first_end: String,
    last_end: String,
    ends: u64,
}

/// Prints what a run would make.
pub fn print(console: &mut Console, plan: &Plan, settings: &PlanSettings, interrupt: &Interrupt) {
    if console.is_json() {
        print_json(console, plan, settings, interrupt);
    } else {
        print_text(console, plan, settings, interrupt);
    }
}

fn sum(plan: &Plan, of: impl Fn(&Outlook) -> u64) -> u64 {
    plan.series.iter().filter_map(|planned| planned.outlook.as_ref().ok()).map(of).sum()
}

fn print_json(console: &mut Console, plan: &Plan, settings: &PlanSettings, interrupt: &Interrupt) {
    for Planned { listed, outlook } in &plan.series {
        let (symbol, interval) = (listed.symbol.as_str(), listed.interval.as_str());
        console.print_json(&match outlook {
            Err(error) => Line::Refused { symbol, interval, reason: error.to_string() },
            Ok(outlook) => Line::Series {
                symbol,
                interval,
                first_end: outlook.first_end.map(format_utc),
                last_end: outlook.last_end.map(format_utc),
                ends: outlook.ends(),
                makeable: outlook.makeable,
                missing: outlook.missing(),
                refused_ends: outlook.strays,
                estimated_bytes: outlook.bytes,
            },
        });
    }
    for (shard, pieces) in settings.shards.into_iter().flat_map(|of| plan.shards(of)) {
        if console.is_broken() || interrupt.is_set() {
            return;
        }
        let ranges = pieces.iter().filter_map(|Piece { listed, span, ends, .. }| {
            let (first, last) = (*span)?;
            let (symbol, interval) = (listed.symbol.as_str(), listed.interval.as_str());
            Some(Range {
                symbol,
                interval,
                first_end: format_utc(first),
                last_end: format_utc(last),
                ends: *ends,
            })
        });
        console.print_json(&Line::Shard {
            shard: shard.to_string(),
            index: place(&shard.file_name(&settings.base.index)),
            ends: pieces.iter().map(|piece| piece.ends).sum(),
            ranges: ranges.collect(),
        });
    }
    let selection = &plan.selection;
    console.print_json(&Line::Summary {
        plan: plan.hash.to_string(),
        spec: selection.spec.clone(),
        spec_tag: settings.spec.tag(),
        style_version: STYLE_VERSION,
        symbols: &selection.symbols,
        intervals: &selection.intervals,
        start: selection.start.as_deref(),
        end: selection.end.as_deref(),
        stride: selection.stride,
        series: plan.series.len(),
        refused: plan.refused(),
        ends: selection.ends,
        makeable: sum(plan, |outlook| outlook.makeable),
        missing: sum(plan, Outlook::missing),
        refused_ends: sum(plan, |outlook| outlook.strays),
        estimated_bytes: sum(plan, |outlook| outlook.bytes),
        changes_at: plan.change.map(|change| format_utc(change.at)),
        settled_end: plan.change.map(|change| format_utc(change.settled)),
    });
}

fn print_text(console: &mut Console, plan: &Plan, settings: &PlanSettings, interrupt: &Interrupt) {
    for Planned { listed, outlook } in &plan.series {
        let name = name(&listed.symbol, &listed.interval);
        match outlook {
            Err(error) => {
                console.complain(&format!("series {name} refused: {error}"));
            }
            Ok(outlook) => {
                let span = match (outlook.first_end, outlook.last_end) {
                    (Some(first), Some(last)) => format!("{} to {}", format_utc(first), format_utc(last)),
                    _ => "no ends".to_owned(),
                };
                let refused = refused(outlook.strays);
                let line = format!(
                    "{name}: {span}, {} ends: {} pictures (about {}), {} missing{refused}",
                    outlook.ends(),
                    outlook.makeable,
                    bytes(outlook.bytes),
                    outlook.missing()
                );
                say(console, &line);
            }
        }
    }
    for (shard, pieces) in settings.shards.into_iter().flat_map(|of| plan.shards(of)) {
        if console.is_broken() || interrupt.is_set() {
            return;
        }
        let line = format!("Shard {shard}: {}", shard_text(shard, &pieces));
        say(console, &line);
    }
    let line = format!(
        "Total: {} ends: {} pictures (about {}), {} missing{}",
        plan.selection.ends,
        sum(plan, |outlook| outlook.makeable),
        bytes(sum(plan, |outlook| outlook.bytes)),
        sum(plan, Outlook::missing),
        refused(sum(plan, |outlook| outlook.strays))
    );
    say(console, &line);
    say(console, &format!("Spec: {} {}", settings.spec.hash(), settings.spec.tag()));
    say(console, &format!("Plan: {}", plan.hash));
    if let Some(change) = &plan.change {
        console.warn(&settle_hint(change));
    }
}

fn refused(ends: u64) -> String {
    if ends == 0 { String::new() } else { format!(", {ends} refused") }
}

fn shard_text(shard: Shard, pieces: &[Piece]) -> String {
    let ends: u64 = pieces.iter().map(|piece| piece.ends).sum();
    let ranges: Vec<String> = pieces
        .iter()
        .map(|Piece { listed, span, .. }| {
            let name = name(&listed.symbol, &listed.interval);
            match span {
                None => format!("{name} (refused)"),
                Some((first, last)) => format!("{name} {} to {}", format_utc(*first), format_utc(*last)),
            }
        })
        .collect();
    let of = shard.of;
    match ranges.is_empty() {
        true => format!("nothing: there are fewer ends than {of}"),
        false => format!("{ends} ends: {}", ranges.join(", ")),
    }
}

fn say(console: &mut Console, line: &str) {
    if !console.is_quiet() {
        console.print(line.trim_end());
    }
}
