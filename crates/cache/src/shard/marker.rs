//! Markers in a root: they name the plans whose shards have pictures there and are not all merged yet.
//!
//! A marker is a small file in the folder `.shards`, named after the plan, so that shards that begin at the same time
//! need not agree on anything. While a marker is there, a picture without a row may be another shard's.

use std::{fs, io};

use render_core::Digest;
use store::{EntryKind, LookupCache, Replaces, Root, Store};

use crate::{Error, short};

/// Where markers lie. No picture's path begins with a dot.
const FOLDER: &str = ".shards";
/// The text of every marker, so that it does not matter which shard writes it.
const TEXT: &[u8] =
    b"Shards of the plan of this name have pictures here, and not all of them are merged yet.\n\
    While this file is here, image-cache deletes no orphans.\n";
/// A merge may remove the empty folder between two steps, so that one try is not enough.
const TRIES: u32 = 3;

/// Puts a plan's marker into the root, unless it is there already.
pub(crate) fn mark(store: &dyn Store, root: &Root, plan: &str) -> Result<(), Error> {
    let path = path(plan);
    let (mut marked, mut tries) = (try_to_mark(store, &path), 1);
    while tries < TRIES && matches!(&marked, Err(error) if error.kind() == io::ErrorKind::NotFound) {
        (marked, tries) = (try_to_mark(store, &path), tries + 1);
    }
    marked.map_err(|error| Error::picture(root, format!("{path} cannot be written"), error))
}

fn try_to_mark(store: &dyn Store, path: &str) -> io::Result<()> {
    let mut looks = LookupCache::default();
    match store.about(path, &mut looks) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        known => return known.map(drop),
    }
    store.create_folder(path, &mut looks)?;
    let mut pending = store.stage(path, TEXT.to_vec(), Replaces::Nothing, &mut looks)?;
    // The marker must be durable before the first picture is there, because whoever deletes orphans relies on it.
    store.sync()?;
    if let Err(error) = store.place(&mut pending, path, &mut looks) {
        store.discard(pending, path, &mut looks);
        // Another run of the plan may have put it there meanwhile.
        return store.about(path, &mut looks).map(drop).map_err(|_| error);
    }
    store.settle();
    store.sync()?;
    match pending.settled() {
        Some(placed) => placed.map(drop),
        None => Err(io::Error::other("it was not acknowledged")),
    }
}

/// Removes a plan's marker from the root, once all its shards are merged.
pub(crate) fn clear(store: &dyn Store, root: &Root, plan: &str) -> Result<(), Error> {
    let path = path(plan);
    let failed = store.delete(std::slice::from_ref(&path)).into_iter().filter_map(Result::err);
    if let Some(error) = failed.into_iter().find(|error| error.kind() != io::ErrorKind::NotFound) {
        return Err(Error::picture(root, format!("{path} cannot be deleted"), error));
    }
    if let Some(folder) = store.folder() {
        // This fails as long as another plan's marker is in the folder.
        let _ = fs::remove_dir(folder.join(FOLDER));
    }
    Ok(())
}

/// The names of the markers in the root.
pub(crate) fn plans(store: &dyn Store) -> io::Result<Vec<String>> {
    let entries = |folder: &str| match store.entries(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries,
    };
    // The root is listed first, because a search for orphans lists it in any case.
    if !entries("")?.iter().any(|(name, _)| name == FOLDER) {
        return Ok(Vec::new());
    }
    let names = entries(FOLDER)?
        .into_iter()
        .filter(|(name, kind)| *kind == EntryKind::File && !name.starts_with('.'));
    Ok(names.map(|(name, _)| name).collect())
}

/// Why an index may not delete pictures that it has no row of, if it may not. `own` is the plan of which all shards
/// are merged into it, if there is one.
///
/// # Errors
/// Fails if that cannot be told. Then nothing may be deleted either.
pub(crate) fn forbids_deletion(store: &dyn Store, own: Option<&str>) -> io::Result<Option<String>> {
    let own = own.map(name);
    let other = plans(store)?.into_iter().find(|plan| Some(plan) != own.as_ref());
    Ok(other.map(|plan| {
        format!(
            "shards of plan {} have pictures in this root; merge all of them, or, if they are of no use any \
             more, delete {FOLDER}/{plan} there",
            short(&plan)
        )
    }))
}

/// The name of a plan's marker. A damaged index may hold something else than a hash as its plan.
fn name(plan: &str) -> String {
    plan.parse().unwrap_or_else(|()| Digest::of(plan.as_bytes())).to_string()
}

fn path(plan: &str) -> String {
    format!("{FOLDER}/{}", name(plan))
}
