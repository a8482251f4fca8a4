//! What a root says of shards: of which plans it has pictures that no index of the whole has yet.
//!
//! Each plan has a small file of its own in the folder `.shards`, so that shards that begin at the
//! same time need not agree. While one is there, a picture without a row may be another shard's.

use std::{fs, io};

use render_core::Digest;
use store::{EntryKind, LookupCache, Replaces, Root, Store};

use super::index::ShardState;
use crate::{Error, plan::short};

/// Where the files lie; no picture's path begins with a dot.
const FOLDER: &str = ".shards";
/// The same for all plans, so that it does not matter who writes it.
const TEXT: &[u8] =
    b"Shards of the plan of this name have pictures here, and not all of them are merged yet.\n\
    While this file is here, `image-cache repair` deletes no orphans.\n";
/// A merge may take the empty folder away just then.
const TRIES: u32 = 3;

/// Says in the root that shards of a plan have pictures there, unless it does already.
pub(crate) fn mark(store: &dyn Store, root: &Root, plan: &str) -> Result<(), Error> {
    let path = path(plan);
    let mut marked = try_to_mark(store, &path);
    for _ in 1..TRIES {
        match &marked {
            Err(error) if error.kind() == io::ErrorKind::NotFound => marked = try_to_mark(store, &path),
            _ => break,
        }
    }
    marked.map_err(|error| refuse(root, format!("{path} cannot be written"), error))
}

fn try_to_mark(store: &dyn Store, path: &str) -> io::Result<()> {
    let mut looks = LookupCache::default();
    match store.about(path, &mut looks) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        known => return known.map(drop),
    }
    store.create_folder(path, &mut looks)?;
    let mut pending = store.stage(path, TEXT.to_vec(), Replaces::Nothing)?;
    // Whoever deletes must see it before the first picture is there, whatever happens.
    store.sync()?;
    if let Err(error) = store.place(&mut pending, path) {
        store.discard(pending);
        return Err(error);
    }
    store.settle();
    store.sync()?;
    match pending.settled() {
        Some(Ok(_)) => Ok(()),
        Some(Err(why)) => Err(io::Error::other(why)),
        None => Err(io::Error::other("it was not acknowledged")),
    }
}

/// Says no longer that shards of a plan have pictures in the root: all of them are merged.
pub(crate) fn clear(store: &dyn Store, root: &Root, plan: &str) -> Result<(), Error> {
    let path = path(plan);
    for deleted in store.delete(std::slice::from_ref(&path)) {
        match deleted {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(refuse(root, format!("{path} cannot be deleted"), error));
            }
            _ => {}
        }
    }
    if let Some(folder) = store.folder() {
        // It is kept while another plan's file is in it.
        let _ = fs::remove_dir(folder.join(FOLDER));
    }
    Ok(())
}

/// The plans whose shards have pictures in the root, by the names of their files.
pub(crate) fn plans(store: &dyn Store) -> io::Result<Vec<String>> {
    let entries = |folder: &str| match store.entries(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries,
    };
    // Who looks for orphans lists the root in any case.
    if !entries("")?.iter().any(|(name, _)| name == FOLDER) {
        return Ok(Vec::new());
    }
    let names = entries(FOLDER)?
        .into_iter()
        .filter(|(name, kind)| *kind == EntryKind::File && !name.starts_with('.'));
    Ok(names.map(|(name, _)| name).collect())
}

/// Why an index that says this of itself may not delete what it has no row of, if it may not.
///
/// # Errors
/// Where that cannot be told; then nothing may be deleted either.
pub(crate) fn forbids_deletion(store: &dyn Store, state: &ShardState) -> io::Result<Option<String>> {
    let own = state.plan.as_deref().filter(|_| state.is_merged() && state.shard.is_none());
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

/// The name of a plan's file. What an index says is the plan need not be a hash.
fn name(plan: &str) -> String {
    if plan.len() == 64 && plan.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
        return plan.to_owned();
    }
    Digest::of(plan.as_bytes()).to_string()
}

fn path(plan: &str) -> String {
    format!("{FOLDER}/{}", name(plan))
}

fn refuse(root: &Root, what: String, source: io::Error) -> Error {
    Error::Picture { root: root.to_string(), what, source }
}
