//! Brings pictures of a shard to the merged root, each compared with its SHA-256.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

use render_core::{Digest, embedded_input};

use crate::{
    args::Pictures,
    error::Error,
    store::{Folder, LastFolder, Store},
};

/// A larger file is no picture of ours.
const LARGEST: u64 = 1 << 28;
/// Why a picture was not brought whose name is taken.
pub const IN_THE_WAY: &str =
    "another file has its name in the merged root; move that away, or merge into a new index and --root";

/// Brings pictures to a root, or leaves them there.
pub struct Bringer<'a> {
    store: &'a Store<'a>,
    way: Option<Way<'a>>,
}

/// From where pictures are brought, to where, and how.
struct Way<'a> {
    source: &'a Folder<'a>,
    store: &'a Folder<'a>,
    how: Pictures,
}

/// What became of a picture.
pub enum Brought {
    /// It lies in the merged root and is what its row says.
    There,
    /// The same, but under a temporary name.
    Staged(PathBuf),
    /// It is not what its row says, with the reason.
    Faulty(&'static str),
}

impl<'a> Bringer<'a> {
    /// Only from a folder to a folder is anything brought.
    pub fn new(source: Option<&'a Store<'a>>, store: &'a Store<'a>, how: Pictures) -> Self {
        let way = || {
            let (source, store) = (source?.as_folder()?, store.as_folder()?);
            Some(Way { source, store, how }).filter(|_| how != Pictures::Leave)
        };
        Self { store, way: way() }
    }

    /// The merged root.
    pub fn store(&self) -> &'a Store<'a> {
        self.store
    }

    /// What to say where a picture there cannot be read.
    pub fn unread(&self, path: &str, why: &str) -> Error {
        let root =
            self.store.folder().map_or_else(|| "in object storage".to_owned(), |it| it.display().to_string());
        Error::Root { root, why: format!("{path} {why}") }
    }

    /// Whether files are to be brought.
    pub fn brings(&self) -> bool {
        self.way.is_some()
    }

    /// Stages the picture at `path`, unless it is in place; over another one of ours if that is allowed.
    pub fn bring(
        &self,
        path: &str,
        sha256: &Digest,
        size: u64,
        may_replace: bool,
        last: &mut LastFolder,
    ) -> Result<Brought, Error> {
        self.way.as_ref().map_or(Ok(Brought::There), |way| way.bring(path, sha256, size, may_replace, last))
    }

    /// Makes what was written and named durable.
    pub fn sync(&self) -> Result<(), Error> {
        self.store.sync().map_err(|error| self.unread("", &format!("cannot be synced: {error}")))
    }

    /// Gives a staged picture its name.
    pub fn place(&self, staged: &Path, path: &str) -> Result<(), Error> {
        let Some(way) = &self.way else {
            return Ok(());
        };
        way.store.place(staged, path).map_err(|error| way.unwritten(path, &error))
    }

    /// Gives a staged picture up.
    pub fn discard(&self, staged: &Path) {
        if let Some(Way { store, .. }) = self.way {
            store.discard(staged);
        }
    }

    /// Takes a picture away whose merged row is safe, where that is asked for. A file of its name
    /// with other bytes is not the shard's, and stays.
    pub fn take_away(
        &self,
        path: &str,
        sha256: &Digest,
        size: u64,
        last: &mut LastFolder,
    ) -> Result<(), Error> {
        let Some(Way { source, how: Pictures::Move, .. }) = self.way else {
            return Ok(());
        };
        let is_it = match read(source, path, size) {
            Ok(bytes) => is_recorded(&bytes, sha256, size),
            Err(error) if is_absent(&error) => false,
            Err(error) => return Err(refuse(source, &format!("{path} cannot be read: {error}"))),
        };
        if !is_it {
            return Ok(());
        }
        match source.delete(path, last) {
            Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound) => {
                Err(refuse(source, &format!("{path} cannot be taken away: {error}")))
            }
            _ => Ok(()),
        }
    }
}

impl Way<'_> {
    /// Stages the picture at `path`, unless it is in place.
    fn bring(
        &self,
        path: &str,
        sha256: &Digest,
        size: u64,
        may_replace: bool,
        last: &mut LastFolder,
    ) -> Result<Brought, Error> {
        let is_it = |bytes: &[u8]| is_recorded(bytes, sha256, size);
        match read(self.store, path, size) {
            Ok(bytes) if is_it(&bytes) => return Ok(Brought::There),
            // A picture of ours whose row is in doubt is replaced; whose any other file is, nobody knows.
            Ok(_) if may_replace && self.is_ours(path) => {}
            Ok(_) => return Ok(Brought::Faulty(IN_THE_WAY)),
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(refuse(self.store, &format!("{path} cannot be read: {error}"))),
        }
        let bytes = match read(self.source, path, size) {
            Ok(bytes) if is_it(&bytes) => bytes,
            Ok(_) => return Ok(Brought::Faulty("its bytes are not the recorded ones")),
            Err(error) if is_absent(&error) => {
                return Ok(Brought::Faulty("its file is absent"));
            }
            Err(error) => return Err(refuse(self.source, &format!("{path} cannot be read: {error}"))),
        };
        self.store.create_folder(path, last).map_err(|error| self.unwritten(path, &error))?;
        let linked = match self.how {
            Pictures::Link | Pictures::Move => {
                Some(self.store.stage_link(path, &self.source.root().join(path)))
            }
            Pictures::Copy | Pictures::Leave => None,
        };
        let staged = match linked {
            Some(Err(error)) if self.how == Pictures::Link => {
                let why =
                    format!("{path} cannot be linked: {error}; --pictures copy needs no common file system");
                return Err(refuse(self.store, &why));
            }
            Some(Ok(staged)) => Ok(staged),
            // Another file system, perhaps, or one without links.
            Some(Err(_)) | None => self.store.stage(path, &bytes),
        };
        staged.map(Brought::Staged).map_err(|error| self.unwritten(path, &error))
    }

    /// Whether a picture that image-cache made lies under a name in the merged root.
    fn is_ours(&self, path: &str) -> bool {
        read(self.store, path, LARGEST).is_ok_and(|bytes| embedded_input(&bytes).is_some())
    }

    fn unwritten(&self, path: &str, error: &io::Error) -> Error {
        refuse(self.store, &format!("{path} cannot be written: {error}"))
    }
}

fn refuse(store: &Folder<'_>, why: &str) -> Error {
    Error::Root { root: store.root().display().to_string(), why: why.to_owned() }
}

fn is_recorded(bytes: &[u8], sha256: &Digest, size: u64) -> bool {
    bytes.len() as u64 == size && Digest::of(bytes) == *sha256
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The bytes of a picture, and one more where it is longer than it should be.
fn read(store: &Folder<'_>, path: &str, size: u64) -> io::Result<Vec<u8>> {
    let (file, _) = store.open(path, &mut LastFolder::default())?;
    let mut bytes = Vec::new();
    file.take(size.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
