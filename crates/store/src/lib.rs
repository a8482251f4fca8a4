//! Where pictures lie: in a folder, or under a prefix of a bucket.
//!
//! A [`Root`] names the place; [`Root::open`] gives a [`Store`], which reads, writes, lists and deletes files there
//! by their paths below the root. A file appears complete or not at all: a folder gets it under a temporary name and
//! renames it once it is on the disk; a server gets it in one request and has it once it has acknowledged it.
//! [`write_atomically`] does the same for a single file anywhere.
//!
//! This crate does not know what is in the files. [`Ownership`] tells it which bytes are pictures of ours, because
//! another tool's files are never replaced.
//!
//! ```
//! use std::path::PathBuf;
//! use store::{Disk, Environment, LookupCache, Ownership, Replaces, Root};
//!
//! let folder = tempfile::tempdir()?;
//! let root = Root::parse(folder.path().join("pictures"), &Environment::default())?;
//! let is_ours = |bytes: &[u8]| bytes.starts_with(b"picture");
//! let is_foreign = |bytes: &[u8]| !bytes.starts_with(b"picture");
//! let ownership = Ownership { is_ours, is_foreign, is_shared: false };
//! let store = root.open("0a1b2c3d", &Disk, &Default::default(), ownership)?;
//! store.create()?;
//!
//! let (path, mut cache) = ("BTCUSDT/1h/one.png", LookupCache::default());
//! store.create_folder(path, &mut cache)?;
//! let mut pending = store.stage(path, b"picture 1".to_vec(), Replaces::Nothing, &mut cache)?;
//! store.sync()?; // Its bytes are durable,
//! store.place(&mut pending, path, &mut cache)?;
//! store.sync()?; // and now its name is.
//! assert_eq!(store.about(path, &mut cache)?.size, 9);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod atomic_file;
mod environment;
mod error;
#[cfg(all(feature = "object-store", feature = "testing"))]
pub mod faults;
mod file;
mod file_system;
mod folder;
#[cfg(feature = "object-store")]
mod objects;
mod root;
mod store;

pub use atomic_file::write_atomically;
pub use environment::Environment;
pub use error::{Error, UrlFault};
pub use file::{FileInfo, LARGEST, Ownership, Replaces};
pub use file_system::FileSystem;
#[cfg(feature = "object-store")]
pub use objects::Bucket;
pub use platform::{Disk, EntryKind, Files, OpenFolder};
pub use root::{Root, real_path};
pub use store::{LookupCache, Pending, Store};
