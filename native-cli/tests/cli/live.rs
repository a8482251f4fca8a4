//! Sources that change, and files that do.

use std::{fs, path::Path};

use crate::common::{self, HOUR, Market, Place, START, hourly};
use rusqlite::Connection;

fn reopen(place: &Place) -> Market {
    Market { connection: Connection::open(place.db()).expect("a database") }
}

fn rendered(place: &Place) -> u64 {
    place.render_well(&["--format", "json"]).summary()["rendered"].as_u64().expect("a number")
}

#[test]
fn a_changed_candle_renews_exactly_the_windows_that_hold_it() {
    let place = hourly(60);
    place.render_well(&[]);
    let before = place.rows();
    reopen(&place).execute(&format!("UPDATE candles SET volume = 6 WHERE open_time = {}", START + 30 * HOUR));
    assert_eq!(rendered(&place), 10);
    for (hour, (old, new)) in before.iter().zip(&place.rows()).enumerate() {
        assert_eq!(old != new, (30..40).contains(&hour), "end {hour}");
    }
    assert_eq!((place.check_ok_rows(), rendered(&place)), (51, 0));
}

#[test]
fn new_candles_cost_only_their_own_pictures() {
    let place = hourly(60);
    place.render_well(&[]);
    let market = reopen(&place);
    for step in 60..65 {
        market.candle(1, START + step * HOUR, step);
    }
    assert_eq!(rendered(&place), 5);
}

#[test]
fn a_picture_that_the_source_can_no_longer_make_becomes_missing_and_its_file_stays() {
    let place = hourly(30);
    place.render_well(&[]);
    let files = place.tree();
    reopen(&place).execute(&format!("DELETE FROM candles WHERE open_time = {}", START + 20 * HOUR));
    place.render_well(&[]);
    let sql = "SELECT status, reason, sha256, size_bytes FROM images WHERE end_open_time_ms = ?1";
    let row: (String, String, Option<String>, Option<i64>) = place
        .open_index()
        .query_row(sql, [START + 20 * HOUR], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .expect("a row");
    assert_eq!(row, ("missing".to_owned(), "gap: no candle at this end".to_owned(), None, None));
    assert!(place.tree().keys().eq(files.keys()));
    assert_eq!(place.check_ok_rows(), 20);
}

#[test]
fn an_absent_or_cut_file_is_rendered_again_to_the_same_bytes() {
    let place = hourly(30);
    place.render_well(&[]);
    let files = place.tree();
    let mut paths = files.keys();
    let (gone, cut) = (paths.next().expect("a file"), paths.next().expect("a file"));
    fs::remove_file(place.root().join(gone)).expect("removed");
    fs::write(place.root().join(cut), "short").expect("written");
    assert_eq!(rendered(&place), 2);
    assert!(place.tree() == files);
    assert_eq!(place.check_ok_rows(), 21);
}

#[test]
fn files_without_rows_are_rendered_again_and_replaced() {
    let place = hourly(30);
    place.render_well(&[]);
    let files = place.tree();
    place.open_index().execute("DELETE FROM images", []).expect("deleted");
    let path = files.keys().next().expect("a file");
    fs::write(place.root().join(path), "of unknown origin").expect("written");
    assert_eq!(rendered(&place), 21);
    assert!(place.tree() == files);
}

#[test]
fn rows_with_values_of_the_wrong_type_are_rendered_again() {
    let place = hourly(30);
    place.render_well(&[]);
    for change in ["input_sha256 = 5", "input_sha256 = 'é'", "size_bytes = 'long'", "size_bytes = -1"] {
        place
            .open_index()
            .execute(&format!("UPDATE images SET {change} WHERE status = 'ok'"), [])
            .expect("changed");
        assert_eq!(rendered(&place), 21, "{change}");
    }
    assert_eq!(rendered(&place), 0);
}

/// Copies a database as a killed process leaves it: with a WAL that holds what the main file lacks.
fn copy_with_wal(place: &Place, to: &Path) {
    let market = reopen(place);
    market.execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;");
    market.execute("PRAGMA wal_checkpoint(TRUNCATE);");
    for step in 60..100 {
        market.candle(1, START + step * HOUR, step);
    }
    fs::create_dir(to).expect("a folder");
    for suffix in ["", "-wal"] {
        let name = format!("market.sqlite{suffix}");
        fs::copy(place.path(&name), to.join(&name)).expect("copied");
    }
}

#[test]
fn candles_that_are_only_in_the_wal_are_seen() {
    let place = hourly(60);
    copy_with_wal(&place, &place.path("copy"));
    place.render_well(&["--db", "copy/market.sqlite"]);
    assert_eq!(place.check_ok_rows(), 91);
}

#[test]
fn a_wal_that_cannot_be_honoured_is_refused_and_never_ignored() {
    use std::os::unix::fs::PermissionsExt;
    let place = hourly(60);
    let copy = place.path("copy");
    copy_with_wal(&place, &copy);
    let out = place.path("out");
    fs::create_dir(&out).expect("a folder");
    fs::set_permissions(&out, fs::Permissions::from_mode(0o777)).expect("permissions");
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o555)).expect("permissions");
    let args = Place::render_args(&[
        "--db",
        "copy/market.sqlite",
        "--root",
        "out/root",
        "--index",
        "out/index.sqlite",
    ]);
    let ran = common::ran(&mut place.command_as_nobody(&args));
    ran.refuses(1, &["-wal holds data"]);
}

