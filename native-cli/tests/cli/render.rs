//! What `render` makes.

use std::fs;

use crate::common::{self, HOUR, Market, Place, START, hourly, tree};

#[test]
fn the_sample_gives_a_few_hundred_default_pictures_and_says_where() {
    let place = Place::new();
    let ran = common::ran(&mut place.command(&["render", "--sample"]));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("Pictures: sample/image-cache"), "{}", ran.stdout);
    let first = "sample/image-cache/BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-08T00-00-00_px1280_w150_v1.png";
    assert!(ran.stdout.contains(first), "{}", ran.stdout);
    let pictures = tree(&place.path("sample/image-cache"));
    assert!((100..=300).contains(&pictures.len()), "{}", pictures.len());
    let decoder =
        png::Decoder::new(std::io::BufReader::new(fs::File::open(place.path(first)).expect("the picture")));
    let reader = decoder.read_info().expect("a PNG");
    assert_eq!((reader.info().width, reader.info().height), (1280, 1280));
    assert!(place.path("sample/image_cache.sqlite").is_file());
    let status = common::ran(&mut place.command(&["status", "--sample", "--format", "json"])).summary();
    assert_eq!((&status["ok"], &status["not_rendered"]), (&pictures.len().into(), &0.into()), "{status}");
    assert!(!place.root().exists() && !place.index().exists());
}

#[test]
fn every_end_has_a_row_and_every_ok_row_its_file() {
    let place = hourly(40);
    place.render_well(&[]);
    assert_eq!(place.count("ok"), 31);
    assert_eq!(place.count("missing"), 9);
    assert_eq!(place.check_ok_rows(), 31);
    assert_eq!(place.tree().len(), 31);
    assert_eq!(place.reasons()["short history: 9 of 10 candles"], 1);
    let path: String = place
        .open_index()
        .query_row("SELECT file_path FROM images WHERE end_open_time_ms = ?1", [START + 9 * HOUR], |row| {
            row.get(0)
        })
        .expect("a row");
    assert_eq!(path, "BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-01T09-00-00_px16_w10_v1.png");
}

#[test]
fn a_missing_row_carries_path_and_size_and_no_digest() {
    let place = hourly(10);
    place.render_well(&["--size", "24x16"]);
    let sql = "SELECT file_path, img_size_px, width_px, height_px, sha256 FROM images WHERE status = 'missing' LIMIT 1";
    let row: (String, u32, u32, u32, Option<String>) = place
        .open_index()
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
        .expect("a row");
    let path = "BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-01T00-00-00_px24x16_w10_v1.png";
    assert_eq!(row, (path.to_owned(), 24, 24, 16, None));
}

#[test]
fn the_index_keeps_the_columns_of_the_contract_in_their_order() {
    let place = hourly(10);
    place.render_well(&[]);
    let index = place.open_index();
    let mut select = index.prepare("SELECT name FROM pragma_table_info('images')").expect("a table");
    let names: Vec<String> =
        select.query_map([], |row| row.get(0)).expect("rows").collect::<Result<_, _>>().expect("names");
    let public = "symbol interval end_open_time_ms img_size_px window_len style_version file_path sha256 width_px \
                  height_px created_utc status";
    assert_eq!(names[..12].join(" "), public);
    let specs: i64 = index
        .query_row(
            "SELECT count(*) FROM specs JOIN images USING (spec_hash) WHERE status = 'ok'",
            [],
            |row| row.get(0),
        )
        .expect("specs");
    assert_eq!(specs, 1);
}

#[test]
fn the_same_command_again_changes_nothing() {
    let place = hourly(60);
    place.render_well(&[]);
    let written = |place: &Place| -> Vec<_> {
        let modified = |path| fs::metadata(path).expect("a file").modified().expect("a time");
        let mut times: Vec<_> = place.tree().keys().map(|path| modified(place.root().join(path))).collect();
        times.push(modified(place.index()));
        times
    };
    let before = (written(&place), fs::read(place.index()).expect("the index"));
    let again = place.render_well(&["--format", "json"]).summary();
    assert_eq!((again["rendered"].as_u64(), again["unchanged"].as_u64()), (Some(0), Some(51)));
    assert_eq!(again["missing"], 9);
    assert!((written(&place), fs::read(place.index()).expect("the index")) == before);
}

#[test]
fn one_thread_and_several_make_identical_trees_and_rows() {
    let (one, several) = (hourly(700), hourly(700));
    one.render_well(&["--jobs", "1"]);
    several.render_well(&["--jobs", "5"]);
    assert!(one.tree() == several.tree());
    assert_eq!(one.rows(), several.rows());
    assert_eq!(one.tree().len(), 691);
}

#[test]
fn a_gap_has_a_row_at_each_of_its_ends_and_windows_span_it() {
    let place = hourly(30);
    Market { connection: rusqlite::Connection::open(place.db()).expect("a database") }.execute(&format!(
        "DELETE FROM candles WHERE open_time IN ({}, {})",
        START + 20 * HOUR,
        START + 21 * HOUR
    ));
    let summary = place.render_well(&["--format", "json"]).summary();
    assert_eq!((summary["gaps"].as_u64(), summary["missing_candles"].as_u64()), (Some(1), Some(2)));
    assert_eq!(place.reasons()["gap: no candle at this end"], 2);
    assert_eq!((place.count("ok"), place.count("missing")), (19, 11));
}

