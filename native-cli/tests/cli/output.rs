//! What a run says, and what a dry run does not do.

use std::fs;

use crate::common::{self, Market, Place, hourly, ran};
use rusqlite::Connection;

fn listing(place: &Place) -> Vec<std::path::PathBuf> {
    common::tree(&place.path("")).into_keys().collect()
}

#[test]
fn a_dry_run_creates_nothing_and_counts_what_would_be_rendered() {
    let place = hourly(30);
    let before = listing(&place);
    let summary = place.render_well(&["--dry-run", "--format", "json"]).summary();
    assert_eq!((summary["rendered"].as_u64(), summary["missing"].as_u64()), (Some(21), Some(9)));
    assert_eq!(summary["dry_run"], true);
    assert_eq!(listing(&place), before);
    assert!(!place.root().exists());
}

#[test]
fn a_dry_run_knows_what_is_already_there() {
    let place = hourly(30);
    place.render_well(&[]);
    let path = place.tree().pop_first().expect("a file").0;
    fs::remove_file(place.root().join(path)).expect("removed");
    let before = (listing(&place), place.rows());
    let ran = place.render_well(&["--dry-run"]);
    assert!(ran.stdout.contains("1 to render, 20 unchanged, 9 missing"), "{}", ran.stdout);
    assert_eq!((listing(&place), place.rows()), before);
}

#[test]
fn every_line_of_json_is_an_object_with_a_type() {
    let place = hourly(30);
    let market = Market { connection: Connection::open(place.db()).expect("a database") };
    market.series("../x", "1h", common::HOUR);
    fs::create_dir_all(place.root().join("BTCUSDT/1h/2023/02")).expect("folders");
    let ran = place.render(&["--format", "json"]);
    assert_eq!(ran.status, 1);
    let types: Vec<String> =
        ran.json().iter().map(|line| line["type"].as_str().expect("a type").to_owned()).collect();
    assert_eq!(types, ["refused", "series", "summary"]);
    let series = &ran.json()[1];
    for (field, value) in [
        ("symbol", "BTCUSDT".into()),
        ("interval", "1h".into()),
        ("candles", 30.into()),
        ("gaps", 0.into()),
        ("missing_candles", 0.into()),
        ("rendered", 21.into()),
        ("unchanged", 0.into()),
        ("missing", 9.into()),
        ("failed", 0.into()),
        ("first_end", "2023-01-01T00:00:00Z".into()),
        ("last_end", "2023-01-02T05:00:00Z".into()),
    ] {
        assert_eq!(series[field], serde_json::Value::clone(&value), "{field}");
    }
    let summary = ran.summary();
    assert_eq!((summary["refused"].as_u64(), summary["interrupted"].as_bool()), (Some(1), Some(false)));
    assert_eq!(summary["first_picture"], "BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-01T09-00-00_px16_w10_v1.png");
}

#[test]
fn quiet_says_nothing_but_errors() {
    let place = hourly(30);
    let ran = place.render_well(&["--quiet"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    place.render(&["-q", "--symbol", "X"]).refuses(1, &["X"]);
}

#[test]
fn verbose_logs_on_standard_error() {
    let ran = hourly(30).render_well(&["-v"]);
    assert!(ran.stderr.contains("BTCUSDT 1h: 30 candles read"), "{}", ran.stderr);
}

#[test]
fn without_a_terminal_there_is_no_progress_bar() {
    assert_eq!(hourly(30).render_well(&[]).stderr, "");
}

#[test]
fn a_reader_that_goes_away_does_not_stop_the_run() {
    let place = hourly(30);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = place.command(&Place::render_args(&[]));
    assert!(command.stdout(writer).status().expect("started").success());
    assert_eq!(place.check_ok_rows(), 21);
}

#[test]
fn output_that_cannot_be_written_is_an_error_after_the_pictures_are_made() {
    let place = hourly(30);
    let full = fs::File::options().write(true).open("/dev/full").expect("a full device");
    let ran = ran(place.command(&Place::render_args(&[])).stdout(full));
    ran.refuses(1, &["cannot write to standard output"]);
    assert_eq!(place.check_ok_rows(), 21);
}

#[test]
fn a_selection_that_lies_in_a_gap_is_reported_as_such() {
    let place = hourly(40);
    let market = Market { connection: Connection::open(place.db()).expect("a database") };
    let gap = common::START + 20 * common::HOUR;
    market.execute(&format!("DELETE FROM candles WHERE open_time = {gap}"));
    let ran = place.render_well(&["--start", "2023-01-01T20:00:00Z", "--end", "2023-01-01T21:00:00Z"]);
    assert!(ran.stdout.contains("1 missing, 0 failed; 0 candles, 1 gap (1 missing)"), "{}", ran.stdout);
    assert_eq!(place.count("missing"), 1);
}
