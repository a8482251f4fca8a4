//! What engines that run this expect of it: progress to read, a time limit, and telling ends.

use crate::common::{self, Place, Ran, hourly, ran};
use serde_json::Value;

/// More large pictures than a machine makes in some seconds.
const CANDLES: i64 = 20_000;

/// The lines of `--progress json`, which must end with one that says so.
#[track_caller]
fn progress(ran: &Ran) -> Vec<Value> {
    let lines: Vec<Value> = ran
        .stderr
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    let last = lines.last().expect("a line");
    assert_eq!(lines.iter().filter(|line| line["last"] == true).count(), 1);
    assert_eq!(last["last"], true);
    let fields = [
        "type",
        "command",
        "done",
        "total",
        "made",
        "failed",
        "seconds",
        "per_second",
        "seconds_left",
        "last",
    ];
    for line in &lines {
        let object = line.as_object().expect("an object");
        assert!(
            object.len() == fields.len() && fields.iter().all(|field| object.contains_key(*field)),
            "{line}"
        );
        assert_eq!(line["type"], "progress");
    }
    let done = |line: &Value| line["done"].as_u64().expect("a number");
    assert!(lines.is_sorted_by_key(done));
    lines
}

fn last(ran: &Ran) -> Value {
    progress(ran).pop().expect("a line")
}

#[test]
fn progress_is_told_as_json() {
    let place = hourly(40);
    let made = last(&place.render_well(&["--progress", "json"]));
    assert_eq!(
        (&made["command"], &made["done"], &made["total"], &made["made"]),
        (&"render".into(), &40.into(), &40.into(), &31.into())
    );
    let again = last(&place.render_well(&["--progress", "json", "--quiet"]));
    assert_eq!((&again["done"], &again["made"]), (&40.into(), &0.into()));
    std::fs::remove_file(common::file(&place, 0)).expect("removed");
    let verified = last(&place.run("verify", &["--progress", "json"]));
    assert_eq!(
        (&verified["command"], &verified["done"], &verified["total"]),
        (&"verify".into(), &40.into(), &40.into())
    );
    let mut command = place.command(&["repair"]);
    let repaired = last(&ran(command.env("IMAGE_CACHE_PROGRESS", "json")));
    assert_eq!((&repaired["command"], &repaired["made"]), (&"repair".into(), &1.into()));
    std::fs::write(place.path("image-cache.toml"), "progress = \"json\"").expect("written");
    assert_eq!(last(&place.render_well(&[]))["done"], 40);
    // A terminal is not asked for, and standard output stays what it was.
    assert!(place.run("status", &["--format", "json"]).json().len() > 1);
}

#[test]
fn a_run_stops_when_its_time_is_up_and_the_next_goes_on() {
    let place = hourly(CANDLES);
    let flags =
        ["--size", "4096", "--jobs", "1", "--max-seconds", "2", "--format", "json", "--progress", "json"];
    let mut before = 0;
    for _ in 0..2 {
        let ran = place.render(&flags);
        assert_eq!(ran.status, 130, "{}", ran.stderr);
        let lines = progress(&ran);
        assert!(lines.len() > 1, "{}", ran.stderr);
        let summary = ran.summary();
        let [made, unchanged, missing, left] =
            ["rendered", "unchanged", "missing", "left"].map(|key| summary[key].as_u64().expect(key));
        assert_eq!(summary["interrupted"], true);
        assert_eq!(made + unchanged + missing + left, CANDLES.unsigned_abs());
        let there = place.check_ok_rows() as u64;
        assert!(there > before, "{there}");
        assert_eq!((there, place.tree().len() as u64, place.temporaries()), (made + unchanged, there, 0));
        before = there;
    }
    let text = place.render(&["--size", "4096", "--jobs", "1", "--max-seconds=1"]);
    assert_eq!(text.status, 130);
    assert!(text.stdout.contains("Time is up: everything above is in place; about "), "{}", text.stdout);
    assert!(text.stdout.contains("ends are left; the same command goes on from here"), "{}", text.stdout);
}

#[test]
fn verify_and_repair_stop_when_their_time_is_up() {
    let place = hourly(6000);
    place.render_well(&["--size", "1280", "--window", "150"]);
    for command in ["verify", "repair"] {
        // Rendering all of them again in one thread takes some seconds.
        let ran =
            place.run(command, &["--jobs", "1", "--max-seconds", "1", "--format", "json", "--rerender"]);
        let summary = ran.summary();
        assert_eq!((ran.status, &summary["interrupted"]), (130, &true.into()), "{}", ran.stderr);
        assert!(summary["left"].is_u64() && summary["ok"].is_u64(), "{summary}");
    }
    assert_eq!(place.check_ok_rows(), 5851);
    assert_eq!(place.run("verify", &["--max-seconds", "3600"]).status, 0);
}

#[test]
fn a_limit_is_a_whole_number_of_seconds_and_nothing_is_lost_to_one_that_is_not_reached() {
    let place = Place::new();
    for wrong in ["0", "-1", "1.5", "soon", ""] {
        let ran = place.render(&[&format!("--max-seconds={wrong}")]);
        assert_eq!(ran.status, 2);
        assert!(ran.stderr.contains("seconds are a whole number, 1 or more"), "{}", ran.stderr);
    }
    let place = hourly(12);
    std::fs::write(place.path("image-cache.toml"), "max-seconds = 3600").expect("written");
    let summary = place.render_well(&["--format", "json"]).summary();
    assert_eq!((&summary["rendered"], &summary["left"]), (&3.into(), &Value::Null));
    std::fs::write(place.path("image-cache.toml"), "max-seconds = 0").expect("written");
    place.render(&[]).refuses(2, &["line 1", "1 or more"]);
}

#[test]
fn every_command_says_its_exit_statuses() {
    let place = Place::new();
    for (command, statuses) in [
        ("draw", &["0 done", "1 ", "2 wrong usage", "130 interrupted"][..]),
        ("render", &["0 done", "1 ", "2 wrong usage", "130 interrupted"]),
        ("plan", &["0 done", "1 ", "2 wrong usage", "130 interrupted"]),
        ("merge", &["0 done", "1 ", "2 wrong", "3 ", "130 interrupted"]),
        ("verify", &["0 clean", "1 ", "2 wrong usage", "3 corrupt", "130 interrupted"]),
        ("repair", &["0 nothing", "1 ", "2 wrong usage", "3 corrupt", "130 interrupted"]),
    ] {
        let help = place.run(command, &["--help"]).stdout;
        let (_, said) = help.split_once("Exit status:").expect(command);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        for status in statuses {
            assert!(said.contains(status.trim_end()), "{command}: {status:?} is not in {said}");
        }
    }
}
