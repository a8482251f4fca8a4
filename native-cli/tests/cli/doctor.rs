//! The command `doctor`.

use std::{
    fs::{self, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
};

use serde_json::Value;

use crate::common::{Place, Ran, hourly, ran, tree};

/// The findings of `--format json` about one thing, and the exit status.
fn findings(ran: &Ran, check: &str) -> Vec<(String, String, String)> {
    let lines = ran.json();
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let of_check = lines.iter().filter(|line| line["check"] == check);
    of_check.map(|line| (text(line, "verdict"), text(line, "what"), text(line, "advice"))).collect()
}

#[test]
fn in_an_empty_folder_nothing_is_in_the_way_and_nothing_is_left() {
    let place = Place::new();
    let ran = place.run("doctor", &[]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    for words in [
        "style version",
        "features: ",
        "built-in pictures are the same",
        "SQLite 3.",
        "no configuration file",
        "market.sqlite is not there",
        "image-cache import",
        "the first render makes it",
        "file system",
        "Nothing is in the way.",
    ] {
        assert!(ran.stdout.contains(words), "{words:?} is not in: {}", ran.stdout);
    }
    assert!(tree(&place.path("")).is_empty());
}

#[test]
fn a_cache_is_told_with_its_source_and_what_is_to_be_done_about_it() {
    let place = hourly(30);
    place.render_well(&[]);
    let whole = place.run("doctor", &["--format", "json"]);
    assert_eq!(whole.status, 0, "{}", whole.stdout);
    assert_eq!(findings(&whole, "market")[0].1, "market.sqlite: 1 series");
    assert_eq!(
        findings(&whole, "index")[0].1,
        "image_cache.sqlite: 30 entries, 21 of them ok; nobody writes to it"
    );
    place
        .open_index()
        .execute("UPDATE images SET status = 'stale' WHERE status = 'ok'", [])
        .expect("made stale");
    let stale = place.run("doctor", &["--format", "json"]);
    let (verdict, what, advice) = findings(&stale, "index").remove(0);
    assert_eq!((stale.status, verdict.as_str()), (0, "note"));
    assert!(
        what.ends_with("21 corrupt or stale") && advice.contains("image-cache repair"),
        "{what}: {advice}"
    );
    let summary = stale.summary();
    assert_eq!((&summary["problems"], summary["notes"].as_u64() >= Some(1)), (&0.into(), true));
}

#[test]
fn who_writes_to_the_index_is_named() {
    let place = hourly(12);
    place.render_well(&[]);
    let mut lock =
        fs::File::options().write(true).open(place.path("image_cache.sqlite.lock")).expect("a lock");
    lock.write_all(b"pid 7 since 2026-01-01T00:00:00Z\n").expect("written");
    lock.lock().expect("locked");
    let ran = place.run("doctor", &["--format", "json"]);
    let (verdict, what, advice) = findings(&ran, "index").remove(0);
    assert_eq!((ran.status, verdict.as_str()), (0, "note"));
    assert!(what.contains("pid 7 since") && advice.contains("wait until it is done"), "{what}: {advice}");
}

#[test]
fn what_is_damaged_is_a_problem_with_its_advice() {
    let place = hourly(300);
    place.render_well(&[]);
    place.tear();
    fs::write(place.db(), "no database").expect("written");
    let ran = place.run("doctor", &["--format", "json"]);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    let (verdict, what, _) = findings(&ran, "index").remove(0);
    assert!(verdict == "problem" && what.contains("repair --rebuild-index"), "{what}");
    let (verdict, what, _) = findings(&ran, "market").remove(0);
    assert!(verdict == "problem" && what.contains("is not an SQLite database"), "{what}");
    assert_eq!(ran.summary()["problems"], 2);
    let text = place.run("doctor", &[]);
    assert!(
        text.status == 1 && text.stdout.contains("PROBLEM market") && text.stdout.ends_with("2 problems\n")
    );
}

#[test]
fn a_folder_where_nothing_can_be_written_is_a_problem() {
    let place = Place::new();
    for (name, mode) in [("closed", 0o555), ("hidden", 0o700), ("open", 0o777)] {
        fs::create_dir(place.path(name)).expect("a folder");
        fs::set_permissions(place.path(name), Permissions::from_mode(mode)).expect("permissions");
    }
    let doctor = |root: &str| {
        let flags = ["doctor", "--root", root, "--index", "open/i.sqlite", "--format", "json"];
        ran(&mut place.command_as_nobody(&flags))
    };
    assert_eq!(doctor("open/root").status, 0);
    let closed = doctor("closed/root");
    let (verdict, what, advice) = findings(&closed, "root").pop().expect("a finding");
    assert_eq!((closed.status, verdict.as_str()), (1, "problem"));
    assert!(what.contains("no file can be written: ") && advice.contains("write there"), "{what}: {advice}");
    let hidden = doctor("hidden/a/root");
    assert_eq!(hidden.status, 1, "{}", hidden.stdout);
}

#[test]
fn its_configuration_file_is_named_and_a_wrong_flag_is_wrong_usage() {
    let place = Place::new();
    fs::write(place.path("image-cache.toml"), "root = \"pictures\"\n").expect("written");
    let ran = place.run("doctor", &[]);
    assert!(ran.status == 0 && ran.stdout.contains("image-cache.toml is read"), "{}", ran.stdout);
    assert_eq!(place.run("doctor", &["--to", "set"]).status, 2);
    // Settings that would stop another command are told here, too.
    place.run("doctor", &["--size", "1"]).refuses(2, &["size"]);
    place.run("doctor", &["--root", "ftp://there/pictures"]).refuses(2, &["ftp"]);
    fs::write(place.path("image-cache.toml"), "style = \"nope\"\n").expect("written");
    place.run("doctor", &[]).refuses(2, &["nope"]);
}

#[test]
fn what_is_in_the_way_of_the_root_or_the_index_is_a_problem() {
    let place = hourly(12);
    fs::create_dir(place.path("open")).expect("a folder");
    place.render_well(&["--index", "open/i.sqlite"]);
    fs::set_permissions(place.path("open"), Permissions::from_mode(0o777)).expect("permissions");
    fs::write(place.path("file"), "in the way").expect("written");
    std::os::unix::fs::symlink("nowhere", place.path("link")).expect("a link");
    for root in ["file", "file/below", "link"] {
        let ran = place.run("doctor", &["--root", root, "--index", "open/i.sqlite", "--format", "json"]);
        let (verdict, what, _) = findings(&ran, "root").remove(0);
        assert_eq!((ran.status, verdict.as_str()), (1, "problem"), "{root}: {what}");
        assert!(what.contains("is not a directory"), "{root}: {what}");
    }
    let made = std::process::Command::new("mkfifo").arg(place.path("pipe")).status();
    assert!(made.expect("mkfifo").success());
    let pipe = place.run("doctor", &["--index", "pipe", "--format", "json"]);
    assert_eq!((pipe.status, findings(&pipe, "index")[0].0.as_str()), (1, "problem"), "{}", pipe.stdout);
    for name in ["i.sqlite.lock", "i.sqlite"] {
        let file = place.path("open").join(name);
        fs::set_permissions(&file, Permissions::from_mode(0o444)).expect("permissions");
        let flags = ["doctor", "--root", "open/root", "--index", "open/i.sqlite", "--format", "json"];
        let ran = ran(&mut place.command_as_nobody(&flags));
        let problems = findings(&ran, "index").into_iter().filter(|(verdict, ..)| verdict == "problem");
        let what: Vec<String> = problems.map(|(_, what, _)| what).collect();
        assert!(
            ran.status == 1 && what.iter().any(|what| what.contains("Permission denied")),
            "{name}: {what:?}"
        );
        fs::set_permissions(&file, Permissions::from_mode(0o666)).expect("permissions");
    }
}
