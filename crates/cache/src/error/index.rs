//! What can be wrong with an index: by itself, as one of shards, and when it is merged.

use std::{io, path::PathBuf};

use rusqlite::ErrorCode;

use crate::shard::Shard;

/// What is wrong with an index.
#[derive(Debug, thiserror::Error)]
pub enum IndexFault {
    /// There is no such file.
    #[error("does not exist")]
    Absent,
    /// A folder has its name.
    #[error("is a directory")]
    Directory,
    /// A file of no bytes.
    #[error("is empty")]
    Empty,
    /// A database without tables.
    #[error("holds no pictures yet")]
    NoPictures,
    /// Links that lead to each other.
    #[error("is a symbolic link that leads in a circle")]
    LinkCircle,
    /// Its folder cannot be made.
    #[error("cannot create the folder {}: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// SQLite cannot read or write it.
    #[error("{}", explain(.0))]
    Sqlite(#[from] rusqlite::Error),
    /// It cannot be opened in a way that loses nothing.
    #[error("{0}")]
    Open(#[source] market::DatabaseError),
    /// A table of ours has other columns, or is a view.
    #[error("its table {0:?} is another program's")]
    OtherTable(&'static str),
    /// Tables that no index has.
    #[error("is another program's database")]
    OtherDatabase,
    /// A view is called `images`.
    #[error("its \"images\" is no table")]
    NotATable,
    /// A table of pictures lacks what every index has.
    #[error("its table \"images\" has no column {0:?}, so it is no index of pictures")]
    NoColumn(&'static str),
    /// A table of ours lacks a newer column.
    #[error("its table \"images\" has no column {0:?}; it was made by another version")]
    OtherVersion(&'static str),
    /// Its rows come from another tool.
    #[error("holds another tool's rows, which are left as they are")]
    OtherTool,
    /// Its `meta` holds no id that can be part of a file's name.
    #[error("its \"meta\" holds no valid id")]
    BadId,
    /// The operating system gives no random id.
    #[error("cannot get a random id: {0}")]
    Random(#[source] getrandom::Error),
    /// Its lock cannot be written.
    #[error("cannot write its lock {}: {source}", path.display())]
    Lock {
        /// The lock's file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file that would be its lock is another program's.
    #[error("its lock would be {}, but that is another program's file", .0.display())]
    OtherLock(PathBuf),
    /// The folder that it says its pictures are in is gone.
    #[error("says that its pictures are in {}, which is not there", .0.display())]
    RootAbsent(PathBuf),
    /// It is the market database.
    #[error("is the market database")]
    IsMarket,
    /// Another process writes to it.
    #[error("is locked by another process")]
    Busy,
    /// It is so damaged that nothing says what it was.
    #[error("cannot be told to be an index of image-cache ({0})")]
    Unrecognised(#[source] rusqlite::Error),
    /// A file beside it cannot be moved or removed.
    #[error("cannot be made again: {0}")]
    Rebuild(#[source] io::Error),
    /// A picture cannot be looked at, so that a new index would lack it.
    #[error("cannot be made again: {path}: {reason}")]
    RebuildPicture {
        /// The picture.
        path: String,
        /// Why.
        reason: String,
    },
    /// It belongs to shards, and something else is asked of it.
    #[error(transparent)]
    Shard(#[from] ShardFault),
    /// It cannot be merged, or merged into.
    #[error(transparent)]
    Merge(#[from] MergeFault),
}

/// Why an index of shards, or one beside them, cannot be used as it is asked.
#[derive(Debug, thiserror::Error)]
pub enum ShardFault {
    /// The whole is to be rendered, and this is one shard.
    #[error("is {name}")]
    IsShard {
        /// The shard.
        shard: Shard,
        /// The shard and its plan, in words.
        name: String,
    },
    /// The whole is to be rendered, and this holds some shards.
    #[error("holds {name}")]
    HoldsShards {
        /// The shards and their plan, in words.
        name: String,
    },
    /// A shard is to be rendered, and this is something else.
    #[error("{what}, and shard {shard} needs an index of its own")]
    NotThisShard {
        /// The shard that is to be rendered.
        shard: Shard,
        /// What the index is.
        what: String,
    },
    /// It cannot be made again, since its pictures cannot be told from those of other shards.
    #[error("holds {name}, whose pictures cannot be told from those of other shards")]
    RebuildOfShard {
        /// The shards and their plan, in words.
        name: String,
    },
    /// It is damaged and named like a shard's.
    #[error("is named as that of shard {0}, whose pictures cannot be told from those of other shards")]
    RebuildNamed(Shard),
    /// It is damaged, and shards have pictures in its root.
    #[error(
        "may be that of a shard: shards of plan {plan} have pictures in {root}, which cannot be told from others"
    )]
    RebuildAmongShards {
        /// The plan's hash.
        plan: String,
        /// Where the pictures are.
        root: String,
    },
    /// Whether shards have pictures in its root cannot be seen.
    #[error("whether it is that of a shard cannot be told: {0}")]
    RebuildUnknown(#[source] io::Error),
}

/// Why one index cannot be merged, or merged into.
#[derive(Debug, thiserror::Error)]
pub enum MergeFault {
    /// It is to be merged, and says nothing of shards.
    #[error("is no index of a shard")]
    NoShard,
    /// All shards are in it.
    #[error("is merged from all shards of its plan already")]
    AllMerged,
    /// What it says cannot be understood.
    #[error("does not say which shard it is")]
    NoName,
    /// It lacks its plan.
    #[error("does not say of which plan it is")]
    NoPlan,
    /// It is of another plan, in words.
    #[error("is of {0}")]
    OtherPlan(String),
    /// It is one of another number of shards.
    #[error("is one of {of} shards and not of {expected}")]
    OtherCount {
        /// How many shards its plan was cut into.
        of: u32,
        /// How many the others' was.
        expected: u32,
    },
    /// It is to be merged into, and what it says cannot be understood.
    #[error("does not say which shards it holds")]
    NoNames,
    /// It is to be merged into, and is one shard's.
    #[error("is a shard's own index")]
    OwnShard,
    /// It is to be merged into, and is of the whole.
    #[error("is an index that shards were not merged into")]
    NotMerged,
    /// Its pictures are in another root than the one that is told.
    #[error("has its pictures in {known}, and not in {root}")]
    OtherRoot {
        /// Where they are.
        known: String,
        /// What is told.
        root: String,
    },
    /// It does not say where its pictures are.
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
