//! From files to texts: what a file is, whether it is the one that was published, and what is packed in it.

use std::{
    fs::{self, File},
    io::{self, Cursor, Read, Seek, SeekFrom},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use render_core::ohlcv::{SeriesName, series_name};

use super::{
    bounded::{Bounded, Budget},
    checksum::check,
    market::Stop,
    place, zip,
};
use crate::error::Error;

/// What is looked at to tell what a file is.
const HEAD: u64 = 512;
const PARQUET: &[u8] = b"PAR1";
const GZIP: &[u8] = b"\x1f\x8b";
const ZIP: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];
/// Other ways to pack, by their first bytes.
const PACKED: [(&[u8], &str); 5] = [
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
];

/// A text of candles.
pub struct Text<'a> {
    /// The file, and which of its members it is.
    pub place: String,
    /// What its name tells.
    pub series: SeriesName,
    /// Whether its file's SHA-256 was the one that stood beside it.
    pub checked: bool,
    /// What its rows are counted in.
    pub unit: &'static str,
    /// The line before the first that is counted.
    pub before: u64,
    pub source: Bounded<'a>,
}

/// Whoever takes texts.
pub trait Sink {
    /// Takes a text; what is wrong with it alone is no error.
    fn text(&mut self, text: Text<'_>) -> Result<(), Error>;
    /// Is told of a member that cannot be read.
    fn refused(&mut self, place: &str, why: &str);
}

/// Hands on the texts of a file.
pub fn open(path: &Path, sink: &mut dyn Sink) -> Result<(), Stop> {
    let refuse = |why: String| Stop::Refused(why);
    let cannot = |error: io::Error| Stop::Refused(format!("cannot be read: {error}"));
    // Before it is opened: a pipe would be waited for, and no signal ends that.
    let about = fs::metadata(path).map_err(cannot)?;
    if about.is_dir() {
        return Err(refuse("is a directory; name the files in it".to_owned()));
    }
    if !about.is_file() {
        return Err(refuse("is not a regular file; write what comes from it to one first".to_owned()));
    }
    let mut file = File::open(path).map_err(cannot)?;
    let checked = check(path, &mut file).map_err(refuse)?;
    let mut head = Vec::new();
    (&file).take(HEAD).read_to_end(&mut head).map_err(cannot)?;
    let series = series_name(&path.to_string_lossy());
    let place = place(path);
    if ZIP.iter().any(|magic| head.starts_with(magic)) {
        file.seek(SeekFrom::Start(0)).map_err(cannot)?;
        return zip::open(file, about.len(), &place, &series, checked, sink);
    }
    if head.starts_with(PARQUET) {
        return parquet(file, place, series, checked, sink);
    }
    let whole = Cursor::new(head.clone()).chain(file);
    let text = if head.starts_with(GZIP) {
        let mut unpacked = MultiGzDecoder::new(whole);
        let head = peek(&mut unpacked)
            .map_err(|error| refuse(format!("is no gzip file that can be read: {error}")))?;
        let is_json = plain(&head).map_err(|what| refuse(format!("holds {what}; unpack it first")))?;
        let whole = Cursor::new(head).chain(unpacked);
        Bounded::new(Box::new(whole), is_json, Budget::packed(about.len()))
    } else {
        let is_json =
            plain(&head).map_err(|what| refuse(format!("is {what}, which is not read; unpack it first")))?;
        Bounded::new(Box::new(whole), is_json, Budget::endless())
    };
    Ok(sink.text(Text { place, series, checked, unit: "line", before: 0, source: text })?)
}

#[cfg(feature = "parquet")]
fn parquet(
    mut file: File,
    place: String,
    series: SeriesName,
    checked: bool,
    sink: &mut dyn Sink,
) -> Result<(), Stop> {
    file.seek(SeekFrom::Start(0)).map_err(|error| Stop::Refused(format!("cannot be read: {error}")))?;
    let rows = super::parquet::open(file).map_err(Stop::Refused)?;
    let source = Bounded::new(Box::new(rows), false, Budget::endless());
    // The names of the columns come first.
    Ok(sink.text(Text { place, series, checked, unit: "row", before: 1, source })?)
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: File, _: String, _: SeriesName, _: bool, _: &mut dyn Sink) -> Result<(), Stop> {
    Err(Stop::Refused(
        "is Parquet, which this image-cache was built without; build it with `cargo build --release --features parquet`"
            .to_owned(),
    ))
}

/// The first bytes of what is unpacked.
pub fn peek(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    source.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether a text is JSON; the error says what it is if it is no text at all.
pub fn plain(head: &[u8]) -> Result<bool, String> {
    let known = [(GZIP, "gzip"), (PARQUET, "Parquet")].into_iter().chain(ZIP.map(|magic| (magic, "ZIP")));
    if let Some((_, what)) = known.chain(PACKED).find(|(magic, _)| head.starts_with(magic)) {
        return Err(format!("a file packed by {what}"));
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    Ok(matches!(text.trim_ascii_start().first(), Some(b'[' | b'{')))
}
