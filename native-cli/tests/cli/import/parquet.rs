//! Parquet, as pandas and pyarrow write it; `parquet/README.md` says how the files were made.

use super::expected;
use crate::common::{HOUR, Place};

fn file(name: &str) -> String {
    format!("{}/tests/cli/import/parquet/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn columns_of_any_usual_type_are_read() {
    // Timestamps in an index; integers, texts, decimals and lists in several groups of rows.
    for name in ["pandas.parquet", "pyarrow.parquet"] {
        let place = Place::new();
        let summary = place.import_well(&[&file(name), "--symbol", "BTCUSDT", "--interval", "1h"]);
        assert_eq!(summary["new"], 48);
        assert_eq!(place.stored("BTCUSDT", "1h"), expected(0..48, HOUR), "{name}");
    }
}

#[test]
fn days_of_long_ago_are_days() {
    let place = Place::new();
    place.import_well(&[&file("days.parquet"), "--symbol", "X", "--interval", "1d"]);
    let read: Vec<(i64, f64)> = place.stored("X", "1d").iter().map(|row| (row.0, row.1[4])).collect();
    let day = 24 * HOUR;
    assert_eq!(read, [(4 * day, 1.0), (5 * day, 2.0), (6 * day, 3.0)]);
}

#[test]
fn bad_rows_are_told_with_their_numbers() {
    let place = Place::new();
    let ran = place.import(&[&file("bad.parquet"), "--symbol", "BTCUSDT", "--interval", "1h"]);
    ran.refuses(1, &["bad.parquet: row 4: high is below open, close or low", "row 7: close is empty"]);
    assert_eq!(place.stored("BTCUSDT", "1h").len(), 8);
}

#[test]
fn a_file_that_is_cut_short_or_changed_brings_nothing_in() {
    let bytes = std::fs::read(file("pandas.parquet")).expect("a file");
    let place = Place::new();
    for cut in [4, 8, 100, bytes.len() / 2, bytes.len() - 1] {
        place.write("cut-1h.parquet", &bytes[..cut]);
        place.import(&["cut-1h.parquet", "--symbol", "X"]).refuses(1, &["cut-1h.parquet: "]);
    }
    let mut torn = bytes.clone();
    torn[1000..1400].fill(0xA5);
    place.write("torn-1h.parquet", torn);
    place.import(&["torn-1h.parquet", "--symbol", "X"]).refuses(1, &["torn-1h.parquet: "]);
    assert!(!place.db().exists());
}
