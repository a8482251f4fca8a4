//! Makes the k-th operation on files fail, for every k of a small run.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read},
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use cache::{Depth, Error, MergeRequest, Outcome, Run, Shard, merge};
use render_core::Digest;
use rusqlite::Connection;
use store::{Disk, EntryKind, Environment, Files, OpenFolder, Root};

use crate::{Audit, DAMAGE, Ending, NOW, PICTURES, cache, filter};

const NO_SPACE: i32 = 28;
const IO_ERROR: i32 = 5;
const NO_PERMISSION: i32 = 13;

/// The disk, but for one operation.
struct Faulty {
    left: AtomicUsize,
    errno: i32,
    /// Whether every later operation fails as well, as on a disk that is full for good.
    for_good: bool,
    count: AtomicUsize,
}

impl Faulty {
    fn at(k: usize, errno: i32, for_good: bool) -> Self {
        Self { left: AtomicUsize::new(k), errno, for_good, count: AtomicUsize::new(0) }
    }

    fn strike(&self) -> io::Result<()> {
        let k = self.count.fetch_add(1, Ordering::Relaxed);
        let struck = self.left.load(Ordering::Relaxed);
        if k == struck || (self.for_good && k > struck) {
            return Err(io::Error::from_raw_os_error(self.errno));
        }
        Ok(())
    }
}

impl Files for Faulty {
    fn open_root(&self, path: &Path) -> io::Result<OpenFolder> {
        self.strike()?;
        Disk.open_root(path)
    }

    fn open_folder(&self, above: &OpenFolder, name: &str) -> io::Result<OpenFolder> {
        self.strike()?;
        Disk.open_folder(above, name)
    }

    fn entry(&self, folder: &OpenFolder, name: &str) -> io::Result<(EntryKind, u64)> {
        self.strike()?;
        Disk.entry(folder, name)
    }

    fn open(&self, folder: &OpenFolder, name: &str) -> io::Result<(Box<dyn Read>, u64)> {
        self.strike()?;
        Disk.open(folder, name)
    }

    fn create_folder(&self, above: &OpenFolder, name: &str) -> io::Result<()> {
        self.strike()?;
        Disk.create_folder(above, name)
    }

    fn write_new(&self, folder: &OpenFolder, name: &str, bytes: &[u8]) -> io::Result<()> {
        // A disk fills in the middle of a file.
        if let Err(error) = self.strike() {
            Disk.write_new(folder, name, &bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        Disk.write_new(folder, name, bytes)
    }

    fn rename(&self, folder: &OpenFolder, from: &str, to: &str) -> io::Result<()> {
        self.strike()?;
        Disk.rename(folder, from, to)
    }

    fn rename_new(&self, folder: &OpenFolder, from: &str, to: &str) -> io::Result<()> {
        self.strike()?;
        Disk.rename_new(folder, from, to)
    }

    fn remove(&self, folder: &OpenFolder, name: &str) -> io::Result<()> {
        // A full disk still lets files be removed.
        if self.errno != NO_SPACE {
            self.strike()?;
        }
        Disk.remove(folder, name)
    }

    fn sync(&self, _root: &Path) -> io::Result<()> {
        self.strike()
    }
}

fn render(folder: &Path, files: &dyn Files) -> Ending {
    let cache = cache(&folder.join("index.sqlite"), Root::Folder(folder.join("root")), files);
    crate::render(&cache, None, &Arc::default()).expect("only pictures fail")
}

fn pictures(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut folders, mut found) = (vec![folder.join("root")], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("readable");
                found.insert(path, bytes);
            }
        }
    }
    found
}

/// Fails if an `ok` row's file is absent or differs; gives the number of such rows.
fn check_ok_rows(folder: &Path) -> usize {
    let index = Connection::open(folder.join("index.sqlite")).expect("an index");
    let mut select =
        index.prepare("SELECT file_path, sha256 FROM images WHERE status = 'ok'").expect("a table");
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    let rows: Vec<(String, String)> = rows.collect::<Result<_, _>>().expect("rows");
    for (path, sha256) in &rows {
        let bytes = fs::read(folder.join("root").join(path)).expect(path);
        assert_eq!(&Digest::of(&bytes).to_string(), sha256, "{path}");
    }
    rows.len()
}

