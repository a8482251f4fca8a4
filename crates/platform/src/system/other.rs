//! Systems that are no Unix, Windows above all.

use std::{
    fs::{self, File, Permissions},
    io,
    path::Path,
};

#[cfg(windows)]
pub fn read_at(file: &File, room: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, room, offset)
}

#[cfg(not(windows))]
pub fn read_at(_file: &File, _room: &mut [u8], _offset: u64) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

pub fn may_write(_folder: &Path) -> bool {
    true
}

pub fn device(_path: &Path) -> Option<u64> {
    None
}

pub fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    real(one).is_some() && real(one) == real(other)
}

pub fn free_space(_folder: &Path) -> Option<u64> {
    None
}

pub fn file_system_kind(_folder: &Path) -> Option<String> {
    None
}

pub fn new_file_permissions() -> Option<Permissions> {
    None
}
