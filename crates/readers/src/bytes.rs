//! What a file holds, as bytes at any place. A source is read more than once, and never held whole.

use std::{
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

/// Bytes that can be read at any place, as often as asked.
pub trait Bytes: Send + Sync {
    /// How many there are.
    fn size(&self) -> u64;

    /// Fills as much of `room` as can be read at once from `offset` on; 0 at the end.
    ///
    /// # Errors
    /// Where they cannot be read.
    fn read_at(&self, room: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl<T: AsRef<[u8]> + Send + Sync> Bytes for T {
    fn size(&self) -> u64 {
        self.as_ref().len() as u64
    }

    fn read_at(&self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.as_ref().get(offset..));
        let rest = rest.unwrap_or_default();
        let count = rest.len().min(room.len());
        room[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

/// A reader of its own over bytes that others read as well.
#[derive(Clone)]
pub(crate) struct BytesReader {
    bytes: Arc<dyn Bytes>,
    at: u64,
}

impl BytesReader {
    pub fn new(bytes: &Arc<dyn Bytes>) -> Self {
        Self { bytes: Arc::clone(bytes), at: 0 }
    }
}

impl Read for BytesReader {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read_at(room, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for BytesReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, step) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::End(step) => (self.bytes.size(), step),
            SeekFrom::Current(step) => (self.at, step),
        };
        let at = base.checked_add_signed(step);
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
