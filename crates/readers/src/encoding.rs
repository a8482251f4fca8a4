//! Texts in UTF-8, UTF-16 and Latin-1.

use std::{
    borrow::Cow,
    io::{Cursor, Read},
};

use encoding_rs_io::DecodeReaderBytesBuilder;

use crate::{Error, Source};

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

/// As much tells UTF-16.
const HEAD: u64 = 64;

/// Opens a text from its beginning as UTF-8, or as what Latin-1 holds.
pub(crate) fn open(source: &Source) -> Result<(Box<dyn Read + '_>, Encoding), Error> {
    let mut reader = source.reader()?;
    let mut head = Vec::new();
    reader.by_ref().take(HEAD).read_to_end(&mut head)?;
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    let (encoding, label) = if head.starts_with(b"\xff\xfe")
        || (head.len() > 4 && zeros(1) * 2 >= head.len() - 1 && zeros(0) == 0)
    {
        (Encoding::Utf16, Some(encoding_rs::UTF_16LE))
    } else if head.starts_with(b"\xfe\xff")
        || (head.len() > 4 && zeros(0) * 2 >= head.len() - 1 && zeros(1) == 0)
    {
        (Encoding::Utf16, Some(encoding_rs::UTF_16BE))
    } else {
        if head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        (Encoding::Utf8, None)
    };
    let bytes = Cursor::new(head).chain(reader);
    Ok(match label {
        Some(label) => {
            (Box::new(DecodeReaderBytesBuilder::new().encoding(Some(label)).build(bytes)), encoding)
        }
        None => (Box::new(bytes), encoding),
    })
}

/// A field as text: what is no UTF-8 is Latin-1.
pub(crate) fn text(field: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(field) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(field).0,
    }
}
