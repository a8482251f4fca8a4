//! Two different specs never share a file name or an index key.

use proptest::prelude::*;

use crate::{
    Color, Gaps, Interval, KNOBS, Kind, LineDrawing, PRESETS, STYLES, Side, Spec, SpecOptions, Style,
    arbitrary::{cases, options, small_size},
    picture_path,
};

/// How many changes [`turn`] knows.
const TURNS: usize = KNOBS.len() + 4;

/// `a` with one knob as `b` has it, or with another change that a tag must tell.
fn turn(a: &SpecOptions, b: &SpecOptions, change: usize) -> SpecOptions {
    let mut c = a.clone();
    match KNOBS.get(change) {
        Some(knob) => knob.set(&mut c, &knob.text(b)).expect("the text of a knob"),
        None => match change - KNOBS.len() {
            0 => (c.volume, c.volume_share) = (b.volume, b.volume_share),
            1 => c.overlays.reverse(),
            2 => c.style.up = b.style.up,
            _ => c.style.name = format!("{}-{}", c.style.name, b.style.name),
        },
    }
    c
}

fn path(spec: &Spec) -> String {
    let interval = Interval::new("1h", 3_600_000).expect("valid");
    picture_path("BTCUSDT", &interval, 1_672_617_600_000, spec).expect("a path")
}

/// Everything that the index tells two pictures of one end apart by.
fn key(spec: &Spec) -> (u32, u32, u32, &str) {
    (spec.width(), spec.height(), spec.window(), spec.tag())
}

proptest! {
    #![proptest_config(cases(6000))]

    #[test]
    fn specs_that_differ_in_one_knob_have_different_paths_and_keys(
        a in options(small_size()), b in options(small_size()), change in 0..TURNS,
    ) {
        // What would contradict itself is no spec.
        let (a, c) = (Spec::new(a.clone()).expect("valid"), Spec::new(turn(&a, &b, change)));
        if let Ok(c) = c {
            prop_assert_eq!(a == c, a.hash() == c.hash());
            prop_assert_eq!(a == c, path(&a) == path(&c), "{} and {}", path(&a), path(&c));
            prop_assert_eq!(a == c, key(&a) == key(&c), "{:?} and {:?}", key(&a), key(&c));
        }
    }

    #[test]
    fn tags_of_random_specs_are_different_and_plain(a in options(small_size()), b in options(small_size())) {
        let same_size = SpecOptions { width: a.width, height: a.height, window: a.window, ..b };
        let (a, b) = (Spec::new(a).expect("valid"), Spec::new(same_size).expect("valid"));
        prop_assert_eq!(a == b, path(&a) == path(&b), "{} and {}", path(&a), path(&b));
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        prop_assert!(a.tag().chars().all(plain) && a.tag().len() <= 100, "{}", a.tag());
        // What a case-blind file system takes for one name is one.
        prop_assert_eq!(a == b, path(&a).to_lowercase() == path(&b).to_lowercase());
    }
}

#[test]
fn every_style_and_preset_has_a_tag_of_its_own() {
    let named = STYLES
        .iter()
        .map(|name| SpecOptions { style: Style::named(name).expect("built in"), ..SpecOptions::default() });
    let presets = PRESETS.iter().map(|name| SpecOptions::preset(name, None).expect("a preset"));
    let mut tags: Vec<String> =
        named.chain(presets).map(|options| Spec::new(options).expect("valid").tag().to_owned()).collect();
    let count = tags.len();
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), count);
}

#[test]
fn a_style_of_one_s_own_never_has_the_tag_of_a_built_in_one_with_words() {
    let own = |name: &str| {
        let style = Style { name: name.to_owned(), line: Color::rgb(1, 2, 3), ..Style::default() };
        Spec::new(SpecOptions { style, ..SpecOptions::default() }).expect("valid")
    };
    let built_in = SpecOptions {
        kind: Kind::Line,
        gaps: Gaps::Slot,
        lines: LineDrawing::Crisp,
        price_labels: Some(Side::Left),
        ..SpecOptions::default()
    };
    let built_in = Spec::new(built_in).expect("valid");
    assert_ne!(own(built_in.tag()).tag(), built_in.tag());
    assert_ne!(own("mike").tag(), Spec::default().tag());
}
