//! Frames of zstd, one after the other.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

use crate::{Error, limits::LARGEST_WINDOW};

/// The texts of all frames. The decoder itself reads one, and compares no checksum.
pub(crate) struct ZstdReader<R> {
    source: R,
    decoder: FrameDecoder,
    /// Whether a frame is being read, and how much of it was.
    frame: Option<u64>,
}

impl<R: BufRead> ZstdReader<R> {
    pub fn new(source: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(LARGEST_WINDOW);
        Self { source, decoder, frame: None }
    }

    /// Begins the next frame. Returns whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.source) {
                Ok(()) => {
                    self.frame = Some(0);
                    return Ok(true);
                }
                // A frame for other programs, which pzstd and seekable files have.
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let mut skipped = self.source.by_ref().take(u64::from(length));
                    if io::copy(&mut skipped, &mut io::sink())? != u64::from(length) {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(FrameDecoderError::WindowSizeTooBig { .. }) => {
                    return Err(io::Error::other(Error::LargeWindow));
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }

    /// Compares a frame that was read with what it says of itself.
    fn end(&mut self, length: u64) -> io::Result<()> {
        let wrong = |what| Err(io::Error::new(io::ErrorKind::InvalidData, what));
        let sum = self.decoder.get_checksum_from_data();
        if sum.is_some() && sum != self.decoder.get_calculated_checksum() {
            return wrong("its checksum is another one");
        }
        let promised = self.decoder.content_size();
        if promised > 0 && promised != length { wrong("its length is another one") } else { Ok(()) }
    }
}

impl<R: BufRead> Read for ZstdReader<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if room.is_empty() {
            return Ok(0);
        }
        loop {
            let Some(length) = self.frame else {
                if self.begin()? {
                    continue;
                }
                return Ok(0);
            };
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.source, one).map_err(io::Error::other)?;
            }
            let count = self.decoder.read(room)?;
            if count > 0 {
                self.frame = Some(length + count as u64);
                return Ok(count);
            }
            self.end(length)?;
            self.frame = None;
        }
    }
}
