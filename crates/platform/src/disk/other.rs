//! [`Disk`] where a folder is known by its path alone.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
};

use super::{Disk, Files, OpenFolder};
use crate::EntryKind;

impl Files for Disk {
    fn open_root(&self, path: &Path) -> io::Result<OpenFolder> {
        Ok(OpenFolder::named(path.to_owned()))
    }

    fn open_folder(&self, above: &OpenFolder, name: &str) -> io::Result<OpenFolder> {
        match self.entry(above, name)? {
            (EntryKind::Folder, _) => Ok(OpenFolder::named(above.path.join(name))),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    fn create_folder(&self, above: &OpenFolder, name: &str) -> io::Result<()> {
        fs::create_dir(above.path.join(name))
    }

    fn entry(&self, folder: &OpenFolder, name: &str) -> io::Result<(EntryKind, u64)> {
        let about = fs::symlink_metadata(folder.path.join(name))?;
        Ok((about.file_type().into(), about.len()))
    }

    fn open(&self, folder: &OpenFolder, name: &str) -> io::Result<(Box<dyn Read>, u64)> {
        let file = File::open(folder.path.join(name))?;
        let about = file.metadata()?;
        if !about.is_file() {
            return Err(io::Error::other("is no plain file"));
        }
        Ok((Box::new(file), about.len()))
    }

    fn write_new(&self, folder: &OpenFolder, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::options().write(true).create_new(true).open(folder.path.join(name))?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn rename(&self, folder: &OpenFolder, from: &str, to: &str) -> io::Result<()> {
        fs::rename(folder.path.join(from), folder.path.join(to))
    }

    fn rename_new(&self, folder: &OpenFolder, from: &str, to: &str) -> io::Result<()> {
        self.look_and_rename(folder, from, to)
    }

    fn remove(&self, folder: &OpenFolder, name: &str) -> io::Result<()> {
        fs::remove_file(folder.path.join(name))
    }

    fn sync(&self, _root: &Path) -> io::Result<()> {
        Ok(())
    }
}
