//! A store in a folder: each file appears complete or not at all, and never outside the root.

use std::{
    fs,
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    EntryKind, Error, FileInfo, Files, LookupCache, OpenFolder, Ownership, Pending, Replaces, Store,
    file::IN_THE_WAY,
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
        let (suffix, leaves_temporaries) = (format!(".{writer_id}.tmp"), AtomicBool::new(false));
        Self { root: root.to_owned(), suffix, files, ownership, leaves_temporaries }
    }

    /// Refuses to replace a file that may be another tool's.
    fn must_not_be_foreign(&self, folder: &OpenFolder, name: &str) -> io::Result<()> {
        let is_foreign = match self.files.entry(folder, name)? {
            (EntryKind::File, _) => self.ownership.may_be_foreign_file(self.files.open(folder, name)?)?,
            _ => self.ownership.is_shared,
        };
        if is_foreign { Err(io::Error::other(format!("a file {IN_THE_WAY}"))) } else { Ok(()) }
    }

    /// The folder that `path` leads to, and the name there. Most go where the one before went.
    fn walk_to<'c, 'p>(
        &self,
        path: &'p str,
        cache: &'c mut LookupCache,
        makes: bool,
    ) -> io::Result<(&'c OpenFolder, &'p str)> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let last = match cache.last_folder.take().filter(|(last, _)| last == folder) {
            Some(last) => last,
            None => (folder.to_owned(), self.open_folder(folder, makes)?),
        };
        Ok((&cache.last_folder.insert(last).1, name))
    }

    /// Opens each folder on the way in turn, and refuses one that leads elsewhere. Those that are absent are
    /// made or refused.
    fn open_folder(&self, folder: &str, makes: bool) -> io::Result<OpenFolder> {
        let mut at = self.files.open_root(&self.root)?;
        for name in folder.split('/').filter(|name| !name.is_empty()) {
            let opened = match self.files.open_folder(&at, name) {
                Err(error) if makes && error.kind() == ErrorKind::NotFound => {
                    match self.files.create_folder(&at, name) {
                        // Another thread has made it meanwhile, or another program has made something else.
                        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                        made => made?,
                    }
                    self.files.open_folder(&at, name)
                }
                opened => opened,
            };
            at = opened.map_err(|error| match error.kind() {
                ErrorKind::NotADirectory => {
                    let at = at.path().join(name);
                    let why = "is no folder, or a link that could lead out of the root";
                    io::Error::other(format!("{} {why}", at.display()))
                }
                _ => error,
            })?;
        }
        Ok(at)
    }

    /// The name of a file until it is placed.
    fn temporary(&self, name: &str) -> String {
        [".", name, &self.suffix].concat()
    }

    /// Removes a temporary file. One that cannot be removed now is left to [`Store::sweep`].
    fn remove_temporary(&self, folder: &OpenFolder, temporary: &str) {
        let removed = self.files.remove(folder, temporary);
        if removed.is_err_and(|error| error.kind() != ErrorKind::NotFound) {
            self.leaves_temporaries.store(true, Ordering::Relaxed);
        }
    }
}

impl Store for Folder<'_> {
    fn create(&self) -> Result<(), Error> {
        fs::create_dir_all(&self.root).map_err(|source| {
            let why = match source.kind() {
                ErrorKind::AlreadyExists | ErrorKind::NotADirectory => "is not a directory".to_owned(),
                _ => format!("cannot be created: {source}"),
            };
            Error::Root { root: self.root.display().to_string(), source: io::Error::new(source.kind(), why) }
        })
    }

    fn folder(&self) -> Option<&Path> {
        Some(&self.root)
    }

    fn about(&self, path: &str, cache: &mut LookupCache) -> io::Result<FileInfo> {
        let (folder, name) = self.walk_to(path, cache, false)?;
        match self.files.entry(folder, name)? {
            (EntryKind::File, size) => Ok(FileInfo { size, etag: None }),
            _ => Err(io::Error::other("is no plain file")),
        }
    }

    fn open_picture(&self, path: &str, cache: &mut LookupCache) -> io::Result<(Box<dyn Read>, u64)> {
        let (folder, name) = self.walk_to(path, cache, false)?;
        self.files.open(folder, name)
    }

    fn ownership(&self) -> &Ownership {
        &self.ownership
    }

    fn create_folder(&self, path: &str, cache: &mut LookupCache) -> io::Result<()> {
        self.walk_to(path, cache, true).map(drop)
    }

    fn stage(
        &self,
        path: &str,
        bytes: Vec<u8>,
        replaces: Replaces,
        cache: &mut LookupCache,
    ) -> io::Result<Pending> {
        let (folder, name) = self.walk_to(path, cache, false)?;
        let temporary = self.temporary(name);
        let written = match self.files.write_new(folder, &temporary, &bytes) {
            // A run of this writer was killed and left it.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                self.files.remove(folder, &temporary)?;
                self.files.write_new(folder, &temporary, &bytes)
            }
            written => written,
        };
        written.inspect_err(|_| self.remove_temporary(folder, &temporary))?;
        Ok(Pending::File(replaces))
    }

    fn place(&self, pending: &mut Pending, path: &str, cache: &mut LookupCache) -> io::Result<()> {
        let replaces = match pending {
            Pending::File(replaces) => *replaces,
            #[cfg(feature = "object-store")]
            Pending::Object(_) => return Err(io::Error::other("was staged for another root")),
        };
        let (folder, name) = self.walk_to(path, cache, false)?;
        let temporary = self.temporary(name);
        // Looking first would cost one more call for every picture.
        if replaces == Replaces::Nothing {
            match self.files.rename_new(folder, &temporary, name) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                renamed => return renamed,
            }
            self.must_not_be_foreign(folder, name)?;
        }
        self.files.rename(folder, &temporary, name)
    }

    fn discard(&self, pending: Pending, path: &str, cache: &mut LookupCache) {
        match pending {
            Pending::File(_) => match self.walk_to(path, cache, false) {
                Ok((folder, name)) => self.remove_temporary(folder, &self.temporary(name)),
                Err(_) => self.leaves_temporaries.store(true, Ordering::Relaxed),
            },
            #[cfg(feature = "object-store")]
            Pending::Object(_) => {}
        }
    }

    fn delete(&self, paths: &[String]) -> Vec<io::Result<()>> {
        let mut cache = LookupCache::default();
        let mut delete = |path: &String| {
            let (folder, name) = self.walk_to(path, &mut cache, false)?;
            self.files.remove(folder, name)
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
            let kind = entry.file_type()?.into();
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
        let (mut folders, mut removed, mut cache) = (vec![String::new()], 0, LookupCache::default());
        while let Some(folder) = folders.pop() {
            let entries = match self.entries(&folder) {
                // Where this user may not look, or nothing is, this writer has written nothing either.
                Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::NotFound) => {
                    continue;
                }
                entries => entries?,
            };
            for (name, kind) in entries {
                if kind == EntryKind::Folder {
                    folders.push(format!("{folder}{name}/"));
                } else if kind == EntryKind::File && name.starts_with('.') && name.ends_with(&self.suffix) {
                    let path = format!("{folder}{name}");
                    let (folder, name) = self.walk_to(&path, &mut cache, false)?;
                    self.files.remove(folder, name)?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }
}
