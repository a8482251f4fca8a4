//! Linux and other Unix systems.

use std::{
    fs::{self, File, Permissions},
    io,
    os::unix::fs::{FileExt, MetadataExt, PermissionsExt},
    path::Path,
};

use rustix::fs::{Access, access, statvfs};

pub fn read_at(file: &File, room: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(room, offset)
}

pub fn may_write(folder: &Path) -> bool {
    access(folder, Access::WRITE_OK).is_ok()
}

pub fn device(path: &Path) -> Option<u64> {
    Some(fs::metadata(path).ok()?.dev())
}

pub fn is_same(one: &Path, other: &Path) -> bool {
    let id = |path: &Path| fs::metadata(path).ok().map(|about| (about.dev(), about.ino()));
    id(one).is_some() && id(one) == id(other)
}

pub fn free_space(folder: &Path) -> Option<u64> {
    let about = statvfs(folder).ok()?;
    about.f_bavail.checked_mul(about.f_frsize)
}

#[cfg(target_os = "linux")]
pub fn file_system_kind(folder: &Path) -> Option<String> {
    let device = device(folder)?;
    let device = format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
    let mounts = fs::read("/proc/self/mountinfo").ok()?;
    super::mounts::kind_in(&String::from_utf8_lossy(&mounts), folder, &device)
}

#[cfg(not(target_os = "linux"))]
pub fn file_system_kind(_folder: &Path) -> Option<String> {
    None
}

pub fn new_file_permissions() -> Option<Permissions> {
    Some(Permissions::from_mode(0o666))
}
