//! What a file is packed by, told by its first bytes, and the rows in it, unpacked as they are read.

use std::{
    borrow::BorrowMut,
    io::{self, Cursor, Read},
};

use flate2::read::MultiGzDecoder;

use crate::{Error, Rows, limits::MOST_GROWTH};

/// What is looked at to tell what a file is.
const HEAD: u64 = 512;
/// Packed files unpack to this many bytes whatever their own size, to [`MOST_GROWTH`] times it where that is more,
const ALWAYS_ALLOWED: u64 = 64 << 20;
/// and never to more than this.
const MOST_UNPACKED: u64 = 64 << 30;

/// How files of these kinds begin.
const MAGIC: [(&[u8], Packing); 10] = [
    (b"\x1f\x8b", Packing::Gzip),
    (b"PK\x03\x04", Packing::Zip),
    (b"PK\x05\x06", Packing::Zip),
    (b"PK\x07\x08", Packing::Zip),
    (b"PAR1", Packing::Parquet),
    (b"\xfd7zXZ", Packing::Other("xz")),
    (b"\x28\xb5\x2f\xfd", Packing::Other("zstd")),
    (b"BZh", Packing::Other("bzip2")),
    (b"7z\xbc\xaf", Packing::Other("7z")),
    (b"Rar!", Packing::Other("RAR")),
];

/// What a file is packed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Nothing that is known; it may be text.
    None,
    /// gzip, read by [`Rows::of_file`].
    Gzip,
    /// ZIP, read by [`Archive::new`](crate::Archive::new).
    Zip,
    /// Parquet, read by `Rows::parquet` with the feature `parquet`.
    Parquet,
    /// A packer of this name, whose files are not read.
    Other(&'static str),
}

impl Packing {
    /// Reads as much of a source as tells what it is packed by.
    ///
    /// # Errors
    /// Where the source cannot be read.
    pub fn of(source: &mut impl Read) -> Result<Self, Error> {
        head(source, "cannot be read").map(|head| Self::of_head(&head))
    }

    fn of_head(head: &[u8]) -> Self {
        MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map_or(Self::None, |(_, packing)| *packing)
    }

    /// Refuses what is packed; `does` and `at` say what the source does with it, and where.
    pub(crate) fn refuse(head: &[u8], does: &'static str, at: &'static str) -> Result<(), Error> {
        let name = match Self::of_head(head) {
            Self::None => return Ok(()),
            Self::Gzip => "gzip",
            Self::Zip => "ZIP",
            Self::Parquet => "Parquet",
            Self::Other(name) => name,
        };
        Err(Error::Packed(does, name, at))
    }
}

/// The first bytes of a source; `failing` says what it means where they cannot be read.
pub(crate) fn head(source: &mut impl Read, failing: &'static str) -> Result<Vec<u8>, Error> {
    let mut head = Vec::new();
    source.take(HEAD).read_to_end(&mut head).map_err(|error| Error::Read(failing, error))?;
    Ok(head)
}

/// How many bytes a packed file of `bytes` bytes may unpack to, all of its members together.
pub(crate) fn most_unpacked(bytes: u64) -> u64 {
    bytes.saturating_mul(MOST_GROWTH).clamp(ALWAYS_ALLOWED, MOST_UNPACKED)
}

impl<'a> Rows<'a> {
    /// The rows of a file of `bytes` bytes: of the file itself, or of what gzip has packed in it.
    ///
    /// # Errors
    /// As [`Rows::new`], and where the file is packed in another way.
    pub fn of_file(mut source: impl Read + 'a, bytes: u64) -> Result<Self, Error> {
        let start = head(&mut source, "cannot be read")?;
        if Packing::of_head(&start) != Packing::Gzip {
            Packing::refuse(&start, "is", ", which is not read")?;
            return Self::new(Cursor::new(start).chain(source));
        }
        let mut unpacked = MultiGzDecoder::new(Cursor::new(start).chain(source));
        let start = head(&mut unpacked, "is no gzip file that can be read")?;
        Packing::refuse(&start, "holds", "")?;
        Self::unpacked(start, unpacked, most_unpacked(bytes))
    }

    /// The rows of what was unpacked already, and of what follows as far as `left` allows.
    pub(crate) fn unpacked(
        start: Vec<u8>,
        rest: impl Read + 'a,
        left: impl BorrowMut<u64> + 'a,
    ) -> Result<Self, Error> {
        Self::new(Unpacked { source: Cursor::new(start).chain(rest), left })
    }
}

/// What is unpacked, up to as many bytes as are left; members of one file share the number.
struct Unpacked<R, N> {
    source: R,
    left: N,
}

impl<R: Read, N: BorrowMut<u64>> Read for Unpacked<R, N> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(room)?;
        let left = self.left.borrow_mut();
        *left = left.checked_sub(count as u64).ok_or_else(|| io::Error::other(Error::UnpacksTooMuch))?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
