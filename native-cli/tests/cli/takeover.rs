//! An index that another tool filled.

use std::{fs, os::unix::fs::symlink};

use crate::common::{HOUR, Place, START, hourly};
use rusqlite::{Connection, params};

const CREATE: &str = "
    CREATE TABLE images (symbol TEXT NOT NULL, interval TEXT NOT NULL, end_open_time_ms INTEGER NOT NULL,
        img_size_px INTEGER NOT NULL, window_len INTEGER NOT NULL, style_version INTEGER NOT NULL,
        file_path TEXT NOT NULL, sha256 TEXT, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL,
        created_utc TEXT NOT NULL, status TEXT NOT NULL CHECK(status IN ('ok','missing','corrupt','stale')),
        UNIQUE(symbol, interval, end_open_time_ms, img_size_px, window_len, style_version));
    CREATE INDEX by_status ON images(status);";

/// The path of the picture that ends `hour` hours after the start.
fn picture(hour: i64) -> String {
    format!("BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-01T{hour:02}-00-00_px16_w10_v1.png")
}

/// A place with 12 candles and this index of another tool: end, width, version, path.
fn foreign(rows: &[(i64, u32, u32, String)]) -> Place {
    let place = hourly(12);
    let index = Connection::open(place.index()).expect("a database");
    index.execute_batch(CREATE).expect("a table");
    for (hour, width, version, path) in rows {
        let sql = "INSERT INTO images VALUES('BTCUSDT','1h',?1,16,10,?2,?3,'abc',?4,?4,'2024-01-01T00:00:00Z','ok')";
        index.execute(sql, params![START + hour * HOUR, version, path, width]).expect("inserted");
    }
    place
}

