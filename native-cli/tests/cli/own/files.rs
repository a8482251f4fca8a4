//! What files of series and marks may look like, and how they are named.

use std::{fmt::Write, fs};

use super::{EQUITY, LAST, MARKS, at, counted, rendered, usual, verify, with_equity, write_values};
use crate::common::{self, HOUR, Place, START, hourly, ran};

#[test]
fn rows_in_any_order_give_the_same_bytes() {
    let (place, other) = (rendered(), with_equity());
    write_values(&other, "equity.csv", (0..=LAST).rev().chain(0..5), usual);
    other.render_well(&EQUITY);
    assert!(place.tree() == other.tree());
    assert_eq!(place.rows(), other.rows());
}

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
        &[
            "equity.csv: line 2: series equity has a row at 2023-01-01T00:15:00Z",
            "BTCUSDT 1h",
            "--series-times before",
        ],
    );
    // Whoever plans is told before anything is made, and nobody for rows that no picture shows.
    let plan = |place: &Place, more: &[&str]| {
        let flags = ["--size", "16", "--window", "10", "--series-times", "exact"];
        place.run("plan", &[&flags[..], &EQUITY, more].concat())
    };
    assert_eq!(plan(&place, &[]).status, 0);
    plan(&between, &[]).refuses(1, &["equity.csv: line 2: ", "2023-01-01T00:15:00Z", "BTCUSDT 1h"]);
    let text = fs::read_to_string(place.path("equity.csv")).expect("a file");
    for (hour, told) in [(0, false), (3, true), (20, true), (39, true)] {
        let time = at(hour).replace(":00:00Z", ":59:59Z");
        fs::write(between.path("equity.csv"), format!("{text}{time},3\n")).expect("written");
        let (from, end) = (at(10), at(100));
        let range = ["--start", from.as_str(), "--end", end.as_str()];
        let flags = [&EQUITY[..], &["--series-times", "exact", "--dry-run"], &range].concat();
        for ran in [plan(&between, &range), between.render(&flags)] {
            assert_eq!(ran.status == 1, told, "{hour}: {}{}", ran.stdout, ran.stderr);
            assert_eq!(
                ran.stderr.contains(&format!("equity.csv: line 42: series equity has a row at {time}")),
                told
            );
        }
    }
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
    // Whatever draws or judges says so.
    let flags = [&["--size", "16", "--window", "10"][..], &EQUITY].concat();
    let export = [&["--as", "csv", "--to", "set"], &flags[..]].concat();
    let ran = [
        place.run("plan", &flags),
        place.run("verify", &["--series", "equity=equity.csv"]),
        place.run("repair", &["--series", "equity=equity.csv"]),
        place.run("export", &export),
    ];
    for ran in ran {
        assert_eq!((ran.status, ran.stderr.matches(note).count()), (0, 1), "{}{}", ran.stdout, ran.stderr);
    }
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

/// `equity.csv` as a terminal in Athens writes it: local times, the month first, commas before decimals.
fn local(place: &Place) {
    let mut text = "time;equity\n".to_owned();
    for hour in 0..=LAST {
        let (day, of_day) = (1 + (hour + 2) / 24, (hour + 2) % 24);
        writeln!(text, "01/{day:02}/2023 {of_day:02}:00;{},000", usual(hour)).expect("written");
    }
    fs::write(place.path("equity.csv"), text).expect("written");
}

