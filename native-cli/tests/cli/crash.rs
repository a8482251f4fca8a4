//! Runs that are killed, interrupted, or in each other's way.
//!
//! A killed process loses nothing that it gave to the kernel, so these tests
//! do not show what a power loss does.

use std::{
    fs,
    io::Read,
    os::unix::fs::symlink,
    thread,
    time::{Duration, Instant},
};

use crate::common::{HOUR, Market, Place, Row, hourly};
use rustix::process::{Pid, Signal, kill_process};

const CANDLES: i64 = 2500;

/// An uninterrupted run's rows and files.
fn whole() -> (Vec<Row>, std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>) {
    let place = hourly(CANDLES);
    place.render_well(&["--size", "64"]);
    (place.rows(), place.tree())
}

/// Kills runs ever later until one ends by itself; gives how many were killed.
fn kill_until_done(place: &Place) -> u32 {
    let mut killed = 0;
    for round in 0.. {
        let mut child = place.spawn(&["--size", "64"]);
        let end = Instant::now() + Duration::from_millis(20 + round * 90);
        while Instant::now() < end && child.try_wait().expect("a child").is_none() {
            thread::sleep(Duration::from_millis(1));
        }
        child.kill().expect("killed or done");
        if child.wait().expect("ended").success() {
            break;
        }
        killed += 1;
        if place.index().exists() && has_table(place) {
            place.check_ok_rows();
        }
        assert!(round < 200, "no run comes to its end");
    }
    killed
}

fn has_table(place: &Place) -> bool {
    place.open_index().prepare("SELECT 1 FROM images").is_ok()
}

#[test]
fn a_run_killed_again_and_again_ends_like_one_that_was_not() {
    let (rows, tree) = whole();
    let place = hourly(CANDLES);
    assert!(kill_until_done(&place) > 2);
    assert_eq!(place.temporaries(), 0);
    assert!(place.tree() == tree);
    assert!(place.rows() == rows);
    assert_eq!(place.check_ok_rows(), 2491);
}

#[test]
fn killed_while_replacing_pictures_no_row_lies() {
    let place = hourly(CANDLES);
    place.render_well(&["--size", "64"]);
    let market = Market { connection: rusqlite::Connection::open(place.db()).expect("a database") };
    market.execute("UPDATE candles SET volume = volume + 1");
    assert!(kill_until_done(&place) > 2);
    assert_eq!((place.check_ok_rows(), place.temporaries()), (2491, 0));
    let fresh = Place::new();
    fs::copy(place.db(), fresh.db()).expect("copied");
    fresh.render_well(&["--size", "64"]);
    assert!(place.tree() == fresh.tree());
    assert!(place.rows() == fresh.rows());
}

#[test]
fn temporaries_of_another_index_are_left_alone() {
    let place = hourly(12);
    place.render_well(&[]);
    let id: String = place
        .open_index()
        .query_row("SELECT value FROM meta WHERE key = 'id'", [], |row| row.get(0))
        .expect("an id");
    let folder = place.root().join("BTCUSDT/1h/2023/01");
    let (own, other) = (folder.join(format!(".x.png.{id}.tmp")), folder.join(".x.png.0badcafe.tmp"));
    fs::write(&own, "").expect("written");
    fs::write(&other, "").expect("written");
    place.render_well(&[]);
    assert!(own.exists(), "nothing says that the last run was killed");
    fs::write(place.path("image_cache.sqlite.lock"), "pid 1 since then\n").expect("written");
    place.render_well(&[]);
    assert!(!own.exists() && other.exists());
}

#[test]
fn an_interrupt_ends_the_run_in_good_order() {
    let place = hourly(CANDLES);
    let mut child = place.spawn(&["--size", "64", "--jobs", "1"]);
    while place.tree().len() < 5 {
        thread::sleep(Duration::from_millis(5));
    }
    kill_process(Pid::from_child(&child), Signal::INT).expect("sent");
    let status = child.wait().expect("ended");
    let mut said = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert_eq!(status.code(), Some(130));
    assert!(said.contains("Interrupted"), "{said}");
    let made = place.check_ok_rows();
    assert!(made > 0 && made < 2491, "{made}");
    assert_eq!(place.tree().len(), made, "every file has its row");
    place.render_well(&["--size", "64"]);
    assert_eq!(place.check_ok_rows(), 2491);
}

