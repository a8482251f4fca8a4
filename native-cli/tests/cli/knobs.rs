//! How a picture looks: presets, flags, variables and the file, and what is refused in them.

use std::fs;

use crate::common::{Place, hourly, ran};
use serde_json::Value;

/// The spec and tag of the pictures that a run makes with this file, these variables and flags.
fn made(file: &str, variables: &[(&str, &str)], flags: &[&str]) -> (Value, String) {
    let place = hourly(70);
    fs::write(place.path("image-cache.toml"), file).expect("written");
    let flags = [&["render", "--stride", "69", "--size", "32"], flags].concat();
    let ran = ran(place.command(&flags).envs(variables.iter().copied()));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let sql = "SELECT spec_json, spec_tag FROM specs JOIN images USING (spec_hash)";
    let (json, tag): (String, String) =
        place.open_index().query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("a spec");
    (serde_json::from_str(&json).expect("JSON"), tag)
}

fn tag(file: &str, variables: &[(&str, &str)], flags: &[&str]) -> String {
    made(file, variables, flags).1
}

#[test]
fn every_knob_can_be_set_by_flag_variable_and_file() {
    let cases = [
        ("kind", "hollow", "mike-hollow"),
        ("kind", "heikin-ashi", "mike-heikinashi"),
        ("kind", "columns", "mike-columns"),
        ("scale", "log", "mike-log"),
        ("scale", "percent", "mike-percent"),
        ("range", "-5..5", "mike-from-5.0to5.0"),
        ("range", "2.5%", "mike-span2.50"),
        ("padding", "0", "mike-pad0"),
        ("overlay", "sma:5 bollinger:20,2", "mike-sma5-bollinger20.2"),
        ("indicator", "macd:3,6,2", "mike-macd3.6.2"),
        ("axes", "off", "mike-noaxes"),
        ("price-labels", "left", "mike-left"),
        ("labels", "200", "mike-labels200"),
        ("title", "true", "mike-title"),
        ("last-price", "true", "mike-last"),
        ("title-ohlc", "true", "mike-ohlctitle"),
        ("axis-titles", "true", "mike-axistitles"),
        ("grouping", "comma", "mike-comma"),
        ("price-decimals", "2", "mike-decimals2"),
        ("right-margin", "5", "mike-margin5"),
        ("fit", "overlays", "mike-fitoverlays"),
        ("overlay", "sma:20:#ff9800:2", "mike-sma20cff9800w2"),
        ("overlay", "session-vwap:#ff9800 sar:0.02,0.2", "mike-sessionvwapcff9800-sar0.02.0.2"),
        ("overlay", "volume-sma:5:2", "mike-volumesma5w2"),
        ("indicator", "obv:2 adx:5", "mike-obvw2-adx5"),
        ("panel-order", "volume price", "mike-ordervolume.price"),
        ("panel-heights", "price:3 volume:2", "mike-heightsprice3.volume2"),
        ("utc-offset", "-05:30", "mike-utcminus330"),
        ("gaps", "slot", "mike-slot"),
        ("lines", "crisp", "mike-crisp"),
        ("no-volume", "true", "mike-novolume"),
        ("volume-share", "30", "mike-volume30"),
        ("no-grid", "true", "mike-nogrid"),
        ("color", "indexed", "mike-indexed"),
        ("style", "yahoo", "yahoo"),
        ("preset", "cnn", "mike-bare"),
    ];
    for (key, value, expected) in cases {
        let switch = value == "true";
        let flag = format!("--{key}");
        let flags = if switch { vec![flag.as_str()] } else { vec![flag.as_str(), value] };
        assert_eq!(tag("", &[], &flags), expected, "{key} as a flag");
        let variable = format!("IMAGE_CACHE_{}", key.replace('-', "_").to_uppercase());
        assert_eq!(tag("", &[(&variable, value)], &[]), expected, "{variable}");
        let line = if switch { format!("{key} = true") } else { format!("{key} = \"{value}\"") };
        assert_eq!(tag(&line, &[], &[]), expected, "{line}");
    }
}

