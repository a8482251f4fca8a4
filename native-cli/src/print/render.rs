//! What `render` prints.

use cache::{Notice, RenderSummary, SeriesSummary, ShardSummary, short};
use candles::format_utc;
use market::Survey;
use serde_json::{Value, json};
use store::Root;

use super::{OfCommand, Printer, joined, name, place, total};
use crate::{
    advice,
    config::RenderSettings,
    console::{Console, rounded},
    interrupt::Interrupt,
};

/// A full disk fails every picture for one reason; nobody reads it a thousand times.
const MOST_SHOWN: u64 = 20;

/// What could not be made.
pub struct Failures<'a> {
    root: &'a Root,
    count: u64,
}

impl<'a> Printer<'a, Failures<'a>> {
    pub fn new(console: &'a mut Console, root: &'a Root) -> Self {
        console.follow("render");
        Self::start(console, Failures { root, count: 0 })
    }

    /// Prints the summary.
    pub fn finish(mut self, settings: &RenderSettings, summary: &RenderSummary, interrupt: &Interrupt) {
        let seconds = self.stop();
        let left = self.console.left().filter(|_| summary.cancelled && self.is_counted);
        let total = total(&summary.series);
        let rate = if settings.request.dry_run { 0.0 } else { total.rendered as f64 / seconds };
        let refused = summary.series.iter().filter(|series| series.refused.is_some()).count();
        let Self { console, command: Failures { root, .. }, .. } = self;
        let (request, shard) = (&settings.request, summary.shard.as_ref());
        if console.is_json() {
            for series in &summary.series {
                if let SeriesSummary { symbol, interval, survey: Some(survey), .. } = series {
                    let [first, last] = [survey.first_end, survey.last_end].map(|end| end.map(format_utc));
                    let fields = json!({
                        "symbol": symbol,
                        "interval": interval,
                        "candles": survey.candles,
                        "first_end": first,
                        "last_end": last,
                    });
                    console.print_json("series", &joined(fields, counts(series)));
                }
            }
            let geometry = request.geometry.as_deref().filter(|_| summary.geometry.is_some());
            let fields = json!({
                "series": summary.series.len(),
                "refused": refused,
                "seconds": rounded(seconds),
                "pictures_per_second": rate.round(),
                "root": root.to_string(),
                "index": place(&settings.base.index),
                "geometry": geometry.map(place),
                "first_picture": summary.first_picture,
                "dry_run": request.dry_run,
                "interrupted": summary.cancelled,
                // Ends that an interrupted run has left, as far as they were counted.
                "left": left,
                "shard": shard.map(|shard| shard.shard.to_string()),
                "plan": shard.and_then(|shard| shard.plan.as_deref()),
                "finished": shard.filter(|_| !request.dry_run).map(|shard| shard.finished),
            });
            return console.print_json("summary", &joined(counts(&total), fields));
        }
        let SeriesSummary { rendered, unchanged, missing, failed, across_gaps, dropped, .. } = total;
        if failed > MOST_SHOWN {
            console.complain(&format!("and {} more pictures", failed - MOST_SHOWN));
        }
        let did = if request.dry_run { "to render" } else { "rendered" };
        let mut lines: Vec<String> = summary.series.iter().filter_map(|series| text(series, did)).collect();
        let refused = if refused > 0 { format!(", {refused} series refused") } else { String::new() };
        let rate = if rate > 0.0 { format!(" ({rate:.0} pictures/s)") } else { String::new() };
        lines.push(format!(
            "Total: {rendered} {did}, {unchanged} unchanged, {missing} missing, {failed} failed{refused} in {seconds:.2} s{rate}"
        ));
        if across_gaps > 0 && request.max_gap.is_none() {
            lines.push(advice::across_gaps(across_gaps));
        }
        if dropped > 0 {
            lines.push(format!("Dropped: {dropped} missing, whose ends are none any more"));
        }
        let why = if interrupt.has_timed_out() { "Time is up" } else { "Interrupted" };
        if summary.cancelled && shard.is_some_and(|shard| shard.plan.is_none()) {
            lines.push(format!("{why} before the plan was ready: nothing was begun."));
        } else if summary.cancelled {
            let left = left.map_or_else(String::new, |left| format!(" about {left} ends are left;"));
            lines.push(format!(
                "{why}: everything above is in place;{left} the same command goes on from here."
            ));
        }
        if let Some(ShardSummary { shard, plan, finished }) = shard {
            let is_whole = summary.series.iter().all(|it| it.refused.is_none() && it.failed == 0);
            let finished = match finished {
                _ if request.dry_run => "",
                true if is_whole => "",
                true => ", finished; what was refused is refused in the plan as well",
                false => ", not finished",
            };
            let plan = plan.as_deref().map_or_else(|| "unknown".to_owned(), short);
            lines.push(format!("Shard: {shard} of plan {plan}{finished}"));
        }
        if request.dry_run {
            lines.push("Dry run: nothing was written.".to_owned());
        } else {
            lines.push(format!("Pictures: {root}"));
            lines.push(format!("Index: {}", settings.base.index.display()));
        }
        if let (Some(file), Some(pictures)) = (&request.geometry, summary.geometry) {
            lines.push(format!("Geometry: {} ({pictures} pictures)", file.display()));
        }
        lines.extend(summary.first_picture.as_ref().map(|path| format!("First picture: {}", root.at(path))));
        console.print_lines(&lines);
    }
}

