//! What a run says: its progress, what went wrong, and at the end what was done and where it is.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::{
    config::{Output, Settings},
    ends::Survey,
    error::Error,
    market::Listed,
    rows::Row,
    tally::{Line, Tally, to_json},
    value::{Format, Progress},
};

/// A full disk fails every picture for one reason; nobody reads it a thousand times.
const MOST_SHOWN: u64 = 20;

/// Everything that is printed, and the counts behind it.
pub struct Report {
    output: Output,
    root: PathBuf,
    index: PathBuf,
    dry_run: bool,
    started: Instant,
    series: Vec<Tally>,
    first: Option<(usize, i64, String)>,
    failures: u64,
    geometry: Option<(PathBuf, u64)>,
    bar: ProgressBar,
    stderr: Box<dyn Write>,
    /// Set once standard output cannot be written to.
    broken: Option<io::Error>,
}

impl Report {
    pub fn new(settings: &Settings, listed: &[Listed], stderr: Box<dyn Write>) -> Self {
        let tally = |listed: &Listed| Tally {
            symbol: listed.symbol.clone(),
            code: listed.code.clone(),
            ..Tally::default()
        };
        let output = settings.output;
        let text = output.format == Format::Text && output.progress == Progress::Auto && !output.quiet;
        let bar = if text && io::stderr().is_terminal() { new_bar() } else { ProgressBar::hidden() };
        Self {
            output,
            root: settings.root.clone(),
            index: settings.index.clone(),
            dry_run: settings.dry_run,
            started: Instant::now(),
            series: listed.iter().map(tally).collect(),
            first: None,
            failures: 0,
            geometry: None,
            bar,
            stderr,
            broken: None,
        }
    }

    /// Whether the expected number of ends is worth counting.
    pub fn wants_expectations(&self) -> bool {
        !self.bar.is_hidden()
    }

    pub fn expect(&mut self, number: usize, ends: u64) {
        self.series[number].expected = ends;
        self.bar.inc_length(ends);
    }

    pub fn surveyed(&mut self, number: usize, survey: Survey) {
        let tally = &mut self.series[number];
        let length =
            self.bar.length().unwrap_or(0).saturating_sub(tally.expected).saturating_add(survey.ends);
        self.bar.set_length(length);
        tally.expected = survey.ends;
        let (name, ends, candles) = (tally.name(), survey.ends, survey.candles);
        tally.survey = Some(survey);
        self.log(|| format!("{name}: {candles} candles read, {ends} ends to look at"));
    }

    pub fn refused(&mut self, number: usize, reason: &str) {
        let tally = &mut self.series[number];
        tally.refused = true;
        if tally.survey.is_none() {
            let length = self.bar.length().unwrap_or(0).saturating_sub(tally.expected);
            self.bar.set_length(length);
        }
        let Tally { symbol, code, .. } = &self.series[number];
        match self.output.format {
            Format::Text => {
                let text = format!("series {} refused: {reason}", self.series[number].name());
                self.complain(&text);
            }
            Format::Json => {
                let line = to_json(&Line::Refused { symbol, interval: code, reason });
                self.print(&line);
            }
        }
    }

    pub fn rendered(&mut self, row: &Row) {
        self.forecast(row.series.number, 1);
        let place = (row.series.number, row.end);
        if self.first.as_ref().is_none_or(|(number, end, _)| place < (*number, *end)) {
            self.first = Some((place.0, place.1, row.path.clone()));
        }
    }

    /// Counts pictures as rendered that a dry run would render.
    pub fn forecast(&mut self, number: usize, pictures: u64) {
        self.series[number].rendered += pictures;
        self.bar.inc(pictures);
    }

    pub fn unchanged(&mut self, number: usize, pictures: u64) {
        self.series[number].unchanged += pictures;
        self.bar.inc(pictures);
    }

    pub fn missing(&mut self, number: usize, ends: u64) {
        self.series[number].missing += ends;
        self.bar.inc(ends);
    }

    /// Counts an end that no file name can show as failed.
    pub fn end_refused(&mut self, number: usize, end: i64, reason: &str) {
        self.series[number].failed += 1;
        self.bar.inc(1);
        self.failures += 1;
        let Tally { symbol, code, .. } = &self.series[number];
        match self.output.format {
            Format::Json => {
                let line =
                    to_json(&Line::EndRefused { symbol, interval: code, end_open_time_ms: end, reason });
                self.print(&line);
            }
            Format::Text if self.failures <= MOST_SHOWN => {
                let text = format!("an end of series {} refused: {reason}", self.series[number].name());
                self.complain(&text);
            }
            Format::Text => {}
        }
    }

