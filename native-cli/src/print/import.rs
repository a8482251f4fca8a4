//! What `import` prints.

use std::time::{Duration, Instant};

use candles::{format_utc, text::one_line};
use market::{
    Counts, Extent, ImportNotice, ImportOptions, ImportSummary, ImportedCandle, SeriesImport, StoredText,
    UnderstoodText,
};
use serde_json::json;

use super::place;
use crate::{
    advice,
    console::{Console, rounded},
};

/// A file of another kind has as many bad rows as lines; nobody reads all of them.
const MOST_SHOWN: u64 = 20;
/// Series of one file that are listed.
const MOST_LISTED: usize = 10;

/// Prints what is refused as it is, and the results at the end.
pub struct ImportPrinter<'a> {
    console: &'a mut Console,
    started: Instant,
    /// Rows of the present text that were refused.
    refused: u64,
    /// Whether what was understood is told.
    tells_format: bool,
}

impl<'a> ImportPrinter<'a> {
    /// `tells_format` says that what was understood of each file is told even unasked.
    pub fn new(console: &'a mut Console, tells_format: bool) -> Self {
        Self { console, started: Instant::now(), refused: 0, tells_format }
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
    pub fn end_text(&mut self, file: &str) {
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
                self.refuse(file, Some((unit, line)), &advice::row(fault));
            }
            ImportNotice::PassedOver(file) => {
                self.console.log(|| format!("{}: holds no candles, as others beside it do", one_line(file)));
            }
            ImportNotice::Understood(text) => {
                if self.console.is_json() {
                    self.console.print_json("format", text);
                } else if self.tells_format {
                    self.console.print_lines(&understood_text(text));
                } else {
                    self.console.log(|| understood_text(text).join("\n"));
                }
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

/// How a file is read.
fn understood_text(text: &UnderstoodText<'_>) -> Vec<String> {
    let UnderstoodText { file, format, encoding, columns, time, time_zone, numbers, series } = text;
    let encoding = encoding.map_or_else(String::new, |encoding| format!(", {encoding}"));
    let listed: Vec<String> =
        series.iter().take(MOST_LISTED).map(|(symbol, interval)| format!("{symbol} {interval}")).collect();
    let more = if series.len() > MOST_LISTED {
        format!(" and {} more", series.len() - MOST_LISTED)
    } else {
        String::new()
    };
    vec![
        format!("{}: {format}{encoding}", one_line(file)),
        format!("  columns  {}", columns.join(",")),
        format!("  times    {time}, {time_zone}"),
        format!("  numbers  {numbers}"),
        format!("  series   {}{more}", listed.join(", ")),
    ]
}

fn stored_text(text: &StoredText<'_>) -> String {
    let StoredText { file, symbol, interval, counts, refused, checksum, empty, widened, .. } = text;
    let Counts { new, changed, unchanged } = counts;
    let checked = if checksum.is_some() { ", SHA-256 as published" } else { "" };
    let mut line = format!(
        "{}: {symbol} {interval}: {new} new, {changed} changed, {unchanged} unchanged, {refused} refused{checked}",
        one_line(file)
    );
    for (count, what) in [(empty, "without prices"), (widened, "widened by rounding")] {
        if *count > 0 {
            line += &format!(", {count} {what}");
        }
    }
    line
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
    let SeriesImport {
        symbol,
        interval,
        counts,
        refused,
        repeated,
        superseded,
        incomplete,
        extent,
        offset,
        ends,
        proposed_calendar,
        ..
    } = series;
    let Counts { new, changed, unchanged } = counts;
    let from = sources_text(series);
    let mut line = format!("{symbol} {interval}{from}: {new} new, {changed} changed, {unchanged} unchanged");
    for (count, what) in
        [(refused, "refused"), (repeated, "repeated"), (superseded, "superseded"), (incomplete, "incomplete")]
    {
        if *count > 0 {
            line += &format!(", {count} {what}");
        }
    }
    let mut lines = vec![line];
    if let Some([first, last]) = ends.as_ref().filter(|_| dry_run) {
        lines.push(format!("  first    {}", candle_text(first)));
        lines.push(format!("  last     {}", candle_text(last)));
    }
    let Extent { candles, first_open_time, last_open_time, gaps, missing_candles, first_gaps, .. } = extent;
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
    if let Some(calendar) = proposed_calendar {
        lines.push(format!(
            "  more than a tenth of its steps hold no candle; --calendar {calendar} expects none there"
        ));
    }
    lines
}

fn candle_text(candle: &ImportedCandle) -> String {
    let ImportedCandle { open_time, open, high, low, close, volume } = candle;
    format!("{} open {open} high {high} low {low} close {close} volume {volume}", format_utc(*open_time))
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
