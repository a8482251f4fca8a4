//! A cache and what a run that writes to it holds: the lock, the index, and the root in good order.

use std::path::{Path, PathBuf};

use store::{Disk, Environment, Files, Root, Store};

use crate::{
    Error, IndexFault, Run,
    clock::Clock,
    index::{self, Index, Reader, may_be_ours},
    lock::Lock,
    observer::Notice,
    shard::index::known_root,
};

/// A cache of pictures: a root and the index of what lies there.
///
/// Nothing is opened or made before a run asks for it.
#[derive(Clone)]
pub struct PictureCache<'a> {
    /// Where the pictures are.
    pub root: Root,
    /// The index of the pictures, an SQLite database.
    pub index: PathBuf,
    /// Whether the caller has named the root, rather than the index or a default.
    pub is_root_named: bool,
    /// What object storage is told by variables.
    pub environment: Environment,
    /// Threads that judge and render.
    pub jobs: usize,
    /// How files below a root that is a folder are read and written.
    pub files: &'a dyn Files,
}

impl PictureCache<'_> {
    /// A cache with one thread. Its root is the one that is named or, where none is, the one that its
    /// index says its pictures are in, or else `usual`.
    ///
    /// # Errors
    /// Where the root that the index names cannot be used, or is gone while the usual one is there: then
    /// nobody knows which of the two is meant.
    pub fn open(
        index: PathBuf,
        named: Option<Root>,
        usual: PathBuf,
        environment: Environment,
    ) -> Result<Self, Error> {
        let is_root_named = named.is_some();
        let root = match named {
            Some(root) => root,
            None => {
                let usual = Root::Folder(usual);
                match known_root(&index, &environment)? {
                    None => usual,
                    Some(known) => {
                        if usual.folder().is_some_and(Path::is_dir) && !known.is_same_as(&usual) {
                            must_be_there(&index, &known)?;
                        }
                        known
                    }
                }
            }
        };
        Ok(Self { root, index, is_root_named, environment, jobs: 1, files: &Disk })
    }

    /// Where the index says that its pictures are, if it does.
    ///
    /// # Errors
    /// Where it names a root that cannot be used.
    pub fn known_root(&self) -> Result<Option<Root>, Error> {
        known_root(&self.index, &self.environment)
    }

    /// Refuses an index that cannot have pictures, or whose pictures are in a folder that is not there: more
    /// likely than that all are gone is that the index was moved without them.
    ///
    /// # Errors
    /// [`Error::Index`], with what is wrong with it.
    pub fn must_exist(&self) -> Result<(), Error> {
        if !self.is_root_named
            && let Some(known) = known_root(&self.index, &self.environment)?
        {
            must_be_there(&self.index, &known)?;
        }
        index::must_exist(&index::follow(&self.index)?)
    }

    /// The index, for a run that changes nothing in it.
    ///
    /// # Errors
    /// [`Error::Index`] where it cannot be read, or has no pictures yet.
    pub fn reader(&self) -> Result<Reader, Error> {
        Reader::open(&index::follow(&self.index)?)
    }

    /// The root's pictures, for a run that writes none.
    ///
    /// # Errors
    /// [`Error::Store`] where the root cannot be opened.
    pub fn store(&self, run: &Run<'_>) -> Result<Box<dyn Store + '_>, Error> {
        Ok(self.root.open("", self.files, run.cancel, may_be_ours)?)
    }

    /// Takes the lock, opens or makes the index and the root, and clears away what a killed run left.
    pub(crate) fn begin(&self, run: &mut Run<'_>) -> Result<Session<'_>, Error> {
        let file = index::follow(&self.index)?;
        index::create_folder(&file)?;
        let session = self.resume(Lock::take(&file, Clock::at(run.now))?, &file, run)?;
        session.store.create()?;
        Ok(session)
    }

    /// As [`begin`](Self::begin), with the lock of `file` in hand, and without making a root.
    pub(crate) fn resume(&self, lock: Lock, file: &Path, run: &mut Run<'_>) -> Result<Session<'_>, Error> {
        let index = Index::open(file, Clock::at(run.now))?;
        let store = index.store(&self.root, self.files, run.cancel)?;
        if lock.was_unclean() {
            let step = "the last run did not end cleanly; looking for its temporary files";
            run.observer.notice(Notice::Step(step));
            let removed = store.sweep().map_err(|source| Error::Picture {
                root: self.root.to_string(),
                what: "cannot remove what a killed run left".to_owned(),
                source,
            })?;
            run.observer.notice(Notice::Step(&format!("{removed} temporary files removed")));
        }
        Ok(Session { lock, index, store })
    }
}

/// An index that nobody else writes to meanwhile.
pub(crate) struct Session<'a> {
    pub lock: Lock,
    pub index: Index,
    pub store: Box<dyn Store + 'a>,
}

fn must_be_there(index: &Path, root: &Root) -> Result<(), Error> {
    match root.folder().filter(|folder| !folder.is_dir()) {
        Some(folder) => Err(Error::index(index, IndexFault::RootAbsent(folder.to_owned()))),
        None => Ok(()),
    }
}