#[test]
fn flags_beat_variables_beat_the_file_beats_a_preset() {
    let all = |file, variables, flags| made(file, variables, flags).0["labels"].clone();
    assert_eq!(all("", &[], &[]), 100);
    assert_eq!(all("preset = \"vlm\"", &[], &[]), 235);
    assert_eq!(all("preset = \"vlm\"\nlabels = 150", &[], &[]), 150);
    assert_eq!(all("labels = 150", &[], &["--preset", "vlm"]), 150);
    assert_eq!(all("labels = 150", &[("IMAGE_CACHE_LABELS", "120")], &["--preset", "vlm"]), 120);
    assert_eq!(all("labels = 150", &[("IMAGE_CACHE_LABELS", "120")], &["--labels", "80"]), 80);
}

#[test]
fn a_preset_gives_way_even_to_a_value_that_is_the_usual_default() {
    let (spec, _) = made("", &[], &["--preset", "price-trends", "--lines", "smooth", "--no-grid=false"]);
    assert_eq!((&spec["lines"], &spec["grid"]), (&"smooth".into(), &true.into()));
    assert_eq!(spec["overlays"], serde_json::json!(["sma:20"]));
    let (spec, _) = made("", &[], &["--preset", "price-trends", "--overlay", ""]);
    assert_eq!(spec["overlays"], serde_json::json!([]));
}

#[test]
fn a_preset_follows_the_window_that_is_asked_for_anywhere() {
    let size_of = |file: &str, flags: &[&str]| {
        let place = hourly(70);
        fs::write(place.path("image-cache.toml"), file).expect("written");
        let ran = ran(&mut place.command(&[&["render", "--stride", "69"], flags].concat()));
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let sql = "SELECT width_px, height_px, window_len FROM images";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        place.open_index().query_row(sql, [], row).expect("a row")
    };
    let preset = ["--preset", "price-trends"];
    assert_eq!(size_of("", &preset), (60, 64, 20));
    assert_eq!(size_of("window = 60", &preset), (180, 96, 60));
    assert_eq!(size_of("window = 60", &[&preset[..], &["--window", "5"]].concat()), (15, 32, 5));
    assert_eq!(size_of("size = 50", &preset), (50, 50, 20));
}

#[test]
fn overlays_come_as_repeated_flags_as_words_and_as_a_list() {
    let expected = "mike-sma5-ema3-bollinger4.2.5";
    let flags = ["--overlay", "sma:5", "--overlay", "ema:3", "--overlay", "bollinger:4,2.5"];
    assert_eq!(tag("", &[], &flags), expected);
    assert_eq!(tag("", &[("IMAGE_CACHE_OVERLAY", " sma:5  ema:3 bollinger:4,2.5")], &[]), expected);
    assert_eq!(tag("overlay = [\"sma:5\", \"ema:3\",\n\"bollinger:4,2.5\"]", &[], &[]), expected);
    assert_eq!(
        tag("overlay = [\"sma:5\"]\nindicator = [\"rsi:2\", \"atr:3\"]", &[], &[]),
        "mike-sma5-rsi2-atr3"
    );
    assert_eq!(tag("overlay = \"sma:5\"", &[], &["--overlay", ""]), "");
}

#[test]
fn what_hangs_on_another_setting_gives_way_to_one_that_beats_it() {
    let tag_of = |file, flags: &[&str]| tag(file, &[], flags);
    assert_eq!(tag_of("", &["--preset", "vlm", "--axes", "bare"]), "mike-fitoverlays-bare-labels235-margin6");
    assert_eq!(
        tag_of("", &["--preset", "vlm", "--axes", "off"]),
        "mike-fitoverlays-noaxes-labels235-last-margin6"
    );
    assert_eq!(tag_of("title = true", &["--axes", "off"]), "mike-noaxes");
    assert_eq!(tag_of("volume-share = 30", &["--no-volume"]), "mike-novolume");
    let trends = made("", &[], &["--preset", "price-trends", "--no-volume"]).0;
    assert_eq!((&trends["volume"], &trends["volume_share"]), (&false.into(), &Value::Null));
}

/// Runs `render` with this file and these flags, which must be refused as wrong usage before
/// anything is created.
#[track_caller]
fn refused(file: &str, flags: &[&str], words: &[&str]) {
    let place = hourly(12);
    fs::write(place.path("image-cache.toml"), file).expect("written");
    place.render(flags).refuses(2, words);
    untouched(&place);
}

#[track_caller]
fn untouched(place: &Place) {
    assert!(!place.root().exists() && !place.index().exists());
}

