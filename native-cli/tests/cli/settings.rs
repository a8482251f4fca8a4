//! Flags, variables, the configuration file, and what is refused in them.

use std::fs;

use crate::common::{Place, hourly, ran};

/// The width of the pictures that a run makes with this file, variable and flag.
fn width(file: Option<&str>, variable: Option<&str>, flag: Option<&str>) -> i64 {
    let place = hourly(12);
    if let Some(text) = file {
        fs::write(place.path("image-cache.toml"), text).expect("written");
    }
    let mut args = vec!["render", "--window", "10"];
    args.extend(flag.iter().flat_map(|size| ["--size", size]));
    let mut command = place.command(&args);
    if let Some(size) = variable {
        command.env("IMAGE_CACHE_SIZE", size);
    }
    let ran = ran(&mut command);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    place.open_index().query_row("SELECT width_px FROM images", [], |row| row.get(0)).expect("a row")
}

#[test]
fn flags_beat_variables_beat_the_file_beat_the_defaults() {
    assert_eq!(width(None, None, None), 1280);
    assert_eq!(width(Some("size = 20"), None, None), 20);
    assert_eq!(width(Some("size = \"21x30\""), None, None), 21);
    assert_eq!(width(Some("size = 20"), Some("30"), None), 30);
    assert_eq!(width(Some("size = 20"), Some("30"), Some("40")), 40);
}

#[test]
fn a_switch_of_the_file_can_be_taken_back() {
    let place = hourly(12);
    fs::write(place.path("image-cache.toml"), "no-volume = true\nno-grid = true").expect("written");
    place.render_well(&["--no-volume=false"]);
    let tag: String =
        place.open_index().query_row("SELECT spec_tag FROM images", [], |row| row.get(0)).expect("a row");
    assert_eq!(tag, "mike-nogrid");
}

