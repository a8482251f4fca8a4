//! Makes the k-th operation on files fail, for every k of a small run.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use render_core::{Digest, Spec, SpecOptions};
use rusqlite::Connection;

use crate::{
    config::{Base, Output, Settings, Source},
    filter::Filter,
    interrupt::Interrupt,
    render::{Ending, run},
    store::{Disk, Entry, Files},
    value::{Format, Progress},
};

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
    fn entry(&self, path: &Path) -> io::Result<Entry> {
        Disk.entry(path)
    }

    fn open(&self, path: &Path) -> io::Result<(Box<dyn Read>, u64)> {
        Disk.open(path)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.strike()?;
        Disk.create_folder(path)
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        // A disk fills in the middle of a file.
        if let Err(error) = self.strike() {
            Disk.write_new(path, &bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        Disk.write_new(path, bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.strike()?;
        Disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        // A full disk still lets files be removed.
        Disk.remove(path)
    }

    fn sync(&self, _root: &Path) -> io::Result<()> {
        self.strike()
    }
}

/// A run over ten pictures of the sample, at two months' turn.
fn settings(folder: &Path) -> Settings {
    let start = render_core::parse_utc("2023-01-31T19:00:00Z").expect("a time");
    let spec = Spec::new(SpecOptions { width: 8, height: 8, window: 5, ..SpecOptions::default() });
    Settings {
        base: Base {
            source: Source::Sample,
            root: folder.join("root"),
            index: folder.join("index.sqlite"),
            filter: Filter {
                symbols: vec!["BTCUSDT".to_owned()],
                intervals: Vec::new(),
                start,
                end: start + 10 * 3_600_000,
                stride: 1,
            },
            jobs: 2,
            output: Output { format: Format::Text, progress: Progress::Never, quiet: true, verbose: false },
        },
        geometry: None,
        spec: Arc::new(spec.expect("valid")),
        dry_run: false,
    }
}

fn render(folder: &Path, files: &dyn Files) -> Ending {
    run(&settings(folder), i64::MAX, files, &Interrupt::default(), Box::new(io::sink()))
        .expect("only pictures fail")
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

/// Strikes each operation in turn; afterwards nothing may be false, and a clean run must complete the cache.
fn strike_each(errno: i32, for_good: bool, before: impl Fn(&Path)) {
    for k in 0.. {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        before(folder);
        let files = Faulty::at(k, errno, for_good);
        let ending = render(folder, &files);
        let struck = files.count.load(Ordering::Relaxed) > k;
        assert_eq!(ending, if struck { Ending::Incomplete } else { Ending::Done }, "operation {k}");
        check_ok_rows(folder);
        let left =
            pictures(folder).keys().filter(|path| path.extension().is_some_and(|kind| kind == "tmp")).count();
        assert_eq!(left, 0, "operation {k}");
        assert_eq!(render(folder, &Disk), Ending::Done);
        assert_eq!((check_ok_rows(folder), pictures(folder).len()), (10, 10), "operation {k}");
        if !struck {
            assert!(k > 20, "folders, writes, renames and syncs were all struck");
            return;
        }
    }
}

#[test]
fn a_disk_that_is_full_for_a_moment_leaves_nothing_false() {
    strike_each(NO_SPACE, false, |_| {});
}

#[test]
fn a_disk_that_stays_full_leaves_nothing_false() {
    strike_each(NO_SPACE, true, |_| {});
}

#[test]
fn an_input_output_error_leaves_nothing_false() {
    strike_each(IO_ERROR, false, |_| {});
}

#[test]
fn a_refusal_while_stale_pictures_are_replaced_leaves_nothing_false() {
    strike_each(NO_PERMISSION, false, |folder| {
        assert_eq!(render(folder, &Disk), Ending::Done);
        let index = Connection::open(folder.join("index.sqlite")).expect("an index");
        index.execute("UPDATE images SET input_sha256 = NULL", []).expect("made stale");
        for path in pictures(folder).into_keys() {
            fs::remove_file(path).expect("removed");
        }
        fs::remove_dir_all(folder.join("root")).expect("removed");
    });
}
