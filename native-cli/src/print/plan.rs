//! `plan`: says what a run would make, and what each shard of it would.

use cache::{Outlook, Piece, Plan, Planned, Shard};
use candles::format_utc;
use serde_json::{Value, json};

use super::{bytes, joined, name, place, refused};
use crate::{advice::settle_hint, config::PlanSettings, console::Console, interrupt::Interrupt};

/// Prints what a run would make.
pub fn print(console: &mut Console, plan: &Plan, settings: &PlanSettings, interrupt: &Interrupt) {
    for Planned { listed, outlook } in &plan.series {
        let (symbol, interval) = (&listed.symbol, &listed.interval);
        let outlook = match outlook {
            Ok(outlook) => outlook,
            Err(error) => {
                refused(console, symbol, interval, &error.to_string());
                continue;
            }
        };
        let [first, last] = [outlook.first_end, outlook.last_end].map(|end| end.map(format_utc));
        if console.is_json() {
            let calendar = listed.series.as_ref().ok().map(|series| series.calendar.name());
            let fields = json!({
                "symbol": symbol, "interval": interval, "calendar": calendar,
                "first_end": first, "last_end": last,
            });
            console.print_json("series", &joined(fields, counts(outlook.ends(), |of| of(outlook))));
        } else {
            let span = first.zip(last).map(|(first, last)| format!("{first} to {last}"));
            let span = span.unwrap_or_else(|| "no ends".to_owned());
            let counts = counts_text(outlook.ends(), |of| of(outlook));
            say(console, &format!("{}: {span}, {counts}", name(symbol, interval)));
        }
    }
    for (shard, pieces) in settings.shards.into_iter().flat_map(|of| plan.shards(of)) {
        if console.is_broken() || interrupt.is_set() {
            return;
        }
        if console.is_json() {
            let fields = json!({
                "shard": shard.to_string(),
                "index": place(&shard.file_name(&settings.base.index)),
                "ends": pieces.iter().map(|piece| piece.ends).sum::<u64>(),
                "ranges": pieces.iter().filter_map(range).collect::<Vec<_>>(),
            });
            console.print_json("shard", &fields);
        } else {
            say(console, &format!("Shard {shard}: {}", shard_text(shard, &pieces)));
        }
    }
    let (selection, sum) = (&plan.selection, |of| sum(plan, of));
    if console.is_json() {
        let fields = json!({
            "plan": plan.hash.to_string(),
            "spec": selection.spec,
            "spec_tag": settings.spec.tag(),
            "style_version": selection.style_version,
            "symbols": selection.symbols,
            "intervals": selection.intervals,
            "start": selection.start,
            "end": selection.end,
            "stride": selection.stride,
            // What all series have instead of their own.
            "calendar": selection.calendar,
            "max_gap": selection.max_gap,
            "series": plan.series.len(),
            "refused": plan.refused(),
            // When the clock makes it another plan, and the end that settles that.
            "changes_at": plan.change.map(|change| format_utc(change.at)),
            "settled_end": plan.change.map(|change| format_utc(change.settled)),
        });
        return console.print_json("summary", &joined(fields, counts(selection.ends, sum)));
    }
    say(console, &format!("Total: {}", counts_text(selection.ends, sum)));
    say(console, &format!("Spec: {} {}", settings.spec.hash(), settings.spec.tag()));
    say(console, &format!("Plan: {}", plan.hash));
    if let Some(change) = &plan.change {
        console.warn(&settle_hint(change));
    }
}

/// What a shard makes of a series.
fn range(Piece { listed, span, ends, .. }: &Piece) -> Option<Value> {
    let (first, last) = (*span)?;
    Some(json!({
        "symbol": listed.symbol,
        "interval": listed.interval,
        "first_end": format_utc(first),
        "last_end": format_utc(last),
        "ends": ends,
    }))
}

fn sum(plan: &Plan, of: fn(&Outlook) -> u64) -> u64 {
    plan.series.iter().filter_map(|planned| planned.outlook.as_ref().ok()).map(of).sum()
}

/// What comes of the ends of a series, or of all of them.
fn counts(ends: u64, sum: impl Fn(fn(&Outlook) -> u64) -> u64) -> Value {
    json!({
        "ends": ends,
        "makeable": sum(|outlook| outlook.makeable),
        "missing": sum(Outlook::missing),
        // Ends that no file name can show.
        "refused_ends": sum(|outlook| outlook.strays),
        "estimated_bytes": sum(|outlook| outlook.bytes),
    })
}

/// The counts as a text.
fn counts_text(ends: u64, sum: impl Fn(fn(&Outlook) -> u64) -> u64) -> String {
    let refused = match sum(|outlook| outlook.strays) {
        0 => String::new(),
        ends => format!(", {ends} refused"),
    };
    let (pictures, bytes) = (sum(|outlook| outlook.makeable), bytes(sum(|outlook| outlook.bytes)));
    format!("{ends} ends: {pictures} pictures (about {bytes}), {} missing{refused}", sum(Outlook::missing))
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
    console.print_lines(&[line.trim_end().to_owned()]);
}
