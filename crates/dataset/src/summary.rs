//! [`DatasetSummary`]: what a data set holds, and what was left out of it.

use std::path::PathBuf;

use candles::format_utc;
use render_core::ColorType;
use serde::{Serialize, Serializer};

use crate::{DatasetOptions, Error, Form, Labelling, LeftOut, Split};

/// What a data set holds, or will hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DatasetSummary {
    /// The form.
    pub form: Form,
    /// The folder.
    pub to: PathBuf,
    /// How many series there are.
    pub series: usize,
    /// Pictures in all splits.
    pub pictures: u64,
    /// The names of the labels' classes, by number.
    pub classes: Vec<String>,
    /// The splits.
    pub splits: Vec<SplitSummary>,
    /// Pictures that span missing candles, in their windows or in the horizons of their labels.
    pub across_gaps: u64,
    /// What is not in it.
    pub left_out: LeftOut,
    /// Whether it has shards of palette pictures, which some loaders convert to RGB and some do not.
    pub has_palettes: bool,
    /// Whether nothing was written.
    pub dry_run: bool,
}

/// What a split holds. In JSON, times are texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SplitSummary {
    /// The split's name.
    pub name: String,
    /// How many pictures.
    pub pictures: u64,
    /// Pictures of each class, by the class's number.
    pub classes: Vec<u64>,
    /// No end lies before this time,
    #[serde(serialize_with = "as_text")]
    pub from: Option<i64>,
    /// and all lie before this one.
    #[serde(serialize_with = "as_text")]
    pub to: Option<i64>,
    /// The first end.
    #[serde(serialize_with = "as_text")]
    pub first_end: Option<i64>,
    /// The last end.
    #[serde(serialize_with = "as_text")]
    pub last_end: Option<i64>,
}

impl DatasetSummary {
    /// A data set without pictures.
    pub(crate) fn new(options: &DatasetOptions, series: usize, splits: &[Split]) -> Self {
        let classes = options.labelling.as_ref().map(Labelling::classes).unwrap_or_default();
        let splits = splits.iter().map(|split| SplitSummary {
            name: split.name.clone(),
            classes: vec![0; classes.len()],
            from: bound(split.start),
            to: bound(split.end),
            ..SplitSummary::default()
        });
        Self {
            form: options.form,
            to: options.to.clone(),
            series,
            pictures: 0,
            splits: splits.collect(),
            classes,
            across_gaps: 0,
            left_out: LeftOut::default(),
            has_palettes: options.form == Form::Webdataset
                && options.spec.options().color == ColorType::Indexed,
            dry_run: options.dry_run,
        }
    }

    /// Counts a picture.
    pub(crate) fn add(&mut self, split: usize, end: i64, class: Option<usize>, is_across_gap: bool) {
        self.pictures += 1;
        self.across_gaps += u64::from(is_across_gap);
        let split = &mut self.splits[split];
        split.pictures += 1;
        if let Some(class) = class {
            split.classes[class] += 1;
        }
        split.first_end = Some(split.first_end.map_or(end, |first| first.min(end)));
        split.last_end = split.last_end.max(Some(end));
    }

    /// Refuses a data set that lacks a split or a class.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.pictures == 0 {
            return Err(Error::Nothing(self.left_out));
        }
        for split in &self.splits {
            if split.pictures == 0 {
                return Err(Error::EmptySplit(split.name.clone(), self.left_out));
            }
            if let Some(class) = split.classes.iter().position(|pictures| *pictures == 0) {
                return Err(Error::EmptyClass(split.name.clone(), self.classes[class].clone()));
            }
        }
        Ok(())
    }
}

/// A time that bounds something, unless it bounds nothing.
pub(crate) fn bound(at: i64) -> Option<i64> {
    Some(at).filter(|at| ![i64::MIN, i64::MAX].contains(at))
}

fn as_text<S: Serializer>(at: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(format_utc).serialize(serializer)
}
