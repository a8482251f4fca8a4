//! [`Checker`]: judges whether entries of the index and their files are what they should be.

use std::{
    io::{self, Read, Write},
    sync::Arc,
};

use render_core::{Digest, DigestWriter, PicturePath, STYLE_VERSION};
use store::{LookupCache, Store};

use crate::{Group, Known, OwnPart, Reason, Status};

/// How closely a file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Its presence and its size.
    Quick,
    /// Also the SHA-256 of its bytes.
    Hash,
    /// Also the bytes that rendering the picture again gives.
    Rerender,
}

/// What the source says of an entry today.
#[derive(Debug, Clone)]
pub enum Today {
    /// The source can make the picture, from the input that has this digest.
    Input(Digest),
    /// The source cannot make the picture, for this reason.
    Unable(String),
    /// Nobody can tell, for this reason.
    Unknown(String),
    /// The picture draws these series of one's own or marks, which are not given, so that only its file can be judged.
    NotGiven(Arc<[OwnPart]>),
    /// Nobody asks.
    NotAsked,
}

/// What a [`Checker`] says of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The picture is what its source makes, as far as the depth goes.
    Fine,
    /// The picture is missing, corrupt or stale, for this reason.
    Bad(Status, Reason),
    /// The file is as recorded; whether the picture is what its source makes cannot be told, since series of one's own or
    /// marks are not given.
    NotGiven,
    /// The file could not be read, for a reason that says nothing about the file.
    Unreadable(String),
}

pub(crate) const CHANGED: &str = "its candles, spec or style version have changed";
pub(crate) const ABSENT: &str = "its file is absent";
const OTHER_SIZE: &str = "its file has another size";
const OTHER_RENDER: &str = "this version renders other bytes from the same candles";
const OTHER_BYTES: &str = "its bytes are not the recorded ones";

/// Judges entries and their files. Each thread has its own.
pub struct Checker<'a> {
    store: &'a dyn Store,
    depth: Depth,
    cache: LookupCache,
    /// The bytes of the last file that was read, if they are kept.
    kept: Option<Vec<u8>>,
}

/// Takes the bytes of a file in, piece by piece, so that a huge one costs no memory.
struct Reading<'a> {
    digest: DigestWriter,
    kept: Option<&'a mut Vec<u8>>,
}

