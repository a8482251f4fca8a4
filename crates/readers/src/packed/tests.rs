use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::{Archive, Form, Klines, Member};

const ROWS: &str = "time,open,high,low,close\n1672531200,2,3,1,2.5\n1672534800,2,3,1,2.5\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("finished")
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in members {
        zip.start_file(*name, options).expect("started");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

/// How many rows a text has.
fn count(mut rows: Rows<'_>) -> Result<usize, Error> {
    rows.try_fold(0, |count, row| row.map(|_| count + 1))
}

/// The members of a ZIP file, each with the number of its rows or what is wrong with it.
fn members(bytes: &[u8]) -> Vec<String> {
    let mut archive = Archive::new(Cursor::new(bytes), bytes.len() as u64).expect("a ZIP");
    let mut told = Vec::new();
    while let Some(member) = archive.next_member() {
        told.push(match member {
            Err(error) => error.to_string(),
            Ok(Member { name, rows }) => match rows.and_then(count) {
                Ok(count) => format!("{name}: {count}"),
                Err(error) => format!("{name}: {error}"),
            },
        });
    }
    told
}

#[test]
fn packers_are_told_by_first_bytes() {
    for (bytes, packing) in [
        (ROWS.as_bytes(), Packing::None),
        (b"", Packing::None),
        (&gzip(b""), Packing::Gzip),
        (&zip(&[]), Packing::Zip),
        (b"PAR1", Packing::Parquet),
        (b"BZh9", Packing::Other("bzip2")),
    ] {
        assert_eq!(Packing::of(&mut &*bytes).expect("bytes"), packing);
    }
}

#[test]
fn a_text_is_read_plain_or_from_gzip() {
    for bytes in [ROWS.as_bytes().to_vec(), gzip(ROWS.as_bytes())] {
        let rows = Rows::of_file(&*bytes, bytes.len() as u64).expect("a text");
        assert!(matches!(rows.form(), Form::Header { .. }));
        assert_eq!(count(rows).expect("rows"), 2);
    }
    let refused =
        |bytes: &[u8]| Rows::of_file(bytes, bytes.len() as u64).map(|_| ()).expect_err("packed").to_string();
    assert_eq!(refused(b"\xfd7zXZ"), "is a file packed by xz, which is not read; unpack it first");
    assert_eq!(refused(&gzip(&gzip(b""))), "holds a file packed by gzip; unpack it first");
    assert!(refused(b"\x1f\x8b\0").starts_with("is no gzip file that can be read: "));
}

#[test]
fn members_are_read_one_by_one_and_bad_ones_told() {
    let inner = gzip(ROWS.as_bytes());
    let archive = zip(&[
        ("a/", b""),
        ("a/one.csv", ROWS.as_bytes()),
        ("a/.DS_Store", b"\0"),
        ("__MACOSX/one.csv", b"\0"),
        ("two.csv.gz", &inner),
        ("three.csv", b"hello"),
    ]);
    assert_eq!(
        members(&archive),
        [
            "a/one.csv: 2",
            "two.csv.gz: is a file packed by gzip within a ZIP; unpack it first",
            "three.csv: there are no columns; separate them by commas, semicolons or tabs",
        ]
    );
    assert_eq!(members(&zip(&[("a/", b"")])), ["holds no files"]);
}

#[test]
fn what_unpacks_to_too_much_ends_with_an_error() {
    let bomb = ROWS.to_owned() + &"1672534800,2,3,1,2.5\n".repeat((70 << 20) / 21);
    let packed = gzip(bomb.as_bytes());
    let rows = Rows::of_file(&*packed, packed.len() as u64).expect("a header");
    let klines = Klines::new(rows).expect("a header");
    let last = klines.last().expect("rows").expect_err("too much");
    assert!(matches!(last, Error::UnpacksTooMuch), "{last}");
    // The members of a file count together.
    let half = &bomb.as_bytes()[..ROWS.len() + bomb.len() / 42 * 21];
    let told = members(&zip(&[("a", half), ("b", half)]));
    assert!(
        told[0].starts_with("a: ") && told[1].starts_with("b: cannot read on: it unpacks to more"),
        "{told:?}"
    );
}

#[test]
fn a_zip_file_that_is_not_whole_is_refused_or_its_member_told() {
    let whole = zip(&[("one.csv", ROWS.as_bytes()), ("two.csv", ROWS.as_bytes())]);
    assert_eq!(members(&whole), ["one.csv: 2", "two.csv: 2"]);
    let opened = |bytes: &[u8]| Archive::new(Cursor::new(bytes), bytes.len() as u64).map(|_| ());
    for cut in [whole.len() - 1, whole.len() / 2, 30] {
        let error = opened(&whole[..cut]).expect_err("cut").to_string();
        assert!(error.starts_with("is no ZIP file that can be read: "), "{error}");
    }
    // The number of members in the last record, of 22 bytes, is one too many.
    let mut more = whole.clone();
    let counts = more.len() - 22 + 8;
    for at in [counts, counts + 2] {
        more[at] += 1;
    }
    let error = opened(&more).expect_err("a member too few").to_string();
    assert!(error.starts_with("is no ZIP file that can be read: "), "{error}");

    // Signature of the list's first entry; its method, flags and checksum follow.
    let entry = whole.windows(4).position(|bytes| bytes == b"PK\x01\x02").expect("a list");
    for (at, value, told) in [
        (8, 1, "one.csv: is encrypted; unpack it first"),
        (10, 12, "one.csv: cannot be unpacked: it is compressed by method 12 (BZIP2)"),
        (16, whole[entry + 16] ^ 1, "one.csv: cannot be unpacked: Invalid checksum"),
    ] {
        let mut changed = whole.clone();
        changed[entry + at] = value;
        let members = members(&changed);
        assert!(members[0].starts_with(told), "{members:?}");
        assert_eq!(members[1], "two.csv: 2");
    }
}
