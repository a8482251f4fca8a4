//! `--geometry`: a line for each picture.

use std::fs;

use crate::common::{HOUR, Market, Place, START, hourly};
use rusqlite::Connection;
use serde_json::{Value, json};

fn lines(place: &Place) -> Vec<Value> {
    let text = fs::read_to_string(place.path("boxes.jsonl")).expect("a file");
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

const FLAGS: [&str; 2] = ["--geometry", "boxes.jsonl"];

#[test]
fn every_picture_has_a_line_whether_it_is_rendered_or_unchanged() {
    let place = hourly(40);
    place.render_well(&["--end", "2023-01-01T20:00:00Z"]);
    let ran = place.render_well(&FLAGS);
    assert!(ran.stdout.contains("Geometry: boxes.jsonl (31 pictures)"), "{}", ran.stdout);
    let lines = lines(&place);
    assert_eq!(lines.len(), 31);
    for (line, end) in lines.iter().zip(9..) {
        assert_eq!((&line["symbol"], &line["interval"]), (&"BTCUSDT".into(), &"1h".into()));
        assert_eq!(line["end"], START + end * HOUR);
        assert_eq!((&line["width"], &line["height"]), (&16.into(), &16.into()));
        assert_eq!(line["panels"][0]["name"], "price");
        let candles = line["candles"].as_array().expect("boxes");
        assert_eq!(candles.iter().filter_map(|candle| candle["candles"].as_u64()).sum::<u64>(), 10);
        assert_eq!(candles[0]["open_time"], START + (end - 9) * HOUR);
        let path = line["path"].as_str().expect("a path");
        assert!(place.root().join(path).is_file(), "{path}");
    }
    let first = fs::read(place.path("boxes.jsonl")).expect("a file");
    let again = place.render_well(&["--geometry", "boxes.jsonl", "--format", "json"]).summary();
    assert_eq!((&again["rendered"], &again["geometry"]), (&0.into(), &"boxes.jsonl".into()));
    assert!(fs::read(place.path("boxes.jsonl")).expect("a file") == first);
}

#[test]
fn lines_are_sorted_by_series_and_end_and_only_of_the_selection_and_its_ok_rows() {
    let place = Place::new();
    let market = Market::create(&place.db());
    for (symbol, code, ms) in [("B", "1h", HOUR), ("A", "4h", 4 * HOUR), ("A", "1h", HOUR), ("C", "1h", HOUR)]
    {
        market.fill(market.series(symbol, code, ms), ms, 300);
    }
    market.execute(&format!("DELETE FROM candles WHERE open_time = {}", START + 100 * HOUR));
    place.render_well(
        &[&FLAGS[..], &["--symbol", "A", "--symbol", "B", "--stride", "2", "--jobs", "4"]].concat(),
    );
    let found: Vec<(String, String, i64)> = lines(&place)
        .iter()
        .map(|line| {
            let text = |key: &str| line[key].as_str().expect(key).to_owned();
            (text("symbol"), text("interval"), line["end"].as_i64().expect("an end"))
        })
        .collect();
    let sql = "SELECT symbol, interval, end_open_time_ms FROM images WHERE status = 'ok' AND symbol <> 'C'
        ORDER BY symbol, interval, end_open_time_ms";
    let index = place.open_index();
    let mut select = index.prepare(sql).expect("a table");
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("rows");
    assert_eq!(found, rows.collect::<Result<Vec<_>, _>>().expect("rows"));
    assert!(found.len() > 400);
}

#[test]
fn threads_do_not_change_the_file() {
    let (one, several) = (hourly(700), hourly(700));
    one.render_well(&[&FLAGS[..], &["--jobs", "1", "--overlay", "ema:20"]].concat());
    several.render_well(&[&FLAGS[..], &["--jobs", "5", "--overlay", "ema:20"]].concat());
    let read = |place: &Place| fs::read(place.path("boxes.jsonl")).expect("a file");
    assert!(read(&one) == read(&several));
}

#[test]
fn a_series_that_is_refused_has_no_lines_and_the_others_have_theirs() {
    let place = hourly(12);
    let market = Market { connection: Connection::open(place.db()).expect("a database") };
    let twice = market.series("ETHUSD", "1h", HOUR);
    market.candle(twice, START, 0);
    market.candle(twice, START, 1);
    place.render(&FLAGS).refuses(1, &["ETHUSD 1h refused"]);
    assert_eq!(lines(&place).len(), 3);
}

#[test]
fn a_dry_run_writes_no_geometry() {
    let place = hourly(12);
    place.render_well(&[&FLAGS[..], &["--dry-run"]].concat());
    assert!(!place.path("boxes.jsonl").exists());
}

#[test]
fn a_file_that_cannot_be_written_is_named_after_the_pictures_are_made() {
    let place = hourly(12);
    fs::write(place.path("file"), "").expect("written");
    let ran = place.render(&["--geometry", "file/boxes.jsonl"]);
    ran.refuses(1, &["file/boxes.jsonl", "cannot be written"]);
    assert!(ran.stdout.contains("3 rendered"), "{}", ran.stdout);
    assert_eq!(place.check_ok_rows(), 3);
    // The lock was given back in order: the next run has nothing to clean up.
    assert!(!place.render_well(&["--verbose"]).stderr.contains("did not end cleanly"));
}

#[test]
fn what_the_run_works_with_is_never_replaced() {
    let place = hourly(12);
    fs::create_dir(place.path("folder")).expect("a folder");
    std::os::unix::fs::symlink("market.sqlite", place.path("link")).expect("a link");
    fs::write(place.path("image-cache.toml"), "").expect("written");
    for file in ["market.sqlite", "link", "image_cache.sqlite", "image-cache.toml", "folder", ".", ""] {
        place.render(&["--geometry", file]).refuses(2, &["--geometry"]);
    }
    assert!(!place.root().exists());
}

#[test]
fn nor_is_what_stands_beside_a_database_nor_a_picture() {
    let place = hourly(20);
    for end in ["-wal", "-shm", "-journal"] {
        let file = format!("{}{end}", place.db().display());
        place.render(&["--geometry", &file]).refuses(2, &["--geometry", "--db"]);
    }
    let picture = place.root().join("a.png");
    place.render(&["--geometry", &picture.display().to_string()]).refuses(2, &["--geometry", "picture"]);
}

#[test]
fn an_older_file_is_replaced_whole_and_no_temporary_is_left() {
    let place = hourly(12);
    fs::write(place.path("boxes.jsonl"), "an older one\n".repeat(1000)).expect("written");
    place.render_well(&FLAGS);
    assert_eq!(lines(&place).len(), 3);
    let names =
        fs::read_dir(place.path("")).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().ends_with(".tmp")));
}