fn audit(folder: &Path, files: &dyn Files, audit: &Audit) -> Ending {
    let cache = cache(&folder.join("index.sqlite"), Root::Folder(folder.join("root")), files);
    crate::audit(&cache, audit, filter(), Depth::Hash).expect("only pictures fail")
}

/// Strikes each operation in turn; afterwards nothing may be false, and a clean run must complete the cache.
fn strike_each(
    errno: i32,
    for_good: bool,
    before: impl Fn(&Path),
    run: impl Fn(&Path, &dyn Files) -> Ending,
) {
    for k in 0.. {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        before(folder);
        let files = Faulty::at(k, errno, for_good);
        let ending = run(folder, &files);
        let struck = files.count.load(Ordering::Relaxed) > k;
        assert!(struck || ending == Ending::Done, "operation {k}: {ending:?}");
        check_ok_rows(folder);
        // A clean run of the same kind; what it cannot know of, the other two complete.
        let again = run(folder, &Disk);
        assert!(matches!(again, Ending::Done | Ending::Unclean), "operation {k}: {again:?}");
        assert_eq!(render(folder, &Disk), Ending::Done, "operation {k}");
        assert_eq!(audit(folder, &Disk, &Audit::Verify), Ending::Done, "operation {k}");
        assert_eq!((check_ok_rows(folder), pictures(folder).len()), (PICTURES, PICTURES), "operation {k}");
        if !struck {
            assert!(k >= 10, "every file was looked at");
            return;
        }
    }
}

/// A whole cache with two absent, two cut, two changed, two stale pictures and an orphan.
fn damaged(folder: &Path) {
    assert_eq!(render(folder, &Disk), Ending::Done);
    let all: Vec<(PathBuf, Vec<u8>)> = pictures(folder).into_iter().collect();
    for (number, (path, bytes)) in all.iter().enumerate() {
        match number {
            0 | 1 => fs::remove_file(path).expect("removed"),
            2 | 3 => fs::write(path, &bytes[..40]).expect("written"),
            4 | 5 => fs::write(path, vec![7; bytes.len()]).expect("written"),
            _ => {}
        }
    }
    let last = all[9].0.strip_prefix(folder.join("root")).expect("below").to_str().expect("text").to_owned();
    let orphan = all[9].0.with_file_name(last.rsplit('/').next().expect("a name").replace("_v1", "_v2"));
    fs::copy(&all[9].0, orphan).expect("copied");
    let index = Connection::open(folder.join("index.sqlite")).expect("an index");
    index.execute_batch(DAMAGE).expect("made stale");
}

#[test]
fn a_disk_that_is_full_for_a_moment_leaves_nothing_false() {
    strike_each(NO_SPACE, false, |_| {}, render);
}

#[test]
fn a_disk_that_stays_full_leaves_nothing_false() {
    strike_each(NO_SPACE, true, |_| {}, render);
}

#[test]
fn an_input_output_error_leaves_nothing_false() {
    strike_each(IO_ERROR, false, |_| {}, render);
}

#[test]
fn a_disk_that_fails_for_good_leaves_nothing_false() {
    strike_each(IO_ERROR, true, |_| {}, render);
}

#[test]
fn a_refusal_while_stale_pictures_are_replaced_leaves_nothing_false() {
    let before = |folder: &Path| {
        assert_eq!(render(folder, &Disk), Ending::Done);
        let index = Connection::open(folder.join("index.sqlite")).expect("an index");
        index.execute("UPDATE images SET input_sha256 = NULL", []).expect("made stale");
        for path in pictures(folder).into_keys() {
            fs::remove_file(path).expect("removed");
        }
        fs::remove_dir_all(folder.join("root")).expect("removed");
    };
    strike_each(NO_PERMISSION, false, before, render);
}

