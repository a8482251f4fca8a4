//! What a plan is when the machine, the clock or the source gets in its way, and what its shards may call done.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
    thread,
    time::Duration,
};

use crate::common::{self, HOUR, Market, Place, START, hourly, meta, ran, varied};
use rustix::process::{Pid, Signal, kill_process};

/// A place with so many candles that a plan takes a moment, and that they do not fit into memory.
fn minutely(count: i64) -> Place {
    let place = Place::new();
    let market = Market::create(&place.db());
    market.fill(market.series("BTCUSDT", "1m", 60_000), 60_000, count);
    place
}

/// Whether a process has a file open.
#[cfg(target_os = "linux")]
fn has_open(process: u32, file: &Path) -> bool {
    let Ok(descriptors) = fs::read_dir(format!("/proc/{process}/fd")) else {
        return false;
    };
    let mut targets = descriptors.flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
    targets.any(|target| target == file)
}

#[test]
#[cfg(target_os = "linux")]
fn a_source_that_is_replaced_while_it_is_planned_makes_no_mixture() {
    const CANDLES: i64 = 150_000;
    let flags = ["--shard", "0/1", "--stride", "1000", "--size", "16", "--format", "json"];
    // The same times, and other prices.
    let (old, new) = (minutely(CANDLES), minutely(CANDLES));
    new.market().execute("UPDATE candles SET high = high + 1");
    let place = Place::new();
    fs::copy(old.db(), place.db()).expect("copied");
    let wholes = [&old, &new].map(|whole| whole.render_well(&flags).summary()["plan"].clone());
    assert_ne!(wholes[0], wholes[1]);

    let db = place.db().canonicalize().expect("a path");
    let child = place.spawn(&flags);
    while !has_open(child.id(), &db) {
        thread::sleep(Duration::from_micros(100));
    }
    fs::rename(new.db(), place.db()).expect("renamed");
    let ran = common::Ran::from(child.wait_with_output().expect("ended"));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let summary = ran.summary();
    let of = wholes.iter().position(|plan| *plan == summary["plan"]).expect("one of the two");
    assert!(place.tree() == [&old, &new][of].tree(), "the plan is of candles {of}, and the pictures are not");
}

#[test]
fn what_the_machine_cannot_do_is_not_refused_but_ends_the_plan() {
    let place = minutely(100_000);
    let run = |command: &str, flags: &[&str], folder: &Path| {
        let common = [command, "--size", "16", "--window", "10", "--stride", "1000"];
        ran(place.command(&[&common[..], flags].concat()).env("TMPDIR", folder))
    };
    let nowhere = place.path("nowhere");
    let words = ["series BTCUSDT 1m", "folder for temporary files", "nothing can be planned"];
    run("render", &["--shard", "0/1"], &nowhere).refuses(1, &words);
    run("plan", &[], &nowhere).refuses(1, &words);
    assert!(!place.path("image_cache.0-of-1.sqlite").exists() && !place.root().exists());
    let done = run("render", &["--shard", "0/1"], &place.path("."));
    assert_eq!((done.status, place.tree().len()), (0, 100), "{}", done.stderr);
}

#[test]
fn a_damaged_database_ends_the_plan_and_what_its_data_say_is_refused() {
    let place = hourly(40);
    let market = place.market();
    market.execute("ALTER TABLE candles RENAME TO real_candles");
    let broken =
        "CREATE VIEW candles AS SELECT series_id, abs(-9223372036854775807 - 1) AS open_time, open, high,
        low, close, volume FROM real_candles";
    market.execute(broken);
    place
        .render(&["--shard", "0/1"])
        .refuses(1, &["series BTCUSDT 1h", "cannot be read", "integer overflow"]);
    market.execute("DROP VIEW candles; ALTER TABLE real_candles RENAME TO candles");
    market.execute("INSERT INTO candles SELECT * FROM candles LIMIT 1");
    let ran = place.render(&["--shard", "0/1", "--format", "json"]);
    let summary = ran.summary();
    assert_eq!((ran.status, &summary["refused"], &summary["finished"]), (0, &1.into(), &true.into()));
}

