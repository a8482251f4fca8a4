//! What `verify` and `repair` say: findings by kind, what became of them, and how to mend the rest.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use render_core::{PicturePath, format_utc};
use serde::Serialize;

use crate::{
    config::{Audit, AuditSettings, Base, Source},
    console::Console,
    ends::{Gap, Survey},
    error::Error,
    event::{Audience, Counts},
    finding::{Finding, Kind},
    render::Ending,
    rows::{Content, Row},
    value::shown,
};

/// Findings of one kind that a text lists, unless all are asked for; a whole folder may be gone.
const MOST_SHOWN: usize = 10;

/// What became of one series.
#[derive(Debug, Default)]
struct Series {
    symbol: String,
    interval: String,
    ok: u64,
    left: [u64; Kind::ALL.len()],
    mended: u64,
    untold: u64,
    gaps: u64,
    missing_candles: u64,
    /// How many are missing for a reason of which kind.
    reasons: BTreeMap<String, u64>,
}

/// Everything that is printed, and the counts behind it.
pub struct Report {
    console: Console,
    repairs: bool,
    dry_run: bool,
    base_command: String,
    started: Instant,
    series: Vec<Series>,
    /// The last one is for what belongs to no series of the run.
    shown: BTreeMap<(Kind, bool), BTreeMap<String, String>>,
    counts: BTreeMap<(Kind, bool), u64>,
    gaps: Vec<(String, Gap, i64)>,
    refused: u64,
    strange: u64,
    failed: u64,
}

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
        ok: u64,
        corrupt: u64,
        stale: u64,
        orphaned: u64,
        missing: u64,
        gaps: u64,
        missing_candles: u64,
        mended: u64,
        unreadable: u64,
    },
    Summary {
        ok: u64,
        corrupt: u64,
        stale: u64,
        orphaned: u64,
        missing: u64,
        gaps: u64,
        missing_candles: u64,
        mended: u64,
        unreadable: u64,
        refused: u64,
        seconds: f64,
        dry_run: bool,
        interrupted: bool,
    },
}

impl Report {
    pub fn new(settings: &AuditSettings, console: Console, names: &[(String, String)]) -> Self {
        let series = names.iter().map(|(symbol, interval)| Series {
            symbol: symbol.clone(),
            interval: interval.clone(),
            ..Series::default()
        });
        Self {
            console,
            repairs: matches!(settings.task, Audit::Repair { .. }),
            dry_run: matches!(settings.task, Audit::Repair { dry_run: true, .. }),
            base_command: base_command(&settings.base),
            started: Instant::now(),
            series: series.chain([Series::default()]).collect(),
            shown: BTreeMap::new(),
            counts: BTreeMap::new(),
            gaps: Vec::new(),
            refused: 0,
            strange: 0,
            failed: 0,
        }
    }

    pub fn expect(&self, entries: u64) {
        self.console.expect(entries, 0);
    }

    pub fn note(&mut self, text: &str) {
        self.console.warn(text);
    }

    /// Rows that name no picture at all.
    pub fn strange(&mut self, rows: u64) {
        self.strange = rows;
        if rows > 0 {
            self.console.complain(&format!(
                "{rows} rows of the index name no picture: their values have the wrong types; `image-cache repair --rebuild-index` makes the index again"
            ));
        }
    }

    pub fn has(&self, kind: Kind) -> bool {
        self.counts.contains_key(&(kind, false))
    }

    /// An orphan, and whether it was deleted.
    pub fn orphan(&mut self, path: &str, end: i64, deleted: Option<&Result<(), String>>) {
        let mut finding = Finding::orphan(path, end);
        if let Some(Err(why)) = deleted {
            finding.reason = format!("cannot be deleted: {why}");
        }
        if let Some(named) = PicturePath::parse(path) {
            let is_it = |series: &Series| series.symbol == named.symbol && series.interval == named.interval;
            finding.number = self.series.iter().position(is_it);
        }
        self.take(&finding, matches!(deleted, Some(Ok(()))));
    }

    pub fn unreadable_folder(&mut self, folder: &str, why: &str) {
        self.tell_unreadable(folder, &format!("cannot be read: {why}"));
    }

