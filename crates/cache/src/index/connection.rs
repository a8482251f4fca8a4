//! [`Index`] and [`Reader`]: the connections to an index, and how one is found.

use std::{
    fs,
    ops::Deref,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use market::{DatabaseError, read_only};
use render_core::{embedded_input, is_foreign};
use rusqlite::{Connection, Transaction};
use store::{Files, Ownership, Root, Store};

use super::schema::{self, TAKEN_OVER, look, prepare, set_up};
use crate::{Clock, Error, IndexFault};

/// An index that is open to be written to. Whoever opens it must hold its lock.
#[derive(Debug)]
pub(crate) struct Index {
    /// The connection, which this one may write to.
    reader: Reader,
    /// Eight random hexadecimal digits, by which indexes that share a root tell their temporaries apart.
    id: String,
    /// How durable a commit is, unless the truth of a row depends on it.
    pub(super) usual_sync: &'static str,
    pub(crate) clock: Clock,
}

/// A connection that looks rows up and writes nothing.
#[derive(Debug)]
pub struct Reader {
    pub(crate) file: PathBuf,
    pub(crate) connection: Connection,
    /// How it was opened.
    how: &'static str,
}

/// How a reader opens an index if it can: as if it were to write, because only such a connection removes SQLite's
/// own files when it closes. SQLite is then told never to write.
const QUERY_ONLY: &str = "mode=rw";
/// How a writer's other connections are opened.
const READ_ONLY: &str = "mode=ro";

/// The operating system follows this many links in a row.
const MOST_LINKS: u32 = 40;

/// Follows `file` if it is a symbolic link, even to a file that does not exist yet.
///
/// The lock and the WAL are named after the file, so all names of one index must lead to one file name. Links among
/// its folders do not matter: they lead to the same files beside it.
pub(crate) fn follow(file: &Path) -> Result<PathBuf, Error> {
    let mut at = file.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&at) else {
            // Whoever opens a pipe waits for its other end.
            return match fs::metadata(&at) {
                Ok(about) if !about.is_file() && !about.is_dir() => {
                    Err(Error::index(file, IndexFault::Unfit("not a regular file".to_owned())))
                }
                _ => Ok(at),
            };
        };
        at.pop();
        at.push(target);
    }
    Err(Error::index(file, IndexFault::Unfit("a symbolic link that leads in a circle".to_owned())))
}

/// Refuses a file that cannot be an index with pictures.
pub(crate) fn must_exist(file: &Path) -> Result<(), Error> {
    let fault = match fs::metadata(file) {
        Ok(about) if about.is_dir() => IndexFault::Directory,
        // SQLite takes one byte for none.
        Ok(about) if about.len() <= 1 => IndexFault::Empty,
        Ok(_) => return Ok(()),
        Err(_) => IndexFault::Absent,
    };
    Err(Error::index(file, fault))
}

