//! Decoding by the tables of `encoding_rs`.

use std::{borrow::Cow, io::Read};

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::ByteOrder;

/// UTF-16 as UTF-8, without the mark at its beginning.
pub fn utf16(bytes: impl Read, order: ByteOrder) -> impl Read {
    let encoding = match order {
        ByteOrder::Little => UTF_16LE,
        ByteOrder::Big => UTF_16BE,
    };
    DecodeReaderBytesBuilder::new().encoding(Some(encoding)).build(bytes)
}

/// Latin-1 as Windows has it.
pub fn latin1(bytes: &[u8]) -> Cow<'_, str> {
    WINDOWS_1252.decode_without_bom_handling(bytes).0
}
