//! The index: one row for each picture, in an SQLite database of its own.
//!
//! [`Index`] writes to one, [`Reader`] looks rows up. [`rows`] says what is in a row, [`groups`] what
//! rows of one series and spec say together, [`schema`] how the tables are made and recognised.

pub mod etags;
pub mod groups;
pub mod rows;
pub(crate) mod salvage;
pub(crate) mod schema;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use market::{DatabaseError, read_only, sqlite::uri};
use render_core::{embedded_input, is_foreign};
use rusqlite::{Connection, OpenFlags};
use store::{Files, IsOurs, Root, Store};

use crate::{Error, IndexFault, clock::Clock};
use schema::{PATIENCE, TAKEN_OVER, look, prepare, set_up};

/// An open index, to write to. Hold its lock first.
#[derive(Debug)]
pub struct Index {
    pub(crate) file: PathBuf,
    pub(crate) connection: Connection,
    /// Random, so that indexes that share a root tell their temporaries apart.
    id: String,
    /// How durable a commit is, unless a row's truth hangs on it.
    usual_sync: &'static str,
    pub(crate) clock: Clock,
}

/// A connection that looks rows up while another writes them.
#[derive(Debug)]
pub struct Reader {
    pub(crate) file: PathBuf,
    pub(crate) connection: Connection,
    /// How it was opened.
    how: &'static str,
}

/// How a reader opens an index where it can: as one that could write, since only such a
/// connection takes SQLite's own files away when it closes, and then is told never to.
const QUERY_ONLY: &str = "mode=rw";

/// As many links in a row as the operating system follows.
const MOST_LINKS: u32 = 40;

/// The file itself, where `file` is a symbolic link to it, even if it does not exist yet.
///
/// A lock and a WAL are named after it, so two names of one index must lead to one file name.
/// Links among its folders are left alone: they lead to the same files beside it.
pub(crate) fn follow(file: &Path) -> Result<PathBuf, Error> {
    let mut at = file.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&at) else {
            return Ok(at);
        };
        at.pop();
        at.push(target);
    }
    Err(Error::index(file, IndexFault::LinkCircle))
}

/// Refuses what can be no index that has pictures.
pub(crate) fn must_exist(file: &Path) -> Result<(), Error> {
    let fault = match fs::metadata(file) {
        Ok(about) if about.is_dir() => IndexFault::Directory,
        Ok(about) if about.len() == 0 => IndexFault::Empty,
        Ok(_) => return Ok(()),
        Err(_) => IndexFault::Absent,
    };
    Err(Error::index(file, fault))
}

/// Refuses another program's database before a lock is made beside it.
pub(crate) fn must_be_ours(file: &Path) -> Result<(), Error> {
    match Reader::connect(file, QUERY_ONLY).map(|reader| look(&reader.connection)) {
        // Whatever SQLite says against it is told by who opens it next.
        Ok(Err(IndexFault::Sqlite(_))) | Err(_) | Ok(Ok(_)) => Ok(()),
        Ok(Err(fault)) => Err(Error::index(file, fault)),
    }
}

/// Makes the folder that is to hold an index.
pub(crate) fn create_folder(file: &Path) -> Result<(), Error> {
    if file.is_dir() {
        return Err(Error::index(file, IndexFault::Directory));
    }
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    fs::create_dir_all(folder)
        .map_err(|source| Error::index(file, IndexFault::Folder { folder: folder.to_owned(), source }))
}

/// Whether a file without a row may be a picture of ours, damaged perhaps, so that it may be replaced.
pub(crate) fn may_be_ours(bytes: &[u8]) -> bool {
    !is_foreign(bytes)
}

/// Whether a file is an intact picture of ours. No other is replaced where another tool's may lie.
fn is_certainly_ours(bytes: &[u8]) -> bool {
    embedded_input(bytes).is_some()
}

