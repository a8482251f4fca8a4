//! `export`: what is in a data set, and what is not.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read,
    path::Path,
};

use crate::common::{HOUR, Market, Place, Ran, START, hourly, rendered, sha256_of, tree};
use rusqlite::params;
use serde_json::Value;

/// Candles in the windows of [`Place::render`].
const WINDOW: i64 = 10;

/// Runs `image-cache export` with the spec of [`Place::render`] and these flags.
fn export(place: &Place, to: &str, form: &str, flags: &[&str]) -> Ran {
    let mut args = vec!["--size", "16", "--window", "10", "--to", to, "--as", form];
    args.extend(flags);
    place.run("export", &args)
}

#[track_caller]
fn export_well(place: &Place, to: &str, form: &str, flags: &[&str]) -> Ran {
    let ran = export(place, to, form, flags);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    ran
}

/// The lines of a split's metadata.
fn metadata(place: &Place, to: &str, split: &str) -> Vec<Value> {
    let text = fs::read_to_string(place.path(to).join(split).join("metadata.jsonl")).expect("metadata");
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// Labels by the ends of their pictures.
fn labels(place: &Place, to: &str) -> BTreeMap<String, Value> {
    let lines = metadata(place, to, "train").into_iter();
    lines.map(|line| (line["end"].as_str().expect("an end").to_owned(), line["label"].clone())).collect()
}

/// The pictures of a folder by their names, whatever folders they lie in.
fn pictures(folder: &Path) -> BTreeMap<String, String> {
    let files = tree(folder).into_iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "png"));
    files
        .map(|(path, bytes)| {
            (path.file_name().expect("a name").to_string_lossy().into_owned(), sha256_of(&bytes))
        })
        .collect()
}

/// The members of a shard.
fn members(file: &Path) -> Vec<(String, Vec<u8>)> {
    let mut tar = tar::Archive::new(fs::File::open(file).expect("a shard"));
    let entries = tar.entries().expect("entries");
    entries
        .map(|entry| {
            let mut entry = entry.expect("an entry");
            let header = entry.header();
            let facts = (header.mtime(), header.uid(), header.gid(), header.mode());
            assert_eq!(
                (facts.0.ok(), facts.1.ok(), facts.2.ok(), facts.3.ok()),
                (Some(0), Some(0), Some(0), Some(0o644))
            );
            let name = entry.path().expect("a name").to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("read");
            (name, bytes)
        })
        .collect()
}

#[test]
fn an_imagefolder_holds_the_caches_own_bytes_in_folders_of_classes() {
    let place = rendered(60);
    let ran = export_well(&place, "set", "imagefolder", &["--label", "direction", "--horizon", "3"]);
    assert!(ran.stdout.contains("Left out: 3 without a whole horizon"), "{}", ran.stdout);
    let cached = pictures(&place.root());
    let exported = pictures(&place.path("set"));
    assert_eq!(cached.len(), 51);
    assert_eq!(exported.len(), 48);
    assert!(exported.iter().all(|(name, hash)| cached.get(name) == Some(hash)));
    let lines = metadata(&place, "set", "train");
    assert_eq!(lines.len(), 48);
    for line in lines {
        let (name, label) =
            (line["file_name"].as_str().expect("a name"), line["label"].as_str().expect("a label"));
        assert!(name.starts_with(&format!("{label}/")), "{name}");
        let bytes = fs::read(place.path("set/train").join(name)).expect("a picture");
        assert_eq!(line["sha256"], sha256_of(&bytes));
        assert_eq!((&line["split"], &line["horizon"]), (&"train".into(), &3.into()));
    }
}

#[test]
fn a_cached_and_a_rendered_export_are_the_same_bytes_with_any_number_of_threads() {
    let place = rendered(300);
    let flags = ["--label", "classes", "--bounds=0,4.7%", "--horizon", "5", "--split", "train=0.6,test=0.4"];
    for form in ["imagefolder", "webdataset"] {
        let mut trees = Vec::new();
        for (number, more) in [["--jobs", "1"], ["--jobs", "7"], ["--render", "--jobs=3"]].iter().enumerate()
        {
            let to = format!("{form}{number}");
            export_well(&place, &to, form, &[&flags[..], more].concat());
            trees.push(tree(&place.path(&to)));
        }
        assert!(trees[0].len() > 2);
        assert!(trees.iter().all(|tree| *tree == trees[0]), "{form}");
    }
}

