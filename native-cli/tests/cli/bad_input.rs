//! Market databases and series that are not as they should be.

use std::{fs, io::Write};

use crate::common::{self, HOUR, Market, Place, START, hourly, ran};
use rusqlite::Connection;

fn reopen(place: &Place) -> Market {
    Market { connection: Connection::open(place.db()).expect("a database") }
}

/// A good series beside one that this test makes.
fn beside_a_good_one(make: impl FnOnce(&Market)) -> Place {
    let place = hourly(12);
    make(&reopen(&place));
    place
}

/// The series' refusal, after the good one's three pictures were made.
fn refused_alone(place: &Place, words: &[&str]) {
    place.render(&[]).refuses(1, words);
    assert_eq!(place.check_ok_rows(), 3);
    assert!(fs::read_dir(place.root()).expect("a root").count() == 1, "only BTCUSDT has a folder");
}

#[test]
fn an_absent_database_is_named() {
    let place = Place::new();
    place.render(&[]).refuses(1, &["market.sqlite", "does not exist", "--sample"]);
    assert!(!place.root().exists() && !place.index().exists());
}

#[test]
fn a_directory_is_no_database() {
    let place = Place::new();
    fs::create_dir(place.db()).expect("a folder");
    place.render(&[]).refuses(1, &["is a directory"]);
}

#[test]
fn a_text_is_no_database() {
    let place = Place::new();
    fs::write(place.db(), "open,high,low,close\n".repeat(1000)).expect("written");
    place.render(&[]).refuses(1, &["is not an SQLite database"]);
}

#[test]
fn an_empty_file_lacks_its_tables() {
    let place = Place::new();
    fs::write(place.db(), "").expect("written");
    place.render(&[]).refuses(1, &["no table \"symbols\""]);
}

#[test]
fn a_database_that_is_cut_short_is_damaged() {
    let place = hourly(3000);
    let length = fs::metadata(place.db()).expect("a file").len();
    fs::File::options().write(true).open(place.db()).expect("opened").set_len(length / 2).expect("cut");
    place.render(&[]).refuses(1, &["damaged"]);
}

#[test]
fn a_lacking_table_or_column_is_named() {
    for (table, column) in
        [("symbols", "symbol"), ("intervals", "ms"), ("series", "symbol_id"), ("candles", "low")]
    {
        let place = hourly(12);
        reopen(&place).execute(&format!("ALTER TABLE {table} RENAME COLUMN {column} TO other"));
        place.render(&[]).refuses(1, &[table, column]);
        reopen(&place).execute(&format!("ALTER TABLE {table} RENAME TO gone"));
        place.render(&[]).refuses(1, &["no table", table]);
    }
}

#[test]
fn a_locked_database_is_waited_for_and_then_named() {
    let place = hourly(12);
    let market = reopen(&place);
    market.execute("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;");
    place.render(&[]).refuses(1, &["is locked by another process"]);
    market.execute("COMMIT");
    place.render_well(&[]);
}

#[test]
fn a_lock_that_is_released_in_time_is_never_seen() {
    let place = hourly(12);
    let market = reopen(&place);
    market.execute("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;");
    let child = place.spawn(&[]);
    std::thread::sleep(std::time::Duration::from_millis(700));
    market.execute("COMMIT");
    assert!(child.wait_with_output().expect("ended").status.success());
}

#[test]
fn an_unknown_symbol_or_interval_names_near_ones() {
    let place = hourly(12);
    place.render(&["--symbol", "BTCUSD"]).refuses(1, &["BTCUSD", "did you mean BTCUSDT?"]);
    place.render(&["--symbol", "XYZ"]).refuses(1, &["XYZ", "it has BTCUSDT"]);
    place.render(&["--interval", "5m"]).refuses(1, &["5m", "1h"]);
    let market = reopen(&place);
    market.series("ETHUSD", "4h", 4 * HOUR);
    place.render(&["--symbol", "ETHUSD", "--interval", "1h"]).refuses(1, &["ETHUSD 4h"]);
    assert!(!place.root().exists());
}

#[test]
fn a_symbol_that_leads_out_of_the_root_is_refused_alone() {
    for symbol in ["../../etc", "..", "", "a/b", ".hidden", "é"] {
        let place = beside_a_good_one(|market| market.fill(market.series(symbol, "1h", HOUR), HOUR, 12));
        refused_alone(&place, &["refused", "symbol"]);
    }
}

#[test]
fn an_interval_code_that_leads_out_of_the_root_is_refused_alone() {
    let place = beside_a_good_one(|market| market.fill(market.series("ETHUSD", "../1h", HOUR), HOUR, 12));
    refused_alone(&place, &["refused", "interval"]);
}

