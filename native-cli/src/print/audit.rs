//! What `verify` and `repair` print: findings by kind, what became of them, and how to mend the rest.

use std::collections::{BTreeMap, BTreeSet};

use cache::{AuditSummary, Finding, Kind, Notice, OwnPart, PictureCache, SeriesSummary};
use candles::{format_utc, text::shown};
use serde_json::{Value, json};

use super::{
    MOST_SHOWN, OfCommand, Printer, and_more, joined,
    mend::{base_command, own_flags},
    name, total,
};
use crate::{
    advice,
    config::{Audit, AuditSettings},
    console::{Console, rounded},
};

/// Findings, which are printed as they are found, or of which some of each kind are kept for the end.
#[derive(Default)]
pub struct Findings {
    base_command: String,
    /// By kind and whether they are left as they were.
    found: BTreeMap<(Kind, bool), Found>,
    /// Lines of gaps.
    gaps: Vec<String>,
    failed: usize,
    /// What pictures draw that is not given.
    not_given: Vec<OwnPart>,
}

/// Findings of one kind.
#[derive(Default)]
struct Found {
    count: u64,
    /// Those to list: path and reason.
    listed: BTreeMap<String, String>,
    /// Whether a command mends some of them.
    mendable: bool,
    /// What must be given to it.
    needs: BTreeSet<OwnPart>,
}

impl<'a> Printer<'a, Findings> {
    pub fn new(settings: &AuditSettings, cache: &PictureCache<'_>, console: &'a mut Console) -> Self {
        console.follow(if matches!(settings.task, Audit::Repair(_)) { "repair" } else { "verify" });
        let base_command = base_command(&settings.base, cache) + &own_flags(&settings.own);
        Self::start(console, Findings { base_command, ..Findings::default() })
    }

    /// Prints the summary.
    pub fn finish(mut self, settings: &AuditSettings, summary: &AuditSummary) {
        let (repairs, dry_run) = match &settings.task {
            Audit::Verify { .. } => (false, false),
            Audit::Repair(options) => (true, options.dry_run),
        };
        let seconds = self.stop();
        let left = self.console.left().filter(|_| summary.cancelled);
        let total = total(summary.series.iter().chain([&summary.others]));
        if self.console.is_json() {
            for series in &summary.series {
                let names = json!({"symbol": series.symbol, "interval": series.interval});
                self.console.print_json("series", &joined(names, counts(series)));
            }
            let more = json!({
                "unreadable": summary.failed(),
                "refused": summary.refused(),
                "seconds": rounded(seconds),
                "dry_run": dry_run,
                "interrupted": summary.cancelled,
                "left": left,
            });
            return self.console.print_json("summary", &joined(counts(&total), more));
        }
        let Self { console, command, .. } = self;
        let mut lines = Vec::new();
        for (&(kind, is_left), found) in &command.found {
            command.list(kind, is_left, found, summary, &mut lines);
        }
        if !command.not_given.is_empty() {
            lines.push(format!("Not given ({}):", total.not_given));
            lines.extend(command.not_given.iter().map(|part| format!("  {}", advice::not_given(part))));
        }
        let gaps = total.survey.as_ref().map_or(0, |survey| survey.gaps);
        if gaps > 0 {
            lines.push(format!("Gaps ({gaps}):"));
            lines.extend(command.gaps.iter().cloned().chain(and_more(gaps, command.gaps.len())));
            let base = &command.base_command;
            lines.push(format!("  the source lacks them; once it has them: image-cache render{base}"));
        }
        for series in &summary.series {
            lines.push(format!("{}: {}", name(&series.symbol, &series.interval), counts_text(series)));
        }
        let counts = counts_text(&total);
        let mended = if repairs && !dry_run { format!("; {} mended", total.mended) } else { String::new() };
        lines.push(format!("Total: {counts}{mended} in {seconds:.2} s"));
        if summary.cancelled {
            let left = left.map_or_else(String::new, |left| format!(" ({left} entries are left)"));
            lines.push(format!("Interrupted: what was not looked at yet is not counted{left}."));
        }
        if dry_run {
            lines.push("Dry run: nothing was written.".to_owned());
        }
        console.print_lines(&lines);
    }
}

/// What was found in a series, or in all of them.
fn counts(series: &SeriesSummary) -> Value {
    let survey = series.survey.as_ref();
    json!({
        "ok": series.rendered + series.unchanged,
        "corrupt": series.corrupt,
        "stale": series.stale,
        "orphaned": series.orphaned,
        "missing": series.missing,
        "gaps": survey.map_or(0, |survey| survey.gaps),
        "missing_candles": survey.map_or(0, |survey| survey.missing_candles),
        "mended": series.mended,
        "not_given": series.not_given,
        "unreadable": series.failed,
    })
}

/// The same as a text.
fn counts_text(series: &SeriesSummary) -> String {
    let SeriesSummary { rendered, unchanged, corrupt, stale, orphaned, missing, not_given, .. } = series;
    let ok = rendered + unchanged;
    let not_given = if *not_given > 0 { format!(", {not_given} not given") } else { String::new() };
    format!("{ok} ok, {corrupt} corrupt, {stale} stale, {orphaned} orphaned, {missing} missing{not_given}")
}

