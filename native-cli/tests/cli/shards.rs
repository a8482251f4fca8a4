//! What a run would make, and what becomes of it where several share it out.

use std::{collections::BTreeSet, fs, path::Path, thread, time::Duration};

use crate::common::{self, HOUR, Market, Place, START, hourly, meta, ran, rows, tree, varied};
use rustix::process::{Pid, Signal, kill_process};

/// How many files lie below a folder, even while a run renames some of them.
fn count_files(root: &Path) -> usize {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => count_files(&entry.path()),
            _ => 1,
        })
        .sum()
}

/// What `plan` says of small pictures of short windows.
fn plan(place: &Place, flags: &[&str]) -> common::Ran {
    let ran = place.run("plan", &[&["--size", "16", "--window", "10", "--format", "json"], flags].concat());
    assert!(ran.status <= 1, "{}", ran.stderr);
    ran
}

fn hash(place: &Place, flags: &[&str]) -> String {
    plan(place, flags).summary()["plan"].as_str().expect("a hash").to_owned()
}

#[test]
fn a_plan_says_what_render_then_makes() {
    for flags in [&[][..], &["--stride", "3", "--start", "2023-01-02"], &["--overlay", "sma:20"]] {
        let place = varied();
        let planned = plan(&place, flags);
        let ran = place.render(&[flags, &["--format", "json"]].concat());
        let (plan, made) = (planned.summary(), ran.summary());
        assert_eq!((&plan["makeable"], &plan["missing"]), (&made["rendered"], &made["missing"]));
        let bytes: u64 = place.tree().values().map(|bytes| bytes.len() as u64).sum();
        let estimated = plan["estimated_bytes"].as_u64().expect("a number");
        assert!(estimated.abs_diff(bytes) < bytes / 5, "{estimated} {bytes}");
        let said = |ran: &common::Ran| -> BTreeSet<String> {
            let series = ran.json().into_iter().filter(|line| line["type"] == "series");
            series
                .map(|line| {
                    let made = if line["makeable"].is_null() { "rendered" } else { "makeable" };
                    ["symbol", "interval", "first_end", "last_end", made, "missing"]
                        .map(|key| line[key].to_string())
                        .join(" ")
                })
                .collect()
        };
        assert_eq!(said(&planned), said(&ran));
    }
}

