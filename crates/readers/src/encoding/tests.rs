use std::io::{Cursor, Read};

use super::{ByteOrder, plain};
use crate::{Encoding, ReadOptions, Source, understand};

const TEXT: &str = "Date,Open,High,Low,Close,Größe\n2024.01.02,1,3,1,2,größer\n2024.01.03,1,3,1,2,x\n";

impl ByteOrder {
    fn bytes(self, unit: u16) -> [u8; 2] {
        match self {
            Self::Little => unit.to_le_bytes(),
            Self::Big => unit.to_be_bytes(),
        }
    }
}

fn encoded(text: &str, order: ByteOrder) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| order.bytes(unit)).collect()
}

fn whole(mut reader: impl Read) -> Vec<u8> {
    let mut text = Vec::new();
    reader.read_to_end(&mut text).expect("bytes in memory");
    text
}

fn decoded(bytes: &[u8], order: ByteOrder) -> Vec<u8> {
    whole(plain::utf16(Cursor::new(bytes), order))
}

#[test]
fn utf_16_is_known_with_its_mark_and_without() {
    let format = |bytes: Vec<u8>| understand(&Source::text(bytes), &ReadOptions::default()).expect("candles");
    for order in [ByteOrder::Little, ByteOrder::Big] {
        for mark in ["", "\u{feff}"] {
            let format = format(encoded(&format!("{mark}{TEXT}"), order));
            assert_eq!(format.encoding(), Some(Encoding::Utf16), "{order:?}");
            assert_eq!(format.names.expect("a header")[0], "Date", "{order:?}");
        }
    }
}

#[test]
fn utf_16_of_any_length_is_decoded() {
    let long = TEXT.repeat(500);
    for order in [ByteOrder::Little, ByteOrder::Big] {
        assert_eq!(decoded(&encoded(&long, order), order), long.as_bytes());
        let pairs = "😀".repeat(10_000);
        // One character before them, so that a pair lies across the end of what is read at once.
        assert_eq!(decoded(&encoded(&format!("x{pairs}"), order), order), format!("x{pairs}").as_bytes());
    }
}

#[test]
fn halves_of_characters_are_marked() {
    let marked = |units: &[u16]| {
        let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        String::from_utf8(decoded(&bytes, ByteOrder::Little)).expect("UTF-8")
    };
    assert_eq!(marked(&[0xd83d, 0x41]), "\u{fffd}A");
    assert_eq!(marked(&[0xde00, 0x41]), "\u{fffd}A");
    assert_eq!(marked(&[0x41, 0xd83d]), "A\u{fffd}");
    assert_eq!(decoded(b"A\0B", ByteOrder::Little), "A\u{fffd}".as_bytes());
}

#[test]
fn latin_1_is_as_windows_has_it() {
    assert_eq!(plain::latin1(b"Gr\xf6\xdfe \x80"), "Größe €");
}

#[cfg(feature = "encodings")]
mod agree {
    use proptest::prelude::*;

    use super::*;
    use crate::encoding::tables;

    #[test]
    fn every_byte_of_latin_1_is_decoded_alike() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(plain::latin1(&all), tables::latin1(&all));
    }

    /// `encoding_rs_io` cuts the mark for half a character at the end of a text, so these end with a whole one.
    fn check(units: &[u16], order: ByteOrder) -> Result<(), TestCaseError> {
        let bytes: Vec<u8> = units.iter().chain(&[0x0a]).flat_map(|unit| order.bytes(*unit)).collect();
        prop_assert_eq!(decoded(&bytes, order), whole(tables::utf16(Cursor::new(&bytes), order)));
        Ok(())
    }

    proptest! {
        #[test]
        fn any_units_of_utf_16_are_decoded_alike(
            // Halves of characters are seldom beside each other by chance.
            units in prop::collection::vec(prop_oneof![any::<u16>(), 0xd7f0..0xe010_u16, Just(0xfeff)], 0..200),
            is_big: bool,
        ) {
            check(&units, if is_big { ByteOrder::Big } else { ByteOrder::Little })?;
        }

        #[test]
        fn texts_longer_than_what_is_read_at_once_are_decoded_alike(text in "\\PC{1,40}", times in 1..2000_usize) {
            check(&text.repeat(times).encode_utf16().collect::<Vec<_>>(), ByteOrder::Big)?;
        }
    }
}
