//! `draw`: one picture of a file, without a database.

use std::{
    fs::{self, File},
    path::Path,
    process::Stdio,
};

use serde_json::Value;

use crate::{
    common::{HOUR, Place, Ran, START, ran, sha256_of},
    import::{kline, klines, place},
};

const FILE: &str = "BTCUSDT-1h-2023-01.csv";
const SMALL: [&str; 4] = ["--size", "40", "--window", "20"];

impl Place {
    fn draw(&self, flags: &[&str]) -> Ran {
        self.run("draw", flags)
    }

    /// [`Self::draw`], which must end well; gives what it says of the picture.
    #[track_caller]
    fn draw_well(&self, flags: &[&str]) -> Value {
        let ran = self.draw(&[flags, &["--format", "json"]].concat());
        assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
        let last = ran.json().pop().expect("a line");
        assert_eq!(last["type"], "picture");
        last
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect(name)
    }
}

/// The picture that `import` and `render` make of a file's last window up to an end, with these flags.
fn by_way_of_a_database(place: &Place, import: &[&str], flags: &[&str]) -> Vec<u8> {
    place.import_well(&[import, &["--db", "other.sqlite"]].concat());
    let db = ["--db", "other.sqlite", "--root", "pictures", "--index", "pictures.sqlite"];
    let rendered = place.run("render", &[&db, flags].concat());
    assert_eq!(rendered.status, 0, "{}{}", rendered.stdout, rendered.stderr);
    let pictures = crate::common::tree(&place.path("pictures"));
    pictures.into_values().next_back().expect("a picture")
}

/// Hours of several symbols in one file.
fn several() -> String {
    let mut text = "symbol,time,open,high,low,close,volume\n".to_owned();
    for step in 0..30 {
        for (symbol, price) in [("AAPL", 100 + step), ("MSFT", 300 - step)] {
            let at = START + step * HOUR;
            text += &format!("{symbol},{at},{price},{},{},{price},5\n", price + 1, price - 1);
        }
    }
    text
}

#[test]
fn the_picture_has_the_bytes_that_import_and_render_give_it() {
    let place = place(300);
    for flags in [
        &["--window", "20", "--size", "64x48"][..],
        &["--preset", "cnn", "--overlay", "sma:30", "--indicator", "rsi:14"],
        &["--window", "50", "--kind", "heikin-ashi", "--title", "--last-price", "--style", "yahoo"],
    ] {
        let said = place.draw_well(&[&[FILE], flags].concat());
        let drawn = place.read("BTCUSDT-1h-2023-01.png");
        assert_eq!(said["sha256"], sha256_of(&drawn));
        assert!(drawn == by_way_of_a_database(&place, &[FILE], flags), "{flags:?}");
        fs::remove_dir_all(place.path("pictures")).expect("removed");
        fs::remove_file(place.path("pictures.sqlite")).expect("removed");
    }
    assert!(!place.db().exists());
}

#[test]
fn it_says_what_was_drawn_and_where_it_is() {
    let place = place(40);
    let ran = place.draw(&[&[FILE, "-o", "pictures/chart.png"], &SMALL[..]].concat());
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert_eq!(
        ran.stdout,
        "BTCUSDT 1h: 20 candles, 2023-01-01T20:00:00Z to 2023-01-02T15:00:00Z, 40x40 pixels: pictures/chart.png\n"
    );
    let said = place.draw_well(&[&[FILE], &SMALL[..]].concat());
    for (key, value) in [
        ("symbol", Value::from("BTCUSDT")),
        ("interval", "1h".into()),
        ("candles", 20.into()),
        ("first_open_time", "2023-01-01T20:00:00Z".into()),
        ("last_open_time", "2023-01-02T15:00:00Z".into()),
        ("width", 40.into()),
        ("height", 40.into()),
        ("file", "BTCUSDT-1h-2023-01.png".into()),
    ] {
        assert_eq!(said[key], value, "{key}");
    }
    let quiet = place.draw(&[&[FILE, "--quiet"], &SMALL[..]].concat());
    assert_eq!((quiet.status, quiet.stdout + &quiet.stderr), (0, String::new()));
}