impl Findings {
    /// The lines of one kind, and of what became of it.
    fn list(
        &self,
        kind: Kind,
        is_left: bool,
        found: &Found,
        summary: &AuditSummary,
        lines: &mut Vec<String>,
    ) {
        let Found { count, listed, mendable, needs } = found;
        let (title, mended) = match kind {
            Kind::Corrupt => ("Corrupt", ", mended"),
            Kind::Stale => ("Stale", ", mended"),
            Kind::Orphan => ("Orphaned", ", deleted"),
            Kind::Missing => ("Missing", ", mended"),
        };
        lines.push(format!("{title}{} ({count}):", if is_left { "" } else { mended }));
        let is_missing = kind == Kind::Missing && is_left;
        for SeriesSummary { symbol, interval, missing_reasons, .. } in &summary.series {
            if is_missing && !missing_reasons.is_empty() {
                let reasons: Vec<String> =
                    missing_reasons.iter().map(|(why, count)| format!("{count} {}", shown(why))).collect();
                lines.push(format!("  {}: {}", name(symbol, interval), reasons.join(", ")));
            }
        }
        lines.extend(listed.iter().map(|(path, reason)| format!("  {path}: {reason}")));
        if !is_missing {
            lines.extend(and_more(*count, listed.len()));
        }
        if kind != Kind::Missing && *mendable {
            lines.push(format!("  to mend: {}", self.mend(kind, needs)));
        }
    }

    /// The command that mends a kind of finding.
    fn mend(&self, kind: Kind, needs: &BTreeSet<OwnPart>) -> String {
        let orphans = if kind == Kind::Orphan { " --delete-orphans" } else { "" };
        let given: String = needs.iter().map(|part| format!(" {}", advice::given_by(part))).collect();
        format!("image-cache repair{}{given}{orphans}", self.base_command)
    }

    fn found(&mut self, console: &mut Console, finding: &Finding, mended: bool) {
        let Finding { kind, symbol, interval, path, end, reason, mendable, needs } = finding;
        let needs: BTreeSet<OwnPart> = needs.iter().cloned().collect();
        let mendable = (*mendable || !needs.is_empty()) && !mended;
        let mend = mendable.then(|| self.mend(*kind, &needs));
        let found = self.found.entry((*kind, !mended)).or_default();
        found.count += 1;
        found.mendable |= mendable;
        found.needs.extend(needs);
        if console.is_json() {
            let fields = json!({
                "kind": kind,
                "symbol": symbol,
                "interval": interval,
                "end": format_utc(*end),
                "path": path,
                "reason": reason,
                // What mends it; null where nothing here does.
                "mend": mend,
                "mended": mended,
            });
            return console.print_json("finding", &fields);
        }
        if *kind != Kind::Missing || mended || console.is_verbose() {
            found.listed.insert(shown(path), shown(reason));
        }
        if found.listed.len() > MOST_SHOWN && !console.is_verbose() {
            found.listed.pop_last();
        }
    }
}

impl OfCommand for Findings {
    fn notice(&mut self, console: &mut Console, notice: Notice<'_>) {
        match notice {
            Notice::Surveyed { symbol, interval, survey } => {
                let name = name(symbol, interval);
                for gap in &survey.listed {
                    let [first, last] = [gap.first, gap.last].map(format_utc);
                    if console.is_json() {
                        let fields = json!({
                            "symbol": symbol,
                            "interval": interval,
                            "first": first,
                            "last": last,
                            "missing_candles": gap.count,
                            "mend": format!("image-cache render{}", self.base_command),
                        });
                        console.print_json("gap", &fields);
                    } else if self.gaps.len() < MOST_SHOWN || console.is_verbose() {
                        self.gaps.push(match gap.count {
                            1 => format!("  {name}: {first}, 1 candle"),
                            count => format!("  {name}: {first} to {last}, {count} candles"),
                        });
                    }
                }
                console.log(|| format!("{name}: {} candles read", survey.candles));
            }
            Notice::Failed { path, reason } => {
                self.failed += 1;
                if console.is_json() {
                    console.print_json("unreadable", &json!({"path": path, "reason": reason}));
                } else if self.failed <= MOST_SHOWN {
                    // Only the root's own path is empty.
                    let path = if path.is_empty() { "the root".to_owned() } else { shown(path) };
                    console.complain(&format!("{path}: {reason}"));
                }
            }
            Notice::Found { finding, mended } => self.found(console, finding, mended),
            Notice::NotGiven(part) if console.is_json() => {
                let (none, mend) = (Value::Null, advice::given_by(part));
                let fields = json!({
                    "kind": "not_given",
                    "symbol": none,
                    "interval": none,
                    "end": none,
                    "path": none,
                    "reason": format!("{part} not given"),
                    "mend": mend,
                    "mended": false,
                });
                console.print_json("finding", &fields);
            }
            Notice::NotGiven(part) => self.not_given.push(part.clone()),
            Notice::StrangeRows(rows) => console.complain(&format!(
                "{rows} rows of the index name no picture: their values have the wrong types; `image-cache repair --rebuild-index` makes the index again"
            )),
            // Entries have ends that file names show, or they are findings; every command tells of the rest.
            _ => {}
        }
    }
}
