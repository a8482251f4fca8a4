//! Line ends of one kind, and rows of a bounded length.

use std::io::{self, Chain, Read};

use crate::{Error, limits::LONGEST_ROW};

/// Hands a text on with `\n` at the end of every line, the last one too, so
/// that lines can be counted whatever system the text comes from.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    source: Chain<R, &'static [u8]>,
    after_return: bool,
    /// How many bytes may be read until the next row begins.
    left: usize,
}

impl<R: Read> Lines<R> {
    pub fn new(source: R) -> Self {
        Self { source: source.chain(b"\n"), after_return: false, left: LONGEST_ROW }
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
            let mut kept = 0;
            for at in 0..count {
                let byte = room[at];
                let second_half = byte == b'\n' && self.after_return;
                self.after_return = byte == b'\r';
                if !second_half {
                    room[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
            }
            if kept > 0 || count == 0 {
                return Ok(kept);
            }
        }
    }
}
