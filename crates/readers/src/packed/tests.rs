use std::{
    io::Write,
    sync::{Arc, atomic::AtomicBool},
};

use bzip2::write::BzEncoder;
use flate2::{Compression, write::GzEncoder};
use lzma_rust2::{XzOptions, XzWriter};
use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::{Bytes, Content, Member, ReadOptions, Source, read_table};

const ROWS: &str = "time,open,high,low,close\n1672531200,2,3,1,2.5\n1672534800,2,3,1,2.5\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("finished")
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("finished")
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).expect("a header");
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("finished")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

type Pack = fn(&[u8]) -> Vec<u8>;

/// All packers of one file.
const PACKERS: [(&str, Pack); 4] = [("gzip", gzip), ("bzip2", bzip2), ("xz", xz), ("zstd", zstd)];

fn zip_by(method: CompressionMethod, members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in members {
        zip.start_file(*name, options).expect("started");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip_by(CompressionMethod::Deflated, members)
}

fn open(bytes: &[u8]) -> Result<Content, Error> {
    Source::open(Arc::new(bytes.to_vec()) as Arc<dyn Bytes>)
}

/// The bytes of a source, read once more than needed.
fn text(source: &Source) -> Result<Vec<u8>, Error> {
    let mut first = [0; 10];
    let _ = source.reader()?.read(&mut first)?;
    let mut all = Vec::new();
    source.reader()?.read_to_end(&mut all)?;
    Ok(all)
}

/// The bytes of all sources in a file.
fn texts(bytes: &[u8]) -> Vec<Result<Vec<u8>, Error>> {
    match open(bytes) {
        Err(error) => vec![Err(error)],
        Ok(Content::One(source)) => vec![text(&source)],
        Ok(Content::Archive(members)) => {
            members.into_iter().map(|member| member.source.and_then(|source| text(&source))).collect()
        }
    }
}

/// What is wrong with a file.
fn refused(bytes: &[u8]) -> String {
    let mut texts = texts(bytes);
    assert_eq!(texts.len(), 1);
    texts.remove(0).expect_err("a refusal").to_string()
}

/// The members of a ZIP file, each with its length or what is wrong with it.
fn members(bytes: &[u8]) -> Vec<String> {
    let Content::Archive(members) = open(bytes).expect("a ZIP file") else { panic!("one source") };
    let tell = |Member { name, source }| match source.and_then(|source| text(&source)) {
        Ok(text) => format!("{name}: {}", text.len()),
        Err(error) => format!("{name}: {error}"),
    };
    members.into_iter().map(tell).collect()
}

#[test]
fn a_text_is_read_plain_or_unpacked_as_often_as_asked() {
    let Content::One(plain) = open(ROWS.as_bytes()).expect("a text") else { panic!("an archive") };
    assert_eq!(text(&plain).expect("a text"), ROWS.as_bytes());
    for (name, pack) in PACKERS {
        let packed = pack(ROWS.as_bytes());
        // What `cat` and parallel packers make.
        let twice = [packed.clone(), pack(ROWS.as_bytes())].concat();
        for (packed, times) in [(packed, 1), (twice, 2)] {
            let Content::One(source) = open(&packed).expect(name) else { panic!("an archive") };
            assert_eq!(text(&source).expect(name), ROWS.repeat(times).as_bytes(), "{name}");
        }
        assert_eq!(texts(&pack(b""))[0].as_ref().expect(name), b"", "{name}");
    }
}

#[test]
fn what_is_packed_twice_or_no_text_is_refused() {
    assert_eq!(refused(&gzip(&gzip(b""))), "is a gzip file within a gzip file; unpack it first");
    assert_eq!(refused(&xz(&zip(&[]))), "is a ZIP file within an xz file; unpack it first");
    assert_eq!(refused(&zstd(b"PAR1\x15\0")), "is a Parquet file within a zstd file; unpack it first");
    assert_eq!(
        refused(&gzip(b"RDX3\nX\n\0\0")),
        "is data of R; load it in R and write it by write.csv first"
    );
    assert_eq!(refused(&gzip(b"\0\x01\x02")), "is not text; only text and tables are read");
    assert!(
        refused(b"\x1f\x8b\0").starts_with("cannot read on: it is a gzip file that is damaged or cut off: ")
    );
    let mut tar = vec![b'a'; 257];
    tar.extend(b"ustar\0");
    assert_eq!(refused(&gzip(&tar)), "is a TAR archive; unpack it first");
}

#[test]
fn frames_of_zstd_for_other_programs_are_passed_over() {
    let skipped = b"\x5e\x2a\x4d\x18\x03\0\0\0abc";
    let packed = [skipped, &zstd(ROWS.as_bytes())[..], skipped].concat();
    assert_eq!(texts(&packed)[0].as_ref().expect("a text"), ROWS.as_bytes());
    assert!(refused(&packed[..packed.len() - 1]).contains("a zstd file that is damaged or cut off: "));
}

#[test]
fn members_are_opened_one_by_one_and_bad_ones_told() {
    let inner = gzip(ROWS.as_bytes());
    let nested = zip(&[("a.csv", ROWS.as_bytes())]);
    let archive = zip(&[
        ("a/", b""),
        ("a/one.csv", ROWS.as_bytes()),
        ("a/.DS_Store", b"\0"),
        ("__MACOSX/one.csv", b"\0"),
        ("two.csv.gz", &inner),
        ("three.zip", &nested),
        ("report.pdf", b"%PDF-1.7"),
        ("report.txt", b"hello"),
    ]);
    assert_eq!(
        members(&archive),
        [
            "a/one.csv: 67",
            "two.csv.gz: 67",
            "three.zip: is a ZIP file within a ZIP file; unpack it first",
            "report.pdf: is a PDF document; only text and tables are read",
            "report.txt: 5",
        ]
    );
    let stored = zip_by(CompressionMethod::Stored, &[("a.csv", ROWS.as_bytes())]);
    assert_eq!(members(&stored), ["a.csv: 67"]);
    assert_eq!(refused(&zip(&[("a/", b"")])), "holds no files");
}

#[test]
fn what_unpacks_to_too_much_ends_with_an_error() {
    let bomb = ROWS.to_owned() + &" ".repeat(8 << 20);
    for (name, pack) in PACKERS {
        let packed = pack(bomb.as_bytes());
        let Content::One(source) = open(&packed).expect(name) else { panic!("an archive") };
        // Every reader counts anew.
        for _ in 0..2 {
            let read = io::copy(&mut source.reader().expect(name), &mut io::sink());
            let error = Error::from(read.expect_err(name));
            assert!(matches!(error, Error::UnpacksTooMuch), "{name}: {error}");
        }
    }
    // The members of a file count together.
    let half = &bomb.as_bytes()[..9 << 16];
    let told = members(&zip(&[("a", half), ("b", half), ("c", ROWS.as_bytes())]));
    assert_eq!(told[0], format!("a: {}", half.len()));
    assert!(told[1].starts_with("b: cannot read on: it unpacks to more"), "{told:?}");
    assert_eq!(told[2], "c: 67");
    // One that promises less than it gives.
    let mut lying = zip(&[("a", half)]);
    let entry = lying.windows(4).position(|bytes| bytes == b"PK\x01\x02").expect("a list");
    lying[entry + 24..entry + 28].copy_from_slice(&100_u32.to_le_bytes());
    assert!(members(&lying)[0].starts_with("a: cannot read on: "), "{:?}", members(&lying));
    // Packed twice.
    let told = members(&zip(&[("a.gz", &gzip(bomb.as_bytes())[..]), ("b", ROWS.as_bytes())]));
    assert!(told[0].starts_with("a.gz: cannot read on: it unpacks to more"), "{told:?}");
}

#[test]
fn windows_that_take_all_memory_are_refused() {
    const SAYS: &str = "is packed so that 128 MiB of memory do not suffice to read it; ";
    // Magic, a descriptor of no content size, and an exponent of 31 for the window: 2 TiB.
    assert!(refused(b"\x28\xb5\x2f\xfd\x00\xf8\x01\0\0").starts_with(SAYS));
    // A window of 1 GiB, from where the checksum of the header follows.
    let mut packed = xz(ROWS.as_bytes());
    let (block, size) = (12, (usize::from(packed[12]) + 1) * 4);
    let filter = packed[block..block + size].windows(2).position(|bytes| bytes == [0x21, 1]).expect("LZMA2");
    packed[block + filter + 2] = 36;
    let mut crc = flate2::Crc::new();
    crc.update(&packed[block..block + size - 4]);
    packed[block + size - 4..block + size].copy_from_slice(&crc.sum().to_le_bytes());
    assert!(refused(&packed).starts_with(SAYS), "{}", refused(&packed));
}

#[test]
fn a_zip_file_that_is_not_whole_is_refused_or_its_member_told() {
    let whole = zip(&[("one.csv", ROWS.as_bytes()), ("two.csv", ROWS.as_bytes())]);
    assert_eq!(members(&whole), ["one.csv: 67", "two.csv: 67"]);
    for cut in [whole.len() - 1, whole.len() / 2, 30] {
        let error = refused(&whole[..cut]);
        assert!(error.starts_with("is no ZIP file that can be read: "), "{error}");
    }
    // The number of members in the last record, of 22 bytes, is one too many.
    let mut more = whole.clone();
    let counts = more.len() - 22 + 8;
    for at in [counts, counts + 2] {
        more[at] += 1;
    }
    assert!(refused(&more).starts_with("is no ZIP file that can be read: "));

    // Signature of the list's first entry; its method, flags and checksum follow.
    let entry = whole.windows(4).position(|bytes| bytes == b"PK\x01\x02").expect("a list");
    for (at, value, told) in [
        (8, 1, "one.csv: is encrypted; unpack it first"),
        (10, 9, "one.csv: cannot be unpacked: it is compressed by method 9 (Deflate64)"),
        (16, whole[entry + 16] ^ 1, "one.csv: cannot read on: it is a ZIP file that is damaged or cut off: "),
    ] {
        let mut changed = whole.clone();
        changed[entry + at] = value;
        let members = members(&changed);
        assert!(members[0].to_lowercase().starts_with(&told.to_lowercase()), "{members:?}");
        assert_eq!(members[1], "two.csv: 67");
    }
}

#[test]
fn documents_that_are_zip_files_are_named() {
    for (parts, says) in [
        (&["[Content_Types].xml", "xl/workbook.bin"][..], "is an Excel workbook (.xlsb); "),
        (&["[Content_Types].xml", "word/document.xml"], "is a Word document; "),
        (&["Index/Document.iwa"], "is a document of Apple Numbers; "),
        #[cfg(not(feature = "excel"))]
        (
            &["[Content_Types].xml", "xl/workbook.xml"],
            "is an Excel workbook, which this build does not read; ",
        ),
    ] {
        let parts: Vec<_> = parts.iter().map(|name| (*name, &b"<a/>"[..])).collect();
        assert!(refused(&zip(&parts)).starts_with(says), "{}", refused(&zip(&parts)));
    }
}

/// Files of every kind with texts that are told from each other.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let mut rows = ROWS.to_owned();
    for hour in 2..200 {
        rows += &format!("{},2,3,1,{}.5\n", 1_672_531_200 + hour * 3600, hour * 7919 % 13);
    }
    let mut files: Vec<_> = PACKERS.iter().map(|(name, pack)| (*name, pack(rows.as_bytes()))).collect();
    files.push(("zip", zip(&[("a.csv", rows.as_bytes()), ("b.csv.gz", &gzip(rows.as_bytes()))])));
    files
}

