//! What `verify` and `repair` say: findings by kind, what became of them, and how to mend the rest.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use candles::text::shown;
use market::{Gap, Survey};
use render_core::{PicturePath, format_utc};

use super::{json::Line, mend::base_command};
use crate::{
    config::{Audit, AuditSettings},
    console::Console,
    error::Error,
    event::{Audience, Counts},
    finding::{Finding, Kind},
    render::Ending,
    rows::{Content, Row},
};

/// Findings of one kind that a text lists, unless all are asked for; a whole folder may be gone.
pub const MOST_SHOWN: usize = 10;

/// What became of one series.
#[derive(Debug, Default)]
pub struct Series {
    pub symbol: String,
    pub interval: String,
    pub ok: u64,
    pub left: [u64; Kind::ALL.len()],
    pub mended: u64,
    pub untold: u64,
    pub gaps: u64,
    pub missing_candles: u64,
    /// How many are missing for a reason of which kind.
    pub reasons: BTreeMap<String, u64>,
}

/// What became of an orphan.
#[derive(Debug)]
pub enum Orphan {
    Kept,
    Deleted,
    /// The index knows no picture of that series and spec.
    Strange,
    /// It may be a shard's whose index is another.
    OfShards,
    /// It may be another tool's.
    Foreign,
    Resists(String),
}

/// Everything that is printed, and the counts behind it.
pub struct Report {
    pub(super) console: Console,
    pub(super) repairs: bool,
    pub(super) dry_run: bool,
    /// What a new index lacks is not known to be of no use.
    rebuilt: bool,
    pub(super) base_command: String,
    started: Instant,
    /// The last one is for what belongs to no series of the run.
    pub(super) series: Vec<Series>,
    /// Findings to list by kind and whether they were mended: path and reason.
    pub(super) shown: BTreeMap<(Kind, bool), BTreeMap<String, String>>,
    pub(super) counts: BTreeMap<(Kind, bool), u64>,
    /// Of which kinds there is something that a command mends.
    pub(super) mendable: [bool; Kind::ALL.len()],
    pub(super) gaps: Vec<(String, Gap, i64)>,
    pub(super) refused: u64,
    strange: u64,
    pub(super) failed: u64,
}

impl Report {
    pub fn new(settings: &AuditSettings, mut console: Console, names: &[(String, String)]) -> Self {
        let series = names.iter().map(|(symbol, interval)| Series {
            symbol: symbol.clone(),
            interval: interval.clone(),
            ..Series::default()
        });
        console.follow(if matches!(settings.task, Audit::Repair { .. }) { "repair" } else { "verify" });
        Self {
            console,
            repairs: matches!(settings.task, Audit::Repair { .. }),
            rebuilt: matches!(settings.task, Audit::Repair { rebuild_index: true, .. }),
            dry_run: matches!(settings.task, Audit::Repair { dry_run: true, .. }),
            base_command: base_command(&settings.base),
            started: Instant::now(),
            series: series.chain([Series::default()]).collect(),
            shown: BTreeMap::new(),
            counts: BTreeMap::new(),
            mendable: [false; Kind::ALL.len()],
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
    pub fn orphan(&mut self, path: &str, end: i64, deleted: &Orphan) {
        let mut finding = Finding::orphan(path, end);
        match deleted {
            Orphan::Kept | Orphan::Deleted => {}
            Orphan::Strange => {
                finding.reason += ", nor any of its series and spec: another index may own it";
                finding.mendable = false;
            }
            Orphan::OfShards => {
                finding.reason += ": a shard that is not merged yet may own it";
                finding.mendable = false;
            }
            Orphan::Foreign => {
                finding.reason += ", and another tool may have made it: move it away or delete it";
                finding.mendable = false;
            }
            Orphan::Resists(why) => finding.reason = format!("cannot be deleted: {why}"),
        }
        finding.mendable &= !self.rebuilt;
        if let Some(named) = PicturePath::parse(path) {
            let is_it = |series: &Series| series.symbol == named.symbol && series.interval == named.interval;
            finding.number = self.series.iter().position(is_it);
        }
        self.take(&finding, matches!(deleted, Orphan::Deleted));
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
        self.mendable[*kind as usize] |= *mendable && !mended;
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
        shown_ones.insert(shown(path), shown(reason));
        if shown_ones.len() > MOST_SHOWN && !self.console.is_verbose() {
            shown_ones.pop_last();
        }
    }

    /// The command that mends a kind of finding.
    pub(super) fn mend(&self, kind: Kind) -> Option<String> {
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
        let left = self.console.left().filter(|_| interrupted);
        let seconds = self.started.elapsed().max(Duration::from_millis(1)).as_secs_f64();
        if self.console.is_json() {
            self.print_json(seconds, interrupted, left);
        } else if !self.console.is_quiet() {
            self.print_text(seconds, interrupted, left);
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

    pub(super) fn total(&self, kind: Kind) -> u64 {
        self.series.iter().map(|series| series.left[kind as usize]).sum()
    }

    pub(super) fn sum(&self, of: impl Fn(&Series) -> u64) -> u64 {
        self.series.iter().map(of).sum()
    }
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
                    last: format_utc(gap.last(survey.step)),
                    missing_candles: gap.count,
                    mend: &mend,
                });
            } else if self.gaps.len() < MOST_SHOWN || self.console.is_verbose() {
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
        self.console.count(1, 0);
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
        self.console.count(0, 1);
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
        self.console.count(0, 1);
        self.series[number].untold += 1;
        self.tell_unreadable(path, reason);
    }

    fn tick(&mut self) {
        self.console.tick();
    }
}
