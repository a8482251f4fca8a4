//! Texts in UTF-8, UTF-16 and Latin-1.
//!
//! With the feature `encodings` they are decoded by `encoding_rs`, which brings the tables of all encodings with it;
//! without it by a few lines of our own, which give the same.

#[cfg(any(test, not(feature = "encodings")))]
mod plain;
#[cfg(feature = "encodings")]
mod tables;
#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    io::{Cursor, Read},
};

use crate::{Error, Source, magic::is_control};
#[cfg(not(feature = "encodings"))]
use plain as decode;
#[cfg(feature = "encodings")]
use tables as decode;

/// How a text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, ASCII among it.
    Utf8,
    /// UTF-16, either byte first.
    Utf16,
    /// Latin-1 as Windows has it. It differs from UTF-8 in names alone: what candles need is ASCII.
    Latin1,
}

/// Which byte of UTF-16 comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

impl Encoding {
    /// How messages call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Latin1 => "Latin-1",
        }
    }
}

/// As much tells UTF-16.
const HEAD: u64 = 64;

/// Opens a text from its beginning as UTF-8, or as what Latin-1 holds.
pub(crate) fn open(source: &Source) -> Result<(Box<dyn Read + '_>, Encoding), Error> {
    let mut reader = source.reader()?;
    let mut head = Vec::new();
    reader.by_ref().take(HEAD).read_to_end(&mut head)?;
    let order = utf16(&head);
    if head.starts_with(b"\xef\xbb\xbf") {
        head.drain(..3);
    }
    let bytes = Cursor::new(head).chain(reader);
    Ok(match order {
        Some(order) => (Box::new(decode::utf16(bytes, order)), Encoding::Utf16),
        None => (Box::new(bytes), Encoding::Utf8),
    })
}

/// Whether a text that begins so is UTF-16: its mark says so, or every other byte is 0, as with Latin letters.
pub(crate) fn utf16(head: &[u8]) -> Option<ByteOrder> {
    let (pairs, _) = head.as_chunks::<2>();
    let has_zeros = |place: usize| {
        // A letter of another script may stand among them.
        pairs.iter().filter(|pair| pair[place] == 0).count() * 4 > pairs.len() * 3
            && !pairs.iter().any(|pair| is_control(&pair[1 - place]))
    };
    match head {
        [0xff, 0xfe, ..] => Some(ByteOrder::Little),
        [0xfe, 0xff, ..] => Some(ByteOrder::Big),
        _ if has_zeros(1) => Some(ByteOrder::Little),
        _ if has_zeros(0) => Some(ByteOrder::Big),
        _ => None,
    }
}

/// A field as text: what is no UTF-8 is Latin-1.
pub(crate) fn text(field: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(field).map_or_else(|_| decode::latin1(field), Cow::Borrowed)
}
