//! [`PictureCache`], and what a run that writes to one holds ([`Session`]): the lock, the index and the root.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use market::sqlite::beside;
use store::{Disk, Environment, Files, Root, Store};

use crate::{
    Clock, Error, Index, IndexFault, Lock, Notice, Reader, Run,
    index::{self, ownership},
};

/// A cache of pictures: a root, and the index of the pictures in it.
///
/// Nothing is opened or made before a run needs it.
#[derive(Clone)]
pub struct PictureCache<'a> {
    /// Where the pictures are.
    pub root: Root,
    /// The index of the pictures, an SQLite database.
    pub index: PathBuf,
    /// Whether the caller has named the root, rather than the index or a default.
    pub is_root_named: bool,
    /// Variables with the credentials of object storage.
    pub environment: Environment,
    /// How many threads judge and render.
    pub jobs: usize,
    /// How files below a root that is a folder are read and written.
    pub files: &'a dyn Files,
}

impl PictureCache<'_> {
    /// A cache with one thread. Its root is `named`; if that is none, the root that the index names; or else
    /// `usual`.
    ///
    /// # Errors
    /// Fails if the root that the index names cannot be understood, or is gone while the usual one is there: then
    /// nobody knows which of the two is meant.
    pub fn open(
        index: PathBuf,
        named: Option<Root>,
        usual: PathBuf,
        environment: Environment,
    ) -> Result<Self, Error> {
        let (is_root_named, usual) = (named.is_some(), Root::Folder(usual));
        let root = named.unwrap_or_else(|| usual.clone());
        let mut cache = Self { root, index, is_root_named, environment, jobs: 1, files: &Disk };
        if !is_root_named && let Some(known) = cache.known_root()? {
            if usual.folder().is_some_and(Path::is_dir) && !known.is_same_as(&usual) {
                must_be_there(&cache.index, &known)?;
            }
            cache.root = known;
        }
        Ok(cache)
    }

    /// Refuses an index that cannot have pictures. Also refuses one that names a folder that does not exist as its
    /// root: probably the index was moved without its pictures.
    ///
    /// # Errors
    /// [`Error::Index`], with what is wrong with it.
    pub fn must_exist(&self) -> Result<(), Error> {
        if !self.is_root_named {
            self.known_root()?.map_or(Ok(()), |known| must_be_there(&self.index, &known))?;
        }
        index::must_exist(&index::follow(&self.index)?)
    }

    /// Where the index says that its pictures are, if it does.
    ///
    /// # Errors
    /// If it names a root that cannot be used.
    pub fn known_root(&self) -> Result<Option<Root>, Error> {
        // If something is wrong with the index, the next one who opens it will say so.
        let Ok(file) = index::follow(&self.index) else {
            return Ok(None);
        };
        let reader = Reader::existing(&file).ok().flatten();
        let state = reader.and_then(|reader| reader.shard_state().ok()).unwrap_or_default();
        state.root_at(&file, &self.environment)
    }

    /// The file that is the index, links followed, once it was found that this user may lock it and write to it.
    /// Nothing is changed, and what is absent is not made.
    ///
    /// # Errors
    /// [`Error::Index`], with what cannot be written.
    pub fn writable(&self) -> Result<PathBuf, Error> {
        let file = index::follow(&self.index)?;
        // Opening a pipe would wait for a reader; whoever uses such an index refuses it.
        let open = |path: &Path| match path.is_file() {
            true => File::options().write(true).open(path).map(drop),
            false => Ok(()),
        };
        let lock = beside(&file, ".lock");
        open(&lock).map_err(|error| Error::index(&file, IndexFault::Lock(lock.clone(), error)))?;
        open(&file).map_err(|error| Error::system(&file, "cannot be written to", error))?;
        Ok(file)
    }

    /// A reader of the index, which must exist.
    ///
    /// # Errors
    /// [`Error::Index`], with what is wrong with it.
    pub fn reader(&self) -> Result<Reader, Error> {
        Reader::open(&index::follow(&self.index)?)
    }

    /// The root, for a run that writes no pictures.
    ///
    /// # Errors
    /// [`Error::Store`] if it cannot be opened.
    pub fn store(&self, run: &Run<'_>) -> Result<Box<dyn Store + '_>, Error> {
        Ok(self.root.open("", self.files, run.cancel, ownership(false))?)
    }

    /// Takes the lock, opens or makes the index and the root, and removes what a killed run has left.
    pub(crate) fn begin(&self, clock: Clock, run: &mut Run<'_>) -> Result<Session<'_>, Error> {
        let file = index::follow(&self.index)?;
        index::create_folder(&file)?;
        let session = self.resume(Lock::take(&file, clock)?, &file, clock, run)?;
        session.store.create()?;
        Ok(session)
    }

    /// Like [`begin`](Self::begin), but the caller has taken the lock of `file`, and the root is not made.
    pub(crate) fn resume(
        &self,
        lock: Lock,
        file: &Path,
        clock: Clock,
        run: &mut Run<'_>,
    ) -> Result<Session<'_>, Error> {
        let index = Index::open(file, clock)?;
        let store = index.store(&self.root, self.files, run.cancel)?;
        if lock.was_unclean {
            let step = "the last run did not end cleanly; looking for its temporary files";
            run.observer.notice(Notice::Step(step));
            let removed = store
                .sweep()
                .map_err(|error| Error::picture(&self.root, "cannot remove what a killed run left", error))?;
            run.observer.notice(Notice::Step(&format!("{removed} temporary files removed")));
        }
        Ok(Session { lock, index, store })
    }
}

/// A cache that nobody else writes to meanwhile.
pub(crate) struct Session<'a> {
    pub lock: Lock,
    pub index: Index,
    pub store: Box<dyn Store + 'a>,
}

/// Refuses an index whose root is a folder that does not exist.
fn must_be_there(index: &Path, root: &Root) -> Result<(), Error> {
    match root.folder().filter(|folder| !folder.is_dir()) {
        Some(folder) => Err(Error::index(index, IndexFault::RootAbsent(folder.to_owned()))),
        None => Ok(()),
    }
}
