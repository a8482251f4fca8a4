//! `verify` where a path, a row, the root or the index is not what it should be at all.

use std::{fs, os::unix::fs::symlink};

use crate::{
    common::{self, HOUR, START, file, hourly, rendered},
    verify::{DEPTHS, clean, findings, only, verify},
};

#[test]
fn a_root_that_is_a_file_is_refused_and_no_row_is_changed() {
    let place = rendered(40);
    fs::write(place.path("file"), "mine").expect("written");
    for command in ["verify", "repair"] {
        place.run(command, &["--root", "file"]).refuses(1, &["root ", "file: is not a directory"]);
    }
    assert_eq!(place.count("corrupt"), 0);
}

#[test]
fn an_index_that_is_a_pipe_is_refused_and_waited_for_by_nobody() {
    let place = rendered(40);
    let made = std::process::Command::new("mkfifo").arg(place.path("pipe.sqlite")).status();
    assert!(made.expect("mkfifo").success());
    for command in ["render", "verify", "repair", "status"] {
        place.run(command, &["--index", "pipe.sqlite"]).refuses(1, &["pipe.sqlite: is not a regular file"]);
    }
}

#[test]
fn a_row_that_names_another_file_is_corrupt_and_that_file_is_never_opened() {
    let place = rendered(40);
    fs::write(place.path("secret"), "s").expect("written");
    let names =
        ["../secret", "/etc/passwd", "BTCUSDT/1h/2023/01/../../../../../secret", "", "BTCUSDT", "\u{1b}[2J"];
    for name in names {
        place
            .open_index()
            .execute(
                "UPDATE images SET file_path = ?1 WHERE end_open_time_ms = ?2",
                (name, START + 20 * HOUR),
            )
            .expect("changed");
        let ran = verify(&place, &[]);
        assert_eq!(ran.status, 3);
        let found = findings(&ran);
        assert!(
            found.contains(&(
                "corrupt".into(),
                name.into(),
                "its row names another file than it should".into()
            )),
            "{found:?}"
        );
        assert!(!place.run("verify", &[]).stdout.contains('\u{1b}'));
    }
    assert_eq!(place.run("repair", &[]).status, 0);
    assert_eq!(place.check_ok_rows(), 31);
    clean(&place, &[]);
}

#[test]
fn links_inside_the_root_are_not_followed() {
    let place = rendered(40);
    let path = file(&place, 3);
    fs::rename(&path, place.path("elsewhere.png")).expect("moved");
    symlink(place.path("elsewhere.png"), &path).expect("a link");
    for depth in DEPTHS {
        let ran = verify(&place, depth);
        assert_eq!((ran.status, findings(&ran).len()), (3, 1), "{}", ran.stdout);
    }
    assert_eq!(place.run("repair", &[]).status, 0);
    assert!(fs::symlink_metadata(&path).expect("there").is_file());
    assert!(place.path("elsewhere.png").exists());

    let month = path.parent().expect("a folder").to_owned();
    fs::rename(&month, place.path("month")).expect("moved");
    symlink(place.path("month"), &month).expect("a link");
    let ran = verify(&place, &[]);
    assert_eq!((ran.status, findings(&ran).len()), (3, 31), "{}", ran.stdout);
    let ran = place.run("repair", &[]);
    assert_eq!(ran.status, 3);
    assert!(ran.stdout.contains("link that could lead out of the root"), "{}", ran.stdout);
}

#[test]
fn values_of_the_wrong_type_are_findings_and_no_panic() {
    let place = rendered(40);
    let at = START + 20 * HOUR;
    for change in [
        "sha256 = x'00'",
        "sha256 = 'ff'",
        "sha256 = NULL",
        "size_bytes = -1",
        "size_bytes = 'big'",
        "size_bytes = 9223372036854775807",
        "input_sha256 = 7",
        "file_path = x'ff'",
        "reason = x'ff'",
        "spec_hash = 'none'",
        "spec_hash = x'01'",
        "created_utc = x'00'",
        "style_version = 'one'",
        "width_px = -5",
        "width_px = 'wide'",
        "height_px = 99999999999",
        "window_len = x'00'",
        "spec_tag = x'00'",
        "symbol = x'00'",
        "symbol = '../..'",
        "interval = 9",
        "end_open_time_ms = 'now'",
        "end_open_time_ms = 1.5",
        "reason = char(27) || ']0;x' || char(10) || 'Total: 999 ok'",
        "end_open_time_ms = 1",
    ] {
        place
            .open_index()
            .execute(&format!("UPDATE images SET {change} WHERE end_open_time_ms = {at}"), [])
            .expect(change);
        for command in ["verify", "status", "repair"] {
            for format in ["text", "json"] {
                let ran = place.run(command, &["--format", format]);
                assert!([0, 3].contains(&ran.status), "{change}: {}{}", ran.stdout, ran.stderr);
                assert!(!ran.stderr.contains("panicked"), "{change}: {}", ran.stderr);
            }
        }
        // The next render sets the row right, whatever was in it.
        place.render_well(&[]);
        place.open_index().execute("DELETE FROM images WHERE typeof(symbol) <> 'text' OR symbol <> 'BTCUSDT' OR typeof(end_open_time_ms) <> 'integer' OR width_px <> 16 OR height_px <> 16 OR window_len <> 10 OR spec_tag <> '' OR interval <> '1h' OR end_open_time_ms = 1 OR typeof(spec_hash) = 'blob'", []).expect("deleted");
        place.render_well(&[]);
        clean(&place, &[]);
    }
}

#[test]
fn a_huge_file_in_the_place_of_a_picture_costs_no_memory() {
    let place = rendered(40);
    let path = file(&place, 3);
    let huge = fs::File::create(&path).expect("created");
    huge.set_len(1 << 36).expect("a sparse file");
    only(&place, &[], "corrupt", "its file has another size");
    // Even where the row says that it should be so large.
    let name = path.strip_prefix(place.root()).expect("below").to_string_lossy().into_owned();
    huge.set_len(1 << 28).expect("a sparse file");
    place
        .open_index()
        .execute("UPDATE images SET status = 'ok', size_bytes = ?1 WHERE file_path = ?2", (1_i64 << 28, name))
        .expect("changed");
    only(&place, &[], "corrupt", "its bytes are not the recorded ones");
}

#[test]
fn a_file_that_this_user_may_not_read_is_told_of_and_its_row_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = rendered(40);
    fs::set_permissions(file(&place, 3), fs::Permissions::from_mode(0o0)).expect("permissions");
    let ran = common::ran(&mut place.command_as_nobody(&["verify", "--no-record"]));
    assert_eq!(ran.status, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("cannot be read"), "{}", ran.stderr);
    assert_eq!(place.count("ok"), 31);
}

#[test]
fn an_index_that_does_not_exist_is_not_made() {
    let place = hourly(20);
    for command in ["verify", "repair", "status"] {
        place.run(command, &[]).refuses(1, &["image_cache.sqlite", "does not exist", "image-cache render"]);
    }
    assert!(!place.index().exists() && !place.root().exists());
    assert!(!place.path("image_cache.sqlite.lock").exists());
}

#[test]
fn a_torn_index_is_told_before_anything_is_believed() {
    let place = rendered(400);
    place.tear();
    for flags in [&[][..], &["--no-record"]] {
        place.run("verify", flags).refuses(1, &["is damaged", "repair --rebuild-index"]);
    }
}
