//! What is asked of the operating system and differs from one to the next, in one place.
//!
//! [`Disk`] changes files in folders that stand open. The functions tell what a system knows of files and file
//! systems; where it does not know, they say so, and callers take the safe way. On Linux all of it is there. On other
//! Unix systems a file is synced by itself, and no kind of file system is told. Elsewhere, on Windows too, a folder is
//! known by its path alone.
//!
//! Locks of files are those of the standard library, and signals those of the program.
//!
//! ```
//! use platform::{Disk, EntryKind, Files};
//!
//! let place = tempfile::tempdir()?;
//! let folder = Disk.open_root(place.path())?;
//! Disk.write_new(&folder, "temporary", b"whole")?;
//! Disk.sync(place.path())?;
//! Disk.rename_new(&folder, "temporary", "picture")?;
//! assert_eq!(Disk.entry(&folder, "picture")?, (EntryKind::File, 5));
//! # Ok::<(), std::io::Error>(())
//! ```
#![forbid(unsafe_code)]

mod disk;
mod entry;
mod system;

pub use disk::{Disk, Files, OpenFolder};
pub use entry::EntryKind;
pub use system::{device, file_system_kind, free_space, is_same, may_write, new_file_permissions, read_at};
