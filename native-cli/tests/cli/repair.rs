//! `repair` and `status`: what was found is mended, and nothing else is touched.

use std::{fs, path::PathBuf};

use crate::common::{self, HOUR, Market, Place, START, file, hourly, rendered, times};

/// Damage of every kind, to five files.
fn damage(place: &Place) -> Vec<PathBuf> {
    let files: Vec<PathBuf> = (0..5).map(|number| file(place, number * 3)).collect();
    fs::remove_file(&files[0]).expect("removed");
    fs::write(&files[1], "short").expect("written");
    let mut bytes = fs::read(&files[2]).expect("readable");
    bytes[60] ^= 1;
    fs::write(&files[2], &bytes).expect("written");
    fs::copy(&files[4], &files[3]).expect("copied");
    fs::write(&files[4], "").expect("written");
    files
}

#[test]
fn damage_of_every_kind_is_mended_to_the_exact_bytes_and_nothing_else_is_written() {
    let place = rendered(60);
    let (tree, rows, before) = (place.tree(), place.rows(), times(&place));
    let damaged = damage(&place);
    let ran = place.run("repair", &["--format", "json"]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!((&ran.summary()["mended"], &ran.summary()["ok"]), (&5.into(), &51.into()));
    assert!(place.tree() == tree);
    assert!(place.rows() == rows);
    for (path, time) in times(&place) {
        assert_eq!(time == before[&path], !damaged.contains(&place.root().join(&path)), "{}", path.display());
    }
    let again = place.run("repair", &["--format", "json"]);
    assert_eq!((again.status, &again.summary()["mended"]), (0, &0.into()));
}

#[test]
fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let place = rendered(60);
    damage(&place);
    let (tree, index) = (place.tree(), fs::read(place.index()).expect("an index"));
    let ran = place.run("repair", &["--dry-run", "--delete-orphans"]);
    assert_eq!(ran.status, 3);
    assert!(ran.stdout.contains("Corrupt (5):") && ran.stdout.contains("Dry run"), "{}", ran.stdout);
    assert!(place.tree() == tree && fs::read(place.index()).expect("an index") == index);
}

#[test]
fn stale_pictures_are_rendered_again_and_the_same_as_by_a_fresh_run() {
    let place = rendered(60);
    place.market().execute(&format!(
        "UPDATE candles SET close = close + 0.5, high = high + 1 WHERE open_time = {}",
        START + 30 * HOUR
    ));
    let ran = place.run("repair", &["--format", "json"]);
    assert_eq!((ran.status, &ran.summary()["mended"]), (0, &10.into()), "{}", ran.stderr);
    let fresh = Place::new();
    fs::copy(place.db(), fresh.db()).expect("copied");
    fresh.render_well(&[]);
    assert!(place.tree() == fresh.tree() && place.rows() == fresh.rows());
}

#[test]
fn what_the_source_cannot_make_any_more_becomes_missing_and_its_file_an_orphan() {
    let place = rendered(30);
    place.market().execute(&format!("DELETE FROM candles WHERE open_time = {}", START + 20 * HOUR));
    let ran = place.run("repair", &["--format", "json"]);
    assert_eq!(ran.status, 3, "{}", ran.stdout);
    assert_eq!((place.count("missing"), place.count("ok")), (10, 20));
    let orphans =
        |lines: Vec<serde_json::Value>| lines.iter().filter(|line| line["kind"] == "orphan").count();
    assert_eq!(orphans(ran.json()), 1);
    assert_eq!(place.tree().len(), 21);
    // A row like one that `render` writes.
    let rows = place.rows();
    place.render_well(&[]);
    assert!(place.rows() == rows);
    let ran = place.run("repair", &["--delete-orphans"]);
    assert_eq!((ran.status, place.tree().len()), (0, 20), "{}", ran.stdout);
    assert_eq!(place.run("verify", &[]).status, 0);
}

