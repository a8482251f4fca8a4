//! Ctrl-C and SIGTERM.

use std::{
    process,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::{Connection, InterruptHandle};

use crate::error::Error;

/// The exit status of a run that was interrupted.
pub const INTERRUPTED: u8 = 130;

/// Whether the run is to stop: the user wants it, or an error ends it.
#[derive(Clone, Default)]
pub struct Interrupt(Arc<Shared>);

#[derive(Default)]
struct Shared {
    is_set: AtomicBool,
    /// Databases whose queries may take long.
    databases: Mutex<Vec<InterruptHandle>>,
}

impl Interrupt {
    /// Listens for signals: the first asks the run to finish its batch and stop, a second ends the process at once.
    pub fn install() -> Result<Self, Error> {
        let interrupt = Self::default();
        let set = interrupt.clone();
        ctrlc::set_handler(move || {
            if set.set() {
                process::exit(i32::from(INTERRUPTED));
            }
        })
        .map_err(|error| Error::System { what: "cannot listen for Ctrl-C", why: error.to_string() })?;
        Ok(interrupt)
    }

    /// Stops the run's threads, as a signal would; gives whether it was set before.
    pub fn set(&self) -> bool {
        let before = self.0.is_set.swap(true, Ordering::Relaxed);
        let databases = self.0.databases.lock().unwrap_or_else(PoisonError::into_inner);
        databases.iter().for_each(InterruptHandle::interrupt);
        before
    }

    /// Lets an interrupt end the queries of a database, too: one may be a view without an end.
    pub fn reaches(&self, connection: &Connection) {
        let mut databases = self.0.databases.lock().unwrap_or_else(PoisonError::into_inner);
        databases.push(connection.get_interrupt_handle());
    }

    pub fn is_set(&self) -> bool {
        self.0.is_set.load(Ordering::Relaxed)
    }
}
