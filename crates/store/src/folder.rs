//! A store in a folder: each file appears complete or not at all, and never outside the root.

use std::{
    fs,
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    EntryKind, Error, FileInfo, Files, LookupCache, Ownership, Pending, Replaces, Store, file::IN_THE_WAY,
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

    /// Refuses to put a picture where a file lies that may be another tool's.
    fn must_not_replace_foreign(&self, path: &str) -> io::Result<()> {
        let file = self.root.join(path);
        let is_foreign = match self.files.entry(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(error),
            Ok((EntryKind::File, _)) => self.ownership.may_be_foreign_file(self.files.open(&file)?)?,
            Ok(_) => self.ownership.is_shared,
        };
        if is_foreign { Err(io::Error::other(format!("a file {IN_THE_WAY}"))) } else { Ok(()) }
    }

    /// Looks at each folder on the way to `path`, and refuses one that leads elsewhere. Those that are absent are
    /// made or refused.
    fn walk_to(&self, path: &str, cache: &mut LookupCache, makes: bool) -> io::Result<()> {
        let last = &mut cache.last_folder;
        let Some((folder, _)) = path.rsplit_once('/').filter(|(folder, _)| folder != last) else {
            return Ok(());
        };
        let mut at = self.root.clone();
        for name in folder.split('/') {
            at.push(name);
            let (kind, _) = match self.files.entry(&at) {
                Err(error) if makes && error.kind() == ErrorKind::NotFound => {
                    match self.files.create_folder(&at) {
                        // Another thread has made it meanwhile, or another program has made something else.
                        Err(error) if error.kind() == ErrorKind::AlreadyExists => self.files.entry(&at)?,
                        created => created.map(|()| (EntryKind::Folder, 0))?,
                    }
                }
                entry => entry?,
            };
            if kind != EntryKind::Folder {
                let why = format!("{} is no folder, or a link that could lead out of the root", at.display());
                return Err(io::Error::other(why));
            }
        }
        folder.clone_into(last);
        Ok(())
    }

    /// Removes a temporary file. One that cannot be removed now is left to [`Store::sweep`].
    fn remove_temporary(&self, temporary: &Path) {
        if self.files.remove(temporary).is_err_and(|error| error.kind() != ErrorKind::NotFound) {
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
        self.walk_to(path, cache, false)?;
        match self.files.entry(&self.root.join(path))? {
            (EntryKind::File, size) => Ok(FileInfo { size, etag: None }),
            _ => Err(io::Error::other("is no plain file")),
        }
    }

    fn open_picture(&self, path: &str, cache: &mut LookupCache) -> io::Result<(Box<dyn Read>, u64)> {
        self.walk_to(path, cache, false)?;
        self.files.open(&self.root.join(path))
    }

    fn ownership(&self) -> &Ownership {
        &self.ownership
    }

    fn create_folder(&self, path: &str, cache: &mut LookupCache) -> io::Result<()> {
        self.walk_to(path, cache, true)
    }

    fn stage(&self, path: &str, bytes: Vec<u8>, replaces: Replaces) -> io::Result<Pending> {
        if replaces == Replaces::Nothing {
            self.must_not_replace_foreign(path)?;
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let temporary = self.root.join(folder).join(format!(".{name}{}", self.suffix));
        let written = match self.files.write_new(&temporary, &bytes) {
            // A run of this writer was killed and left it.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                self.files.remove(&temporary)?;
                self.files.write_new(&temporary, &bytes)
            }
            written => written,
        };
        written.inspect_err(|_| self.remove_temporary(&temporary))?;
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
            self.walk_to(path, &mut cache, false)?;
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
        let (mut folders, mut removed) = (vec![String::new()], 0);
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
                    self.files.remove(&self.root.join(format!("{folder}{name}")))?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }
}
