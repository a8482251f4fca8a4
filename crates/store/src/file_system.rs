//! [`FileSystem`]: what a folder's file system is and does, tried out without leaving anything there.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{Disk, Files, root::real_path};

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
        Ok(Self { kind: kind(&folder), free: free(&folder), write, lock, sync: Disk.sync(&folder), folder })
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

#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(folder).ok()?;
    about.f_bavail.checked_mul(about.f_frsize)
}

#[cfg(not(unix))]
fn free(_folder: &Path) -> Option<u64> {
    None
}

/// Linux lists what is mounted where; others are not asked.
#[cfg(target_os = "linux")]
fn kind(folder: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let device = fs::metadata(folder).ok()?.dev();
    let device = format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
    let mounts = fs::read("/proc/self/mountinfo").ok()?;
    kind_in(&String::from_utf8_lossy(&mounts), folder, &device)
}

#[cfg(not(target_os = "linux"))]
fn kind(_folder: &Path) -> Option<String> {
    None
}

/// The kind of the innermost mount that holds `folder`, of lines such as
/// `36 35 98:0 / /mnt rw,noatime master:1 - ext4 /dev/sda1 rw`.
///
/// One of the folder's own device comes first: another one may be mounted over it. Some file systems tell other devices
/// of their files than of their mounts.
#[cfg(any(target_os = "linux", test))]
fn kind_in(mounts: &str, folder: &Path, device: &str) -> Option<String> {
    let mount = |line: &str| {
        let (place, what) = line.split_once(" - ")?;
        let mut fields = place.split(' ').skip(2);
        let is_same = fields.next()? == device;
        let point = PathBuf::from(unescape(fields.nth(1)?));
        let depth = point.components().count();
        folder.starts_with(&point).then(|| ((is_same, depth), what.split(' ').next().map(str::to_owned)))
    };
    // Of several at one point the last one lies over the others, which `max_by_key` returns.
    mounts.lines().filter_map(mount).max_by_key(|(rank, _)| *rank)?.1
}

/// Blanks, tabs, line ends and backslashes are written as three octal digits.
#[cfg(any(target_os = "linux", test))]
fn unescape(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(text.to_owned(), |text, (escape, sign)| text.replace(escape, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 253:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:27 / /tmp rw - tmpfs tmpfs rw
31 22 0:50 / /data rw,noatime shared:7 - xfs /dev/sdb rw
32 31 0:51 / /data rw - nfs4 server:/data rw,vers=4.2
33 31 0:52 / /data/my\\040pictures rw - fuse.sshfs me@there: rw
a line of another form
";

    fn of(kind: Option<String>) -> FileSystem {
        FileSystem { folder: PathBuf::new(), kind, free: None, write: Ok(()), lock: None, sync: Ok(()) }
    }

    #[test]
    fn the_innermost_and_last_mount_tells_the_kind() {
        let kind = |path: &str| kind_in(MOUNTS, Path::new(path), "").expect("a kind");
        assert_eq!(kind("/home/me"), "ext4");
        assert_eq!(kind("/tmp/a"), "tmpfs");
        assert_eq!(kind("/tmpfile"), "ext4");
        assert_eq!(kind("/data/x"), "nfs4");
        assert_eq!(kind("/data/my pictures/2023"), "fuse.sshfs");
        assert_eq!(kind_in("", Path::new("/"), ""), None);
        // Another file system that was mounted over the folder above.
        let hidden =
            "1 0 0:1 / / rw - ext4 a rw\n2 1 0:2 / /data/x rw - nfs4 b rw\n3 1 0:3 / /data rw - xfs c rw\n";
        assert_eq!(kind_in(hidden, Path::new("/data/x"), "0:3").as_deref(), Some("xfs"));
        assert_eq!(kind_in(hidden, Path::new("/data/x"), "0:2").as_deref(), Some("nfs4"));
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
