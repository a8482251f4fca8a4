//! `repair --rebuild-index`: what a new index takes over, and what it leaves alone.

use std::fs;

use crate::common::{HOUR, Place, START, file, hourly, rendered, times};

#[test]
fn a_torn_index_is_made_again_from_the_pictures_without_rendering_them() {
    let place = hourly(400);
    for flags in [&[][..], &["--style", "yahoo"], &["--style", "yahoo", "--size", "24", "--scale", "log"]] {
        place.render_well(flags);
    }
    let (rows, tree, before) = (place.rows(), place.tree(), times(&place));
    place.tear();
    let damaged = [file(&place, 0), file(&place, 500)];
    let mut bytes = fs::read(&damaged[0]).expect("readable");
    bytes[70] ^= 1;
    fs::write(&damaged[0], &bytes).expect("written");
    fs::copy(file(&place, 600), &damaged[1]).expect("copied");
    place.run("verify", &[]).refuses(1, &["is damaged"]);

    let ran = place.run("repair", &["--rebuild-index"]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("Corrupt, mended (2)"), "{}", ran.stdout);
    assert!(place.path("image_cache.sqlite.damaged-1").exists());
    assert!(place.tree() == tree);
    for (path, time) in times(&place) {
        assert_eq!(time == before[&path], !damaged.contains(&place.root().join(&path)), "{}", path.display());
    }
    // What is missing is for `render` to say again.
    for flags in [&[][..], &["--style", "yahoo"], &["--style", "yahoo", "--size", "24", "--scale", "log"]] {
        assert_eq!(place.render_well(&[&["--format", "json"], flags].concat()).summary()["rendered"], 0);
    }
    assert!(place.rows() == rows);
}

