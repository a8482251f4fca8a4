//! The index: one row for each picture, in an SQLite database of its own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use market::{read_only, sqlite::uri};
use render_core::{embedded_input, is_foreign};
use rusqlite::{Connection, OpenFlags};
use store::{Files, Ownership, Root, Store};

use crate::{
    error::Error,
    interrupt::Interrupt,
    schema::{self, PATIENCE, TAKEN_OVER, Unfit, damage, look, prepare, set_up},
};

/// How files that no row tells of are recognised; another tool's may lie in a root that is shared.
fn ownership(is_shared: bool) -> Ownership {
    Ownership { is_ours: |bytes| embedded_input(bytes).is_some(), is_foreign, is_shared }
}

/// Opens a root to read from it.
pub fn open_store<'a>(
    root: &Root,
    files: &'a dyn Files,
    interrupt: &Interrupt,
) -> Result<Box<dyn Store + 'a>, Error> {
    Ok(root.open("", files, interrupt.flag(), ownership(false))?)
}

/// An open index, to write to. Hold its lock first.
#[derive(Debug)]
pub struct Index {
    pub(crate) file: PathBuf,
    pub(crate) connection: Connection,
    /// Eight random hexadecimal digits, so that indexes that share a root tell their temporaries apart.
    id: String,
    /// How durable a commit is, unless a row's truth hangs on it.
    pub(crate) usual_sync: &'static str,
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
pub fn follow(file: &Path) -> Result<PathBuf, Error> {
    let mut at = file.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&at) else {
            return Ok(at);
        };
        at.pop();
        at.push(target);
    }
    Err(Error::Index { file: file.to_owned(), why: "is a symbolic link that leads in a circle".to_owned() })
}

/// Refuses what can be no index that has pictures.
pub fn must_exist(file: &Path) -> Result<(), Error> {
    let why = match fs::metadata(file) {
        Ok(about) if about.is_dir() => "is a directory; --index takes a file",
        Ok(about) if about.len() == 0 => {
            "is empty; `image-cache repair --rebuild-index` makes it again from the pictures"
        }
        Ok(_) => return Ok(()),
        Err(_) => "does not exist; name yours with --index, or make one with `image-cache render`",
    };
    Err(Error::Index { file: file.to_owned(), why: why.to_owned() })
}

/// Refuses another program's database before a lock is made beside it.
pub fn must_be_ours(file: &Path) -> Result<(), Error> {
    match Reader::connect(file, QUERY_ONLY).map(|reader| look(&reader.connection)) {
        Ok(Err(Unfit::Shape(why))) => Err(Error::Index { file: file.to_owned(), why }),
        // Whatever else is wrong with it is told by who opens it next.
        _ => Ok(()),
    }
}

/// Makes the folder that is to hold an index.
pub fn create_folder(file: &Path) -> Result<(), Error> {
    let refuse = |why| Err(Error::Index { file: file.to_owned(), why });
    if file.is_dir() {
        return refuse("is a directory; --index takes a file".to_owned());
    }
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    match fs::create_dir_all(folder) {
        Ok(()) => Ok(()),
        Err(error) => refuse(format!("cannot create the folder {}: {error}", folder.display())),
    }
}

