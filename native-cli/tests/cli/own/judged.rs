//! What pictures with series are: ok, stale, corrupt or not given, in every command.

use std::{fs, path::Path};

use serde_json::Value;

use super::{EQUITY, LAST, at, check_source, counted, rendered, usual, verify, with_equity, write_values};
use crate::common::{self, Place, hourly, merge};

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
    // So it is where files are compared alone; given, it is as good as candles that nobody looks at.
    let ran = verify(&place, &["--files-only"]);
    assert_eq!((ran.status, counted(&ran, "ok"), counted(&ran, "not_given")), (1, 31, 31), "{}", ran.stdout);
    assert!(ran.stdout.contains("\"series equity not given\""), "{}", ran.stdout);
    let ran = verify(&place, &["--files-only", "--series", "equity=equity.csv"]);
    assert_eq!((ran.status, counted(&ran, "ok"), counted(&ran, "not_given")), (0, 62, 0), "{}", ran.stdout);
    assert!(place.rows() == before);
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
    let ran = place.run("repair", &[]);
    assert_eq!(ran.status, 3, "nothing mends it without the series");
    let line = "to mend: image-cache repair --series equity=FILE";
    assert!(ran.stdout.contains(line), "{}", ran.stdout);
    let ran = place.run("repair", &["--format", "json"]);
    let told: Vec<Value> = ran.json().into_iter().filter(|line| line["kind"] == "corrupt").collect();
    assert_eq!(
        (told.len(), &told[0]["mend"]),
        (1, &"image-cache repair --series equity=FILE".into()),
        "{}",
        ran.stdout
    );
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
    let why = |ran: &common::Ran| {
        let lines = ran.json();
        let stale = lines.iter().find(|line| line["kind"] == "stale").expect("a finding");
        stale["reason"].as_str().expect("a reason").to_owned()
    };
    let other = "the file of series equity has changed; its candles, spec or style version may have, too";
    assert_eq!(why(&ran), other);
    let ran = place.run("repair", &["--series", "equity=equity.csv"]);
    assert_eq!((ran.status, place.count("ok")), (0, 31), "{}{}", ran.stdout, ran.stderr);
    check_source(&place);
    // The file that the index knows may be of a run that made other ends.
    place
        .market()
        .execute("UPDATE candles SET volume = 77 WHERE open_time = (SELECT max(open_time) FROM candles)");
    let ran = verify(&place, &["--no-record", "--series", "equity=equity.csv"]);
    assert_eq!(why(&ran), "its candles, series equity, spec or style version have changed");
    place.render_well(&EQUITY);
    write_values(&place, "equity.csv", 0..LAST + 20, |hour| if hour > LAST { -5.0 } else { changed(hour) });
    let ran = verify(&place, &["--series", "equity=equity.csv", "--rerender"]);
    assert_eq!((ran.status, counted(&ran, "ok")), (0, 31), "{}", ran.stdout);
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

/// How many pixels of a place's last picture have a colour.
fn pixels(place: &Place, color: [u8; 3]) -> usize {
    let file = fs::File::open(common::file(place, place.tree().len() - 1)).expect("a picture");
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("small")];
    let size = reader.next_frame(&mut bytes).expect("pixels").buffer_size();
    bytes[..size].as_chunks::<3>().0.iter().filter(|pixel| **pixel == color).count()
}

#[test]
fn the_later_of_two_series_lies_on_top() {
    const RED: &str = "a:step:#ff0000:3=equity.csv";
    const BLUE: &str = "b:step:#0000ff:3=equity.csv";
    let drawn = |order: [&str; 2]| {
        let place = with_equity();
        let [first, second] = order;
        place.render_well(&["--series", first, "--series", second, "--size", "64"]);
        (
            pixels(&place, [255, 0, 0]),
            pixels(&place, [0, 0, 255]),
            place.tree().into_keys().collect::<Vec<_>>(),
        )
    };
    let (red, blue, names) = drawn([RED, BLUE]);
    assert!(red == 0 && blue > 20, "{red} {blue}");
    let (red, blue, others) = drawn([BLUE, RED]);
    assert!(red > 20 && blue == 0, "{red} {blue}");
    assert!(names.iter().all(|name| !others.contains(name)), "another order is another spec");
}

#[test]
fn a_series_widens_the_range_of_prices_whatever_fits() {
    let prices = |flags: &[&str]| -> [f64; 2] {
        let place = with_equity();
        let flags = [flags, &["--size", "64", "--geometry", "boxes.jsonl"]].concat();
        place.render_well(&flags);
        let text = fs::read_to_string(place.path("boxes.jsonl")).expect("a file");
        let line: Value = serde_json::from_str(text.lines().last().expect("a line")).expect("JSON");
        ["top", "bottom"].map(|key| line["panels"][0][key].as_f64().expect(key))
    };
    for fit in ["candles", "overlays"] {
        assert!(prices(&["--fit", fit, "--series", "equity.csv"])[0] > 1000.0, "{fit}");
    }
    for place in ["below", "left"] {
        let series = format!("equity:{place}=equity.csv");
        assert!(prices(&["--series", &series])[0] < 200.0, "{place}");
    }
    let fixed = prices(&["--range", "100..120", "--series", "equity.csv"]);
    assert!(fixed[0] < 200.0, "{fixed:?}");
}

#[test]
fn without_its_candles_a_picture_whose_series_is_not_given_is_not_stale_either() {
    let place = rendered();
    place.market().execute("DELETE FROM candles");
    let ran = verify(&place, &["--no-record"]);
    assert_eq!((ran.status, counted(&ran, "not_given")), (1, 31), "{}{}", ran.stdout, ran.stderr);
    assert_eq!((counted(&ran, "stale"), counted(&ran, "ok")), (0, 0));
    let ran = verify(&place, &["--no-record", "--series", "equity=equity.csv"]);
    assert_eq!((ran.status, counted(&ran, "stale")), (3, 31), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_repair_says_all_that_damaged_pictures_need() {
    let place = with_equity();
    fs::write(place.path("marks.csv"), "kind,price\nhline,105\n").expect("written");
    place.render_well(&["--series", "equity.csv", "--marks", "marks.csv"]);
    for path in place.tree().into_keys() {
        fs::write(place.root().join(path), b"damage").expect("written");
    }
    let ran = place.run("repair", &[]);
    let line = "to mend: image-cache repair --series equity=FILE --marks FILE";
    assert_eq!((ran.status, ran.stdout.matches(line).count()), (3, 1), "{}", ran.stdout);
    let ran = place.run("repair", &["--series", "equity=equity.csv"]);
    assert!(ran.stdout.contains("repair --series 'equity=equity.csv' --marks FILE"), "{}", ran.stdout);
    let ran = place.run("repair", &["--series", "equity=equity.csv", "--marks", "marks.csv"]);
    assert_eq!((ran.status, place.count("ok")), (0, 31), "{}{}", ran.stdout, ran.stderr);
}
