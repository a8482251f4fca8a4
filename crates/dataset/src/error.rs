//! The error type of this crate.

use std::{io, path::PathBuf};

use market::ReadError;

use crate::{Form, LabelError, LeftOut, SplitError};

/// Why a data set could not be made. Then nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The market database cannot be used.
    #[error(transparent)]
    Market(#[from] market::Error),
    /// The cache cannot be used.
    #[error(transparent)]
    Cache(#[from] cache::Error),
    /// What is asked for contradicts itself.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// There can be no such labels.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// There can be no such splits.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// A series cannot be in a data set. One that silently lacked it would be worth nothing.
    #[error("series {0}: {1}")]
    Series(String, #[source] ReadError),
    /// The candles of this series are not those of the plan.
    #[error("series {0}: its candles have changed during the export")]
    Changed(String),
    /// These two series would have pictures of one name.
    #[error("pictures of series {0} and {1} would have the same names in a data set")]
    SameNames(String, String),
    /// The folder of the data set, or a file in it, cannot be used.
    #[error("{}: {fault}", path.display())]
    Path {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        #[source]
        fault: PathFault,
    },
    /// A picture of the cache is not what its candles make.
    #[error("{picture}: {status}: {reason}")]
    Picture {
        /// The picture's path or URL.
        picture: String,
        /// `corrupt`, `stale`, `missing` or `unreadable`.
        status: &'static str,
        /// Why it is so.
        reason: String,
    },
    /// No picture is left.
    #[error("there is nothing to export: {0}")]
    Nothing(LeftOut),
    /// The split of this name has no picture.
    #[error("split {0} has no picture: {1}")]
    EmptySplit(String, LeftOut),
    /// This split has no picture of that class.
    #[error(
        "split {0} has no picture of class {1}, so a loader that numbers the classes it finds would number \
         them differently there; choose other splits, thresholds or more data"
    )]
    EmptyClass(String, String),
    /// The work was cancelled.
    #[error("interrupted")]
    Cancelled,
}

/// What of the options of a data set contradicts what. Some messages begin with the name of an option.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// The crate's feature `parquet` is off.
    #[error("this build of image-cache writes no Parquet")]
    NoParquet,
    /// Pictures are neither rendered nor is there a cache.
    #[error("there is no cache to copy pictures from")]
    NoCache,
    /// A manifest names pictures of a cache.
    #[error("render leaves no pictures that a manifest could name")]
    RenderedManifest,
    /// A size of shards is given for a form that has none.
    #[error("shard-size is for the forms that have shards, {}", with_shards())]
    NoShards,
    /// Pictures with palettes in folders.
    #[error("loaders of imagefolder misread the colours of palette pictures as brightness")]
    PaletteFolder,
    /// A split has this name, which loaders of folders do not know.
    #[error(
        "loaders of imagefolder find no split in a folder {0}, or put it into another one; name it \
         train or validation or test, or use another form"
    )]
    SplitName(String),
    /// With this embargo, splits would share candles; the second is the least.
    #[error("embargo {0} lets splits share candles; window, warm-up and horizon together have {1}")]
    Embargo(u32, u32),
}

/// What is wrong with the folder of a data set or a file in it.
#[derive(Debug, thiserror::Error)]
pub enum PathFault {
    /// It is no folder that a data set could be written to, for this reason.
    #[error("{0}")]
    Unfit(&'static str),
    /// In the root of a cache it would be taken for orphans.
    #[error("lies in the cache's root {0}")]
    InRoot(String),
    /// Another process writes a data set there.
    #[error("another export to the same place is under way; wait until it is done")]
    Busy,
    /// The operating system refuses it.
    #[error("{what}: {source}")]
    Io {
        /// What cannot be done.
        what: &'static str,
        /// Why.
        source: io::Error,
    },
}

/// The names of the forms that have shards.
fn with_shards() -> String {
    let forms = Form::ALL.iter().filter(|form| form.has_shards());
    forms.map(|form| form.name()).collect::<Vec<_>>().join(" and ")
}
