//! [`Files`]: the operations on files that a folder needs, and [`Disk`], the operating system's.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
};

use crate::EntryKind;

/// Every operation that a folder's store changes or reads files with, so that tests can make each one fail.
///
/// # Errors
/// The operating system's.
pub trait Files: Sync {
    /// What lies at a path, and its size; a link is not followed.
    fn entry(&self, path: &Path) -> io::Result<(EntryKind, u64)>;
    /// Opens a plain file to read it; gives its size as well.
    fn open(&self, path: &Path) -> io::Result<(Box<dyn Read>, u64)>;
    /// Creates a folder in one that exists.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Writes a file that does not exist yet.
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Renames a file, over what has the new name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes all that was written and renamed below `root` durable.
    fn sync(&self, root: &Path) -> io::Result<()>;
}

/// The operating system's files.
#[derive(Debug)]
pub struct Disk;

impl Files for Disk {
    fn entry(&self, path: &Path) -> io::Result<(EntryKind, u64)> {
        let about = fs::symlink_metadata(path)?;
        Ok((about.file_type().into(), about.len()))
    }

    fn open(&self, path: &Path) -> io::Result<(Box<dyn Read>, u64)> {
        let mut options = File::options();
        options.read(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // A link could lead out of the root, and opening a pipe would wait for a writer.
            let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
            options.custom_flags(flags.bits().cast_signed());
        }
        let file = options.open(path)?;
        let about = file.metadata()?;
        if !about.is_file() {
            return Err(io::Error::other("is no plain file"));
        }
        Ok((Box::new(file), about.len()))
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::options().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        // Linux can sync a file system at once, which is far cheaper than one sync a file.
        if cfg!(not(target_os = "linux")) {
            file.sync_all()?;
        }
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)?;
        match to.parent() {
            Some(folder) if cfg!(all(unix, not(target_os = "linux"))) => File::open(folder)?.sync_all(),
            _ => Ok(()),
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    #[cfg(target_os = "linux")]
    fn sync(&self, root: &Path) -> io::Result<()> {
        Ok(rustix::fs::syncfs(File::open(root)?)?)
    }

    #[cfg(not(target_os = "linux"))]
    fn sync(&self, _root: &Path) -> io::Result<()> {
        Ok(())
    }
}