fn put(place: &Place, path: &str, text: &str) {
    let path = place.path(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    fs::write(path, text).expect("written");
}

fn read(place: &Place, path: &str) -> String {
    fs::read_to_string(place.root().join(path)).expect(path)
}

#[test]
fn its_rows_are_kept_and_count_as_stale_until_ours_replace_them() {
    let place = foreign(&[(9, 16, 1, picture(9)), (2, 99, 1, "elsewhere.png".to_owned())]);
    let ran = place.render_well(&["--format", "json"]);
    assert_eq!(ran.summary()["rendered"], 3);
    assert_eq!(place.check_ok_rows(), 3);
    assert_eq!(place.count("stale"), 1, "the row of another size is no picture of ours");
    let kept: i64 = place
        .open_index()
        .query_row("SELECT count(*) FROM images_before WHERE status = 'ok'", [], |row| row.get(0))
        .expect("kept");
    assert_eq!(kept, 2);
    assert_eq!(place.render_well(&["--format", "json"]).summary()["rendered"], 0);
}

#[test]
fn its_file_is_moved_aside_before_ours_takes_the_name() {
    let spelled =
        [picture(9), format!("image-cache/{}", picture(10)), format!("./image-cache/{}", picture(11))];
    let rows: Vec<_> = (9..).zip(&spelled).map(|(hour, path)| (hour, 16, 1, path.clone())).collect();
    let place = foreign(&rows);
    for hour in 9..12 {
        put(&place, &format!("image-cache/{}", picture(hour)), &format!("theirs {hour}"));
    }
    place.render_well(&[]);
    assert_eq!(place.check_ok_rows(), 3);
    for hour in 9..12 {
        assert_eq!(read(&place, &format!(".before/{}", picture(hour))), format!("theirs {hour}"));
    }
}

#[test]
fn its_absolute_paths_are_understood() {
    let place = foreign(&[]);
    let path = place.root().join(picture(9));
    let sql = "INSERT INTO images VALUES('BTCUSDT','1h',?1,16,10,1,?2,'abc',16,16,'2024','ok')";
    place.open_index().execute(sql, params![START + 9 * HOUR, path.to_str()]).expect("inserted");
    put(&place, &format!("image-cache/{}", picture(9)), "theirs");
    place.render_well(&[]);
    assert_eq!(read(&place, &format!(".before/{}", picture(9))), "theirs");
}

#[test]
fn what_was_moved_aside_before_is_not_overwritten() {
    let place = foreign(&[(9, 16, 1, picture(9))]);
    put(&place, &format!("image-cache/{}", picture(9)), "theirs");
    put(&place, &format!("image-cache/.before/{}", picture(9)), "older");
    place.render_well(&[]);
    assert_eq!(read(&place, &format!(".before/{}", picture(9))), "older");
    assert_eq!(read(&place, &format!(".before/{}.1", picture(9))), "theirs");
}

#[test]
fn a_row_of_another_size_follows_its_file_when_that_is_moved() {
    // As with a tight layout: the file has our name, but not the size that the name says.
    let place = foreign(&[(9, 15, 1, picture(9))]);
    put(&place, &format!("image-cache/{}", picture(9)), "theirs");
    place.render_well(&[]);
    let path: String = place
        .open_index()
        .query_row("SELECT file_path FROM images WHERE width_px = 15", [], |row| row.get(0))
        .expect("its row");
    assert_eq!(path, format!(".before/{}", picture(9)));
    assert_eq!(read(&place, &path), "theirs");
    assert_eq!(place.check_ok_rows(), 3);
}

#[test]
fn of_two_versions_of_one_picture_the_newer_is_taken_over() {
    let place = foreign(&[(2, 16, 2, "new.png".to_owned()), (2, 16, 1, "old.png".to_owned())]);
    place.render_well(&["--start", "2023-01-01T09:00:00Z"]);
    let path: String = place
        .open_index()
        .query_row("SELECT file_path FROM images WHERE status = 'stale'", [], |row| row.get(0))
        .expect("one row");
    assert_eq!(path, "new.png");
}

#[test]
fn a_takeover_that_fails_leaves_the_old_index_as_it_was() {
    let place = foreign(&[(9, 16, 1, picture(9))]);
    // A table that is in the way and no meta of ours.
    place.open_index().execute_batch("CREATE TABLE meta (other TEXT)").expect("a table");
    place.render(&[]).refuses(1, &["meta"]);
    let rows: i64 =
        place.open_index().query_row("SELECT count(*) FROM images", [], |row| row.get(0)).expect("a table");
    assert_eq!(rows, 1);
}

/// A place where the other tool's row spells its file like this, rendered with these flags.
fn keeps_theirs(spelled: impl Fn(&Place) -> String, set_up: impl Fn(&Place), root: &str) {
    let place = foreign(&[]);
    put(&place, &format!("image-cache/{}", picture(9)), "theirs");
    set_up(&place);
    // Another width, so that the row outlives ours and shows where its file went.
    let sql = "INSERT INTO images VALUES('BTCUSDT','1h',?1,15,10,1,?2,'abc',15,15,'2024','ok')";
    place.open_index().execute(sql, params![START + 9 * HOUR, spelled(&place)]).expect("inserted");
    place.render_well(&["--root", root]);
    let moved = format!(".before/{}", picture(9));
    assert_eq!(read(&place, &moved), "theirs");
    let path: String = place
        .open_index()
        .query_row("SELECT file_path FROM images WHERE width_px = 15", [], |row| row.get(0))
        .expect("its row");
    assert_eq!(path, moved, "{root}");
    assert_eq!(place.check_ok_rows(), 3);
}

#[test]
fn its_file_is_found_through_links_and_dots_and_moved_aside() {
    let link = |place: &Place| symlink("image-cache", place.path("link")).expect("a link");
    let nothing = |_: &Place| {};
    keeps_theirs(|_| format!("image-cache/{}", picture(9)), link, "link");
    keeps_theirs(|_| format!("link/{}", picture(9)), link, "image-cache");
    keeps_theirs(|_| picture(9), nothing, "image-cache/../image-cache");
    keeps_theirs(|_| format!("image-cache/../image-cache/{}", picture(9)), nothing, "image-cache");
    keeps_theirs(|place| format!("{}/./{}", place.root().display(), picture(9)), link, "link");
}

#[test]
fn a_file_that_no_row_names_is_moved_aside_as_well() {
    let place = foreign(&[(2, 99, 1, "elsewhere.png".to_owned())]);
    put(&place, &format!("image-cache/{}", picture(9)), "whose?");
    place.render_well(&[]);
    assert_eq!(read(&place, &format!(".before/{}", picture(9))), "whose?");
    assert_eq!(place.check_ok_rows(), 3);
}

#[test]
fn a_missing_row_of_ours_does_not_make_its_file_ours() {
    let place = foreign(&[(9, 16, 1, picture(9))]);
    put(&place, &format!("image-cache/{}", picture(9)), "theirs");
    let market = Connection::open(place.db()).expect("a database");
    let set = |volume: i64| market.execute("UPDATE candles SET volume = ?1", [volume]).expect("changed");
    set(-1);
    place.render_well(&[]);
    assert_eq!(place.count("missing"), 12);
    set(1);
    place.render_well(&[]);
    assert_eq!(read(&place, &format!(".before/{}", picture(9))), "theirs");
}

#[test]
fn pictures_of_ours_are_replaced_and_not_moved_aside() {
    let place = foreign(&[(2, 99, 1, "elsewhere.png".to_owned())]);
    place.render_well(&[]);
    // Without its row, a picture is as a killed run leaves it.
    place.open_index().execute_batch("DELETE FROM images WHERE status = 'ok'").expect("deleted");
    place.render_well(&[]);
    let market = Connection::open(place.db()).expect("a database");
    market.execute_batch("UPDATE candles SET volume = volume + 1").expect("changed");
    place.render_well(&[]);
    assert_eq!((place.check_ok_rows(), place.tree().len()), (3, 3));
}

#[test]
fn columns_that_are_computed_are_columns() {
    let place = hourly(12);
    let generated = CREATE
        .replace("height_px INTEGER NOT NULL", "height_px INTEGER AS (width_px) STORED")
        .replace("img_size_px INTEGER NOT NULL", "img_size_px INTEGER AS (width_px) VIRTUAL");
    place.open_index().execute_batch(&generated).expect("a table");
    place.render_well(&[]);
    assert_eq!(place.check_ok_rows(), 3);
}
