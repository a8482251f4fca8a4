//! What a data set says of itself, in `dataset.json` and on standard output.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use render_core::{STYLE_VERSION, format_utc};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    label::Rule,
    plan::{Counts, LeftOut, Plan},
};
use crate::{args::Form, config::ExportSettings, console::Console, error::Error};
use clap::ValueEnum;

/// The file that says what a data set is.
const NAME: &str = "dataset.json";

/// What decides a data set, and what came of it. Field names are stable.
#[derive(Serialize)]
struct DataSet<'a> {
    form: String,
    pictures: u64,
    splits: Vec<Split<'a>>,
    classes: &'a [String],
    label: Option<Label<'a>>,
    embargo: u32,
    left_out: LeftOut,
    series: Vec<Series<'a>>,
    /// The selection, as `render` takes it.
    start: Option<String>,
    end: Option<String>,
    stride: u32,
    style_version: u32,
    spec_sha256: String,
    spec: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Series<'a> {
    symbol: &'a str,
    interval: &'a str,
}

/// A split, in `dataset.json` and as a line of `--format json`.
#[derive(Serialize)]
struct Split<'a> {
    name: &'a str,
    pictures: u64,
    /// Pictures of each class, by the class's number.
    classes: &'a [u64],
    /// Ends that could be in it: from the first of these times on, and before the second.
    from: Option<String>,
    to: Option<String>,
    first_end: Option<String>,
    last_end: Option<String>,
}

#[derive(Serialize)]
struct Label<'a> {
    rule: &'static str,
    horizon: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    threshold: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounds: Option<&'a [f64]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower: Option<f64>,
}

/// A line of `--format json`. Field names are stable.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Split(Split<'a>),
    Summary {
        form: String,
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

/// Writes what the data set in `folder` is. Nothing in it depends on where or when it was made.
pub fn write(settings: &ExportSettings, plan: &Plan, counts: &Counts, folder: &Path) -> Result<(), Error> {
    let classes = settings.classes();
    let spec = RawValue::from_string(settings.spec.to_json().to_owned()).ok();
    let series = plan.series.iter();
    let set = DataSet {
        form: name_of(settings.form),
        pictures: counts.pictures(),
        splits: splits(plan, counts).collect(),
        classes: &classes,
        label: label(settings),
        embargo: settings.embargo,
        left_out: counts.left_out,
        series: series
            .map(|one| Series { symbol: one.symbol.as_str(), interval: one.interval.code() })
            .collect(),
        start: bound(settings.base.filter.start),
        end: bound(settings.base.filter.end),
        stride: settings.base.filter.stride,
        style_version: STYLE_VERSION,
        spec_sha256: settings.spec.hash().to_string(),
        spec: spec.as_deref(),
    };
    // Numbers and names always serialise.
    let mut text = serde_json::to_string_pretty(&set).unwrap_or_default();
    text.push('\n');
    fs::write(folder.join(NAME), text)
        .map_err(|error| Error::file(&settings.to.join(NAME), format!("cannot be written: {error}")))
}

fn splits<'a>(plan: &'a Plan, counts: &'a Counts) -> impl Iterator<Item = Split<'a>> {
    plan.splits.iter().zip(&counts.splits).map(|(split, members)| Split {
        name: &split.name,
        pictures: members.pictures,
        classes: &members.classes,
        from: bound(split.start),
        to: bound(split.end),
        first_end: members.first_end.map(format_utc),
        last_end: members.last_end.map(format_utc),
    })
}

/// A time that bounds something, unless it bounds nothing.
fn bound(at: i64) -> Option<String> {
    Some(format_utc(at)).filter(|_| at != i64::MIN && at != i64::MAX)
}

fn label(settings: &ExportSettings) -> Option<Label<'_>> {
    let labelling = settings.labelling.as_ref()?;
    let of = |rule| Label {
        rule,
        horizon: labelling.horizon,
        threshold: None,
        bounds: None,
        upper: None,
        lower: None,
    };
    Some(match &labelling.rule {
        Rule::Direction { threshold } => Label { threshold: Some(*threshold), ..of("direction") },
        Rule::Return => of("return"),
        Rule::Classes { bounds } => Label { bounds: Some(bounds), ..of("classes") },
        Rule::TripleBarrier { upper, lower } => {
            Label { upper: Some(*upper), lower: Some(*lower), ..of("triple-barrier") }
        }
    })
}

fn name_of(form: Form) -> String {
    form.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// What the run says.
pub struct Report<'a> {
    settings: &'a ExportSettings,
    console: Console,
    started: Instant,
}

impl<'a> Report<'a> {
    pub fn new(settings: &'a ExportSettings, console: Console) -> Self {
        Self { settings, console, started: Instant::now() }
    }

    pub fn console(&self) -> &Console {
        &self.console
    }

    /// Says what there is.
    pub fn finish(mut self, plan: &Plan, counts: &Counts) -> Result<(), Error> {
        self.console.clear_bar();
        let seconds = self.started.elapsed().max(Duration::from_millis(1)).as_secs_f64();
        let (pictures, dry_run) = (counts.pictures(), self.settings.dry_run);
        let rate = if dry_run { 0.0 } else { pictures as f64 / seconds };
        let classes = self.settings.classes();
        if self.console.is_json() {
            for split in splits(plan, counts) {
                self.console.print_json(&Line::Split(split));
            }
            self.console.print_json(&Line::Summary {
                form: name_of(self.settings.form),
                to: self.settings.to.to_string_lossy().into_owned(),
                series: plan.series.len(),
                pictures,
                classes: &classes,
                left_out: counts.left_out,
                seconds: (seconds * 1000.0).round() / 1000.0,
                pictures_per_second: rate.round(),
                dry_run,
            });
        } else if !self.console.is_quiet() {
            for split in splits(plan, counts) {
                self.console.print(&text_of(&split, &classes));
            }
            for (count, why) in counts.left_out.reasons() {
                self.console.print(&format!("Left out: {count} {why}"));
            }
            let did = if dry_run { "to export" } else { "exported" };
            let rate = if dry_run { String::new() } else { format!(" ({rate:.0} pictures/s)") };
            self.console.print(&format!("Total: {pictures} {did} in {seconds:.2} s{rate}"));
            self.console.print(&if dry_run {
                "Dry run: nothing was written.".to_owned()
            } else {
                format!("Data set: {}", self.settings.to.display())
            });
        }
        self.console.finish()
    }
}

fn text_of(split: &Split<'_>, classes: &[String]) -> String {
    let Split { name, pictures, first_end, last_end, .. } = split;
    let (first, last) = (first_end.as_deref().unwrap_or("-"), last_end.as_deref().unwrap_or("-"));
    let members: Vec<String> =
        classes.iter().zip(split.classes).map(|(class, count)| format!("{count} {class}")).collect();
    let members = if members.is_empty() { String::new() } else { format!(": {}", members.join(", ")) };
    format!("{name}: {pictures} pictures{members}; ends {first} to {last}")
}
