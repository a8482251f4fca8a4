//! What a plan is when the machine, the clock or the source gets in its way, and what its shards may call done.

mod common;

use std::{fs, path::Path, thread, time::Duration};

use common::{Market, Place, hourly, meta, ran, varied};

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
