//! Ctrl-C and SIGTERM, and a time that is up.

use std::{
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crate::error::{Error, INTERRUPTED};

/// Whether the run is to stop: the user wants it, or an error ends it.
#[derive(Clone, Default)]
pub struct Interrupt {
    is_set: Arc<AtomicBool>,
    signalled: Arc<AtomicBool>,
    timed_out: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens for signals: the first asks the run to finish its batch and stop, a second ends the process at once.
    /// After so many seconds from now, if any, it sets itself.
    pub fn install(limit: Option<u64>) -> Result<Self, Error> {
        let interrupt = Self::default();
        let set = interrupt.clone();
        ctrlc::set_handler(move || {
            if set.signalled.swap(true, Ordering::Relaxed) {
                process::exit(i32::from(INTERRUPTED));
            }
            set.is_set.store(true, Ordering::Relaxed);
        })
        .map_err(|error| Error::system("cannot listen for Ctrl-C", error))?;
        if let Some(seconds) = limit {
            let set = interrupt.clone();
            // It ends with the process, whatever it still waits for.
            let timer = move || {
                thread::sleep(Duration::from_secs(seconds));
                set.timed_out.store(true, Ordering::Relaxed);
                set.is_set.store(true, Ordering::Relaxed);
            };
            let thread = thread::Builder::new().name("timer".to_owned()).spawn(timer);
            thread.map_err(|error| Error::system("cannot start a thread", error))?;
        }
        Ok(interrupt)
    }

    /// Whether its time was up before anything else set it.
    pub fn has_timed_out(&self) -> bool {
        self.timed_out.load(Ordering::Relaxed) && !self.signalled.load(Ordering::Relaxed)
    }

    /// The flag that libraries look at, and set if they cannot go on.
    pub fn flag(&self) -> &Arc<AtomicBool> {
        &self.is_set
    }

    pub fn is_set(&self) -> bool {
        self.is_set.load(Ordering::Relaxed)
    }
}
