//! `verify`: one fault a test, and exactly the findings that it makes.

use std::fs;

use crate::common::{self, HOUR, Market, Place, Ran, START, file, hourly, rendered};
use serde_json::Value;

/// The findings of `verify` as kind, name of the file and reason.
pub fn findings(ran: &Ran) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut found: Vec<_> = ran
        .json()
        .iter()
        .filter(|line| line["type"] == "finding" && line["kind"] != "missing")
        .map(|line| (text(&line["kind"]), text(&line["path"]), text(&line["reason"])))
        .collect();
    found.sort();
    found
}

pub fn verify(place: &Place, flags: &[&str]) -> Ran {
    place.run("verify", &[&["--format", "json"], flags].concat())
}

/// The only finding, which must be of that kind and reason and leave status 3.
#[track_caller]
pub fn only(place: &Place, flags: &[&str], kind: &str, reason: &str) -> String {
    let ran = verify(place, flags);
    assert_eq!(ran.status, 3, "{}{}", ran.stdout, ran.stderr);
    let found = findings(&ran);
    assert_eq!(found.len(), 1, "{found:?}");
    let (found_kind, path, found_reason) = found.into_iter().next().expect("one");
    assert_eq!((found_kind.as_str(), found_reason.as_str()), (kind, reason));
    path
}

#[track_caller]
pub fn clean(place: &Place, flags: &[&str]) {
    let ran = verify(place, flags);
    assert_eq!((ran.status, findings(&ran)), (0, Vec::new()), "{}", ran.stderr);
}

pub const DEPTHS: [&[&str]; 3] = [&["--quick"], &[], &["--rerender"]];

#[test]
fn a_cache_as_it_was_rendered_is_clean_at_every_depth() {
    let place = rendered(40);
    for depth in DEPTHS {
        let before = place.rows();
        clean(&place, depth);
        assert!(place.rows() == before);
    }
    let summary = verify(&place, &[]).summary();
    assert_eq!((&summary["ok"], &summary["missing"], &summary["gaps"]), (&31.into(), &9.into(), &0.into()));
}

#[test]
fn an_absent_file_is_corrupt_at_every_depth() {
    let place = rendered(40);
    fs::remove_file(file(&place, 3)).expect("removed");
    for depth in DEPTHS {
        only(&place, depth, "corrupt", "its file is absent");
    }
    assert_eq!(place.count("corrupt"), 1);
}

#[test]
fn a_cut_file_is_corrupt_at_every_depth() {
    let place = rendered(40);
    let bytes = fs::read(file(&place, 3)).expect("readable");
    fs::write(file(&place, 3), &bytes[..bytes.len() - 1]).expect("written");
    for depth in DEPTHS {
        only(&place, depth, "corrupt", "its file has another size");
    }
}

#[test]
fn a_flipped_bit_is_corrupt_unless_nobody_reads_the_file() {
    let place = rendered(40);
    let mut bytes = fs::read(file(&place, 3)).expect("readable");
    bytes[50] ^= 4;
    fs::write(file(&place, 3), &bytes).expect("written");
    clean(&place, &["--quick"]);
    for depth in [&[][..], &["--rerender"]] {
        only(&place, depth, "corrupt", "its bytes are not the recorded ones");
    }
    // What was found by a closer look stays found, until it is mended.
    only(&place, &["--quick"], "corrupt", "its bytes are not the recorded ones");
}

#[test]
fn a_picture_of_another_end_in_the_right_place_is_corrupt() {
    let place = rendered(200);
    let tree = place.tree();
    // One of the same size, or its size would tell.
    let pair = tree.iter().enumerate().find_map(|(n, (path, bytes))| {
        let other =
            tree.iter().skip(n + 1).find(|(_, other)| other.len() == bytes.len() && *other != bytes)?;
        Some((path, other.1))
    });
    let (path, other) = pair.expect("two of a size");
    fs::write(place.root().join(path), other).expect("written");
    let found = only(&place, &[], "corrupt", "its bytes are not the recorded ones");
    assert_eq!(found, path.to_string_lossy());
}

