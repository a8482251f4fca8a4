//! What a run says: its progress, what went wrong, and at the end what was done and where it is.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use store::Root;

use crate::{
    config::Settings,
    console::Console,
    error::Error,
    event::{Audience, Counts},
    finding::Finding,
    interrupt::Interrupt,
    plan::short,
    rows::Row,
    shard::Shard,
    tally::{Line, Tally},
};
use market::{Listed, Survey};

/// A full disk fails every picture for one reason; nobody reads it a thousand times.
const MOST_SHOWN: u64 = 20;

/// Everything that is printed, and the counts behind it.
pub struct Report {
    console: Console,
    root: Root,
    index: PathBuf,
    dry_run: bool,
    started: Instant,
    series: Vec<Tally>,
    first: Option<(usize, i64, String)>,
    failures: u64,
    /// Whether all series were counted beforehand.
    is_counted: bool,
    geometry: Option<(PathBuf, u64)>,
    /// The shard that is made and the hash of its plan, unless it was not known yet, and whether it is finished.
    shard: Option<(Shard, Option<String>, bool)>,
    /// Of each series, whether it was refused before the run began, and how many of its ends are.
    known: Vec<(bool, u64)>,
}

impl Report {
    pub fn new(settings: &Settings, listed: &[Listed], mut console: Console) -> Self {
        console.follow("render");
        let tally = |listed: &Listed| Tally {
            symbol: listed.symbol.clone(),
            code: listed.interval.clone(),
            ..Tally::default()
        };
        Self {
            console,
            root: settings.base.root.clone(),
            index: settings.base.index.clone(),
            dry_run: settings.dry_run,
            started: Instant::now(),
            series: listed.iter().map(tally).collect(),
            first: None,
            failures: 0,
            is_counted: false,
            geometry: None,
            shard: None,
            known: listed.iter().map(|listed| (listed.series.is_err(), 0)).collect(),
        }
    }

    pub fn console(&mut self) -> &mut Console {
        &mut self.console
    }

    pub fn expect(&mut self, number: usize, ends: u64) {
        self.is_counted = true;
        self.series[number].expected = ends;
        self.console.expect(ends, 0);
    }

    /// Whether a series was refused.
    pub fn has_refused(&self, symbol: &str, code: &str) -> bool {
        self.series.iter().any(|tally| tally.refused && tally.symbol == symbol && tally.code == code)
    }

    /// Takes note of the shard that this is.
    pub fn shard(&mut self, shard: Shard, plan: Option<String>, is_finished: bool) {
        self.shard = Some((shard, plan, is_finished));
    }

    /// Takes note of the geometry's file, which has so many lines, unless it was not written.
    pub fn geometry(&mut self, file: &Path, pictures: Option<u64>) {
        self.geometry = pictures.map(|pictures| (file.to_owned(), pictures));
    }

    /// Whether every series and picture went well; of a shard, all but what its plan refuses already.
    pub fn is_well(&self) -> bool {
        let forgives = self.shard.is_some();
        self.series.iter().zip(&self.known).all(|(tally, &(was_refused, ends))| {
            let forgiven = if forgives { ends } else { 0 };
            (!tally.refused || (forgives && was_refused)) && tally.failed == forgiven
        })
    }

    /// Prints the summary.
    pub fn finish(mut self, interrupt: &Interrupt) -> Result<(), Error> {
        let interrupted = interrupt.is_set();
        self.console.clear_bar();
        let left = self.console.left().filter(|_| interrupted && self.is_counted);
        let seconds = self.started.elapsed().max(Duration::from_millis(1)).as_secs_f64();
        if self.console.is_json() {
            self.print_json(seconds, interrupted, left);
        } else {
            let why = if interrupt.has_timed_out() { "Time is up" } else { "Interrupted" };
            self.print_text(seconds, Some(why).filter(|_| interrupted), left);
        }
        self.console.finish()
    }

