//! The folder of a data set, which appears whole or not at all.

use std::{
    ffi::OsString,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::{
    error::Error,
    store::{Disk, Files},
};

/// Where a data set is made: beside its place, under a name that nobody else uses.
pub struct Place {
    to: PathBuf,
    folder: PathBuf,
    /// Held while the folder is being filled, so that nobody else clears it away.
    _lock: File,
    done: bool,
}

impl Place {
    /// Makes the folder; one that a killed export left is cleared away.
    pub fn begin(to: &Path) -> Result<Self, Error> {
        let (parent, name) = check(to)?;
        fs::create_dir_all(&parent).map_err(|error| refuse(&parent, "cannot be created", &error))?;
        let folder = parent.join(hidden(&name));
        match fs::create_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                lock(&folder)?;
                fs::remove_dir_all(&folder).and_then(|()| fs::create_dir(&folder)).map_err(|error| {
                    refuse(&folder, "is what a killed export left, and cannot be cleared", &error)
                })?;
            }
            created => created.map_err(|error| refuse(&folder, "cannot be created", &error))?,
        }
        Ok(Self { to: parent.join(name), _lock: lock(&folder)?, folder, done: false })
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
        }
    }
}

/// Refuses a place where something is; gives its folder and its name.
pub fn check(to: &Path) -> Result<(PathBuf, OsString), Error> {
    let refuse_as =
        |why: &str| Err(Error::file(to, format!("{why}; --to names a folder that is not there yet")));
    let Some(name) = to.file_name() else {
        return refuse_as("is no folder's name");
    };
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
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return refuse_as("is a file"),
        Err(error) => return Err(refuse(to, "cannot be looked at", &error)),
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok((parent.to_owned(), name.to_owned()))
}

fn hidden(name: &OsString) -> OsString {
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