#[test]
fn a_forged_row_and_file_are_told_by_rendering_again() {
    let place = rendered(60);
    let (one, other) = (fs::read(file(&place, 3)).expect("readable"), file(&place, 20));
    fs::write(&other, &one).expect("written");
    let path = other.strip_prefix(place.root()).expect("below").to_string_lossy().into_owned();
    let forge = "UPDATE images SET sha256 = ?1, size_bytes = ?2 WHERE file_path = ?3";
    place.open_index().execute(forge, (common::sha256_of(&one), one.len() as i64, &path)).expect("forged");
    clean(&place, &[]);
    let reason = "this version renders other bytes from the same candles";
    assert_eq!(only(&place, &["--rerender"], "stale", reason), path);
    only(&place, &[], "stale", reason);
    assert_eq!(place.run("repair", &[]).status, 0);
    clean(&place, &["--rerender"]);
}

#[test]
fn a_changed_candle_makes_exactly_its_windows_stale() {
    let place = rendered(60);
    place
        .market()
        .execute(&format!("UPDATE candles SET high = high + 1 WHERE open_time = {}", START + 30 * HOUR));
    let ran = verify(&place, &["--quick"]);
    assert_eq!(ran.status, 3);
    let found = findings(&ran);
    assert_eq!(found.len(), 10);
    assert!(found.iter().all(|(kind, ..)| kind == "stale"));
    assert_eq!(place.count("stale"), 10);
    // It becomes what it was: nothing is stale, and nothing has to be rendered.
    place
        .market()
        .execute(&format!("UPDATE candles SET high = high - 1 WHERE open_time = {}", START + 30 * HOUR));
    clean(&place, &[]);
    assert_eq!(place.count("stale"), 0);
    let summary = place.render_well(&["--format", "json"]).summary();
    assert_eq!(summary["rendered"], 0);
}

#[test]
fn a_flipped_bit_in_the_candle_table_is_found_by_rendering_again() {
    let place = rendered(60);
    let bytes = fs::read(place.db()).expect("a database");
    // The close of one candle, as SQLite stores it: 8 bytes, big-endian.
    let wanted: f64 = place
        .market()
        .connection
        .query_row(&format!("SELECT high FROM candles WHERE open_time = {}", START + 30 * HOUR), [], |row| {
            row.get(0)
        })
        .expect("a candle");
    place.market().execute(&format!(
        "UPDATE candles SET high = {} WHERE open_time = {}",
        wanted + 0.123_456_789,
        START + 30 * HOUR
    ));
    drop(bytes);
    let mut bytes = fs::read(place.db()).expect("a database");
    let pattern = (wanted + 0.123_456_789).to_be_bytes();
    place.render_well(&[]);
    let at = bytes.windows(8).position(|window| window == pattern).expect("stored as it is");
    bytes[at + 7] ^= 1;
    fs::write(place.db(), &bytes).expect("written");
    let ran = verify(&place, &["--rerender"]);
    assert_eq!((ran.status, findings(&ran).len()), (3, 10), "{}", ran.stdout);
}

#[test]
fn a_picture_without_a_row_is_an_orphan_and_temporaries_and_foreign_files_are_not() {
    let place = rendered(40);
    let path = file(&place, 5);
    let folder = path.parent().expect("a folder").to_owned();
    place
        .open_index()
        .execute("DELETE FROM images WHERE end_open_time_ms = ?1", [START + 14 * HOUR])
        .expect("deleted");
    for other in [".x.png.0badcafe.tmp", "notes.txt", "BTCUSDT_1h_2023-01-01T09-00-00.png"] {
        fs::write(folder.join(other), "mine").expect("written");
    }
    let found = only(&place, &[], "orphan", "no row of this index has it");
    assert_eq!(place.root().join(found), path);
    clean(&place, &["--end", "2023-01-01T14:00:00Z"]);
    place.run("verify", &["--size", "17"]).refuses(1, &["no picture of", "has such a spec", "px16 w10"]);
    assert!(path.exists());
}