#[test]
fn a_repair_that_is_struck_leaves_nothing_false() {
    for (errno, for_good) in [(NO_SPACE, false), (IO_ERROR, false), (NO_PERMISSION, false), (NO_SPACE, true)]
    {
        strike_each(errno, for_good, damaged, |folder, files| audit(folder, files, &Audit::repair()));
    }
}

#[test]
fn a_verify_that_is_struck_calls_nothing_good_that_is_not() {
    for errno in [IO_ERROR, NO_PERMISSION] {
        let before = |folder: &Path| {
            damaged(folder);
            assert_eq!(audit(folder, &Disk, &Audit::repair()), Ending::Done);
        };
        strike_each(errno, false, before, |folder, files| audit(folder, files, &Audit::Verify));
    }
}

/// Merges two shards, whose pictures lie in one root.
fn merge_shards(folder: &Path, files: &dyn Files) -> Result<Ending, Error> {
    let request = MergeRequest {
        into: folder.join("index.sqlite"),
        from: [0, 1].map(|shard| folder.join(format!("{shard}.sqlite"))).to_vec(),
        root: Some(Root::Folder(folder.join("root"))),
        environment: Environment::default(),
        files,
    };
    let mut run = Run { now: NOW, cancel: &Arc::default(), observer: &mut () };
    let summary = merge(&request, &mut run)?;
    let is_merged = |outcome: &Outcome| matches!(outcome, Outcome::Merged { .. });
    let is_complete = summary.shards.is_complete() && summary.outcomes.iter().all(|(_, it)| is_merged(it));
    let is_clean = !["corrupt", "stale"].iter().any(|status| summary.statuses.contains_key(*status));
    match summary.failure {
        Some(error) => Err(error),
        None if !is_complete => Ok(Ending::Incomplete),
        None => Ok(if is_clean { Ending::Done } else { Ending::Unclean }),
    }
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("copied");
        }
    }
}

#[test]
fn a_merge_that_is_struck_leaves_nothing_false_and_loses_nothing() {
    let shards = tempfile::tempdir().expect("a folder");
    for index in 0..2 {
        let file = shards.path().join(format!("{index}.sqlite"));
        let cache = cache(&file, Root::Folder(shards.path().join("root")), &Disk);
        let shard = Shard { index, of: NonZeroU32::MIN.saturating_add(1) };
        assert_eq!(crate::render(&cache, Some(shard), &Arc::default()).expect("rendered"), Ending::Done);
    }
    // Pictures that were brought here come without it.
    fs::remove_dir_all(shards.path().join("root/.shards")).expect("removed");
    let whole = tempfile::tempdir().expect("a folder");
    assert_eq!(render(whole.path(), &Disk), Ending::Done);
    let whole: Vec<Vec<u8>> = pictures(whole.path()).into_values().collect();
    for (errno, for_good) in [(NO_SPACE, false), (IO_ERROR, false), (NO_PERMISSION, true)] {
        for k in 0.. {
            let folder = tempfile::tempdir().expect("a folder");
            let folder = folder.path();
            copy(shards.path(), folder);
            let files = Faulty::at(k, errno, for_good);
            let ended = merge_shards(folder, &files);
            let struck = files.count.load(Ordering::Relaxed) > k;
            assert!(struck || matches!(ended, Ok(Ending::Done)), "operation {k}: {ended:?}");
            check_ok_rows(folder);
            assert_eq!(merge_shards(folder, &Disk).expect("merged"), Ending::Done, "operation {k}");
            let merged: Vec<Vec<u8>> = pictures(folder).into_values().collect();
            assert!(check_ok_rows(folder) == PICTURES && merged == whole, "operation {k}");
            if !struck {
                assert!(k >= 20, "the root was marked, and every picture was looked at: {k}");
                break;
            }
        }
    }
}
