//! Another tool's index is refused, and its files are never replaced nor deleted.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use crate::common::{HOUR, Place, START, file, hourly, rendered};
use rusqlite::{Connection, params};
use serde_json::Value;

const CREATE: &str = "
    CREATE TABLE images (symbol TEXT NOT NULL, interval TEXT NOT NULL, end_open_time_ms INTEGER NOT NULL,
        img_size_px INTEGER NOT NULL, window_len INTEGER NOT NULL, style_version INTEGER NOT NULL,
        file_path TEXT NOT NULL, sha256 TEXT, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL,
        created_utc TEXT NOT NULL, status TEXT NOT NULL CHECK(status IN ('ok','missing','corrupt','stale')),
        UNIQUE(symbol, interval, end_open_time_ms, img_size_px, window_len, style_version));
    CREATE INDEX by_status ON images(status);";

/// What an image-cache that still took over another tool's index made of it.
const TAKE_OVER: &str = "
    ALTER TABLE images RENAME TO images_before;
    CREATE TABLE images (
        symbol TEXT NOT NULL, interval TEXT NOT NULL, end_open_time_ms INTEGER NOT NULL,
        img_size_px INTEGER NOT NULL, window_len INTEGER NOT NULL, style_version INTEGER NOT NULL,
        file_path TEXT NOT NULL, sha256 TEXT, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL,
        created_utc TEXT NOT NULL, status TEXT NOT NULL CHECK(status IN ('ok','missing','corrupt','stale')),
        spec_tag TEXT NOT NULL DEFAULT '', spec_hash TEXT, input_sha256 TEXT, size_bytes INTEGER,
        pixel_sha256 TEXT, reason TEXT);
    CREATE UNIQUE INDEX images_by_picture ON images
        (symbol, interval, width_px, height_px, window_len, spec_tag, end_open_time_ms);
    CREATE INDEX images_of_others ON images(file_path) WHERE spec_hash IS NULL;
    CREATE TABLE specs (spec_hash TEXT PRIMARY KEY, spec_json TEXT NOT NULL);
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    INSERT INTO meta VALUES ('id', '0badcafe'), ('taken_over', '1');
    INSERT INTO images (symbol, interval, end_open_time_ms, img_size_px, window_len, style_version,
        file_path, sha256, width_px, height_px, created_utc, status, reason)
    SELECT symbol, interval, end_open_time_ms, img_size_px, window_len, style_version,
        file_path, sha256, width_px, height_px, created_utc, 'stale', 'made by another tool'
    FROM images_before;";

/// Why a picture is not written where another tool's file lies.
const IN_THE_WAY: &str = "no intact picture of image-cache, and no row of this index has it; move it away";

/// The path of the picture that ends `hour` hours after the start.
fn picture(hour: i64) -> String {
    format!("BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-01T{hour:02}-00-00_px16_w10_v1.png")
}

/// A place with 12 candles and this index of another tool: end, width, path.
fn foreign(rows: &[(i64, u32, &str)]) -> Place {
    let place = hourly(12);
    fill(&place.open_index(), rows);
    place
}

fn fill(index: &Connection, rows: &[(i64, u32, &str)]) {
    index.execute_batch(CREATE).expect("a table");
    for (hour, width, path) in rows {
        let sql =
            "INSERT INTO images VALUES('BTCUSDT','1h',?1,16,10,1,?2,'abc',?3,?3,'2024-01-01T00:00:00Z','ok')";
        index.execute(sql, params![START + hour * HOUR, path, width]).expect("inserted");
    }
}

/// The same, taken over by an image-cache of before.
fn taken_over(rows: &[(i64, u32, &str)]) -> Place {
    let place = foreign(rows);
    place.open_index().execute_batch(TAKE_OVER).expect("taken over");
    place
}

fn put(place: &Place, path: &str, bytes: &[u8]) {
    let path = place.root().join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    fs::write(path, bytes).expect("written");
}

