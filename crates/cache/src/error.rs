//! [`Error`], the error type of this crate, and the reasons that it carries.

mod index;

use std::{
    io,
    path::{Path, PathBuf},
};

use candles::format_utc;
use market::ReadError;
use store::Root;

use crate::{Change, OwnError, OwnPart, Shard, short};

pub use index::IndexFault;

/// Why work on a cache could not be done, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The market database cannot be used.
    #[error(transparent)]
    Market(#[from] market::Error),
    /// The pictures' root cannot be used.
    #[error(transparent)]
    Store(store::Error),
    /// A spec or a window was refused.
    #[error(transparent)]
    Render(#[from] render_core::Error),
    /// The index cannot be used.
    #[error("index {}: {fault}", file.display())]
    Index {
        /// The index.
        file: PathBuf,
        /// What is wrong with it.
        #[source]
        fault: IndexFault,
    },
    /// Another process writes to the same index.
    #[error("index {}: in use by another image-cache ({holder})", file.display())]
    Locked {
        /// The index.
        file: PathBuf,
        /// What the other process says of itself.
        holder: String,
    },
    /// No picture of an index has a spec like the one that is asked for, but only these sizes, windows and tags.
    #[error("no picture of {} has such a spec; it has {}", .0.display(), .1.join(", "))]
    NoSuchSpec(PathBuf, Vec<String>),
    /// A file below the root cannot be read, written or deleted.
    #[error("root {root}: {what}: {source}")]
    Picture {
        /// The root.
        root: String,
        /// The path, and what was tried.
        what: String,
        /// Why.
        source: io::Error,
    },
    /// A root that should hold the pictures of an index is no folder.
    #[error("root {}: is no folder here, and the pictures of {} should be in it", .0, .1.display())]
    NoPictures(String, PathBuf),
    /// A series cannot be read.
    #[error(transparent)]
    Series(#[from] ReadError),
    /// The geometry of pictures cannot be written into a file, because a series cannot be read a second time.
    #[error("{}: series {} cannot be read again: {}", .0.display(), .1, .2)]
    Geometry(PathBuf, String, #[source] ReadError),
    /// Nothing can be planned, because this machine cannot read a series.
    #[error("series {0}: {1}; nothing can be planned until that is mended")]
    Unplannable(String, #[source] ReadError),
    /// The plan has another hash than the one that is asked for.
    #[error(
        "the plan is {}, not {}: candles, spec, style version, selection or the clock differ from where that was \
         planned; nothing was rendered",
        short(found),
        short(expected)
    )]
    OtherPlan {
        /// The plan's hash.
        found: String,
        /// What it should begin with.
        expected: String,
        /// When the clock changes the plan, if it does.
        change: Option<Change>,
    },
    /// Candles have changed while a shard was rendered.
    #[error("the source has changed while shard {0} was rendered, so it is not finished")]
    Changed(Shard),
    /// No index is named that could be merged.
    #[error("there is nothing to merge")]
    NothingToMerge,
    /// An index is to be merged into itself.
    #[error("{} is both what is merged and what it is merged into", .0.display())]
    IntoItself(PathBuf),
    /// The pictures of indexes that are to be merged are in two places.
    #[error("the pictures of {} are in {}, and those of {} in {}", indexes.0.display(), roots.0, indexes.1.display(), roots.1)]
    TwoRoots {
        /// An index, and another one.
        indexes: (PathBuf, PathBuf),
        /// Where the pictures of each are.
        roots: Box<(Root, Root)>,
    },
    /// Neither an index nor the caller names a root.
    #[error("nothing says where the pictures are")]
    NoRoot,
    /// An index is to be made again, but a filter is given.
    #[error("an index is made again as a whole, not for some series or ends")]
    RebuildOfSome,
    /// A file of values or marks cannot be used.
    #[error(transparent)]
    Own(#[from] OwnError),
    /// A spec draws what is not given.
    #[error("pictures are to show {part}, and nothing gives {}", it(part))]
    OwnNotGiven {
        /// What.
        part: OwnPart,
    },
    /// What is given is drawn by no spec.
    #[error("{part} {} given, and no picture shows {}", is(part), it(part))]
    OwnNotDrawn {
        /// What.
        part: OwnPart,
    },
    /// A value stands at a time that is no candle's.
    #[error(
        "{file}: {unit} {line}: series {name} has a row at {}, where no candle of {series} opens",
        format_utc(*time)
    )]
    OwnBetween {
        /// The file.
        file: String,
        /// What its rows are counted in.
        unit: &'static str,
        /// The line, or the row of a table.
        line: u64,
        /// The series of one's own.
        name: String,
        /// The time in ms since the Unix epoch.
        time: i64,
        /// The symbol and the interval of the candles.
        series: String,
    },
    /// The work was cancelled before anything had changed.
    #[error("interrupted")]
    Cancelled,
    /// The operating system starts no thread.
    #[error("cannot start a thread: {0}")]
    Thread(#[source] io::Error),
}

/// How a sentence goes on about something.
fn it(part: &OwnPart) -> &'static str {
    if *part == OwnPart::Marks { "them" } else { "it" }
}

fn is(part: &OwnPart) -> &'static str {
    if *part == OwnPart::Marks { "are" } else { "is" }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Interrupted => Self::Cancelled,
            error => Self::Store(error),
        }
    }
}

impl Error {
    /// Something is wrong with the index at `file`.
    pub(crate) fn index(file: &Path, fault: impl Into<IndexFault>) -> Self {
        Self::Index { file: file.to_owned(), fault: fault.into() }
    }

    /// A file below the root cannot be read, written or deleted.
    pub(crate) fn picture(root: &Root, what: impl Into<String>, source: io::Error) -> Self {
        Self::Picture { root: root.to_string(), what: what.into(), source }
    }

    /// The operating system does not do what the index at `file` needs.
    pub(crate) fn system(file: &Path, what: impl Into<String>, source: io::Error) -> Self {
        Self::index(file, IndexFault::System(what.into(), source))
    }
}
