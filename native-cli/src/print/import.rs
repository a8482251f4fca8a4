//! What `import` says: what was refused, and what became of the rest.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use candles::text::one_line;
use render_core::format_utc;
use serde::Serialize;

use super::{Name, judge::Judged, market::Extent, resample::Built, row::Rows, upsert::Counts};
use crate::{config::ImportSettings, console::Console, error::Error};

/// A file of another kind has as many bad rows as lines; nobody reads all of them.
const MOST_SHOWN: u64 = 20;

/// A line of `--format json`. Field names are stable.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    /// A file, one of its members, one of its rows or a series to build that was not taken.
    Refused { file: &'a str, line: Option<u64>, reason: &'a str },
    /// A text that was read.
    Input {
        file: &'a str,
        symbol: &'a str,
        interval: &'a str,
        new: u64,
        changed: u64,
        unchanged: u64,
        refused: u64,
        repeated: u64,
        /// Whether it had the SHA-256 that stands in the file beside it; null without one.
        checksum: Option<bool>,
    },
    Series {
        symbol: &'a str,
        interval: &'a str,
        /// The finest interval that it was built from; null where it was imported.
        from_interval: Option<&'a str>,
        /// What every finer interval gave to it.
        from_intervals: Vec<SourceLine<'a>>,
        new: u64,
        changed: u64,
        unchanged: u64,
        refused: u64,
        repeated: u64,
        /// Candles that were not built for lack of a finer one.
        incomplete: u64,
        /// Stored now.
        candles: u64,
        first_open_time: Option<String>,
        last_open_time: Option<String>,
        gaps: u64,
        missing_candles: u64,
        first_gaps: Vec<GapLine>,
    },
    Summary {
        series: usize,
        new: u64,
        changed: u64,
        unchanged: u64,
        refused: u64,
        refused_files: u64,
        repeated: u64,
        gaps: u64,
        missing_candles: u64,
        seconds: f64,
        rows_per_second: f64,
        db: String,
        dry_run: bool,
        interrupted: bool,
    },
}

#[derive(Serialize)]
struct SourceLine<'a> {
    interval: &'a str,
    candles: u64,
}

#[derive(Serialize)]
struct GapLine {
    first: String,
    last: String,
    candles: u64,
}

/// What was done to one series.
#[derive(Debug)]
struct Tally {
    name: Name,
    is_imported: bool,
    /// Finer intervals, and how many candles each gave.
    sources: Vec<(String, u64)>,
    counts: Counts,
    refused: u64,
    repeated: u64,
    incomplete: u64,
    extent: Extent,
    offset: i64,
}

/// Everything that is printed, and the counts behind it.
pub struct Report {
    console: Console,
    db: PathBuf,
    dry_run: bool,
    started: Instant,
    series: Vec<Tally>,
    refused_files: u64,
    /// Rows of the present text that were refused.
    refused_here: u64,
}

impl Report {
    pub fn new(settings: &ImportSettings, console: Console) -> Self {
        let (db, dry_run) = (settings.db.clone(), settings.dry_run);
        let started = Instant::now();
        Self { console, db, dry_run, started, series: Vec::new(), refused_files: 0, refused_here: 0 }
    }

    pub fn console(&mut self) -> &mut Console {
        &mut self.console
    }

    /// The series that rows were imported to.
    pub fn series(&self) -> Vec<Name> {
        let taken = |tally: &&Tally| tally.is_imported && tally.counts != Counts::default();
        self.series.iter().filter(taken).map(|tally| tally.name.clone()).collect()
    }

    /// Those, and the series that were built.
    pub fn all(&self) -> Vec<Name> {
        self.series.iter().map(|tally| tally.name.clone()).collect()
    }

    /// Whether a row of the present text was refused.
    pub fn has_refused_here(&self) -> bool {
        self.refused_here > 0
    }

    /// A whole file, or a series to build, was not taken.
    pub fn refused(&mut self, place: &str, line: Option<u64>, why: &str) {
        self.refused_files += 1;
        self.show_hidden(place);
        if self.console.is_json() {
            self.console.print_json(&Line::Refused { file: place, line, reason: why });
        } else {
            self.console.complain(&format!("{}: {why}", one_line(place)));
        }
    }