/// What became of a series, or of all of them.
fn counts(series: &SeriesSummary) -> Value {
    let survey = series.survey.as_ref();
    json!({
        "rendered": series.rendered,
        "unchanged": series.unchanged,
        "missing": series.missing,
        "failed": series.failed,
        "gaps": survey.map(|survey| survey.gaps),
        "missing_candles": survey.map(|survey| survey.missing_candles),
        // Pictures whose windows span missing candles.
        "across_gaps": series.across_gaps,
        // Rows that said `missing` of ends that are none any more.
        "dropped": series.dropped,
    })
}

fn text(series: &SeriesSummary, did: &str) -> Option<String> {
    let SeriesSummary { symbol, interval, rendered, unchanged, missing, failed, .. } = series;
    let Survey { candles, gaps, missing_candles, .. } = series.survey.as_ref()?;
    let name = name(symbol, interval);
    // A gap that reaches into the selection has ends there, even where no candle is.
    if *candles == 0 && *gaps == 0 {
        return Some(format!("{name}: no candles"));
    }
    let gaps = match gaps {
        0 => String::new(),
        1 => format!(", 1 gap ({missing_candles} missing)"),
        _ => format!(", {gaps} gaps ({missing_candles} missing)"),
    };
    Some(format!(
        "{name}: {rendered} {did}, {unchanged} unchanged, {missing} missing, {failed} failed; {candles} candles{gaps}"
    ))
}

impl OfCommand for Failures<'_> {
    fn notice(&mut self, console: &mut Console, notice: Notice<'_>) {
        let (kind, fields, text) = match notice {
            Notice::Surveyed { symbol, interval, survey } => {
                let (name, ends, candles) = (name(symbol, interval), survey.ends, survey.candles);
                return console.log(|| format!("{name}: {candles} candles read, {ends} ends to look at"));
            }
            Notice::EndRefused { symbol, interval, end, reason } => {
                let name = name(symbol, interval);
                let fields = json!({
                    "symbol": symbol, "interval": interval, "end_open_time_ms": end, "reason": reason,
                });
                ("end_refused", fields, format!("an end of series {name} refused: {reason}"))
            }
            Notice::Failed { path, reason } => {
                let text = format!("cannot write {}: {reason}", self.root.at(path));
                ("failed", json!({"path": path, "reason": reason}), text)
            }
            // What `render` finds it mends at once, or has said already; every command tells of the rest.
            _ => return,
        };
        self.count += 1;
        if console.is_json() {
            console.print_json(kind, &fields);
        } else if self.count <= MOST_SHOWN {
            console.complain(&text);
        }
    }
}