#[test]
fn every_flag_can_stand_in_the_file() {
    let place = hourly(12);
    let text = "
        db = \"market.sqlite\"\nsample = false\nroot = \"elsewhere\"\nindex = \"other.sqlite\"\n
        symbol = [\"BTCUSDT\"]\ninterval = [\"1h\"]\nstart = \"2023-01-01\"\nend = \"2024-01-01T00:00:00Z\"\n
        stride = 2\nsize = \"16x8\"\nwindow = 4\nstyle = \"mike\"\naxes = \"bare\"\nno-volume = true\nno-grid = true\ncolor = \"indexed\"\n
        jobs = 1\nformat = \"json\"\nprogress = \"never\"\nquiet = false\nverbose = false\ndry-run = false";
    fs::write(place.path("mine.toml"), text).expect("written");
    let ran = ran(&mut place.command(&["render", "--config", "mine.toml"]));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(ran.summary()["rendered"], 4);
    assert!(place.path("elsewhere").is_dir() && place.path("other.sqlite").is_file());
    let first = ran.summary()["first_picture"]
        .as_str()
        .map(|path| fs::read(place.path("elsewhere").join(path)).expect("a picture"));
    // The colour type of the header: 3 is indexed.
    assert_eq!(first.map(|png| png[25]), Some(3));
}

#[test]
fn an_unknown_key_is_an_error_that_names_file_and_line() {
    let place = hourly(12);
    fs::write(place.path("image-cache.toml"), "window = 10\nsizee = 20\n").expect("written");
    place.render(&[]).refuses(2, &["image-cache.toml", "line 2", "sizee"]);
}

#[test]
fn a_wrong_value_in_the_file_is_an_error_that_names_file_and_line() {
    let place = hourly(12);
    let cases = [
        ("\nsize = \"big\"", "line 2"),
        ("start = \"soon\"", "a time is"),
        ("jobs = 0", "threads"),
        ("stride = 0", "line 1"),
        ("symbol = 3", "line 1"),
        ("= = =", "line 1"),
    ];
    for (text, word) in cases {
        fs::write(place.path("image-cache.toml"), text).expect("written");
        ran(&mut place.command(&["render"])).refuses(2, &["image-cache.toml", word]);
    }
}

#[test]
fn a_named_file_must_exist() {
    hourly(12).render(&["--config", "absent.toml"]).refuses(2, &["absent.toml"]);
}

#[test]
fn a_mistyped_variable_is_an_error_that_names_the_right_one() {
    let place = hourly(12);
    let mut command = place.command(&["render"]);
    command.env("IMAGE_CACHE_ROOTS", "x");
    ran(&mut command).refuses(2, &["IMAGE_CACHE_ROOTS", "did you mean IMAGE_CACHE_ROOT?"]);
    assert!(!place.root().exists());
}

#[test]
fn senseless_flags_are_wrong_usage() {
    let place = hourly(12);
    let cases: [&[&str]; 20] = [
        &["--size", "0"],
        &["--size", "20000"],
        &["--size", "16x"],
        &["--size", "-4"],
        &["--window", "0"],
        &["--window", "2001"],
        &["--window", "-1"],
        &["--window", "many"],
        &["--style", "mikey"],
        &["--axes", "none"],
        &["--stride", "0"],
        &["--jobs", "0"],
        &["--jobs", "65000"],
        &["--start", "yesterday"],
        &["--end", "2023-02-30"],
        &["--start", "2023-02-01", "--end", "2023-01-01"],
        &["--start", "2023-02-01", "--end", "2023-02-01"],
        &["--sample", "--db", "market.sqlite"],
        &["--format", "xml"],
        &["--frobnicate"],
    ];
    for flags in cases {
        place.render(flags).refuses(2, &[]);
    }
    assert!(!place.root().exists() && !place.index().exists());
    place.render(&["--style", "mikey"]).refuses(2, &["mike"]);
}

#[test]
fn a_sample_asked_for_by_flag_beats_a_database_of_the_file() {
    let place = Place::new();
    fs::write(place.path("image-cache.toml"), "db = \"absent.sqlite\"").expect("written");
    let ran = ran(&mut place.command(&["render", "--sample", "--size", "8", "--format", "json"]));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(ran.summary()["root"], "sample/image-cache");
}

#[test]
fn help_shows_examples_on_standard_output() {
    let place = Place::new();
    for args in [&["--help"][..], &["render", "--help"]] {
        let ran = ran(&mut place.command(args));
        assert_eq!(ran.status, 0);
        assert!(ran.stdout.contains("Examples:") && ran.stdout.contains("--sample"), "{}", ran.stdout);
    }
    ran(&mut place.command(&["rendr"])).refuses(2, &["render"]);
}

#[test]
fn without_a_command_help_is_shown_and_the_usage_is_wrong() {
    let ran = ran(&mut Place::new().command(&[]));
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("Examples:") && !ran.stderr.contains("error"), "{}", ran.stderr);
}

#[test]
fn the_file_takes_names_and_dates_as_they_come() {
    let place = hourly(30);
    let text = "symbol = \"BTCUSDT\"\ninterval = \"1h\"\nstart = 2023-01-01\nend = 2023-01-01T12:00:00Z";
    fs::write(place.path("image-cache.toml"), text).expect("written");
    assert_eq!(place.render_well(&["--format", "json"]).summary()["rendered"], 3);
    for (text, word) in [
        ("start = 2023-01-01T05:00:00", "a time is"),
        ("start = 05:00:00", "a time is"),
        ("size = { a = 1 }", "a string or"),
    ] {
        fs::write(place.path("image-cache.toml"), text).expect("written");
        ran(&mut place.command(&["render"])).refuses(2, &["image-cache.toml", "line 1", word]);
    }
}

#[test]
fn a_stride_of_0_is_told_what_it_must_be() {
    let place = hourly(12);
    place.render(&["--stride", "0"]).refuses(2, &["--stride", "must be 1 or more"]);
    fs::write(place.path("image-cache.toml"), "stride = 0").expect("written");
    place.render(&[]).refuses(2, &["line 1", "must be 1 or more"]);
}
