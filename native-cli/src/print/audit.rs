//! What `verify` and `repair` print: findings by kind, what became of them, and how to mend the rest.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use cache::{AuditSummary, Finding, Kind, Notice, Observer, PictureCache, SeriesSummary};
use candles::{format_utc, text::shown};
use market::Gap;
use serde::Serialize;

use super::{MOST_SHOWN, mend::base_command, name, note, rounded};
use crate::{
    advice,
    config::{Audit, AuditSettings},
    console::Console,
};

/// A line of `--format json`. Field names are stable.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Finding {
        kind: Kind,
        symbol: &'a str,
        interval: &'a str,
        end: String,
        path: &'a str,
        reason: &'a str,
        /// What mends it; null where nothing here does.
        mend: Option<&'a str>,
        mended: bool,
    },
    Gap {
        symbol: &'a str,
        interval: &'a str,
        first: String,
        last: String,
        missing_candles: u64,
        mend: &'a str,
    },
    Refused {
        symbol: &'a str,
        interval: &'a str,
        reason: &'a str,
    },
    Unreadable {
        path: &'a str,
        reason: &'a str,
    },
    Series {
        symbol: &'a str,
        interval: &'a str,
        #[serde(flatten)]
        counts: Counts,
    },
    Summary {
        #[serde(flatten)]
        counts: Counts,
        refused: usize,
        seconds: f64,
        dry_run: bool,
        interrupted: bool,
        /// Entries that an interrupted run has not looked at; null otherwise.
        left: Option<u64>,
    },
}

#[derive(Serialize)]
struct Counts {
    ok: u64,
    corrupt: u64,
    stale: u64,
    orphaned: u64,
    missing: u64,
    gaps: u64,
    missing_candles: u64,
    mended: u64,
    unreadable: u64,
}

/// Prints findings as they are found, or keeps some of each kind for the end.
pub struct AuditPrinter<'a> {
    pub console: &'a mut Console,
    repairs: bool,
    dry_run: bool,
    base_command: String,
    started: Instant,
    /// Findings to list, by kind and whether they were mended: path and reason.
    shown: BTreeMap<(Kind, bool), BTreeMap<String, String>>,
    counts: BTreeMap<(Kind, bool), u64>,
    /// Kinds of which there is something that a command mends.
    mendable: Vec<Kind>,
    gaps: Vec<(String, Gap, i64)>,
    failed: usize,
}

impl<'a> AuditPrinter<'a> {
    pub fn new(settings: &AuditSettings, cache: &PictureCache<'_>, console: &'a mut Console) -> Self {
        let (repairs, dry_run) = match &settings.task {
            Audit::Verify { .. } => (false, false),
            Audit::Repair(options) => (true, options.dry_run),
        };
        console.follow(if repairs { "repair" } else { "verify" });
        Self {
            console,
            repairs,
            dry_run,
            base_command: base_command(&settings.base, cache),
            started: Instant::now(),
            shown: BTreeMap::new(),
            counts: BTreeMap::new(),
            mendable: Vec::new(),
            gaps: Vec::new(),
            failed: 0,
        }
    }

    /// Prints the summary.
    pub fn finish(mut self, summary: &AuditSummary) {
        self.console.clear_bar();
        let left = self.console.left().filter(|_| summary.cancelled);
        let seconds = self.started.elapsed().max(Duration::from_millis(1)).as_secs_f64();
        if self.console.is_json() {
            for series in &summary.series {
                let SeriesSummary { symbol, interval, .. } = series;
                self.console.print_json(&Line::Series { symbol, interval, counts: counts(series) });
            }
            let totals = total(summary);
            self.console.print_json(&Line::Summary {
                counts: Counts { unreadable: summary.failed(), ..totals },
                refused: summary.refused(),
                seconds: rounded(seconds),
                dry_run: self.dry_run,
                interrupted: summary.cancelled,
                left,
            });
        } else if !self.console.is_quiet() {
            self.print_text(summary, seconds, left);
        }
    }

