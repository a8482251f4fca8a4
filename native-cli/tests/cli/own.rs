//! Series of one's own and marks: from files to pictures, and what is said of files that are wrong.

use std::{fmt::Write, fs, path::Path};

use crate::common::{self, HOUR, Place, START, hourly, merge, ran};
use serde_json::Value;

/// The last of 40 candles; windows have 10.
const LAST: i64 = 39;
const EQUITY: [&str; 2] = ["--series", "equity:below=equity.csv"];

/// A time as files write it.
fn at(hour: i64) -> String {
    candles::format_utc(START + hour * HOUR)
}

/// Writes a file of values, one an hour, as `value` gives them.
fn write_values(place: &Place, name: &str, hours: impl Iterator<Item = i64>, value: impl Fn(i64) -> f64) {
    let mut text = "time,equity\n".to_owned();
    hours.for_each(|hour| writeln!(text, "{},{}", at(hour), value(hour)).expect("written"));
    fs::write(place.path(name), text).expect("written");
}

fn usual(hour: i64) -> f64 {
    1000.0 + (hour * hour % 97) as f64
}

/// 40 candles, and a file with a value for each.
fn with_equity() -> Place {
    let place = hourly(LAST + 1);
    write_values(&place, "equity.csv", 0..=LAST, usual);
    place
}

/// All pictures of it, which show the series.
fn rendered() -> Place {
    let place = with_equity();
    place.render_well(&EQUITY);
    place
}

/// Fails unless the index says that the series came from the file as it is now.
fn check_source(place: &Place) {
    let sql = "SELECT name, source, sha256 FROM own_sources JOIN specs USING (spec_hash)";
    let row: (String, String, String) = place
        .open_index()
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .expect("where it came from");
    let bytes = fs::read(place.path("equity.csv")).expect("a file");
    assert_eq!(row, ("equity".to_owned(), "equity.csv".to_owned(), common::sha256_of(&bytes)));
}

fn verify(place: &Place, flags: &[&str]) -> common::Ran {
    place.run("verify", &[&["--format", "json"], flags].concat())
}

fn counted(ran: &common::Ran, key: &str) -> u64 {
    ran.summary()[key].as_u64().expect(key)
}

#[test]
fn a_series_is_drawn_and_proved_with_its_file() {
    let (place, plain) = (rendered(), hourly(LAST + 1));
    plain.render_well(&[]);
    assert_eq!((place.count("ok"), plain.count("ok")), (31, 31));
    let tag = "own.equity.below";
    assert!(
        place.tree().keys().all(|path| path.to_string_lossy().contains(tag)),
        "{:?}",
        place.tree().keys()
    );
    assert!(place.tree().values().zip(plain.tree().values()).all(|(own, plain)| own != plain));
    for depth in [&[][..], &["--quick"], &["--rerender"]] {
        let ran = verify(&place, &[&["--series", "equity=equity.csv"], depth].concat());
        assert_eq!(
            (ran.status, counted(&ran, "ok"), counted(&ran, "not_given")),
            (0, 31, 0),
            "{}",
            ran.stdout
        );
    }
    let again = place.render_well(&[&EQUITY[..], &["--format", "json"]].concat()).summary();
    assert_eq!((again["rendered"].as_u64(), again["unchanged"].as_u64()), (Some(0), Some(31)));
    check_source(&place);
}