#[test]
fn standard_input_goes_to_standard_output_and_nothing_else_does() {
    let place = place(40);
    place.draw_well(&[&[FILE, "--symbol", "BTCUSDT"], &SMALL[..]].concat());
    for format in ["text", "json"] {
        let flags = ["draw", "-", "-o", "-", "--symbol", "BTCUSDT", "--format", format];
        let mut command = place.command(&[&flags, &SMALL[..]].concat());
        command.stdin(Stdio::from(File::open(place.path(FILE)).expect("a file")));
        let output = command.output().expect("started");
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(output.status.success(), "{said}");
        assert!(output.stdout == place.read("BTCUSDT-1h-2023-01.png"));
        assert!(said.contains("BTCUSDT") && said.contains("2023-01-02T15:00:00Z"), "{said}");
    }
    // Without a name it is a chart.
    let mut command = place.command(&[&["draw", "-"], &SMALL[..]].concat());
    let unnamed = ran(command.stdin(Stdio::from(File::open(place.path(FILE)).expect("a file"))));
    assert_eq!((unnamed.status, unnamed.stderr.as_str()), (0, ""));
    assert!(
        unnamed.stdout.starts_with("CHART 1h: ") && unnamed.stdout.ends_with(": chart.png\n"),
        "{}",
        unnamed.stdout
    );
}

#[test]
fn one_of_several_symbols_is_drawn_and_none_without_its_name() {
    let place = Place::new();
    place.write("stocks.csv", several());
    let all = place.draw(&["stocks.csv", "--size", "40"]);
    all.refuses(1, &["stocks.csv: it holds 2 series: AAPL 1h, MSFT 1h; --symbol says which one to draw"]);
    assert!(!place.path("stocks.png").exists());
    let flags = ["--symbol", "MSFT", "--window", "20", "--size", "40", "--title"];
    assert_eq!(place.draw_well(&[&["stocks.csv"], &flags[..]].concat())["symbol"], "MSFT");
    let drawn = place.read("stocks.png");
    assert!(drawn == by_way_of_a_database(&place, &["stocks.csv"], &flags));
    place.draw(&["stocks.csv", "--symbol", "TSLA"]).refuses(1, &["AAPL, MSFT", "TSLA", "--symbol"]);
    place.draw(&["stocks.csv", "--symbol", "AAPL,MSFT"]).refuses(2, &["draw takes one --symbol"]);
}

#[test]
fn one_series_of_an_archive_is_drawn_by_its_symbol_and_interval() {
    let place = Place::new();
    let mut archive = zip::ZipWriter::new(File::create(place.path("all.zip")).expect("created"));
    for (name, ms) in [("BTCUSDT-1h.csv", HOUR), ("BTCUSDT-4h.csv", 4 * HOUR), ("ETHUSDT-1h.csv", HOUR)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
        std::io::Write::write_all(&mut archive, klines(0..30, ms).as_bytes()).expect("written");
    }
    archive.finish().expect("written");
    let words = ["3 series: BTCUSDT 1h, BTCUSDT 4h, ETHUSDT 1h", "--symbol and --interval say"];
    place.draw(&["all.zip"]).refuses(1, &words);
    place.draw(&["all.zip", "--symbol", "BTCUSDT"]).refuses(1, &["2 series", "--interval says which"]);
    place.draw(&["all.zip", "--symbol", "SOLUSDT"]).refuses(1, &["BTCUSDT, ETHUSDT", "not SOLUSDT"]);
    let said = place.draw_well(&["all.zip", "--symbol", "BTCUSDT", "--interval", "4h", "--size", "40"]);
    assert_eq!(
        (&said["symbol"], &said["interval"], &said["candles"]),
        (&"BTCUSDT".into(), &"4h".into(), &30.into())
    );
    assert_eq!(place.draw_well(&["all.zip", "--symbol", "ETHUSDT", "--size", "40"])["interval"], "1h");
}

#[test]
fn columns_that_may_be_volumes_are_not_left_out_without_a_word() {
    let place = place(30);
    let rows: String = (0..30).map(|hour| format!("{},100,110,90,105,7\n", START + hour * HOUR)).collect();
    let note = |last: &str, flags: &[&str]| {
        place.write("rows.csv", format!("time,open,high,low,close,{last}\n{rows}"));
        let ran = place.draw(&[&["rows.csv", "--interval", "1h"], &SMALL[..], flags].concat());
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        ran.stderr.contains("note: no column is read as volumes")
    };
    assert!(note("lots", &[]));
    assert!(!note("lots", &["--no-volume"]));
    assert!(!note("lots", &["--columns", "time,open,high,low,close,volume"]));
    assert!(!note("Stück", &[]) && !note("volume", &[]));
}

