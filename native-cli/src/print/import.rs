//! What `import` prints.

use std::time::{Duration, Instant};

use candles::{format_utc, text::one_line};
use market::{Counts, Extent, ImportNotice, ImportOptions, ImportSummary, SeriesImport, StoredText};
use readers::RowFault;
use serde_json::json;

use super::place;
use crate::{
    advice,
    console::{Console, rounded},
};

/// A file of another kind has as many bad rows as lines; nobody reads all of them.
const MOST_SHOWN: u64 = 20;

/// Prints what is refused as it is, and the results at the end.
pub struct ImportPrinter<'a> {
    console: &'a mut Console,
    started: Instant,
    /// Rows of the present text that were refused.
    refused: u64,
}

impl<'a> ImportPrinter<'a> {
    pub fn new(console: &'a mut Console) -> Self {
        Self { console, started: Instant::now(), refused: 0 }
    }

    /// Prints the summary.
    pub fn finish(self, options: &ImportOptions, summary: &ImportSummary) {
        let ImportOptions { db, dry_run, .. } = options;
        let seconds = self.started.elapsed().max(Duration::from_millis(1)).as_secs_f64();
        let sum = |of: fn(&SeriesImport) -> u64| summary.series.iter().map(of).sum::<u64>();
        let (new, changed) = (sum(|series| series.counts.new), sum(|series| series.counts.changed));
        let (unchanged, refused) = (sum(|series| series.counts.unchanged), sum(|series| series.refused));
        let rate = ((new + changed + unchanged) as f64 / seconds).round();
        if self.console.is_json() {
            // Their names are the library's.
            summary.series.iter().for_each(|series| self.console.print_json("series", series));
            let fields = json!({
                "series": summary.series.len(),
                "new": new,
                "changed": changed,
                "unchanged": unchanged,
                "refused": refused,
                "refused_files": summary.refused_files,
                "repeated": sum(|series| series.repeated),
                "gaps": sum(|series| series.extent.gaps),
                "missing_candles": sum(|series| series.extent.missing_candles),
                "seconds": rounded(seconds),
                "rows_per_second": rate,
                "db": place(db),
                "dry_run": dry_run,
                "interrupted": summary.cancelled,
            });
            return self.console.print_json("summary", &fields);
        }
        let mut lines: Vec<String> =
            summary.series.iter().flat_map(|series| series_text(series, *dry_run)).collect();
        let files = match summary.refused_files {
            0 => String::new(),
            1 => ", 1 file or series refused".to_owned(),
            count => format!(", {count} files or series refused"),
        };
        let refused = counted(refused, "row");
        lines.push(format!(
            "Total: {new} new, {changed} changed, {unchanged} unchanged, {refused} refused{files} in {seconds:.2} s ({rate:.0} rows/s)"
        ));
        if summary.cancelled {
            lines.push(
                "Interrupted: everything above is stored; the same command goes on from here.".to_owned(),
            );
        }
        if *dry_run {
            lines.push("Dry run: nothing was written.".to_owned());
        } else if summary.exists {
            lines.push(format!("Market database: {}", one_line(&place(db))));
        }
        self.console.print_lines(&lines);
    }

    /// Ends a text, with the number of its refused rows that were not shown.
    fn end_text(&mut self, file: &str) {
        let hidden = std::mem::take(&mut self.refused).saturating_sub(MOST_SHOWN);
        if hidden > 0 && !self.console.is_json() {
            self.console.complain(&format!("{}: and {hidden} rows more", one_line(file)));
        }
    }

    /// Says that a file, one of its members, one of its rows or a series to build was not taken.
    fn refuse(&mut self, file: &str, row: Option<(&str, u64)>, reason: &str) {
        if self.console.is_json() {
            let fields = json!({"file": file, "line": row.map(|(_, line)| line), "reason": reason});
            self.console.print_json("refused", &fields);
        } else if self.refused <= MOST_SHOWN {
            let row = row.map_or_else(String::new, |(unit, line)| format!("{unit} {line}: "));
            self.console.complain(&format!("{}: {row}{reason}", one_line(file)));
        }
    }

