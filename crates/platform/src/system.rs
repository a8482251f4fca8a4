//! What a system knows of files and file systems.

#[cfg(any(target_os = "linux", test))]
mod mounts;
#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
use other as own;
use std::{
    fs::{File, Permissions},
    io,
    path::Path,
};
#[cfg(unix)]
use unix as own;

/// Reads bytes at an offset, whatever else reads the file; how many there were.
///
/// # Errors
/// The operating system's.
pub fn read_at(file: &File, room: &mut [u8], offset: u64) -> io::Result<usize> {
    own::read_at(file, room, offset)
}

/// Whether this user may create files in a folder. `true` where the system does not say.
#[must_use]
pub fn may_write(folder: &Path) -> bool {
    own::may_write(folder)
}

/// A number for the file system that a path is on, where there is one.
#[must_use]
pub fn device(path: &Path) -> Option<u64> {
    own::device(path)
}

/// Whether two paths lead to the same file or folder. A Unix system knows it even of one that has two names, or whose file
/// system is mounted at two places; elsewhere paths are compared, with their links resolved.
#[must_use]
pub fn is_same(one: &Path, other: &Path) -> bool {
    own::is_same(one, other)
}

/// The bytes that this user may still write to a folder's file system, where that is known.
#[must_use]
pub fn free_space(folder: &Path) -> Option<u64> {
    own::free_space(folder)
}

/// What the kernel calls a folder's file system, such as `ext4` or `nfs4`. Linux lists what is mounted where; others are
/// not asked.
#[must_use]
pub fn file_system_kind(folder: &Path) -> Option<String> {
    own::file_system_kind(folder)
}

/// The permissions of any new file, from which the system takes what its user's umask says; `None` where there are none.
#[must_use]
pub fn new_file_permissions() -> Option<Permissions> {
    own::new_file_permissions()
}
