//! Indexes of shards joined into one, in any order, however often, and whatever comes between.

use std::{
    fs,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use crate::common::{HOUR, Place, START, assert_same, file, hourly, merge, meta, tree, varied};

/// The names of the indexes of so many shards.
fn names(count: u32) -> Vec<String> {
    (0..count).map(|shard| format!("image_cache.{shard}-of-{count}.sqlite")).collect()
}

/// Renders all shards of so many, each to its own index.
fn shard(place: &Place, count: u32, flags: &[&str]) {
    for shard in 0..count {
        let ran = place.render(&[&["--shard", &format!("{shard}/{count}")], flags].concat());
        assert!(ran.status <= 1, "{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn one_two_and_seven_shards_merged_are_what_one_run_makes() {
    let first: &[&str] = &[];
    let second: &[&str] =
        &["--stride", "3", "--start", "2023-01-02T05:00:00Z", "--symbol", "BTCUSDT", "--overlay", "sma:20"];
    for flags in [first, second] {
        let whole = varied();
        assert!(whole.render(flags).status <= 1);
        for count in [1, 2, 7] {
            let place = Place::new();
            fs::copy(whole.db(), place.db()).expect("copied");
            shard(&place, count, flags);
            let ran = merge(&place, &["image_cache.sqlite"], &names(count));
            assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
            assert_same(&place.index(), &whole.index());
            assert!(place.tree() == whole.tree());
            assert_eq!(meta(&place.index(), "shard"), None);
        }
    }
}

#[test]
fn shards_of_the_sample_are_what_one_run_makes() {
    let (whole, place) = (Place::new(), Place::new());
    let flags = ["--sample", "--size", "32"];
    assert_eq!(whole.run("render", &flags).status, 0);
    for shard in 0..7 {
        let ran = place.run("render", &[&flags[..], &["--shard", &format!("{shard}/7")]].concat());
        assert_eq!(ran.status, 0, "{}", ran.stderr);
    }
    let from: Vec<String> = names(7).iter().map(|name| format!("sample/{name}")).collect();
    let ran = merge(&place, &["sample/image_cache.sqlite"], &from);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_same(&place.path("sample/image_cache.sqlite"), &whole.path("sample/image_cache.sqlite"));
    assert!(tree(&place.path("sample/image-cache")) == tree(&whole.path("sample/image-cache")));
}

#[test]
fn neither_order_nor_repetition_nor_steps_between_matter() {
    let place = varied();
    shard(&place, 5, &[]);
    let all = names(5);
    assert_eq!(merge(&place, &["one.sqlite"], &all).status, 0);
    let backwards: Vec<String> = all.iter().rev().chain(&all).cloned().collect();
    assert_eq!(merge(&place, &["two.sqlite"], &backwards).status, 0);
    for some in [&all[3..4], &all[1..3], &all[2..]] {
        assert_eq!(merge(&place, &["--partial", "three.sqlite"], some).status, 0);
    }
    assert_eq!(meta(&place.path("three.sqlite"), "shard").as_deref(), Some("1-4/5"));
    // What was merged from some can be merged on.
    let rest = ["three.sqlite".to_owned(), all[0].clone()];
    assert_eq!(merge(&place, &["four.sqlite"], &rest).status, 0);
    assert_eq!(merge(&place, &["three.sqlite"], &all[..1]).status, 0);
    for other in ["two.sqlite", "three.sqlite", "four.sqlite"] {
        assert_same(&place.path("one.sqlite"), &place.path(other));
    }
    let bytes = fs::read(place.path("one.sqlite")).expect("an index");
    let again = merge(&place, &["--format", "json", "one.sqlite"], &all);
    assert!(again.json().iter().filter(|line| line["type"] == "shard").all(|line| line["new"] == 0));
    assert_eq!(again.status, 0);
    assert_same(&place.path("one.sqlite"), &place.path("two.sqlite"));
    assert!(fs::read(place.path("one.sqlite")).expect("an index").len() == bytes.len());
}

#[test]
fn what_is_missing_or_not_finished_is_said_and_left_open() {
    let place = hourly(60);
    for shard in ["0/4", "1/4", "3/4"] {
        place.render_well(&["--shard", shard]);
    }
    let open = rusqlite::Connection::open(place.path("image_cache.1-of-4.sqlite")).expect("an index");
    open.execute(
        "DELETE FROM images WHERE end_open_time_ms = (SELECT max(end_open_time_ms) FROM images)",
        [],
    )
    .expect("deleted");
    drop(open);
    let from = [0, 1, 3].map(|shard| format!("image_cache.{shard}-of-4.sqlite"));
    let ran = merge(&place, &["image_cache.sqlite"], &from);
    ran.refuses(
        1,
        &["image_cache.1-of-4.sqlite: shard 1/4 is not finished", "shards that are not in yet: 1-2/4"],
    );
    assert_eq!(merge(&place, &["--partial", "image_cache.sqlite"], &from).status, 0);
    assert_eq!(place.rows().len(), 30);
    let summary = merge(&place, &["--format", "json", "image_cache.sqlite"], &from).summary();
    assert_eq!((&summary["shards"], &summary["missing_shards"]), (&"0,3/4".into(), &"1-2/4".into()));
    // An index of some shards is none to render into, and deletes nothing of the others.
    place.render(&[]).refuses(1, &["holds some shards", "merge the others"]);
    place.render_well(&["--shard", "2/4"]);
    let files = place.tree().len();
    assert_eq!(place.run("repair", &["--delete-orphans"]).status, 0);
    assert_eq!(place.tree().len(), files);
    place.render_well(&["--shard", "1/4"]);
    assert_eq!(merge(&place, &["image_cache.sqlite"], &names(4)).status, 0);
    let verified = place.run("verify", &["--rerender", "--format", "json"]);
    assert_eq!((verified.status, verified.summary()["ok"].as_u64()), (0, Some(51)));
    // Now it is like any other.
    let orphan = place.root().join("BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-01T09-00-00_px16_w10_v2.png");
    fs::copy(file(&place, 0), &orphan).expect("copied");
    assert_eq!(place.run("repair", &["--delete-orphans"]).status, 0);
    assert!(!orphan.exists());
    let ran = place.render_well(&["--format", "json"]);
    assert_eq!(
        (ran.summary()["rendered"].as_u64(), ran.summary()["unchanged"].as_u64()),
        (Some(0), Some(51))
    );
    assert_eq!(merge(&place, &["image_cache.sqlite"], &names(4)).status, 0);
}

#[test]
fn what_does_not_belong_together_is_refused_and_nothing_is_made() {
    let place = hourly(60);
    shard(&place, 2, &[]);
    let own = names(2);
    let refused = |into: &str, from: &[&str], status: i32, words: &[&str]| {
        let from: Vec<String> = from.iter().map(|&name| name.to_owned()).collect();
        let existed = place.path(into).exists();
        merge(&place, &[into], &from).refuses(status, words);
        assert_eq!(place.path(into).exists(), existed);
    };
    for (name, flags) in [
        ("yahoo.sqlite", &["--style", "yahoo"][..]),
        ("stride.sqlite", &["--stride", "2"]),
        ("end.sqlite", &["--end", "2023-01-02"]),
    ] {
        place.render_well(&[&["--shard", "1/2", "--index", name], flags].concat());
    }
    refused("new.sqlite", &[&own[0], "yahoo.sqlite"], 1, &["yahoo.sqlite: is of plan", "spec "]);
    refused("new.sqlite", &[&own[0], "stride.sqlite"], 1, &["stride.sqlite: is of plan", "stride 2, not 1"]);
    refused("new.sqlite", &[&own[0], "end.sqlite"], 1, &["end 2023-01-02T00:00:00Z, not open"]);
    place.render_well(&["--shard", "1/3"]);
    refused("new.sqlite", &[&own[0], "image_cache.1-of-3.sqlite"], 1, &["one of 3 shards and not of 2"]);
    place.render_well(&["--index", "whole.sqlite"]);
    refused("new.sqlite", &["whole.sqlite"], 1, &["is no index of a shard"]);
    refused("whole.sqlite", &[&own[0]], 1, &["shards were not merged into"]);
    refused(&own[1], &[&own[0]], 1, &["is a shard's own index"]);
    refused(&own[0], &[&own[0]], 2, &["both"]);
    refused("new.sqlite", &["absent.sqlite"], 1, &["absent.sqlite", "does not exist"]);
    refused("new.sqlite", &["market.sqlite"], 1, &["market.sqlite", "another program's"]);
    refused("market.sqlite", &[&own[0]], 1, &["market.sqlite", "another program's"]);
    assert_eq!(place.run("merge", &["new.sqlite"]).status, 2);
    // The source has changed between two shards.
    place.market().candle(1, START + 60 * HOUR, 1);
    place.render_well(&["--shard", "1/2", "--index", "later.sqlite"]);
    refused(
        "new.sqlite",
        &[&own[0], "later.sqlite"],
        1,
        &["candles were added, or the clock went on", "the same end"],
    );
    // Another style version.
    let old = rusqlite::Connection::open(place.path(&own[0])).expect("an index");
    old.execute("UPDATE images SET style_version = 2", []).expect("updated");
    let from = [own[0].clone()];
    merge(&place, &["--partial", "new.sqlite"], &from).refuses(1, &["another style version"]);
}

#[test]
fn two_indexes_of_one_shard_are_told_and_must_agree() {
    let place = hourly(60);
    shard(&place, 2, &[]);
    fs::copy(place.path("image_cache.1-of-2.sqlite"), place.path("twin.sqlite")).expect("copied");
    let from = [names(2), vec!["twin.sqlite".to_owned()]].concat();
    let ran = merge(&place, &["image_cache.sqlite"], &from);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("shard 1/2 is in image_cache.1-of-2.sqlite and in twin.sqlite"),
        "{}",
        ran.stderr
    );
    let good = place.rows();
    // Where one of them says that a picture is broken, the picture itself is asked, whoever comes first.
    let twin = rusqlite::Connection::open(place.path("twin.sqlite")).expect("an index");
    let broken = "UPDATE images SET status = 'corrupt', reason = 'seen' WHERE rowid = 5 AND status = 'ok'";
    assert_eq!(twin.execute(broken, []).expect("updated"), 1);
    let victim: String =
        twin.query_row("SELECT file_path FROM images WHERE rowid = 5", [], |row| row.get(0)).expect("a path");
    let victim = place.root().join(victim);
    let bytes = fs::read(&victim).expect("a picture");
    let torn = vec![0; bytes.len()];
    for (content, status, corrupt) in [(&bytes, 0, 0), (&torn, 3, 1)] {
        fs::write(&victim, content).expect("written");
        for order in [&from, &from.iter().rev().cloned().collect::<Vec<_>>()] {
            fs::remove_file(place.index()).expect("removed");
            assert_eq!(merge(&place, &["image_cache.sqlite"], order).status, status);
            assert_eq!((place.count("corrupt"), place.rows().len()), (corrupt, good.len()));
        }
    }
    // Once it is mended, the next merge sees that.
    fs::write(&victim, &bytes).expect("written");
    assert_eq!(merge(&place, &["image_cache.sqlite"], &from).status, 0);
    assert!(place.rows() == good);
    twin.execute("UPDATE images SET sha256 = input_sha256 WHERE rowid = 5", []).expect("updated");
    fs::remove_file(place.index()).expect("removed");
    let ran = merge(&place, &["image_cache.sqlite"], &from);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("twin.sqlite: BTCUSDT/1h/"), "{}", ran.stderr);
    assert!(ran.stderr.contains("is not the picture that was merged before"), "{}", ran.stderr);
    assert!(place.rows() == good, "nothing of it was merged");
}

#[test]
fn a_bad_shard_keeps_no_other_from_being_merged() {
    let place = hourly(60);
    shard(&place, 3, &[]);
    let from = names(3);
    let good = fs::read(place.path(&from[0])).expect("an index");
    fs::write(place.path(&from[0]), &good[..good.len() / 2]).expect("written");
    let old = rusqlite::Connection::open(place.path(&from[1])).expect("an index");
    old.execute("UPDATE images SET style_version = 2 WHERE rowid = 9", []).expect("updated");
    for flags in [&["image_cache.sqlite"][..], &["--partial", "image_cache.sqlite"]] {
        let ran = merge(&place, flags, &from);
        assert_eq!(ran.status, 1, "{}", ran.stderr);
        for name in &from[..2] {
            assert!(ran.stderr.contains(&format!("index {name}: ")), "{}", ran.stderr);
        }
        assert!(ran.stderr.contains("render the shard again"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("--index yours") && !ran.stderr.contains("--rebuild"), "{}", ran.stderr);
        assert_eq!(meta(&place.index(), "shard").as_deref(), Some("2/3"));
    }
    old.execute("UPDATE images SET style_version = 1", []).expect("updated");
    // More shards than there are of any plan.
    let shards = |text: &str| {
        old.execute("UPDATE meta SET value = ?1 WHERE key = 'shard'", [text]).expect("updated");
    };
    shards("0-4294967294/4294967295");
    let ran = merge(&place, &["image_cache.sqlite"], &from);
    assert!(ran.status == 1 && ran.stderr.contains("does not say which shard it is"), "{}", ran.stderr);
    shards("1/3");
    fs::write(place.path(&from[0]), &good).expect("written");
    assert_eq!(merge(&place, &["image_cache.sqlite"], &from).status, 0);
    assert_eq!(place.check_ok_rows(), 51);
}

#[test]
fn a_merge_killed_again_and_again_ends_like_one_that_was_not() {
    let (whole, place) = (hourly(900), Place::new());
    whole.render_well(&["--size", "48"]);
    fs::copy(whole.db(), place.db()).expect("copied");
    shard(&place, 3, &["--size", "48"]);
    let from = names(3);
    let mut args = vec!["merge", "image_cache.sqlite"];
    args.extend(from.iter().map(String::as_str));
    // Ever later, and soon: how long a merge takes depends on what else the disk has to do.
    let (mut killed, mut patience) = (0, Duration::from_millis(2));
    loop {
        let mut command = place.command(&args);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started");
        let end = Instant::now() + patience;
        patience = patience * 5 / 4;
        while Instant::now() < end && child.try_wait().expect("a child").is_none() {
            thread::sleep(Duration::from_millis(1));
        }
        child.kill().expect("killed or done");
        if child.wait().expect("ended").success() {
            break;
        }
        killed += 1;
        if place.index().exists() && place.open_index().prepare("SELECT 1 FROM images").is_ok() {
            place.check_ok_rows();
        }
        assert!(killed < 60, "no merge comes to its end");
    }
    assert!(killed > 1, "{killed}");
    assert_eq!(place.temporaries(), 0);
    assert!(place.tree() == whole.tree());
    assert_same(&place.index(), &whole.index());
    assert_eq!(place.check_ok_rows(), 891);
}

#[test]
fn one_merge_at_a_time_writes_to_an_index() {
    let place = hourly(60);
    shard(&place, 2, &[]);
    let lock = fs::File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(place.path("image_cache.sqlite.lock"))
        .expect("a file");
    lock.lock().expect("locked");
    merge(&place, &["image_cache.sqlite"], &names(2)).refuses(1, &["in use"]);
    drop(lock);
    assert_eq!(merge(&place, &["image_cache.sqlite"], &names(2)).status, 0);
}
