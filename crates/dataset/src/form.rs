//! [`Form`]: what the loader of a data set reads. Each form has a writer, one file below.

pub mod imagefolder;
pub mod manifest;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod webdataset;

use crate::{Error, named::named, sample::Sample};

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
    fn add(&mut self, sample: Sample) -> Result<(), Error>;
    /// Writes what is left, once all samples are in.
    fn finish(self: Box<Self>) -> Result<(), Error>;
}