fn read(place: &Place, path: &str) -> Vec<u8> {
    fs::read(place.root().join(path)).expect(path)
}

/// A whole PNG file that another program made: one of ours without the chunk that names its input.
fn png() -> Vec<u8> {
    let ours = fs::read(file(&rendered(12), 0)).expect("readable");
    assert_eq!(&ours[37..41], b"icIN");
    [&ours[..33], &ours[77..]].concat()
}

/// An index that was taken over, beside a file of which nobody knows whose it is, and a new one
/// beside another tool's picture.
fn beside_theirs() -> [(Place, Vec<u8>); 2] {
    [(taken_over(&[]), b"theirs".to_vec()), (hourly(12), png())]
}

/// Everything in a folder, folders as well, but for the memory that SQLite shares between processes.
fn everything(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(everything(&path));
            found.insert(path, None);
        } else if !path.to_string_lossy().ends_with("-shm") {
            let bytes = fs::read(&path).expect("readable");
            found.insert(path, Some(bytes));
        }
    }
    found
}

#[test]
fn every_command_refuses_it_and_leaves_every_byte_as_it_was() {
    let commands: [&[&str]; 16] = [
        &["render"],
        &["render", "--dry-run"],
        &["render", "--shard", "0/2", "--index", "image_cache.sqlite"],
        &["render", "--geometry", "lines.jsonl"],
        &["verify"],
        &["verify", "--no-record"],
        &["verify", "--files-only", "--quick"],
        &["repair"],
        &["repair", "--dry-run"],
        &["repair", "--delete-orphans"],
        &["repair", "--rebuild-index"],
        &["status"],
        &["export", "--to", "set", "--as", "imagefolder"],
        &["merge", "image_cache.sqlite", "0.sqlite", "1.sqlite"],
        &["merge", "new.sqlite", "image_cache.sqlite"],
        &["verify", "--index", "./image_cache.sqlite"],
    ];
    for journal in ["DELETE", "WAL", "a WAL that a killed process left"] {
        let place = hourly(12);
        for shard in ["0", "1"] {
            let index = format!("{shard}.sqlite");
            place.render_well(&["--shard", &format!("{shard}/2"), "--index", &index, "--root", "other"]);
        }
        put(&place, &picture(9), b"theirs");
        let theirs = Connection::open(place.path("theirs.sqlite")).expect("a database");
        if journal != "DELETE" {
            theirs.pragma_update(None, "journal_mode", "WAL").expect("a mode");
        }
        fill(&theirs, &[(9, 16, &picture(9)), (2, 99, "elsewhere.png")]);
        match journal {
            "DELETE" | "WAL" => drop(theirs),
            _ => {
                let wal = place.path("image_cache.sqlite-wal");
                fs::copy(place.path("theirs.sqlite-wal"), wal).expect("copied");
            }
        }
        fs::copy(place.path("theirs.sqlite"), place.index()).expect("copied");
        let before = everything(&place.path("."));
        for command in commands {
            let ran = place.run(command[0], &command[1..]);
            let words: &[&str] = match command {
                ["merge", ..] => {
                    &["image_cache.sqlite: holds another tool's rows, which are left as they are; "]
                }
                _ => &[
                    "image_cache.sqlite: holds another tool's rows, which are left as they are; move it away",
                ],
            };
            ran.refuses(1, words);
            assert!(everything(&place.path(".")) == before, "{journal}: {command:?}");
        }
        // A plan opens no index.
        assert_eq!(place.run("plan", &[]).status, 0);
        assert!(everything(&place.path(".")) == before, "{journal}: plan");
    }
}