#[test]
fn a_plan_writes_nothing_and_is_text_for_people() {
    let place = varied();
    let before = fs::read_dir(place.path(".")).expect("a folder").count();
    let ran = place.run("plan", &["--shards", "3"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(
        ran.stdout
            .contains("BTCUSDT 15m: 2023-01-01T00:00:00Z to 2023-01-03T16:00:00Z, 257 ends: 108 pictures")
    );
    assert!(
        ran.stdout.contains("Shard 2/3: ") && ran.stdout.contains("ZZZUSD 1h: no ends"),
        "{}",
        ran.stdout
    );
    assert_eq!(fs::read_dir(place.path(".")).expect("a folder").count(), before);
}

#[test]
fn the_hash_moves_with_all_that_decides_a_picture_and_with_nothing_else() {
    let place = varied();
    let first = hash(&place, &[]);
    for same in [&["--jobs", "1"][..], &["--root", "elsewhere", "--index", "other.sqlite"]] {
        assert_eq!(hash(&place, same), first);
    }
    let mut seen = BTreeSet::from([first.clone()]);
    for other in [
        "--style=yahoo",
        "--stride=2",
        "--start=2023-01-02",
        "--end=2023-01-09",
        "--symbol=BTCUSDT",
        "--interval=1h",
    ] {
        assert!(seen.insert(hash(&place, &[other])), "{other}");
    }
    // A candle after the last end decides nothing, one in a window does, and so does one of its warm-up.
    let early = ["--end", "2023-01-02"];
    let before = hash(&place, &early);
    let late = START + 30 * HOUR;
    place.market().execute(&format!("UPDATE candles SET volume = 7 WHERE open_time >= {late}"));
    assert_eq!(hash(&place, &early), before);
    let start = ["--start", "2023-01-11", "--symbol", "BTCUSDT", "--interval", "1h"];
    let (before, warm) = (hash(&place, &start), [&start[..], &["--overlay", "sma:20"]].concat());
    let warmed = hash(&place, &warm);
    let first_end = START + 240 * HOUR;
    place
        .market()
        .execute(&format!("UPDATE candles SET volume = 8 WHERE open_time = {}", first_end - 15 * HOUR));
    assert_eq!(hash(&place, &start), before);
    assert_ne!(hash(&place, &warm), warmed);
    place
        .market()
        .execute(&format!("UPDATE candles SET volume = 8 WHERE open_time = {}", first_end - 9 * HOUR));
    assert_ne!(hash(&place, &start), before);
}

#[test]
fn shards_are_contiguous_even_and_all_of_the_plan() {
    let place = varied();
    for count in [1_u64, 2, 7, 1000] {
        let lines = plan(&place, &["--shards", &count.to_string()]).json();
        let total = lines.last().expect("a summary")["ends"].as_u64().expect("ends");
        let shards: Vec<_> = lines.iter().filter(|line| line["type"] == "shard").collect();
        assert_eq!(shards.len() as u64, count);
        let ends = |line: &serde_json::Value| line["ends"].as_u64().expect("ends");
        assert_eq!(shards.iter().map(|line| ends(line)).sum::<u64>(), total);
        assert!(shards.iter().all(|line| ends(line).abs_diff(total / count) <= 1));
        let ranges: Vec<_> =
            shards.iter().flat_map(|line| line["ranges"].as_array().expect("ranges")).collect();
        let places: Vec<_> = ranges
            .iter()
            .map(|range| (range["symbol"].to_string(), range["first_end"].to_string()))
            .collect();
        assert!(count > 7 || places.len() < 12, "a range is one stretch of a series");
    }
    assert_eq!(
        plan(&place, &["--shards", "7"]).stdout,
        plan(&place, &["--shards", "7", "--jobs", "1"]).stdout
    );
}

#[test]
fn a_shard_has_an_index_of_its_own_and_a_second_run_changes_no_byte() {
    let place = varied();
    let whole = Place::new();
    fs::copy(place.db(), whole.db()).expect("copied");
    assert_eq!(whole.render(&[]).status, 1, "ends off the second");
    let statuses: Vec<i32> =
        (0..3).map(|shard| place.render(&["--shard", &format!("{shard}/3")]).status).collect();
    assert_eq!(statuses, [0, 0, 0], "ends off the second are in the plan as refused");
    assert!(!place.index().exists() && place.tree() == whole.tree());
    let mut all: Vec<_> =
        (0..3).flat_map(|shard| rows(&place.path(&format!("image_cache.{shard}-of-3.sqlite")))).collect();
    all.sort_by(|a, b| format!("{:?}", &a[..3]).cmp(&format!("{:?}", &b[..3])));
    let mut expected = whole.rows();
    expected.sort_by(|a, b| format!("{:?}", &a[..3]).cmp(&format!("{:?}", &b[..3])));
    assert!(all == expected);
    let index = place.path("image_cache.1-of-3.sqlite");
    let (bytes, times) = (fs::read(&index).expect("an index"), common::times(&place));
    place.render_well(&["--shard", "1/3"]);
    assert!(fs::read(&index).expect("an index") == bytes && common::times(&place) == times);
}

#[test]
fn an_engine_may_say_which_shard_it_is() {
    let place = hourly(40);
    let mut command = place.command(&Place::render_args(&["--shard", "/4"]));
    assert_eq!(ran(command.env("JOB_COMPLETION_INDEX", "2")).status, 0);
    assert_eq!(meta(&place.path("image_cache.2-of-4.sqlite"), "shard").as_deref(), Some("2/4"));
    let slurm = [("ID", "9"), ("MIN", "8"), ("MAX", "11"), ("COUNT", "4")];
    let mut command = place.command(&Place::render_args(&["--shard", "/4", "--index", "own.sqlite"]));
    command.envs(slurm.map(|(name, value)| (format!("SLURM_ARRAY_TASK_{name}"), value)));
    assert_eq!(ran(&mut command).status, 0);
    assert_eq!(meta(&place.path("own.sqlite"), "shard").as_deref(), Some("1/4"));
    let mut command = place.command(&Place::render_args(&["--shard", "/5"]));
    command.envs(slurm.map(|(name, value)| (format!("SLURM_ARRAY_TASK_{name}"), value)));
    ran(&mut command).refuses(2, &["SLURM_ARRAY_TASK_ID", "contradict"]);
    let mut command = place.command(&Place::render_args(&[]));
    command.env("IMAGE_CACHE_SHARD", "/4").env("AWS_BATCH_JOB_ARRAY_INDEX", "4");
    ran(&mut command).refuses(2, &["counted from 0"]);
    place.render(&["--shard", "/4"]).refuses(2, &["nothing says which shard"]);
    fs::write(place.path("image-cache.toml"), "shard = \"/4\"\nindex = \"own.sqlite\"\n").expect("written");
    let mut command = place.command(&Place::render_args(&["--format", "json"]));
    let summary = ran(command.env("JOB_COMPLETION_INDEX", "3")).summary();
    assert_eq!((&summary["shard"], &summary["finished"]), (&"3/4".into(), &true.into()));
    assert_eq!(meta(&place.path("own.3-of-4.sqlite"), "shard").as_deref(), Some("3/4"));
    fs::remove_file(place.path("image-cache.toml")).expect("removed");
    assert_eq!(place.render(&["--shard", "4/4"]).status, 2);
}

#[test]
fn an_index_is_one_shards_of_one_plan() {
    let place = hourly(40);
    place.render_well(&["--shard", "1/4"]);
    let index = "image_cache.1-of-4.sqlite";
    place.render(&["--index", index]).refuses(1, &["is shard 1/4", "--shard 1/4"]);
    place.render(&["--index", index, "--dry-run"]).refuses(1, &["is shard 1/4"]);
    place.render(&["--index", index, "--shard", "2/4"]).refuses(1, &["holds shard 1/4"]);
    place.render(&["--index", index, "--shard", "1/5"]).refuses(1, &["holds shard 1/4"]);
    place.render(&["--shard", "1/4", "--style", "yahoo"]).refuses(1, &["spec "]);
    place.render(&["--shard", "1/4", "--stride", "2"]).refuses(1, &["stride 1, not 2"]);
    place
        .run("repair", &["--rebuild-index", "--index", index])
        .refuses(1, &["shard 1/4", "render or merge it again"]);
    place.market().execute("UPDATE candles SET volume = volume + 1");
    place.render(&["--shard", "1/4"]).refuses(1, &["their candles are not the same"]);
    place.market().candle(1, START + 40 * HOUR, 1);
    place
        .render(&["--shard", "1/4"])
        .refuses(1, &["candles were added, or the clock went on", "give all shards the same end"]);
    place.render_well(&[]);
    place
        .render(&["--shard", "1/4", "--index", "image_cache.sqlite"])
        .refuses(1, &["is an index of the whole"]);
    let foreign = rusqlite::Connection::open(place.path("foreign.sqlite")).expect("a database");
    foreign.execute_batch(FOREIGN).expect("a table");
    place.render(&["--shard", "1/4", "--index", "foreign.sqlite"]).refuses(1, &["another tool's rows"]);
}

const FOREIGN: &str = "CREATE TABLE images (symbol TEXT NOT NULL, interval TEXT NOT NULL, end_open_time_ms INTEGER,
    img_size_px INTEGER, window_len INTEGER, style_version INTEGER, file_path TEXT, sha256 TEXT, width_px INTEGER,
    height_px INTEGER, created_utc TEXT, status TEXT)";

#[test]
fn a_shard_is_made_only_of_the_plan_that_is_named() {
    let place = hourly(40);
    let hash = hash(&place, &[]);
    place.render_well(&["--shard", "0/4", "--plan", &hash[..8]]);
    place.market().execute("UPDATE candles SET volume = volume + 1");
    place.render(&["--shard", "1/4", "--plan", &hash]).refuses(1, &["the plan is", "nothing was rendered"]);
    assert!(!place.path("image_cache.1-of-4.sqlite").exists());
    place.render(&["--plan", &hash]).refuses(2, &["--plan goes with --shard"]);
    assert_eq!(place.render(&["--shard", "1/4", "--plan", "nonsense"]).status, 2);
}

#[test]
fn an_interval_that_is_not_over_is_told_with_what_settles_it() {
    let place = hourly(20);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time").as_millis();
    let now = i64::try_from(now).expect("a time");
    // Two hours of candles up to now, and one that will be over in an hour at most.
    let market = place.market();
    let eth = market.series("ETHUSD", "1h", HOUR);
    for step in 0..20 {
        market.candle(eth, now / HOUR * HOUR - step * HOUR, step);
    }
    let summary = plan(&place, &[]).summary();
    let settled = summary["settled_end"].as_str().expect("an end").to_owned();
    assert!(summary["changes_at"].is_string());
    let settled_plan = plan(&place, &["--end", &settled]).summary();
    assert!(settled_plan["changes_at"].is_null());
    assert_eq!(settled_plan["ends"], summary["ends"]);
    let text = place.run("plan", &["--symbol", "ETHUSD"]);
    assert!(text.stderr.contains(&format!("--end {settled}")), "{}", text.stderr);
}

#[test]
fn a_refused_series_is_one_shards_alone() {
    let place = hourly(40);
    let market = place.market();
    market.fill(market.series("BAD/NAME", "1h", HOUR), HOUR, 5);
    let bad = market.series("ETHUSD", "1h", HOUR);
    market.fill(bad, HOUR, 20);
    market.execute(&format!("INSERT INTO candles SELECT * FROM candles WHERE series_id = {bad} LIMIT 1"));
    assert_eq!(plan(&place, &[]).status, 1);
    let statuses: Vec<i32> =
        (0..4).map(|shard| place.render(&["--shard", &format!("{shard}/4")]).status).collect();
    assert_eq!(statuses, [0; 4], "what the plan refuses is no shard's failure");
    for shard in 0..4 {
        assert!(
            meta(&place.path(&format!("image_cache.{shard}-of-4.sqlite")), "finished").is_some(),
            "{shard}"
        );
    }
}

#[test]
fn shards_share_a_root_at_the_same_time_and_repair_and_verify_know_their_own() {
    let place = hourly(1500);
    let running: Vec<_> = (0..4).map(|shard| place.spawn(&["--shard", &format!("{shard}/4")])).collect();
    for child in running {
        assert!(child.wait_with_output().expect("ended").status.success());
    }
    assert_eq!(place.tree().len(), 1491);
    let index = "image_cache.2-of-4.sqlite";
    let verified = place.run("verify", &["--index", index, "--format", "json"]);
    assert_eq!((verified.status, verified.summary()["ok"].as_u64()), (0, Some(375)));
    assert_eq!(verified.summary()["orphaned"], 0);
    // An end of the third shard.
    let victim = place.root().join("BTCUSDT/1h/2023/02/BTCUSDT_1h_2023-02-05T00-00-00_px16_w10_v1.png");
    let bytes = fs::read(&victim).expect("a picture");
    fs::write(&victim, "torn").expect("written");
    assert_eq!(place.run("verify", &["--index", index]).status, 3);
    assert_eq!(place.run("verify", &["--index", "image_cache.1-of-4.sqlite"]).status, 0);
    assert_eq!(place.run("repair", &["--index", index]).status, 0);
    assert!(fs::read(&victim).expect("a picture") == bytes && place.tree().len() == 1491);
    let status = place.run("status", &["--index", index, "--format", "json"]).summary();
    assert_eq!((&status["shard"], &status["finished"]), (&"2/4".into(), &true.into()));
}

#[test]
fn a_killed_or_interrupted_shard_is_not_finished_and_goes_on() {
    let place = hourly(4000);
    let index = place.path("image_cache.0-of-2.sqlite");
    for signal in [Signal::KILL, Signal::TERM] {
        let before = count_files(&place.root());
        let mut child = place.spawn(&["--shard", "0/2", "--size", "64", "--jobs", "1"]);
        while count_files(&place.root()) < before + 300 {
            thread::sleep(Duration::from_millis(5));
        }
        kill_process(Pid::from_child(&child), signal).expect("sent");
        let status = child.wait().expect("ended");
        assert!(status.code().is_none_or(|code| code == 130));
        assert_eq!(meta(&index, "finished"), None);
    }
    assert_eq!(place.render(&["--shard", "0/2", "--size", "64"]).status, 0);
    assert_eq!(meta(&index, "finished").as_deref(), Some("2000"));
    assert_eq!((tree(&place.root()).len(), rows(&index).len()), (1991, 2000));
}

#[test]
fn a_source_that_changes_meanwhile_makes_no_finished_shard() {
    let place = hourly(4000);
    let mut child = place.spawn(&["--shard", "0/1", "--size", "64", "--jobs", "1"]);
    while count_files(&place.root()) == 0 {
        thread::sleep(Duration::from_millis(5));
    }
    let market = Market { connection: rusqlite::Connection::open(place.db()).expect("a database") };
    market.execute(&format!("UPDATE candles SET volume = 9 WHERE open_time > {}", START + 3900 * HOUR));
    let mut said = String::new();
    std::io::Read::read_to_string(child.stderr.as_mut().expect("a pipe"), &mut said).expect("text");
    assert_eq!(child.wait().expect("ended").code(), Some(1));
    assert!(said.contains("has changed while shard 0/1"), "{said}");
    assert_eq!(meta(&place.path("image_cache.0-of-1.sqlite"), "finished"), None);
}

#[test]
fn the_geometries_of_all_shards_are_that_of_the_whole() {
    let place = varied();
    place.render(&["--geometry", "whole.jsonl"]);
    let mut all = Vec::new();
    for shard in 0..5 {
        place.render(&["--shard", &format!("{shard}/5"), "--geometry", "part.jsonl"]);
        all.append(&mut fs::read(place.path("part.jsonl")).expect("a file"));
    }
    assert!(fs::read(place.path("whole.jsonl")).expect("a file") == all && !all.is_empty());
}