#[test]
fn a_file_that_is_cut_off_anywhere_ends_with_an_error() {
    for (name, file) in files() {
        // Before that it is too short to be told from text.
        for cut in 12..file.len() {
            assert!(texts(&file[..cut]).iter().any(Result::is_err), "{name} cut at {cut}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_file_gives_the_same_text_or_an_error(
        which in 0_usize..5,
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), 1_u8..=255), 1..4),
    ) {
        let (name, whole) = files().swap_remove(which);
        let right: Vec<_> = texts(&whole).into_iter().map(|text| text.expect("whole")).collect();
        let mut file = whole.clone();
        for (at, flips) in changes {
            let at = at.index(file.len());
            file[at] ^= flips;
        }
        for text in texts(&file).into_iter().flatten() {
            // Without its first bytes it is no packed file any more.
            prop_assert!(right.contains(&text) || text == file, "{name}");
        }
    }
}

#[test]
fn tables_of_ones_own_are_read_from_all_packers() {
    let text = b"time,equity\n2023-01-01,1.5\n2023-01-02,x\n";
    let mut files: Vec<Vec<u8>> = PACKERS.iter().map(|(_, pack)| pack(text)).collect();
    files.push(zip(&[("equity.csv", text)]));
    for file in files {
        let source = match open(&file).expect("a file") {
            Content::One(source) => source,
            Content::Archive(mut members) => members.remove(0).source.expect("a text"),
        };
        let table = read_table(&source, &ReadOptions::default(), &AtomicBool::new(false)).expect("a table");
        assert_eq!(table.number(0, 1).expect("a number"), Some(1.5));
        assert!(table.number(1, 1).expect_err("a word").to_string().starts_with("line 3: column \"equity\""));
    }
}