/// Refuses another program's database before a lock is made beside it.
pub(crate) fn must_be_ours(file: &Path) -> Result<(), Error> {
    match Reader::connect(file, QUERY_ONLY).map(|reader| look(&reader.connection)) {
        // Whoever opens it next says what is wrong with it.
        Err(_) | Ok(Ok(_) | Err(IndexFault::Sqlite(_))) => Ok(()),
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
        .map_err(|error| Error::system(file, format!("cannot create the folder {}", folder.display()), error))
}

/// Tells pictures of ours from other tools' files, which may lie in a root that is shared.
pub(crate) fn ownership(is_shared: bool) -> Ownership {
    Ownership { is_ours: |bytes| embedded_input(bytes).is_some(), is_foreign, is_shared }
}

impl Deref for Index {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Index {
    /// Opens the index at `file`, and creates it where there is none.
    pub fn open(file: &Path, clock: Clock) -> Result<Self, Error> {
        let open = || -> Result<Self, IndexFault> {
            let mut connection = schema::connect(file, "mode=rwc")?;
            let usual_sync = set_up(&connection)?;
            let id = prepare(&mut connection)?;
            let reader = Reader { file: file.to_owned(), connection, how: READ_ONLY };
            Ok(Self { reader, id, usual_sync, clock })
        };
        open().map_err(|fault| Error::index(file, fault))
    }

    /// Opens the root of its pictures, which need not exist yet if it is a folder.
    pub fn store<'a>(
        &self,
        root: &Root,
        files: &'a dyn Files,
        cancel: &Arc<AtomicBool>,
    ) -> Result<Box<dyn Store + 'a>, Error> {
        let taken_over = self.ask(|connection| schema::get(connection, TAKEN_OVER))?;
        Ok(root.open(&self.id, files, cancel, ownership(taken_over.is_some()))?)
    }

    /// Closes the index, so that all of it lies in one file.
    pub fn close(self) -> Result<(), Error> {
        let Reader { file, connection, .. } = self.reader;
        let done = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        let done = done.and_then(|()| connection.close().map_err(|(_, error)| error));
        done.map_err(|error| Error::index(&file, error))
    }

    /// Sets a value in the table `meta`, unless it has that value already, or removes it.
    pub fn note(&self, key: &str, value: Option<&str>) -> Result<(), Error> {
        if self.ask(|connection| schema::get(connection, key))?.as_deref() == value {
            return Ok(());
        }
        self.write(|transaction| match value {
            Some(value) => schema::put(transaction, key, value),
            None => transaction.execute("DELETE FROM meta WHERE key = ?1", [key]).map(drop),
        })
    }

    /// Writes in one transaction.
    pub fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, Error> {
        self.ask(|connection| {
            let transaction = connection.unchecked_transaction()?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        })
    }
}

impl Reader {
    /// Opens an index that must exist, without changing anything.
    ///
    /// # Errors
    /// [`Error::Index`], with what is wrong with it.
    pub fn open(file: &Path) -> Result<Self, Error> {
        let file = &follow(file)?;
        must_exist(file)?;
        Self::existing(file)?.ok_or_else(|| Error::index(file, IndexFault::NoPictures))
    }

    /// Opens an index without creating or changing anything. Returns `None` if there is nothing yet.
    pub(crate) fn existing(file: &Path) -> Result<Option<Self>, Error> {
        if file.is_dir() {
            return Err(Error::index(file, IndexFault::Directory));
        }
        if !file.exists() {
            return Ok(None);
        }
        let reader = match Self::connect(file, QUERY_ONLY) {
            Ok(reader) => reader,
            Err(_) => {
                let (connection, how) = read_only(file).map_err(|error| match error {
                    DatabaseError::Sqlite(error) => Error::index(file, error),
                    other => Error::index(file, IndexFault::Open(other)),
                })?;
                Self { file: file.to_owned(), connection, how }
            }
        };
        match look(&reader.connection) {
            Ok(is_ours) => Ok(is_ours.then_some(reader)),
            Err(fault) => Err(Error::index(file, fault)),
        }
    }

    /// Reads a database that was opened elsewhere.
    pub(crate) fn of(connection: Connection) -> Self {
        Self { file: PathBuf::new(), connection, how: READ_ONLY }
    }

    /// Another connection to the same index, for another thread.
    ///
    /// # Errors
    /// [`Error::Index`] if it cannot be opened again.
    pub fn again(&self) -> Result<Self, Error> {
        Self::connect(&self.file, self.how).map_err(|error| Error::index(&self.file, error))
    }

    fn connect(file: &Path, how: &'static str) -> rusqlite::Result<Self> {
        let connection = schema::connect(file, how)?;
        connection.pragma_update(None, "query_only", true)?;
        // SQLite opens a file only when it is read.
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(Self { file: file.to_owned(), connection, how })
    }

    /// Works with the connection. What goes wrong is a fault of this index.
    pub(crate) fn ask<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        work(&self.connection).map_err(|error| Error::index(&self.file, error))
    }
}
