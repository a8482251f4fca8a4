//! [`Files`]: the operations on files that a folder needs, and [`Disk`], the operating system's.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::EntryKind;

/// A folder that was walked to once. Where the system can, it stands open: what lies in it is then found by name alone,
/// with no path to walk, and nobody can put another folder in its place.
#[derive(Debug)]
pub struct OpenFolder {
    path: PathBuf,
    #[cfg(unix)]
    handle: Option<std::os::fd::OwnedFd>,
}

impl OpenFolder {
    /// A folder that is only known by its path.
    #[must_use]
    pub fn named(path: PathBuf) -> Self {
        Self {
            path,
            #[cfg(unix)]
            handle: None,
        }
    }

    /// The path by which it was found.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Every operation that a folder's store changes or reads files with, so that tests can make each one fail. Names
/// are those of what lies in a folder; a link that has one is not followed.
///
/// # Errors
/// The operating system's.
pub trait Files: Sync {
    /// Opens the root; links on the way to it are followed.
    fn open_root(&self, path: &Path) -> io::Result<OpenFolder>;
    /// Opens a folder in another. What is none, such as a link, is refused as `NotADirectory`.
    fn open_folder(&self, above: &OpenFolder, name: &str) -> io::Result<OpenFolder>;
    /// Creates a folder.
    fn create_folder(&self, above: &OpenFolder, name: &str) -> io::Result<()>;
    /// What has a name, and its size.
    fn entry(&self, folder: &OpenFolder, name: &str) -> io::Result<(EntryKind, u64)>;
    /// Opens a plain file to read it; gives its size as well.
    fn open(&self, folder: &OpenFolder, name: &str) -> io::Result<(Box<dyn Read>, u64)>;
    /// Writes a file that does not exist yet.
    fn write_new(&self, folder: &OpenFolder, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Renames a file, over what has the new name.
    fn rename(&self, folder: &OpenFolder, from: &str, to: &str) -> io::Result<()>;
    /// Renames a file, unless something has the new name: then it fails with `AlreadyExists`.
    fn rename_new(&self, folder: &OpenFolder, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, folder: &OpenFolder, name: &str) -> io::Result<()>;
    /// Makes all that was written and renamed below `root` durable.
    fn sync(&self, root: &Path) -> io::Result<()>;
}

/// The operating system's files.
#[derive(Debug)]
pub struct Disk;

impl Disk {
    /// Renames a file or a folder, whatever its path is like.
    ///
    /// # Errors
    /// The operating system's.
    pub fn rename_path(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)?;
        to.parent().map_or(Ok(()), sync_names)
    }

    /// As [`Files::rename_new`], where the system or the file system has no call for it.
    fn look_and_rename(&self, folder: &OpenFolder, from: &str, to: &str) -> io::Result<()> {
        match self.entry(folder, to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.rename(folder, from, to),
            Err(error) => Err(error),
            Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        }
    }
}

/// Makes a folder's new names durable, where no sync of the whole file system does it.
fn sync_names(folder: &Path) -> io::Result<()> {
    if cfg!(all(unix, not(target_os = "linux"))) { File::open(folder)?.sync_all() } else { Ok(()) }
}