#[test]
fn a_shard_is_done_where_it_lacks_only_what_the_plan_refuses() {
    let place = varied();
    let plan = place.run("plan", &["--size", "16", "--window", "10", "--format", "json"]);
    assert_eq!((plan.status, &plan.summary()["refused_ends"]), (0, &3.into()));
    let text = place.run("plan", &["--size", "16", "--window", "10"]).stdout;
    assert!(text.lines().any(|line| line.starts_with("Total: ") && line.ends_with(", 3 refused")), "{text}");
    assert_eq!(place.render(&["--shard", "0/1", "--dry-run"]).status, 0);
    let shard = place.render(&["--shard", "0/1"]);
    assert_eq!(shard.status, 0, "{}", shard.stderr);
    assert!(shard.stderr.contains("an end of series XRPUSD 1h refused"), "{}", shard.stderr);
    assert!(shard.stdout.contains(", finished; what was refused is refused in the plan"), "{}", shard.stdout);
    assert_eq!(place.render(&["--index", "whole.sqlite"]).status, 1, "without a plan nobody has been told");
    let merged = place.run("merge", &["all.sqlite", "image_cache.0-of-1.sqlite"]);
    assert_eq!(merged.status, 0, "{}", merged.stderr);

    // What the plan does not know stays a failure.
    let place = hourly(40);
    fs::create_dir_all(place.root().join("BTCUSDT")).expect("made");
    fs::write(place.root().join("BTCUSDT/1h"), "in the way").expect("written");
    let failed = place.render(&["--shard", "0/1", "--format", "json"]);
    assert_eq!((failed.status, &failed.summary()["finished"]), (1, &false.into()));
    assert_eq!(meta(&place.path("image_cache.0-of-1.sqlite"), "finished"), None);
}