    fn print_json(&mut self, seconds: f64, interrupted: bool, left: Option<u64>) {
        for tally in &self.series {
            if let Some(survey) = &tally.survey {
                self.console.print_json(&tally.line(survey));
            }
        }
        let total = self.total();
        let place = |path: &Path| path.to_string_lossy().into_owned();
        let summary = Line::Summary {
            series: self.series.len(),
            refused: self.series.iter().filter(|tally| tally.refused).count(),
            rendered: total.rendered,
            unchanged: total.unchanged,
            missing: total.missing,
            failed: total.failed,
            gaps: self.surveys().map(|survey| survey.gaps).sum(),
            missing_candles: self.surveys().map(|survey| survey.missing_candles).sum(),
            seconds: (seconds * 1000.0).round() / 1000.0,
            pictures_per_second: self.rate(&total, seconds).round(),
            root: self.root.to_string(),
            index: place(&self.index),
            geometry: self.geometry.as_ref().map(|(file, _)| place(file)),
            first_picture: self.first.as_ref().map(|(.., path)| path.clone()),
            dry_run: self.dry_run,
            interrupted,
            left,
            shard: self.shard.as_ref().map(|(shard, ..)| shard.to_string()),
            plan: self.shard.as_ref().and_then(|(_, plan, _)| plan.clone()),
            finished: self.shard.as_ref().filter(|_| !self.dry_run).map(|(.., is_finished)| *is_finished),
        };
        self.console.print_json(&summary);
    }

    fn print_text(&mut self, seconds: f64, interrupted: Option<&str>, left: Option<u64>) {
        let total = self.total();
        if total.failed > MOST_SHOWN {
            self.console.complain(&format!("and {} more pictures", total.failed - MOST_SHOWN));
        }
        if self.console.is_quiet() {
            return;
        }
        let did = if self.dry_run { "to render" } else { "rendered" };
        let mut lines: Vec<String> = self.series.iter().filter_map(|tally| tally.text(did)).collect();
        let Tally { rendered, unchanged, missing, failed, .. } = total;
        let refused = match self.series.iter().filter(|tally| tally.refused).count() {
            0 => String::new(),
            count => format!(", {count} series refused"),
        };
        let rate = match self.rate(&total, seconds) {
            0.0 => String::new(),
            rate => format!(" ({rate:.0} pictures/s)"),
        };
        lines.push(format!(
            "Total: {rendered} {did}, {unchanged} unchanged, {missing} missing, {failed} failed{refused} in {seconds:.2} s{rate}"
        ));
        let is_unplanned = matches!(self.shard, Some((_, None, _)));
        if let Some(why) = interrupted.filter(|_| is_unplanned) {
            lines.push(format!("{why} before the plan was ready: nothing was begun."));
        } else if let Some(why) = interrupted {
            let left = left.map_or_else(String::new, |left| format!(" about {left} ends are left;"));
            lines.push(format!(
                "{why}: everything above is in place;{left} the same command goes on from here."
            ));
        }
        if let Some((shard, plan, is_finished)) = &self.shard {
            let is_whole = self.series.iter().all(|tally| !tally.refused && tally.failed == 0);
            let finished = match (*is_finished, self.dry_run) {
                (_, true) | (true, _) if is_whole => "",
                (true, _) => ", finished; what was refused is refused in the plan as well",
                (false, true) => "",
                (false, false) => ", not finished",
            };
            lines.push(format!(
                "Shard: {shard} of plan {}{finished}",
                plan.as_deref().map_or_else(|| "unknown".to_owned(), short)
            ));
        }
        if self.dry_run {
            lines.push("Dry run: nothing was written.".to_owned());
        } else {
            lines.push(format!("Pictures: {}", self.root));
            lines.push(format!("Index: {}", self.index.display()));
        }
        if let Some((file, pictures)) = &self.geometry {
            lines.push(format!("Geometry: {} ({pictures} pictures)", file.display()));
        }
        lines.extend(self.first.as_ref().map(|(.., path)| format!("First picture: {}", self.root.at(path))));
        for line in lines {
            self.console.print(&line);
        }
    }

