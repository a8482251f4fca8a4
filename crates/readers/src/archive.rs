//! ZIP files: each member is a text, unpacked as it is read and never written anywhere.

use std::io::{BufReader, Read, Seek};

use zip::{ZipArchive, result::ZipError};

use crate::{
    Error, Packing, Rows,
    limits::MOST_MEMBERS,
    packed::{head, most_unpacked},
};

/// The members of a ZIP file, one after the other.
pub struct Archive<S> {
    archive: ZipArchive<BufReader<S>>,
    next: usize,
    /// Whether a member was a file.
    has_files: bool,
    /// How many bytes may still be unpacked.
    left: u64,
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
        let archive = ZipArchive::new(BufReader::new(source))
            .map_err(|error| no_zip("is no ZIP file that can be read", error))?;
        if archive.len() > MOST_MEMBERS {
            return Err(Error::TooManyMembers);
        }
        Ok(Self { archive, next: 0, has_files: false, left: most_unpacked(bytes) })
    }

    /// The next file; `None` after the last one. Where the list is damaged at a member, or has no
    /// files at all, this function returns an error, and others may follow.
    pub fn next_member(&mut self) -> Option<Result<Member<'_>, Error>> {
        while self.next < self.archive.len() {
            let number = self.next;
            self.next += 1;
            let member = match self.archive.by_index_raw(number) {
                Ok(member) => member,
                Err(error) => return Some(Err(Error::Member(number, error.into()))),
            };
            let (name, is_dir) = (String::from_utf8_lossy(member.name_raw()).into_owned(), member.is_dir());
            let is_encrypted = member.encrypted();
            drop(member);
            // What macOS and others put beside the files that were meant.
            let last = name.rsplit(['/', '\\']).next().unwrap_or(&name);
            if is_dir || last.starts_with('.') || name.starts_with("__MACOSX/") {
                continue;
            }
            self.has_files = true;
            let encrypted = Err(Error::Unfit("is encrypted; unpack it first"));
            let rows = if is_encrypted { encrypted } else { self.rows(number) };
            return Some(Ok(Member { name, rows }));
        }
        let has_files = std::mem::replace(&mut self.has_files, true);
        (!has_files).then_some(Err(Error::Unfit("holds no files")))
    }

    fn rows(&mut self, number: usize) -> Result<Rows<'_>, Error> {
        const FAILING: &str = "cannot be unpacked";
        let mut member = self.archive.by_index(number).map_err(|error| no_zip(FAILING, error))?;
        let start = head(&mut member, FAILING)?;
        Packing::refuse(&start, "is", " within a ZIP")?;
        Rows::unpacked(start, member, &mut self.left)
    }
}

fn no_zip(failing: &'static str, error: ZipError) -> Error {
    Error::Read(failing, error.into())
}