    fn tell_unreadable(&mut self, path: &str, reason: &str) {
        self.failed += 1;
        if self.console.is_json() {
            self.console.print_json(&Line::Unreadable { path, reason });
        } else if self.failed <= MOST_SHOWN as u64 {
            self.console.complain(&format!("{}: {reason}", shown(path)));
        }
    }

    /// Counts a finding and prints it, or keeps it for the end.
    fn take(&mut self, finding: &Finding, mended: bool) {
        let Finding { kind, number, path, end, reason, mendable } = finding;
        let last = self.series.len() - 1;
        let series = &mut self.series[number.unwrap_or(last)];
        if mended {
            series.mended += 1;
        } else {
            series.left[*kind as usize] += 1;
        }
        *self.counts.entry((*kind, mended)).or_default() += 1;
        if *kind == Kind::Missing && !mended {
            let sort = reason.split(':').next().unwrap_or_default().to_owned();
            *series.reasons.entry(sort).or_default() += 1;
        }
        if self.console.is_json() {
            let mend = self.mend(*kind).filter(|_| *mendable && !mended);
            let Series { symbol, interval, .. } = &self.series[number.unwrap_or(last)];
            let named = PicturePath::parse(path);
            let line = Line::Finding {
                kind: *kind,
                symbol: named.map_or(symbol, |named| named.symbol),
                interval: named.map_or(interval, |named| named.interval),
                end: format_utc(*end),
                path,
                reason,
                mend: mend.as_deref(),
                mended,
            };
            self.console.print_json(&line);
            return;
        }
        if *kind == Kind::Missing && !mended && !self.console.is_verbose() {
            return;
        }
        let shown_ones = self.shown.entry((*kind, mended)).or_default();
        shown_ones.insert(shown(path), reason.clone());
        if shown_ones.len() > MOST_SHOWN && !self.console.is_verbose() {
            shown_ones.pop_last();
        }
    }

    /// The command that mends a kind of finding.
    fn mend(&self, kind: Kind) -> Option<String> {
        let command = |verb: &str| format!("image-cache {verb}{}", self.base_command);
        match kind {
            Kind::Corrupt | Kind::Stale => Some(command("repair")),
            Kind::Orphan => Some(command("repair") + " --delete-orphans"),
            Kind::Missing => Some(command("repair")),
            Kind::Gap => None,
        }
    }

    /// Prints the summary; gives how the run ended.
    pub fn finish(mut self, interrupted: bool) -> Result<Ending, Error> {
        self.console.clear_bar();
        let seconds = self.started.elapsed().max(Duration::from_millis(1)).as_secs_f64();
        if self.console.is_json() {
            self.print_json(seconds, interrupted);
        } else if !self.console.is_quiet() {
            self.print_text(seconds, interrupted);
        }
        let unclean =
            Kind::ALL.iter().any(|kind| kind.is_fault() && self.total(*kind) > 0) || self.strange > 0;
        let untold = self.refused + self.failed > 0;
        self.console.finish()?;
        Ok(match (unclean, untold) {
            (true, _) => Ending::Unclean,
            (false, true) => Ending::Incomplete,
            (false, false) => Ending::Done,
        })
    }

    fn total(&self, kind: Kind) -> u64 {
        self.series.iter().map(|series| series.left[kind as usize]).sum()
    }

    fn sum(&self, of: impl Fn(&Series) -> u64) -> u64 {
        self.series.iter().map(of).sum()
    }

    fn print_json(&mut self, seconds: f64, interrupted: bool) {
        let (last, all) = (self.series.len() - 1, std::mem::take(&mut self.series));
        for series in &all[..last] {
            let Series { symbol, interval, ok, left, mended, untold, gaps, missing_candles, .. } = series;
            let [corrupt, stale, orphaned, missing, _] = *left;
            self.console.print_json(&Line::Series {
                symbol,
                interval,
                ok: *ok,
                corrupt,
                stale,
                orphaned,
                missing,
                gaps: *gaps,
                missing_candles: *missing_candles,
                mended: *mended,
                unreadable: *untold,
            });
        }
        self.series = all;
        let summary = Line::Summary {
            ok: self.sum(|series| series.ok),
            corrupt: self.total(Kind::Corrupt),
            stale: self.total(Kind::Stale),
            orphaned: self.total(Kind::Orphan),
            missing: self.total(Kind::Missing),
            gaps: self.sum(|series| series.gaps),
            missing_candles: self.sum(|series| series.missing_candles),
            mended: self.sum(|series| series.mended),
            unreadable: self.failed,
            refused: self.refused,
            seconds: (seconds * 1000.0).round() / 1000.0,
            dry_run: self.dry_run,
            interrupted,
        };
        self.console.print_json(&summary);
    }

