//! What a user brings besides candles: the files, and the texts of the knobs that draw them.

use cache::{OwnFiles, SeriesFile};
use readers::ReadOptions;
use render_core::Knob;

use super::origin::{Origins, Rank};
use crate::args::{OwnArgs, SeriesTimes, WrittenArgs};

/// The texts of the knobs that these flags stand for.
#[derive(Debug, Default)]
pub struct OwnTexts {
    series: Option<String>,
    marks: Option<String>,
}

impl OwnTexts {
    pub fn of(args: &OwnArgs) -> Self {
        let series = args.series.as_ref().map(|words| {
            let drawings =
                words.iter().filter_map(|word| word.0.as_ref()).map(|(drawing, _)| drawing.to_string());
            drawings.collect::<Vec<_>>().join(" ")
        });
        let marks = args.marks.as_ref().map(|words| words.iter().any(|word| word.0.is_some()).to_string());
        Self { series, marks }
    }

    /// The text of a knob.
    pub fn get(&self, knob: &Knob) -> Option<&str> {
        match knob.name {
            "series" => self.series.as_deref(),
            "marks" => self.marks.as_deref(),
            _ => None,
        }
    }
}

/// The files. None of them is looked at.
pub fn settle(args: OwnArgs, written: &WrittenArgs, origins: &Origins) -> OwnFiles {
    // What the file names may be for pictures of other runs.
    let idle = |flag: &str| origins.rank(flag) <= Rank::File;
    let series = args.series.into_iter().flatten().filter_map(|word| word.0);
    let may_be_idle = idle("series");
    OwnFiles {
        series: series.map(|(drawing, path)| SeriesFile { drawing, path, may_be_idle }).collect(),
        marks: args.marks.into_iter().flatten().filter_map(|word| word.0).collect(),
        marks_may_be_idle: idle("marks"),
        exact: args.series_times.unwrap_or_default() == SeriesTimes::Exact,
        read: as_written(written),
    }
}

/// How times and numbers are written, as far as that is said.
pub fn as_written(args: &WrittenArgs) -> ReadOptions {
    let WrittenArgs { time_zone, time_format, date_order, decimal, thousands } = args;
    ReadOptions {
        time_zone: time_zone.clone(),
        unit: *time_format,
        date_order: *date_order,
        decimal: *decimal,
        thousands: *thousands,
        ..ReadOptions::default()
    }
}
