//! The command `styles`, and styles of the user's own.

use std::{collections::BTreeSet, fs};

use crate::common::{Place, hourly, ran, tree};

const MINE: &str = "[style.mine]\nbase = \"yahoo\"\nup = { body = \"#00ff00\" }\ngrid-dash = \"none\"\n";

fn with_file(place: &Place, text: &str) {
    fs::write(place.path("image-cache.toml"), text).expect("written");
}

#[test]
fn the_built_in_styles_are_listed_and_the_default_is_marked() {
    let ran = ran(&mut Place::new().command(&["styles"]));
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let names: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(names.len(), 18, "{}", ran.stdout);
    let marked: Vec<&&str> = names.iter().filter(|name| name.contains(' ')).collect();
    assert_eq!(marked, [&"mike (default)"]);
    assert!(names.contains(&"default") && names.contains(&"tradingview"));
}

#[test]
fn own_styles_are_listed_with_their_base_and_may_be_the_default() {
    let place = Place::new();
    with_file(&place, "style = \"mine\"\n[styles.mine]\nbase = \"sas\"\n[styles.plain]\n");
    let text = ran(&mut place.command(&["styles"])).stdout;
    assert!(
        text.ends_with("yahoo\nmine (default), your own, from sas\nplain, your own, from mike\n"),
        "{text}"
    );
    let lines = ran(&mut place.command(&["styles", "--format", "json"])).json();
    assert_eq!(lines.len(), 20);
    let mine = serde_json::json!({"type": "style", "name": "mine", "built_in": false, "base": "sas",
        "default": true, "preview": null});
    assert_eq!(lines[18], mine);
    assert_eq!(lines.iter().filter(|line| line["default"] == true).count(), 1);
}

#[test]
fn previews_are_one_picture_of_each_style_and_replace_older_ones() {
    let place = Place::new();
    with_file(&place, MINE);
    let args = ["styles", "--preview", "previews", "--size", "64x48", "--window", "30"];
    let first = ran(&mut place.command(&args));
    assert_eq!(first.status, 0, "{}", first.stderr);
    assert!(first.stdout.contains("Previews: previews/NAME.png"), "{}", first.stdout);
    let pictures = tree(&place.path("previews"));
    assert_eq!(pictures.len(), 19, "no temporary is left");
    // In mplfinance's catalogue as well, sas is another name of starsandstripes.
    // Each names its own input between header and pixels: a length, a type, 32 bytes, a checksum.
    let pixels = pictures.values().map(|bytes| bytes[33 + 44..].to_vec());
    assert_eq!(pixels.collect::<BTreeSet<_>>().len(), 18, "no other two look alike");
    for (path, bytes) in &pictures {
        assert!(bytes.starts_with(b"\x89PNG"), "{}", path.display());
        assert_eq!((&bytes[16..20], &bytes[20..24]), (&[0, 0, 0, 64][..], &[0, 0, 0, 48][..]));
    }
    fs::write(place.path("previews/mike.png"), "an older one").expect("written");
    let json = ran(&mut place.command(&[&args[..], &["--format", "json"]].concat())).json();
    assert_eq!(json[10]["preview"], "previews/mike.png");
    assert!(tree(&place.path("previews")) == pictures);
}

