//! Where a run says what it does: results on standard output, all else on standard error, under a progress bar.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde::Serialize;

use crate::{
    config::Output,
    error::Error,
    value::{Format, Progress},
};

/// The two streams and the bar.
pub struct Console {
    output: Output,
    bar: ProgressBar,
    stderr: Box<dyn Write>,
    /// Set once standard output cannot be written to.
    broken: Option<io::Error>,
}

impl Console {
    pub fn new(output: Output, stderr: Box<dyn Write>) -> Self {
        let text = output.format == Format::Text && output.progress == Progress::Auto && !output.quiet;
        let bar = if text && io::stderr().is_terminal() { new_bar() } else { ProgressBar::hidden() };
        Self { output, bar, stderr, broken: None }
    }

    pub fn is_json(&self) -> bool {
        self.output.format == Format::Json
    }

    pub fn is_quiet(&self) -> bool {
        self.output.quiet
    }

    pub fn is_verbose(&self) -> bool {
        self.output.verbose
    }

    /// Whether the expected number of ends is worth counting.
    pub fn has_bar(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Lets the bar expect more ends, or fewer.
    pub fn expect(&self, more: u64, fewer: u64) {
        self.bar.set_length(self.bar.length().unwrap_or(0).saturating_sub(fewer).saturating_add(more));
    }

    pub fn advance(&self, ends: u64) {
        self.bar.inc(ends);
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

    /// Says on standard error what is not as one would expect.
    pub fn warn(&mut self, text: &str) {
        if !self.output.quiet {
            self.tell(&format!("image-cache: note: {text}"));
        }
    }

    fn tell(&mut self, text: &str) {
        // A closed standard error must not end the run.
        self.bar.suspend(|| {
            let _ = writeln!(self.stderr, "{text}");
        });
    }

    /// Prints a line of results.
    pub fn print(&mut self, line: &str) {
        if self.broken.is_none() {
            self.broken = self.bar.suspend(|| writeln!(io::stdout(), "{line}").err());
        }
    }

    /// Prints a line of `--format json`.
    pub fn print_json(&mut self, line: &impl Serialize) {
        // Text and numbers always serialise.
        self.print(&serde_json::to_string(line).unwrap_or_default());
    }

    pub fn clear_bar(&self) {
        self.bar.finish_and_clear();
    }

    /// Whether all results were printed; who stops reading has had enough.
    pub fn finish(mut self) -> Result<(), Error> {
        if self.broken.is_none() {
            self.broken = io::stdout().flush().err();
        }
        match self.broken {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Output(error)),
            _ => Ok(()),
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
