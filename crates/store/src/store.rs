//! [`Store`]: what can be done with the files of a root, wherever they lie.

use std::{
    io::{self, Read},
    path::Path,
};

#[cfg(feature = "object-store")]
use crate::objects::{Prefetch, Upload};
use crate::{EntryKind, Error, FileInfo, OpenFolder, Ownership, Replaces};

/// A picture that was staged.
pub enum Pending {
    /// A file, under a temporary name beside its own until it is placed, where it may replace this.
    File(Replaces),
    /// An object that waits in memory, is on its way, or has arrived.
    #[cfg(feature = "object-store")]
    Object(Upload),
}

impl Pending {
    /// What became of a placed picture, once all is synced: the ETag that a server gives it, or why it is not there.
    /// `None` as long as the server has not answered, and after the answer was given.
    pub fn settled(&mut self) -> Option<io::Result<Option<String>>> {
        match self {
            Self::File(_) => Some(Ok(None)),
            #[cfg(feature = "object-store")]
            Self::Object(upload) => upload.outcome.try_recv().ok(),
        }
    }
}

/// What one thread remembers of a root between two calls. Each thread has its own.
#[derive(Default)]
pub struct LookupCache {
    /// The folder that was last found or made, with its path: most pictures go where the one before went.
    pub(crate) last_folder: Option<(String, OpenFolder)>,
    #[cfg(feature = "object-store")]
    pub(crate) prefetch: Prefetch,
}

/// The files of a root. All paths are below it, with `/` between their names.
///
/// # Errors
/// The methods fail as the operating system or the server does. An error of the kind `NotFound` means that there
/// is no such file; `NotConnected`, that the server could not be asked, which says nothing about the file.
pub trait Store: Sync {
    /// Creates the root, if it is a folder.
    fn create(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The folder, if the root is one.
    fn folder(&self) -> Option<&Path> {
        None
    }

    /// Whether each question takes a request to a server, so that it pays to say early what will be asked.
    fn is_remote(&self) -> bool {
        self.folder().is_none()
    }

    /// What is known of a file without reading it. A server's answer may be as old as its folder's last listing.
    fn about(&self, path: &str, cache: &mut LookupCache) -> io::Result<FileInfo>;

    /// Like [`Self::about`], but always asks anew.
    fn about_now(&self, path: &str, cache: &mut LookupCache) -> io::Result<FileInfo> {
        self.about(path, cache)
    }

    /// Opens a file to read it; gives its size as well.
    fn open_picture(&self, path: &str, cache: &mut LookupCache) -> io::Result<(Box<dyn Read>, u64)>;

    /// How files are recognised of which nothing is recorded.
    fn ownership(&self) -> &Ownership;

    /// Whether the file at `path`, of which nothing is recorded, may be another tool's.
    fn may_hold_foreign(&self, path: &str, cache: &mut LookupCache) -> io::Result<bool> {
        self.ownership().may_be_foreign_file(self.open_picture(path, cache)?)
    }

    /// Makes the folder that `path` is to lie in, where there are folders.
    fn create_folder(&self, _path: &str, _cache: &mut LookupCache) -> io::Result<()> {
        Ok(())
    }

    /// Takes a picture in: writes it under a temporary name into a folder that exists, or begins to send it.
    fn stage(
        &self,
        path: &str,
        bytes: Vec<u8>,
        replaces: Replaces,
        cache: &mut LookupCache,
    ) -> io::Result<Pending>;

    /// Gives a staged picture its name, or sends it if it was to wait. [`Pending::settled`] says what came of it.
    fn place(&self, pending: &mut Pending, path: &str, cache: &mut LookupCache) -> io::Result<()>;

    /// Waits until it is settled of every placed picture whether it is there.
    fn settle(&self) {}

    /// Gives up a staged picture.
    fn discard(&self, pending: Pending, path: &str, cache: &mut LookupCache);

    /// Deletes files; says of each what came of it, in the same order.
    fn delete(&self, paths: &[String]) -> Vec<io::Result<()>>;

    /// Makes everything durable that was staged and placed.
    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    /// The names in a folder, with what each is. Names that are not UTF-8 are left out: none of ours is like that.
    fn entries(&self, folder: &str) -> io::Result<Vec<(String, EntryKind)>>;

    /// Announces folders that [`Self::entries`] will be called for.
    fn will_list(&self, _folders: &[String]) {}

    /// Announces files that [`Self::about`] will be called for.
    fn will_look(&self, _paths: &mut dyn Iterator<Item = String>) {}

    /// Announces files that will be opened, in their order, each with the size above which it need not be read.
    fn will_open(&self, _paths: Vec<(String, u64)>, _cache: &mut LookupCache) {}

    /// Whether a file has the name of a temporary file of another writer to the same root.
    fn is_temporary_of_another(&self, _name: &str) -> bool {
        false
    }

    /// Whether a temporary file of ours could not be removed.
    fn leaves_temporaries(&self) -> bool {
        false
    }

    /// Removes the temporary files that this writer left when it was killed; gives their number.
    fn sweep(&self) -> io::Result<u64> {
        Ok(0)
    }

    /// The reason why no more requests are sent, if the server is taken to be away for good.
    fn is_lost(&self) -> Option<Error> {
        None
    }
}
