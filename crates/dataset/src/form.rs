//! [`Form`]: what the loader of a data set reads. Each form has a writer, one file below.

mod imagefolder;
mod manifest;
#[cfg(feature = "parquet")]
mod parquet;
mod webdataset;

#[cfg(not(feature = "parquet"))]
use crate::error::OptionsError;
use crate::{error::Error, folder::Folder, named::named, plan::DatasetPlan, sample::Sample};

named! {
    /// In what form a data set is written.
    Form {
        Imagefolder "imagefolder" "Folders of splits, in them folders of classes, with metadata.jsonl"
        Webdataset "webdataset" "Shards of tar"
        HfParquet "hf-parquet" "Parquet with the pictures' bytes, which Hugging Face's loader knows"
        Csv "csv" "A manifest of the cache's pictures as CSV"
        Parquet "parquet" "A manifest of the cache's pictures as Parquet"
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
