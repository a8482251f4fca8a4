//! An import that is cut off, and two at once.

use std::{fmt::Write, process::Stdio, thread, time::Duration};

use super::{
    common::{HOUR, Place, START},
    klines, place,
};
use rusqlite::Connection;
use rustix::process::{Pid, Signal, kill_process};

/// Rows of one transaction.
const CHUNK: i64 = 50_000;
const ROWS: i64 = 8 * CHUNK;

/// A place with a file that takes a while.
fn long() -> Place {
    let place = Place::new();
    let mut text = "time,open,high,low,close,volume\n".to_owned();
    for step in 0..ROWS {
        writeln!(text, "{},1,3,1,2,{step}", START + step * 60_000).expect("text");
    }
    place.write("BTCUSDT-1m.csv", text);
    place
}

fn count(place: &Place) -> i64 {
    let market = Connection::open(place.db()).expect("a database");
    market.busy_timeout(Duration::from_secs(60)).expect("a timeout");
    market.query_row("SELECT count(*) FROM candles", [], |row| row.get(0)).unwrap_or(0)
}

/// Sends a signal once something is stored; gives how the program ended.
fn signalled(place: &Place, signal: Signal) -> Option<i32> {
    let mut command = place.command(&["import", "BTCUSDT-1m.csv"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started");
    while child.try_wait().expect("a child").is_none() && (!place.db().exists() || count(place) == 0) {
        thread::sleep(Duration::from_millis(5));
    }
    let pid = Pid::from_child(&child);
    // It may be done by now, which the tests notice.
    let _ = kill_process(pid, signal);
    child.wait().expect("ended").code()
}

#[test]
fn a_killed_import_leaves_whole_transactions_and_the_next_one_goes_on() {
    let place = long();
    let ended = signalled(&place, Signal::KILL);
    let stored = count(&place);
    assert_eq!(ended, None, "it was done before it could be killed");
    assert!(stored > 0 && stored % CHUNK == 0, "{stored}");
    let check: String = Connection::open(place.db())
        .expect("a database")
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("checked");
    assert_eq!(check, "ok");
    let summary = place.import_well(&["BTCUSDT-1m.csv"]);
    assert_eq!((&summary["new"], &summary["unchanged"]), (&(ROWS - stored).into(), &stored.into()));
    assert_eq!(count(&place), ROWS);
}

#[test]
fn an_interrupted_import_ends_between_two_transactions() {
    let place = long();
    let ended = signalled(&place, Signal::TERM);
    let stored = count(&place);
    assert_eq!(ended, Some(130));
    assert!(stored > 0 && stored % CHUNK == 0, "{stored}");
}

#[test]
fn a_process_killed_before_it_made_tables_leaves_a_file_that_can_be_used() {
    let place = place(5);
    place.write("market.sqlite", b"");
    place.import_well(&["BTCUSDT-1h-2023-01.csv"]);
    assert_eq!(count(&place), 5);
}

#[test]
fn a_locked_database_is_waited_for_and_then_named() {
    let place = place(5);
    place.import_well(&["BTCUSDT-1h-2023-01.csv"]);
    let writer = Connection::open(place.db()).expect("a database");
    writer.execute_batch("BEGIN IMMEDIATE").expect("locked");
    place.write("BTCUSDT-1h-2023-01.csv", klines(0..9, HOUR));
    place.import(&["BTCUSDT-1h-2023-01.csv"]).refuses(1, &["market.sqlite", "is locked by another process"]);
    writer.execute_batch("COMMIT").expect("released");
    place.import_well(&["BTCUSDT-1h-2023-01.csv"]);
}

#[test]
fn two_imports_at_once_both_come_in() {
    let place = Place::new();
    place.write("BTCUSDT-1h.csv", klines(0..3000, HOUR));
    place.write("ETHUSDT-1h.csv", klines(0..3000, HOUR));
    let start = |file: &str| {
        let mut command = place.command(&["import", file]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started")
    };
    let children = ["BTCUSDT-1h.csv", "ETHUSDT-1h.csv"].map(start);
    for child in children {
        assert!(child.wait_with_output().expect("ended").status.success());
    }
    assert_eq!(count(&place), 6000);
}
