//! An import that is cut off, and two at once.

use std::{fmt::Write, process::Stdio, thread, time::Duration};

use super::{klines, place};
use crate::common::{HOUR, Place, START};
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

/// Sends a signal once something is stored; gives the place, how the program ended and how much is stored.
fn signalled(signal: Signal) -> (Place, Option<i32>, i64) {
    // On a busy machine it may be done before the signal comes.
    for _ in 0..10 {
        let place = long();
        let mut command = place.command(&["import", "BTCUSDT-1m.csv"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started");
        while child.try_wait().expect("a child").is_none() && (!place.db().exists() || count(&place) == 0) {
            thread::sleep(Duration::from_millis(5));
        }
        let _ = kill_process(Pid::from_child(&child), signal);
        let ended = child.wait().expect("ended").code();
        let stored = count(&place);
        if ended != Some(0) && stored < ROWS {
            return (place, ended, stored);
        }
    }
    panic!("it was always done before the signal came");
}

#[test]
fn a_killed_import_leaves_whole_transactions_and_the_next_one_goes_on() {
    let (place, ended, stored) = signalled(Signal::KILL);
    assert_eq!(ended, None);
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
    let (_, ended, stored) = signalled(Signal::TERM);
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
fn imports_at_once_all_come_in_also_where_they_make_the_database() {
    let names = ["BTCUSDT", "ETHUSDT", "LTCUSDT", "XRPUSDT"];
    for _ in 0..8 {
        let place = Place::new();
        let start = |name: &str| {
            let file = format!("{name}-1h.csv");
            place.write(&file, klines(0..50, HOUR));
            let mut command = place.command(&["import", &file]);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("started")
        };
        for child in names.map(start) {
            let ended = child.wait_with_output().expect("ended");
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        assert_eq!(count(&place), 200);
    }
}
