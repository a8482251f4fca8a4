//! What can be wrong with an index: by itself, as one of shards, and when it is merged.

use std::{io, num::NonZeroU32, path::PathBuf};

use rusqlite::ErrorCode;

use crate::Shard;

/// What is wrong with an index, or with what is asked of it.
#[derive(Debug, thiserror::Error)]
pub enum IndexFault {
    /// There is no such file.
    #[error("does not exist")]
    Absent,
    /// A folder has its name.
    #[error("is a directory")]
    Directory,
    /// A file that SQLite takes for one of no bytes.
    #[error("is empty")]
    Empty,
    /// A database without tables.
    #[error("holds no pictures yet")]
    NoPictures,
    /// SQLite cannot read or write it.
    #[error("{}", explain(.0))]
    Sqlite(#[from] rusqlite::Error),
    /// It cannot be opened in a way that loses nothing.
    #[error("{0}")]
    Open(#[source] market::DatabaseError),
    /// The operating system does not do what is needed.
    #[error("{0}: {1}")]
    System(String, #[source] io::Error),
    /// It, or the file that would be its lock, belongs to another program, for this reason.
    #[error("{0}")]
    Foreign(String),
    /// A table of ours lacks this newer column.
    #[error("its table \"images\" has no column {0:?}; it was made by another version")]
    OtherVersion(&'static str),
    /// Its rows come from another tool.
    #[error("holds another tool's rows, which are left as they are")]
    OtherTool,
    /// Its `meta` holds no id that can be part of a file's name.
    #[error("its \"meta\" holds no valid id")]
    BadId,
    /// Its lock cannot be written.
    #[error("cannot write its lock {}: {}", .0.display(), .1)]
    Lock(PathBuf, #[source] io::Error),
    /// The folder that it says its pictures are in is gone.
    #[error("says that its pictures are in {}, which is not there", .0.display())]
    RootAbsent(PathBuf),
    /// Another process writes to it.
    #[error("is locked by another process")]
    Busy,
    /// It is so damaged that nothing says what it was.
    #[error("cannot be told to be an index of image-cache ({0})")]
    Unrecognised(#[source] rusqlite::Error),
    /// The whole is to be rendered, and this is one shard. The text names the shard and its plan.
    #[error("is {1}")]
    IsShard(Shard, String),
    /// The whole is to be rendered, and this holds some shards, which the text names.
    #[error("holds {0}")]
    HoldsShards(String),
    /// A shard is to be rendered, and this is something else, as the text says.
    #[error("{1}, and shard {0} needs an index of its own")]
    NotThisShard(Shard, String),
    /// It cannot be made again, since its pictures cannot be told from those of other shards.
    #[error("holds {0}, whose pictures cannot be told from those of other shards")]
    RebuildOfShard(String),
    /// It is damaged and named like a shard's.
    #[error("is named as that of shard {0}, whose pictures cannot be told from those of other shards")]
    RebuildNamed(Shard),
    /// It is damaged, and shards of this plan have pictures in its root.
    #[error(
        "may be that of a shard: shards of plan {0} have pictures in {1}, which cannot be told from others"
    )]
    RebuildAmongShards(String, String),
    /// It is to be merged, and says nothing of shards.
    #[error("is no index of a shard")]
    NoShard,
    /// It is to be merged, and does not say this of itself.
    #[error("does not say {0}")]
    Nameless(&'static str),
    /// It is something that nothing can be done with, in words.
    #[error("is {0}")]
    Unfit(String),
    /// It is one of another number of shards than the others.
    #[error("is one of {0} shards and not of {1}")]
    OtherCount(NonZeroU32, NonZeroU32),
    /// It is to be merged into, and what it says cannot be understood.
    #[error("does not say which shards it holds")]
    NoNames,
    /// It is to be merged into, and is one shard's.
    #[error("is a shard's own index")]
    OwnShard,
    /// It is to be merged into, and is of the whole.
    #[error("is an index that shards were not merged into")]
    NotMerged,
    /// Its pictures are in the first of these roots, and not in the second, which is told.
    #[error("has its pictures in {0}, and not in {1}")]
    OtherRoot(String, String),
    /// It is to be merged, and does not say where its pictures are.
    #[error("does not say where its pictures are")]
    NoRoot,
    /// A row contradicts one that was merged before.
    #[error("{0} is not the picture that was merged before; one of the two is not of this plan")]
    Conflict(String),
    /// Its rows are not as many as it says.
    #[error("has changed meanwhile")]
    Changed,
    /// A row that is none of its plan's, with the reason.
    #[error("{0}")]
    Row(String),
}

/// What SQLite says, in words that fit an index.
fn explain(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt) => "is damaged".to_owned(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly) => "cannot be written to".to_owned(),
        _ => market::sqlite::explain(error),
    }
}
