//! What a finished shard may rely on: that it stays finished, and its pictures where they are.

use std::{fs, thread, time::Duration};

use crate::common::{HOUR, START, file, hourly, meta, tree};
use rustix::process::{Pid, Signal, kill_process};

#[test]
fn a_finished_shard_stays_finished_until_something_is_wrong_with_it() {
    let place = hourly(2000);
    let index = place.path("image_cache.0-of-2.sqlite");
    place.render_well(&["--shard", "0/2"]);
    // Wherever the run is that ends early.
    let mut interrupted = 0;
    for wait in (0..40).map(|step| Duration::from_millis(4 * step)) {
        let mut child = place.spawn(&["--shard", "0/2"]);
        thread::sleep(wait);
        let _ = kill_process(Pid::from_child(&child), Signal::TERM);
        interrupted += u32::from(child.wait().expect("ended").code() == Some(130));
        assert_eq!(meta(&index, "finished").as_deref(), Some("1000"), "{wait:?}");
    }
    assert!(interrupted > 0);
    // A picture that is gone and cannot be made again.
    let month = place.root().join("BTCUSDT/1h/2023/01");
    fs::rename(&month, place.path("aside")).expect("moved");
    fs::write(&month, "in the way").expect("written");
    assert_eq!(place.render(&["--shard", "0/2"]).status, 1);
    assert_eq!(meta(&index, "finished"), None);
    fs::remove_file(&month).expect("removed");
    fs::rename(place.path("aside"), &month).expect("moved back");
    place.render_well(&["--shard", "0/2"]);
    assert_eq!(meta(&index, "finished").as_deref(), Some("1000"));
}

#[test]
fn a_shard_that_is_repaired_from_other_candles_is_not_merged() {
    let place = hourly(60);
    for shard in ["0/2", "1/2"] {
        place.render_well(&["--shard", shard]);
    }
    let index = "image_cache.1-of-2.sqlite";
    let victim = tree(&place.root()).into_keys().next_back().expect("a picture");
    fs::write(place.root().join(&victim), "torn").expect("written");
    assert_eq!(place.run("repair", &["--index", index]).status, 0);
    assert!(meta(&place.path(index), "finished").is_some(), "the same picture again");
    place
        .market()
        .execute(&format!("UPDATE candles SET volume = 9 WHERE open_time >= {}", START + 55 * HOUR));
    let ran = place.run("repair", &["--index", index]);
    assert!(ran.stderr.contains("it is not finished any more"), "{}", ran.stderr);
    assert_eq!(meta(&place.path(index), "finished"), None);
    let merged = place.run("merge", &["merged.sqlite", "image_cache.0-of-2.sqlite", index]);
    merged.refuses(1, &["shard 1/2 is not finished"]);
    place.render(&["--shard", "1/2"]).refuses(1, &["their candles are not the same"]);
    // A plan of one candle less, and a picture that cannot be made any more.
    place.market().execute("UPDATE candles SET volume = volume + 1");
    place.render_well(&["--shard", "0/1", "--index", "one.sqlite", "--root", "one"]);
    place.market().execute(&format!("UPDATE candles SET high = 1 WHERE open_time = {}", START + 30 * HOUR));
    assert_eq!(place.run("repair", &["--index", "one.sqlite"]).status, 0);
    assert_eq!(meta(&place.path("one.sqlite"), "finished"), None);
}

#[test]
fn no_index_deletes_pictures_of_shards_that_are_not_merged() {
    let place = hourly(60);
    place.render_well(&["--end", "2023-01-02"]);
    for shard in ["0/2", "1/2"] {
        place.render_well(&["--shard", shard]);
    }
    let tree = place.tree();
    let ran = place.run("repair", &["--delete-orphans"]);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("shards of plan") && ran.stderr.contains("merge all of them"),
        "{}",
        ran.stderr
    );
    let verified = place.run("verify", &["--format", "json"]);
    let orphans: Vec<_> = verified.json().into_iter().filter(|line| line["kind"] == "orphan").collect();
    assert!(!orphans.is_empty() && orphans.iter().all(|line| line["mend"].is_null()), "{orphans:?}");
    assert!(place.tree() == tree);
    // A merge of some does not change that, one of all does; then its index knows them all.
    let merge = |flags: &[&str]| place.run("merge", flags).status;
    let all = ["merged.sqlite", "image_cache.0-of-2.sqlite", "image_cache.1-of-2.sqlite"];
    assert_eq!(merge(&["--partial", all[0], all[1]]), 0);
    place.run("repair", &["--delete-orphans"]);
    assert!(place.tree() == tree && place.root().join(".shards").exists());
    assert_eq!(merge(&all), 0);
    assert!(!place.root().join(".shards").exists());
    let orphan = place.root().join("BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-01T09-00-00_px16_w10_v9.png");
    for again in [false, true] {
        if again {
            // A shard that is run again says so again, and the merged index is of its plan.
            place.render_well(&["--shard", "0/2"]);
            assert!(place.root().join(".shards").exists());
        }
        fs::copy(file(&place, 0), &orphan).expect("copied");
        assert_eq!(place.run("repair", &["--index", "merged.sqlite", "--delete-orphans"]).status, 0);
        assert!(place.tree() == tree);
    }
}

#[test]
fn no_index_of_the_whole_is_made_in_the_place_of_a_shards() {
    let place = hourly(60);
    for shard in ["0/2", "1/2"] {
        place.render_well(&["--shard", shard]);
    }
    place.render_well(&["--shard", "0/2", "--index", "own.sqlite"]);
    let tree = place.tree();
    for index in ["image_cache.1-of-2.sqlite", "own.sqlite"] {
        let file = place.path(index);
        let bytes = fs::read(&file).expect("an index");
        // Its first pages, in which all that tells of shards stands, or all.
        for damaged in [&[&[0xA5; 100][..], &bytes[100..]].concat()[..], b"", &bytes[..5000]] {
            fs::write(&file, damaged).expect("written");
            let ran = place.run("repair", &["--rebuild-index", "--index", index]);
            ran.refuses(1, &["move it away"]);
            assert!(fs::read(&file).expect("a file") == damaged);
        }
        fs::remove_file(&file).expect("removed");
        place.run("repair", &["--rebuild-index", "--index", index]).refuses(1, &["render"]);
        assert!(!file.exists());
        fs::write(&file, &bytes[..5000]).expect("written");
        let ran =
            place.render(&["--shard", if index == "own.sqlite" { "0/2" } else { "1/2" }, "--index", index]);
        ran.refuses(1, &["move it away, and render shard"]);
        assert!(!ran.stderr.contains("rebuild"), "{}", ran.stderr);
    }
    place.run("verify", &["--index", "image_cache.1-of-2.sqlite"]).refuses(1, &["render shard 1/2 again"]);
    assert!(place.tree() == tree);
}
