//! [`Form`]: what the loader of a data set reads. Each form has a writer, one file below.

mod imagefolder;
mod manifest;
#[cfg(feature = "parquet")]
mod parquet;
mod webdataset;

use std::str::FromStr;

use serde::{Serialize, Serializer};

#[cfg(not(feature = "parquet"))]
use crate::error::OptionsError;
use crate::{
    error::{Error, UnknownName},
    folder::Folder,
    plan::DatasetPlan,
    sample::Sample,
};

/// In what form a data set is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `SPLIT/CLASS/NAME.png`
    Imagefolder,
    /// `SPLIT-000000.tar`
    Webdataset,
    /// `data/SPLIT-00000-of-00001.parquet`
    HfParquet,
    /// `manifest.csv`
    Csv,
    /// `manifest.parquet`
    Parquet,
}

impl Form {
    /// All forms.
    pub const ALL: [Self; 5] =
        [Self::Imagefolder, Self::Webdataset, Self::HfParquet, Self::Csv, Self::Parquet];

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Imagefolder => {
                ("imagefolder", "Folders of splits, in them folders of classes, with metadata.jsonl")
            }
            Self::Webdataset => ("webdataset", "Shards of tar"),
            Self::HfParquet => {
                ("hf-parquet", "Parquet with the pictures' bytes, which Hugging Face's loader knows")
            }
            Self::Csv => ("csv", "A manifest of the cache's pictures as CSV"),
            Self::Parquet => ("parquet", "A manifest of the cache's pictures as Parquet"),
        }
    }

    /// The form's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// What it is, in one sentence.
    #[must_use]
    pub fn help(self) -> &'static str {
        self.words().1
    }
}

impl FromStr for Form {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|form| form.name() == name).ok_or_else(|| UnknownName(name.to_owned()))
    }
}

impl Serialize for Form {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Writes samples in order, split by split or mixed.
pub trait FormWriter {
    fn add(&mut self, sample: &Sample) -> Result<(), Error>;
    /// Writes what is left, once all samples are in.
    fn finish(&mut self) -> Result<(), Error>;
}

/// A writer of the plan's form, which writes into `folder`.
pub fn start<'a>(plan: &'a DatasetPlan<'a>, folder: &'a Folder) -> Result<Box<dyn FormWriter + 'a>, Error> {
    Ok(match plan.options.form {
        Form::Imagefolder => Box::new(imagefolder::Imagefolder::start(plan, folder)?),
        Form::Webdataset => Box::new(webdataset::Webdataset::start(plan, folder)),
        Form::Csv => Box::new(manifest::Csv::start(folder)?),
        #[cfg(feature = "parquet")]
        Form::HfParquet => Box::new(parquet::Parquet::with_pictures(plan, folder)),
        #[cfg(feature = "parquet")]
        Form::Parquet => Box::new(parquet::Parquet::manifest(plan, folder)),
        #[cfg(not(feature = "parquet"))]
        Form::HfParquet | Form::Parquet => return Err(OptionsError::NoParquet.into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_known_by_its_name() {
        assert!(Form::ALL.iter().all(|form| form.name().parse() == Ok(*form)));
        assert_eq!("folder".parse::<Form>(), Err(UnknownName("folder".to_owned())));
    }
}