    /// Prints what an import tells while it runs.
    pub fn notice(&mut self, notice: ImportNotice<'_>) {
        match notice {
            ImportNotice::Checksum(file) => {
                self.console.log(|| format!("{}: says the SHA-256 of another file", one_line(file)));
            }
            ImportNotice::Refused { place, refusal } => {
                self.end_text(place);
                self.refuse(place, None, &advice::import(refusal));
            }
            ImportNotice::RowRefused { file, unit, line, fault } => {
                self.refused += 1;
                let is_double = matches!(fault, RowFault::Contradiction { .. });
                let consequence = if is_double { "; neither is taken" } else { "" };
                self.refuse(file, Some((unit, line)), &format!("{fault}{consequence}"));
            }
            ImportNotice::Stored(text) => {
                self.end_text(text.file);
                if self.console.is_json() {
                    self.console.print_json("input", &text);
                } else {
                    self.console.log(|| stored_text(&text));
                }
            }
        }
    }
}

fn stored_text(text: &StoredText<'_>) -> String {
    let StoredText { file, symbol, interval, counts, refused, checksum, .. } = text;
    let Counts { new, changed, unchanged } = counts;
    let checked = if checksum.is_some() { ", SHA-256 as published" } else { "" };
    format!(
        "{}: {symbol} {interval}: {new} new, {changed} changed, {unchanged} unchanged, {refused} refused{checked}",
        one_line(file)
    )
}

/// What a series was built from, with the counts where there is more to tell than one name.
fn sources_text(series: &SeriesImport) -> String {
    let sources = &series.from_intervals;
    let listed = || {
        let listed = sources.iter().map(|source| format!("{} ({})", source.interval, source.candles));
        listed.collect::<Vec<_>>().join(", ")
    };
    match (&series.from_interval, sources.as_slice()) {
        (None, sources) if sources.iter().all(|source| source.candles == 0) => String::new(),
        (None, _) => format!(", completed from {}", listed()),
        (Some(finest), [] | [_]) => format!(" from {finest}"),
        (Some(_), _) => format!(" from {}", listed()),
    }
}

fn series_text(series: &SeriesImport, dry_run: bool) -> Vec<String> {
    let SeriesImport { symbol, interval, counts, refused, repeated, incomplete, extent, offset, .. } = series;
    let Counts { new, changed, unchanged } = counts;
    let from = sources_text(series);
    let mut line = format!("{symbol} {interval}{from}: {new} new, {changed} changed, {unchanged} unchanged");
    for (count, what) in [(refused, "refused"), (repeated, "repeated"), (incomplete, "incomplete")] {
        if *count > 0 {
            line += &format!(", {count} {what}");
        }
    }
    let mut lines = vec![line];
    let Extent { candles, first_open_time, last_open_time, gaps, missing_candles, first_gaps } = extent;
    if let (Some(first), Some(last)) = (first_open_time, last_open_time) {
        let held = if dry_run { "would hold" } else { "holds" };
        lines.push(format!("  {held} {candles} candles, {} to {}", format_utc(*first), format_utc(*last)));
    }
    if *offset != 0 {
        lines.push(format!("  candles open {} s after the multiples of {interval}", offset / 1000));
    }
    if *gaps > 0 {
        let listed = first_gaps.iter().map(|gap| match gap.candles {
            1 => format_utc(gap.first),
            _ => format!("{} to {}", format_utc(gap.first), format_utc(gap.last)),
        });
        let listed = listed.collect::<Vec<_>>().join(", ");
        let more = if *gaps > first_gaps.len() as u64 { ", ..." } else { "" };
        let (gaps, missing) = (counted(*gaps, "gap"), counted(*missing_candles, "candle"));
        lines.push(format!("  {gaps}, {missing} missing: {listed}{more}"));
    }
    lines
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
