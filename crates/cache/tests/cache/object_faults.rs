//! The protocol against a store in memory whose every request can be made to fail.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use cache::{Depth, Error, PictureCache, RepairOptions};
use market::Filter;
use render_core::Digest;
use rusqlite::Connection;
use store::{
    Bucket, Disk, Environment, Root,
    faults::{Counts, Fate, Faulty, What},
};

use crate::{Audit, DAMAGE, Ending, PICTURES, cache, filter, spec};

const REQUESTS: u16 = 3;

/// A folder for the index, and a bucket.
struct Place {
    folder: tempfile::TempDir,
    store: Arc<Faulty>,
    patience: Duration,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder, store: Arc::default(), patience: Duration::ZERO }
    }

    fn rendered() -> Self {
        let place = Self::new();
        assert_eq!(place.render(), Ending::Done);
        place
    }

    fn root(&self) -> Root {
        let mut bucket = Bucket::parse("s3://bucket/pics", &Environment::default()).expect("a URL");
        bucket.client = Some(self.store.clone());
        (bucket.patience, bucket.requests) = (self.patience, REQUESTS.into());
        Root::Objects(bucket)
    }

    fn cache(&self) -> PictureCache<'static> {
        cache(&self.folder.path().join("index.sqlite"), self.root(), &Disk)
    }

    fn try_render(&self) -> Result<Ending, Error> {
        self.render_until(&Arc::default())
    }

    fn render_until(&self, cancel: &Arc<AtomicBool>) -> Result<Ending, Error> {
        crate::render(&self.cache(), None, cancel)
    }

    fn render(&self) -> Ending {
        self.try_render().expect("only pictures fail")
    }

    fn try_audit(&self, audit: &Audit, depth: Depth) -> Result<Ending, Error> {
        crate::audit(&self.cache(), audit, filter(), depth)
    }

    fn audit(&self, audit: &Audit, depth: Depth) -> Ending {
        self.try_audit(audit, depth).expect("only pictures fail")
    }

    fn index(&self) -> Connection {
        Connection::open(self.folder.path().join("index.sqlite")).expect("an index")
    }

    fn rows(&self) -> Vec<(String, String, Option<String>)> {
        rows(&self.index())
    }

    /// How many rows have this status.
    fn count(&self, status: &str) -> usize {
        self.rows().iter().filter(|(_, it, _)| it == status).count()
    }

    /// Fails if an `ok` row's object is absent or differs; gives the number of such rows.
    fn check_ok_rows(&self) -> usize {
        let objects = self.store.objects();
        let ok: Vec<_> = self.rows().into_iter().filter(|(_, status, _)| status == "ok").collect();
        for (path, _, sha256) in &ok {
            let bytes = objects.get(&format!("pics/{path}")).expect(path);
            assert_eq!(Some(Digest::of(bytes).to_string()), *sha256, "{path}");
        }
        ok.len()
    }

    /// The path of an object, below the bucket.
    fn object(&self, number: usize) -> String {
        self.store.objects().into_keys().nth(number).expect("an object")
    }
}

fn rows(index: &Connection) -> Vec<(String, String, Option<String>)> {
    let Ok(mut select) = index.prepare("SELECT file_path, status, sha256 FROM images ORDER BY file_path")
    else {
        return Vec::new();
    };
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("rows");
    rows.collect::<Result<_, _>>().expect("rows")
}

#[test]
fn a_bucket_gets_the_bytes_and_rows_that_a_folder_does() {
    let place = Place::rendered();
    let local = tempfile::tempdir().expect("a folder");
    let file = local.path().join("index.sqlite");
    let here = cache(&file, Root::Folder(local.path().join("root")), &Disk);
    assert_eq!(crate::render(&here, None, &Arc::default()).expect("rendered"), Ending::Done);
    let index = Connection::open(file).expect("an index");
    assert_eq!(rows(&index), place.rows());
    for (path, bytes) in place.store.objects() {
        let path = path.strip_prefix("pics/").expect("below the prefix");
        assert_eq!(std::fs::read(local.path().join("root").join(path)).expect(path), bytes);
    }
    assert_eq!((place.check_ok_rows(), place.store.objects().len()), (PICTURES, PICTURES));
}

#[test]
fn a_run_with_nothing_to_do_asks_for_lists_alone() {
    let place = Place::rendered();
    place.store.forget();
    assert_eq!(place.render(), Ending::Done);
    assert_eq!(place.audit(&Audit::Verify, Depth::Quick), Ending::Done);
    let counts = place.store.counts();
    // Each run asks whether the bucket is there and lists two months; the search for orphans
    // lists them again, with the four levels above.
    assert_eq!(counts, Counts::from([(What::List, 3 + 3 + 6)]));
}