#[test]
fn an_index_that_was_cut_off_is_made_again_with_the_specs_that_it_held() {
    let place = hourly(400);
    place.render_well(&["--style", "yahoo", "--scale", "log"]);
    let tree = place.tree();
    place
        .open_index()
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE")
        .expect("one file");
    let whole = fs::read(place.index()).expect("an index");
    for share in [2, 4, 6] {
        fs::write(place.index(), &whole[..whole.len() * share / 7]).expect("written");
        place.run("verify", &[]).refuses(1, &["is damaged", "--rebuild-index"]);
        // Without the flags that say how the pictures look.
        let ran = place.run("repair", &["--rebuild-index"]);
        assert_eq!(ran.status, 0, "{share}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(place.check_ok_rows(), 391, "{share}");
        assert!(place.tree() == tree);
    }
}

#[test]
fn what_a_new_index_cannot_tell_is_kept_and_said() {
    // Another series that this source does not have, and a spec that nobody knows.
    let place = rendered(400);
    place.render_well(&["--style", "yahoo", "--scale", "log"]);
    let market = place.market();
    let other = market.series("ETHUSD", "1h", HOUR);
    market.fill(other, HOUR, 40);
    place.render_well(&["--symbol", "ETHUSD"]);
    market.execute(&format!(
        "DELETE FROM candles WHERE series_id = {other}; DELETE FROM series WHERE id = {other}"
    ));
    let (rows, tree) = (place.rows(), place.tree());
    place.tear();
    let ran = place.run("repair", &["--rebuild-index"]);
    assert!([0, 3].contains(&ran.status), "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr.contains("ETHUSD 1h are not looked at: the source has no such series"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stdout.contains("--delete-orphans"), "{}", ran.stdout);
    assert!(place.tree() == tree);
    // Two pages of rows are lost, and those of pictures that can be told are found again.
    assert!(place.rows().len() > rows.len() - 60, "{} of {}", place.rows().len(), rows.len());

    // With nothing left of the old one, what is there is no orphan of ours to delete.
    fs::remove_file(place.index()).expect("removed");
    place.run("repair", &["--rebuild-index", "--delete-orphans"]).refuses(2, &["rebuild first"]);
    place.run("repair", &["--rebuild-index", "--dry-run"]).refuses(2, &["--dry-run"]);
    let ran = place.run("repair", &["--rebuild-index"]);
    assert!(ran.stderr.contains("yahoo-log") && ran.stderr.contains("ETHUSD"), "{}", ran.stderr);
    let ran = place.run("repair", &["--delete-orphans"]);
    assert_eq!(ran.status, 3);
    assert!(ran.stdout.contains("another index may own it"), "{}", ran.stdout);
    assert!(place.tree() == tree);
}

#[test]
fn what_is_no_index_is_never_replaced_by_one() {
    let place = rendered(40);
    let db = fs::read(place.db()).expect("a database");
    let lists = ["--rebuild-index", "--index"];
    place.run("repair", &[&lists[..], &["market.sqlite"]].concat()).refuses(1, &["is the market database"]);
    fs::copy(place.db(), place.path("other.sqlite")).expect("copied");
    place
        .run("repair", &[&lists[..], &["other.sqlite"]].concat())
        .refuses(1, &["another program's database"]);
    fs::write(place.path("notes.txt"), "mine").expect("written");
    place.run("repair", &[&lists[..], &["notes.txt"]].concat()).refuses(1, &["move it away"]);
    place.run("repair", &[&lists[..], &["image-cache"]].concat()).refuses(1, &["is a directory"]);
    assert!(fs::read(place.db()).expect("there") == db);
    assert_eq!(fs::read(place.path("notes.txt")).expect("there"), b"mine");
    assert!(!place.path("notes.txt.lock").exists() && !place.path("market.sqlite.lock").exists());
    // Another process in the middle of writing would go on in the file that is moved aside.
    let index = place.open_index();
    index.execute_batch("BEGIN IMMEDIATE").expect("begun");
    place.run("repair", &["--rebuild-index"]).refuses(1, &["locked by another process"]);
    index.execute_batch("ROLLBACK").expect("ended");
    // An index that is empty, as a full disk leaves it, is no new one.
    drop(index);
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(place.path(&format!("image_cache.sqlite{suffix}")));
    }
    for rest in ["S", ""] {
        fs::write(place.index(), rest).expect("written");
        for command in ["verify", "repair", "status"] {
            place.run(command, &[]).refuses(1, &["is empty", "--rebuild-index"]);
        }
    }
    assert_eq!(place.run("repair", &["--rebuild-index"]).status, 0);
    assert_eq!(place.check_ok_rows(), 31);
}

#[test]
fn an_odd_file_in_the_place_of_a_picture_holds_no_rebuilding_up() {
    let place = rendered(40);
    let (one, two) = (file(&place, 2), file(&place, 5));
    fs::remove_file(&one).expect("removed");
    fs::create_dir(&one).expect("a folder");
    fs::File::create(&two).expect("created").set_len(1 << 36).expect("a sparse file");
    fs::remove_file(place.index()).expect("removed");
    let ran = place.run("repair", &["--rebuild-index"]);
    assert_eq!(ran.status, 3, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(place.count("corrupt"), 1, "the folder stays");
    fs::remove_dir(&one).expect("removed");
    assert_eq!(place.run("repair", &[]).status, 0);
    assert_eq!(place.check_ok_rows(), 31);
}

#[test]
fn an_index_that_is_lost_or_no_database_at_all_is_made_again() {
    let place = rendered(40);
    let (rows, tree) = (place.rows(), place.tree());
    for lost in [true, false] {
        fs::remove_file(place.index()).expect("removed");
        if !lost {
            fs::write(place.index(), "no database").expect("written");
            place.run("verify", &[]).refuses(1, &["not an SQLite database"]);
        }
        let ran = place.run("repair", &["--rebuild-index"]);
        assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
        place.render_well(&[]);
        assert!(place.rows() == rows && place.tree() == tree);
    }
    assert_eq!(fs::read(place.path("image_cache.sqlite.damaged-1")).expect("kept"), b"no database");
    for flags in [&["--symbol", "BTCUSDT"][..], &["--start", "2023-01-01"]] {
        place.run("repair", &[&["--rebuild-index"], flags].concat()).refuses(2, &["whole index", "--symbol"]);
    }
    assert!(place.rows() == rows);
}

#[test]
fn pictures_of_a_changed_source_are_not_taken_into_a_new_index_as_they_are() {
    let place = rendered(60);
    place.market().execute(&format!("UPDATE candles SET volume = 9 WHERE open_time = {}", START + 30 * HOUR));
    fs::remove_file(place.index()).expect("removed");
    let ran = place.run("repair", &["--rebuild-index", "--format", "json"]);
    assert_eq!((ran.status, &ran.summary()["mended"]), (0, &10.into()), "{}{}", ran.stdout, ran.stderr);
    let fresh = Place::new();
    fs::copy(place.db(), fresh.db()).expect("copied");
    fresh.render_well(&[]);
    assert!(place.tree() == fresh.tree());
}

#[test]
fn pictures_whose_spec_nobody_knows_are_named_and_left_alone() {
    let place = hourly(40);
    place.render_well(&["--style", "yahoo", "--scale", "log"]);
    fs::remove_file(place.index()).expect("removed");
    let tree = place.tree();
    let ran = place.run("repair", &["--rebuild-index"]);
    assert_eq!(ran.status, 3);
    assert!(ran.stderr.contains("yahoo-log") && ran.stderr.contains("its flags"), "{}", ran.stderr);
    assert!(place.tree() == tree);
    let ran = place.run("repair", &["--rebuild-index", "--style", "yahoo", "--scale", "log"]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(place.check_ok_rows(), 31);
}
