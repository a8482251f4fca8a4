//! Where a run says what it does: results on standard output, all else on standard error, under a progress bar.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use render_core::Spec;
use serde::Serialize;
use serde_json::json;

use crate::{
    advice,
    config::Output,
    error::Error,
    value::{Format, Progress},
};

/// The two streams and the bar.
pub struct Console {
    output: Output,
    bar: ProgressBar,
    /// Set once standard output cannot be written to.
    broken: Option<io::Error>,
    /// Whether standard output has something else to carry, so that results go to standard error.
    is_aside: bool,
    lines: Option<Lines>,
}

/// What `--progress json` tells besides how far the bar is.
struct Lines {
    command: &'static str,
    started: Instant,
    told: Instant,
    made: u64,
    failed: u64,
}

/// A line of `--format json` or `--progress json`: what it is of, and fields with stable names.
#[derive(Serialize)]
struct Line<'a, T> {
    r#type: &'a str,
    #[serde(flatten)]
    fields: &'a T,
}

impl<T: Serialize> fmt::Display for Line<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Text, numbers and truth values always serialise.
        f.write_str(&serde_json::to_string(self).unwrap_or_default())
    }
}

/// From one line of `--progress json` to the next.
const BETWEEN_LINES: Duration = Duration::from_secs(1);

impl Console {
    pub fn new(output: Output) -> Self {
        let text = output.format == Format::Text && output.progress == Progress::Auto && !output.quiet;
        let bar = if text && io::stderr().is_terminal() { new_bar() } else { ProgressBar::hidden() };
        Self { output, bar, broken: None, is_aside: false, lines: None }
    }

    /// Results go to standard error, since standard output carries something else.
    pub fn aside(mut self) -> Self {
        self.is_aside = true;
        self
    }

    /// Tells of the progress of this command, where that is asked for as JSON.
    pub fn follow(&mut self, command: &'static str) {
        let now = Instant::now();
        let lines = Lines { command, started: now, told: now, made: 0, failed: 0 };
        self.lines = Some(lines).filter(|_| self.output.progress == Progress::Json);
    }

    pub fn is_json(&self) -> bool {
        self.output.format == Format::Json
    }

    /// Whether nobody reads the results any more.
    pub fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    pub fn is_verbose(&self) -> bool {
        self.output.verbose
    }

    /// Whether the expected number of ends is worth counting.
    pub fn shows_progress(&self) -> bool {
        !self.bar.is_hidden() || self.lines.is_some()
    }

    /// Ends that are expected and not done yet, as far as that is known.
    pub fn left(&self) -> Option<u64> {
        Some(self.bar.length()?.saturating_sub(self.bar.position()))
    }

    /// Writes a line of progress where it is time for one.
    pub fn tick(&mut self) {
        if self.lines.as_ref().is_some_and(|lines| lines.told.elapsed() >= BETWEEN_LINES) {
            self.write_progress(false);
        }
    }

    fn write_progress(&mut self, last: bool) {
        let Some(lines) = &mut self.lines else {
            return;
        };
        lines.told = Instant::now();
        let seconds = lines.started.elapsed().as_secs_f64();
        let (done, total) = (self.bar.position(), self.bar.length().filter(|&total| total > 0));
        let rate = if seconds > 0.0 { done as f64 / seconds } else { 0.0 };
        let left = total.filter(|_| rate > 0.0).map(|total| total.saturating_sub(done) as f64 / rate);
        let fields = json!({
            "command": lines.command, "done": done, "total": total, "made": lines.made, "failed": lines.failed,
            "seconds": rounded(seconds), "per_second": rounded(rate), "seconds_left": left.map(rounded), "last": last,
        });
        // One write, so that no other line gets into this one where both streams are one.
        let line = format!("{}\n", Line { r#type: "progress", fields: &fields });
        // A closed standard error must not end the run.
        let _ = io::stderr().write_all(line.as_bytes());
    }

    /// Lets the bar expect more ends, or fewer.
    pub fn expect(&self, more: u64, fewer: u64) {
        self.bar.set_length(self.bar.length().unwrap_or(0).saturating_sub(fewer).saturating_add(more));
    }

    /// Counts ends that are done, pictures that are in place, and such that could not be made.
    pub fn advance(&mut self, done: u64, made: u64, failed: u64) {
        self.bar.inc(done);
        if let Some(lines) = &mut self.lines {
            lines.made += made;
            lines.failed += failed;
        }
    }

    /// Says on standard error what is being done, for those who asked to know.
    pub fn log(&mut self, text: impl FnOnce() -> String) {
        if self.output.verbose {
            self.tell(&format!("image-cache: {}", text()));
        }
    }

    /// Says on standard error what went wrong.
    pub fn complain(&mut self, text: &str) {
        self.tell(&format!("image-cache: error: {text}"));
    }

    /// Says on standard error that rising and falling candles look alike in the style of a spec.
    pub fn warn_of_style(&mut self, spec: &Spec) {
        if let Some(text) = advice::look_alike(&spec.options().style, spec.options().kind) {
            self.warn(&text);
        }
    }

    /// Says on standard error what is not as one would expect.
    pub fn warn(&mut self, text: &str) {
        if !self.output.quiet {
            self.tell(&format!("image-cache: note: {text}"));
        }
    }

    fn tell(&mut self, text: &str) {
        // A closed standard error must not end the run.
        let text = format!("{text}\n");
        self.bar.suspend(|| {
            let _ = io::stderr().write_all(text.as_bytes());
        });
    }

    /// Prints lines of results, unless nothing but errors is to be said.
    pub fn print_lines(&mut self, lines: &[String]) {
        if !self.output.quiet {
            lines.iter().for_each(|line| self.print(line));
        }
    }

    /// Prints a line of results.
    pub fn print(&mut self, line: &str) {
        if self.is_aside {
            self.tell(line);
        } else if self.broken.is_none() {
            self.broken = self.bar.suspend(|| writeln!(io::stdout(), "{line}").err());
        }
    }

    /// Prints a line of `--format json`.
    pub fn print_json(&mut self, r#type: &str, fields: &impl Serialize) {
        self.print(&Line { r#type, fields }.to_string());
    }

    /// Ends all progress.
    pub fn clear_bar(&mut self) {
        self.write_progress(true);
        self.lines = None;
        // Finishing it would also make it say that all is done.
        let (length, position) = (self.bar.length(), self.bar.position());
        self.bar.finish_and_clear();
        self.bar.set_position(position);
        if let Some(length) = length {
            self.bar.set_length(length);
        }
    }

    /// Whether all results were printed; who stops reading has had enough.
    pub fn finish(self) -> Result<(), Error> {
        let broken = self.broken.or_else(|| io::stdout().flush().err());
        let broken = broken.filter(|error| error.kind() != io::ErrorKind::BrokenPipe);
        broken.map_or(Ok(()), |error| Err(Error::system("cannot write to standard output", error)))
    }
}

/// Seconds with as many digits as mean something.
pub fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

fn new_bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    let template = "{bar:30} {pos}/{len} ends, {rate}, {eta} left";
    let rate = |state: &ProgressState, text: &mut dyn fmt::Write| {
        // A bar that cannot show its rate shows the rest.
        let _ = write!(text, "{:.0}/s", state.per_sec());
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style.with_key("rate", rate))
}
