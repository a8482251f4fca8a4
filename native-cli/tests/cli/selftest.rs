//! The command `selftest`.

use crate::common::{Place, ran, tree};

#[test]
fn the_built_in_pictures_are_the_same_here_and_nothing_is_written() {
    let place = Place::new();
    let text = ran(&mut place.command(&["selftest"]));
    assert_eq!((text.status, text.stderr.as_str()), (0, ""), "{}", text.stdout);
    assert!(text.stdout.contains(" built-in pictures are the same, files and pixels: this machine"));
    assert!(tree(&place.path("")).is_empty());
}

#[test]
fn as_json_each_picture_has_a_line_with_its_hashes() {
    let lines = ran(&mut Place::new().command(&["selftest", "--format", "json"])).json();
    let (summary, pictures) = lines.split_last().expect("lines");
    assert!(pictures.len() > 30, "{} pictures", pictures.len());
    for line in pictures {
        assert_eq!((line["type"].as_str(), &line["same"]), (Some("picture"), &true.into()), "{line}");
        assert_eq!(line["sha256"], line["expected_sha256"]);
        assert_eq!(line["pixel_sha256"], line["expected_pixel_sha256"]);
    }
    assert_eq!(summary["type"], "summary");
    assert_eq!((&summary["pictures"], &summary["same"]), (&pictures.len().into(), &pictures.len().into()));
}

#[test]
fn what_it_does_not_know_is_wrong_usage() {
    assert_eq!(ran(&mut Place::new().command(&["selftest", "--size", "64"])).status, 2);
}
