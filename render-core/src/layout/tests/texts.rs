//! What is written in a picture: labels, tags, titles, legends.

use super::*;

#[test]
fn the_last_price_is_the_source_s_close_with_all_its_digits_in_every_kind_and_scale() {
    for (closes, expected) in [
        ([27_000.0, 28_500.0, 27_800.0, 27_556.35], "27556.35"),
        ([1.1, 1.9, 1.5, 1.234_567], "1.234567"),
        ([5.0, 6.0, 7.0, 6.0], "6"),
    ] {
        for kind in Kind::ALL {
            for scale in PriceScale::ALL {
                let change = |options: &mut SpecOptions| {
                    (options.last_price, options.kind, options.scale) = (true, kind, scale);
                };
                let scene = scene(&candles(&closes), change);
                assert!(has(&scene, expected), "{expected} {kind:?} {scale:?}: {:?}", labels(&scene));
            }
        }
    }
}

#[test]
fn prices_are_grouped_or_rounded_by_choice_alone() {
    let candles = candles(&[27_000.0, 28_500.0, 27_800.0, 27_556.35]);
    for (grouping, decimals, expected, tick) in [
        (Grouping::Comma, None, "27,556.35", "28,000"),
        (Grouping::Space, Some(1), "27 556.3", "28 000"),
        (Grouping::None, Some(0), "27556", "28000"),
    ] {
        let scene = scene(&candles, |options| {
            (options.last_price, options.grouping, options.price_decimals) = (true, grouping, decimals);
        });
        assert!(has(&scene, expected) && has(&scene, tick), "{expected}: {:?}", labels(&scene));
    }
}

#[test]
fn the_tag_has_the_colour_of_the_candle_and_text_that_can_be_read_on_it() {
    let closes = [100.0, 110.0, 104.0];
    for &name in STYLES {
        let style = Style::named(name).expect("built in");
        for (last, rises) in [(105.0, true), (103.0, false), (104.0, false)] {
            let candles = candles(&[&closes[..], &[last]].concat());
            for kind in [Kind::Candle, Kind::HeikinAshi] {
                let scene = scene(&candles, |options| {
                    (options.last_price, options.kind, options.style) = (true, kind, style.clone());
                    options.price_labels = Some(Side::Right);
                });
                let (tag, ink) = tag(&scene);
                // A mean candle has a direction of its own.
                let usual = kind == Kind::Candle;
                assert!(
                    tag == style.narrow(rises) || (!usual && tag == style.narrow(!rises)),
                    "{name} {kind:?}"
                );
                assert!(contrast(tag, ink) >= 4.5, "{name}");
            }
        }
    }
}

/// The colours of the last price's tag and of the text on it, which come last.
fn tag(scene: &Scene) -> (Color, Color) {
    let at = scene.shapes.iter().rposition(|shape| match shape {
        Shape::Fill { rect, .. } => rect.x > scene.width / 2 && rect.h > 8,
        _ => false,
    });
    match &scene.shapes[at.expect("a tag")..][..2] {
        [Shape::Fill { color: tag, .. }, Shape::Text { color: ink, .. }] => (*tag, *ink),
        shapes => panic!("no tag: {shapes:?}"),
    }
}

#[test]
fn a_flat_candle_has_the_colour_of_falling_ones_in_all_kinds() {
    let candles = candles(&[100.0, 90.0, 95.0, 95.0]);
    for (kind, name) in
        [Kind::Candle, Kind::Hollow, Kind::Ohlc].into_iter().zip(["yahoo", "classic", "binancedark"])
    {
        let style = Style::named(name).expect("built in");
        let scene = scene(&candles, |options| {
            (options.last_price, options.kind, options.style) = (true, kind, style.clone());
        });
        assert_eq!(tag(&scene).0, style.narrow(false), "{kind:?}");
        let flat = scene.shapes.iter().rev().find_map(|shape| match shape {
            Shape::Fill { rect, color }
                if rect.h == 1 && rect.right() > 200 && (20..100).contains(&rect.w) =>
            {
                Some(*color)
            }
            _ => None,
        });
        assert_eq!(flat, Some(style.narrow(false)), "{kind:?}");
    }
}