#[test]
fn a_style_in_which_up_and_down_look_alike_is_told_by_all_that_draw_with_it() {
    let place = hourly(12);
    with_file(&place, "[style.mine]\nbase = \"yahoo\"\ndown = { body = \"#00b060\", edge = \"#00b060\" }\n");
    let told = "note: style mine: rising and falling candles look alike";
    for args in [&["styles"][..], &["render", "--style", "mine"], &["plan", "--style", "mine"]] {
        let ran = ran(&mut place.command(args));
        assert!(ran.status == 0 && ran.stderr.contains(told), "{args:?}: {}", ran.stderr);
    }
    for args in [&["render", "--style", "yahoo"][..], &["plan", "--preset", "price-trends"]] {
        let ran = ran(&mut place.command(args));
        assert!(!ran.stderr.contains("look alike"), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn a_preview_that_cannot_be_written_is_named() {
    let place = Place::new();
    fs::write(place.path("file"), "").expect("written");
    ran(&mut place.command(&["styles", "--preview", "file"]))
        .refuses(1, &["file/binance.png", "cannot be written"]);
}

#[test]
fn a_style_of_ones_own_is_rendered_under_a_name_with_its_hash() {
    let place = hourly(12);
    with_file(&place, MINE);
    place.render_well(&["--style", "mine"]);
    assert_eq!(place.check_ok_rows(), 3);
    let name = place.tree().pop_first().expect("a picture").0.to_string_lossy().into_owned();
    let hash = name.strip_suffix(".png").and_then(|name| name.split("_v1_mine-").nth(1)).expect(&name);
    assert!(hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
    let json: String =
        place.open_index().query_row("SELECT spec_json FROM specs", [], |row| row.get(0)).expect("a spec");
    assert!(json.contains("\"name\":\"mine\"") && json.contains("#00ff00"), "{json}");
}

#[test]
fn two_styles_of_one_name_never_share_a_picture_or_a_row() {
    let place = hourly(12);
    fs::write(place.path("a.toml"), "style = \"mine\"\n[styles.mine]\npanel = \"#010203\"").expect("written");
    fs::write(place.path("b.toml"), "style = \"mine\"\n[styles.mine]\npanel = \"#010204\"").expect("written");
    place.render_well(&["--config", "a.toml"]);
    let (rows, files) = (place.rows(), place.tree());
    place.render_well(&["--config", "b.toml"]);
    assert_eq!((place.rows().len(), place.tree().len()), (2 * rows.len(), 2 * files.len()));
    assert!(rows.iter().all(|row| place.rows().contains(row)));
    assert!(files.iter().all(|(path, bytes)| place.tree().get(path) == Some(bytes)));
    assert_eq!(place.check_ok_rows(), 6);
}

#[test]
fn tables_may_stand_under_either_name_and_flags_choose_among_all() {
    let place = hourly(12);
    with_file(&place, "[style.a]\n[styles.b]\nbase = \"sas\"\n");
    for style in ["a", "b", "sas"] {
        place.render_well(&["--style", style]);
    }
    place.render(&["--style", "ab"]).refuses(2, &["--style", "\"a\"", "\"b\""]);
}

#[test]
fn what_is_wrong_with_a_style_is_told_with_file_and_line_even_if_it_is_not_used() {
    let cases = [
        ("[style.mine]\nbase = \"yaho\"", "line 2", "did you mean \"yahoo\"?"),
        ("[style.mine]\n\ncolour = \"#000000\"", "line 3", "overlay-colors"),
        ("[style.mine]\ngrid_alpha = 3", "line 2", "grid-alpha"),
        ("[style.mine]\npanel = \"red\"", "line 2", "#rrggbb"),
        ("[style.mine]\npanel = 3", "line 2", "expected a string"),
        ("[style.mine]\nup = { bodi = \"#000000\" }", "line 2", "`body`"),
        ("[style.mine.up]\nbody = \"#00000\"", "line 2", "#rrggbb"),
        ("[style.mine]\nbase = \"sas\"\ncandle-alpha = 101", "line 3", "candle-alpha 101 is above 100"),
        ("[style.mine]\nframe-width = 0", "line 2", "frame-width 0 is outside"),
        ("[style.mine]\ngrid-dash = \"wavy\"", "line 2", "dotted"),
        ("[style.mine]\noverlay-colors = []", "line 2", "1 to 20"),
        ("\n[style.yahoo]", "line 2", "built-in"),
        ("[style.\"../x\"]", "line 1", "style name"),
        ("[style]\nmine = 3", "line 2", "a table of colours"),
        ("[style.a]\n[styles.a]", "line 2", "two styles"),
        ("style = \"mine\"\n[style.mine]", "line 2", "[styles.NAME]"),
        ("style = \"mine\"\nstyle.mine.base = \"sas\"", "line 2", "[styles.NAME]"),
    ];
    let place = hourly(12);
    for (text, line, word) in cases {
        with_file(&place, text);
        place.render(&[]).refuses(2, &["image-cache.toml", line, word]);
        ran(&mut place.command(&["styles"])).refuses(2, &["image-cache.toml", line, word]);
    }
    assert!(!place.root().exists() && !place.index().exists());
}