    /// One row was not taken.
    pub fn refused_row(&mut self, name: &Name, place: &str, unit: &str, line: u64, why: &str) {
        self.refused_here += 1;
        self.tally(name).refused += 1;
        if self.console.is_json() {
            self.console.print_json(&Line::Refused { file: place, line: Some(line), reason: why });
        } else if self.refused_here <= MOST_SHOWN {
            self.console.complain(&format!("{}: {unit} {line}: {why}", one_line(place)));
        }
    }

    fn show_hidden(&mut self, place: &str) {
        let hidden = std::mem::take(&mut self.refused_here).saturating_sub(MOST_SHOWN);
        if hidden > 0 && !self.console.is_json() {
            self.console.complain(&format!("{}: and {hidden} rows more", one_line(place)));
        }
    }

    /// The rest of a text is stored.
    pub fn stored(&mut self, name: &Name, place: &str, rows: &Rows, judged: Judged, counts: Counts) {
        let refused = self.refused_here;
        self.show_hidden(place);
        let tally = self.tally(name);
        tally.is_imported = true;
        tally.repeated += judged.repeated;
        tally.offset = judged.offset;
        tally.counts.add(counts);
        let Counts { new, changed, unchanged } = counts;
        let (symbol, interval) = (name.symbol.as_str(), name.interval.code());
        if self.console.is_json() {
            self.console.print_json(&Line::Input {
                file: place,
                symbol,
                interval,
                new,
                changed,
                unchanged,
                refused,
                repeated: judged.repeated,
                checksum: rows.checked.then_some(true),
            });
        } else {
            self.console.log(|| {
                let checked = if rows.checked { ", SHA-256 as published" } else { "" };
                format!(
                    "{}: {symbol} {interval}: {new} new, {changed} changed, {unchanged} unchanged, {refused} refused{checked}",
                    one_line(place)
                )
            });
        }
    }

    /// A coarser series was built, or completed.
    pub fn built(&mut self, coarser: &Name, built: Built) {
        let tally = self.tally(coarser);
        tally.sources = built.sources;
        tally.counts.add(built.counts);
        tally.incomplete = built.incomplete;
    }

    /// What is stored of a series now.
    pub fn extent(&mut self, name: &Name, extent: Extent) {
        self.tally(name).extent = extent;
    }

    fn tally(&mut self, name: &Name) -> &mut Tally {
        let found = self.series.iter().position(|tally| tally.name == *name);
        let at = found.unwrap_or_else(|| {
            self.series.push(Tally {
                name: name.clone(),
                is_imported: false,
                sources: Vec::new(),
                counts: Counts::default(),
                refused: 0,
                repeated: 0,
                incomplete: 0,
                extent: Extent::default(),
                offset: 0,
            });
            self.series.len() - 1
        });
        &mut self.series[at]
    }

    /// Prints the summary, and the database if it `is_there`; gives whether everything was taken.
    pub fn finish(mut self, interrupted: bool, is_there: bool) -> Result<bool, Error> {
        let seconds = self.started.elapsed().max(Duration::from_millis(1)).as_secs_f64();
        let mut sum = Counts::default();
        self.series.iter().for_each(|tally| sum.add(tally.counts));
        let refused = self.total(|tally| tally.refused);
        let clean = refused == 0 && self.refused_files == 0;
        let rate = ((sum.new + sum.changed + sum.unchanged) as f64 / seconds).round();
        if self.console.is_json() {
            for tally in &self.series {
                self.console.print_json(&tally.line());
            }
            let summary = Line::Summary {
                series: self.series.len(),
                new: sum.new,
                changed: sum.changed,
                unchanged: sum.unchanged,
                refused,
                refused_files: self.refused_files,
                repeated: self.total(|tally| tally.repeated),
                gaps: self.total(|tally| tally.extent.gaps),
                missing_candles: self.total(|tally| tally.extent.missing),
                seconds: (seconds * 1000.0).round() / 1000.0,
                rows_per_second: rate,
                db: self.db.to_string_lossy().into_owned(),
                dry_run: self.dry_run,
                interrupted,
            };
            self.console.print_json(&summary);
        } else if !self.console.is_quiet() {
            let mut lines: Vec<String> =
                self.series.iter().flat_map(|tally| tally.text(self.dry_run)).collect();
            let Counts { new, changed, unchanged } = sum;
            let files = match self.refused_files {
                0 => String::new(),
                1 => ", 1 file or series refused".to_owned(),
                count => format!(", {count} files or series refused"),
            };
            let refused = counted(refused, "row");
            lines.push(format!(
                "Total: {new} new, {changed} changed, {unchanged} unchanged, {refused} refused{files} in {seconds:.2} s ({rate:.0} rows/s)"
            ));
            if interrupted {
                lines.push(
                    "Interrupted: everything above is stored; the same command goes on from here.".to_owned(),
                );
            }
            if self.dry_run {
                lines.push("Dry run: nothing was written.".to_owned());
            } else if is_there {
                lines.push(format!("Market database: {}", one_line(&self.db.to_string_lossy())));
            }
            lines.iter().for_each(|line| self.console.print(line));
        }
        self.console.finish()?;
        Ok(clean)
    }