#[test]
fn what_candles_do_not_allow_is_told() {
    let place = place(30);
    let rows = (0..30).map(|hour| {
        let (at, low) = (START + hour * HOUR, if hour == 20 { 0 } else { 90 });
        format!("{at},100,110,{low},105,1\n")
    });
    place.write("zero.csv", format!("time,open,high,low,close,volume\n{}", rows.collect::<String>()));
    let note = |flags: &[&str]| {
        let ran = place.draw(&[&["zero.csv", "--interval", "1h"], &SMALL[..], flags].concat());
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        ran.stderr
    };
    assert_eq!(note(&[]), "");
    assert!(note(&["--scale", "log"]).contains("note: the scale is linear, since a log scale has no place"));
    assert!(
        note(&["--range", "200..300"]).contains("note: no candle is drawn, since none lies in the fixed")
    );
    assert_eq!(note(&["--scale", "log", "--quiet"]), "");
}

#[test]
fn a_short_file_is_drawn_whole_unless_a_window_is_asked_for() {
    let place = place(12);
    let said = place.draw(&[FILE, "--size", "40"]);
    assert_eq!(said.status, 0);
    assert!(
        said.stderr.contains("note: the window is 12 candles") && said.stderr.contains("--window"),
        "{}",
        said.stderr
    );
    let drawn = place.read("BTCUSDT-1h-2023-01.png");
    assert!(drawn == by_way_of_a_database(&place, &[FILE], &["--size", "40", "--window", "12"]));
    let words = ["it holds 12 candles, and the window is 20", "look back", "--window"];
    place.draw(&[&[FILE, "--overlay", "sma:9"], &SMALL[..]].concat()).refuses(1, &words);
    place.draw(&[FILE, "--preset", "cnn"]).refuses(1, &["the window is 56"]);
    place.write("image-cache.toml", "window = 13");
    place.draw(&[FILE]).refuses(1, &["the window is 13"]);
    let mut command = place.command(&["draw", FILE]);
    ran(command.env("IMAGE_CACHE_WINDOW", "14")).refuses(1, &["the window is 14"]);
    assert!(drawn == place.read("BTCUSDT-1h-2023-01.png"));
    place.write("one.csv", klines(0..1, HOUR));
    place.write("image-cache.toml", "");
    place.draw(&["one.csv", "--interval", "1h"]).refuses(1, &["it holds 1 candle, and a picture needs two"]);
}

#[test]
fn an_end_names_the_last_candle_at_or_before_it() {
    let place = place(60);
    let last = |end: &str| {
        let said = place.draw_well(&[&[FILE, "--end", end], &SMALL[..]].concat());
        (said["last_open_time"].clone(), place.read("BTCUSDT-1h-2023-01.png"))
    };
    let (at, drawn) = last("2023-01-02T03:00:00Z");
    assert_eq!(at, "2023-01-02T03:00:00Z");
    assert_eq!(last("2023-01-02T03:59:59Z"), (at, drawn.clone()));
    let flags = [&SMALL[..], &["--end", "2023-01-02T03:00:00.001Z"]].concat();
    assert!(drawn == by_way_of_a_database(&place, &[FILE], &flags));
    assert_eq!(last("2024-01-01").0, "2023-01-03T11:00:00Z");
    place
        .draw(&[FILE, "--end", "2022-12-31"])
        .refuses(1, &["--end 2022-12-31", "from 2023-01-01T00:00:00Z to 2023-01-03T11"]);
    let words = ["it holds 5 candles up to --end 2023-01-01T04:00:00Z, and the window is 20"];
    place.draw(&[&[FILE, "--end", "2023-01-01T04:00:00Z"], &SMALL[..]].concat()).refuses(1, &words);
    // That of the file is render's: it would leave out its own time.
    place.write("image-cache.toml", "end = \"2023-01-02\"\ninterval = \"4h\"\nsymbol = [\"ETHUSDT\"]");
    let said = place.draw_well(&[&[FILE], &SMALL[..]].concat());
    assert_eq!(
        (&said["symbol"], &said["last_open_time"]),
        (&"BTCUSDT".into(), &"2023-01-03T11:00:00Z".into())
    );
}

