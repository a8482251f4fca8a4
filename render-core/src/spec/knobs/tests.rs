//! What holds for every entry of the table.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{KNOBS, Knob};
use crate::{Error, Overlay, PriceRange, STYLES, Spec, SpecError, SpecOptions, Style, Takes};

/// Texts of a knob that it must take, its default among them.
fn texts(knob: &Knob) -> Vec<String> {
    let mut texts = match knob.takes {
        Takes::YesNo => vec!["true".to_owned(), "false".to_owned()],
        Takes::Number { least, most, .. } => vec![least.to_string(), most.to_string()],
        Takes::OneOf { names } => names.iter().map(|&name| name.to_owned()).collect(),
        Takes::Style => STYLES.iter().map(|&name| name.to_owned()).collect(),
        Takes::Text { examples } => examples.iter().map(|&text| text.to_owned()).collect(),
        Takes::List { most, examples, .. } => {
            vec![examples[..most.min(examples.len())].join(" "), examples[0].to_owned()]
        }
    };
    texts.push(knob.default());
    texts
}

fn spec(texts: &[(&str, &str)]) -> Result<Spec, SpecError> {
    let texts = texts.iter().map(|&(name, text)| (name.to_owned(), text.to_owned()));
    Spec::from_texts(&texts.collect::<BTreeMap<_, _>>())
}

#[test]
fn the_default_of_every_knob_set_by_text_gives_the_default_spec() {
    for knob in KNOBS {
        assert_eq!(spec(&[(knob.name, &knob.default())]), Ok(Spec::default()), "{}", knob.name);
    }
}

#[test]
fn every_text_that_a_knob_names_is_taken_and_written_as_it_was_read() {
    for knob in KNOBS {
        for text in texts(knob) {
            let mut options = SpecOptions::default();
            knob.set(&mut options, &text).unwrap_or_else(|error| panic!("{} {text}: {error}", knob.name));
            let written = knob.text(&options);
            let mut again = SpecOptions::default();
            assert_eq!(knob.set(&mut again, &written), Ok(()));
            assert_eq!((again, knob.text(&options)), (options, written), "{}", knob.name);
        }
    }
}

#[test]
fn lists_say_of_each_example_how_many_colours_it_takes_and_which_words() {
    for knob in KNOBS {
        let Takes::List { examples, colors, words, .. } = knob.takes else { continue };
        let takes = |text: &str| knob.set(&mut SpecOptions::default(), text).is_ok();
        assert!(colors.is_empty() || colors.len() == examples.len(), "{}", knob.name);
        for (example, count) in examples.iter().zip(colors).filter(|(example, _)| !example.contains('#')) {
            for more in 0..=1 {
                let colors = vec!["#ff9800"; usize::from(*count) + more].join(",");
                assert_eq!(takes(&format!("{example}:{colors}:2")), more == 0, "{example} {colors}");
            }
        }
        for (group, words) in words.iter().enumerate() {
            for (at, word) in words.split(' ').enumerate() {
                assert!(takes(&format!("x:{word}")), "{word}");
                let mut options = SpecOptions::default();
                knob.set(&mut options, &format!("x:{word}")).expect("a word");
                // A side has no usual one.
                let is_usual = at == 0 && group < 2;
                assert_eq!(knob.text(&options) == "x", is_usual, "{word}");
            }
        }
    }
}

#[test]
fn numbers_names_and_counts_outside_of_what_a_knob_takes_are_refused_with_its_name() {
    let refused = |knob: &Knob, text: &str| {
        let error = knob.set(&mut SpecOptions::default(), text).expect_err(text);
        assert_eq!(error.knob(), Some(knob.name));
        error.to_string()
    };
    for knob in KNOBS {
        match knob.takes {
            Takes::YesNo => assert!(refused(knob, "perhaps").contains("boolean")),
            Takes::Number { least, most, .. } => {
                let range = format!("{least} to {most}");
                for text in [(i64::from(least) - 1).to_string(), (most + 1).to_string()] {
                    assert!(refused(knob, &text).contains(&range));
                }
                for text in ["", "x", "1.5", "99999999999999999999", "Auto"] {
                    assert!(refused(knob, text).contains(&range));
                }
            }
            Takes::OneOf { names } => assert!(refused(knob, "no such").contains(&names.join(", "))),
            Takes::Style => assert!(refused(knob, "yaho").contains("yahoo")),
            Takes::Text { .. } => drop(refused(knob, "no such")),
            Takes::List { most, examples, .. } => {
                let many = vec![examples[0]; most + 1].join(" ");
                assert!(refused(knob, &many).contains(&format!("more than {most}")));
            }
        }
        let auto = knob.set(&mut SpecOptions::default(), "auto");
        assert_eq!(auto.is_ok(), knob.auto.is_some(), "{}", knob.name);
    }
    assert!(refused(Knob::named("padding").expect("a knob"), "46").ends_with(", or auto"));
}

#[test]
fn specs_are_held_to_the_ranges_of_their_knobs() {
    let usual = SpecOptions::default;
    for (knob, options) in [
        ("size", SpecOptions { width: 7, ..usual() }),
        ("size", SpecOptions { height: 8193, ..usual() }),
        ("window", SpecOptions { window: 1, ..usual() }),
        ("style", SpecOptions { style: Style { name: "_".to_owned(), ..Style::default() }, ..usual() }),
        ("range", SpecOptions { range: PriceRange::Fixed { low: 2.0, high: 1.0 }, ..usual() }),
        ("padding", SpecOptions { padding: Some(46), ..usual() }),
        ("overlay", SpecOptions { overlays: vec![Overlay::Sma { period: 5 }.into(); 9], ..usual() }),
        ("price-decimals", SpecOptions { price_decimals: Some(13), ..usual() }),
        ("right-margin", SpecOptions { right_margin: 101, ..usual() }),
        ("labels", SpecOptions { labels: 24, ..usual() }),
        ("labels", SpecOptions { labels: 401, ..usual() }),
        ("utc-offset", SpecOptions { utc_offset: i16::MIN, ..usual() }),
        ("utc-offset", SpecOptions { utc_offset: 1081, ..usual() }),
        ("volume-share", SpecOptions { volume_share: Some(4), ..usual() }),
        ("volume-share", SpecOptions { volume_share: Some(91), ..usual() }),
    ] {
        assert_eq!(Spec::new(options).expect_err(knob).knob(), Some(knob));
    }
}

