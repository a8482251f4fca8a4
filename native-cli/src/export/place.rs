//! The folder of a data set, which appears whole or not at all.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, File, TryLockError},
    io,
    path::{Component, Path, PathBuf},
};
use store::{Disk, Files};

use crate::error::Error;

/// Where a data set is made: beside its place, under a name that nobody else uses.
pub struct Place {
    to: PathBuf,
    folder: PathBuf,
    /// Held while the folder is being filled, so that nobody else clears it away.
    _lock: File,
    /// Folders above it that were not there before.
    made: Vec<PathBuf>,
    done: bool,
}

impl Place {
    /// Makes the folder; one that a killed export left is cleared away.
    pub fn begin(to: &Path) -> Result<Self, Error> {
        let to = check(to)?;
        let (parent, name) = (to.parent().unwrap_or(Path::new("/")), to.file_name().unwrap_or_default());
        let made: Vec<PathBuf> =
            parent.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
        fs::create_dir_all(parent).map_err(|error| refuse(parent, "cannot be created", &error))?;
        let folder = parent.join(hidden(name));
        match fs::create_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                lock(&folder)?;
                fs::remove_dir_all(&folder).and_then(|()| fs::create_dir(&folder)).map_err(|error| {
                    refuse(&folder, "is what a killed export left, and cannot be cleared", &error)
                })?;
            }
            created => created.map_err(|error| refuse(&folder, "cannot be created", &error))?,
        }
        Ok(Self { to, _lock: lock(&folder)?, folder, made, done: false })
    }

    /// Where to write.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes all of it durable, and gives it its name.
    pub fn finish(mut self) -> Result<(), Error> {
        Disk.sync(&self.folder).map_err(|error| refuse(&self.to, "cannot be made durable", &error))?;
        // An empty folder that was there gives way.
        match fs::remove_dir(&self.to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(refuse(&self.to, "has been filled during the export", &error));
            }
            _ => {}
        }
        Disk.rename(&self.folder, &self.to).map_err(|error| refuse(&self.to, "cannot be created", &error))?;
        self.done = true;
        Disk.sync(&self.to).map_err(|error| refuse(&self.to, "cannot be made durable", &error))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.done {
            // What resists is cleared away by the next export to the same place.
            let _ = fs::remove_dir_all(&self.folder);
            for folder in &self.made {
                // Somebody else may have put something there meanwhile.
                let _ = fs::remove_dir(folder);
            }
        }
    }
}

/// Refuses a place where something is; gives its path without links.
pub fn check(to: &Path) -> Result<PathBuf, Error> {
    let refuse_as =
        |why: &str| Err(Error::file(to, format!("{why}; --to names a folder that is not there yet")));
    match fs::read_dir(to) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return refuse_as("is not empty");
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if fs::symlink_metadata(to).is_ok() {
                return refuse_as("is a link to nothing");
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return refuse_as("is a file, or lies below one");
        }
        Err(error) => return Err(refuse(to, "cannot be looked at", &error)),
    }
    // The nearest folder that is there, and what is to be made below it.
    let there = to.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new(""));
    let below = to.strip_prefix(there).unwrap_or(to);
    if below.components().any(|part| !matches!(part, Component::Normal(_))) {
        return refuse_as("leads through folders that are not there; write it without `..`");
    }
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    let real =
        there.canonicalize().map_err(|error| refuse(there, "cannot be looked at", &error))?.join(below);
    let Some(parent) = real.parent().filter(|_| real.file_name().is_some()) else {
        return refuse_as("is no folder's name");
    };
    if is_mount_point(&real, parent) {
        return refuse_as("is where a file system is mounted, which cannot be replaced; name a folder in it");
    }
    Ok(real)
}

#[cfg(unix)]
fn is_mount_point(folder: &Path, parent: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::metadata(path).ok().map(|about| about.dev());
    device(folder).is_some() && device(folder) != device(parent)
}

#[cfg(not(unix))]
fn is_mount_point(_: &Path, _: &Path) -> bool {
    false
}

fn hidden(name: &OsStr) -> OsString {
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".image-cache-export");
    hidden
}

fn lock(folder: &Path) -> Result<File, Error> {
    let file = File::open(folder).map_err(|error| refuse(folder, "cannot be opened", &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::file(
            folder,
            "another export to the same place is under way; wait until it is done".to_owned(),
        )),
        Err(TryLockError::Error(error)) => Err(refuse(folder, "cannot be locked", &error)),
    }
}

fn refuse(path: &Path, what: &str, error: &io::Error) -> Error {
    Error::file(path, format!("{what}: {error}"))
}