#[test]
fn shards_are_sorted_no_larger_than_asked_for_and_name_nobody() {
    let place = rendered(120);
    let flags = ["--label", "direction", "--horizon", "1", "--shard-size", "40KB", "--pixel-hash"];
    export_well(&place, "set", "webdataset", &flags);
    let shards: Vec<_> =
        tree(&place.path("set")).into_keys().filter(|path| path.extension().is_some()).collect();
    let shards: Vec<_> =
        shards.into_iter().filter(|path| path.extension().is_some_and(|end| end == "tar")).collect();
    assert!(shards.len() > 2, "{shards:?}");
    let mut all = Vec::new();
    for shard in shards {
        let file = place.path("set").join(shard);
        assert!(fs::metadata(&file).expect("a file").len() <= 40_000);
        all.extend(members(&file));
    }
    let names: Vec<&String> = all.iter().map(|(name, _)| name).collect();
    assert!(names.is_sorted());
    assert_eq!(names.len(), 3 * 110);
    for sample in all.chunks(3) {
        let [(cls, class), (json, facts), (png, picture)] = sample else { panic!("three members") };
        let key = cls.strip_suffix(".cls").expect("a class");
        assert!(!key.contains('.'));
        assert_eq!((json.as_str(), png.as_str()), (&*format!("{key}.json"), &*format!("{key}.png")));
        let facts: Value = serde_json::from_slice(facts).expect("JSON");
        assert_eq!(facts["sha256"], sha256_of(picture));
        let number = if facts["label"] == "up" { "1" } else { "0" };
        assert_eq!(class, number.as_bytes());
        assert_eq!(facts["pixel_sha256"], pixel_hash(picture));
    }
}

fn pixel_hash(png: &[u8]) -> String {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a picture");
    let mut rows = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut rows).expect("pixels");
    sha256_of(&rows)
}

#[test]
fn a_manifest_names_the_pictures_of_the_cache() {
    let place = rendered(40);
    export_well(&place, "set", "csv", &["--label", "return", "--horizon", "2"]);
    let mut csv = csv::Reader::from_path(place.path("set/manifest.csv")).expect("a manifest");
    let header: Vec<String> = csv.headers().expect("a header").iter().map(str::to_owned).collect();
    assert_eq!(
        header,
        [
            "file_path",
            "symbol",
            "interval",
            "start",
            "end",
            "label",
            "horizon",
            "split",
            "sha256",
            "input_sha256",
            "style_version",
            "spec"
        ]
    );
    let mut count = 0;
    for row in csv.records() {
        let row = row.expect("a row");
        let bytes = fs::read(place.root().join(&row[0])).expect("a picture");
        assert_eq!(&row[8], sha256_of(&bytes));
        let value: f64 = row[5].parse().expect("a return");
        assert!(value.abs() < 0.2);
        count += 1;
    }
    assert_eq!(count, 29);
}

#[test]
fn what_comes_after_the_horizon_changes_nothing_and_what_is_in_it_labels_alone() {
    let horizon = 4;
    let flags = ["--render", "--label", "return", "--horizon", "4", "--end", "2023-01-03T12:00:00Z"];
    let place = hourly(100);
    export_well(&place, "before", "imagefolder", &flags);
    let last_end = START + 59 * HOUR;
    let market = place.market();
    let scale = |from: i64, factor: f64| {
        let values = params![factor, from];
        let sql = "UPDATE candles SET open = open * ?1, high = high * ?1, low = low * ?1, close = close * ?1,
            volume = volume * ?1 WHERE open_time >= ?2";
        market.connection.execute(sql, values).expect("changed");
    };
    let of = |to: &str| (pictures(&place.path(to)), labels(&place, to));

    scale(last_end + (horizon + 1) * HOUR, 3.0);
    export_well(&place, "after", "imagefolder", &flags);
    assert_eq!(
        tree(&place.path("before")),
        tree(&place.path("after")),
        "a candle after the horizon was seen"
    );

    scale(last_end + HOUR, 2.0);
    export_well(&place, "inside", "imagefolder", &flags);
    let (before, inside) = (of("before"), of("inside"));
    assert_eq!(before.0, inside.0, "a candle of the horizon was drawn");
    let changed: Vec<_> =
        before.1.iter().filter(|(end, label)| inside.1[*end] != **label).map(|(end, _)| end).collect();
    assert_eq!(changed.len(), horizon as usize, "{changed:?}");
}

#[test]
fn no_candle_is_in_two_splits() {
    let place = hourly(400);
    let flags = [
        "--render",
        "--label",
        "direction",
        "--horizon",
        "7",
        "--split",
        "train=0.5,validation=0.25,test=0.25",
    ];
    export_well(&place, "set", "imagefolder", &flags);
    let time = |text: &Value| render_core::parse_utc(text.as_str().expect("a time")).expect("a time");
    let candles = |split: &str| -> BTreeSet<i64> {
        let lines = metadata(&place, "set", split);
        assert!(lines.len() > 30, "{split}");
        let spans = lines.iter().map(|line| (time(&line["start"]), time(&line["end"]) + 7 * HOUR));
        spans.flat_map(|(from, to)| (from..=to).step_by(HOUR as usize)).collect()
    };
    let (a, b, c) = (candles("train"), candles("validation"), candles("test"));
    assert!(a.is_disjoint(&b) && b.is_disjoint(&c) && a.is_disjoint(&c));
    assert_eq!(
        (a.last().expect("one") + HOUR, b.last().expect("one") + HOUR),
        (b.first().copied().expect("one"), c.first().copied().expect("one")),
        "and no more is left out than must be"
    );
}