#[test]
fn a_missing_picture_that_the_source_can_make_now_is_made() {
    let place = hourly(30);
    let market = place.market();
    market.execute(&format!("DELETE FROM candles WHERE open_time = {}", START + 20 * HOUR));
    place.render_well(&[]);
    assert_eq!(place.count("missing"), 10);
    market.candle(1, START + 20 * HOUR, 20);
    let ran = place.run("verify", &["--format", "json"]);
    assert!(ran.stdout.contains("the source can make it now"), "{}", ran.stdout);
    assert_eq!(place.run("repair", &[]).status, 0);
    assert_eq!((place.count("missing"), place.check_ok_rows()), (9, 21));
    let fresh = Place::new();
    fs::copy(place.db(), fresh.db()).expect("copied");
    fresh.render_well(&[]);
    assert!(place.tree() == fresh.tree() && place.rows() == fresh.rows());
}

#[test]
fn orphans_are_deleted_only_when_told_to_and_only_inside_the_filter() {
    let place = rendered(60);
    place
        .open_index()
        .execute("DELETE FROM images WHERE end_open_time_ms / 3600000 % 2 = 0", [])
        .expect("deleted");
    place
        .open_index()
        .execute(&format!("DELETE FROM images WHERE end_open_time_ms < {}", START + 20 * HOUR), [])
        .expect("deleted");
    let other = place.root().join("BTCUSDT/1h/2023/01/mine.png");
    fs::write(&other, "mine").expect("written");
    let tree = place.tree();
    let ran = place.run("repair", &[]);
    assert_eq!(ran.status, 3);
    assert!(ran.stdout.contains("--delete-orphans") && place.tree() == tree, "{}", ran.stdout);
    // Half a day of its own.
    let ran = place.run("repair", &["--delete-orphans", "--end", "2023-01-01T12:00:00Z"]);
    assert_eq!(ran.status, 0, "{}", ran.stdout);
    assert_eq!(place.tree().len(), tree.len() - 3);
    let ran = place.run("repair", &["--delete-orphans"]);
    assert_eq!(ran.status, 0);
    assert_eq!(place.tree().len(), 1 + place.check_ok_rows());
    assert!(other.exists());
}

#[test]
fn a_shard_and_an_index_beside_another_delete_no_orphans() {
    let place = rendered(40);
    place
        .open_index()
        .execute("DELETE FROM images WHERE end_open_time_ms > 1672600000000", [])
        .expect("deleted");
    let tree = place.tree();
    place.open_index().execute("INSERT INTO meta VALUES('shard', '1/4')", []).expect("a shard");
    let ran = place.run("repair", &["--delete-orphans"]);
    assert_eq!(ran.status, 0, "what may be of other shards is no finding");
    assert!(ran.stderr.contains("one shard of several") && place.tree() == tree, "{}", ran.stderr);
    place.open_index().execute("DELETE FROM meta WHERE key = 'shard'", []).expect("none");
    let folder = place.root().join("BTCUSDT/1h/2023/01");
    fs::write(folder.join(".BTCUSDT_1h.png.0badcafe.tmp"), "").expect("written");
    let ran = place.run("repair", &["--delete-orphans"]);
    assert_eq!(ran.status, 3);
    assert!(ran.stderr.contains("another index"), "{}", ran.stderr);
    assert_eq!(place.tree().len(), tree.len() + 1);
}