#[test]
fn what_rows_leave_open_is_said_by_flags_and_only_values_count() {
    const WRITTEN: [&str; 6] = ["--time-zone", "Europe/Athens", "--date-order", "mdy", "--decimal", ","];
    let (place, other) = (rendered(), with_equity());
    local(&other);
    let refused = other.render(&EQUITY);
    refused.refuses(1, &["equity.csv: ", "its day or its month first", "; give --date-order dmy or mdy"]);
    other.render_well(&[&EQUITY[..], &WRITTEN].concat());
    assert!(place.tree() == other.tree());
    let hash = |place: &Place, flags: &[&str]| {
        let flags = [&["--size", "16", "--window", "10", "--format", "json"], &EQUITY[..], flags].concat();
        place.run("plan", &flags).json().pop().expect("a line")["plan"].clone()
    };
    assert_eq!(hash(&place, &[]), hash(&other, &WRITTEN));
    let ran = verify(&other, &[&["--series", "equity=equity.csv"][..], &WRITTEN].concat());
    assert_eq!((ran.status, counted(&ran, "ok")), (0, 31), "{}", ran.stdout);
    // Read otherwise, they are other values; what mends that reads them alike.
    let ran = verify(&other, &["--series", "equity=equity.csv", "--decimal", ",", "--date-order", "mdy"]);
    let mend =
        ran.json().into_iter().find(|line| line["kind"] == "stale").expect("a finding")["mend"].clone();
    let flags = "--series 'equity=equity.csv' --date-order mdy --decimal ','";
    assert!(mend.as_str().is_some_and(|mend| mend.ends_with(flags)), "{mend}");

    // A line of the configuration file does for all commands.
    let file = "series = \"equity:below=equity.csv\"\ntime-zone = \"Europe/Athens\"\ndate-order = \"mdy\"\ndecimal = \",\"\n";
    fs::write(other.path("image-cache.toml"), file).expect("written");
    let ran = verify(&other, &[]);
    assert_eq!((ran.status, counted(&ran, "ok")), (0, 31), "{}{}", ran.stdout, ran.stderr);
    let again = other.render_well(&["--format", "json"]).summary();
    assert_eq!(again["unchanged"].as_u64(), Some(31));
}

#[test]
fn draw_reads_its_candles_and_its_series_alike() {
    let (place, other) = (rendered(), with_equity());
    local(&other);
    let mut candles = "time;open;high;low;close;volume\n".to_owned();
    for hour in 0..=LAST {
        let (day, of_day) = (1 + (hour + 2) / 24, (hour + 2) % 24);
        let (open, close) = (100 + hour % 17, 100 + (hour + 1) % 17);
        let (high, low) = (open.max(close) + 1, open.min(close) - 1);
        writeln!(candles, "01/{day:02}/2023 {of_day:02}:00;{open},0;{high},0;{low},0;{close},0;5,0")
            .expect("written");
    }
    fs::write(other.path("BTCUSDT-1h.csv"), candles).expect("written");
    let flags = ["BTCUSDT-1h.csv", "--size", "16", "--window", "10", "--time-zone", "Europe/Athens"];
    let drawn =
        other.run("draw", &[&flags[..], &EQUITY, &["--date-order", "mdy", "--decimal", ","]].concat());
    assert_eq!(drawn.status, 0, "{}{}", drawn.stdout, drawn.stderr);
    let last = common::file(&place, place.tree().len() - 1);
    let png = |path| fs::read(path).expect("a picture");
    assert!(png(other.path("BTCUSDT-1h.png")) == png(last));
}

#[test]
fn the_unit_and_the_mark_of_thousands_are_said_alike() {
    let (place, other) = (rendered(), with_equity());
    let mut text = "time;equity\n".to_owned();
    for hour in 0..=LAST {
        let value = usual(hour) as i64;
        writeln!(text, "{};{}_{:03}", (START + hour * HOUR) / 1000, value / 1000, value % 1000)
            .expect("written");
    }
    fs::write(other.path("equity.csv"), text).expect("written");
    other.render_well(&[&EQUITY[..], &["--time-format", "s", "--thousands", "_"]].concat());
    assert!(place.tree() == other.tree());
    other
        .render(&[&EQUITY[..], &["--thousands", "_", "--time-format", "days"]].concat())
        .refuses(2, &["--time-format"]);
}

#[test]
fn levels_need_no_times_at_all() {
    let place = hourly(LAST + 1);
    let flags = ["--marks", "levels.csv", "--size", "64"];
    fs::write(place.path("levels.csv"), "kind,price\nhline,110\nhline,105.5\n").expect("written");
    place.render_well(&flags);
    for (name, text) in [
        ("a.csv", "kind,time,price\nhline,,105.5\nhline,,110\n"),
        ("a.json", r#"[{"kind":"hline","price":110},{"kind":"hline","price":105.5}]"#),
        ("a.jsonl", "{\"kind\":\"hline\",\"price\":110}\n{\"kind\":\"hline\",\"price\":105.5}\n"),
    ] {
        fs::write(place.path(name), text).expect("written");
        let ran = verify(&place, &["--marks", name, "--rerender"]);
        assert_eq!((ran.status, counted(&ran, "ok")), (0, 31), "{name}: {}{}", ran.stdout, ran.stderr);
    }
}
