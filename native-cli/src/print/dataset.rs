//! `export`: what is in a data set, and what was left out.

use std::time::{Duration, Instant};

use cache::Observer;
use candles::format_utc;
use dataset::{DatasetSummary, Form, LeftOut, SplitSummary};
use serde::Serialize;

use super::{place, rounded};
use crate::{advice, console::Console};

/// A line of `--format json`. Field names are stable.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Split(&'a SplitSummary),
    Summary {
        form: Form,
        to: String,
        series: usize,
        pictures: u64,
        classes: &'a [String],
        left_out: LeftOut,
        seconds: f64,
        pictures_per_second: f64,
        dry_run: bool,
    },
}

/// Shows the progress, and prints the summary.
pub struct DatasetPrinter<'a> {
    console: &'a mut Console,
    started: Instant,
}

impl Observer for DatasetPrinter<'_> {
    fn expect(&mut self, more: u64, fewer: u64) {
        self.console.expect(more, fewer);
    }

    fn advance(&mut self, done: u64, _: u64, _: u64) {
        self.console.advance(done);
    }
}

impl<'a> DatasetPrinter<'a> {
    pub fn new(console: &'a mut Console) -> Self {
        Self { console, started: Instant::now() }
    }

    /// Says what there is.
    pub fn finish(self, summary: &DatasetSummary) {
        let Self { console, started } = self;
        let DatasetSummary { form, to, series, pictures, classes, splits, left_out, has_palettes, dry_run } =
            summary;
        console.clear_bar();
        if *has_palettes {
            console.warn(
                "these are palette pictures: webdataset's own loader decodes them to RGB, but Hugging Face's hands them on as they are, to be converted",
            );
        }
        let seconds = started.elapsed().max(Duration::from_millis(1)).as_secs_f64();
        let rate = if *dry_run { 0.0 } else { *pictures as f64 / seconds };
        if console.is_json() {
            splits.iter().for_each(|split| console.print_json(&Line::Split(split)));
            console.print_json(&Line::Summary {
                form: *form,
                to: place(to),
                series: *series,
                pictures: *pictures,
                classes,
                left_out: *left_out,
                seconds: rounded(seconds),
                pictures_per_second: rate.round(),
                dry_run: *dry_run,
            });
        } else if !console.is_quiet() {
            splits.iter().for_each(|split| console.print(&text(split, classes)));
            advice::left_out(left_out).for_each(|why| console.print(&format!("Left out: {why}")));
            let (did, rate, end) = if *dry_run {
                ("to export", String::new(), "Dry run: nothing was written.".to_owned())
            } else {
                ("exported", format!(" ({rate:.0} pictures/s)"), format!("Data set: {}", to.display()))
            };
            console.print(&format!("Total: {pictures} {did} in {seconds:.2} s{rate}"));
            console.print(&end);
        }
    }
}

fn text(split: &SplitSummary, classes: &[String]) -> String {
    let SplitSummary { name, pictures, first_end, last_end, .. } = split;
    let [first, last] = [first_end, last_end].map(|end| end.map_or_else(|| "-".to_owned(), format_utc));
    let members: Vec<String> =
        classes.iter().zip(&split.classes).map(|(class, count)| format!("{count} {class}")).collect();
    let members = if members.is_empty() { String::new() } else { format!(": {}", members.join(", ")) };
    format!("{name}: {pictures} pictures{members}; ends {first} to {last}")
}