impl Index {
    /// Opens the index at `file`, and creates it where there is none.
    pub fn open(file: &Path, clock: Clock) -> Result<Self, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || -> Result<Self, IndexFault> {
            let mut connection = Connection::open_with_flags(uri(file, "mode=rwc"), flags)?;
            let usual_sync = set_up(&connection)?;
            let id = prepare(&mut connection)?;
            Ok(Self { file: file.to_owned(), connection, id, usual_sync, clock })
        };
        open().map_err(|fault| Error::index(file, fault))
    }

    /// The file, links followed.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Eight hexadecimal digits that no other index has.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Opens the root of its pictures; of a folder only the name is taken.
    pub(crate) fn store<'a>(
        &self,
        root: &Root,
        files: &'a dyn Files,
        cancel: &Arc<AtomicBool>,
    ) -> Result<Box<dyn Store + 'a>, Error> {
        Ok(root.open(&self.id, files, cancel, self.is_ours()?)?)
    }

    /// Tells which files without a row may be ours.
    pub(crate) fn is_ours(&self) -> Result<IsOurs, Error> {
        let taken_over = schema::get(&self.connection, TAKEN_OVER).map_err(|error| self.fault(error))?;
        Ok(if taken_over.is_some() { is_certainly_ours } else { may_be_ours })
    }

    /// A second connection, for another thread.
    pub fn reader(&self) -> Result<Reader, Error> {
        Reader::connect(&self.file, "mode=ro")
    }

    /// Closes the index, so that all of it lies in one file.
    pub fn close(self) -> Result<(), Error> {
        let Self { file, connection, .. } = self;
        let fault = |error: rusqlite::Error| Error::index(&file, error);
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(fault)?;
        connection.close().map_err(|(_, error)| fault(error))
    }

    /// The index opened anew, with what was noted in it meanwhile.
    pub fn reopen(self) -> Result<Self, Error> {
        let (file, clock) = (self.file.clone(), self.clock);
        self.close()?;
        Self::open(&file, clock)
    }

    /// Sets a value of the index as a whole, unless it has that value already.
    pub fn note(&mut self, key: &str, value: &str) -> Result<(), Error> {
        match schema::get(&self.connection, key).map_err(|error| self.fault(error))? {
            Some(known) if known == value => Ok(()),
            _ => self.write(|transaction| schema::put(transaction, key, value)),
        }
    }

    pub(crate) fn fault(&self, error: rusqlite::Error) -> Error {
        Error::index(&self.file, error)
    }
}

impl Reader {
    /// Opens an index that must be there, without changing anything.
    pub fn open(file: &Path) -> Result<Self, Error> {
        must_exist(file)?;
        Self::existing(file)?.ok_or_else(|| Error::index(file, IndexFault::NoPictures))
    }

    /// Opens an index without creating or changing anything; `None` where there is nothing yet.
    pub fn existing(file: &Path) -> Result<Option<Self>, Error> {
        if file.is_dir() {
            return Err(Error::index(file, IndexFault::Directory));
        }
        if !file.exists() {
            return Ok(None);
        }
        let reader = match Self::connect(file, QUERY_ONLY) {
            Ok(reader) => reader,
            Err(_) => {
                let opened = read_only(file).map_err(|error| match error {
                    DatabaseError::Sqlite(error) => IndexFault::Sqlite(error),
                    other => IndexFault::Open(other),
                });
                let (connection, how) = opened.map_err(|fault| Error::index(file, fault))?;
                Self { file: file.to_owned(), connection, how }
            }
        };
        match look(&reader.connection) {
            Ok(is_ours) => Ok(is_ours.then_some(reader)),
            Err(fault) => Err(Error::index(file, fault)),
        }
    }

    /// A database that somebody else has opened.
    pub(crate) fn of(connection: Connection) -> Self {
        Self { file: PathBuf::new(), connection, how: "mode=ro" }
    }

    /// Another connection to the same index, for another thread.
    pub fn again(&self) -> Result<Self, Error> {
        Self::connect(&self.file, self.how)
    }

    /// The file, links followed.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn connect(file: &Path, how: &'static str) -> Result<Self, Error> {
        let access = if how == QUERY_ONLY {
            OpenFlags::SQLITE_OPEN_READ_WRITE
        } else {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        };
        let flags = access | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || -> rusqlite::Result<Connection> {
            let connection = Connection::open_with_flags(uri(file, how), flags)?;
            connection.busy_timeout(PATIENCE)?;
            connection.pragma_update(None, "trusted_schema", false)?;
            connection.pragma_update(None, "query_only", true)?;
            // SQLite opens lazily; this is the first read.
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
            Ok(connection)
        };
        let connection = open().map_err(|error| Error::index(file, error))?;
        Ok(Self { file: file.to_owned(), connection, how })
    }

    pub(crate) fn fault(&self, error: rusqlite::Error) -> Error {
        Error::index(&self.file, error)
    }
}