#[test]
fn what_is_not_given_is_neither_ok_nor_stale_and_a_damaged_file_is_corrupt_all_the_same() {
    let place = rendered();
    place.render_well(&[]);
    let before = place.rows();
    let ran = verify(&place, &[]);
    assert_eq!((ran.status, counted(&ran, "ok"), counted(&ran, "not_given")), (1, 31, 31), "{}", ran.stdout);
    assert_eq!((counted(&ran, "stale"), counted(&ran, "corrupt")), (0, 0));
    let told: Vec<Value> = ran.json().into_iter().filter(|line| line["kind"] == "not_given").collect();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0]["reason"], &told[0]["mend"]),
        (&"series equity not given".into(), &"--series equity=FILE".into())
    );
    assert!(place.rows() == before);
    let text = place.run("verify", &[]);
    let line = "series equity not given; give it by --series equity=FILE";
    assert_eq!((text.status, text.stdout.matches(line).count()), (1, 1), "{}", text.stdout);
    // Files alone are compared without it.
    assert_eq!(place.run("verify", &["--files-only"]).status, 0);
    let repaired = place.run("repair", &[]);
    assert_eq!(repaired.status, 1, "{}", repaired.stdout);
    assert!(place.rows() == before);

    let own =
        place.tree().into_keys().find(|path| path.to_string_lossy().contains("own")).expect("a picture");
    fs::write(place.root().join(own), b"damage").expect("written");
    let ran = verify(&place, &[]);
    assert_eq!(
        (ran.status, counted(&ran, "corrupt"), counted(&ran, "not_given")),
        (3, 1, 30),
        "{}",
        ran.stdout
    );
    assert_eq!(place.run("repair", &[]).status, 3, "nothing mends it without the series");
    let ran = place.run("repair", &["--series", "equity=equity.csv"]);
    assert_eq!((ran.status, place.count("ok")), (0, 62), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_value_in_the_window_makes_a_picture_stale_and_one_after_its_end_does_not() {
    let place = rendered();
    let changed = |hour| if hour == 20 { 7.0 } else { usual(hour) };
    write_values(&place, "equity.csv", 0..=LAST, changed);
    let ran = verify(&place, &["--series", "equity=equity.csv"]);
    // The value is in the windows that end from it on.
    assert_eq!((ran.status, counted(&ran, "stale"), counted(&ran, "ok")), (3, 10, 21), "{}", ran.stdout);
    let ran = place.run("repair", &["--series", "equity=equity.csv"]);
    assert_eq!((ran.status, place.count("ok")), (0, 31), "{}{}", ran.stdout, ran.stderr);
    check_source(&place);
    write_values(&place, "equity.csv", 0..LAST + 20, |hour| if hour > LAST { -5.0 } else { changed(hour) });
    let ran = verify(&place, &["--series", "equity=equity.csv", "--rerender"]);
    assert_eq!((ran.status, counted(&ran, "ok")), (0, 31), "{}", ran.stdout);
}

#[test]
fn rows_in_any_order_give_the_same_bytes() {
    let (place, other) = (rendered(), with_equity());
    write_values(&other, "equity.csv", (0..=LAST).rev().chain(0..5), usual);
    other.render_well(&EQUITY);
    assert!(place.tree() == other.tree());
    assert_eq!(place.rows(), other.rows());
}

#[test]
fn shards_of_other_values_are_not_merged() {
    let place = with_equity();
    let shard =
        |number: &str, more: &[&str]| place.render(&[&EQUITY[..], &["--shard", number], more].concat());
    assert_eq!(shard("0/2", &[]).status, 0);
    let plan = |place: &Place| {
        let flags = [&["--size", "16", "--window", "10", "--format", "json"], &EQUITY[..]].concat();
        place.run("plan", &flags).json().pop().expect("a line")["plan"].clone()
    };
    let first = plan(&place);
    // What comes after the last end decides nothing.
    write_values(&place, "equity.csv", 0..LAST + 9, |hour| if hour > LAST { 1.0 } else { usual(hour) });
    assert_eq!(plan(&place), first);
    write_values(&place, "equity.csv", 0..=LAST, |hour| if hour == 20 { 7.0 } else { usual(hour) });
    assert_ne!(plan(&place), first);
    shard("1/2", &["--plan", first.as_str().expect("a hash")]).refuses(1, &["the plan is"]);
    shard("0/2", &[]).refuses(1, &["their own series or marks are not the same"]);
    assert_eq!(shard("1/2", &[]).status, 0);
    let indexes = ["image_cache.0-of-2.sqlite", "image_cache.1-of-2.sqlite"].map(str::to_owned);
    let refused = merge(&place, &["all.sqlite"], &indexes);
    assert_eq!(refused.status, 1, "{}{}", refused.stdout, refused.stderr);
    assert!(refused.stderr.contains("their own series or marks are not the same"), "{}", refused.stderr);
    write_values(&place, "equity.csv", 0..=LAST, usual);
    fs::remove_file(place.path(&indexes[1])).expect("removed");
    assert_eq!(shard("1/2", &[]).status, 0);
    let merged = merge(&place, &["all.sqlite"], &indexes);
    assert_eq!(merged.status, 0, "{}{}", merged.stdout, merged.stderr);
    let (whole, sql) = (rendered(), "SELECT count(*) FROM own_sources");
    common::assert_same(&place.path("all.sqlite"), &whole.index());
    let index = rusqlite::Connection::open(place.path("all.sqlite")).expect("an index");
    assert_eq!(index.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("counted"), 1);
}

const MARKS: &str = "\
Kind,time,price,time2,price2,side,Color,text
sell,2023-01-01T22:00:00Z,,,,,,
buy,2023-01-01T12:00:00Z,,,,,,go
trade,2023-01-01T12:00:00Z,104,2023-01-01T22:00:00Z,109,long,,
hline,,110,,,,#ff0000,top
";

#[test]
fn marks_are_drawn_and_their_order_does_not_matter() {
    let (place, plain) = (hourly(LAST + 1), hourly(LAST + 1));
    fs::write(place.path("trades.csv"), MARKS).expect("written");
    place.render_well(&["--marks", "trades.csv", "--size", "64"]);
    plain.render_well(&["--size", "64"]);
    assert!(
        place.tree().values().zip(plain.tree().values()).all(|(own, plain)| own != plain),
        "the line shows"
    );
    let ran = verify(&place, &["--marks", "trades.csv"]);
    assert_eq!((ran.status, counted(&ran, "ok")), (0, 31), "{}", ran.stdout);
    let ran = verify(&place, &[]);
    assert_eq!((ran.status, counted(&ran, "not_given")), (1, 31), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("\"marks not given\"") && ran.stdout.contains("--marks FILE"),
        "{}",
        ran.stdout
    );

    let mut lines: Vec<&str> = MARKS.lines().skip(1).collect();
    lines.reverse();
    let parts = [&lines[..2], &lines[2..]]
        .map(|part| format!("{}\n{}\n", MARKS.lines().next().expect("a header"), part.join("\n")));
    for (name, part) in ["a.csv", "b.csv"].iter().zip(parts) {
        fs::write(place.path(name), part).expect("written");
    }
    let ran = verify(&place, &["--marks", "a.csv", "--marks", "b.csv", "--rerender"]);
    assert_eq!((ran.status, counted(&ran, "ok")), (0, 31), "{}", ran.stdout);
}

#[test]
fn trades_need_no_kind() {
    let place = hourly(LAST + 1);
    let text = "entry_time,entry_price,exit_time,exit_price,side\n2023-01-01T12:00:00Z,104,2023-01-01T22:00:00Z,109,short\n2023-01-01T15:00:00Z,104,,,\n";
    fs::write(place.path("trades.csv"), text).expect("written");
    place.render_well(&["--marks", "trades.csv", "--size", "64"]);
    let kinds = "kind,time,price,time2,price2,side\ntrade,2023-01-01T12:00:00Z,104,2023-01-01T22:00:00Z,109,SHORT\ntrade,2023-01-01T15:00:00Z,104,,,\n";
    fs::write(place.path("kinds.csv"), kinds).expect("written");
    let ran = verify(&place, &["--marks", "kinds.csv"]);
    assert_eq!((ran.status, counted(&ran, "ok")), (0, 31), "{}", ran.stdout);
}

#[test]
fn every_setting_has_a_variable_and_a_key() {
    let place = with_equity();
    fs::write(place.path("trades.csv"), MARKS).expect("written");
    let tag = |file: &str, variables: &[(&str, &str)], flags: &[&str]| -> String {
        fs::write(place.path("image-cache.toml"), file).expect("written");
        let index = ["--index", "tag.sqlite", "--root", "tag", "--stride", "39"];
        let flags = [&index[..], flags].concat();
        let ran = ran(place.command(&Place::render_args(&flags)).envs(variables.iter().copied()));
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let index = rusqlite::Connection::open(place.path("tag.sqlite")).expect("an index");
        let tag = index.query_row("SELECT spec_tag FROM images", [], |row| row.get(0)).expect("a row");
        drop(index);
        fs::remove_file(place.path("tag.sqlite")).expect("removed");
        tag
    };
    let both = "mike-own.equity.below-marks";
    let file = "series = [\"equity:below=equity.csv\"]\nmarks = \"trades.csv\"";
    assert_eq!(tag("", &[], &["--series", "equity:below=equity.csv", "--marks", "trades.csv"]), both);
    assert_eq!(tag(file, &[], &[]), both);
    let variables = [("IMAGE_CACHE_SERIES", "equity:below=equity.csv"), ("IMAGE_CACHE_MARKS", "trades.csv")];
    assert_eq!(tag("", &variables, &[]), both);
    assert_eq!(tag(file, &[], &["--series", "equity.csv", "--marks", ""]), "mike-own.equity");
    assert_eq!(tag(file, &[], &["--series", "", "--marks", ""]), "");
    assert_eq!(tag("series = 'equity.csv'\nmarks = []", &[], &[]), "mike-own.equity");
    // Commands that draw nothing of the kind let the file's keys be.
    fs::write(place.path("image-cache.toml"), file).expect("written");
    place.render_well(&["--series", "", "--marks", ""]);
    for command in ["verify", "status", "styles"] {
        let ran = place.run(command, &[]);
        assert_eq!(ran.status, 0, "{command}: {}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn what_cannot_be_meant_is_wrong_usage() {
    let place = rendered();
    let refuses = |flags: &[&str], words: &[&str]| place.render(flags).refuses(2, words);
    refuses(&["--series", "equity:below"], &["names no file", "equity:below=FILE"]);
    refuses(&["--series", "Equity=equity.csv"], &["\"Equity\"", "a-z 0-9 _"]);
    refuses(&["--series", "equity:dots=equity.csv"], &["dots", "step"]);
    refuses(&["--series", "equity.csv", "--series", "equity:below=equity.csv"], &["--series", "named twice"]);
    refuses(&["--series", "equity:band=equity.csv"], &["equity_low", "equity_lower"]);
    place
        .run("verify", &["--series", "fair=equity.csv"])
        .refuses(2, &["series fair is given", "no picture shows it"]);
    place.run("verify", &["--marks", "equity.csv"]).refuses(2, &["no column kind"]);
    fs::write(place.path("trades.csv"), MARKS).expect("written");
    place.run("verify", &["--marks", "trades.csv"]).refuses(2, &["marks are given", "no picture shows them"]);
    place.run("status", &["--series", "equity.csv"]).refuses(2, &["--series"]);
    fs::write(place.path("two.csv"), "time,a,b\n2023-01-01,1,2\n2023-01-02,1,2\n").expect("written");
    refuses(&["--series", "two.csv"], &["has no column \"two\"; it has a, b", "--series COLUMN=two.csv"]);
    place.render_well(&["--series", "a=two.csv"]);
}

#[test]
fn a_wrong_row_is_told_with_its_file_and_line() {
    let place = hourly(LAST + 1);
    let refuses = |flag: &str, text: &str, words: &[&str]| {
        fs::write(place.path("own.csv"), text).expect("written");
        place.render(&[flag, "own.csv"]).refuses(1, &[&["own.csv: line"], words].concat());
        assert!(!place.index().exists());
    };
    let values = |row: &str| format!("time,own\n2023-01-01T00:00:00Z,1\n{row}\n2023-01-01T02:00:00Z,\n");
    refuses("--series", &values("2023-01-01T01:00:00Z,x"), &["line 3", "\"x\"", "not a number"]);
    refuses("--series", &values("2023-01-01T01:00:00Z,inf"), &["line 3", "\"inf\""]);
    refuses(
        "--series",
        &values("2023-01-01T00:00:00Z,2"),
        &["line 3", "another value at 2023-01-01T00:00:00Z than in line 2"],
    );
    refuses("--series", &values("never,2"), &["line 3", "never"]);
    let band = "time,own_low,own_high\n2023-01-01,1,2\n2023-01-02,4,3\n";
    refuses("--series", band, &["line 3", "the lower value 4 is above the upper one 3"]);
    refuses("--series", &band.replace("4,3", "4,"), &["line 3", "or neither"]);

    let marks = |row: &str| {
        format!("kind,time,price,time2,price2,side,color,text\nbuy,2023-01-01T00:00:00Z,,,,,,\n{row}\n")
    };
    refuses(
        "--marks",
        &marks("bye,2023-01-01T01:00:00Z,,,,,,"),
        &["line 3", "\"bye\" is no kind of mark; did you mean box or buy"],
    );
    refuses("--marks", &marks("stop,2023-01-01T01:00:00Z,,,,,,"), &["line 3", "a stop needs a price"]);
    refuses("--marks", &marks("stop,,3,,,,,"), &["line 3", "a stop needs a time"]);
    refuses("--marks", &marks("buy,2023-01-01T01:00:00Z,,,,,red,"), &["line 3", "red"]);
    refuses("--marks", &marks("buy,2023-01-01T01:00:00Z,,,,up,,"), &["line 3", "\"up\" is no side"]);
    refuses("--marks", &marks("buy,2023-01-01T01:00:00Z,,,,,,a\u{7}b"), &["line 3", "control characters"]);
    refuses("--marks", &marks("buy,2023-01-01T01:00:00Z,inf,,,,,"), &["line 3", "inf"]);
    refuses(
        "--marks",
        &marks("span,2023-01-01T01:00:00Z,,2023-01-01T00:00:00Z,,,,"),
        &["line 3", "time2 is before time"],
    );

    place.render(&["--series", "absent.csv"]).refuses(1, &["absent.csv: "]);
    place.render(&["--marks", "."]).refuses(1, &["is no regular file"]);
}

#[test]
fn values_between_candles_stand_at_the_last_one_before_or_are_refused() {
    let (place, between) = (rendered(), with_equity());
    let text = fs::read_to_string(place.path("equity.csv")).expect("a file").replace(":00:00Z", ":15:00Z");
    fs::write(between.path("equity.csv"), text).expect("written");
    between.render_well(&EQUITY);
    assert!(place.tree() == between.tree());
    let exact = |place: &Place| place.render(&[&EQUITY[..], &["--series-times", "exact"]].concat());
    assert_eq!(exact(&place).status, 0);
    exact(&between).refuses(
        1,
        &["series equity has a row at 2023-01-01T00:15:00Z", "BTCUSDT 1h", "--series-times before"],
    );
}

#[test]
fn rows_are_of_their_symbol_and_interval_where_they_name_one() {
    let place = Place::new();
    let market = common::Market::create(&place.db());
    for symbol in ["AAA", "BBB"] {
        market.fill(market.series(symbol, "1h", HOUR), HOUR, 12);
    }
    let mut text = "time,symbol,interval,equity\n".to_owned();
    for hour in 0..12 {
        writeln!(text, "{},AAA,1h,{hour}\n{},AAA,2h,3", at(hour), at(hour)).expect("written");
    }
    fs::write(place.path("equity.csv"), text).expect("written");
    place.render_well(&EQUITY);
    let plain = with_equity();
    write_values(&plain, "equity.csv", 0..12, |hour| hour as f64);
    let input = |place: &Place, symbol: &str| -> Vec<String> {
        let sql = "SELECT input_sha256 FROM images WHERE symbol = ?1 AND status = 'ok' ORDER BY end_open_time_ms LIMIT 3";
        let index = place.open_index();
        let mut select = index.prepare(sql).expect("a table");
        select
            .query_map([symbol], |row| row.get(0))
            .expect("rows")
            .collect::<Result<_, _>>()
            .expect("digests")
    };
    let before = input(&place, "BBB");
    // A value of one symbol is no other's.
    let text =
        fs::read_to_string(place.path("equity.csv")).expect("a file").replace("AAA,1h,11", "AAA,1h,99");
    fs::write(place.path("equity.csv"), text).expect("written");
    let ran = verify(&place, &["--series", "equity=equity.csv"]);
    assert_eq!((counted(&ran, "stale"), counted(&ran, "ok")), (1, 5), "{}", ran.stdout);
    assert_eq!(input(&place, "BBB"), before);
}

#[test]
fn a_file_of_other_times_and_a_text_in_boxes_are_told_once() {
    let place = hourly(LAST + 1);
    write_values(&place, "equity.csv", 5000..5010, usual);
    let ran = place.render_well(&EQUITY);
    let note = "no value of equity.csv lies in the times of these pictures";
    assert_eq!(ran.stderr.matches(note).count(), 1, "{}", ran.stderr);
    fs::write(place.path("marks.csv"), format!("kind,time,text\ntext,{},ü\ntext,{},ö\n", at(12), at(13)))
        .expect("written");
    let ran = place.render_well(&["--marks", "marks.csv"]);
    assert_eq!(
        ran.stderr.matches("marks.csv: line 2: the font of pictures lacks 'ü'").count(),
        1,
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stderr.matches("lacks").count(), 1, "{}", ran.stderr);
}

#[test]
fn draw_export_geometry_and_a_rebuilt_index_know_the_series() {
    let place = rendered();
    let png = |path: &Path| fs::read(path).expect("a picture");
    let csv: String = (0..=LAST).fold("time,open,high,low,close,volume\n".to_owned(), |text, step| {
        let (open, close) = (100 + step % 17, 100 + (step + 1) % 17);
        format!(
            "{text}{},{open}.0,{}.0,{}.0,{close}.0,5.0\n",
            at(step),
            open.max(close) + 1,
            open.min(close) - 1
        )
    });
    fs::write(place.path("BTCUSDT-1h.csv"), csv).expect("written");
    let flags = ["BTCUSDT-1h.csv", "--size", "16", "--window", "10"];
    let drawn = place.run("draw", &[&flags[..], &EQUITY].concat());
    assert_eq!(drawn.status, 0, "{}{}", drawn.stdout, drawn.stderr);
    let last = common::file(&place, place.tree().len() - 1);
    assert!(png(&place.path("BTCUSDT-1h.png")) == png(&last), "draw and render make the same");

    let flags = ["--size", "16", "--window", "10", "--as", "csv", "--to"];
    let export = |more: &[&str]| place.run("export", &[&flags[..], more].concat());
    let made = export(&["set", "--series", "equity:below=equity.csv"]);
    assert_eq!(made.status, 0, "{}{}", made.stdout, made.stderr);
    let about = fs::read_to_string(place.path("set/dataset.json")).expect("a description");
    let about: Value = serde_json::from_str(&about).expect("JSON");
    let sha256 = common::sha256_of(&fs::read(place.path("equity.csv")).expect("a file"));
    assert_eq!(about["own"], serde_json::json!([{"of": "series equity", "sha256": sha256}]));
    let geometry = place.render_well(&[&EQUITY[..], &["--geometry", "boxes.jsonl"]].concat());
    assert!(geometry.stdout.contains("31"), "{}", geometry.stdout);
    assert_eq!(fs::read_to_string(place.path("boxes.jsonl")).expect("a file").lines().count(), 31);

    let before = place.tree();
    place.tear();
    let rebuilt = place.run("repair", &["--rebuild-index"]);
    assert!(
        rebuilt.stderr.contains("series equity not given; give it by"),
        "{}{}",
        rebuilt.stdout,
        rebuilt.stderr
    );
    assert!(place.tree() == before, "no picture is replaced by one without the series");
    let flags = ["--rebuild-index", "--size", "16", "--window", "10"];
    let rebuilt = place.run("repair", &[&flags[..], &EQUITY].concat());
    assert_eq!((rebuilt.status, place.count("ok")), (0, 31), "{}{}", rebuilt.stdout, rebuilt.stderr);
    assert!(place.tree() == before);
    write_values(&place, "equity.csv", 0..=LAST, |hour| usual(hour) + 1.0);
    let stale = export(&["other", "--series", "equity:below=equity.csv"]);
    assert_eq!(stale.status, 1, "{}{}", stale.stdout, stale.stderr);
}
