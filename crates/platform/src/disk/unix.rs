//! [`Disk`] where folders can be held open.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use rustix::{
    fd::{AsFd, BorrowedFd, OwnedFd},
    fs::{self, AtFlags, CWD, FileType, Mode, OFlags},
    io::{Errno, retry_on_intr},
    path::Arg,
};

use super::{Disk, Files, OpenFolder, sync_names};
use crate::EntryKind;

/// A handle that only finds what lies in a folder needs no permission to list it.
#[cfg(any(target_os = "linux", target_os = "android"))]
const FOLDER: OFlags = OFlags::PATH.union(OFlags::DIRECTORY);
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY);

impl OpenFolder {
    /// Does something with what has a name here.
    fn at<T>(
        &self,
        name: &str,
        work: impl FnOnce(BorrowedFd<'_>, &Path) -> Result<T, Errno>,
    ) -> io::Result<T> {
        Ok(match &self.handle {
            Some(handle) => work(handle.as_fd(), Path::new(name)),
            None => work(CWD, &self.path.join(name)),
        }?)
    }
}

impl Files for Disk {
    fn open_root(&self, path: &Path) -> io::Result<OpenFolder> {
        let handle = Some(open(CWD, path, FOLDER)?);
        Ok(OpenFolder { path: path.to_owned(), handle })
    }

    fn open_folder(&self, above: &OpenFolder, name: &str) -> io::Result<OpenFolder> {
        let opened = above.at(name, |folder, name| match open(folder, name, FOLDER | OFlags::NOFOLLOW) {
            // Systems differ in what they say of a link.
            Err(Errno::LOOP) => Err(Errno::NOTDIR),
            opened => opened,
        });
        Ok(OpenFolder { handle: Some(opened?), path: above.path.join(name) })
    }

    fn create_folder(&self, above: &OpenFolder, name: &str) -> io::Result<()> {
        above.at(name, |folder, name| fs::mkdirat(folder, name, Mode::from(0o777)))
    }

    fn entry(&self, folder: &OpenFolder, name: &str) -> io::Result<(EntryKind, u64)> {
        let about = folder.at(name, |folder, name| fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW))?;
        let kind = match FileType::from_raw_mode(about.st_mode) {
            FileType::RegularFile => EntryKind::File,
            FileType::Directory => EntryKind::Folder,
            _ => EntryKind::Other,
        };
        Ok((kind, about.st_size.try_into().unwrap_or_default()))
    }

    fn open(&self, folder: &OpenFolder, name: &str) -> io::Result<(Box<dyn Read>, u64)> {
        // A link could lead out of the root, and opening a pipe would wait for a writer.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let file = File::from(folder.at(name, |folder, name| open(folder, name, flags))?);
        let about = file.metadata()?;
        if !about.is_file() {
            return Err(io::Error::other("is no plain file"));
        }
        Ok((Box::new(file), about.len()))
    }

    fn write_new(&self, folder: &OpenFolder, name: &str, bytes: &[u8]) -> io::Result<()> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL;
        let mut file = File::from(folder.at(name, |folder, name| open(folder, name, flags))?);
        file.write_all(bytes)?;
        // Linux can sync a file system at once, which is far cheaper than one sync a file.
        if cfg!(not(target_os = "linux")) {
            file.sync_all()?;
        }
        Ok(())
    }

    fn rename(&self, folder: &OpenFolder, from: &str, to: &str) -> io::Result<()> {
        folder.at(from, |at, from| match &folder.handle {
            Some(_) => fs::renameat(at, from, at, to),
            None => fs::renameat(at, from, at, folder.path.join(to)),
        })?;
        sync_names(&folder.path)
    }

    fn rename_new(&self, folder: &OpenFolder, from: &str, to: &str) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        if let Some(at) = &folder.handle {
            match fs::renameat_with(at, from, at, to, fs::RenameFlags::NOREPLACE) {
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
                renamed => return Ok(renamed?),
            }
        }
        self.look_and_rename(folder, from, to)
    }

    fn remove(&self, folder: &OpenFolder, name: &str) -> io::Result<()> {
        folder.at(name, |folder, name| fs::unlinkat(folder, name, AtFlags::empty()))
    }

    #[cfg(target_os = "linux")]
    fn sync(&self, root: &Path) -> io::Result<()> {
        Ok(fs::syncfs(File::open(root)?)?)
    }

    #[cfg(not(target_os = "linux"))]
    fn sync(&self, _root: &Path) -> io::Result<()> {
        Ok(())
    }
}

fn open(folder: BorrowedFd<'_>, name: impl Arg + Copy, flags: OFlags) -> Result<OwnedFd, Errno> {
    retry_on_intr(|| fs::openat(folder, name, flags | OFlags::CLOEXEC, Mode::from(0o666)))
}