#[test]
fn a_plan_of_many_shards_ends_with_its_reader_and_there_are_no_absurdly_many() {
    let place = hourly(40);
    for shards in ["4294967295", "1000001", "0", "many"] {
        place.run("plan", &["--shards", shards]).refuses(2, &["from 1 to 1000000"]);
    }
    place.render(&["--shard", "0/4294967295"]).refuses(2, &["from 1 to 1000000"]);
    let mut command = place.command(&["plan", "--size", "16", "--window", "10", "--shards", "1000000"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("started");
    let mut first = String::new();
    let mut reader = BufReader::new(child.stdout.take().expect("a pipe"));
    reader.read_line(&mut first).expect("text");
    drop(reader);
    assert!(first.starts_with("BTCUSDT 1h: "), "{first}");
    assert_eq!(child.wait().expect("ended").code(), Some(0));
}

#[test]
fn files_of_a_shard_are_named_after_the_whole_unless_a_flag_names_them() {
    let place = hourly(40);
    let shards = |flags: &[&str], variables: &[(&str, &str)]| -> Vec<String> {
        let all = [&["plan", "--size", "16", "--window", "10", "--format", "json"], flags].concat();
        let ran = ran(place.command(&all).envs(variables.iter().copied()));
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let lines = ran.json().into_iter().filter(|line| line["type"] == "shard");
        lines.map(|line| line["index"].as_str().expect("a name").to_owned()).collect()
    };
    // A variable and the configuration are for all shards, and a flag is for one run.
    let variables = [("IMAGE_CACHE_INDEX", "a.sqlite"), ("IMAGE_CACHE_GEOMETRY", "a.jsonl")];
    let names = shards(&["--shards", "2"], &variables[..1]);
    assert_eq!(names, ["a.0-of-2.sqlite", "a.1-of-2.sqlite"]);
    for shard in ["0/2", "1/2"] {
        let args = Place::render_args(&["--shard", shard]);
        assert_eq!(ran(place.command(&args).envs(variables)).status, 0);
    }
    let lines = |name: &str| fs::read_to_string(place.path(name)).expect(name).lines().count();
    assert_eq!(lines("a.0-of-2.jsonl") + lines("a.1-of-2.jsonl"), 31);
    assert!(names.iter().all(|name| place.path(name).exists()));
    fs::write(place.path("image-cache.toml"), "index = \"b.sqlite\"\ngeometry = \"b.jsonl\"\n")
        .expect("written");
    assert_eq!(shards(&["--shards", "2"], &[]), ["b.0-of-2.sqlite", "b.1-of-2.sqlite"]);
    place.render_well(&["--shard", "0/2"]);
    assert!(place.path("b.0-of-2.sqlite").exists() && place.path("b.0-of-2.jsonl").exists());
    place.render_well(&["--shard", "1/2", "--index", "own.sqlite", "--geometry", "own.jsonl"]);
    assert!(place.path("own.sqlite").exists() && place.path("own.jsonl").exists());
    let named = place.run("plan", &["--shards", "2", "--index", "own.sqlite"]);
    named.refuses(2, &["IMAGE_CACHE_INDEX", "its number"]);
    let mut command = place.command(&Place::render_args(&["--shard", "/2", "--geometry", "own.jsonl"]));
    ran(command.env("JOB_COMPLETION_INDEX", "0")).refuses(2, &["IMAGE_CACHE_GEOMETRY", "its number"]);
    // A whole run has them as they are.
    place.render_well(&[]);
    assert!(place.path("b.sqlite").exists() && place.path("b.jsonl").exists());
}

#[test]
fn a_run_that_ends_before_its_plan_is_ready_says_so() {
    let place = hourly(20);
    // A query without an end.
    place.market().execute(&format!(
        "ALTER TABLE candles RENAME TO real_candles;
         CREATE VIEW candles AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n)
         SELECT 1 AS series_id, {START} + i * {HOUR} AS open_time, 1 AS open, 1 AS high, 1 AS low, 1 AS close,
             1 AS volume FROM n"
    ));
    let flags = ["--shard", "1/2", "--format", "json", "--progress", "json", "--max-seconds", "1"];
    let late = place.render(&flags);
    assert_eq!(late.status, 1, "an engine that runs whatever ends with 130 again would do so for ever");
    assert!(late.stderr.contains("planning alone took longer than --max-seconds 1"), "{}", late.stderr);
    let told = |ran: &common::Ran| {
        assert!(ran.stderr.lines().any(|line| line.contains("\"last\":true")), "{}", ran.stderr);
        let summary = ran.summary();
        assert_eq!((&summary["interrupted"], &summary["shard"]), (&true.into(), &"1/2".into()));
        assert_eq!((&summary["plan"], &summary["finished"]), (&serde_json::Value::Null, &false.into()));
    };
    told(&late);
    let text = place.render(&["--shard", "1/2", "--max-seconds", "1"]).stdout;
    assert!(text.contains("Time is up before the plan was ready: nothing was begun."), "{text}");
    #[cfg(target_os = "linux")]
    {
        let child = place.spawn(&flags[..6]);
        while !has_open(child.id(), &place.db().canonicalize().expect("a path")) {
            thread::sleep(Duration::from_millis(1));
        }
        kill_process(Pid::from_child(&child), Signal::TERM).expect("sent");
        let ended = common::Ran::from(child.wait_with_output().expect("ended"));
        assert_eq!(ended.status, 130, "{}", ended.stderr);
        told(&ended);
    }
}

#[test]
fn open_times_in_microseconds_do_not_wait_for_a_clock() {
    let place = Place::new();
    let market = Market::create(&place.db());
    let series = market.series("BTCUSDT", "1h", HOUR);
    for step in 0..20 {
        market.candle(series, (START + step * HOUR) * 1000, step);
    }
    let plan = place.run("plan", &["--format", "json"]);
    assert!(plan.summary()["changes_at"].is_null());
    let text = place.run("plan", &[]);
    assert!(!text.stderr.contains("changes the plan"), "{}", text.stderr);
}
