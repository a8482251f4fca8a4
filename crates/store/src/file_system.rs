//! [`FileSystem`]: what a folder's file system is and does, tried out without leaving anything there.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use platform::{Disk, Files, file_system_kind, free_space};

use crate::root::real_path;

/// What is known of the file system that a folder is on, or will be on.
///
/// ```
/// let folder = tempfile::tempdir()?;
/// let known = store::FileSystem::of(&folder.path().join("not/there/yet"))?;
/// assert!(known.folder.ends_with(folder.path().file_name().unwrap()));
/// assert!(known.write.is_ok() && known.lock.is_some_and(|lock| lock.is_ok()) && known.sync.is_ok());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct FileSystem {
    /// The folder, or the nearest one above it that exists.
    pub folder: PathBuf,
    /// What the kernel calls it, such as `ext4` or `nfs4`; `None` where it does not say.
    pub kind: Option<String>,
    /// The bytes that this user may still write, where that is known.
    pub free: Option<u64>,
    /// Whether a file can be written, and made durable by itself.
    pub write: io::Result<()>,
    /// Whether a file can be locked, as an index must be; `None` where none can be written.
    pub lock: Option<io::Result<()>>,
    /// Whether the whole file system can be made durable in one call, as roots are.
    pub sync: io::Result<()>,
}

/// Kinds whose files lie on another machine. Those that a program serves (`fuse`) are named with it.
const NETWORK: [&str; 18] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "drvfs",
    "glusterfs",
    "gpfs",
    "juicefs",
    "lustre",
    "nfs",
    "nfs4",
    "rclone",
    "s3fs",
    "smb3",
    "smbfs",
    "sshfs",
    "gcsfuse",
];
/// Kinds whose files are gone with the machine's next start.
const MEMORY: [&str; 2] = ["ramfs", "tmpfs"];

impl FileSystem {
    /// Looks at the file system of `folder`, writes a file without a name there, and locks and syncs it.
    ///
    /// # Errors
    /// Fails where something else than a folder is in the way, or no folder above can be looked at.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let folder = nearest(&real_path(folder))?;
        let (write, lock) = match tempfile::tempfile_in(&folder) {
            Ok(mut file) => {
                let written = file.write_all(b"image-cache").and_then(|()| file.sync_all());
                (written, Some(file.try_lock().map_err(io::Error::from)))
            }
            Err(error) => (Err(error), None),
        };
        Ok(Self {
            kind: file_system_kind(&folder),
            free: free_space(&folder),
            write,
            lock,
            sync: Disk.sync(&folder),
            folder,
        })
    }

    /// Whether its files lie on another machine.
    #[must_use]
    pub fn is_network(&self) -> bool {
        self.has_kind(&NETWORK)
    }

    /// Whether its files are gone with the machine's next start.
    #[must_use]
    pub fn is_memory(&self) -> bool {
        self.has_kind(&MEMORY)
    }

    fn has_kind(&self, kinds: &[&str]) -> bool {
        self.kind.as_deref().is_some_and(|kind| kinds.contains(&kind.trim_start_matches("fuse.")))
    }
}

/// The nearest folder at or above a path. Anything else there is in the way.
fn nearest(path: &Path) -> io::Result<PathBuf> {
    let in_the_way = |at: &Path| {
        let why = format!("{} is not a directory", at.display());
        Err(io::Error::new(io::ErrorKind::NotADirectory, why))
    };
    let mut at = path;
    loop {
        match fs::metadata(at) {
            Ok(about) if about.is_dir() => return fs::canonicalize(at),
            Ok(_) => return in_the_way(at),
            // A link that leads nowhere is not absent.
            Err(_) if at.is_symlink() => return in_the_way(at),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) => return Err(error),
        }
        at = match at.parent() {
            Some(above) if !above.as_os_str().is_empty() => above,
            _ => return fs::canonicalize("."),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: Option<String>) -> FileSystem {
        FileSystem { folder: PathBuf::new(), kind, free: None, write: Ok(()), lock: None, sync: Ok(()) }
    }

    #[test]
    fn network_and_memory_are_told_from_disks() {
        for (kind, network, memory) in [
            ("ext4", false, false),
            ("nfs4", true, false),
            ("fuse.sshfs", true, false),
            ("fuse.ntfs-3g", false, false),
            ("tmpfs", false, true),
        ] {
            let known = of(Some(kind.to_owned()));
            assert_eq!((known.is_network(), known.is_memory()), (network, memory), "{kind}");
        }
        assert!(!of(None).is_network());
    }

    #[test]
    fn nothing_is_left_of_what_was_tried() {
        let folder = tempfile::tempdir().expect("a folder");
        let known = FileSystem::of(&folder.path().join("a/b")).expect("a file system");
        assert!(known.write.is_ok() && matches!(known.lock, Some(Ok(()))) && known.sync.is_ok(), "{known:?}");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
        let file = folder.path().join("file");
        fs::write(&file, "in the way").expect("written");
        for path in [file.clone(), file.join("below")] {
            let error = FileSystem::of(&path).expect_err("a file is in the way").to_string();
            assert!(error.ends_with("file is not a directory"), "{error}");
        }
    }
}