#[test]
fn a_read_only_folder_without_a_wal_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let place = hourly(60);
    reopen(&place).execute("PRAGMA journal_mode = WAL;");
    let (copy, out) = (place.path("copy"), place.path("out"));
    for folder in [&copy, &out] {
        fs::create_dir(folder).expect("a folder");
    }
    fs::copy(place.db(), copy.join("market.sqlite")).expect("copied");
    fs::set_permissions(&out, fs::Permissions::from_mode(0o777)).expect("permissions");
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o555)).expect("permissions");
    let args = Place::render_args(&[
        "--db",
        "copy/market.sqlite",
        "--root",
        "out/root",
        "--index",
        "out/index.sqlite",
    ]);
    let ran = common::ran(&mut place.command_as_nobody(&args));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("51 rendered"), "{}", ran.stdout);
}

#[test]
fn a_writer_in_the_middle_of_a_transaction_neither_waits_nor_is_waited_for() {
    let place = hourly(60);
    let market = reopen(&place);
    market.execute("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; UPDATE candles SET volume = 9;");
    place.render_well(&[]);
    market.execute("COMMIT");
    assert_eq!(rendered(&place), 51);
}

/// The database as the real tool leaves it when it is killed; the tests above make their own.
#[test]
fn the_half_written_database_of_the_real_pipeline_loses_no_candle() {
    use std::os::unix::fs::PermissionsExt;
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/wal-live");
    if !shared.join("market.sqlite").exists() {
        println!("not there: {}", shared.display());
        return;
    }
    let place = Place::new();
    let out = place.path("out");
    fs::create_dir(&out).expect("a folder");
    fs::set_permissions(&out, fs::Permissions::from_mode(0o777)).expect("permissions");
    for (name, with_shm, mode) in
        [("writable", false, 0o777), ("without", false, 0o555), ("with", true, 0o555)]
    {
        let copy = place.path(name);
        fs::create_dir(&copy).expect("a folder");
        for suffix in ["", "-wal"] {
            let file = format!("market.sqlite{suffix}");
            fs::copy(shared.join(&file), copy.join(&file)).expect("copied");
            fs::set_permissions(copy.join(&file), fs::Permissions::from_mode(0o666)).expect("permissions");
        }
        // A reader that stays makes the file that a read-only folder lacks.
        let reader = with_shm.then(|| {
            let reader = Connection::open(copy.join("market.sqlite")).expect("a database");
            let count: i64 =
                reader.query_row("SELECT count(*) FROM candles", [], |row| row.get(0)).expect("read");
            assert!(count > 0 && copy.join("market.sqlite-shm").exists());
            fs::set_permissions(copy.join("market.sqlite-shm"), fs::Permissions::from_mode(0o666))
                .expect("permissions");
            reader
        });
        fs::set_permissions(&copy, fs::Permissions::from_mode(mode)).expect("permissions");
        let db = format!("{name}/market.sqlite");
        let (root, index) = (format!("out/{name}"), format!("out/{name}.sqlite"));
        let args =
            ["render", "--db", &db, "--root", &root, "--index", &index, "--size", "16", "--format", "json"];
        let ran = common::ran(&mut place.command_as_nobody(&args));
        if name == "without" {
            ran.refuses(1, &["-wal holds data"]);
        } else {
            assert_eq!(ran.status, 0, "{name}: {}", ran.stderr);
            let candles: u64 = ran.json().iter().filter_map(|line| line["candles"].as_u64()).sum();
            assert_eq!(candles, 3278, "{name}");
        }
        drop(reader);
    }
}