#[test]
fn an_interval_of_length_0_or_less_is_refused_alone() {
    for ms in [0, -HOUR, i64::MIN] {
        let place = beside_a_good_one(|market| market.fill(market.series("ETHUSD", "odd", ms), HOUR, 12));
        refused_alone(&place, &["refused", "must be above 0"]);
    }
}

#[test]
fn names_and_lengths_of_the_wrong_type_are_refused_alone() {
    for sql in [
        "UPDATE symbols SET symbol = NULL WHERE symbol = 'ETHUSD'",
        "UPDATE symbols SET symbol = x'00ff' WHERE symbol = 'ETHUSD'",
        "UPDATE intervals SET code = NULL WHERE code = 'odd'",
        "UPDATE intervals SET ms = 'long' WHERE code = 'odd'",
        "UPDATE intervals SET ms = NULL WHERE code = 'odd'",
        "UPDATE intervals SET ms = 1.5 WHERE code = 'odd'",
    ] {
        let place = beside_a_good_one(|market| {
            market.fill(market.series("ETHUSD", "odd", HOUR), HOUR, 12);
            market.execute(sql);
        });
        refused_alone(&place, &["refused"]);
    }
}

#[test]
fn open_times_that_are_no_integers_are_refused_alone() {
    for value in ["NULL", "'soon'", "x'01'", "1672531200000.5", "1e30"] {
        let place = beside_a_good_one(|market| {
            let series = market.series("ETHUSD", "1h", HOUR);
            market.fill(series, HOUR, 12);
            market.execute(&format!("INSERT INTO candles VALUES({series}, {value}, 1, 1, 1, 1, 1)"));
        });
        refused_alone(&place, &["refused", "open_time"]);
    }
}

#[test]
fn two_candles_of_one_open_time_are_refused_alone() {
    let place = beside_a_good_one(|market| {
        let series = market.series("ETHUSD", "1h", HOUR);
        market.fill(series, HOUR, 12);
        market.candle(series, START, 5);
    });
    refused_alone(&place, &["two candles have the open_time 2023-01-01T00:00:00Z"]);
}

#[test]
fn two_series_of_one_name_are_refused_alone() {
    let place = beside_a_good_one(|market| {
        market.fill(market.series("ETHUSD", "1h", HOUR), HOUR, 12);
        market.fill(market.series("ETHUSD", "1h", HOUR), HOUR, 12);
    });
    refused_alone(&place, &["two series"]);
}

#[test]
fn ends_that_no_file_name_can_show_are_refused_alone() {
    for open_time in [START + 500, i64::MIN, -62_167_219_200_001] {
        let place = beside_a_good_one(|market| {
            market.candle(market.series("ETHUSD", "1h", HOUR), open_time, 1);
        });
        refused_alone(&place, &["refused", "whole second"]);
    }
}

#[test]
fn open_times_across_the_whole_range_of_integers_end_in_a_refusal() {
    let place = beside_a_good_one(|market| {
        let series = market.series("ETHUSD", "1s", 1000);
        for open_time in [i64::MIN, -1000, START, i64::MAX - 1, i64::MAX] {
            market.candle(series, open_time, 1);
        }
    });
    refused_alone(&place, &["refused"]);
}

#[test]
fn a_gap_of_absurd_length_is_refused_unless_it_lies_outside_the_filter() {
    let place = beside_a_good_one(|market| {
        let series = market.series("ETHUSD", "1s", 1000);
        market.candle(series, 0, 1);
        market.fill(series, 1000, 12);
    });
    refused_alone(&place, &["refused", "more than 10000000 candles are missing"]);
    place.render_well(&["--start", "2023-01-01"]);
}

#[test]
fn invalid_candles_make_their_windows_missing_with_a_reason() {
    let cases = [
        ("open = NULL", "open is NULL"),
        ("high = 'tall'", "high is text"),
        ("low = x'00'", "low is a blob"),
        ("close = 9e999", "close is not a finite number"),
        ("volume = -9e999", "volume is not a finite number"),
        ("volume = -1", "volume is below 0"),
        ("high = 1", "high is below open, close or low"),
        ("low = 105, open = 104, close = 104, high = 106", "low is above open or close"),
    ];
    for (change, why) in cases {
        let place = hourly(40);
        reopen(&place)
            .execute(&format!("UPDATE candles SET {change} WHERE open_time = {}", START + 20 * HOUR));
        place.render_well(&[]);
        let reason = format!("invalid candle at 2023-01-01T20:00:00Z: {why}");
        assert_eq!(place.reasons().get(&reason), Some(&10), "{:?}", place.reasons());
        assert_eq!((place.count("ok"), place.count("missing")), (21, 19));
    }
}

