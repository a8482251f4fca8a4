//! The pictures of a cache, wherever they are kept.

mod disk;
mod folder;
#[cfg(feature = "object-store")]
mod objects;
#[cfg(not(feature = "object-store"))]
#[path = "store/without.rs"]
mod objects;

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

use render_core::is_foreign;

use crate::{error::Error, interrupt::Interrupt, root::Root};

pub use disk::{Disk, Entry, Files};
pub use folder::{Folder, LastFolder};
pub use objects::Bucket;
use objects::{Ahead, Objects, Upload};

/// A larger file is no picture of ours.
pub const LARGEST: u64 = 1 << 28;
/// Why a picture is not written where a file lies that may be somebody else's.
const IN_THE_WAY: &str = "lies there and is no intact picture of image-cache, and no row of this index has it; move it away or delete it";

/// The root's pictures, as one index sees them.
pub enum Store<'a> {
    Folder(Folder<'a>),
    Objects(Objects),
}

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    /// A symbolic link or a special file: nothing of ours.
    Other,
}

/// What is known to lie where a picture is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Nothing: no row says that there is a picture.
    Nothing,
    /// A picture whose row does not say `ok`.
    Doubtful,
    /// A picture whose row says `ok`, until that is taken back. Nothing may change before.
    Trusted,
}

/// A picture that is made and has not got its row yet.
#[derive(Debug)]
pub enum Pending {
    /// A file, under its temporary name until it is placed.
    File(PathBuf),
    Object(Upload),
}

impl Pending {
    /// Whether a placed picture may have its row, once all is synced, with its ETag where it
    /// has one; `None` while that is not known.
    pub fn settled(&self) -> Option<Result<Option<String>, String>> {
        match self {
            Self::File(_) => Some(Ok(None)),
            Self::Object(upload) => upload.settled(),
        }
    }
}

/// What is known of a picture without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub size: u64,
    /// The ETag that a server gives the very bytes that lie there.
    pub tag: Option<String>,
}

/// What one thread remembers of the root between two looks.
#[derive(Default)]
pub struct Looks {
    last: LastFolder,
    ahead: Ahead,
}

impl<'a> Store<'a> {
    /// Opens a root; of a folder only the name is taken, nothing is created yet.
    pub fn open(
        root: &Root,
        index_id: &str,
        files: &'a dyn Files,
        interrupt: &Interrupt,
    ) -> Result<Self, Error> {
        match root {
            Root::Folder(root) => Ok(Self::Folder(Folder::new(root, index_id, files))),
            Root::Objects(bucket) => Objects::open(bucket, interrupt).map(Self::Objects),
        }
    }

    /// Makes the root, where such a thing can be made.
    pub fn create(&self) -> Result<(), Error> {
        match self {
            Self::Folder(folder) => folder.create(),
            Self::Objects(_) => Ok(()),
        }
    }