    fn print_text(&mut self, summary: &AuditSummary, seconds: f64, left: Option<u64>) {
        let mut lines = Vec::new();
        for (kind, title) in [
            (Kind::Corrupt, "Corrupt"),
            (Kind::Stale, "Stale"),
            (Kind::Orphan, "Orphaned"),
            (Kind::Missing, "Missing"),
        ] {
            for mended in [true, false] {
                self.list(kind, title, mended, summary, &mut lines);
            }
        }
        self.list_gaps(summary, &mut lines);
        for series in &summary.series {
            let SeriesSummary { symbol, interval, corrupt, stale, orphaned, missing, .. } = series;
            lines.push(format!(
                "{}: {} ok, {corrupt} corrupt, {stale} stale, {orphaned} orphaned, {missing} missing",
                name(symbol, interval),
                series.rendered + series.unchanged
            ));
        }
        let Counts { ok, corrupt, stale, orphaned, missing, mended, .. } = total(summary);
        let mended = if self.repairs && !self.dry_run { format!("; {mended} mended") } else { String::new() };
        lines.push(format!(
            "Total: {ok} ok, {corrupt} corrupt, {stale} stale, {orphaned} orphaned, {missing} missing{mended} in {seconds:.2} s"
        ));
        if summary.cancelled {
            let left = left.map_or_else(String::new, |left| format!(" ({left} entries are left)"));
            lines.push(format!("Interrupted: what was not looked at yet is not counted{left}."));
        }
        if self.dry_run {
            lines.push("Dry run: nothing was written.".to_owned());
        }
        for line in lines {
            self.console.print(&line);
        }
    }

    /// The lines of one kind, and of what became of it.
    fn list(&self, kind: Kind, title: &str, mended: bool, summary: &AuditSummary, lines: &mut Vec<String>) {
        let count = self.counts.get(&(kind, mended)).copied().unwrap_or_default();
        if count == 0 {
            return;
        }
        let what = match (kind, mended) {
            (Kind::Orphan, true) => ", deleted",
            (_, true) => ", mended",
            (_, false) => "",
        };
        lines.push(format!("{title}{what} ({count}):"));
        if kind == Kind::Missing && !mended {
            for SeriesSummary { symbol, interval, missing_reasons, .. } in &summary.series {
                if !missing_reasons.is_empty() {
                    let reasons: Vec<String> = missing_reasons
                        .iter()
                        .map(|(why, count)| format!("{count} {}", shown(why)))
                        .collect();
                    lines.push(format!("  {}: {}", name(symbol, interval), reasons.join(", ")));
                }
            }
        }
        let shown_ones = self.shown.get(&(kind, mended));
        lines.extend(shown_ones.into_iter().flatten().map(|(path, reason)| format!("  {path}: {reason}")));
        let listed = shown_ones.map_or(0, BTreeMap::len) as u64;
        if listed < count && (kind != Kind::Missing || mended) {
            lines.push(format!("  and {} more; --verbose or --format json lists all", count - listed));
        }
        if kind != Kind::Missing && !mended && self.mendable.contains(&kind) {
            lines.push(format!("  to mend: {}", self.mend(kind)));
        }
    }

    fn list_gaps(&self, summary: &AuditSummary, lines: &mut Vec<String>) {
        let count = total(summary).gaps;
        if count == 0 {
            return;
        }
        lines.push(format!("Gaps ({count}):"));
        for (name, gap, step) in &self.gaps {
            let (first, last) = (format_utc(gap.first), format_utc(gap.last(*step)));
            lines.push(match gap.count {
                1 => format!("  {name}: {first}, 1 candle"),
                count => format!("  {name}: {first} to {last}, {count} candles"),
            });
        }
        let listed = self.gaps.len() as u64;
        if listed < count {
            lines.push(format!("  and {} more; --verbose or --format json lists all", count - listed));
        }
        lines.push(format!(
            "  the source lacks them; once it has them: image-cache render{}",
            self.base_command
        ));
    }

    /// The command that mends a kind of finding.
    fn mend(&self, kind: Kind) -> String {
        let orphans = if kind == Kind::Orphan { " --delete-orphans" } else { "" };
        format!("image-cache repair{}{orphans}", self.base_command)
    }

