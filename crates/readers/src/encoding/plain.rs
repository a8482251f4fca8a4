//! Decoding without tables: of UTF-16, and of Latin-1 as Windows has it.

use std::{
    borrow::Cow,
    io::{self, Read},
};

use super::ByteOrder;

/// As many bytes are read at once.
const AT_ONCE: usize = 8192;
const MARK: char = '\u{feff}';
/// What Windows has in place of the control characters from 0x80 to 0x9f; five stay what they are.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// UTF-16 as UTF-8, without the mark at its beginning.
pub fn utf16(bytes: impl Read, order: ByteOrder) -> impl Read {
    Utf16 { bytes, order, pending: Vec::new(), text: Vec::new(), at: 0, is_begun: false, is_over: false }
}

/// Latin-1 as Windows has it.
pub fn latin1(bytes: &[u8]) -> Cow<'_, str> {
    let char = |byte: &u8| match byte {
        0x80..0xa0 => WINDOWS[usize::from(byte - 0x80)],
        _ => char::from(*byte),
    };
    bytes.iter().map(char).collect()
}

struct Utf16<R> {
    bytes: R,
    order: ByteOrder,
    /// Bytes whose character is not whole yet.
    pending: Vec<u8>,
    /// What is decoded, handed on up to `at`.
    text: Vec<u8>,
    at: usize,
    is_begun: bool,
    is_over: bool,
}

impl<R: Read> Utf16<R> {
    /// Decodes what is read next. What is left over at the end is half a character.
    fn decode_more(&mut self) -> io::Result<()> {
        let before = self.pending.len();
        self.bytes.by_ref().take(AT_ONCE as u64).read_to_end(&mut self.pending)?;
        (self.text, self.at) = (Vec::new(), 0);
        if self.pending.len() == before {
            self.is_over = true;
            if before > 0 {
                self.text = char::REPLACEMENT_CHARACTER.to_string().into_bytes();
            }
            return Ok(());
        }
        let mut units: Vec<u16> =
            self.pending.as_chunks::<2>().0.iter().map(|pair| self.unit(*pair)).collect();
        // The first half of a pair waits for the second one.
        if units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
            units.pop();
        }
        self.pending.drain(..2 * units.len());
        let chars = char::decode_utf16(units).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER));
        let text: String = chars.collect();
        let rest = if self.is_begun { &text } else { text.strip_prefix(MARK).unwrap_or(&text) };
        self.is_begun |= !text.is_empty();
        self.text = rest.as_bytes().to_vec();
        Ok(())
    }

    fn unit(&self, pair: [u8; 2]) -> u16 {
        match self.order {
            ByteOrder::Little => u16::from_le_bytes(pair),
            ByteOrder::Big => u16::from_be_bytes(pair),
        }
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.is_over {
            self.decode_more()?;
        }
        let count = room.len().min(self.text.len() - self.at);
        room[..count].copy_from_slice(&self.text[self.at..][..count]);
        self.at += count;
        Ok(count)
    }
}