#[test]
fn an_index_with_computed_columns_or_a_strange_table_beside_it_is_refused_as_well() {
    let place = hourly(12);
    let generated = CREATE
        .replace("height_px INTEGER NOT NULL", "height_px INTEGER AS (width_px) STORED")
        .replace("img_size_px INTEGER NOT NULL", "img_size_px INTEGER AS (width_px) VIRTUAL");
    place.open_index().execute_batch(&generated).expect("a table");
    place.render(&[]).refuses(1, &["another tool's rows"]);

    let place = foreign(&[(9, 16, &picture(9))]);
    // A table that is in the way and no meta of ours.
    place.open_index().execute_batch("CREATE TABLE meta (other TEXT)").expect("a table");
    place.render(&[]).refuses(1, &["meta"]);
    let rows: i64 =
        place.open_index().query_row("SELECT count(*) FROM images", [], |row| row.get(0)).expect("a table");
    assert_eq!(rows, 1);
}

#[test]
fn an_index_that_was_taken_over_is_verified_as_stale_and_repaired() {
    let place = taken_over(&[(9, 16, "old/one.png"), (2, 99, "elsewhere.png")]);
    put(&place, "old/one.png", b"theirs");
    let summary = place.run("status", &["--format", "json"]).summary();
    assert_eq!((&summary["stale"], &summary["entries"]), (&2.into(), &2.into()));
    for flags in [&["--no-record"][..], &[]] {
        let ran = place.run("verify", &[&["--format", "json"], flags].concat());
        assert_eq!((ran.status, &ran.summary()["stale"]), (3, &2.into()), "{}", ran.stderr);
        assert!(ran.stdout.contains("made by another tool"), "{}", ran.stdout);
    }
    // At the other row's end there are too few candles for a picture.
    let ran = place.run("repair", &["--format", "json"]);
    assert_eq!((ran.status, &ran.summary()["stale"]), (0, &0.into()), "{}{}", ran.stdout, ran.stderr);
    assert_eq!((place.check_ok_rows(), place.count("missing")), (1, 1));
    place.render_well(&[]);
    assert_eq!(place.check_ok_rows(), 3);
    assert_eq!(place.render_well(&["--format", "json"]).summary()["rendered"], 0);
    let kept: i64 = place
        .open_index()
        .query_row("SELECT count(*) FROM images_before WHERE status = 'ok'", [], |row| row.get(0))
        .expect("kept");
    assert_eq!(kept, 2);
    assert_eq!(place.run("repair", &["--delete-orphans"]).status, 0);
    assert_eq!(read(&place, "old/one.png"), b"theirs");
}

#[test]
fn a_file_of_a_row_that_was_taken_over_is_not_replaced() {
    // In a row that was set to `ok` by hand as well.
    for status in ["stale", "ok"] {
        let place = taken_over(&[(9, 16, &picture(9))]);
        place.open_index().execute("UPDATE images SET status = ?1", [status]).expect("changed");
        put(&place, &picture(9), b"theirs");
        let ran = place.run("repair", &[]);
        assert_eq!(ran.status, 3, "{}", ran.stderr);
        assert!(ran.stdout.contains(IN_THE_WAY), "{}", ran.stdout);
        let ran = place.render(&[]);
        assert_eq!(ran.status, 1, "{}", ran.stdout);
        assert!(ran.stderr.contains(IN_THE_WAY), "{}", ran.stderr);
        assert_eq!((place.check_ok_rows(), read(&place, &picture(9))), (2, b"theirs".to_vec()));
        fs::remove_file(place.root().join(picture(9))).expect("removed");
        place.render_well(&[]);
        assert_eq!(place.check_ok_rows(), 3);
    }
}

#[test]
fn a_file_that_no_row_names_is_not_replaced() {
    for (place, theirs) in beside_theirs() {
        put(&place, &picture(9), &theirs);
        let ran = place.render(&[]);
        assert_eq!(ran.status, 1, "{}", ran.stdout);
        assert!(ran.stderr.contains(IN_THE_WAY), "{}", ran.stderr);
        assert!(place.check_ok_rows() == 2 && read(&place, &picture(9)) == theirs);
    }
    let place = taken_over(&[]);
    put(&place, &picture(10), b"");
    symlink("nowhere", place.root().join(picture(11))).expect("a link");
    assert_eq!(place.render(&[]).status, 1);
    assert_eq!(place.check_ok_rows(), 1);
    assert!(place.root().join(picture(11)).is_symlink() && read(&place, &picture(10)).is_empty());
}