#[test]
fn whole_numbers_are_numbers() {
    let place = hourly(12);
    reopen(&place).execute("UPDATE candles SET open = 3, high = 9, low = 1, close = 4, volume = 0");
    place.render_well(&[]);
    assert_eq!(place.count("ok"), 3);
}

#[test]
fn a_file_that_is_no_regular_one_is_refused_at_once() {
    hourly(1).render(&["--db", "/dev/null"]).refuses(1, &["is not a regular file"]);
}

#[test]
fn odd_names_of_the_database_file_are_no_trouble() {
    for name in [":memory:", "a b%20?mode=rw#x.sqlite", "ü.sqlite"] {
        let place = hourly(12);
        fs::rename(place.db(), place.path(name)).expect("renamed");
        place.render_well(&["--db", name]);
        assert_eq!(place.count("ok"), 3, "{name}");
    }
}

#[test]
fn paths_that_are_no_text_are_no_trouble() {
    use std::os::unix::ffi::OsStringExt;
    let place = hourly(12);
    let odd = |bytes: &[u8]| std::ffi::OsString::from_vec(bytes.to_vec());
    fs::rename(place.db(), place.path("x").with_file_name(odd(b"\xff.sqlite"))).expect("renamed");
    let mut command = place.command(&Place::render_args(&[]));
    command
        .arg("--db")
        .arg(odd(b"\xff.sqlite"))
        .arg("--root")
        .arg(odd(b"r\xfe"))
        .arg("--index")
        .arg(odd(b"i\xfe"));
    assert_eq!(ran(&mut command).status, 0);
    assert_eq!(common::tree(&place.path("x").with_file_name(odd(b"r\xfe"))).len(), 3);
}

#[test]
fn a_closed_standard_error_does_not_stop_the_run() {
    let place = beside_a_good_one(|market| {
        market.series("..", "1h", HOUR);
    });
    let mut child = place.command(&Place::render_args(&["--verbose"]));
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut writer_too = writer.try_clone().expect("a second handle");
    assert!(writer_too.write_all(b"x").is_err(), "the pipe is broken");
    let status = child.stderr(writer).stdout(writer_too).status().expect("started");
    assert_eq!(status.code(), Some(1));
    assert_eq!(place.check_ok_rows(), 3);
}

#[test]
fn market_columns_that_are_computed_are_columns() {
    let place = hourly(12);
    reopen(&place).execute(
        "ALTER TABLE candles RENAME COLUMN volume TO amount;
         ALTER TABLE candles ADD COLUMN volume AS (amount * 2) VIRTUAL",
    );
    place.render_well(&[]);
    assert_eq!(place.check_ok_rows(), 3);
}

#[test]
fn names_do_not_reach_the_terminal_raw() {
    let evil = format!("\u{1b}[31mred\n{}", "x".repeat(5000));
    let place = beside_a_good_one(|market| {
        market.series(&evil, "1h", HOUR);
    });
    for (ran, status) in [(place.render(&[]), 1), (place.render(&["--symbol", "XYZ"]), 1)] {
        ran.refuses(status, &["\\u{1b}[31mred\\nxxx"]);
        assert!(!ran.stderr.contains('\u{1b}') && ran.stderr.len() < 1000, "{}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1);
    }
}

#[test]
fn a_stray_open_time_costs_only_its_own_end() {
    let place = hourly(40);
    reopen(&place).execute(&format!(
        "UPDATE candles SET open_time = open_time + 500 WHERE open_time = {}",
        START + 20 * HOUR
    ));
    let ran = place.render(&[]);
    ran.refuses(1, &["an end of series BTCUSDT 1h refused", "not on a whole second"]);
    assert!(ran.stdout.contains("1 failed"), "{}", ran.stdout);
    // The time at which it should have opened is a gap's end, and its own has no row.
    assert_eq!((place.check_ok_rows(), place.count("missing")), (30, 10));
    let strays: i64 = place
        .open_index()
        .query_row("SELECT count(*) FROM images WHERE end_open_time_ms % 1000 <> 0", [], |row| row.get(0))
        .expect("counted");
    assert_eq!(strays, 0);
    let json = place.render(&["--format", "json"]);
    assert_eq!(json.json()[0]["type"], "end_refused");
    assert_eq!(json.json()[0]["end_open_time_ms"], START + 20 * HOUR + 500);
}
