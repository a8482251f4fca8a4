//! Pictures of shards on their way to one root, or left where they are.

use std::{fs, path::PathBuf};

use crate::common::{Place, assert_same, merge, tree, varied};

/// Three shards, each with a root of its own, and the index and root of one run in `whole`.
fn apart() -> (Place, Place, Vec<String>) {
    let whole = varied();
    assert_eq!(whole.render(&[]).status, 1);
    let place = Place::new();
    fs::copy(whole.db(), place.db()).expect("copied");
    for shard in 0..3 {
        let (root, index) = (format!("node{shard}/pictures"), format!("node{shard}/shard.sqlite"));
        place.render(&["--shard", &format!("{shard}/3"), "--root", &root, "--index", &index]);
    }
    let from = (0..3).map(|shard| format!("node{shard}/shard.sqlite")).collect();
    (whole, place, from)
}

#[test]
fn pictures_of_other_roots_are_linked_moved_or_copied_and_verified() {
    let (whole, place, from) = apart();
    let refused = merge(&place, &["image_cache.sqlite"], &from);
    refused.refuses(2, &["node0/pictures", "--pictures link, move, copy or leave"]);
    assert!(!place.index().exists());
    for how in ["link", "copy", "move"] {
        let (root, index) = (format!("{how}-root"), format!("{how}.sqlite"));
        // A whole folder may have gone to another place meanwhile.
        if how == "copy" {
            fs::create_dir(place.path("farm")).expect("made");
            for shard in 0..3 {
                fs::rename(place.path(&format!("node{shard}")), place.path(&format!("farm/node{shard}")))
                    .expect("moved");
            }
        }
        let from: Vec<String> = if how == "link" {
            from.clone()
        } else {
            from.iter().map(|name| format!("farm/{name}")).collect()
        };
        let flags = ["--pictures", how, "--root", &root, &index];
        let ran = merge(&place, &flags, &from);
        assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
        assert!(tree(&place.path(&root)) == tree(&whole.root()));
        assert_same(&place.path(&index), &whole.index());
        let left: usize =
            (0..3).map(|shard| tree(&place.path(&format!("farm/node{shard}/pictures"))).len()).sum();
        if how == "copy" {
            assert_eq!(left, tree(&whole.root()).len());
        } else if how == "move" {
            assert_eq!(left, 0);
        }
        // Again, and nothing is to be done, even where the pictures are gone.
        assert_eq!(merge(&place, &flags, &from).status, 0);
        assert!(tree(&place.path(&root)) == tree(&whole.root()));
        assert_same(&place.path(&index), &whole.index());
    }
}

#[test]
fn a_picture_that_is_not_what_its_row_says_is_no_ok_row() {
    let (whole, place, from) = apart();
    let victims: Vec<PathBuf> = tree(&place.path("node0/pictures")).into_keys().take(2).collect();
    fs::write(place.path("node0/pictures").join(&victims[0]), "torn").expect("written");
    fs::remove_file(place.path("node0/pictures").join(&victims[1])).expect("removed");
    let flags = ["--pictures", "copy", "image_cache.sqlite"];
    let ran = merge(&place, &flags, &from);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("2 pictures are absent or not what their rows say"), "{}", ran.stderr);
    assert_eq!((place.count("corrupt"), place.tree().len()), (2, tree(&whole.root()).len() - 2));
    place.check_ok_rows();
    assert_eq!(place.run("repair", &[]).status, 0);
    assert_same(&place.index(), &whole.index());
    // Or the shard is mended, and merged again.
    fs::remove_file(place.index()).expect("removed");
    fs::remove_dir_all(place.root()).expect("removed");
    assert_eq!(merge(&place, &flags, &from).status, 3);
    assert_eq!(place.run("repair", &["--root", "node0/pictures", "--index", &from[0]]).status, 0);
    assert_eq!(merge(&place, &flags, &from).status, 0);
    assert_same(&place.index(), &whole.index());
    assert!(place.tree() == whole.tree());
}

#[test]
fn a_move_takes_only_pictures_away_that_are_the_recorded_ones() {
    let (_, place, from) = apart();
    let flags = |how| ["--pictures", how, "image_cache.sqlite"];
    assert_eq!(merge(&place, &flags("copy"), &from).status, 0);
    let root = place.path("node0/pictures");
    let other = tree(&root).into_keys().next().expect("a picture");
    fs::write(root.join(&other), "a picture of somebody else").expect("written");
    assert_eq!(merge(&place, &flags("move"), &from).status, 0);
    assert_eq!(tree(&root).into_keys().collect::<Vec<_>>(), [other]);
    place.check_ok_rows();
}

#[test]
fn left_pictures_are_left_where_they_are() {
    let (whole, place, from) = apart();
    let flags = ["--pictures", "leave", "image_cache.sqlite"];
    let refused = merge(&place, &flags, &from);
    refused.refuses(1, &["root image-cache", "node0/shard.sqlite", "--from-root"]);
    assert!(!place.index().exists());
    // Brought by hand, as another program may.
    for shard in 0..3 {
        for (path, bytes) in tree(&place.path(&format!("node{shard}/pictures"))) {
            let to = place.root().join(path);
            fs::create_dir_all(to.parent().expect("a folder")).expect("made");
            fs::write(to, bytes).expect("written");
        }
    }
    let ran = merge(&place, &flags, &from);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_same(&place.index(), &whole.index());
    assert_eq!(place.run("verify", &[]).status, 0);
    // What is not there any more, or is not whole, is not said to be.
    let victims: Vec<PathBuf> = place.tree().into_keys().take(2).collect();
    fs::write(place.root().join(&victims[0]), "torn").expect("written");
    fs::remove_file(place.root().join(&victims[1])).expect("removed");
    fs::remove_file(place.index()).expect("removed");
    let ran = merge(&place, &flags, &from);
    assert_eq!((ran.status, place.count("corrupt")), (3, 2));
    for victim in &victims {
        assert!(ran.stderr.contains(victim.to_str().expect("a path")), "{}", ran.stderr);
    }
    assert!(ran.stderr.contains("repair --index image_cache.sqlite"), "{}", ran.stderr);
    place.check_ok_rows();
    let one = place.run("merge", &["--from-root", "a", "--from-root", "b", "new.sqlite", &from[0]]);
    one.refuses(2, &["--from-root is given 2 times"]);
}

