//! ZIP files: each member is a text, unpacked as it is read and never written anywhere.

use std::{
    io::{self, Read},
    sync::Arc,
};

use flate2::read::DeflateDecoder;
use rawzip::{
    CompressionMethod, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder, ZipLocator,
};

#[cfg(feature = "excel")]
use crate::limits::{LARGEST_SHEET, MOST_UNPACKED};
use crate::{
    Bytes, Error,
    limits::{ALWAYS_ALLOWED, MOST_GROWTH, MOST_MEMBERS},
    magic::{FileKind, Packer, Workbook, other},
    packed::{Limited, Unpacker, most_unpacked},
};

/// A ZIP file and its list of members.
pub(crate) struct Archive {
    archive: ZipArchive<Places>,
    entries: Vec<Entry>,
    /// How many bytes all members together may unpack to.
    most: u64,
}

/// Bytes of the file at any place.
struct Places(Arc<dyn Bytes>);

impl ReaderAt for Places {
    fn read_at(&self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(room, offset)
    }
}

/// What a ZIP file's list says of a member.
struct Entry {
    name: String,
    is_dir: bool,
    is_encrypted: bool,
    method: CompressionMethod,
    /// Its lengths, packed and not.
    packed: u64,
    unpacked: u64,
    place: ZipArchiveEntryWayfinder,
}

impl Archive {
    /// Reads the list of members.
    pub fn new(bytes: &Arc<dyn Bytes>) -> Result<Self, Error> {
        let size = bytes.size();
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipLocator::new().locate_in_reader(Places(Arc::clone(bytes)), &mut buffer, size);
        let archive = archive.map_err(|(_, error)| no_zip(error))?;
        let (promised, mut list, mut entries) =
            (archive.entries_hint(), archive.entries(&mut buffer), Vec::new());
        while let Some(entry) = list.next_entry().map_err(no_zip)? {
            if entries.len() == MOST_MEMBERS {
                return Err(Error::TooManyMembers);
            }
            entries.push(Entry {
                name: String::from_utf8_lossy(entry.file_path().as_ref()).into_owned(),
                is_dir: entry.is_dir(),
                is_encrypted: entry.flags().is_encrypted(),
                method: entry.compression_method(),
                packed: entry.compressed_size_hint(),
                unpacked: entry.uncompressed_size_hint(),
                place: entry.wayfinder(),
            });
        }
        if entries.len() as u64 != promised {
            return Err(no_zip(format!("its list has {} of {promised} members", entries.len())));
        }
        Ok(Self { archive, entries, most: most_unpacked(size) })
    }

    /// What the file is: some documents are ZIP files of many parts.
    pub fn kind(&self) -> FileKind {
        let has = |start: &str| self.entries.iter().any(|entry| entry.name.starts_with(start));
        if has("[Content_Types].xml") {
            return match () {
                () if has("xl/workbook.bin") => other("an Excel workbook (.xlsb)", "save it as .xlsx or CSV"),
                () if has("xl/") => FileKind::Workbook(Workbook::Excel),
                () if has("word/") => other("a Word document", "save its table as CSV"),
                () => FileKind::Zip,
            };
        }
        if has("Index/Document.iwa") {
            return other("a document of Apple Numbers", "export it as CSV");
        }
        if self.entries.first().is_some_and(|entry| entry.name == "mimetype") {
            let mut media = String::new();
            let read = self.reader(0).map(|bytes| bytes.take(100).read_to_string(&mut media));
            if read.is_ok() && media.trim_end() == "application/vnd.oasis.opendocument.spreadsheet" {
                return FileKind::Workbook(Workbook::OpenDocument);
            }
        }
        FileKind::Zip
    }

    /// The files that were meant: the place and the name of each, and how many bytes may be unpacked from it where
    /// it is packed once more.
    ///
    /// No member gives more bytes than the list says, so that what the list promises is all that a pass can read.
    pub fn files(&self) -> impl Iterator<Item = (usize, String, Result<u64, Error>)> {
        let always = ALWAYS_ALLOWED / self.entries.len().max(1) as u64;
        let mut left = self.most;
        let meant = self.entries.iter().enumerate().filter(|(_, entry)| entry.is_meant());
        meant.map(move |(place, entry)| {
            let most = left.checked_sub(entry.unpacked).ok_or(Error::UnpacksTooMuch).map(|rest| {
                left = rest;
                entry.packed.saturating_mul(MOST_GROWTH).clamp(always, self.most.max(always))
            });
            (place, entry.name.clone(), most)
        })
    }

    /// Refuses a workbook with parts that a reader holds in memory and that would take all of it. Sheets come last
    /// and are read cell by cell.
    #[cfg(feature = "excel")]
    pub fn expect_small_parts(&self) -> Result<(), Error> {
        let mut left = LARGEST_SHEET;
        for (place, entry) in self.entries.iter().enumerate().filter(|(_, entry)| !entry.is_dir) {
            let most = if entry.name.starts_with("xl/worksheets/") { MOST_UNPACKED } else { left };
            // Lengths of the list may be wrong.
            let read = io::copy(&mut self.reader(place)?.take(most.saturating_add(1)), &mut io::sink())?;
            if read > most {
                return Err(Error::LargeSheet);
            }
            if most == left {
                left -= read;
            }
        }
        Ok(())
    }

    /// A member's bytes from their beginning.
    pub fn reader(&self, place: usize) -> Result<Box<dyn Read + '_>, Error> {
        const FAILING: &str = "cannot be unpacked";
        let entry = &self.entries[place];
        if entry.is_encrypted {
            return Err(Error::Unfit("is encrypted; unpack it first"));
        }
        let member = self.archive.get_entry(entry.place);
        let member = member.map_err(|error| Error::Read(FAILING, io::Error::other(error)))?;
        let packed = member.reader();
        let unpack = |packer| Unpacker { packer, most: entry.unpacked }.unpack(member.reader());
        let unpacked: Box<dyn Read + '_> = match entry.method {
            CompressionMethod::STORE => Box::new(packed),
            CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(packed)),
            CompressionMethod::BZIP2 => unpack(Packer::Bzip2),
            CompressionMethod::XZ => unpack(Packer::Xz),
            CompressionMethod::ZSTD => unpack(Packer::Zstd),
            method => {
                let why = format!("it is compressed by method {method}; unpack it yourself");
                return Err(Error::Read(FAILING, io::Error::other(why)));
            }
        };
        // Length and checksum are compared as it is read.
        let checked = member.verifying_reader(unpacked);
        Ok(Box::new(Limited::new(checked, entry.unpacked, FileKind::Zip.name())))
    }
}

impl Entry {
    /// Whether this is a file, and none that macOS and others put beside those that were meant.
    fn is_meant(&self) -> bool {
        let last = self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name);
        !self.is_dir && !last.starts_with('.') && !self.name.starts_with("__MACOSX/")
    }
}

fn no_zip(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Read("is no ZIP file that can be read", io::Error::other(why))
}
