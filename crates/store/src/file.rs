//! What is known of the files of a root, and what becomes of those that are put there.

use std::io::{self, Read};

/// A file of more bytes is no picture of ours.
pub const LARGEST: u64 = 1 << 28;
/// Why a picture is not written where a file lies that may be somebody else's.
pub(crate) const IN_THE_WAY: &str = "lies there and is no intact picture of image-cache, and no row of this index has it; move it away or delete it";

/// How files are recognised of which nothing is recorded. Those that may be another tool's are never replaced.
#[derive(Debug, Clone, Copy)]
pub struct Ownership {
    /// Whether these bytes are an intact picture that image-cache made.
    pub is_ours: fn(&[u8]) -> bool,
    /// Whether these bytes are surely another tool's. If they are neither, they are taken for a damaged picture of
    /// ours, unless the root is shared.
    pub is_foreign: fn(&[u8]) -> bool,
    /// Whether another tool's files lie in the root. Then everything is kept that is no intact picture of ours.
    pub is_shared: bool,
}

impl Ownership {
    /// Whether an opened file may be another tool's.
    pub(crate) fn may_be_foreign_file(&self, (file, size): (Box<dyn Read>, u64)) -> io::Result<bool> {
        let mut bytes = Vec::new();
        Ok(size > LARGEST || {
            file.take(LARGEST).read_to_end(&mut bytes)?;
            self.may_be_foreign(&bytes)
        })
    }

    /// Whether these bytes, of a file of which nothing is recorded, may be another tool's.
    pub fn may_be_foreign(&self, bytes: &[u8]) -> bool {
        if self.is_shared { !(self.is_ours)(bytes) } else { (self.is_foreign)(bytes) }
    }
}

/// What the caller has recorded about the place where a picture is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaces {
    /// Nothing is recorded. A file that lies there all the same is kept if it may be another tool's.
    Nothing,
    /// A picture that is recorded as damaged or outdated.
    Doubtful,
    /// A picture that is recorded as intact. It must not change before [`Store::place`](crate::Store::place), so
    /// that the caller can change the record first.
    Trusted,
}

/// What is known of a file without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Its length in bytes.
    pub size: u64,
    /// The ETag that a server gives to exactly these bytes; a folder's files have none.
    pub etag: Option<String>,
}