#[test]
fn guides_are_labelled_and_volume_begins_at_0() {
    let closes: Vec<f64> = (0..40).map(|at| 100.0 + f64::from(at * at % 17)).collect();
    let scene = scene(&candles(&closes), |options| {
        (options.width, options.height) = (600, 600);
        options.indicators =
            vec!["rsi:5".parse().expect("valid"), "stochastic:5,3,3".parse().expect("valid")];
    });
    for label in ["30", "70", "20", "80", "0"] {
        assert!(has(&scene, label), "{label}: {:?}", labels(&scene));
    }
}

#[test]
fn legends_are_shortened_before_they_go_and_stand_above_the_panel() {
    let closes: Vec<f64> = (0..40).map(|at| 100.0 + f64::from(at * at % 17)).collect();
    let candles = candles(&closes);
    let said = |width: u32| {
        let scene = scene(&candles, |options| {
            (options.width, options.height) = (width, 400);
            options.indicators = vec!["stochastic:5,3,3".parse().expect("valid")];
        });
        labels(&scene).iter().map(|(_, text)| (*text).to_owned()).collect::<Vec<_>>()
    };
    let has = |width: u32, text: &str| said(width).iter().any(|said| said == text);
    assert!(has(600, "STOCHASTIC 5,3,3"), "{:?}", said(600));
    assert!(said(600).iter().filter(|text| text.starts_with("  ")).count() == 2, "{:?}", said(600));
    assert!(has(240, "STOCHASTIC 5,3,3") || has(240, "STOCH 5,3,3"), "{:?}", said(240));
    assert!(said(110).iter().any(|text| text.starts_with("STO")), "{:?}", said(110));
}

#[test]
fn the_title_tells_the_last_candle_as_the_source_has_it() {
    let mut candles = candles(&[100.0, 110.0, 104.0, 105.25]);
    candles[3].high = 107.5;
    for kind in [Kind::Candle, Kind::HeikinAshi] {
        let scene = scene(&candles, |options| {
            (options.title, options.title_ohlc, options.width, options.kind) = (true, true, 640, kind);
        });
        assert!(has(&scene, "O 104  H 107.5  L 104  C 105.25"), "{:?}", labels(&scene));
    }
    let narrow =
        scene(&candles, |options| (options.title, options.title_ohlc, options.width) = (true, true, 120));
    assert!(has(&narrow, "C 105.25"), "{:?}", labels(&narrow));
}

#[test]
fn axes_have_titles_by_choice() {
    let candles = candles(&[100.0, 110.0, 104.0, 105.0]);
    let scene = scene(&candles, |options| {
        (options.axis_titles, options.utc_offset, options.width) = (true, 330, 640);
    });
    assert!(["Price", "Volume", "UTC+05:30"].iter().all(|title| has(&scene, title)), "{:?}", labels(&scene));
}

#[test]
fn digits_are_nine_pixels_high_or_more_from_224_pixels_on() {
    let candles = candles(&[27_000.0, 28_500.0, 27_800.0, 27_556.35]);
    for (width, height) in [(224, 224), (320, 240), (500, 224), (1280, 720)] {
        let scene = scene(&candles, |options| (options.width, options.height) = (width, height));
        let caps = scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Text { cap, .. } => Some(*cap),
            _ => None,
        });
        assert!(caps.min().is_some_and(|cap| cap >= 9), "{width}x{height}");
    }
}

#[test]
fn price_labels_stand_about_every_60_pixels() {
    let closes: Vec<f64> = (0..100).map(|at| 27_000.0 + f64::from(at * at % 1700)).collect();
    let candles = candles(&closes);
    for scale in [PriceScale::Linear, PriceScale::Log] {
        let scene = scene(&candles, |options| {
            (options.width, options.height, options.volume, options.scale) = (1024, 1024, false, scale);
        });
        let count = labels(&scene).iter().filter(|(x, text)| *x > 900 && text.parse::<f64>().is_ok()).count();
        assert!((9..=24).contains(&count), "{count} labels {scale:?}");
    }
}

#[test]
fn a_label_gives_way_to_the_tag_of_the_last_price() {
    let candles = candles(&[100.0, 110.0, 104.0, 105.0]);
    let (without, with) = (scene(&candles, |_| {}), scene(&candles, |options| options.last_price = true));
    assert!(has(&without, "105.0") || has(&without, "105"), "{:?}", labels(&without));
    let fives = |scene: &Scene| labels(scene).iter().filter(|(_, text)| text.starts_with("105")).count();
    assert_eq!(fives(&with), 1, "{:?}", labels(&with));
}