#[test]
fn a_second_writer_fails_at_once_and_names_the_first() {
    let place = hourly(CANDLES);
    let mut child = place.spawn(&["--size", "64", "--jobs", "1"]);
    while place.tree().is_empty() {
        thread::sleep(Duration::from_millis(5));
    }
    // It waits, lest it ends before the other tries.
    kill_process(Pid::from_child(&child), Signal::STOP).expect("sent");
    let started = Instant::now();
    place.render(&[]).refuses(1, &["in use", &format!("pid {}", child.id()), "since 2"]);
    assert!(started.elapsed() < Duration::from_secs(2));
    kill_process(Pid::from_child(&child), Signal::TERM).expect("sent");
    kill_process(Pid::from_child(&child), Signal::CONT).expect("sent");
    assert_eq!(child.wait().expect("ended").code(), Some(130));
}

#[test]
fn the_lock_of_a_dead_process_does_not_block() {
    let place = hourly(12);
    fs::write(place.path("image_cache.sqlite.lock"), "pid 4194304 since 2020-01-01T00:00:00Z\n")
        .expect("written");
    place.render_well(&[]);
    assert_eq!(fs::read(place.path("image_cache.sqlite.lock")).expect("kept"), b"");
}

#[test]
fn two_indexes_share_a_root_at_the_same_time() {
    let place = hourly(2000);
    let market = Market { connection: rusqlite::Connection::open(place.db()).expect("a database") };
    market.fill(market.series("ETHUSD", "1h", HOUR), HOUR, 2000);
    let one = place.spawn(&["--symbol", "BTCUSDT"]);
    let two = place.spawn(&["--symbol", "ETHUSD", "--index", "two.sqlite"]);
    for child in [one, two] {
        assert!(child.wait_with_output().expect("ended").status.success());
    }
    assert_eq!(place.tree().len(), 2 * 1991);
    assert_eq!(place.check_ok_rows(), 1991);
}

#[test]
fn a_second_writer_through_a_link_fails_as_well() {
    let place = hourly(CANDLES);
    symlink("image_cache.sqlite", place.path("link.sqlite")).expect("a link");
    symlink("link.sqlite", place.path("link of link.sqlite")).expect("a link");
    // The first run goes through a link to what does not exist yet.
    let mut command = place.command(&Place::render_args(&["--jobs", "1", "--index", "link of link.sqlite"]));
    let child = command.args(["--quiet"]).spawn().expect("started");
    while place.tree().is_empty() {
        thread::sleep(Duration::from_millis(5));
    }
    // It waits, lest it ends before the others try.
    kill_process(Pid::from_child(&child), Signal::STOP).expect("sent");
    for index in ["image_cache.sqlite", "link.sqlite"] {
        place.render(&["--index", index]).refuses(1, &["in use", &format!("pid {}", child.id())]);
    }
    kill_process(Pid::from_child(&child), Signal::TERM).expect("sent");
    kill_process(Pid::from_child(&child), Signal::CONT).expect("sent");
    child.wait_with_output().expect("ended");
    assert!(place.index().is_file() && !place.path("link.sqlite.lock").exists());
}

#[test]
fn a_run_that_loses_its_index_leaves_no_temporaries() {
    let place = hourly(CANDLES);
    place.render_well(&["--end", "2023-01-01T12:00:00Z"]);
    place
        .open_index()
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON images WHEN (SELECT count(*) FROM images) > 600
             BEGIN SELECT RAISE(ABORT, 'no more'); END",
        )
        .expect("a trigger");
    place.render(&["--jobs", "8"]).refuses(1, &["index image_cache.sqlite", "no more"]);
    assert_eq!(place.temporaries(), 0);
    place.check_ok_rows();
}