impl Index {
    /// Opens the index at `file`, and creates it where there is none.
    pub fn open(file: &Path) -> Result<Self, Error> {
        let refuse = |why: String| Error::Index { file: file.to_owned(), why };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection =
            Connection::open_with_flags(uri(file, "mode=rwc"), flags).map_err(|e| refuse(damage(&e)))?;
        let fit = set_up(&connection).and_then(|usual_sync| Ok((usual_sync, prepare(&mut connection)?)));
        let (usual_sync, id) = fit.map_err(|why| refuse(why.into_text()))?;
        Ok(Self { file: file.to_owned(), connection, id, usual_sync })
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Opens the root of its pictures; a folder is not created yet.
    pub fn store<'a>(
        &self,
        root: &Root,
        files: &'a dyn Files,
        interrupt: &Interrupt,
    ) -> Result<Box<dyn Store + 'a>, Error> {
        let taken_over = schema::get(&self.connection, TAKEN_OVER).map_err(|error| self.refuse(&error))?;
        Ok(root.open(&self.id, files, interrupt.flag(), ownership(taken_over.is_some()))?)
    }

    /// A second connection, for another thread.
    pub fn reader(&self) -> Result<Reader, Error> {
        Reader::connect(&self.file, "mode=ro")
    }

    /// Closes the index, so that all of it lies in one file.
    pub fn close(self) -> Result<(), Error> {
        let Self { file, connection, .. } = self;
        let refuse = |error: &rusqlite::Error| Error::Index { file: file.clone(), why: damage(error) };
        connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(|error| refuse(&error))?;
        connection.close().map_err(|(_, error)| refuse(&error))
    }

    /// The index opened anew, with what was noted in it meanwhile.
    pub fn again(self) -> Result<Self, Error> {
        let file = self.file.clone();
        self.close()?;
        Self::open(&file)
    }

    /// Sets a value of the index as a whole.
    pub fn note(&mut self, key: &str, value: &str) -> Result<(), Error> {
        self.write(|transaction| schema::put(transaction, key, value).map(drop))
    }

    /// The same, and writes nothing where it has that value already.
    pub fn note_once(&mut self, key: &str, value: &str) -> Result<(), Error> {
        match schema::get(&self.connection, key).map_err(|error| self.refuse(&error))? {
            Some(known) if known == value => Ok(()),
            _ => self.note(key, value),
        }
    }

    pub(crate) fn refuse(&self, error: &rusqlite::Error) -> Error {
        Error::Index { file: self.file.clone(), why: damage(error) }
    }
}

impl Reader {
    /// Opens an index that must be there, without changing anything.
    pub fn open(file: &Path) -> Result<Self, Error> {
        must_exist(file)?;
        Self::existing(file)?.ok_or_else(|| Error::Index {
            file: file.to_owned(),
            why: "holds no pictures yet; make some with `image-cache render`".to_owned(),
        })
    }

    /// Opens an index without creating or changing anything; `None` where there is nothing yet.
    pub fn existing(file: &Path) -> Result<Option<Self>, Error> {
        if file.is_dir() {
            return Err(Error::Index {
                file: file.to_owned(),
                why: "is a directory; --index takes a file".to_owned(),
            });
        }
        if !file.exists() {
            return Ok(None);
        }
        let refuse = |why: String| Error::Index { file: file.to_owned(), why };
        let reader = match Self::connect(file, QUERY_ONLY) {
            Ok(reader) => reader,
            Err(_) => {
                let (connection, how) = read_only(file).map_err(|error| refuse(error.to_string()))?;
                Self { file: file.to_owned(), connection, how }
            }
        };
        match look(&reader.connection) {
            Ok(is_ours) => Ok(is_ours.then_some(reader)),
            Err(why) => Err(Error::Index { file: file.to_owned(), why: why.into_text() }),
        }
    }

    /// A database that somebody else has opened.
    pub fn of(connection: Connection) -> Self {
        Self { file: PathBuf::new(), connection, how: "mode=ro" }
    }

    /// Another connection to the same index, for another thread.
    pub fn again(&self) -> Result<Self, Error> {
        Self::connect(&self.file, self.how)
    }

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
        let connection = Connection::open_with_flags(uri(file, how), flags)
            .and_then(|connection| connection.busy_timeout(PATIENCE).map(|()| connection))
            .and_then(|connection| {
                connection.pragma_update(None, "trusted_schema", false)?;
                connection.pragma_update(None, "query_only", true)?;
                // SQLite opens lazily; this is the first read.
                connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
                Ok(connection)
            })
            .map_err(|error| Error::Index { file: file.to_owned(), why: damage(&error) })?;
        Ok(Self { file: file.to_owned(), connection, how })
    }
}