    /// Whether anything was stored, or was there already.
    pub fn has_counts(&self) -> bool {
        self.series.iter().any(|tally| tally.counts != Counts::default())
    }

    fn total(&self, of: impl Fn(&Tally) -> u64) -> u64 {
        self.series.iter().map(of).sum()
    }
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
    }
}

impl Tally {
    fn line(&self) -> Line<'_> {
        let Extent { candles, from, to, gaps, missing, first_gaps } = &self.extent;
        let time = |at: &i64| (*candles > 0).then(|| format_utc(*at));
        let gap = |gap: &super::market::Gap| GapLine {
            first: format_utc(gap.from),
            last: format_utc(gap.to),
            candles: gap.candles,
        };
        Line::Series {
            symbol: &self.name.symbol,
            interval: self.name.interval.code(),
            from_interval: self.sources.first().filter(|_| !self.is_imported).map(|(code, _)| code.as_str()),
            from_intervals: self
                .sources
                .iter()
                .map(|(interval, candles)| SourceLine { interval, candles: *candles })
                .collect(),
            new: self.counts.new,
            changed: self.counts.changed,
            unchanged: self.counts.unchanged,
            refused: self.refused,
            repeated: self.repeated,
            incomplete: self.incomplete,
            candles: *candles,
            first_open_time: time(from),
            last_open_time: time(to),
            gaps: *gaps,
            missing_candles: *missing,
            first_gaps: first_gaps.iter().map(gap).collect(),
        }
    }

    /// What it was built from, with the counts where there is more to tell than one name.
    fn sources_text(&self) -> String {
        let told = self.sources.iter().map(|(code, count)| format!("{code} ({count})"));
        match self.sources.as_slice() {
            [] => String::new(),
            sources if self.is_imported && sources.iter().all(|(_, count)| *count == 0) => String::new(),
            _ if self.is_imported => format!(", completed from {}", told.collect::<Vec<_>>().join(", ")),
            [(code, _)] => format!(" from {code}"),
            _ => format!(" from {}", told.collect::<Vec<_>>().join(", ")),
        }
    }

    fn text(&self, dry_run: bool) -> Vec<String> {
        let Self { name, counts: Counts { new, changed, unchanged }, refused, repeated, incomplete, .. } =
            self;
        let from = self.sources_text();
        let mut line = format!(
            "{} {}{from}: {new} new, {changed} changed, {unchanged} unchanged",
            name.symbol,
            name.interval.code()
        );
        for (count, what) in [(refused, "refused"), (repeated, "repeated"), (incomplete, "incomplete")] {
            if *count > 0 {
                line += &format!(", {count} {what}");
            }
        }
        let Extent { candles, from, to, gaps, missing, first_gaps } = &self.extent;
        let mut lines = vec![line];
        if *candles > 0 {
            let held = if dry_run { "would hold" } else { "holds" };
            lines.push(format!("  {held} {candles} candles, {} to {}", format_utc(*from), format_utc(*to)));
        }
        if self.offset != 0 {
            let seconds = self.offset / 1000;
            lines.push(format!("  candles open {seconds} s after the multiples of {}", name.interval.code()));
        }
        if *gaps > 0 {
            let told = first_gaps.iter().map(|gap| {
                let first = format_utc(gap.from);
                if gap.candles == 1 { first } else { format!("{first} to {}", format_utc(gap.to)) }
            });
            let more = if *gaps > first_gaps.len() as u64 { ", ..." } else { "" };
            let told: Vec<String> = told.collect();
            let (gap, candle) = (counted(*gaps, "gap"), counted(*missing, "candle"));
            lines.push(format!("  {gap}, {candle} missing: {}{more}", told.join(", ")));
        }
        lines
    }
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
