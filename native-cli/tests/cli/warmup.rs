//! Candles from before the window, which overlays and indicators are computed from.

use crate::common::{self, HOUR, Market, START, hourly};
use rusqlite::Connection;

/// Together 5 * 4 - 1 = 19 candles of warm-up.
const LINES: [&str; 4] = ["--overlay", "ema:4", "--indicator", "stochastic:3,2,2"];

fn flags<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&LINES[..], more].concat()
}

#[test]
fn only_too_short_a_window_is_missing_at_the_beginning_of_a_series() {
    let place = hourly(40);
    place.render_well(&flags(&[]));
    assert_eq!((place.count("ok"), place.count("missing")), (31, 9));
    assert_eq!(place.reasons()["short history: 9 of 10 candles"], 1);
    assert_eq!(place.check_ok_rows(), 31);
}

#[test]
fn pictures_from_the_middle_of_a_series_are_those_of_a_full_run() {
    let (some, whole) = (hourly(100), hourly(100));
    whole.render_well(&flags(&[]));
    // The first of these has all its warm-up before `--start`; the other run has only a part.
    for (start, end) in
        [("2023-01-03T00:00:00Z", "2023-01-03T06:00:00Z"), ("2023-01-01T12:00:00Z", "2023-01-02")]
    {
        some.render_well(&flags(&["--start", start, "--end", end]));
    }
    assert_eq!(some.tree().len(), 18);
    for (path, bytes) in some.tree() {
        assert!(whole.tree()[&path] == bytes, "{}", path.display());
    }
    assert!(some.rows().iter().all(|row| whole.rows().contains(row)), "digests of candles are equal as well");
}

#[test]
fn pictures_do_not_depend_on_history_before_the_warm_up() {
    let input = |place: &common::Place| -> String {
        let sql = "SELECT input_sha256 FROM images WHERE end_open_time_ms = ?1";
        place.open_index().query_row(sql, [START + 40 * HOUR], |row| row.get(0)).expect("a row")
    };
    let (long, short, too_short) = (hourly(50), hourly(50), hourly(50));
    // A window of 10 that ends at 40 begins at 31, and its warm-up at 12.
    for (place, from) in [(&short, 12), (&too_short, 13)] {
        let sql = format!("DELETE FROM candles WHERE open_time < {}", START + from * HOUR);
        Market { connection: Connection::open(place.db()).expect("a database") }.execute(&sql);
    }
    for place in [&long, &short, &too_short] {
        place.render_well(&flags(&[]));
    }
    assert_eq!(input(&long), input(&short));
    assert_ne!(input(&long), input(&too_short));
}

#[test]
fn a_change_in_the_warm_up_makes_a_picture_stale_and_one_before_it_does_not() {
    let place = hourly(60);
    place.render_well(&flags(&[]));
    let market = Market { connection: Connection::open(place.db()).expect("a database") };
    market.execute(&format!("UPDATE candles SET volume = 6 WHERE open_time = {}", START + 5 * HOUR));
    let summary = place.render_well(&flags(&["--format", "json"])).summary();
    // The candle is in the windows that end at 9 to 14, and in the warm-up of those up to 33.
    assert_eq!((summary["rendered"].as_u64(), summary["unchanged"].as_u64()), (Some(25), Some(26)));
}

#[test]
fn an_invalid_candle_in_the_warm_up_makes_a_picture_missing() {
    let place = hourly(60);
    let market = Market { connection: Connection::open(place.db()).expect("a database") };
    market.execute(&format!("UPDATE candles SET close = NULL WHERE open_time = {}", START + 5 * HOUR));
    place.render_well(&flags(&[]));
    assert_eq!(place.reasons()["invalid candle at 2023-01-01T05:00:00Z: close is NULL"], 25);
    assert_eq!(place.count("ok"), 26);
}

#[test]
fn one_thread_and_several_make_the_same_of_a_warm_up_that_is_longer_than_a_unit() {
    let (one, several) = (hourly(1200), hourly(1200));
    let lines = ["--overlay", "ema:100", "--indicator", "rsi:60"];
    one.render_well(&[&lines[..], &["--jobs", "1"]].concat());
    several.render_well(&[&lines[..], &["--jobs", "5"]].concat());
    assert!(one.tree() == several.tree());
    assert_eq!(one.rows(), several.rows());
    assert_eq!(one.count("ok"), 1191);
}

#[test]
fn the_longest_warm_up_there_is_takes_bounded_memory_and_every_picture() {
    let place = hourly(30_000);
    // 5 * (1000 + 1000) - 2 = 9998 candles before the window.
    place.render_well(&[
        "--indicator",
        "macd:999,1000,1000",
        "--stride",
        "500",
        "--size",
        "8",
        "--jobs",
        "2",
    ]);
    assert_eq!((place.count("ok"), place.count("missing")), (60, 0));
}

#[test]
fn specs_side_by_side_leave_each_others_rows_and_files_alone() {
    let place = hourly(40);
    let specs: [&[&str]; 9] = [
        &[],
        &["--overlay", "sma:5"],
        &["--overlay", "sma:6"],
        &["--indicator", "rsi:3"],
        &["--kind", "heikin-ashi"],
        &["--scale", "log"],
        &["--range", "5%"],
        &["--style", "yahoo", "--title"],
        &["--preset", "cnn"],
    ];
    for (done, spec) in specs.into_iter().enumerate() {
        let before = if done == 0 { Default::default() } else { (place.rows(), place.tree()) };
        place.render_well(spec);
        let (rows, files) = (place.rows(), place.tree());
        assert_eq!((rows.len(), files.len()), (40 * (done + 1), 31 * (done + 1)), "{spec:?}");
        assert!(before.0.iter().all(|row| rows.contains(row)), "{spec:?}");
        assert!(before.1.iter().all(|(path, bytes)| files.get(path) == Some(bytes)), "{spec:?}");
    }
    assert_eq!(place.check_ok_rows(), 31 * specs.len());
    for spec in specs {
        let again = place.render_well(&[spec, &["--format", "json"]].concat()).summary();
        assert_eq!(
            (again["rendered"].as_u64(), again["unchanged"].as_u64()),
            (Some(0), Some(31)),
            "{spec:?}"
        );
    }
}