#[test]
fn what_cannot_be_written_stays_listed_with_its_reason() {
    use std::os::unix::fs::PermissionsExt;
    let place = rendered(40);
    fs::remove_file(file(&place, 3)).expect("removed");
    let month = place.root().join("BTCUSDT/1h/2023/01");
    let everything = fs::Permissions::from_mode(0o777);
    fs::set_permissions(place.path("."), everything.clone()).expect("permissions");
    for name in ["image_cache.sqlite", "image_cache.sqlite.lock", "market.sqlite"] {
        fs::set_permissions(place.path(name), fs::Permissions::from_mode(0o666)).expect("permissions");
    }
    fs::set_permissions(&month, fs::Permissions::from_mode(0o555)).expect("permissions");
    let ran = common::ran(&mut place.command_as_nobody(&["repair"]));
    assert_eq!(ran.status, 3, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("its file is absent; cannot be written"), "{}", ran.stdout);
    fs::set_permissions(&month, everything).expect("permissions");
    assert_eq!(place.run("repair", &[]).status, 0);
    assert_eq!(place.check_ok_rows(), 31);
}

#[test]
fn pictures_of_an_earlier_version_are_stale_and_made_again_in_today_s_colours() {
    let place = hourly(40);
    place.render_well(&["--style", "yahoo", "--overlay", "sma:3"]);
    let today = place.tree();
    // A hash by another rule, and a style whose colours have changed since.
    let index = place.open_index();
    let old = "f".repeat(64);
    let changed = "replace(spec_json, '#1f77b4', '#010203')";
    let specs = format!("UPDATE specs SET spec_hash = '{old}', spec_json = {changed}");
    assert_eq!(index.execute(&specs, []).expect("changed"), 1);
    let images = format!("UPDATE images SET spec_hash = '{old}', input_sha256 = '{old}'");
    index.execute(&images, []).expect("changed");
    let verified = place.run("verify", &["--format", "json"]);
    let summary = verified.summary();
    assert_eq!((verified.status, &summary["stale"], &summary["ok"]), (3, &31.into(), &0.into()), "{summary}");
    assert_eq!(place.run("repair", &[]).status, 0);
    assert_eq!(place.check_ok_rows(), 31);
    assert!(place.tree() == today);
}

#[test]
fn a_row_whose_spec_is_lost_is_listed_unless_it_is_the_usual_one() {
    let place = rendered(40);
    place.render_well(&["--style", "yahoo", "--kind", "ohlc"]);
    place.open_index().execute("DELETE FROM specs", []).expect("deleted");
    let ran = place.run("repair", &[]);
    assert_eq!(ran.status, 3);
    assert!(ran.stdout.contains("its spec is not in the index"), "{}", ran.stdout);
    let ok = |place: &Place| place.run("verify", &["--format", "json"]).summary()["ok"].as_u64();
    assert_eq!(ok(&place), Some(31), "the default spec needs no telling");
    // Rendering with its flags brings the spec back.
    fs::remove_file(file(&place, 1)).expect("removed");
    fs::remove_file(file(&place, 0)).expect("removed");
    place.render_well(&["--style", "yahoo", "--kind", "ohlc"]);
    place.render_well(&[]);
    assert_eq!(ok(&place), Some(62));
}