    fn found(&mut self, finding: &Finding, mended: bool) {
        let Finding { kind, symbol, interval, path, end, reason, mendable } = finding;
        *self.counts.entry((*kind, mended)).or_default() += 1;
        let mendable = *mendable && !mended;
        if mendable && !self.mendable.contains(kind) {
            self.mendable.push(*kind);
        }
        if self.console.is_json() {
            let mend = mendable.then(|| self.mend(*kind));
            self.console.print_json(&Line::Finding {
                kind: *kind,
                symbol,
                interval,
                end: format_utc(*end),
                path,
                reason,
                mend: mend.as_deref(),
                mended,
            });
            return;
        }
        let is_verbose = self.console.is_verbose();
        if *kind == Kind::Missing && !mended && !is_verbose {
            return;
        }
        let shown_ones = self.shown.entry((*kind, mended)).or_default();
        shown_ones.insert(shown(path), shown(reason));
        if shown_ones.len() > MOST_SHOWN && !is_verbose {
            shown_ones.pop_last();
        }
    }
}

fn counts(series: &SeriesSummary) -> Counts {
    let survey = series.survey.as_ref();
    Counts {
        ok: series.rendered + series.unchanged,
        corrupt: series.corrupt,
        stale: series.stale,
        orphaned: series.orphaned,
        missing: series.missing,
        gaps: survey.map_or(0, |survey| survey.gaps),
        missing_candles: survey.map_or(0, |survey| survey.missing_candles),
        mended: series.mended,
        unreadable: series.failed,
    }
}

fn total(summary: &AuditSummary) -> Counts {
    let sum = |of: fn(&Counts) -> u64| summary.sum(|series| of(&counts(series)));
    Counts {
        ok: sum(|it| it.ok),
        corrupt: sum(|it| it.corrupt),
        stale: sum(|it| it.stale),
        orphaned: sum(|it| it.orphaned),
        missing: sum(|it| it.missing),
        gaps: sum(|it| it.gaps),
        missing_candles: sum(|it| it.missing_candles),
        mended: sum(|it| it.mended),
        unreadable: sum(|it| it.unreadable),
    }
}

impl Observer for AuditPrinter<'_> {
    fn expect(&mut self, more: u64, fewer: u64) {
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
        match notice {
            Notice::Surveyed { symbol, interval, survey } => {
                let (mend, name) = (format!("image-cache render{}", self.base_command), name(symbol, interval));
                for gap in &survey.listed {
                    if self.console.is_json() {
                        self.console.print_json(&Line::Gap {
                            symbol,
                            interval,
                            first: format_utc(gap.first),
                            last: format_utc(gap.last(survey.step)),
                            missing_candles: gap.count,
                            mend: &mend,
                        });
                    } else if self.gaps.len() < MOST_SHOWN || self.console.is_verbose() {
                        self.gaps.push((name.clone(), *gap, survey.step));
                    }
                }
                self.console.log(|| format!("{name}: {} candles read", survey.candles));
            }
            Notice::Refused { symbol, interval, fault } => {
                let reason = &advice::series(fault);
                if self.console.is_json() {
                    self.console.print_json(&Line::Refused { symbol, interval, reason });
                } else {
                    self.console.complain(&format!("series {} refused: {reason}", name(symbol, interval)));
                }
            }
            Notice::Failed { path, reason } => {
                self.failed += 1;
                if self.console.is_json() {
                    self.console.print_json(&Line::Unreadable { path, reason });
                } else if self.failed <= MOST_SHOWN {
                    self.console.complain(&format!("{}: {reason}", shown(path)));
                }
            }
            Notice::Found { finding, mended } => self.found(finding, mended),
            Notice::StrangeRows(rows) => self.console.complain(&format!(
                "{rows} rows of the index name no picture: their values have the wrong types; `image-cache repair --rebuild-index` makes the index again"
            )),
            Notice::Note(text) => match note(text) {
                (text, true) => self.console.complain(&text),
                (text, false) => self.console.warn(&text),
            },
            Notice::Step(step) => self.console.log(|| step.to_owned()),
            // Entries have ends that file names show, or they are findings.
            Notice::EndRefused { .. } => {}
        }
    }
}