    fn print_text(&mut self, seconds: f64, interrupted: bool) {
        let mut lines = Vec::new();
        for kind in Kind::ALL {
            for mended in [true, false] {
                self.list(kind, mended, &mut lines);
            }
        }
        for series in &self.series[..self.series.len() - 1] {
            let [corrupt, stale, orphaned, missing, _] = series.left;
            lines.push(format!(
                "{} {}: {} ok, {corrupt} corrupt, {stale} stale, {orphaned} orphaned, {missing} missing",
                shown(&series.symbol),
                shown(&series.interval),
                series.ok
            ));
        }
        lines.push(format!(
            "Total: {} ok, {} corrupt, {} stale, {} orphaned, {} missing{} in {seconds:.2} s",
            self.sum(|series| series.ok),
            self.total(Kind::Corrupt),
            self.total(Kind::Stale),
            self.total(Kind::Orphan),
            self.total(Kind::Missing),
            if self.repairs && !self.dry_run {
                format!("; {} mended", self.sum(|series| series.mended))
            } else {
                String::new()
            },
        ));
        if interrupted {
            lines.push("Interrupted: what was not looked at yet is not counted.".to_owned());
        }
        if self.dry_run {
            lines.push("Dry run: nothing was written.".to_owned());
        }
        for line in lines {
            self.console.print(&line);
        }
    }

    /// The lines of one kind, and of what became of it.
    fn list(&self, kind: Kind, mended: bool, lines: &mut Vec<String>) {
        let count = match kind {
            Kind::Gap if mended => 0,
            Kind::Gap => self.gaps.len() as u64,
            _ => self.counts.get(&(kind, mended)).copied().unwrap_or_default(),
        };
        if count == 0 {
            return;
        }
        let what = match (kind, mended) {
            (Kind::Orphan, true) => ", deleted",
            (_, true) => ", mended",
            (_, false) => "",
        };
        lines.push(format!("{}{what} ({count}):", kind.title()));
        let before = lines.len();
        match kind {
            Kind::Gap => self.list_gaps(lines),
            Kind::Missing if !mended => self.list_missing(lines),
            _ => {}
        }
        for (path, reason) in self.shown.get(&(kind, mended)).into_iter().flatten() {
            lines.push(format!("  {path}: {reason}"));
        }
        let listed = (lines.len() - before) as u64;
        if listed < count && kind != Kind::Missing {
            lines.push(format!("  and {} more; --verbose or --format json lists all", count - listed));
        }
        match kind {
            Kind::Gap => {
                lines.push(format!(
                    "  the source lacks them; once it has them: image-cache render{}",
                    self.base_command
                ));
            }
            Kind::Missing => {}
            _ if mended => {}
            _ => lines.extend(self.mend(kind).map(|command| format!("  to mend: {command}"))),
        }
    }

    fn list_gaps(&self, lines: &mut Vec<String>) {
        let most = if self.console.is_verbose() { usize::MAX } else { MOST_SHOWN };
        for (name, gap, ms) in self.gaps.iter().take(most) {
            let candles =
                if gap.count == 1 { "1 candle".to_owned() } else { format!("{} candles", gap.count) };
            let (first, last) = (format_utc(gap.first), format_utc(last_of(gap, *ms)));
            let range = if gap.count == 1 { first } else { format!("{first} to {last}") };
            lines.push(format!("  {name}: {range}, {candles}"));
        }
    }

    fn list_missing(&self, lines: &mut Vec<String>) {
        for Series { symbol, interval, reasons, .. } in &self.series {
            if !reasons.is_empty() {
                let reasons: Vec<String> =
                    reasons.iter().map(|(reason, count)| format!("{count} {}", shown(reason))).collect();
                lines.push(format!("  {} {}: {}", shown(symbol), shown(interval), reasons.join(", ")));
            }
        }
    }
}

