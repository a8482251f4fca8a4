//! Where the pictures of merged shards are: in one root, which is named or known, and nowhere else.

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

/// Brings the pictures of these shards to one folder, as rsync would.
fn bring(place: &Place, shards: impl IntoIterator<Item = u32>, to: &str) {
    for shard in shards {
        for (path, bytes) in tree(&place.path(&format!("node{shard}/pictures"))) {
            let to = place.path(to).join(path);
            fs::create_dir_all(to.parent().expect("a folder")).expect("made");
            fs::write(to, bytes).expect("written");
        }
    }
}

#[test]
fn pictures_of_other_roots_are_merged_once_they_are_in_one_that_is_named() {
    let (whole, place, from) = apart();
    let refused = merge(&place, &["image_cache.sqlite"], &from);
    refused.refuses(2, &["node0/pictures", "rsync -a node1/pictures/ node0/pictures/", "--root"]);
    let flags = ["--root", "image-cache", "image_cache.sqlite"];
    merge(&place, &flags, &from).refuses(1, &["root image-cache", "node0/shard.sqlite", "--root"]);
    assert!(!place.index().exists() && !place.root().exists());
    bring(&place, 0..3, "image-cache");
    let before: Vec<_> = (0..3).map(|shard| tree(&place.path(&format!("node{shard}")))).collect();
    // Once more, and nothing is to be done.
    for _ in 0..2 {
        let ran = merge(&place, &flags, &from);
        assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
        assert!(place.tree() == whole.tree());
        assert_same(&place.index(), &whole.index());
    }
    assert_eq!(place.run("verify", &[]).status, 0);
    for (shard, before) in before.iter().enumerate() {
        assert!(tree(&place.path(&format!("node{shard}"))) == *before, "no file of a shard is touched");
    }
}

#[test]
fn a_picture_that_is_not_what_its_row_says_is_no_ok_row() {
    let (whole, place, from) = apart();
    bring(&place, 0..3, "image-cache");
    let victims: Vec<PathBuf> = tree(&place.path("node0/pictures")).into_keys().take(2).collect();
    let damage = || {
        fs::write(place.root().join(&victims[0]), "somebody else's").expect("written");
        fs::remove_file(place.root().join(&victims[1])).expect("removed");
    };
    damage();
    let flags = ["--root", "image-cache", "image_cache.sqlite"];
    let ran = merge(&place, &flags, &from);
    assert_eq!((ran.status, place.count("corrupt")), (3, 2), "{}", ran.stderr);
    assert!(ran.stderr.contains("2 pictures are absent or not what their rows say"), "{}", ran.stderr);
    for victim in &victims {
        assert!(ran.stderr.contains(victim.to_str().expect("a path")), "{}", ran.stderr);
    }
    assert!(ran.stderr.contains("repair --index image_cache.sqlite"), "{}", ran.stderr);
    assert_eq!(fs::read(place.root().join(&victims[0])).expect("a file"), b"somebody else's");
    place.check_ok_rows();
    assert_eq!(place.run("repair", &[]).status, 0);
    assert_same(&place.index(), &whole.index());
    // Or the shard is mended, its pictures are brought again, and it is merged again.
    fs::remove_file(place.index()).expect("removed");
    damage();
    fs::write(place.path("node0/pictures").join(&victims[0]), "torn").expect("written");
    assert_eq!(merge(&place, &flags, &from).status, 3);
    assert_eq!(place.run("repair", &["--root", "node0/pictures", "--index", &from[0]]).status, 0);
    bring(&place, [0], "image-cache");
    assert_eq!(merge(&place, &flags, &from).status, 0);
    assert_same(&place.index(), &whole.index());
    assert!(place.tree() == whole.tree());
}

#[test]
fn an_index_of_some_shards_knows_where_its_pictures_are() {
    let (whole, place, from) = apart();
    // In the root of one shard: those of another are not there.
    assert_eq!(merge(&place, &["--partial", "left.sqlite"], &from[..1]).status, 0);
    merge(&place, &["left.sqlite"], &from[1..])
        .refuses(2, &["left.sqlite", "rsync -a node1/pictures/ node0/pictures/"]);
    let other = merge(&place, &["--root", "image-cache", "left.sqlite"], &from[1..]);
    other.refuses(1, &["left.sqlite: has its pictures in", "leave --root out", "a new index"]);
    // In a root that is named: the others go there as well, until all are in and after that.
    bring(&place, 0..1, "image-cache");
    let flags = ["--partial", "--root", "image-cache", "image_cache.sqlite"];
    assert_eq!(merge(&place, &flags, &from[..1]).status, 0);
    merge(&place, &["image_cache.sqlite"], &from[1..]).refuses(2, &["node1/pictures", "--root"]);
    bring(&place, 1..3, "image-cache");
    assert_eq!(merge(&place, &["--root", "image-cache", "image_cache.sqlite"], &from[1..]).status, 0);
    assert!(place.tree() == whole.tree());
    assert_same(&place.index(), &whole.index());
    place.check_ok_rows();
    merge(&place, &["--root", "new", "image_cache.sqlite"], &from).refuses(1, &["has its pictures in"]);
    assert!(!place.path("new").exists());
    // Whoever looks at it looks there, unless told otherwise.
    bring(&place, 0..3, "other");
    assert_eq!(merge(&place, &["--root", "other", "other.sqlite"], &from).status, 0);
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
    merge(&place, &["--partial", "far.sqlite"], &far).refuses(1, &["root far/pictures", "--root"]);
    assert_eq!(merge(&place, &["--partial", "--root", "node0/pictures", "far.sqlite"], &far).status, 0);
}
