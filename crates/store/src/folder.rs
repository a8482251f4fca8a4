//! A store in a folder: each file appears complete or not at all, and never outside the root.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    Entry, EntryKind, Error, FileInfo, Files, LookupCache, Ownership, Pending, Replaces, Store,
    store::IN_THE_WAY,
};

/// The folder of the pictures, as one writer sees it.
pub struct Folder<'a> {
    root: PathBuf,
    /// The end of the names of this writer's temporary files.
    suffix: String,
    files: &'a dyn Files,
    ownership: Ownership,
    /// Set once a temporary file could not be removed.
    leaves_temporaries: AtomicBool,
}

impl<'a> Folder<'a> {
    /// Names the root; nothing is created yet.
    pub fn new(root: &Path, writer_id: &str, files: &'a dyn Files, ownership: Ownership) -> Self {
        Self {
            root: root.to_owned(),
            suffix: format!(".{writer_id}.tmp"),
            files,
            ownership,
            leaves_temporaries: AtomicBool::new(false),
        }
    }

    /// Refuses to put a picture where a file lies that may be another tool's.
    fn must_not_replace_foreign(&self, path: &str) -> io::Result<()> {
        let file = self.root.join(path);
        let is_foreign = match self.files.entry(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
            Ok(Entry::File(_)) => self.ownership.may_be_foreign_file(self.files.open(&file)?)?,
            Ok(Entry::Folder | Entry::Other) => self.ownership.is_shared,
        };
        if is_foreign { Err(io::Error::other(format!("a file {IN_THE_WAY}"))) } else { Ok(()) }
    }

    /// Refuses a path whose folder is absent or leads elsewhere.
    fn check_folder(&self, path: &str, cache: &mut LookupCache) -> io::Result<()> {
        self.walk_to(path, cache, |_| Err(io::ErrorKind::NotFound.into()))
    }

    /// Looks at each folder on the way to `path`; `absent` is called for one that is not there.
    fn walk_to(
        &self,
        path: &str,
        cache: &mut LookupCache,
        absent: impl Fn(&Path) -> io::Result<Entry>,
    ) -> io::Result<()> {
        let last = &mut cache.last_folder;
        let Some((folder, _)) = path.rsplit_once('/').filter(|(folder, _)| folder != last) else {
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
        folder.clone_into(last);
        Ok(())
    }

    /// Removes a temporary file. One that cannot be removed now is left to [`Store::sweep`].
    fn remove_temporary(&self, temporary: &Path) {
        match self.files.remove(temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                self.leaves_temporaries.store(true, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

impl Store for Folder<'_> {
    fn create(&self) -> Result<(), Error> {
        let root = || self.root.display().to_string();
        fs::create_dir_all(&self.root).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                Error::NotADirectory { root: root() }
            }
            _ => Error::CannotCreate { root: root(), source },
        })
    }

    fn folder(&self) -> Option<&Path> {
        Some(&self.root)
    }

    fn about(&self, path: &str, cache: &mut LookupCache) -> io::Result<FileInfo> {
        self.check_folder(path, cache)?;
        match self.files.entry(&self.root.join(path))? {
            Entry::File(size) => Ok(FileInfo { size, etag: None }),
            Entry::Folder | Entry::Other => Err(io::Error::other("is no plain file")),
        }
    }

    fn open_picture(&self, path: &str, cache: &mut LookupCache) -> io::Result<(Box<dyn Read>, u64)> {
        self.check_folder(path, cache)?;
        self.files.open(&self.root.join(path))
    }

    fn ownership(&self) -> &Ownership {
        &self.ownership
    }

    fn create_folder(&self, path: &str, cache: &mut LookupCache) -> io::Result<()> {
        self.walk_to(path, cache, |at| match self.files.create_folder(at) {
            // Another thread has made it meanwhile, or another program has made something else.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => self.files.entry(at),
            created => created.map(|()| Entry::Folder),
        })
    }

    fn stage(&self, path: &str, bytes: Vec<u8>, replaces: Replaces) -> io::Result<Pending> {
        if replaces == Replaces::Nothing {
            self.must_not_replace_foreign(path)?;
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let temporary = self.root.join(folder).join(format!(".{name}{}", self.suffix));
        let mut written = self.files.write_new(&temporary, &bytes);
        if written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::AlreadyExists) {
            // A run of this writer was killed and left it.
            self.files.remove(&temporary)?;
            written = self.files.write_new(&temporary, &bytes);
        }
        if let Err(error) = written {
            self.remove_temporary(&temporary);
            return Err(error);
        }
        Ok(Pending::File(temporary))
    }

    fn place(&self, pending: &mut Pending, path: &str) -> io::Result<()> {
        match pending {
            Pending::File(temporary) => self.files.rename(temporary, &self.root.join(path)),
            #[cfg(feature = "object-store")]
            Pending::Object(_) => Err(io::Error::other("was staged for another root")),
        }
    }

    fn discard(&self, pending: Pending) {
        match pending {
            Pending::File(temporary) => self.remove_temporary(&temporary),
            #[cfg(feature = "object-store")]
            Pending::Object(_) => {}
        }
    }

    fn delete(&self, paths: &[String]) -> Vec<io::Result<()>> {
        let mut cache = LookupCache::default();
        let mut delete = |path: &String| {
            self.check_folder(path, &mut cache)?;
            self.files.remove(&self.root.join(path))
        };
        paths.iter().map(&mut delete).collect()
    }

    fn sync(&self) -> io::Result<()> {
        self.files.sync(&self.root)
    }

    fn entries(&self, folder: &str) -> io::Result<Vec<(String, EntryKind)>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(self.root.join(folder))? {
            let entry = entry?;
            // Links are not followed: they could lead out of the root.
            let kind = match entry.file_type()? {
                kind if kind.is_dir() => EntryKind::Folder,
                kind if kind.is_file() => EntryKind::File,
                _ => EntryKind::Other,
            };
            entries.extend(entry.file_name().into_string().ok().map(|name| (name, kind)));
        }
        Ok(entries)
    }

    fn is_temporary_of_another(&self, name: &str) -> bool {
        name.strip_suffix(".tmp")
            .and_then(|name| name.rsplit_once(".png."))
            .is_some_and(|(rest, id)| rest.starts_with('.') && id.len() == 8 && !name.ends_with(&self.suffix))
    }

    fn leaves_temporaries(&self) -> bool {
        self.leaves_temporaries.load(Ordering::Relaxed)
    }

    fn sweep(&self) -> io::Result<u64> {
        let (mut folders, mut removed) = (vec![self.root.clone()], 0);
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(folder) {
                // Where this user may not look, or nothing is, this writer has written nothing either.
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
