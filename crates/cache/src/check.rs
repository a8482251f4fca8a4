//! Whether an entry of the index and its file are what they should be.

use std::{
    borrow::Cow,
    io::{self, Read},
};

use render_core::{Digest, DigestWriter, PicturePath, STYLE_VERSION};
use store::{FileInfo, LookupCache, Store};

use crate::{
    index::rows::{Known, Status},
    key::Group,
};

/// How closely a file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Its presence and size.
    Quick,
    /// The SHA-256 of its bytes, too.
    Hash,
    /// And the picture is rendered again.
    Rerender,
}

/// What the source says of an entry.
#[derive(Debug)]
pub enum Today {
    /// The digest of the input that it makes.
    Input(Digest),
    /// The source cannot make the picture, with the reason why.
    Unable(String),
    /// It cannot be told, with the reason why.
    Unknown(String),
    /// Nobody asks.
    NotAsked,
}

/// What is to be said of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The picture is what its source makes, as far as was looked.
    Fine,
    /// There is no picture, as there should be none.
    Missing(String),
    /// There is no picture, and there could be one now.
    Makeable,
    Bad(Status, Reason),
    /// The file could not be read, for a reason that tells nothing of it.
    Unreadable(String),
}

pub type Reason = Cow<'static, str>;

const CHANGED: &str = "its candles, spec or style version have changed";
const ABSENT: &str = "its file is absent";
const OTHER_SIZE: &str = "its file has another size";
const OTHER_RENDER: &str = "this version renders other bytes from the same candles";
const OTHER_BYTES: &str = "its bytes are not the recorded ones";

/// Reads files in pieces of this size, so that a huge one costs no memory.
const PIECE: usize = 64 << 10;

/// One thread's means of looking at files.
pub struct Checker<'a> {
    store: &'a dyn Store,
    depth: Depth,
    looks: LookupCache,
    buffer: Vec<u8>,
    /// The last file that was read, where files are kept.
    kept: Option<Vec<u8>>,
}

/// What of a file is to be believed.
enum File {
    /// With the digest of its bytes where they were read.
    Intact(Option<Digest>),
    Faulty(Reason),
    /// It could not be read, for a reason that tells nothing of it.
    Unreadable(io::Error),
}

impl<'a> Checker<'a> {
    pub fn new(store: &'a dyn Store, depth: Depth) -> Self {
        Self { store, depth, looks: LookupCache::default(), buffer: vec![0; PIECE], kept: None }
    }

    /// Keeps the bytes of each file that is read.
    pub fn keeping(mut self) -> Self {
        self.kept = Some(Vec::new());
        self
    }

