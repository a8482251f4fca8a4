//! What `/proc/self/mountinfo` of Linux says.

use std::path::{Path, PathBuf};

/// The kind of the innermost mount that holds `folder`, of lines such as
/// `36 35 98:0 / /mnt rw,noatime master:1 - ext4 /dev/sda1 rw`.
///
/// One of the folder's own device comes first: another one may be mounted over it. Some file systems tell other devices
/// of their files than of their mounts.
pub fn kind_in(mounts: &str, folder: &Path, device: &str) -> Option<String> {
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
}
