//! Reads what a user brings besides candles.

use std::sync::{Arc, atomic::AtomicBool};

use cache::{OwnFiles, OwnSources};

use crate::{advice, console::Console, error::Error};

/// Reads the files, if there are any. Says once which of their columns mean nothing, and
/// if the font lacks something of their texts.
pub fn read(
    files: &OwnFiles,
    cancel: &AtomicBool,
    console: &mut Console,
) -> Result<Option<Arc<OwnSources>>, Error> {
    if files.is_empty() {
        return Ok(None);
    }
    let own = OwnSources::read(files, cancel)?;
    for idle in own.idle_columns() {
        console.warn(&advice::idle(&idle));
    }
    if let Some(boxed) = own.boxed_character() {
        console.warn(&advice::boxed(boxed));
    }
    Ok(Some(Arc::new(own)))
}
