//! `export`: what it refuses, and that nothing half-made is left.

use std::{
    fs,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::common::{HOUR, Market, Place, Ran, START, file, hourly, ran, rendered, tree};

/// The flags of an export of the pictures of [`Place::render`].
fn args<'a>(form: &'a str, flags: &[&'a str]) -> Vec<&'a str> {
    [&["export", "--size", "16", "--window", "10", "--to", "set", "--as", form], flags].concat()
}

fn export(place: &Place, form: &str, flags: &[&str]) -> Ran {
    ran(&mut place.command(&args(form, flags)))
}

/// Fails if anything of a data set is there, under whatever name.
#[track_caller]
fn check_nothing(place: &Place) {
    let names: Vec<_> = fs::read_dir(place.path(""))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("set") || name.contains("export"))
        .collect();
    assert_eq!(names, [""; 0]);
}

const DIRECTION: [&str; 4] = ["--label", "direction", "--horizon", "3"];

#[test]
fn wrong_usage_is_refused_with_what_to_write_instead() {
    let place = hourly(60);
    let cases: &[(&[&str], &[&str])] = &[
        (&["--label", "direction"], &["--horizon"]),
        (&["--label", "direction", "--horizon", "0"], &["--horizon"]),
        (&["--horizon", "3"], &["--label"]),
        (&["--label", "classes", "--horizon", "3"], &["--bounds", "rising"]),
        (&["--label", "classes", "--horizon", "3", "--bounds", "2%,1%"], &["--bounds", "rising"]),
        (&["--label", "triple-barrier", "--horizon", "3", "--upper", "2%"], &["--lower"]),
        (&["--label", "return", "--horizon", "3", "--threshold", "1%"], &["--threshold", "direction"]),
        (&["--split", "a=0.5,a=0.5"], &["two splits are named a"]),
        (&["--split", "a=0.6,b=0.6"], &["add up to"]),
        (&["--split", "a=2023-01-01..2023-01-03,b=2023-01-02.."], &["a and b overlap"]),
        (&["--split", "train=0.5,test=0.5", "--embargo", "9"], &["--embargo 9", "10"]),
        (&["--split", "train=0.5,holdout=0.5"], &["--split", "holdout", "train or validation or test"]),
        (&["--embargo", "90"], &["--split"]),
        (&["--render", "--skip-bad"], &["--skip-bad"]),
        (&["--render", "--shard-size", "1M"], &["--shard-size", "webdataset"]),
        (&["--render", "--color", "indexed"], &["--color rgb", "hf-parquet"]),
    ];
    for (flags, words) in cases {
        export(&place, "imagefolder", flags).refuses(2, words);
    }
    export(&place, "csv", &["--render"]).refuses(2, &["--render", "manifest"]);
    export(&place, "folder", &[]).refuses(2, &["imagefolder", "webdataset"]);
    #[cfg(not(feature = "parquet"))]
    export(&place, "hf-parquet", &[]).refuses(2, &["--features parquet"]);
    check_nothing(&place);
}

#[test]
fn ranges_whose_pictures_share_a_candle_are_refused_with_the_time_that_would_do() {
    let place = hourly(100);
    let split = "train=..2023-01-02T12:00:00Z,test=2023-01-02T18:00:00Z..";
    let flags = [&DIRECTION[..], &["--render", "--split", split]].concat();
    // The last of train ends at 11:00; its horizon at 14:00; a window of 10 from 15:00 on ends at 2023-01-03T00:00.
    export(&place, "webdataset", &flags)
        .refuses(2, &["test begins too early after train", "2023-01-03T00:00:00Z"]);
    check_nothing(&place);
    let split = split.replace("2023-01-02T18:00:00Z", "2023-01-03T00:00:00Z");
    let flags = [&DIRECTION[..], &["--render", "--split", &split]].concat();
    assert_eq!(export(&place, "webdataset", &flags).status, 0);
}

#[test]
fn a_class_or_a_split_without_a_picture_is_refused() {
    let place = hourly(100);
    let flags = |more: &[&'static str]| [&["--render"], more].concat();
    let bounds = ["--label", "classes", "--horizon", "3", "--bounds", "0,90%"];
    export(&place, "imagefolder", &flags(&bounds)).refuses(1, &["split train", "class c2", "numbers"]);
    let split = ["--split", "train=..2023-01-03,test=2024-01-01.."];
    export(&place, "imagefolder", &flags(&split)).refuses(1, &["split test has no picture"]);
    let late = ["--start", "2024-01-01"];
    export(&place, "imagefolder", &flags(&late)).refuses(1, &["nothing to export"]);
    let long = ["--label", "return", "--horizon", "500"];
    export(&place, "imagefolder", &flags(&long))
        .refuses(1, &["nothing to export", "without a whole horizon"]);
    check_nothing(&place);
}

#[test]
fn a_corrupt_or_stale_picture_is_refused_and_skip_bad_leaves_it_out() {
    let place = rendered(60);
    let torn = file(&place, 5);
    let mut bytes = fs::read(&torn).expect("a picture");
    *bytes.last_mut().expect("a byte") ^= 1;
    fs::write(&torn, bytes).expect("written");
    let name = torn.file_name().expect("a name").to_string_lossy().into_owned();
    export(&place, "imagefolder", &DIRECTION)
        .refuses(1, &[&name, "corrupt", "image-cache repair", "--skip-bad"]);
    check_nothing(&place);
    // The windows of ten ends hold the last candle of the first nine.
    place
        .market()
        .execute(&format!("UPDATE candles SET close = low WHERE open_time = {}", START + 50 * HOUR));
    let flags = [&DIRECTION[..], &["--skip-bad", "--format", "json"]].concat();
    let ran = export(&place, "imagefolder", &flags);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(ran.summary()["left_out"]["bad"], 1 + 7, "those from 50 to 56; the others have no horizon");
    assert_eq!(place.run("repair", &[]).status, 0);
    fs::remove_dir_all(place.path("set")).expect("removed");
    let ran = export(&place, "imagefolder", &flags);
    assert_eq!(ran.summary()["left_out"]["bad"], 0);
}

#[test]
fn a_picture_that_was_never_rendered_is_left_out_and_counted() {
    let place = hourly(60);
    place.render_well(&["--end", "2023-01-02T12:00:00Z"]);
    let ran = export(&place, "csv", &["--format", "json"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!((&ran.summary()["pictures"], &ran.summary()["left_out"]["absent"]), (&27.into(), &24.into()));
}

#[test]
fn without_a_cache_render_is_named() {
    let place = hourly(60);
    export(&place, "csv", &[]).refuses(1, &["image_cache.sqlite", "does not exist", "image-cache render"]);
    check_nothing(&place);
}

#[test]
fn only_a_folder_that_is_not_there_or_empty_is_filled() {
    let place = rendered(60);
    fs::create_dir(place.path("set")).expect("a folder");
    fs::write(place.path("set/mine.txt"), "mine").expect("a file");
    export(&place, "imagefolder", &[]).refuses(1, &["set", "is not empty"]);
    assert_eq!(tree(&place.path("set")).len(), 1);
    fs::remove_file(place.path("set/mine.txt")).expect("removed");
    assert_eq!(export(&place, "imagefolder", &[]).status, 0);
    let inside = ["--size", "16", "--window", "10", "--as", "csv", "--to", "image-cache/set"];
    place.run("export", &inside).refuses(1, &["lies in the cache's root"]);
    let above = ["--size", "16", "--window", "10", "--as", "csv", "--to", "nowhere/../image-cache/set"];
    place.run("export", &above).refuses(1, &["without `..`"]);
    let on_a_file = ["--size", "16", "--window", "10", "--as", "csv", "--to", "market.sqlite"];
    place.run("export", &on_a_file).refuses(1, &["market.sqlite", "is a file"]);
}

#[test]
fn series_whose_pictures_would_have_one_name_are_not_exported_together() {
    let place = Place::new();
    let market = Market::create(&place.db());
    for (symbol, code) in [("A_1h", "1h"), ("A", "1h_1h")] {
        market.fill(market.series(symbol, code, HOUR), HOUR, 20);
    }
    export(&place, "webdataset", &["--render"]).refuses(1, &["A 1h_1h", "A_1h 1h", "--symbol"]);
    assert_eq!(export(&place, "webdataset", &["--render", "--symbol", "A"]).status, 0);
}

#[test]
fn a_dry_run_finds_what_is_wrong_with_the_cache() {
    let place = rendered(60);
    export(&place, "csv", &["--dry-run", "--style", "yahoo"])
        .refuses(1, &["nothing to export", "not in the cache"]);
    fs::remove_file(file(&place, 3)).expect("removed");
    export(&place, "csv", &["--dry-run"]).refuses(1, &["corrupt", "absent", "image-cache repair"]);
    check_nothing(&place);
}

#[test]
fn folders_that_were_made_for_nothing_are_taken_away() {
    let place = rendered(60);
    fs::remove_file(file(&place, 30)).expect("removed");
    let to = ["--size", "16", "--window", "10", "--as", "csv", "--to", "new/set"];
    place.run("export", &to).refuses(1, &["corrupt"]);
    assert!(!place.path("new").exists());
}

#[test]
fn a_full_disk_leaves_no_shard() {
    let place = rendered(200);
    for form in ["imagefolder", "webdataset", "csv"] {
        // The limit on a file's size stands in for a full disk: a write comes back short, then with an error.
        let mut shell = place.command(&[]);
        let program = shell.get_program().to_owned();
        let folder = shell.get_current_dir().expect("a folder").to_owned();
        shell = Command::new("sh");
        shell.current_dir(folder).stdin(Stdio::null());
        shell
            .args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$0\" \"$@\""])
            .arg(program)
            .args(args(form, &DIRECTION));
        let ran = ran(&mut shell);
        ran.refuses(1, &["cannot be written", "set"]);
        check_nothing(&place);
    }
}

#[test]
fn an_interrupted_export_leaves_nothing_and_what_a_killed_one_left_is_cleared() {
    let place = hourly(5000);
    let start = || {
        let flags = args("imagefolder", &["--render", "--jobs", "1"]);
        let mut command = place.command(&flags);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("started");
        let made = place.path(".set.image-cache-export").join("train");
        let is_under_way = || fs::read_dir(&made).is_ok_and(|entries| entries.count() > 20);
        let tries = (0..2000).take_while(|_| !is_under_way());
        tries.for_each(|_| thread::sleep(Duration::from_millis(5)));
        assert_eq!(child.try_wait().expect("a child"), None, "it has ended too early");
        child
    };
    let mut child = start();
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).expect("a pid")).expect("a pid");
    export(&place, "imagefolder", &["--render"]).refuses(1, &["another export to the same place"]);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("sent");
    assert_eq!(child.wait().expect("ended").code(), Some(130));
    check_nothing(&place);

    let mut child = start();
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert!(!place.path("set").exists());
    let ran = export(&place, "webdataset", &["--render", "--end", "2023-01-03"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(tree(&place.path("set")).len(), 2);
    assert!(!place.path(".set.image-cache-export").exists());
}