#[test]
fn every_field_of_a_spec_is_set_by_one_knob() {
    let json: Map<String, Value> = serde_json::from_str(Spec::default().to_json()).expect("an object");
    let fields: Vec<&str> = KNOBS.iter().flat_map(|knob| knob.fields).copied().collect();
    assert_eq!(fields.iter().collect::<BTreeSet<_>>().len(), fields.len());
    assert!(json.keys().all(|field| fields.contains(&field.as_str())));
    // And none but those.
    for knob in KNOBS {
        for text in texts(knob) {
            let mut options = SpecOptions::default();
            knob.set(&mut options, &text).expect("a text that it takes");
            let Ok(Value::Object(mut changed)) = serde_json::to_value(options) else { panic!("no object") };
            changed.retain(|field, value| json.get(field) != Some(value));
            assert!(changed.keys().all(|field| knob.fields.contains(&field.as_str())), "{}", knob.name);
        }
    }
}

#[test]
fn a_contradiction_names_both_knobs_and_is_mended_as_the_table_says() {
    let cases = [
        [("range", "0..5"), ("scale", "log")],
        [("range", "100%"), ("scale", "log")],
        [("fit", "overlays"), ("range", "5%")],
        [("title-ohlc", "true"), ("axes", "off")],
        [("axis-titles", "true"), ("axes", "off")],
        [("title", "true"), ("axes", "off")],
        [("title", "true"), ("axes", "bare")],
        [("last-price", "true"), ("axes", "bare")],
        [("volume-share", "30"), ("no-volume", "true")],
        [("baseline", "27000.0"), ("kind", "line")],
        [("overlay", "volume-sma:20"), ("no-volume", "true")],
        [("panel-heights", "price:3"), ("volume-share", "30")],
    ];
    for [(name, text), (other, denying)] in cases {
        let knob = Knob::named(name).expect(name);
        let need = knob.needs.expect(name);
        let expected = SpecError::Contradiction {
            knob: knob.name,
            other: need.other,
            needs: need.what,
            mend: need.mend,
        };
        assert_eq!(need.other, other);
        assert_eq!(spec(&[(name, text), (other, denying)]), Err(expected));
        assert!(spec(&[(name, text), (other, need.mend)]).is_ok(), "{name} and {other} {}", need.mend);
    }
    for knob in KNOBS.iter().filter(|knob| knob.needs.is_some()) {
        assert!(cases.iter().any(|[(name, _), _]| *name == knob.name), "{} is not tested", knob.name);
    }
}

#[test]
fn what_needs_another_knob_gives_way_to_a_higher_rank_alone() {
    let settled = |title: u8, axes: u8| {
        let given = |knob: &Knob| match knob.name {
            "title" => Some((title, "true")),
            "axes" => Some((axes, "off")),
            _ => None,
        };
        Spec::settle(None, given, Style::named).map(|spec| spec.options().title)
    };
    assert_eq!(settled(1, 2), Ok(false));
    assert!(settled(1, 1).is_err() && settled(2, 1).is_err());
    // A preset has the lowest rank.
    let tag = |texts: &[(&str, &str)]| spec(texts).map(|spec| spec.tag().to_owned());
    assert_eq!(
        tag(&[("preset", "vlm"), ("axes", "bare")]).as_deref(),
        Ok("mike-fitoverlays-bare-labels235-margin6")
    );
    assert_eq!(spec(&[("preset", "cnn"), ("title", "true")]).expect_err("bare axes").knob(), Some("title"));
}

#[test]
fn an_unknown_knob_preset_or_style_is_told_with_what_resembles_it() {
    for (name, text, hint) in
        [("price_labels", "left", "price-labels"), ("preset", "cn", "cnn"), ("style", "yaho", "yahoo")]
    {
        let error = spec(&[(name, text)]).expect_err(name).to_string();
        assert!(error.contains("did you mean") && error.contains(&format!("{hint:?}")), "{error}");
    }
    let none = |_: &str| Err(Error::EndTime(0));
    let given = |knob: &Knob| (knob.name == "style").then_some(((), "mike"));
    assert_eq!(Spec::settle(None, given, none).expect_err("no styles").knob(), Some("style"));
}

#[test]
fn no_two_knobs_or_values_share_a_name_or_a_word() {
    let names: BTreeSet<&str> = KNOBS.iter().map(|knob| knob.name).collect();
    assert_eq!(names.len(), KNOBS.len());
    let mut words = BTreeSet::new();
    for knob in KNOBS {
        let told: BTreeSet<String> = texts(knob).into_iter().filter(|text| *text != knob.default()).collect();
        for word in told.iter().map(|text| (knob.word)(knob, text)).filter(|word| !word.is_empty()) {
            assert!(
                !word.contains('-') || matches!(knob.takes, Takes::List { .. } | Takes::Text { .. }),
                "{word}"
            );
            assert!(words.insert(word.clone()), "{word} stands for two things");
        }
    }
}
