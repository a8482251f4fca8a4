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

impl Form {
    /// Whether it only lists pictures of a cache.
    #[must_use]
    pub fn is_manifest(self) -> bool {
        match self {
            Self::Csv | Self::Parquet => true,
            Self::Imagefolder | Self::Webdataset | Self::HfParquet => false,
        }
    }

    /// Whether its pictures lie in shards.
    #[must_use]
    pub fn has_shards(self) -> bool {
        match self {
            Self::Webdataset | Self::HfParquet => true,
            Self::Imagefolder | Self::Csv | Self::Parquet => false,
        }
    }

    /// Whether this build can write it: some need the feature `parquet`.
    #[must_use]
    pub fn is_built(self) -> bool {
        match self {
            Self::HfParquet | Self::Parquet => cfg!(feature = "parquet"),
            Self::Imagefolder | Self::Webdataset | Self::Csv => true,
        }
    }
}

/// Writes samples in order, split by split or mixed.
pub trait FormWriter {
    fn add(&mut self, sample: Sample) -> Result<(), Error>;
    /// Writes what is left, once all samples are in.
    fn finish(self: Box<Self>) -> Result<(), Error>;
}