#[test]
fn the_status_says_what_the_index_holds_and_what_is_to_be_done() {
    let place = hourly(60);
    place.market().execute(&format!("DELETE FROM candles WHERE open_time = {}", START + 30 * HOUR));
    place.render_well(&["--end", "2023-01-02T12:00:00Z"]);
    let market = place.market();
    market.series("ETHUSD", "1h", HOUR);
    let lines = place.run("status", &["--format", "json"]).json();
    let series = &lines[0];
    assert_eq!((&series["symbol"], &series["interval"]), (&"BTCUSDT".into(), &"1h".into()));
    assert_eq!((&series["ok"], &series["missing"], &series["at_gaps"]), (&26.into(), &10.into(), &1.into()));
    assert_eq!(series["not_rendered"], 24);
    assert_eq!(series["done"].as_f64().map(|done| (done * 50.0).round()), Some(26.0));
    assert_eq!(
        (&series["first_end"], &series["last_end"]),
        (&"2023-01-01T00:00:00Z".into(), &"2023-01-02T11:00:00Z".into())
    );
    let bytes: usize = place.tree().values().map(Vec::len).sum();
    assert_eq!(series["bytes"], bytes);
    assert!(series["last_run"].as_str().is_some_and(|time| time.ends_with('Z')));
    assert_eq!((&lines[1]["symbol"], &lines[1]["entries"]), (&"ETHUSD".into(), &0.into()));
    let summary = &lines[2];
    assert_eq!((&summary["type"], &summary["ok"]), (&"summary".into(), &26.into()));
    assert!(summary["last_verify"].is_null());

    fs::remove_file(file(&place, 0)).expect("removed");
    assert_eq!(place.run("verify", &["--quick"]).status, 3);
    let lines = place
        .run("status", &["--format", "json", "--start", "2023-01-02", "--end", "2023-01-02T06:00:00Z"])
        .json();
    assert_eq!((&lines[0]["ok"], &lines[0]["first_end"]), (&6.into(), &"2023-01-02T00:00:00Z".into()));
    let text = place.run("status", &[]).stdout;
    assert!(text.contains("BTCUSDT 1h  px16 w10") && text.contains("50.0%"), "{text}");
    assert!(!text.contains("Last verify: never") && text.contains("last repair: never"), "{text}");
    // Without its source the index still speaks.
    fs::remove_file(place.db()).expect("removed");
    let summary = place.run("status", &["--format", "json"]).summary();
    assert_eq!((&summary["corrupt"], &summary["not_rendered"]), (&1.into(), &serde_json::Value::Null));
}

#[test]
fn pictures_of_another_index_in_the_same_root_are_never_deleted() {
    let place = rendered(40);
    place.render_well(&["--size", "24", "--index", "other.sqlite"]);
    let tree = place.tree();
    let ran = place.run("repair", &["--delete-orphans"]);
    assert_eq!(ran.status, 3);
    assert!(ran.stdout.contains("another index may own it"), "{}", ran.stdout);
    assert!(place.tree() == tree);
}

#[test]
fn a_history_that_was_cut_off_makes_its_pictures_missing() {
    let place = rendered(60);
    place.market().execute(&format!("DELETE FROM candles WHERE open_time < {}", START + 30 * HOUR));
    let ran = place.run("verify", &["--format", "json"]);
    assert_eq!((ran.status, place.count("stale")), (3, 30), "{}", ran.stderr);
    assert_eq!(place.run("repair", &[]).status, 3, "their files are left");
    assert_eq!((place.count("missing"), place.count("ok")), (39, 21));
    assert_eq!(place.run("repair", &["--delete-orphans"]).status, 0);
    assert_eq!((place.tree().len(), place.check_ok_rows()), (21, 21));
}

#[test]
fn a_second_writer_of_any_kind_fails_at_once_and_a_reader_does_not() {
    use std::time::Duration;
    let place = hourly(3000);
    let mut child = place.spawn(&["--size", "64", "--jobs", "1"]);
    while place.tree().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    for command in ["verify", "repair"] {
        place.run(command, &[]).refuses(1, &["in use", &format!("pid {}", child.id())]);
    }
    let ran = place.run("verify", &["--no-record", "--quick"]);
    assert!(ran.stderr.contains("orphans are not looked for"), "{}", ran.stderr);
    assert!(place.run("status", &[]).stdout.contains(&format!("(pid {}", child.id())));
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert_eq!(place.run("repair", &["--delete-orphans"]).status, 0);
    assert_eq!(place.temporaries(), 0);
}

#[test]
fn a_market_that_was_never_rendered_is_verified_as_nothing() {
    let place = rendered(40);
    let market: Market = place.market();
    market.fill(market.series("ETHUSD", "1h", HOUR), HOUR, 40);
    let ran = place.run("verify", &["--symbol", "ETHUSD", "--format", "json"]);
    assert_eq!((ran.status, &ran.summary()["ok"]), (0, &0.into()));
    place.run("verify", &["--symbol", "ETH"]).refuses(1, &["no symbol", "ETHUSD"]);
}