    /// The root as a folder, where it is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder.root()),
            Self::Objects(_) => None,
        }
    }

    /// Whether the root is far away, so that it pays to say early what will be asked for.
    pub fn is_far(&self) -> bool {
        self.folder().is_none()
    }

    /// What is known of the picture at `path` without reading it.
    pub fn about(&self, path: &str, looks: &mut Looks) -> io::Result<About> {
        match self {
            Self::Folder(folder) => Ok(About { size: folder.size(path, &mut looks.last)?, tag: None }),
            Self::Objects(objects) => objects.about(path),
        }
    }

    /// The same as of now, where that was not it.
    pub fn about_now(&self, path: &str, looks: &mut Looks) -> io::Result<About> {
        match self {
            Self::Folder(_) => self.about(path, looks),
            Self::Objects(objects) => objects.about_now(path),
        }
    }

    /// Opens the picture at `path` to read it; gives its size as well.
    pub fn open_picture(&self, path: &str, looks: &mut Looks) -> io::Result<(Box<dyn Read>, u64)> {
        match self {
            Self::Folder(folder) => folder.open(path, &mut looks.last),
            Self::Objects(objects) => objects.open_picture(path, &mut looks.ahead),
        }
    }

    /// Makes the folder that `path` is to lie in, where there are folders.
    pub fn create_folder(&self, path: &str, looks: &mut Looks) -> io::Result<()> {
        match self {
            Self::Folder(folder) => folder.create_folder(path, &mut looks.last),
            Self::Objects(_) => Ok(()),
        }
    }

    /// Keeps every file without a row that is no intact picture of ours: another tool's lie among them.
    #[must_use]
    pub fn shared(mut self) -> Self {
        if let Self::Folder(folder) = &mut self {
            folder.is_shared = true;
        }
        self
    }

    /// Whether a file without a row may be another tool's, which is never replaced nor deleted.
    pub fn may_be_foreign(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Folder(folder) => folder.may_be_foreign(bytes),
            Self::Objects(_) => is_foreign(bytes),
        }
    }

    /// The same of the file at `path`.
    pub fn may_hold_foreign(&self, path: &str, looks: &mut Looks) -> io::Result<bool> {
        let (file, size) = self.open_picture(path, looks)?;
        Ok(size > LARGEST || self.may_be_foreign(&read(file)?))
    }

    /// Takes a picture in: writes it under a temporary name, or begins to send it.
    ///
    /// Where no row knows of a picture, no file is replaced that may be another tool's.
    pub fn stage(&self, path: &str, bytes: Vec<u8>, over: Over) -> io::Result<Pending> {
        match self {
            Self::Folder(folder) => {
                if over == Over::Nothing {
                    folder.must_not_replace_foreign(path)?;
                }
                folder.stage(path, &bytes).map(Pending::File)
            }
            Self::Objects(objects) => objects.stage(path, bytes, over).map(Pending::Object),
        }
    }

    /// Gives a staged picture its name, or sends what was to wait.
    pub fn place(&self, pending: &mut Pending, path: &str) -> io::Result<()> {
        match (self, pending) {
            (Self::Folder(folder), Pending::File(temporary)) => folder.place(temporary, path),
            (Self::Objects(objects), Pending::Object(upload)) => {
                objects.begin(upload, path);
                Ok(())
            }
            _ => Err(io::Error::other("was staged for another root")),
        }
    }

    /// Waits until it is known of all that were placed whether they are.
    pub fn settle(&self) {
        match self {
            Self::Folder(_) => {}
            Self::Objects(objects) => objects.settle(),
        }
    }

    /// Gives up a picture that has no row yet.
    pub fn discard(&self, pending: Pending) {
        // What is on its way to a server arrives whole or not at all, and the next run finds it.
        if let (Self::Folder(folder), Pending::File(temporary)) = (self, pending) {
            folder.discard(&temporary);
        }
    }

    /// Deletes pictures; tells of each what came of it.
    pub fn delete(&self, paths: &[String]) -> Vec<io::Result<()>> {
        match self {
            Self::Folder(folder) => {
                let mut last = LastFolder::default();
                paths.iter().map(|path| folder.delete(path, &mut last)).collect()
            }
            Self::Objects(objects) => objects.delete(paths),
        }
    }

    /// Makes everything durable that was staged and placed; what a server has acknowledged is.
    pub fn sync(&self) -> io::Result<()> {
        match self {
            Self::Folder(folder) => folder.sync(),
            Self::Objects(_) => Ok(()),
        }
    }

    /// What lies in a folder of the root.
    pub fn entries(&self, folder: &str) -> io::Result<Vec<(String, Kind)>> {
        match self {
            Self::Folder(root) => root.entries(folder),
            Self::Objects(objects) => objects.entries(folder),
        }
    }

    /// Says which folders will be asked for with [`Self::entries`].
    pub fn will_list(&self, folders: &[String]) {
        match self {
            Self::Folder(_) => {}
            Self::Objects(objects) => objects.will_list(folders),
        }
    }

    /// Says which pictures will be asked about with [`Self::about`].
    pub fn will_look(&self, paths: impl Iterator<Item = String>) {
        match self {
            Self::Folder(_) => {}
            Self::Objects(objects) => {
                let folder = |path: String| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
                let mut folders: Vec<String> = paths.filter_map(folder).collect();
                // Ends of one month stand side by side.
                folders.dedup();
                objects.will_look(&folders);
            }
        }
    }

    /// Says which pictures will be opened, in their order, each with the size above which it need not be read.
    pub fn will_open(&self, paths: Vec<(String, u64)>, looks: &mut Looks) {
        match self {
            Self::Folder(_) => {}
            Self::Objects(_) => looks.ahead.expect(paths),
        }
    }

    /// Whether a file's name is that of a temporary of an index that shares the root.
    pub fn is_temporary_of_another(&self, name: &str) -> bool {
        match self {
            Self::Folder(folder) => folder.is_temporary_of_another(name),
            Self::Objects(_) => false,
        }
    }

    /// Whether a temporary of this run is still there.
    pub fn leaves_temporaries(&self) -> bool {
        match self {
            Self::Folder(folder) => folder.leaves_temporaries(),
            Self::Objects(_) => false,
        }
    }

    /// Removes the temporaries that a killed run of this index left; gives their number.
    pub fn sweep(&self) -> io::Result<u64> {
        match self {
            Self::Folder(folder) => folder.sweep(),
            Self::Objects(_) => Ok(0),
        }
    }

    /// Why the root is taken to be out of reach for good, if it is.
    pub fn is_lost(&self) -> Option<Error> {
        match self {
            Self::Folder(_) => None,
            Self::Objects(objects) => objects.is_lost(),
        }
    }
}

fn read(file: Box<dyn Read>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}