#[test]
fn the_file_that_a_missing_row_has_left_is_an_orphan() {
    let place = rendered(40);
    place.market().execute(&format!("DELETE FROM candles WHERE open_time = {}", START + 20 * HOUR));
    place.render_well(&[]);
    let ran = verify(&place, &[]);
    // At the end itself; the windows after it just hold an earlier candle instead.
    assert_eq!(findings(&ran).iter().filter(|(kind, ..)| kind == "orphan").count(), 1);
    assert_eq!(ran.status, 3);
}

#[test]
fn gaps_are_listed_as_ranges_and_are_no_failure() {
    let place = hourly(60);
    place.market().execute(&format!(
        "DELETE FROM candles WHERE open_time IN ({}, {}, {})",
        START + 20 * HOUR,
        START + 21 * HOUR,
        START + 40 * HOUR
    ));
    place.render_well(&[]);
    let ran = verify(&place, &[]);
    assert_eq!(ran.status, 0);
    let gaps: Vec<_> = ran.json().into_iter().filter(|line| line["type"] == "gap").collect();
    let ranges: Vec<_> =
        gaps.iter().map(|gap| (&gap["first"], &gap["last"], &gap["missing_candles"])).collect();
    let time = |hour: &str| Value::from(format!("2023-01-{hour}:00:00Z"));
    assert_eq!(
        ranges,
        [(&time("01T20"), &time("01T21"), &2.into()), (&time("02T16"), &time("02T16"), &1.into())]
    );
    let text = place.run("verify", &[]).stdout;
    assert!(text.contains("2023-01-01T20:00:00Z to 2023-01-01T21:00:00Z, 2 candles"), "{text}");
}

#[test]
fn missing_pictures_are_counted_by_the_sort_of_their_reasons() {
    let place = hourly(40);
    place
        .market()
        .execute(&format!("UPDATE candles SET volume = -1 WHERE open_time = {}", START + 30 * HOUR));
    place.render_well(&[]);
    let text = place.run("verify", &[]).stdout;
    assert!(text.contains("BTCUSDT 1h: 10 invalid candle, 9 short history"), "{text}");
}

#[test]
fn without_recording_the_index_stays_as_it_is_byte_for_byte() {
    let place = rendered(40);
    fs::remove_file(file(&place, 3)).expect("removed");
    let before = fs::read(place.index()).expect("an index");
    let ran = verify(&place, &["--no-record"]);
    assert_eq!((ran.status, findings(&ran).len()), (3, 1));
    assert!(fs::read(place.index()).expect("an index") == before);
    assert_eq!(place.count("corrupt"), 0);
}

#[test]
fn a_database_without_the_series_proves_nothing_and_changes_no_row() {
    let place = rendered(40);
    let before = place.rows();
    let other = Market::create(&place.path("other.sqlite"));
    other.fill(other.series("ETHUSD", "1h", HOUR), HOUR, 20);
    let ran = verify(&place, &["--db", "other.sqlite"]);
    assert_eq!((ran.status, findings(&ran).len()), (3, 31));
    assert!(place.rows() == before);
    let ran = place.run("repair", &["--db", "other.sqlite"]);
    assert_eq!(ran.status, 3);
    assert!(ran.stdout.contains("the source has no such series"), "{}", ran.stdout);
    assert!(place.rows() == before);
}

#[test]
fn files_are_compared_with_the_index_alone_where_there_is_no_database() {
    let place = rendered(40);
    fs::remove_file(place.db()).expect("removed");
    verify(&place, &[]).refuses(1, &["market database", "does not exist"]);
    clean(&place, &["--files-only"]);
    fs::remove_file(file(&place, 3)).expect("removed");
    only(&place, &["--files-only"], "corrupt", "its file is absent");
    place.run("verify", &["--files-only", "--rerender"]).refuses(2, &["--files-only", "--rerender"]);
}