/// Strikes each request in turn; afterwards nothing may be false, and clean runs must complete the cache.
fn strike_each(before: impl Fn(&Place), go: impl Fn(&Place) -> Result<Ending, Error>, fates: &[Fate]) {
    for fate in fates {
        for k in 0.. {
            let place = Place::new();
            before(&place);
            place.store.forget();
            let fate = *fate;
            place.store.decide(move |number, _, _| if number == k { fate } else { Fate::Done });
            let ending = go(&place);
            let struck = place.store.asked() > k;
            assert!(struck || matches!(ending, Ok(Ending::Done)), "request {k}: {ending:?}");
            place.check_ok_rows();
            place.store.decide(|_, _, _| Fate::Done);
            let again = go(&place);
            assert!(matches!(again, Ok(Ending::Done | Ending::Unclean)), "request {k}: {again:?}");
            assert_eq!(place.render(), Ending::Done, "request {k}");
            assert_eq!(place.audit(&Audit::Verify, Depth::Hash), Ending::Done, "request {k}, {fate:?}");
            let objects = place.store.objects().len();
            assert_eq!((place.check_ok_rows(), objects), (PICTURES, PICTURES), "request {k}");
            if !struck {
                assert!(k > PICTURES, "every picture was asked about");
                break;
            }
        }
    }
}

/// A whole cache with two absent, two cut, two changed, two stale pictures and an orphan.
fn damaged(place: &Place) {
    assert_eq!(place.render(), Ending::Done);
    let all: Vec<(String, Vec<u8>)> = place.store.objects().into_iter().collect();
    for (number, (path, bytes)) in all.iter().enumerate() {
        match number {
            0 | 1 => place.store.remove(path),
            2 | 3 => place.store.set(path, &bytes[..40]),
            4 | 5 => place.store.set(path, &vec![7; bytes.len()]),
            _ => {}
        }
    }
    place.store.set(&all[9].0.replace("_v1", "_v2"), &all[9].1);
    let index = place.index();
    index.execute_batch(DAMAGE).expect("made stale");
}

#[test]
fn a_render_that_is_struck_leaves_nothing_false() {
    strike_each(|_| {}, Place::try_render, &[Fate::Broken, Fate::DoneUnheard, Fate::Denied, Fate::Busy]);
}

#[test]
fn a_repair_that_is_struck_leaves_nothing_false() {
    let repair = |place: &Place| place.try_audit(&Audit::repair(), Depth::Hash);
    strike_each(damaged, repair, &[Fate::Broken, Fate::DoneUnheard, Fate::Denied]);
}

#[test]
fn a_verify_that_is_struck_calls_nothing_good_or_bad_that_is_not() {
    for depth in [Depth::Quick, Depth::Hash, Depth::Rerender] {
        for k in 0.. {
            let place = Place::rendered();
            place.store.forget();
            place.store.decide(move |number, _, _| if number == k { Fate::Broken } else { Fate::Done });
            let ending = place.try_audit(&Audit::Verify, depth);
            assert_eq!(place.count("ok"), PICTURES, "request {k}: {ending:?}");
            if place.store.asked() <= k {
                assert!(matches!(ending, Ok(Ending::Done)), "{ending:?}");
                break;
            }
            assert!(matches!(ending, Ok(Ending::Incomplete) | Err(_)), "request {k}: {ending:?}");
        }
    }
}

#[test]
fn an_acknowledgement_that_is_lost_is_asked_for_again() {
    let place = Place { patience: Duration::from_secs(60), ..Place::new() };
    let heard = Mutex::new(BTreeSet::new());
    place.store.decide(move |_, what, path| {
        let is_first = what == What::Create && heard.lock().expect("no panic").insert(path.to_owned());
        if is_first { Fate::DoneUnheard } else { Fate::Done }
    });
    assert_eq!(place.render(), Ending::Done);
    assert_eq!(place.check_ok_rows(), PICTURES);
    // What was there already was read, and not written again.
    let counts = place.store.counts();
    assert_eq!((counts.get(&What::Overwrite), counts[&What::Get]), (None, PICTURES));
}

#[test]
fn a_server_that_stays_away_ends_the_run_and_says_how_to_go_on() {
    let place = Place::new();
    place.store.decide(|_, what, _| if what == What::List { Fate::Done } else { Fate::Broken });
    let error = place.try_render().expect_err("no server").to_string();
    for words in ["root s3://bucket/pics: ", "in a row failed", "connection reset", "goes on"] {
        assert!(error.contains(words), "{error}");
    }
    assert_eq!((place.rows().len(), place.store.objects().len()), (0, 0));
    assert!(place.store.counts()[&What::Create] <= 4 + usize::from(REQUESTS));
    place.store.decide(|_, _, _| Fate::Done);
    assert_eq!(place.render(), Ending::Done);
    assert_eq!(place.check_ok_rows(), PICTURES);
}

#[test]
fn an_interrupt_does_not_wait_for_a_server_that_hangs() {
    let place = Place { patience: Duration::from_secs(3600), ..Place::new() };
    let cancel = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&cancel);
    place.store.decide(move |_, what, _| match what {
        What::List => Fate::Done,
        _ => {
            set.store(true, Ordering::Relaxed);
            Fate::Never
        }
    });
    let ending = place.render_until(&cancel).expect("no error");
    assert_eq!((ending, place.check_ok_rows()), (Ending::Cancelled, 0));
}

