//! Ctrl-C and SIGTERM.

use std::{
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::error::Error;

/// The exit status of a run that was interrupted.
pub const INTERRUPTED: u8 = 130;

/// Whether the run is to stop: the user wants it, or an error ends it.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens for signals: the first asks the run to finish its batch and stop, a second ends the process at once.
    pub fn install() -> Result<Self, Error> {
        let interrupt = Self::default();
        let set = interrupt.clone();
        ctrlc::set_handler(move || {
            if set.0.swap(true, Ordering::Relaxed) {
                process::exit(i32::from(INTERRUPTED));
            }
        })
        .map_err(|error| Error::System { what: "cannot listen for Ctrl-C", why: error.to_string() })?;
        Ok(interrupt)
    }

    /// Stops the run's threads, as a signal would.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