    /// The bytes of the last file that was read, where files are kept.
    pub fn take(&mut self) -> Vec<u8> {
        self.kept.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Judges a row of one picture. `render` is asked for today's picture at the last depth alone.
    pub fn judge(
        &mut self,
        group: &Group,
        row: &Known,
        today: &Today,
        render: impl FnOnce() -> Option<Digest>,
    ) -> Verdict {
        if row.status == Status::Missing {
            return match today {
                Today::Input(_) => Verdict::Makeable,
                Today::Unable(reason) => Verdict::Missing(reason.clone()),
                Today::Unknown(_) | Today::NotAsked => {
                    Verdict::Missing(row.reason.clone().unwrap_or_else(|| "no reason recorded".to_owned()))
                }
            };
        }
        let stale = |reason: Reason| Verdict::Bad(Status::Stale, reason);
        let corrupt = |reason: Reason| Verdict::Bad(Status::Corrupt, reason);
        if row.is_foreign {
            return stale("made by another tool".into());
        }
        // A path that leads elsewhere is not even opened.
        let path = row.path.as_deref().unwrap_or_default();
        let version = match PicturePath::parse(path) {
            Some(named) if group.holds(&named) && named.end == row.end => named.style_version,
            _ => return corrupt("its row names another file than it should".into()),
        };
        let digest = match self.file(path, row) {
            File::Intact(digest) => digest,
            File::Faulty(reason) => return corrupt(reason),
            File::Unreadable(error) => return Verdict::Unreadable(format!("cannot be read: {error}")),
        };
        if version != STYLE_VERSION {
            return stale(format!("its style version is {version}, and today's is {STYLE_VERSION}").into());
        }
        if row.other_spec {
            return stale("its spec is not in the index".into());
        }
        match today {
            Today::Input(input) if row.input.as_ref() != Some(input) => return stale(CHANGED.into()),
            Today::Unable(reason) => {
                return stale(format!("the source cannot make it any more: {reason}").into());
            }
            Today::Unknown(reason) => return stale(reason.clone().into()),
            Today::Input(_) | Today::NotAsked => {}
        }
        if self.depth == Depth::Rerender && render() != digest {
            return stale(OTHER_RENDER.into());
        }
        // What was found by a closer look is not disproved by a shallower one, nor a change of candles without candles.
        let reason = row.reason.as_deref().unwrap_or_default();
        let closer = if reason == OTHER_RENDER { Depth::Rerender } else { Depth::Hash };
        let stands = match row.status {
            Status::Ok | Status::Missing => false,
            Status::Corrupt => self.depth < closer,
            Status::Stale => self.depth < closer || matches!(today, Today::NotAsked),
        };
        if stands { Verdict::Bad(row.status, reason.to_owned().into()) } else { Verdict::Fine }
    }

    /// Says that these rows will be judged, in this order, so that what is far away need not be waited for.
    pub fn will_judge(&mut self, rows: &[Known]) {
        if !self.store.is_remote() {
            return;
        }
        let rows = rows.iter().filter(|row| row.status != Status::Missing && !row.is_foreign);
        let files = rows.filter_map(|row| Some((row.path.clone()?, row.size?)));
        if self.depth == Depth::Quick {
            self.store.will_look(&mut files.map(|(path, _)| path));
        } else {
            self.store.will_open(files.collect(), &mut self.looks);
        }
    }

    /// What is wrong with the file of a row, whatever the row says, as far as the depth goes.
    ///
    /// An error says why the file could not be read, which tells nothing of it.
    pub fn fault(&mut self, path: &str, row: &Known) -> io::Result<Option<Reason>> {
        match self.file(path, row) {
            File::Intact(_) => Ok(None),
            File::Faulty(reason) => Ok(Some(reason)),
            File::Unreadable(error) => Err(error),
        }
    }

    /// What is wrong with a row that says `ok`, as far as `render` looks.
    ///
    /// An error says that a server could not be asked, which tells nothing of the file.
    pub fn quick_fault(
        &mut self,
        path: &str,
        row: &Known,
        input: &Digest,
    ) -> io::Result<Option<(Status, Reason)>> {
        if row.input.as_ref() != Some(input) {
            return Ok(Some((Status::Stale, CHANGED.into())));
        }
        Ok(match self.about(path, row) {
            Err(error) if self.store.is_remote() && error.kind() != io::ErrorKind::NotFound => {
                return Err(error);
            }
            Err(_) => Some((Status::Corrupt, ABSENT.into())),
            Ok(about) if Some(about.size) != row.size => Some((Status::Corrupt, OTHER_SIZE.into())),
            Ok(_) => None,
        })
    }

    /// What there is to know of a row's file without reading it.
    fn about(&mut self, path: &str, row: &Known) -> io::Result<FileInfo> {
        match self.store.about(path, &mut self.looks) {
            // A listing that is older than the row would tell of the file that was there before.
            Ok(about) if Some(about.size) != row.size && self.store.is_remote() => {
                self.store.about_now(path, &mut self.looks)
            }
            about => about,
        }
    }

    /// Whether the file of a row is there, with the bytes that were recorded.
    fn file(&mut self, path: &str, row: &Known) -> File {
        let Some(size) = row.size else {
            return File::Faulty("its row records no size".into());
        };
        if self.depth == Depth::Quick {
            match self.about(path, row) {
                Err(error) => return refusal(error),
                Ok(about) if about.size != size => return File::Faulty(OTHER_SIZE.into()),
                // Another ETag tells that something was written, not what: then it is read.
                Ok(about) if about.etag.is_some() && row.tag.is_some() && about.etag != row.tag => {}
                Ok(_) => return File::Intact(None),
            }
        }
        let Some(recorded) = row.sha256 else {
            return File::Faulty("its row records no SHA-256".into());
        };
        let read = self.store.open_picture(path, &mut self.looks).and_then(|(file, found)| {
            if found != size {
                return Ok(None);
            }
            // One byte more than there should be tells of a file that has grown meanwhile.
            let mut file = file.take(size.saturating_add(1));
            let (length, digest) = match &mut self.kept {
                None => digest(&mut file, &mut self.buffer)?,
                Some(kept) => {
                    kept.clear();
                    file.read_to_end(kept)?;
                    (kept.len() as u64, Digest::of(kept))
                }
            };
            Ok(Some(digest).filter(|_| length == size))
        });
        match read {
            Err(error) => refusal(error),
            Ok(None) => File::Faulty(OTHER_SIZE.into()),
            Ok(Some(digest)) if digest != recorded => File::Faulty(OTHER_BYTES.into()),
            Ok(digest) => File::Intact(digest),
        }
    }
}

fn refusal(error: io::Error) -> File {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => File::Faulty(ABSENT.into()),
        // Another user may be able to read it, or everybody when the server answers again.
        io::ErrorKind::PermissionDenied | io::ErrorKind::NotConnected => File::Unreadable(error),
        _ => File::Faulty(format!("its file cannot be read: {error}").into()),
    }
}

/// The length and the SHA-256 of all that there is to read.
fn digest(file: &mut dyn Read, buffer: &mut [u8]) -> io::Result<(u64, Digest)> {
    let (mut length, mut writer) = (0, DigestWriter::default());
    loop {
        match file.read(buffer) {
            Ok(0) => return Ok((length, writer.finish())),
            Ok(count) => {
                length += count as u64;
                writer.update(&buffer[..count]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
