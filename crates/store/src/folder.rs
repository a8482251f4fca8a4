//! Pictures on disk: each appears whole or not at all, and never outside the root.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use render_core::{embedded_input, is_foreign};

use super::{Entry, Files, IN_THE_WAY, Kind, LARGEST, read};
use crate::error::Error;

/// The folder of the pictures, as one index sees it.
pub struct Folder<'a> {
    root: PathBuf,
    /// How temporaries of this index end.
    suffix: String,
    files: &'a dyn Files,
    /// Whether another tool's files lie among the pictures.
    pub is_shared: bool,
    /// Set once a temporary could not be removed.
    leaves_temporaries: AtomicBool,
}

/// The folder last written to: most pictures go where the one before went.
#[derive(Debug, Default)]
pub struct LastFolder(String);

impl<'a> Folder<'a> {
    /// Names the root; nothing is created yet.
    pub fn new(root: &Path, index_id: &str, files: &'a dyn Files) -> Self {
        Self {
            root: root.to_owned(),
            suffix: format!(".{index_id}.tmp"),
            files,
            is_shared: false,
            leaves_temporaries: AtomicBool::new(false),
        }
    }

    /// Creates the root.
    pub fn create(&self) -> Result<(), Error> {
        let refuse = |why: String| Error::Root { root: self.root.display().to_string(), why };
        fs::create_dir_all(&self.root).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                refuse("is not a directory".to_owned())
            }
            _ => refuse(format!("cannot be created: {error}")),
        })
    }

    /// The bytes of the picture at `path`.
    pub fn size(&self, path: &str, last: &mut LastFolder) -> io::Result<u64> {
        self.check_folder(path, last)?;
        match self.files.entry(&self.root.join(path))? {
            Entry::File(size) => Ok(size),
            Entry::Folder | Entry::Other => Err(io::Error::other("is no plain file")),
        }
    }

    /// Opens the picture at `path` to read it; gives its size as well.
    pub fn open(&self, path: &str, last: &mut LastFolder) -> io::Result<(Box<dyn Read>, u64)> {
        self.check_folder(path, last)?;
        self.files.open(&self.root.join(path))
    }

    /// Whether a file without a row may be another tool's.
    pub fn may_be_foreign(&self, bytes: &[u8]) -> bool {
        if self.is_shared { embedded_input(bytes).is_none() } else { is_foreign(bytes) }
    }

    /// Refuses to put a picture where a file lies that may be another tool's.
    pub fn must_not_replace_foreign(&self, path: &str) -> io::Result<()> {
        let file = self.root.join(path);
        let is_foreign = match self.files.entry(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
            Ok(Entry::File(size)) => size > LARGEST || self.may_be_foreign(&read(self.files.open(&file)?.0)?),
            Ok(Entry::Folder | Entry::Other) => self.is_shared,
        };
        if is_foreign { Err(io::Error::other(format!("a file {IN_THE_WAY}"))) } else { Ok(()) }
    }

    /// Makes the folder of `path`, link by link, and refuses one that leads elsewhere.
    pub fn create_folder(&self, path: &str, last: &mut LastFolder) -> io::Result<()> {
        self.walk_to(path, last, |at| match self.files.create_folder(at) {
            // Another thread may have been faster; then its work counts as well.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => self.files.entry(at),
            created => created.map(|()| Entry::Folder),
        })
    }

    /// Refuses a path whose folder is absent or leads elsewhere.
    fn check_folder(&self, path: &str, last: &mut LastFolder) -> io::Result<()> {
        self.walk_to(path, last, |_| Err(io::ErrorKind::NotFound.into()))
    }

    fn walk_to(
        &self,
        path: &str,
        last: &mut LastFolder,
        absent: impl Fn(&Path) -> io::Result<Entry>,
    ) -> io::Result<()> {
        let Some((folder, _)) = path.rsplit_once('/').filter(|(folder, _)| *folder != last.0) else {
            return Ok(());
        };
        let mut at = self.root.clone();
        for name in folder.split('/') {
            at.push(name);
            let entry = match self.files.entry(&at) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => absent(&at)?,
                entry => entry?,
            };
            if entry != Entry::Folder {
                let why = format!("{} is no folder, or a link that could lead out of the root", at.display());
                return Err(io::Error::other(why));
            }
        }
        folder.clone_into(&mut last.0);
        Ok(())
    }

    /// Writes a picture under a temporary name beside its own.
    pub fn stage(&self, path: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let temporary = self.root.join(folder).join(format!(".{name}{}", self.suffix));
        let mut written = self.files.write_new(&temporary, bytes);
        if written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::AlreadyExists) {
            // Left by a run that was killed; the name says that it is ours.
            self.files.remove(&temporary)?;
            written = self.files.write_new(&temporary, bytes);
        }
        match written {
            Ok(()) => Ok(temporary),
            Err(error) => {
                self.discard(&temporary);
                Err(error)
            }
        }
    }

    /// Gives a staged picture its name.
    pub fn place(&self, temporary: &Path, path: &str) -> io::Result<()> {
        self.files.rename(temporary, &self.root.join(path))
    }

    /// Removes a temporary; one that resists is removed by the next run.
    pub fn discard(&self, temporary: &Path) {
        match self.files.remove(temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                self.leaves_temporaries.store(true, Ordering::Relaxed);
            }
            _ => {}
        }
    }

    /// Deletes the picture at `path`, which must lie in a folder of the root's own.
    pub fn delete(&self, path: &str, last: &mut LastFolder) -> io::Result<()> {
        self.check_folder(path, last)?;
        self.files.remove(&self.root.join(path))
    }

    /// The folder of the pictures.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a temporary of this run is still there.
    pub fn leaves_temporaries(&self) -> bool {
        self.leaves_temporaries.load(Ordering::Relaxed)
    }

    /// Makes everything durable that was staged and placed.
    pub fn sync(&self) -> io::Result<()> {
        self.files.sync(&self.root)
    }

    /// What lies in a folder of the root, with what each is. What is not even text is none of ours.
    pub fn entries(&self, folder: &str) -> io::Result<Vec<(String, Kind)>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(self.root.join(folder))? {
            let entry = entry?;
            // Links are not followed: they could lead out of the root.
            let kind = match entry.file_type()? {
                kind if kind.is_dir() => Kind::Folder,
                kind if kind.is_file() => Kind::File,
                _ => Kind::Other,
            };
            entries.extend(entry.file_name().into_string().ok().map(|name| (name, kind)));
        }
        Ok(entries)
    }

    /// Whether a file's name is that of a temporary of an index that shares the root.
    pub fn is_temporary_of_another(&self, name: &str) -> bool {
        name.strip_suffix(".tmp")
            .and_then(|name| name.rsplit_once(".png."))
            .is_some_and(|(rest, id)| rest.starts_with('.') && id.len() == 8 && !name.ends_with(&self.suffix))
    }

    /// Removes the temporaries that a killed run of this index left; gives their number.
    pub fn sweep(&self) -> io::Result<u64> {
        let (mut folders, mut removed) = (vec![self.root.clone()], 0);
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(folder) {
                // Where this user may not look, or nothing is, it has written nothing either.
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound) =>
                {
                    continue;
                }
                entries => entries?,
            };
            for entry in entries {
                let entry = entry?;
                let kind = entry.file_type()?;
                let name = entry.file_name();
                let name = name.as_encoded_bytes();
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() && name.starts_with(b".") && name.ends_with(self.suffix.as_bytes()) {
                    self.files.remove(&entry.path())?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }
}