impl Write for Reading<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.digest.update(bytes);
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> Checker<'a> {
    /// A checker of the files in `store`.
    #[must_use]
    pub fn new(store: &'a dyn Store, depth: Depth) -> Self {
        Self { store, depth, cache: LookupCache::default(), kept: None }
    }

    /// Keeps the bytes of the last file that was read, for [`take`](Self::take).
    #[must_use]
    pub fn keeping(self) -> Self {
        Self { kept: Some(Vec::new()), ..self }
    }

    /// Takes the bytes of the last file that was read. They are empty unless files are [kept](Self::keeping).
    pub fn take(&mut self) -> Vec<u8> {
        self.kept.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Judges a row and its file. `render` gives today's picture; it is only called at [`Depth::Rerender`].
    pub fn judge(
        &mut self,
        group: &Group,
        row: &Known,
        today: &Today,
        render: impl FnOnce() -> Option<Digest>,
    ) -> Verdict {
        if row.status == Status::Missing {
            let reason = match (today, &row.reason) {
                (Today::Input(_), _) => "the source can make it now".into(),
                (Today::Unable(reason), _) | (_, Some(reason)) => reason.clone().into(),
                (Today::Unknown(_) | Today::NotGiven(_) | Today::NotAsked, None) => {
                    "no reason recorded".into()
                }
            };
            return Verdict::Bad(Status::Missing, reason);
        }
        let stale = |reason: Reason| Verdict::Bad(Status::Stale, reason);
        let corrupt = |reason: Reason| Verdict::Bad(Status::Corrupt, reason);
        if row.is_foreign {
            return stale("made by another tool".into());
        }
        // A path that leads elsewhere is not even opened.
        let path = row.path.as_deref().unwrap_or_default();
        let version = match PicturePath::parse(path) {
            Some(named) if Group::from(&named) == *group && named.end == row.end => named.style_version,
            _ => return corrupt("its row names another file than it should".into()),
        };
        let digest = match self.file(path, row) {
            Ok(Ok(digest)) => digest,
            Ok(Err(reason)) => return corrupt(reason),
            Err(error) => return Verdict::Unreadable(format!("cannot be read: {error}")),
        };
        if version != STYLE_VERSION {
            return stale(format!("its style version is {version}, and today's is {STYLE_VERSION}").into());
        }
        if row.other_spec {
            return stale("its spec has another hash today".into());
        }
        match today {
            Today::Input(input) if row.input.as_ref() != Some(input) => return stale(CHANGED.into()),
            Today::Unable(reason) => {
                return stale(format!("the source cannot make it any more: {reason}").into());
            }
            Today::Unknown(reason) => return stale(reason.clone().into()),
            Today::NotGiven(_) => return Verdict::NotGiven,
            Today::Input(_) | Today::NotAsked => {}
        }
        if self.depth == Depth::Rerender && render() != digest {
            return stale(OTHER_RENDER.into());
        }
        // What a closer look has found is not disproved by a shallower one, nor is a change of candles disproved
        // without candles.
        let reason = row.reason.as_deref().unwrap_or_default();
        let closer = if reason == OTHER_RENDER { Depth::Rerender } else { Depth::Hash };
        let stands = match row.status {
            Status::Ok | Status::Missing => false,
            Status::Corrupt => self.depth < closer,
            Status::Stale => self.depth < closer || matches!(today, Today::NotAsked),
        };
        if stands { Verdict::Bad(row.status, reason.to_owned().into()) } else { Verdict::Fine }
    }

    /// Announces rows that will be judged, in this order, so that a store that is far away can fetch their files.
    pub fn will_judge(&mut self, rows: &[Known]) {
        if !self.store.is_remote() {
            return;
        }
        let rows = rows.iter().filter(|row| row.status != Status::Missing && !row.is_foreign);
        let files = rows.filter_map(|row| Some((row.path.clone()?, row.size?)));
        if self.depth == Depth::Quick {
            self.store.will_look(&mut files.map(|(path, _)| path));
        } else {
            self.store.will_open(files.collect(), &mut self.cache);
        }
    }

    /// Whether the file of a row is there with the bytes that were recorded, whatever else the row says, as far as the
    /// depth goes. Returns the digest of the bytes if they were read, or what is wrong with the file.
    ///
    /// # Errors
    /// Fails if the file could not be read, for a reason that says nothing about it.
    pub(crate) fn file(&mut self, path: &str, row: &Known) -> io::Result<Result<Option<Digest>, Reason>> {
        self.look(path, row).or_else(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(Err(ABSENT.into())),
            // Another user may be able to read it, or everybody when the server answers again.
            io::ErrorKind::PermissionDenied | io::ErrorKind::NotConnected => Err(error),
            _ => Ok(Err(format!("its file cannot be read: {error}").into())),
        })
    }

    /// As [`file`](Self::file), but every error is one.
    pub(crate) fn look(&mut self, path: &str, row: &Known) -> io::Result<Result<Option<Digest>, Reason>> {
        let Some(size) = row.size else {
            return Ok(Err("its row records no size".into()));
        };
        if self.depth == Depth::Quick {
            let mut about = self.store.about(path, &mut self.cache)?;
            if about.size != size && self.store.is_remote() {
                // A listing that is older than the row would describe the file that was there before.
                about = self.store.about_now(path, &mut self.cache)?;
            }
            if about.size != size {
                return Ok(Err(OTHER_SIZE.into()));
            }
            // Another ETag says that something was written, but not what. So the file is read.
            if about.etag.is_none() || row.etag.is_none() || about.etag == row.etag {
                return Ok(Ok(None));
            }
        }
        let Some(recorded) = row.sha256 else {
            return Ok(Err("its row records no SHA-256".into()));
        };
        let (file, found) = self.store.open_picture(path, &mut self.cache)?;
        let mut reading = Reading { digest: DigestWriter::default(), kept: self.kept.as_mut() };
        if let Some(kept) = &mut reading.kept {
            kept.clear();
        }
        // One byte more than there should be shows that the file has grown meanwhile.
        if found != size || io::copy(&mut file.take(size.saturating_add(1)), &mut reading)? != size {
            return Ok(Err(OTHER_SIZE.into()));
        }
        let digest = reading.digest.finish();
        Ok(if digest == recorded { Ok(Some(digest)) } else { Err(OTHER_BYTES.into()) })
    }
}

#[cfg(test)]
mod tests;