#[test]
fn a_file_without_candles_leaves_the_old_picture_as_it_was() {
    let place = place(40);
    place.write("chart.png", "an older one");
    place.write("bad.csv", "no candles\nare here\n");
    place.write("twice.csv", klines(0..30, HOUR) + &kline(3, HOUR).0.replacen("103.25", "103.5", 1) + "\n");
    for (file, word) in [("bad.csv", "bad.csv"), ("absent.csv", "absent.csv"), ("twice.csv", "--on-conflict")]
    {
        place.draw(&[file, "-o", "chart.png"]).refuses(1, &[word]);
        assert_eq!(place.read("chart.png"), b"an older one");
    }
    place.write("bad.csv.CHECKSUM", "a list");
    place.draw(&["bad.csv.CHECKSUM"]).refuses(1, &["the SHA-256 of another file"]);
    let here = |path: &Path| fs::read_dir(path).expect("a folder").count();
    let before = here(&place.path(""));
    place.draw_well(&[&[FILE, "-o", "chart.png"], &SMALL[..]].concat());
    assert!(place.read("chart.png").starts_with(b"\x89PNG"));
    assert_eq!(here(&place.path("")), before, "no temporary is left");
    place.draw_well(&["twice.csv", "--on-conflict", "last", "--size", "40"]);
}

#[test]
fn rows_that_are_no_candles_are_told_and_all_others_drawn() {
    let place = place(0);
    let bad = kline(20, HOUR).0.replace(",5.", ",-5.").replace(",7.5", ",-7.5");
    place.write("mixed.csv", klines(0..20, HOUR) + &bad + "\n" + &klines(21..40, HOUR));
    let ran = place.draw(&[&["mixed.csv"], &SMALL[..]].concat());
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.starts_with("image-cache: error: mixed.csv: line 21: "), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("mixed 1h: 20 candles, 2023-01-01T19:00:00Z to "), "{}", ran.stdout);
    assert!(place.read("mixed.png").starts_with(b"\x89PNG"));
}

#[test]
fn what_is_read_is_never_replaced_nor_what_is_no_file() {
    let place = place(40);
    let text = place.read(FILE);
    fs::hard_link(place.path(FILE), place.path("link.csv")).expect("a link");
    for output in [FILE, &format!("./{FILE}"), "link.csv"] {
        place.draw(&[FILE, "-o", output]).refuses(2, &["is the file that is read"]);
    }
    assert_eq!(place.read(FILE), text);
    fs::create_dir(place.path("pictures")).expect("made");
    place.draw(&[FILE, "-o", "pictures"]).refuses(2, &["is a folder"]);
    place.draw(&[FILE, "-o", "/dev/null"]).refuses(2, &["no regular file"]);
    place.draw(&[FILE, "-o", "-", "--show"]).refuses(2, &["--show and -o -"]);
}

#[test]
fn a_picture_that_cannot_be_shown_is_written_and_that_is_told() {
    let place = place(40);
    let ran = place.draw(&[&[FILE, "--show"], &SMALL[..]].concat());
    ran.refuses(1, &["BTCUSDT-1h-2023-01.png is written, but cannot be shown"]);
    assert!(place.read("BTCUSDT-1h-2023-01.png").starts_with(b"\x89PNG"));
}

#[test]
fn a_candle_that_is_not_over_is_not_drawn() {
    let place = Place::new();
    let now = std::time::UNIX_EPOCH.elapsed().expect("a time").as_millis();
    let hour = i64::try_from(now).expect("a time") / HOUR;
    let rows: Vec<String> = (0..30).map(|step| kline(hour - 29 + step - START / HOUR, HOUR).0).collect();
    place.write("BTCUSDT-1h.csv", rows.join("\n"));
    let ran = place.draw(&[&["BTCUSDT-1h.csv"], &SMALL[..]].concat());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("is not over yet and not drawn"), "{}", ran.stderr);
    assert!(place.read("BTCUSDT-1h.png") == by_way_of_a_database(&place, &["BTCUSDT-1h.csv"], &SMALL));
}

#[test]
fn every_knob_is_one_of_draw() {
    let place = place(40);
    let help = place.draw(&["--help"]).stdout;
    for knob in render_core::KNOBS {
        assert!(help.contains(&format!("--{}", knob.name)), "{}", knob.name);
    }
    place.write(
        "image-cache.toml",
        "style = \"mine\"\n[styles.mine]\nbase = \"yahoo\"\nup = { body = \"#00ff00\" }\n",
    );
    let flags = [
        "--scale",
        "log",
        "--axes",
        "bare",
        "--no-volume",
        "--color",
        "indexed",
        "--size",
        "40",
        "--window",
        "20",
    ];
    place.draw_well(&[&[FILE], &flags[..]].concat());
    let drawn = place.read("BTCUSDT-1h-2023-01.png");
    assert_eq!(drawn[25], 3, "a palette");
    assert!(drawn == by_way_of_a_database(&place, &[FILE], &flags));
    place.draw(&[FILE, "--axes", "none"]).refuses(2, &["--axes"]);
}