#[test]
fn an_index_of_some_shards_knows_where_its_pictures_are() {
    let (whole, place, from) = apart();
    // Left in one root: those of another are not there.
    assert_eq!(merge(&place, &["--partial", "left.sqlite"], &from[..1]).status, 0);
    merge(&place, &["left.sqlite"], &from[1..]).refuses(2, &["node0/pictures", "--pictures link"]);
    let other = merge(&place, &["--root", "image-cache", "--pictures", "copy", "left.sqlite"], &from[1..]);
    other.refuses(1, &["left.sqlite: has its pictures in", "leave --root out", "a new index"]);
    // Brought to one root: the others go there as well, until all are in and after that.
    let flags = ["--partial", "--root", "image-cache", "--pictures", "copy", "image_cache.sqlite"];
    assert_eq!(merge(&place, &flags, &from[..1]).status, 0);
    merge(&place, &["image_cache.sqlite"], &from[1..]).refuses(2, &["--pictures link"]);
    assert_eq!(merge(&place, &["--pictures", "copy", "image_cache.sqlite"], &from[1..]).status, 0);
    assert!(place.tree() == whole.tree());
    assert_same(&place.index(), &whole.index());
    place.check_ok_rows();
    merge(&place, &["--root", "new", "--pictures", "copy", "image_cache.sqlite"], &from)
        .refuses(1, &["has its pictures in"]);
    assert!(!place.path("new").exists());
    // Whoever looks at it looks there, unless told otherwise.
    assert_eq!(merge(&place, &["--root", "other", "--pictures", "copy", "other.sqlite"], &from).status, 0);
    for index in ["other.sqlite", &from[2]] {
        for command in [&["verify"][..], &["repair"], &["verify", "--no-record"]] {
            let ran = place.run(command[0], &[&command[1..], &["--index", index]].concat());
            assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
        }
        let root = place.run("status", &["--index", index, "--format", "json"]).summary()["root"].clone();
        assert_eq!(root, if index == "other.sqlite" { "other" } else { "node2/pictures" });
    }
    let elsewhere = place.run("verify", &["--no-record", "--index", &from[2], "--root", "node1/pictures"]);
    assert!(
        elsewhere.status == 3 && elsewhere.stderr.contains("says that its pictures are in node2/pictures")
    );
    fs::rename(place.path("other"), place.path("moved")).expect("moved");
    for command in ["verify", "repair"] {
        place.run(command, &["--index", "other.sqlite"]).refuses(1, &["other", "is not there", "--root"]);
    }
    assert_eq!(place.run("verify", &["--index", "other.sqlite", "--root", "moved"]).status, 0);
    // Indexes alone say nothing of pictures that are elsewhere.
    fs::create_dir(place.path("far")).expect("made");
    fs::copy(place.path(&from[0]), place.path("far/shard.sqlite")).expect("copied");
    let far = ["far/shard.sqlite".to_owned()];
    merge(&place, &["--partial", "far.sqlite"], &far).refuses(1, &["root far/pictures", "--from-root"]);
    assert_eq!(merge(&place, &["--partial", "--from-root", "node0/pictures", "far.sqlite"], &far).status, 0);
}

#[test]
fn files_of_others_in_the_merged_root_are_not_replaced() {
    let (whole, place, from) = apart();
    let names: Vec<PathBuf> = tree(&place.path("node0/pictures")).into_keys().take(2).collect();
    let picture = whole.tree().into_values().last().expect("a picture");
    let others = [b"somebody else's".to_vec(), picture];
    for (name, bytes) in names.iter().zip(&others) {
        let to = place.root().join(name);
        fs::create_dir_all(to.parent().expect("a folder")).expect("made");
        fs::write(to, bytes).expect("written");
    }
    for how in ["copy", "move"] {
        let ran = merge(&place, &["--pictures", how, "image_cache.sqlite"], &from);
        assert_eq!((ran.status, place.count("corrupt")), (3, 2));
        assert!(ran.stderr.contains("move that away"), "{}", ran.stderr);
        for (name, bytes) in names.iter().zip(&others) {
            assert!(ran.stderr.contains(name.to_str().expect("a path")), "{}", ran.stderr);
            assert!(fs::read(place.root().join(name)).expect("a file") == *bytes);
        }
        place.check_ok_rows();
    }
    assert!(place.path("node0/pictures").join(&names[0]).exists(), "what was not brought is not taken away");
    for name in &names {
        fs::remove_file(place.root().join(name)).expect("moved away");
    }
    assert_eq!(merge(&place, &["--pictures", "move", "image_cache.sqlite"], &from).status, 0);
    assert_same(&place.index(), &whole.index());
    assert!(place.tree() == whole.tree());
}
