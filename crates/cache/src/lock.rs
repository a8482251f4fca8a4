//! One writer at a time per index.
//!
//! The lock is the operating system's, so it dies with its process. The file
//! says who holds it, and is emptied when a run ends with nothing left behind:
//! text in a file that nobody locks tells of a run that was killed.

use std::{
    fs::{File, TryLockError},
    io::{self, Read, Seek, Write},
    path::Path,
    process, thread,
    time::Duration,
};

use candles::{format_utc, text::shown};
use market::sqlite::beside;

use crate::{Error, IndexFault, clock::Clock};

/// What a holder's text begins with.
const MARK: &str = "pid ";
/// A holder's text is short; a longer one is not ours.
const LONGEST_TEXT: u64 = 200;

/// Who only asks whether a lock is held holds it for a moment.
const TRIES: u32 = 5;
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// The right to write to an index, held until dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
    unclean: bool,
}

impl Lock {
    /// Takes the lock of `index`, or says who holds it.
    pub fn take(index: &Path, clock: Clock) -> Result<Self, Error> {
        let path = beside(index, ".lock");
        let refuse = |source: io::Error| Error::index(index, IndexFault::Lock { path: path.clone(), source });
        // Kept between runs: removing it would let two processes lock two files of one name.
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(refuse)?;
        let mut locked = file.try_lock();
        for _ in 0..TRIES {
            if !matches!(locked, Err(TryLockError::WouldBlock)) {
                break;
            }
            thread::sleep(BETWEEN_TRIES);
            locked = file.try_lock();
        }
        let mut bytes = Vec::new();
        (&file).take(LONGEST_TEXT).read_to_end(&mut bytes).map_err(refuse)?;
        // Other programs have files of such names too, such as Cargo.lock, and what is in them is not ours to empty.
        if !bytes.is_empty() && !bytes.starts_with(MARK.as_bytes()) {
            return Err(Error::index(index, IndexFault::OtherLock(path)));
        }
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let text = String::from_utf8_lossy(&bytes);
                let holder = if bytes.is_empty() { "just started".to_owned() } else { shown(text.trim()) };
                return Err(Error::Locked { file: index.to_owned(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(refuse(error)),
        }
        file.set_len(0).map_err(refuse)?;
        let since = format_utc(clock.seconds());
        file.rewind().map_err(refuse)?;
        writeln!(file, "{MARK}{} since {since}", process::id()).map_err(refuse)?;
        // A crash of the machine must not lose the mark that temporaries may be left.
        file.sync_data().map_err(refuse)?;
        Ok(Self { file, unclean: !bytes.is_empty() })
    }

    /// Who holds the lock of `index`, as far as can be told without touching it.
    pub fn holder(index: &Path) -> Option<String> {
        let file = File::open(beside(index, ".lock")).ok()?;
        // Shared and given back at once; who takes the lock meanwhile tries again.
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {}
            Ok(()) | Err(TryLockError::Error(_)) => return None,
        }
        let mut text = String::new();
        file.take(LONGEST_TEXT).read_to_string(&mut text).ok()?;
        Some(if text.starts_with(MARK) { shown(text.trim()) } else { "just started".to_owned() })
    }

    /// Whether the run before this one was killed, so that it may have left temporaries.
    pub fn was_unclean(&self) -> bool {
        self.unclean
    }

    /// Ends the run; the next one looks for temporaries unless nothing is left behind.
    pub fn release(self, leaves_temporaries: bool) {
        if !leaves_temporaries {
            // If this fails, the next run looks for temporaries once more, and finds none.
            let _ = self.file.set_len(0);
        }
    }
}
