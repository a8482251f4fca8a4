//! What `render` prints.

use std::time::{Duration, Instant};

use cache::{Notice, Observer, RenderSummary, SeriesSummary, ShardSummary, short};
use candles::format_utc;
use market::Survey;
use serde::Serialize;
use store::Root;

use super::{name, note, place, rounded};
use crate::{advice, config::RenderSettings, console::Console, interrupt::Interrupt};

/// A full disk fails every picture for one reason; nobody reads it a thousand times.
const MOST_SHOWN: u64 = 20;

/// A line of `--format json`. Field names are stable.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Series {
        symbol: &'a str,
        interval: &'a str,
        candles: u64,
        gaps: u64,
        missing_candles: u64,
        rendered: u64,
        unchanged: u64,
        missing: u64,
        failed: u64,
        first_end: Option<String>,
        last_end: Option<String>,
    },
    Failed {
        path: &'a str,
        reason: &'a str,
    },
    Refused {
        symbol: &'a str,
        interval: &'a str,
        reason: &'a str,
    },
    EndRefused {
        symbol: &'a str,
        interval: &'a str,
        end_open_time_ms: i64,
        reason: &'a str,
    },
    Summary {
        series: usize,
        refused: usize,
        rendered: u64,
        unchanged: u64,
        missing: u64,
        failed: u64,
        gaps: u64,
        missing_candles: u64,
        seconds: f64,
        pictures_per_second: f64,
        root: String,
        index: String,
        geometry: Option<String>,
        first_picture: Option<&'a str>,
        dry_run: bool,
        interrupted: bool,
        /// Ends that an interrupted run has left, as far as they were counted; null otherwise.
        left: Option<u64>,
        /// Which shard this was, if any, and of which plan.
        shard: Option<String>,
        plan: Option<&'a str>,
        /// Whether it has all its rows now.
        finished: Option<bool>,
    },
}

/// Prints what goes wrong as it does, and the results at the end.
pub struct RenderPrinter<'a> {
    pub console: &'a mut Console,
    root: &'a Root,
    started: Instant,
    failures: u64,
    /// Whether ends were counted before they were read.
    is_counted: bool,
}

impl<'a> RenderPrinter<'a> {
    pub fn new(console: &'a mut Console, root: &'a Root) -> Self {
        console.follow("render");
        Self { console, root, started: Instant::now(), failures: 0, is_counted: false }
    }

    /// Prints the summary.
    pub fn finish(mut self, settings: &RenderSettings, summary: &RenderSummary, interrupt: &Interrupt) {
        self.console.clear_bar();
        let left = self.console.left().filter(|_| summary.cancelled && self.is_counted);
        let seconds = self.started.elapsed().max(Duration::from_millis(1)).as_secs_f64();
        if self.console.is_json() {
            self.print_json(settings, summary, seconds, left);
        } else {
            let why = if interrupt.has_timed_out() { "Time is up" } else { "Interrupted" };
            self.print_text(settings, summary, seconds, Some(why).filter(|_| summary.cancelled), left);
        }
    }

    fn print_json(
        &mut self,
        settings: &RenderSettings,
        summary: &RenderSummary,
        seconds: f64,
        left: Option<u64>,
    ) {
        for series in &summary.series {
            if let Some(survey) = &series.survey {
                self.console.print_json(&line(series, survey));
            }
        }
        let sum = |of: fn(&SeriesSummary) -> u64| summary.series.iter().map(of).sum::<u64>();
        let surveys = || summary.series.iter().filter_map(|series| series.survey.as_ref());
        let (request, rendered) = (&settings.request, sum(|series| series.rendered));
        let geometry = request.geometry.as_deref().filter(|_| summary.geometry.is_some());
        self.console.print_json(&Line::Summary {
            series: summary.series.len(),
            refused: refused(summary),
            rendered,
            unchanged: sum(|series| series.unchanged),
            missing: sum(|series| series.missing),
            failed: sum(|series| series.failed),
            gaps: surveys().map(|survey| survey.gaps).sum(),
            missing_candles: surveys().map(|survey| survey.missing_candles).sum(),
            seconds: rounded(seconds),
            pictures_per_second: rate(settings, rendered, seconds).round(),
            root: self.root.to_string(),
            index: place(&settings.base.index),
            geometry: geometry.map(place),
            first_picture: summary.first_picture.as_deref(),
            dry_run: request.dry_run,
            interrupted: summary.cancelled,
            left,
            shard: summary.shard.as_ref().map(|shard| shard.shard.to_string()),
            plan: summary.shard.as_ref().and_then(|shard| shard.plan.as_deref()),
            finished: summary.shard.as_ref().filter(|_| !request.dry_run).map(|shard| shard.finished),
        });
    }

