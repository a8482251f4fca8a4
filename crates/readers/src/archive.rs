//! ZIP files: each member is a text, unpacked as it is read and never written anywhere.

use std::{
    cell::RefCell,
    io::{self, Read, Seek, SeekFrom},
};

use flate2::read::DeflateDecoder;
use rawzip::{
    CompressionMethod, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder, ZipLocator,
};

use crate::{
    Error, Packing, Rows,
    limits::MOST_MEMBERS,
    packed::{head, most_unpacked},
};

/// The members of a ZIP file, one after the other.
pub struct Archive<S> {
    archive: ZipArchive<Places<S>>,
    entries: Vec<Entry>,
    next: usize,
    /// Whether a member was a file.
    has_files: bool,
    /// How many bytes may still be unpacked.
    left: u64,
}

/// A source that is read at one place after the other.
struct Places<S>(RefCell<S>);

impl<S: Read + Seek> ReaderAt for Places<S> {
    fn read_at(&self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut source = self.0.borrow_mut();
        source.seek(SeekFrom::Start(offset))?;
        source.read(room)
    }
}

/// What a ZIP file's list says of a member.
struct Entry {
    name: String,
    is_dir: bool,
    is_encrypted: bool,
    method: CompressionMethod,
    place: ZipArchiveEntryWayfinder,
}

/// A file within a ZIP file.
pub struct Member<'a> {
    /// Its name, with the folders it is in.
    pub name: String,
    /// Its rows, or why there are none.
    pub rows: Result<Rows<'a>, Error>,
}

impl<S: Read + Seek> Archive<S> {
    /// Reads the list of members of a ZIP file of `bytes` bytes.
    ///
    /// # Errors
    /// Where the list is damaged, or too long.
    pub fn new(source: S, bytes: u64) -> Result<Self, Error> {
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipLocator::new().locate_in_reader(Places(RefCell::new(source)), &mut buffer, bytes);
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
                place: entry.wayfinder(),
            });
        }
        if entries.len() as u64 != promised {
            return Err(no_zip(format!("its list has {} of {promised} members", entries.len())));
        }
        Ok(Self { archive, entries, next: 0, has_files: false, left: most_unpacked(bytes) })
    }

    /// The next file; `None` after the last one. Where there are no files at all, this function returns an error.
    pub fn next_member(&mut self) -> Option<Result<Member<'_>, Error>> {
        while let Some(entry) = self.entries.get(self.next) {
            self.next += 1;
            let name = &entry.name;
            // What macOS and others put beside the files that were meant.
            let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
            if entry.is_dir || last.starts_with('.') || name.starts_with("__MACOSX/") {
                continue;
            }
            self.has_files = true;
            let name = name.clone();
            let rows = rows(&self.archive, entry, &mut self.left);
            return Some(Ok(Member { name, rows }));
        }
        let has_files = std::mem::replace(&mut self.has_files, true);
        (!has_files).then_some(Err(Error::Unfit("holds no files")))
    }
}

/// The rows of a member.
fn rows<'a, S: Read + Seek>(
    archive: &'a ZipArchive<Places<S>>,
    entry: &Entry,
    left: &'a mut u64,
) -> Result<Rows<'a>, Error> {
    const FAILING: &str = "cannot be unpacked";
    if entry.is_encrypted {
        return Err(Error::Unfit("is encrypted; unpack it first"));
    }
    let member =
        archive.get_entry(entry.place).map_err(|error| Error::Read(FAILING, io::Error::other(error)))?;
    let packed = member.reader();
    // Length and checksum are compared as it is read.
    let mut text: Box<dyn Read + 'a> = match entry.method {
        CompressionMethod::STORE => Box::new(member.verifying_reader(packed)),
        CompressionMethod::DEFLATE => Box::new(member.verifying_reader(DeflateDecoder::new(packed))),
        method => {
            return Err(Error::Read(
                FAILING,
                io::Error::other(format!("it is compressed by method {method}; unpack it yourself")),
            ));
        }
    };
    let start = head(&mut text, FAILING)?;
    Packing::refuse(&start, "is", " within a ZIP")?;
    Rows::unpacked(start, text, left)
}

fn no_zip(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Read("is no ZIP file that can be read", io::Error::other(why))
}
