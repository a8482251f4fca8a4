//! What packers have packed, unpacked as it is read and never written anywhere.

use std::io::{self, BufReader, Read};

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;

use crate::{
    Error,
    limits::{ALWAYS_ALLOWED, LARGEST_WINDOW, MOST_GROWTH, MOST_UNPACKED},
    magic::{FileKind, Packer},
};

pub(crate) mod zstd;

use zstd::ZstdReader;

/// What xz needs besides its window, in KiB, with some to spare.
const XZ_OVERHEAD: u32 = 1024;

/// Unpacks a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unpacker {
    pub packer: Packer,
    /// How many bytes may come out.
    pub most: u64,
}

/// How many bytes a packed file of `bytes` bytes may unpack to, all of its members together.
pub(crate) fn most_unpacked(bytes: u64) -> u64 {
    bytes.saturating_mul(MOST_GROWTH).clamp(ALWAYS_ALLOWED, MOST_UNPACKED)
}

impl Unpacker {
    /// The bytes that were packed. Reading ends with an error where a length or checksum is not the recorded one.
    pub fn unpack<'a>(&self, packed: impl Read + 'a) -> Box<dyn Read + 'a> {
        let packed = BufReader::new(packed);
        let unpacked: Box<dyn Read + 'a> = match self.packer {
            Packer::Gzip => Box::new(MultiGzDecoder::new(packed)),
            Packer::Bzip2 => Box::new(MultiBzDecoder::new(packed)),
            Packer::Xz => {
                let most_kib = u32::try_from(LARGEST_WINDOW >> 10).unwrap_or(u32::MAX) + XZ_OVERHEAD;
                Box::new(XzReader::new_mem_limit(packed, true, most_kib))
            }
            Packer::Zstd => Box::new(ZstdReader::new(packed)),
        };
        Box::new(Limited::new(unpacked, self.most, FileKind::Packed(self.packer).name()))
    }
}

/// What is unpacked, up to as many bytes as may be.
pub(crate) struct Limited<R> {
    source: R,
    left: u64,
    /// What it is unpacked from.
    outer: &'static str,
}

impl<R: Read> Limited<R> {
    pub fn new(source: R, most: u64, outer: &'static str) -> Self {
        Self { source, left: most, outer }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(room).map_err(|error| self.told(error))?;
        self.left =
            self.left.checked_sub(count as u64).ok_or_else(|| io::Error::other(Error::UnpacksTooMuch))?;
        Ok(count)
    }
}

impl<R> Limited<R> {
    /// The error of an unpacker, in words of ours.
    fn told(&self, error: io::Error) -> io::Error {
        match error.kind() {
            // To be read again.
            io::ErrorKind::Interrupted => error,
            // Only xz says so, before it takes the memory.
            io::ErrorKind::OutOfMemory => io::Error::other(Error::LargeWindow),
            // The system's errors are about the file, and ours have their words already.
            _ if error.raw_os_error().is_some() => error,
            _ if matches!(error.get_ref(), Some(inner) if inner.is::<Error>()) => error,
            _ => io::Error::other(Error::Damaged(self.outer, error)),
        }
    }
}

#[cfg(test)]
mod tests;