#[test]
fn no_more_requests_are_under_way_than_are_allowed() {
    let place = Place::rendered();
    assert_eq!(place.audit(&Audit::Verify, Depth::Hash), Ending::Done);
    let most = place.store.most_at_a_time();
    assert!((2..=usize::from(REQUESTS)).contains(&most), "{most}");
}

#[test]
fn what_somebody_else_has_put_there_is_not_replaced() {
    let whole = Place::rendered();
    let place = Place::new();
    let (theirs, older) = (whole.object(3), whole.object(4));
    place.store.set(&theirs, b"somebody's own");
    // A picture of ours, though of other candles.
    place.store.set(&older, &whole.store.objects()[&whole.object(5)]);
    assert_eq!(place.render(), Ending::Incomplete);
    assert_eq!(place.store.objects()[&theirs], b"somebody's own");
    assert_eq!(place.store.objects()[&older], whole.store.objects()[&older]);
    assert_eq!(place.check_ok_rows(), PICTURES - 1);
    place.store.remove(&theirs);
    assert_eq!(place.render(), Ending::Done);
    assert_eq!(place.store.objects(), whole.store.objects());
}

#[test]
fn a_row_does_not_say_ok_while_its_object_is_replaced() {
    let place = Place::new();
    damaged(&place);
    let file = place.folder.path().join("index.sqlite");
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    place.store.decide(move |_, what, path| {
        if what == What::Overwrite {
            let path = path.strip_prefix("pics/").expect("below the prefix");
            let index = Connection::open(&file).expect("an index");
            let status: String = index
                .query_row("SELECT status FROM images WHERE file_path = ?1", [path], |row| row.get(0))
                .expect("a row");
            assert_ne!(status, "ok", "{path}");
            count.fetch_add(1, Ordering::Relaxed);
        }
        Fate::Done
    });
    assert_eq!(place.audit(&Audit::repair(), Depth::Hash), Ending::Done);
    assert_eq!((seen.load(Ordering::Relaxed), place.check_ok_rows()), (8, PICTURES));
}

#[test]
fn a_quick_look_tells_by_the_etag_what_was_written_since() {
    let place = Place::rendered();
    let all: Vec<(String, Vec<u8>)> = place.store.objects().into_iter().collect();
    // The same bytes under a new ETag, and others of the same size.
    place.store.set(&all[1].0, &all[1].1);
    place.store.set(&all[2].0, &vec![7; all[2].1.len()]);
    place.store.forget();
    assert_eq!(place.audit(&Audit::Verify, Depth::Quick), Ending::Unclean);
    assert_eq!((place.count("ok"), place.count("corrupt")), (PICTURES - 1, 1));
    assert_eq!(place.store.counts()[&What::Get], 2);
}

#[test]
fn a_lost_index_is_made_again_from_the_objects() {
    let place = Place::rendered();
    let (rows, objects) = (place.rows(), place.store.objects());
    place.store.set(&place.object(2), b"no picture");
    for file in ["index.sqlite", "index.sqlite-wal", "index.sqlite-shm"] {
        let _ = std::fs::remove_file(place.folder.path().join(file));
    }
    let rebuild =
        Audit::Repair(RepairOptions { rebuild_index: Some(Box::new(spec())), ..RepairOptions::default() });
    place.store.forget();
    let ending = crate::audit(&place.cache(), &rebuild, Filter::default(), Depth::Hash);
    assert!(matches!(ending, Ok(Ending::Done)), "{ending:?}");
    assert_eq!((place.rows(), place.store.objects()), (rows, objects));
    assert_eq!(place.store.counts()[&What::Overwrite], 1);
}

#[test]
fn another_tools_index_is_refused_and_left_as_it_is() {
    let place = Place::new();
    let foreign =
        "CREATE TABLE images (symbol TEXT, interval TEXT, end_open_time_ms INTEGER, img_size_px INTEGER,
        window_len INTEGER, style_version INTEGER, file_path TEXT, sha256 TEXT, width_px INTEGER,
        height_px INTEGER, created_utc TEXT, status TEXT)";
    place.index().execute_batch(foreign).expect("a table");
    let error = place.try_render().expect_err("refused").to_string();
    assert!(error.contains("another tool's rows, which are left as they are"), "{error}");
    let tables: i64 = place
        .index()
        .query_row("SELECT count(*) FROM sqlite_schema WHERE type = 'table'", [], |row| row.get(0))
        .expect("counted");
    assert_eq!(tables, 1);
}

#[test]
fn a_request_that_failed_for_good_tells_of_its_object() {
    let place = Place::new();
    place.store.decide(|_, what, path| {
        if what == What::Create && path.contains("T20-00-00") { Fate::Denied } else { Fate::Done }
    });
    assert_eq!(place.render(), Ending::Incomplete);
    assert_eq!(place.check_ok_rows(), PICTURES - 1);
}