    fn total(&self) -> Tally {
        self.series.iter().fold(Tally::default(), |sum, tally| Tally {
            rendered: sum.rendered + tally.rendered,
            unchanged: sum.unchanged + tally.unchanged,
            missing: sum.missing + tally.missing,
            failed: sum.failed + tally.failed,
            ..sum
        })
    }

    fn surveys(&self) -> impl Iterator<Item = &Survey> {
        self.series.iter().filter_map(|tally| tally.survey.as_ref())
    }

    fn rate(&self, total: &Tally, seconds: f64) -> f64 {
        if self.dry_run { 0.0 } else { total.rendered as f64 / seconds }
    }
}

impl Audience for Report {
    fn surveyed(&mut self, number: usize, survey: Survey) {
        let tally = &mut self.series[number];
        self.console.expect(survey.ends, tally.expected);
        tally.expected = survey.ends;
        let (name, ends, candles) = (tally.name(), survey.ends, survey.candles);
        tally.survey = Some(survey);
        self.console.log(|| format!("{name}: {candles} candles read, {ends} ends to look at"));
    }

    fn refused(&mut self, number: usize, reason: &str) {
        let tally = &mut self.series[number];
        tally.refused = true;
        if tally.survey.is_none() {
            self.console.expect(0, tally.expected);
        }
        let Tally { symbol, code, .. } = &self.series[number];
        if self.console.is_json() {
            self.console.print_json(&Line::Refused { symbol, interval: code, reason });
        } else {
            let text = format!("series {} refused: {reason}", self.series[number].name());
            self.console.complain(&text);
        }
    }

    fn counted(&mut self, number: usize, counts: Counts) {
        let tally = &mut self.series[number];
        let Counts { fine, missing, forecast } = counts;
        tally.unchanged += fine;
        tally.missing += missing;
        tally.rendered += forecast;
        self.console.advance(fine + missing + forecast);
    }

    /// Counts an end that no file name can show as failed.
    fn end_refused(&mut self, number: usize, end: i64, reason: &str) {
        self.series[number].failed += 1;
        self.known[number].1 += 1;
        self.console.advance(1);
        self.console.count(0, 1);
        self.failures += 1;
        let Tally { symbol, code, .. } = &self.series[number];
        if self.console.is_json() {
            let line = Line::EndRefused { symbol, interval: code, end_open_time_ms: end, reason };
            self.console.print_json(&line);
        } else if self.failures <= MOST_SHOWN {
            let text = format!("an end of series {} refused: {reason}", self.series[number].name());
            self.console.complain(&text);
        }
    }

    fn rendered(&mut self, row: &Row) {
        self.counted(row.number, Counts { forecast: 1, ..Counts::default() });
        self.console.count(1, 0);
        let place = (row.number, row.key.end);
        if self.first.as_ref().is_none_or(|(number, end, _)| place < (*number, *end)) {
            self.first = Some((place.0, place.1, row.path.clone()));
        }
    }

    fn missed(&mut self, row: &Row) {
        self.counted(row.number, Counts { missing: 1, ..Counts::default() });
    }

    fn failed(&mut self, number: usize, path: &str, reason: &str, _: Option<Finding>) {
        self.series[number].failed += 1;
        self.console.advance(1);
        self.console.count(0, 1);
        self.failures += 1;
        if self.console.is_json() {
            self.console.print_json(&Line::Failed { path, reason });
        } else if self.failures <= MOST_SHOWN {
            let text = format!("cannot write {}: {reason}", self.root.at(path));
            self.console.complain(&text);
        }
    }

    // What `render` finds, it mends at once or has said already.
    fn found(&mut self, _: Finding) {}

    fn unreadable(&mut self, number: usize, path: &str, reason: &str) {
        self.failed(number, path, reason, None);
    }

    fn tick(&mut self) {
        self.console.tick();
    }
}
