//! The folder of a data set, which appears complete or not at all.

use std::{
    fs::{self, File, TryLockError},
    io::{self, BufWriter, ErrorKind},
    path::{Component, Path, PathBuf},
};

use store::{Disk, Files, Root};

use crate::{Error, PathFault};

/// Bytes that wait for the disk.
const BUFFER: usize = 1 << 20;

/// A folder that is being filled beside its place, under a name that nobody else uses.
pub struct Folder {
    /// Its place, as the user has written it, and without links.
    to: PathBuf,
    real: PathBuf,
    temporary: PathBuf,
    /// Held while the folder is being filled, so that nobody else clears it away.
    _lock: File,
    /// Folders above it that were not there before.
    made: Vec<PathBuf>,
    done: bool,
}

impl Folder {
    /// Makes the folder; one that a killed process left is cleared away.
    pub fn create(to: &Path) -> Result<Self, Error> {
        let real = check(to, None)?;
        let (parent, name) = (real.parent().unwrap_or(Path::new("/")), real.file_name().unwrap_or_default());
        let made: Vec<PathBuf> =
            parent.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
        fs::create_dir_all(parent).map_err(cannot(parent, "cannot be created"))?;
        let temporary = parent.join(format!(".{}.image-cache-export", name.display()));
        if temporary.exists() {
            lock(&temporary)?;
            fs::remove_dir_all(&temporary)
                .map_err(cannot(&temporary, "is what a killed export left, and cannot be cleared"))?;
        }
        fs::create_dir(&temporary).map_err(cannot(&temporary, "cannot be created"))?;
        Ok(Self { to: to.to_owned(), real, _lock: lock(&temporary)?, temporary, made, done: false })
    }

    /// Makes all of it durable, and gives it its name.
    pub fn finish(mut self) -> Result<(), Error> {
        Disk.sync(&self.temporary).map_err(cannot(&self.to, "cannot be made durable"))?;
        // An empty folder that was there gives way.
        if let Err(error) = fs::remove_dir(&self.real)
            && error.kind() != ErrorKind::NotFound
        {
            return Err(cannot(&self.to, "has been filled during the export")(error));
        }
        Disk.rename_path(&self.temporary, &self.real).map_err(cannot(&self.to, "cannot be created"))?;
        self.done = true;
        Disk.sync(&self.real).map_err(cannot(&self.to, "cannot be made durable"))
    }

    /// Where a file of the data set is written.
    pub fn path(&self, name: &str) -> PathBuf {
        self.temporary.join(name)
    }

    /// The error of a file that cannot be written.
    pub fn cannot_write(&self, name: &str) -> impl FnOnce(io::Error) -> Error + use<> {
        cannot(&self.to.join(name), "cannot be written")
    }

    /// Begins a file.
    pub fn create_file(&self, name: &str) -> Result<BufWriter<File>, Error> {
        let file = File::create(self.path(name)).map_err(self.cannot_write(name))?;
        Ok(BufWriter::with_capacity(BUFFER, file))
    }

    /// Writes a file.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        fs::write(self.path(name), bytes).map_err(self.cannot_write(name))
    }

    /// Makes a folder in it, unless it is there.
    pub fn create_folder(&self, name: &str) -> Result<(), Error> {
        fs::create_dir_all(self.path(name)).map_err(self.cannot_write(name))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.done {
            // What resists is cleared away by the next export to the same place.
            let _ = fs::remove_dir_all(&self.temporary);
            for folder in &self.made {
                // Somebody else may have put something there meanwhile.
                let _ = fs::remove_dir(folder);
            }
        }
    }
}

/// Refuses a place that is taken or lies in the root of a cache, where a data set would be taken for orphans;
/// gives its path without links.
pub fn check(to: &Path, root: Option<&Root>) -> Result<PathBuf, Error> {
    let refuse = |fault| Err(Error::Path { path: to.to_owned(), fault });
    let unfit = |why| refuse(PathFault::Unfit(why));
    match fs::read_dir(to).map(|mut entries| entries.next().is_some()) {
        Ok(true) => return unfit("is not empty"),
        Ok(false) => {}
        Err(error) => match error.kind() {
            ErrorKind::NotFound if fs::symlink_metadata(to).is_ok() => return unfit("is a link to nothing"),
            ErrorKind::NotFound => {}
            ErrorKind::NotADirectory => return unfit("is a file, or lies below one"),
            _ => return Err(cannot(to, "cannot be looked at")(error)),
        },
    }
    // The nearest folder that is there, and what is to be made below it.
    let there = to.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new(""));
    let below = to.strip_prefix(there).unwrap_or(to);
    if below.components().any(|component| !matches!(component, Component::Normal(_))) {
        return unfit("leads through folders that are not there; write it without `..`");
    }
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    let real = there.canonicalize().map_err(cannot(there, "cannot be looked at"))?.join(below);
    let Some(parent) = real.parent().filter(|_| real.file_name().is_some()) else {
        return unfit("is no folder's name");
    };
    if is_mount_point(&real, parent) {
        return unfit("is where a file system is mounted, which cannot be replaced; name a folder in it");
    }
    let holds = |folder: &Path| folder.canonicalize().is_ok_and(|folder| real.starts_with(folder));
    match root.filter(|root| root.folder().is_some_and(holds)) {
        Some(root) => refuse(PathFault::InRoot(root.to_string())),
        None => Ok(real),
    }
}

fn is_mount_point(folder: &Path, parent: &Path) -> bool {
    let device = platform::device;
    device(folder).is_some() && device(folder) != device(parent)
}

fn lock(folder: &Path) -> Result<File, Error> {
    let file = File::open(folder).map_err(cannot(folder, "cannot be opened"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Path { path: folder.to_owned(), fault: PathFault::Busy }),
        Err(TryLockError::Error(error)) => Err(cannot(folder, "cannot be locked")(error)),
    }
}

fn cannot(path: &Path, what: &'static str) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::Path { path, fault: PathFault::Io { what, source } }
}