    fn print_text(
        &mut self,
        settings: &RenderSettings,
        summary: &RenderSummary,
        seconds: f64,
        interrupted: Option<&str>,
        left: Option<u64>,
    ) {
        let sum = |of: fn(&SeriesSummary) -> u64| summary.series.iter().map(of).sum::<u64>();
        let [rendered, unchanged, missing, failed] =
            [sum(|it| it.rendered), sum(|it| it.unchanged), sum(|it| it.missing), sum(|it| it.failed)];
        if failed > MOST_SHOWN {
            self.console.complain(&format!("and {} more pictures", failed - MOST_SHOWN));
        }
        if self.console.is_quiet() {
            return;
        }
        let dry_run = settings.request.dry_run;
        let did = if dry_run { "to render" } else { "rendered" };
        let mut lines: Vec<String> = summary.series.iter().filter_map(|series| text(series, did)).collect();
        let refused = match refused(summary) {
            0 => String::new(),
            count => format!(", {count} series refused"),
        };
        let rate = match rate(settings, rendered, seconds) {
            0.0 => String::new(),
            rate => format!(" ({rate:.0} pictures/s)"),
        };
        lines.push(format!(
            "Total: {rendered} {did}, {unchanged} unchanged, {missing} missing, {failed} failed{refused} in {seconds:.2} s{rate}"
        ));
        let is_unplanned = summary.shard.as_ref().is_some_and(|shard| shard.plan.is_none());
        if let Some(why) = interrupted.filter(|_| is_unplanned) {
            lines.push(format!("{why} before the plan was ready: nothing was begun."));
        } else if let Some(why) = interrupted {
            let left = left.map_or_else(String::new, |left| format!(" about {left} ends are left;"));
            lines.push(format!(
                "{why}: everything above is in place;{left} the same command goes on from here."
            ));
        }
        if let Some(ShardSummary { shard, plan, finished }) = &summary.shard {
            let is_whole = summary.series.iter().all(|it| it.refused.is_none() && it.failed == 0);
            let finished = match (*finished, dry_run) {
                (_, true) => "",
                (true, _) if is_whole => "",
                (true, _) => ", finished; what was refused is refused in the plan as well",
                (false, false) => ", not finished",
            };
            let plan = plan.as_deref().map_or_else(|| "unknown".to_owned(), short);
            lines.push(format!("Shard: {shard} of plan {plan}{finished}"));
        }
        if dry_run {
            lines.push("Dry run: nothing was written.".to_owned());
        } else {
            lines.push(format!("Pictures: {}", self.root));
            lines.push(format!("Index: {}", settings.base.index.display()));
        }
        if let (Some(file), Some(pictures)) = (&settings.request.geometry, summary.geometry) {
            lines.push(format!("Geometry: {} ({pictures} pictures)", file.display()));
        }
        lines.extend(
            summary.first_picture.as_ref().map(|path| format!("First picture: {}", self.root.at(path))),
        );
        for line in lines {
            self.console.print(&line);
        }
    }
}

fn refused(summary: &RenderSummary) -> usize {
    summary.series.iter().filter(|series| series.refused.is_some()).count()
}

fn rate(settings: &RenderSettings, rendered: u64, seconds: f64) -> f64 {
    if settings.request.dry_run { 0.0 } else { rendered as f64 / seconds }
}

fn line<'a>(series: &'a SeriesSummary, survey: &Survey) -> Line<'a> {
    Line::Series {
        symbol: &series.symbol,
        interval: &series.interval,
        candles: survey.candles,
        gaps: survey.gaps,
        missing_candles: survey.missing_candles,
        rendered: series.rendered,
        unchanged: series.unchanged,
        missing: series.missing,
        failed: series.failed,
        first_end: survey.first_end.map(format_utc),
        last_end: survey.last_end.map(format_utc),
    }
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

impl Observer for RenderPrinter<'_> {
    fn expect(&mut self, more: u64, fewer: u64) {
        self.is_counted |= fewer == 0;
        self.console.expect(more, fewer);
    }

    fn advance(&mut self, done: u64, made: u64, failed: u64) {
        self.console.advance(done);
        self.console.count(made, failed);
    }

    fn tick(&mut self) {
        self.console.tick();
    }

    fn notice(&mut self, notice: Notice<'_>) {
        let console = &mut *self.console;
        match notice {
            Notice::Surveyed { symbol, interval, survey } => {
                let (name, ends, candles) = (name(symbol, interval), survey.ends, survey.candles);
                console.log(|| format!("{name}: {candles} candles read, {ends} ends to look at"));
            }
            Notice::Refused { symbol, interval, fault } => {
                let reason = &advice::series(fault);
                if console.is_json() {
                    console.print_json(&Line::Refused { symbol, interval, reason });
                } else {
                    console.complain(&format!("series {} refused: {reason}", name(symbol, interval)));
                }
            }
            Notice::EndRefused { symbol, interval, end, reason } => {
                self.failures += 1;
                if console.is_json() {
                    let end_open_time_ms = end;
                    console.print_json(&Line::EndRefused { symbol, interval, end_open_time_ms, reason });
                } else if self.failures <= MOST_SHOWN {
                    let name = name(symbol, interval);
                    console.complain(&format!("an end of series {name} refused: {reason}"));
                }
            }
            Notice::Failed { path, reason } => {
                self.failures += 1;
                if console.is_json() {
                    console.print_json(&Line::Failed { path, reason });
                } else if self.failures <= MOST_SHOWN {
                    console.complain(&format!("cannot write {}: {reason}", self.root.at(path)));
                }
            }
            Notice::Note(text) => match note(text) {
                (text, true) => console.complain(&text),
                (text, false) => console.warn(&text),
            },
            Notice::Step(step) => console.log(|| step.to_owned()),
            // What `render` finds it mends at once, or has said already.
            Notice::Found { .. } | Notice::StrangeRows(_) => {}
        }
    }
}
