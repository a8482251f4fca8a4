//! What a run that writes holds: the lock, the index, and the pictures' folder in good order.

use std::path::Path;
use store::{Files, Root, Store};

use crate::{
    config::Base,
    console::Console,
    error::Error,
    index::{self, Index},
    interrupt::Interrupt,
    lock::Lock,
};

/// An index that nobody else writes to meanwhile.
pub struct Session<'a> {
    pub lock: Lock,
    pub index: Index,
    pub store: Box<dyn Store + 'a>,
}

impl<'a> Session<'a> {
    /// Takes the lock, opens or makes the index and the root, and clears away what a killed run left.
    pub fn begin(
        base: &Base,
        files: &'a dyn Files,
        interrupt: &Interrupt,
        console: &mut Console,
    ) -> Result<Self, Error> {
        let file = index::follow(&base.index)?;
        index::create_folder(&file)?;
        let session = Self::with(Lock::take(&file)?, base, files, interrupt, console)?;
        session.store.create()?;
        Ok(session)
    }

    /// The same with the lock in hand, and without making a root.
    pub fn with(
        lock: Lock,
        base: &Base,
        files: &'a dyn Files,
        interrupt: &Interrupt,
        console: &mut Console,
    ) -> Result<Self, Error> {
        Self::at(lock, &index::follow(&base.index)?, &base.root, files, interrupt, console)
    }

    /// The same, of an index and a root.
    pub fn at(
        lock: Lock,
        file: &Path,
        root: &Root,
        files: &'a dyn Files,
        interrupt: &Interrupt,
        console: &mut Console,
    ) -> Result<Self, Error> {
        let index = Index::open(file)?;
        let store = index.store(root, files, interrupt)?;
        if lock.was_unclean() {
            sweep(&*store, root, console)?;
        }
        Ok(Self { lock, index, store })
    }
}

fn sweep(store: &dyn Store, root: &Root, console: &mut Console) -> Result<(), Error> {
    console.log(|| "the last run did not end cleanly; looking for its temporary files".to_owned());
    let removed = store.sweep().map_err(|error| Error::Root {
        root: root.to_string(),
        why: format!("cannot remove what a killed run left: {error}"),
    })?;
    console.log(|| format!("{removed} temporary files removed"));
    Ok(())
}