    pub fn failed(&mut self, number: usize, path: &str, reason: &str) {
        self.series[number].failed += 1;
        self.bar.inc(1);
        self.failures += 1;
        match self.output.format {
            Format::Json => self.print(&to_json(&Line::Failed { path, reason })),
            Format::Text if self.failures <= MOST_SHOWN => {
                let text = format!("cannot write {}: {reason}", self.root.join(path).display());
                self.complain(&text);
            }
            Format::Text => {}
        }
    }

    /// Whether a series was refused.
    pub fn has_refused(&self, symbol: &str, code: &str) -> bool {
        self.series.iter().any(|tally| tally.refused && tally.symbol == symbol && tally.code == code)
    }

    /// Takes note of the geometry's file, which has so many lines, unless it was not written.
    pub fn geometry(&mut self, file: &Path, pictures: Option<u64>) {
        self.geometry = pictures.map(|pictures| (file.to_owned(), pictures));
    }

    /// Says on standard error what is being done, for those who asked to know.
    pub fn log(&mut self, text: impl FnOnce() -> String) {
        if self.output.verbose {
            self.tell(&format!("image-cache: {}", text()));
        }
    }

    /// Prints the summary; gives whether every series and picture went well.
    pub fn finish(mut self, interrupted: bool) -> Result<bool, Error> {
        self.bar.finish_and_clear();
        let seconds = self.started.elapsed().max(Duration::from_millis(1)).as_secs_f64();
        match self.output.format {
            Format::Json => self.print_json(seconds, interrupted),
            Format::Text => self.print_text(seconds, interrupted),
        }
        if self.broken.is_none() {
            self.broken = io::stdout().flush().err();
        }
        match self.broken {
            // Whoever reads along may stop reading; the pictures are made all the same.
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Output(error)),
            _ => Ok(self.series.iter().all(|tally| !tally.refused && tally.failed == 0)),
        }
    }

    fn print_json(&mut self, seconds: f64, interrupted: bool) {
        let mut lines: Vec<String> = self
            .series
            .iter()
            .filter_map(|tally| Some(to_json(&tally.line(tally.survey.as_ref()?))))
            .collect();
        let total = self.total();
        let place = |path: &Path| path.to_string_lossy().into_owned();
        lines.push(to_json(&Line::Summary {
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
            root: place(&self.root),
            index: place(&self.index),
            geometry: self.geometry.as_ref().map(|(file, _)| place(file)),
            first_picture: self.first.as_ref().map(|(.., path)| path.clone()),
            dry_run: self.dry_run,
            interrupted,
        }));
        for line in lines {
            self.print(&line);
        }
    }

    fn print_text(&mut self, seconds: f64, interrupted: bool) {
        let total = self.total();
        if total.failed > MOST_SHOWN {
            self.complain(&format!("and {} more pictures", total.failed - MOST_SHOWN));
        }
        if self.output.quiet {
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
        if interrupted {
            lines.push(
                "Interrupted: everything above is in place; the same command goes on from here.".to_owned(),
            );
        }
        if self.dry_run {
            lines.push("Dry run: nothing was written.".to_owned());
        } else {
            lines.push(format!("Pictures: {}", self.root.display()));
            lines.push(format!("Index: {}", self.index.display()));
        }
        if let Some((file, pictures)) = &self.geometry {
            lines.push(format!("Geometry: {} ({pictures} pictures)", file.display()));
        }
        lines.extend(
            self.first
                .as_ref()
                .map(|(.., path)| format!("First picture: {}", self.root.join(path).display())),
        );
        for line in lines {
            self.print(&line);
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

    fn complain(&mut self, text: &str) {
        self.tell(&format!("image-cache: error: {text}"));
    }

    fn tell(&mut self, text: &str) {
        // A closed standard error must not end the run.
        self.bar.suspend(|| {
            let _ = writeln!(self.stderr, "{text}");
        });
    }

    fn print(&mut self, line: &str) {
        if self.broken.is_none() {
            self.broken = writeln!(io::stdout(), "{line}").err();
        }
    }
}

fn new_bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    let template = "{bar:30} {pos}/{len} ends, {rate}, {eta} left";
    let rate = |state: &ProgressState, text: &mut dyn fmt::Write| {
        // A bar that cannot show its rate shows the rest.
        let _ = write!(text, "{:.0}/s", state.per_sec());
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.with_key("rate", rate)),
        Err(_) => bar,
    }
}