#[test]
fn an_end_whose_interval_is_not_over_gets_no_row() {
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    let hour = i64::try_from(now).expect("this century") / 3600 * HOUR;
    let place = Place::new();
    let market = Market::create(&place.db());
    let series = market.series("BTCUSDT", "1h", HOUR);
    // Two hours ahead, so that the test holds even if the hour turns meanwhile.
    for step in -20..=2 {
        market.candle(series, hour + step * HOUR, step + 20);
    }
    place.render_well(&[]);
    let sql = "SELECT count(*) FROM images WHERE end_open_time_ms > ?1";
    let late: i64 = place.open_index().query_row(sql, [hour], |row| row.get(0)).expect("counted");
    assert_eq!(late, 0);
    assert!(place.count("ok") >= 11);
}

#[test]
fn start_is_inclusive_and_end_exclusive_and_windows_reach_before_start() {
    let place = hourly(60);
    let summary = place
        .render_well(&["--start", "2023-01-01T20:00:00Z", "--end", "2023-01-02", "--format", "json"])
        .summary();
    assert_eq!((summary["rendered"].as_u64(), summary["missing"].as_u64()), (Some(4), Some(0)));
    let whole = hourly(60);
    whole.render_well(&[]);
    for (path, bytes) in place.tree() {
        assert!(whole.tree()[&path] == bytes, "{}", path.display());
    }
}

#[test]
fn a_gap_across_start_or_end_is_seen() {
    let place = hourly(40);
    Market { connection: rusqlite::Connection::open(place.db()).expect("a database") }.execute(&format!(
        "DELETE FROM candles WHERE open_time > {} AND open_time < {}",
        START + 15 * HOUR,
        START + 25 * HOUR
    ));
    place.render_well(&["--start", "2023-01-01T18:00:00Z", "--end", "2023-01-01T21:00:00Z"]);
    assert_eq!(place.reasons(), [("gap: no candle at this end".to_owned(), 3)].into());
}

#[test]
fn a_stride_selects_multiples_on_the_epoch_grid() {
    let place = hourly(100);
    place.render_well(&["--stride", "24", "--window", "2"]);
    let index = place.open_index();
    let mut select = index.prepare("SELECT end_open_time_ms FROM images ORDER BY 1").expect("a table");
    let ends: Vec<i64> =
        select.query_map([], |row| row.get(0)).expect("rows").collect::<Result<_, _>>().expect("ends");
    assert_eq!(ends, (0..5).map(|day| START + day * 24 * HOUR).collect::<Vec<_>>());
}

#[test]
fn a_huge_stride_still_counts_all_candles_before_an_end() {
    let place = hourly(12_000);
    place.render_well(&["--stride", "10000", "--window", "2000"]);
    assert_eq!((place.count("ok"), place.count("missing")), (1, 0));
}

#[test]
fn weeks_are_counted_from_mondays() {
    let week = 168 * HOUR;
    let place = Place::new();
    let market = Market::create(&place.db());
    let series = market.series("BTCUSDT", "1w", week);
    // 2023-01-02 is a Monday.
    for step in 0..8 {
        market.candle(series, START + 24 * HOUR + step * week, step);
    }
    place.render_well(&["--window", "2", "--stride", "2"]);
    assert_eq!(place.rows().len(), 4);
}

#[test]
fn rendering_one_spec_leaves_the_rows_and_files_of_another_alone() {
    let place = hourly(30);
    place.render_well(&[]);
    let (rows, files) = (place.rows(), place.tree());
    for flags in [["--axes", "bare"], ["--window", "11"], ["--size", "17"], ["--axes", "off"]] {
        place.render_well(&flags);
    }
    place.render_well(&["--no-volume"]);
    place.render_well(&["--no-grid"]);
    let (later_rows, later_files) = (place.rows(), place.tree());
    assert_eq!(later_rows.len(), rows.len() * 7);
    assert!(rows.iter().all(|row| later_rows.contains(row)));
    assert!(files.iter().all(|(path, bytes)| later_files.get(path) == Some(bytes)));
    assert_eq!(place.check_ok_rows(), 21 * 6 + 20);
}

#[test]
fn filters_choose_series_and_other_series_are_left_alone() {
    let place = Place::new();
    let market = Market::create(&place.db());
    for (symbol, code, ms) in [("A", "1h", HOUR), ("A", "4h", 4 * HOUR), ("B", "1h", HOUR)] {
        market.fill(market.series(symbol, code, ms), ms, 12);
    }
    place.render_well(&["--symbol", "A", "--interval", "1h", "--interval", "4h"]);
    let folders = |place: &Place, name: &str| place.root().join(name).is_dir();
    assert!(folders(&place, "A/1h") && folders(&place, "A/4h") && !folders(&place, "B"));
}

#[test]
fn an_empty_series_is_reported_and_no_failure() {
    let place = hourly(12);
    let market = Market { connection: rusqlite::Connection::open(place.db()).expect("a database") };
    market.series("ETHUSD", "1h", HOUR);
    assert!(place.render_well(&[]).stdout.contains("ETHUSD 1h: no candles"));
    let lines = place.render_well(&["--format", "json"]).json();
    let empty = lines.iter().find(|line| line["symbol"] == "ETHUSD").expect("a line");
    assert_eq!((empty["type"].as_str(), empty["candles"].as_u64()), (Some("series"), Some(0)));
}

#[test]
fn the_development_data_gives_8177_pictures() {
    let shared = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/market.sqlite");
    if !shared.exists() {
        eprintln!("skipped: {} is not there", shared.display());
        return;
    }
    let place = Place::new();
    fs::copy(&shared, place.db()).expect("copied");
    place.render_well(&["--size", "8", "--window", "150"]);
    assert_eq!((place.count("ok"), place.count("missing")), (8177, 747));
    assert_eq!(place.check_ok_rows(), 8177);
}
