//! `export`: what is in a data set, and what was left out.

use candles::format_utc;
use dataset::{DatasetOptions, DatasetSummary, SplitSummary};
use serde_json::json;

use super::{OfCommand, Printer, place};
use crate::{
    advice,
    console::{Console, rounded},
};

/// A run that shows its progress alone.
pub struct Export;

impl OfCommand for Export {}

impl<'a> Printer<'a, Export> {
    pub fn new(console: &'a mut Console) -> Self {
        Self::start(console, Export)
    }

    /// Says what there is.
    pub fn finish(mut self, options: &DatasetOptions, summary: &DatasetSummary) {
        let seconds = self.stop();
        let Self { console, .. } = self;
        let DatasetSummary { form, to, series, pictures, classes, splits, .. } = summary;
        let DatasetSummary { across_gaps, left_out, has_palettes, dry_run, .. } = summary;
        if *has_palettes {
            console.warn(
                "these are palette pictures: webdataset's own loader decodes them to RGB, but Hugging Face's hands them on as they are, to be converted",
            );
        }
        let rate = if *dry_run { 0.0 } else { *pictures as f64 / seconds };
        if console.is_json() {
            splits.iter().for_each(|split| console.print_json("split", split));
            let fields = json!({
                "form": form,
                "to": place(to),
                "series": series,
                "pictures": pictures,
                "classes": classes,
                // Pictures that span missing candles, in their windows or in the horizons of their labels.
                "across_gaps": across_gaps,
                "left_out": left_out,
                "seconds": rounded(seconds),
                "pictures_per_second": rate.round(),
                "dry_run": dry_run,
            });
            return console.print_json("summary", &fields);
        }
        let mut lines: Vec<String> = splits.iter().map(|split| text(split, classes)).collect();
        lines.extend(advice::left_out(left_out).map(|why| format!("Left out: {why}")));
        if *across_gaps > 0 && options.max_gap.is_none() {
            lines.push(advice::across_gaps(*across_gaps));
        }
        let (did, rate, end) = if *dry_run {
            ("to export", String::new(), "Dry run: nothing was written.".to_owned())
        } else {
            ("exported", format!(" ({rate:.0} pictures/s)"), format!("Data set: {}", to.display()))
        };
        lines.extend([format!("Total: {pictures} {did} in {seconds:.2} s{rate}"), end]);
        console.print_lines(&lines);
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