#[test]
fn contradictions_name_both_places_and_a_way_out() {
    refused("", &["--title", "--axes", "off"], &["--title and --axes", "--axes on"]);
    refused("axes = \"off\"", &["--title"], &["--title and axes (line 1 of image-cache.toml)"]);
    refused("\ntitle = true\naxes = \"bare\"", &[], &["title (line 2", "axes (line 3"]);
    refused("", &["--preset", "cnn", "--title"], &["axes of the preset cnn", "--axes on"]);
    refused("", &["--preset", "cnn", "--last-price"], &["--last-price", "axes of the preset cnn"]);
    refused("", &["--no-volume", "--volume-share", "30"], &["--volume-share", "--no-volume=false"]);
    refused("no-volume = true", &["--volume-share", "30"], &["no-volume (line 1"]);
    refused("", &["--scale", "log", "--range", "0..5"], &["--range and --scale", "above 0"]);
    refused("range = \"100%\"", &["--scale", "log"], &["range (line 1", "--scale", "100 per cent"]);
    let place = hourly(12);
    let mut command = place.command(&["render", "--title"]);
    ran(command.env("IMAGE_CACHE_AXES", "bare")).refuses(2, &["--title and IMAGE_CACHE_AXES"]);
    untouched(&place);
}

#[test]
fn bad_values_of_flags_name_the_flag_and_what_is_right() {
    let cases: [(&[&str], &[&str]); 21] = [
        (&["--preset", "cn"], &["--preset", "cnn"]),
        (&["--kind", "bars"], &["--kind", "ohlc"]),
        (&["--scale", "ln"], &["--scale", "log"]),
        (&["--range", "5"], &["--range", "20000..30000"]),
        (&["--range", "5..1"], &["--range", "LOW must be below HIGH"]),
        (&["--range", "-5%"], &["--range", "5%"]),
        (&["--padding", "46"], &["--padding", "0 to 45"]),
        (&["--padding", "-1"], &["--padding", "0 to 45"]),
        (&["--labels", "24"], &["--labels", "25 to 400"]),
        (&["--volume-share", "91"], &["--volume-share", "5 to 90"]),
        (&["--overlay", "smaa:20"], &["--overlay", "did you mean", "sma"]),
        (&["--overlay", "sma"], &["--overlay", "sma:20"]),
        (&["--overlay", "sma:1001"], &["--overlay", "1000"]),
        (&["--indicator", "macd:26,12,9"], &["--indicator", "fast 26 must be below slow 12"]),
        (&["--indicator", "rsi:1 rsi:2 rsi:3 rsi:4 rsi:5 rsi:6 rsi:7"], &["--indicator", "more than 6"]),
        (&["--price-labels", "top"], &["--price-labels", "left"]),
        (&["--utc-offset", "Berlin"], &["--utc-offset", "+02:00"]),
        (&["--utc-offset", "+19:00"], &["--utc-offset", "18 hours"]),
        (&["--title=perhaps"], &["--title", "boolean"]),
        (&["--style", "yaho"], &["--style", "did you mean \"yahoo\"?", "image-cache styles"]),
        (&["--geometry", "market.sqlite"], &["--geometry", "--db"]),
    ];
    for (flags, words) in cases {
        refused("", flags, words);
    }
}

#[test]
fn bad_values_of_the_file_name_file_and_line() {
    for (line, word) in [
        ("preset = \"cn\"", "cnn"),
        ("kind = \"bars\"", "ohlc"),
        ("scale = 3", "string"),
        ("range = \"5\"", "20000..30000"),
        ("padding = 46", "0 to 45"),
        ("padding = -1", "0 to 45"),
        ("labels = \"big\"", "25 to 400"),
        ("window = 2001", "2 to 2000"),
        ("size = 7", "8 to 8192"),
        ("overlay = \"smaa:20\"", "did you mean"),
        ("overlay = 3", "a list of strings"),
        ("indicator = [[\"rsi:3\"]]", "expected"),
        ("utc-offset = \"+19:00\"", "18 hours"),
        ("style = \"yaho\"", "did you mean \"yahoo\"?"),
        ("price_labels = \"left\"", "price-labels"),
    ] {
        refused(&format!("\n{line}"), &[], &["image-cache.toml: line 2", word]);
    }
    refused("overlay = [\n\"sma:5\",\n\"sma:0\"]", &[], &["line 3", "1 to 1000"]);
    refused(
        "overlay = \"sma:1 sma:2 sma:3 sma:4 sma:5 sma:6 sma:7 sma:8 sma:9\"",
        &[],
        &["line 1", "more than 8"],
    );
}
