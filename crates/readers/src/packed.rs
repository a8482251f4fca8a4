//! What a file is packed by, told by its first bytes, and the texts in it, unpacked as they are read.

#[cfg(feature = "parquet")]
mod parquet;
mod zip;

use std::{
    borrow::BorrowMut,
    io::{self, Cursor, Read},
};

use flate2::read::MultiGzDecoder;

use crate::Error;

pub(crate) use zip::MOST_MEMBERS;
pub use zip::{Archive, Member};

/// What is looked at to tell what a file is.
const HEAD: u64 = 512;
/// Packed files unpack to this many bytes whatever their own size,
const ALWAYS_ALLOWED: u64 = 64 << 20;
/// to so many times their size where that is more (klines unpack to about four times the size),
pub(crate) const MOST_GROWTH: u64 = 200;
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
    /// gzip, read by [`Text::new`].
    Gzip,
    /// ZIP, read by [`Archive::new`].
    Zip,
    /// Parquet, read by `Text::parquet` with the feature `parquet`.
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
        head(source).map(|head| Self::of_head(&head)).map_err(Error::Head)
    }

    fn of_head(head: &[u8]) -> Self {
        MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map_or(Self::None, |(_, packing)| *packing)
    }

    /// Refuses what is packed.
    fn refuse(head: &[u8], error: fn(&'static str) -> Error) -> Result<(), Error> {
        match Self::of_head(head) {
            Self::None => Ok(()),
            Self::Gzip => Err(error("gzip")),
            Self::Zip => Err(error("ZIP")),
            Self::Parquet => Err(error("Parquet")),
            Self::Other(name) => Err(error(name)),
        }
    }
}

/// The first bytes of a source.
fn head(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    source.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// How many bytes a packed file of `bytes` bytes may unpack to, all of its members together.
fn most_unpacked(bytes: u64) -> u64 {
    bytes.saturating_mul(MOST_GROWTH).clamp(ALWAYS_ALLOWED, MOST_UNPACKED)
}

/// A text in a file, for [`Klines::new`](crate::Klines::new) or [`Rows::new`](crate::Rows::new).
pub struct Text<'a> {
    source: Box<dyn Read + 'a>,
    unit: &'static str,
    lines_before: u64,
}

impl<'a> Text<'a> {
    /// The text of a file of `bytes` bytes: the file itself, or what gzip has packed in it.
    ///
    /// # Errors
    /// Where the file cannot be read, or is packed in another way.
    pub fn new(mut source: impl Read + 'a, bytes: u64) -> Result<Self, Error> {
        let start = head(&mut source).map_err(Error::Head)?;
        if Packing::of_head(&start) != Packing::Gzip {
            Packing::refuse(&start, Error::Packed)?;
            return Ok(Self::of_lines(Cursor::new(start).chain(source)));
        }
        let mut unpacked = MultiGzDecoder::new(Cursor::new(start).chain(source));
        let start = head(&mut unpacked).map_err(Error::Gzip)?;
        Packing::refuse(&start, Error::PackedInGzip)?;
        let source = Cursor::new(start).chain(unpacked);
        Ok(Self::of_lines(Unpacked { source, left: most_unpacked(bytes) }))
    }

    fn of_lines(source: impl Read + 'a) -> Self {
        Self { source: Box::new(source), unit: "line", lines_before: 0 }
    }

    /// What its rows are counted in: `line`, or `row` where it was made of a table.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        self.unit
    }

    /// How many lines stand before the first one that is counted: a table's rows come after its names.
    #[must_use]
    pub fn lines_before(&self) -> u64 {
        self.lines_before
    }
}

impl Read for Text<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.source.read(room)
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