#[test]
fn a_horizon_ends_with_the_last_candle_that_is_over() {
    let place = hourly(30);
    let market = place.market();
    let series = market.series("NOW", "1d", 24 * HOUR);
    let today = time_now() / (24 * HOUR) * (24 * HOUR);
    for days in 0..20 {
        market.candle(series, today - days * 24 * HOUR, days);
    }
    let flags = ["--render", "--label", "return", "--horizon", "3", "--symbol", "NOW", "--format", "json"];
    let ran = export_well(&place, "set", "imagefolder", &flags);
    // Of 20 days one is not over; the first 9 have no whole window, the last 3 no horizon.
    assert_eq!(ran.summary()["pictures"], 20 - 1 - (WINDOW - 1) - 3);
}

fn time_now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_millis()).expect("in range")
}

#[test]
fn a_window_whose_horizon_has_an_invalid_candle_has_no_label() {
    let place = hourly(60);
    place
        .market()
        .execute(&format!("UPDATE candles SET high = NULL WHERE open_time = {}", START + 30 * HOUR));
    let flags = ["--render", "--label", "direction", "--horizon", "5", "--format", "json"];
    let ran = export_well(&place, "set", "imagefolder", &flags);
    assert_eq!(ran.summary()["left_out"]["invalid"], 5);
    assert_eq!(ran.summary()["left_out"]["missing"], 9 + 10);
}

#[test]
fn a_data_set_says_what_it_is_and_nothing_of_where_it_was_made() {
    let place = rendered(80);
    let flags =
        ["--label", "direction", "--horizon", "2", "--threshold", "1.9%", "--split", "train=0.5,test=0.5"];
    export_well(&place, "set", "imagefolder", &flags);
    let text = fs::read_to_string(place.path("set/dataset.json")).expect("a description");
    assert!(!text.contains(&*place.root().to_string_lossy()));
    let set: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(set["classes"], serde_json::json!(["down", "flat", "up"]));
    assert_eq!(set["embargo"], WINDOW + 2);
    assert_eq!(set["label"]["threshold"], 0.019);
    assert_eq!(set["spec"]["width"], 16);
    for split in set["splits"].as_array().expect("splits") {
        let name = split["name"].as_str().expect("a name");
        assert_eq!(split["pictures"], metadata(&place, "set", name).len());
    }
}

#[test]
fn a_dry_run_tells_the_same_counts_and_writes_nothing() {
    let place = rendered(50);
    let flags = ["--label", "direction", "--horizon", "2", "--format", "json"];
    let before = fs::read_dir(place.path("")).expect("a folder").count();
    let dry = export_well(&place, "set", "webdataset", &[&flags[..], &["--dry-run"]].concat());
    assert_eq!(fs::read_dir(place.path("")).expect("a folder").count(), before);
    let real = export_well(&place, "set", "webdataset", &flags);
    assert_eq!(dry.json()[0], real.json()[0]);
    assert_eq!(dry.summary()["pictures"], real.summary()["pictures"]);
}

#[test]
fn symbols_with_a_point_have_keys_without() {
    let place = Place::new();
    let market = Market::create(&place.db());
    for symbol in ["BRK.B", "BRK-B"] {
        market.fill(market.series(symbol, "1h", HOUR), HOUR, 15);
    }
    export_well(&place, "set", "webdataset", &["--render"]);
    let members = members(&place.path("set/train-000000.tar"));
    let keys: BTreeSet<_> = members.iter().map(|(name, _)| name.split('.').next().expect("a key")).collect();
    assert_eq!(keys.len(), 12);
    assert!(keys.contains("BRK~B_1h_2023-01-01T14-00-00_px16_w10_v1"), "{keys:?}");
}

#[test]
fn pictures_on_both_sides_of_a_long_gap_are_found_in_the_cache() {
    let place = Place::new();
    let market = Market::create(&place.db());
    let series = market.series("BTCUSDT", "1h", HOUR);
    market.fill(series, HOUR, 20);
    for step in 0..20 {
        market.candle(series, START + (5000 + step) * HOUR, step);
    }
    place.render_well(&[]);
    let ran = export_well(&place, "set", "csv", &["--format", "json"]);
    assert_eq!((&ran.summary()["pictures"], &ran.summary()["left_out"]["absent"]), (&31.into(), &0.into()));
}

#[test]
fn a_link_to_an_empty_folder_leads_to_the_data_set() {
    let place = rendered(30);
    fs::create_dir(place.path("real")).expect("a folder");
    std::os::unix::fs::symlink(place.path("real"), place.path("set")).expect("a link");
    export_well(&place, "set", "csv", &[]);
    assert_eq!(tree(&place.path("real")).len(), 2);
    assert!(place.path("set").is_symlink());
}
