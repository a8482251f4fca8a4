//! [`Lock`]: an index has one writer at a time.
//!
//! The lock is the operating system's, so it ends with its process. The locked file says who holds it. It is
//! emptied when a run ends and leaves nothing behind, so text in a file that nobody locks tells of a run that was
//! killed.

use std::{
    fs::{File, TryLockError},
    io::{self, Read, Seek, Write},
    path::Path,
    process, thread,
    time::Duration,
};

use candles::{format_utc, text::shown};
use market::sqlite::beside;

use crate::{Clock, Error, IndexFault};

/// What a holder's text begins with.
const MARK: &str = "pid ";
/// The longest text that is read of a holder. Ours are shorter.
const LONGEST_TEXT: u64 = 200;

/// A process that only asks whether a lock is held holds it for a moment, so that one try is not enough.
const TRIES: u32 = 5;
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// The right to write to an index, held until dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    /// Whether the run before this one was killed, so that it may have left temporaries.
    pub was_unclean: bool,
}

impl Lock {
    /// Takes the lock of `index`, or fails with the text of its holder.
    pub fn take(index: &Path, clock: Clock) -> Result<Self, Error> {
        let path = beside(index, ".lock");
        let refuse = |source: io::Error| Error::index(index, IndexFault::Lock(path.clone(), source));
        // The file is never removed: otherwise two processes could lock two files of this name.
        let mut options = File::options();
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(refuse)?;
        let (mut locked, mut tries) = (file.try_lock(), TRIES);
        while matches!(locked, Err(TryLockError::WouldBlock)) && tries > 0 {
            thread::sleep(BETWEEN_TRIES);
            (locked, tries) = (file.try_lock(), tries - 1);
        }
        let mut bytes = Vec::new();
        (&file).take(LONGEST_TEXT).read_to_end(&mut bytes).map_err(refuse)?;
        // Other programs have files with such names, too, such as Cargo.lock. They must not be emptied.
        if !bytes.is_empty() && !bytes.starts_with(MARK.as_bytes()) {
            let why = format!("its lock would be {}, but that is another program's file", path.display());
            return Err(Error::index(index, IndexFault::Foreign(why)));
        }
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Locked { file: index.to_owned(), holder: described(&bytes) });
            }
            Err(TryLockError::Error(error)) => return Err(refuse(error)),
        }
        file.set_len(0).map_err(refuse)?;
        let since = format_utc(clock.seconds());
        file.rewind().map_err(refuse)?;
        writeln!(file, "{MARK}{} since {since}", process::id()).map_err(refuse)?;
        // After a crash of the machine the next run must still learn that temporaries may be left.
        file.sync_data().map_err(refuse)?;
        Ok(Self { file, was_unclean: !bytes.is_empty() })
    }

    /// The process that holds the lock of `index`, as it describes itself.
    pub fn holder(index: &Path) -> Option<String> {
        let file = File::open(beside(index, ".lock")).ok()?;
        // This takes a shared lock and gives it back at once. Whoever wants the lock meanwhile tries again.
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {}
            Ok(()) | Err(TryLockError::Error(_)) => return None,
        }
        let mut bytes = Vec::new();
        file.take(LONGEST_TEXT).read_to_end(&mut bytes).ok()?;
        Some(described(&bytes))
    }

    /// Ends the run. The next run looks for temporaries only if this one leaves some.
    pub fn release(self, leaves_temporaries: bool) {
        if !leaves_temporaries {
            // If this fails, the next run looks for temporaries and finds none.
            let _ = self.file.set_len(0);
        }
    }
}

/// The holder of a lock, from the text in its file.
fn described(text: &[u8]) -> String {
    match text.starts_with(MARK.as_bytes()) {
        true => shown(String::from_utf8_lossy(text).trim()),
        false => "just started".to_owned(),
    }
}
