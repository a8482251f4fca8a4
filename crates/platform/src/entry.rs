//! [`EntryKind`]: what lies at a path.

use std::fs::FileType;

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link or a special file: nothing of ours.
    Other,
}

/// Links are not followed: they could lead out of the root.
impl From<FileType> for EntryKind {
    fn from(kind: FileType) -> Self {
        match kind {
            kind if kind.is_file() => Self::File,
            kind if kind.is_dir() => Self::Folder,
            _ => Self::Other,
        }
    }
}