/// The open time of a gap's last missing candle.
fn last_of(gap: &Gap, ms: i64) -> i64 {
    let steps = i64::try_from(gap.count.saturating_sub(1)).unwrap_or(i64::MAX);
    gap.first.saturating_add(ms.saturating_mul(steps))
}

/// The flags that lead another command to the same source, root and index.
fn base_command(base: &Base) -> String {
    let mut flags = String::new();
    let (mut root, mut index) = ("image-cache".to_owned(), "image_cache.sqlite".to_owned());
    match &base.source {
        Source::Sample => {
            flags += " --sample";
            (root, index) = (format!("sample/{root}"), format!("sample/{index}"));
        }
        Source::Database(db) if db.as_os_str() != "market.sqlite" => {
            flags += &format!(" --db {}", quoted(&db.to_string_lossy()));
        }
        Source::Database(_) => {}
    }
    for (flag, path, usual) in [("root", &base.root, root), ("index", &base.index, index)] {
        if path.as_os_str() != usual.as_str() {
            flags += &format!(" --{flag} {}", quoted(&path.to_string_lossy()));
        }
    }
    flags
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

impl Audience for Report {
    fn surveyed(&mut self, number: usize, survey: Survey) {
        let series = &mut self.series[number];
        (series.gaps, series.missing_candles) = (survey.gaps, survey.missing_candles);
        let Series { symbol, interval, .. } = &self.series[number];
        let mend = format!("image-cache render{}", self.base_command);
        let name = format!("{} {}", shown(symbol), shown(interval));
        for gap in survey.listed {
            if self.console.is_json() {
                self.console.print_json(&Line::Gap {
                    symbol,
                    interval,
                    first: format_utc(gap.first),
                    last: format_utc(last_of(&gap, survey.step)),
                    missing_candles: gap.count,
                    mend: &mend,
                });
            } else {
                self.gaps.push((name.clone(), gap, survey.step));
            }
        }
        self.console.log(|| format!("{name}: {} candles read", survey.candles));
    }

    fn refused(&mut self, number: usize, reason: &str) {
        self.refused += 1;
        let Series { symbol, interval, .. } = &self.series[number];
        if self.console.is_json() {
            self.console.print_json(&Line::Refused { symbol, interval, reason });
        } else {
            let text = format!("series {} {} refused: {reason}", shown(symbol), shown(interval));
            self.console.complain(&text);
        }
    }

    fn counted(&mut self, number: usize, counts: Counts) {
        self.series[number].ok += counts.fine;
        self.console.advance(counts.fine);
    }

    // Entries have ends that file names show, or they are findings.
    fn end_refused(&mut self, _: usize, _: i64, _: &str) {}

    fn rendered(&mut self, row: &Row) {
        self.console.advance(1);
        self.series[row.number].ok += 1;
        if let Some(finding) = &row.found {
            self.take(finding, true);
        }
    }

    fn missed(&mut self, row: &Row) {
        self.console.advance(1);
        if let Some(finding) = &row.found {
            self.take(finding, true);
            if let Content::Missing { reason } = &row.content {
                let (kind, reason) = (Kind::Missing, reason.clone());
                self.take(&Finding { kind, reason, mendable: false, ..finding.clone() }, false);
            }
        }
    }

    fn failed(&mut self, number: usize, path: &str, reason: &str, found: Option<Finding>) {
        self.console.advance(1);
        self.series[number].untold += 1;
        match found {
            Some(finding) => {
                let reason = format!("{}; cannot be written: {reason}", finding.reason);
                self.failed += 1;
                self.take(&Finding { reason, ..finding }, false);
            }
            None => self.tell_unreadable(path, reason),
        }
    }

    fn found(&mut self, finding: Finding) {
        self.console.advance(1);
        self.take(&finding, false);
    }

    fn unreadable(&mut self, number: usize, path: &str, reason: &str) {
        self.console.advance(1);
        self.series[number].untold += 1;
        self.tell_unreadable(path, reason);
    }
}