/// Says what is wrong with a line of geometry by its schema.
fn check(line: &Value) -> Result<(), String> {
    let schema = include_str!("../../../crates/cache/schema/geometry.json");
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("geometry.json", serde_json::from_str(schema).expect("JSON")).expect("a schema");
    let index = compiler.compile("geometry.json", &mut schemas).expect("a schema");
    schemas.validate(line, index).map_err(|error| error.to_string())
}

#[test]
fn what_candles_do_not_allow_is_named() {
    let place = hourly(12);
    place.render_well(&[&FLAGS[..], &["--range", "1..2"]].concat());
    for line in lines(&place) {
        check(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!((&line["fallbacks"], &line["candles"]), (&json!(["empty_range"]), &json!([])));
    }
    place.render_well(&FLAGS);
    assert!(lines(&place).iter().all(|line| line.get("fallbacks").is_none()));
}

#[test]
fn what_is_written_is_what_the_schema_says() {
    let place = hourly(40);
    let at = |hour: i64| candles::format_utc(START + hour * HOUR);
    let values: String = (0..40).map(|hour| format!("{},{},{},{}\n", at(hour), 103, 101, 106)).collect();
    fs::write(place.path("own.csv"), format!("time,fair,zone_low,zone_high\n{values}")).expect("written");
    let marks = [
        format!("buy,{},,,,,,go", at(32)),
        format!("sell,{},,,,,#ff0000,", at(36)),
        format!("trade,{},104,{},109,short,,", at(31), at(37)),
        format!("stop,{},101,,,,,", at(33)),
        format!("target,{},108,,,,,", at(33)),
        "hline,,105,,,,,level".to_owned(),
        format!("vline,{},,,,,,", at(34)),
        format!("line,{},102,{},107,,,", at(32), at(38)),
        format!("span,{},,{},,,,", at(33), at(35)),
        format!("box,{},102,{},106,,,", at(32), at(36)),
        format!("text,{},104,,,,,note", at(35)),
    ];
    let marks = format!("kind,time,price,time2,price2,side,color,text\n{}\n", marks.join("\n"));
    fs::write(place.path("marks.csv"), marks).expect("written");
    let own =
        ["--series", "fair:step=own.csv", "--series", "zone:band:below=own.csv", "--marks", "marks.csv"];
    let looks =
        ["--size", "500", "--title", "--last-price", "--indicator", "rsi:5 macd:3,6,2", "--overlay", "sma:5"];
    place.render_well(&[&FLAGS[..], &own, &looks, &["--start", at(36).as_str()]].concat());
    let lines = lines(&place);
    let all = |key: &str| lines.iter().flat_map(|line| line[key].as_array().expect(key)).count();
    assert!(["panels", "candles", "lines", "marks", "labels"].map(all).iter().all(|count| *count > 0));
    for line in &lines {
        check(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
    let kinds: std::collections::BTreeSet<&str> = lines
        .iter()
        .flat_map(|line| line["marks"].as_array().expect("marks"))
        .filter_map(|it| it["kind"].as_str())
        .collect();
    assert_eq!(kinds.len(), 11, "{kinds:?}");

    // It refuses what is wrong anywhere.
    let broken = |break_it: &dyn Fn(&mut Value)| {
        let mut line = lines.last().expect("a line").clone();
        break_it(&mut line);
        check(&line).expect_err("broken")
    };
    for key in ["path", "panels", "candles", "lines", "marks", "labels"] {
        broken(&|line| drop(line.as_object_mut().expect("an object").remove(key)));
    }
    broken(&|line| line["more"] = 1.into());
    broken(&|line| line["end"] = "2023-01-01".into());
    broken(&|line| line["panels"] = Value::Array(Vec::new()));
    for key in ["panels", "candles", "lines", "marks", "labels"] {
        broken(&|line| line[key][0]["more"] = 1.into());
        broken(&|line| line[key][0] = 7.into());
    }
    broken(&|line| line["panels"][0]["top"] = "high".into());
    broken(&|line| line["marks"][0]["kind"] = "bye".into());
    broken(&|line| line["labels"][0]["w"] = (-1).into());
}