#[test]
fn files_alone_disprove_no_change_of_candles() {
    let place = rendered(60);
    place.market().execute(&format!("UPDATE candles SET volume = 9 WHERE open_time = {}", START + 30 * HOUR));
    assert_eq!(verify(&place, &[]).status, 3);
    let ran = verify(&place, &["--files-only"]);
    assert_eq!((ran.status, findings(&ran).len(), place.count("stale")), (3, 10, 10));
}

#[test]
fn parts_are_together_all_entries_and_none_twice() {
    let place = rendered(200);
    for path in place.tree().keys() {
        fs::write(place.root().join(path), "broken").expect("written");
    }
    let mut found: Vec<String> = Vec::new();
    for part in 1..=3 {
        let ran = verify(&place, &["--no-record", "--subset", &format!("{part}/3")]);
        let some = findings(&ran);
        assert!(some.len() > 30, "{}", some.len());
        found.extend(some.into_iter().map(|(_, path, _)| path));
    }
    found.sort();
    let all: Vec<String> = place.tree().keys().map(|path| path.to_string_lossy().into_owned()).collect();
    assert_eq!(found, all);
    let share = findings(&verify(&place, &["--no-record", "--subset", "50%"])).len();
    assert!((40..150).contains(&share), "{share}");
    for bad in ["0/3", "4/3", "3", "0%", "101%", "%", "1/0", "-1/2"] {
        place.run("verify", &[&format!("--subset={bad}")]).refuses(2, &["1/7", "5%"]);
    }
}

#[test]
fn every_spec_is_covered_unless_flags_say_which() {
    let place = rendered(40);
    place.render_well(&["--style", "yahoo"]);
    place.render_well(&["--style", "yahoo", "--size", "24"]);
    let total = |flags: &[&str]| verify(&place, flags).summary()["ok"].as_u64();
    assert_eq!(total(&[]), Some(93));
    assert_eq!(total(&["--style", "yahoo"]), Some(62));
    assert_eq!(total(&["--size", "16"]), Some(62));
    assert_eq!(total(&["--size", "24"]), Some(31));
    place
        .run("verify", &["--style", "mike", "--size", "24"])
        .refuses(1, &["px16 w10 yahoo", "px24 w10 yahoo"]);
    assert_eq!(total(&["--start", "2023-01-01T12:00:00Z", "--end", "2023-01-01T14:00:00Z"]), Some(6));
    // What the file says of pictures is what is rendered next, not what is verified.
    fs::write(place.path("image-cache.toml"), "style = \"yahoo\"\n").expect("written");
    assert_eq!(total(&[]), Some(93));
}

#[test]
fn findings_name_the_command_that_mends_them_with_the_flags_it_needs() {
    let place = hourly(40);
    place.render_well(&["--root", "my pictures", "--index", "my.sqlite"]);
    let path = common::tree(&place.path("my pictures")).into_keys().next().expect("a file");
    fs::remove_file(place.path("my pictures").join(path)).expect("removed");
    let ran = place.run("verify", &["--root", "my pictures", "--index", "my.sqlite", "--format", "json"]);
    let lines = ran.json();
    let finding = lines.iter().find(|line| line["kind"] == "corrupt").expect("a finding");
    assert_eq!(finding["mend"], "image-cache repair --root 'my pictures' --index my.sqlite");
    assert_eq!(finding["end"], "2023-01-01T09:00:00Z");
    let missing = lines.iter().find(|line| line["kind"] == "missing").expect("a fact");
    assert!(missing["mend"].is_null(), "nothing here makes candles");
    let ran = place.run("repair", &["--root", "my pictures", "--index", "my.sqlite"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}