#[test]
fn a_missing_row_of_ours_does_not_make_its_file_ours() {
    for (place, theirs) in beside_theirs() {
        put(&place, &picture(9), &theirs);
        let market = place.market();
        market.execute("UPDATE candles SET volume = -1");
        place.render_well(&[]);
        assert_eq!(place.count("missing"), 12);
        market.execute("UPDATE candles SET volume = 1");
        for command in ["repair", "render"] {
            let ran = if command == "repair" { place.run("repair", &[]) } else { place.render(&[]) };
            assert_ne!(ran.status, 0, "{}", ran.stdout);
            assert!(place.check_ok_rows() == 2 && read(&place, &picture(9)) == theirs);
        }
    }
}

#[test]
fn pictures_of_ours_without_rows_are_replaced() {
    let place = taken_over(&[(2, 99, "elsewhere.png")]);
    place.render_well(&[]);
    // Without its row, a picture is as a killed run leaves it.
    place.open_index().execute_batch("DELETE FROM images WHERE status = 'ok'").expect("deleted");
    place.render_well(&[]);
    place.open_index().execute_batch("DELETE FROM images WHERE status = 'ok'").expect("deleted");
    place.market().execute("UPDATE candles SET volume = volume + 1");
    place.render_well(&[]);
    assert_eq!((place.check_ok_rows(), place.tree().len()), (3, 3));
}

#[test]
fn orphans_that_another_tool_made_are_never_deleted() {
    for (place, theirs) in beside_theirs() {
        place.render_well(&[]);
        let ours = picture(9).replace("_v1", "_v3");
        put(&place, &picture(9).replace("_v1", "_v2"), &theirs);
        put(&place, &ours, &read(&place, &picture(9)));
        put(&place, &picture(3), &theirs);
        let before = place.tree();
        assert_eq!(place.run("verify", &["--format", "json"]).summary()["orphaned"], 3);
        let ran = place.run("repair", &["--delete-orphans", "--format", "json"]);
        assert_eq!((ran.status, &ran.summary()["orphaned"]), (3, &2.into()), "{}", ran.stderr);
        let left: Vec<_> = ran
            .json()
            .into_iter()
            .filter(|line| line["kind"] == "orphan" && line["mended"] == false)
            .collect();
        assert!(left.iter().all(|line| line["mend"] == Value::Null), "{left:?}");
        assert!(
            ran.stdout.contains("another tool may have made it: move it away or delete it"),
            "{}",
            ran.stdout
        );
        let mut after = before.clone();
        after.remove(Path::new(&ours));
        assert!(place.tree() == after);
    }
}

#[test]
fn a_new_index_of_the_pictures_replaces_no_file_of_another_tool() {
    for (place, theirs) in beside_theirs() {
        place.render_well(&[]);
        put(&place, &picture(10), &theirs);
        if place.open_index().prepare("SELECT * FROM images_before").is_ok() {
            // What says that the index was taken over must outlive the damage.
            place.open_index().execute("DELETE FROM images", []).expect("deleted");
        } else {
            fs::remove_file(place.index()).expect("removed");
        }
        let ran = place.run("repair", &["--rebuild-index"]);
        assert_eq!(ran.status, 3, "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("no row of this index has it"), "{}", ran.stdout);
        let ran = place.render(&[]);
        assert_eq!(ran.status, 1, "{}", ran.stdout);
        assert!(ran.stderr.contains(IN_THE_WAY), "{}", ran.stderr);
        assert_eq!(place.run("repair", &["--delete-orphans"]).status, 3);
        assert!(place.check_ok_rows() == 2 && read(&place, &picture(10)) == theirs);
    }
}
