//! Roots and indexes that cannot be written, or that hold something else.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Command,
};

use crate::common::{self, Place, hourly, ran};
use rusqlite::Connection;

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
}

#[test]
fn a_root_that_cannot_be_created_is_named() {
    let place = hourly(12);
    fs::create_dir(place.path("closed")).expect("a folder");
    fs::create_dir(place.path("open")).expect("a folder");
    chmod(&place.path("closed"), 0o555);
    chmod(&place.path("open"), 0o777);
    chmod(&place.db(), 0o444);
    let args = Place::render_args(&["--root", "closed/root", "--index", "open/i.sqlite"]);
    ran(&mut place.command_as_nobody(&args)).refuses(1, &["root closed/root", "cannot be created"]);
}

#[test]
fn pictures_that_cannot_be_written_are_named_and_have_no_ok_row() {
    let place = hourly(12);
    fs::create_dir(place.root()).expect("a folder");
    fs::create_dir(place.path("open")).expect("a folder");
    chmod(&place.root(), 0o555);
    chmod(&place.path("open"), 0o777);
    let args = Place::render_args(&["--index", "open/i.sqlite"]);
    let ran = ran(&mut place.command_as_nobody(&args));
    ran.refuses(1, &["cannot write", "BTCUSDT_1h_2023-01-01T09-00-00_px16_w10_v1.png", "Permission denied"]);
    assert!(ran.stdout.contains("3 failed"), "{}", ran.stdout);
    let rows = common::rows(&place.path("open/i.sqlite"));
    assert_eq!(rows.len(), 9, "only missing rows");
}

#[test]
fn one_folder_that_cannot_be_written_costs_only_its_own_pictures() {
    // From December into January: two folders of months.
    let place = hourly(800);
    place.render_well(&["--end", "2023-01-01T12:00:00Z"]);
    let month = place.root().join("BTCUSDT/1h/2023/02");
    fs::write(&month, "in the way").expect("written");
    let ran = place.render(&["--format", "json"]);
    assert_eq!(ran.status, 1);
    let summary = ran.summary();
    assert_eq!((summary["rendered"].as_u64(), summary["failed"].as_u64()), (Some(744 - 12), Some(56)));
    let failed = ran.json().iter().filter(|line| line["type"] == "failed").count();
    assert_eq!(failed, 56);
    fs::remove_file(month).expect("removed");
    place.render_well(&[]);
    assert_eq!(place.check_ok_rows(), 791);
}

#[test]
fn an_ok_row_whose_file_is_gone_and_cannot_be_written_becomes_corrupt() {
    let place = hourly(12);
    place.render_well(&[]);
    let folder = place.root().join("BTCUSDT/1h/2023/01");
    fs::remove_dir_all(&folder).expect("removed");
    fs::write(&folder, "in the way").expect("written");
    place.render(&[]).refuses(1, &["cannot write"]);
    assert_eq!(place.count("ok"), 0);
    assert_eq!(place.reasons()["its file is absent"], 3);
    fs::remove_file(&folder).expect("removed");
    place.render_well(&[]);
    assert_eq!(place.check_ok_rows(), 3);
}

#[test]
fn a_full_disk_is_named_and_every_picture_that_fits_is_made() {
    let place = hourly(400);
    fs::create_dir(place.root()).expect("a folder");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=256k", "none"])
        .arg(place.root())
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        eprintln!(
            "SKIPPED: cannot mount a small file system here; the injected faults in src/faults.rs stand in"
        );
        return;
    }
    let ran = place.render(&["--size", "64"]);
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        ran.refuses(1, &["No space left on device", "more pictures"]);
        let made = place.check_ok_rows();
        assert!(made > 10 && made < 391, "{made}");
        assert_eq!(place.tree().len(), made, "nothing half-written is left");
    }));
    let unmounted = Command::new("umount").arg(place.root()).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    result.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    place.render_well(&["--size", "64"]);
    assert_eq!(place.check_ok_rows(), 391);
}

#[test]
fn a_full_disk_under_the_index_is_named() {
    let place = hourly(4000);
    fs::create_dir(place.path("small")).expect("a folder");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=300k", "none"])
        .arg(place.path("small"))
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        eprintln!("SKIPPED: cannot mount a small file system here");
        return;
    }
    let ran = place.render(&["--index", "small/i.sqlite"]);
    let unmounted = Command::new("umount").arg(place.path("small")).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    ran.refuses(1, &["index small/i.sqlite", "disk is full"]);
    assert_eq!(place.temporaries(), 0);
}

