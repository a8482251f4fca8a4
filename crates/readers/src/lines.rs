//! Line ends of one kind, and rows of a bounded length.

use std::io::{self, Read};

use crate::Error;

/// No row of a candle is nearly as long; a quote that is never closed would make a row of all that follows.
pub(crate) const LONGEST_ROW: usize = 1 << 20;

/// Hands a text on with `\n` at the end of every line, the last one too, so
/// that lines can be counted whatever system the text comes from.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    source: R,
    after_return: bool,
    /// Whether a line has begun that has not ended.
    open: bool,
    /// How many bytes may be read until the next row begins.
    left: usize,
}

impl<R> Lines<R> {
    pub fn new(source: R) -> Self {
        Self { source, after_return: false, open: false, left: LONGEST_ROW }
    }

    /// Another row begins.
    pub fn begin_row(&mut self) {
        self.left = LONGEST_ROW;
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.source.read(room)?;
            self.left = self.left.checked_sub(count).ok_or_else(|| io::Error::other(Error::RowTooLong))?;
            if count == 0 {
                let end = std::mem::take(&mut self.open);
                return match room.first_mut().filter(|_| end) {
                    Some(byte) => {
                        *byte = b'\n';
                        Ok(1)
                    }
                    None => Ok(0),
                };
            }
            let mut kept = 0;
            for at in 0..count {
                let byte = room[at];
                let second_half = byte == b'\n' && self.after_return;
                self.after_return = byte == b'\r';
                if !second_half {
                    room[kept] = if byte == b'\r' { b'\n' } else { byte };
                    self.open = room[kept] != b'\n';
                    kept += 1;
                }
            }
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}