#[test]
fn a_link_inside_the_root_is_not_followed() {
    let place = hourly(12);
    fs::create_dir_all(place.path("outside")).expect("a folder");
    fs::create_dir_all(place.root().join("BTCUSDT")).expect("a folder");
    symlink(place.path("outside"), place.root().join("BTCUSDT/1h")).expect("a link");
    place.render(&[]).refuses(1, &["link"]);
    assert_eq!(fs::read_dir(place.path("outside")).expect("a folder").count(), 0);
    assert_eq!(place.count("ok"), 0);
}

#[test]
fn a_link_in_place_of_a_picture_is_replaced_and_its_target_left_alone() {
    let place = hourly(12);
    place.render_well(&[]);
    let (path, bytes) = place.tree().pop_first().expect("a picture");
    fs::write(place.path("outside"), &bytes).expect("written");
    fs::remove_file(place.root().join(&path)).expect("removed");
    symlink(place.path("outside"), place.root().join(&path)).expect("a link");
    assert_eq!(place.render_well(&["--format", "json"]).summary()["rendered"], 1);
    assert!(fs::symlink_metadata(place.root().join(&path)).expect("a file").is_file());
    assert!(fs::read(place.path("outside")).expect("still there") == bytes);
}

#[test]
fn a_root_that_is_a_file_is_named() {
    let place = hourly(12);
    fs::write(place.root(), "").expect("written");
    place.render(&[]).refuses(1, &["root image-cache", "is not a directory"]);
}

#[test]
fn an_index_that_is_a_directory_or_no_database_is_named() {
    let place = hourly(12);
    fs::create_dir(place.index()).expect("a folder");
    place.render(&[]).refuses(1, &["index image_cache.sqlite", "is a directory"]);
    fs::remove_dir(place.index()).expect("removed");
    fs::write(place.index(), "no database at all, but long enough to be one".repeat(100)).expect("written");
    place.render(&[]).refuses(1, &["is not an SQLite database"]);
    assert!(!place.root().exists());
}

#[test]
fn an_index_that_cannot_be_written_is_named() {
    let place = hourly(12);
    fs::create_dir(place.path("closed")).expect("a folder");
    chmod(&place.path("closed"), 0o555);
    let args = Place::render_args(&["--index", "closed/i.sqlite"]);
    ran(&mut place.command_as_nobody(&args)).refuses(1, &["index closed/i.sqlite", "Permission denied"]);
    let args = Place::render_args(&["--index", "closed/deeper/i.sqlite"]);
    ran(&mut place.command_as_nobody(&args)).refuses(1, &["cannot create the folder"]);
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    for sql in [
        "CREATE TABLE images (id INTEGER, path TEXT)",
        "CREATE VIEW images AS SELECT 1 AS symbol",
        "CREATE TABLE specs (name TEXT)",
        "CREATE TABLE meta (a, b, c)",
        "CREATE TABLE candles (open, high, low, close)",
    ] {
        let place = hourly(12);
        Connection::open(place.index()).expect("a database").execute_batch(sql).expect("a table");
        place.render(&[]).refuses(1, &["choose another --index"]);
        let tables: i64 = place
            .open_index()
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .expect("counted");
        assert_eq!(tables, 1, "{sql}");
    }
}

#[test]
fn the_market_database_is_never_made_an_index() {
    let place = hourly(12);
    let before = fs::read(place.db()).expect("a database");
    place.render(&["--index", "market.sqlite"]).refuses(1, &["is another program's database"]);
    assert!(fs::read(place.db()).expect("a database") == before);
}

#[test]
fn an_index_of_another_version_is_refused() {
    let place = hourly(12);
    place.render_well(&[]);
    place.open_index().execute_batch("ALTER TABLE images DROP COLUMN size_bytes").expect("altered");
    place.render(&[]).refuses(1, &["size_bytes"]);
}

#[test]
fn a_damaged_index_is_named_with_its_remedy() {
    let place = hourly(600);
    place.render_well(&[]);
    let mut bytes = fs::read(place.index()).expect("an index");
    for byte in &mut bytes[4096..] {
        *byte = 0xa5;
    }
    fs::write(place.index(), bytes).expect("written");
    place.render(&[]).refuses(1, &["index image_cache.sqlite", "is damaged", "repair --rebuild-index"]);
}

#[test]
fn another_programs_file_of_the_locks_name_is_left_alone() {
    let place = hourly(12);
    fs::write(place.path("Cargo.lock"), "# not ours").expect("written");
    place.render(&["--index", "Cargo"]).refuses(1, &["Cargo.lock", "another program's file"]);
    assert_eq!(fs::read(place.path("Cargo.lock")).expect("kept"), b"# not ours");
    assert!(!place.path("Cargo").exists() && !place.root().exists());
}

#[test]
fn an_index_that_is_a_link_to_itself_is_named() {
    let place = hourly(12);
    symlink("image_cache.sqlite", place.index()).expect("a link");
    place.render(&[]).refuses(1, &["index image_cache.sqlite", "in a circle"]);
}
