//! The catalogue and styles built on it.

use super::*;
use crate::contrast::{contrast, distance, ink_on};

#[test]
fn every_name_of_the_catalogue_is_a_valid_style_that_its_json_gives_again() {
    assert_eq!(STYLES.len(), 18);
    assert!(STYLES.is_sorted());
    for &name in STYLES {
        let style = Style::named(name).expect("a built-in style");
        assert_eq!((style.name.as_str(), style.check()), (name, Ok(())));
        assert!(style.is_built_in());
        let json = serde_json::to_string(&style).expect("JSON");
        assert_eq!(serde_json::from_str::<Style>(&json).expect("JSON"), style);
        assert!(!Style { grid_alpha: 1, ..style }.is_built_in());
    }
}

#[test]
fn in_every_style_candles_lines_and_labels_can_be_told_from_what_is_behind_them() {
    let apart = |a: Color, b: Color| {
        let far = |a: u8, b: u8| i32::from(a.abs_diff(b));
        far(a.r, b.r) + far(a.g, b.g) + far(a.b, b.b) > 60
    };
    for &name in STYLES {
        let style = Style::named(name).expect("a built-in style");
        for candle in [&style.up, &style.down] {
            assert!(apart(candle.edge, style.panel) && apart(candle.wick, style.panel), "{name}");
            assert!(apart(candle.ohlc, style.panel), "{name}");
        }
        assert!(apart(style.volume_on_panel(&style.down), style.panel), "{name}");
        assert!(apart(style.label, style.figure) && apart(style.line, style.panel), "{name}");
        let up_and_down = [&style.up, &style.down].map(|of| (style.body_on_panel(of), of.edge));
        assert_ne!(up_and_down[0], up_and_down[1], "{name}");
    }
}

/// The least distance of two lines' colours, and of a line's from what it may cross: 0 is the same, 765 black and white.
const LINES_APART: f64 = 130.0;
/// The least contrast ratio of a line with the panel.
const LINE_CONTRAST: f64 = 2.5;

#[test]
fn eight_lines_can_be_told_from_each_other_from_the_panel_and_from_candles_in_every_style() {
    for &name in STYLES {
        let style = Style::named(name).expect("a built-in style");
        let lines: Vec<Color> = (0..8).map(|index| style.overlay_color(index)).collect();
        assert_eq!(style.overlay_colors.len(), 8, "{name}");
        let candles = [true, false].into_iter().flat_map(|rises| {
            let of = if rises { &style.up } else { &style.down };
            [of.edge, style.body_on_panel(of), style.narrow(rises)]
        });
        let candles: Vec<Color> = candles.collect();
        for (at, &line) in lines.iter().enumerate() {
            assert!(contrast(line, style.panel) >= LINE_CONTRAST, "{name} {line} on the panel");
            for &other in lines[at + 1..].iter().chain(&candles).chain([&style.panel]) {
                assert!(distance(line, other) >= LINES_APART, "{name} {line} and {other}");
            }
        }
    }
}

#[test]
fn up_and_down_look_alike_in_no_built_in_style_and_are_told_where_they_do() {
    for &name in STYLES {
        let style = Style::named(name).expect("a built-in style");
        assert!(Kind::ALL.iter().all(|kind| !style.directions_look_alike(*kind)), "{name}");
        let alike = Style { up: style.down, hollow: Some(style.down.edge), ..style.clone() };
        for kind in Kind::ALL {
            let has_no_direction = matches!(kind, Kind::Line | Kind::Area | Kind::Step);
            assert_ne!(alike.directions_look_alike(kind), has_no_direction, "{name} {kind:?}");
        }
    }
    let published = crate::SpecOptions::preset("price-trends", None).expect("a preset").style;
    assert!(published.directions_look_alike(Kind::Ohlc), "its paper has one colour");
}

#[test]
fn a_narrow_hollow_body_has_a_second_colour_only_where_edges_are_alike() {
    let classic = Style::named("classic").expect("a built-in style");
    assert_eq!(classic.narrow(true), Color::rgb(0x66, 0x66, 0x66));
    assert_eq!(classic.narrow(false), classic.body_on_panel(&classic.down));
    let mike = Style::default();
    assert_eq!([mike.narrow(true), mike.narrow(false)], [mike.up.edge, mike.down.edge]);
}

#[test]
fn text_that_tells_of_a_line_can_be_read_in_every_style() {
    for &name in STYLES {
        let style = Style::named(name).expect("a built-in style");
        for index in 0..8 {
            let (line, text) = (style.overlay_color(index), style.text_of_line(style.overlay_color(index)));
            assert!(contrast(text, style.panel) >= 4.5 || text == ink_on(style.panel), "{name} {line}");
        }
    }
}

#[test]
fn our_own_styles_are_calm_and_readable() {
    for name in ["night", "paper"] {
        let style = Style::named(name).expect("a built-in style");
        let (_, grid) = style.grid_on_panel(1);
        assert_eq!((style.grid_dash, style.figure), (Dash::Solid, style.panel), "{name}");
        assert!((1.1..1.3).contains(&contrast(grid, style.panel)), "{name}: a faint grid");
        assert!(contrast(style.label, style.figure) >= 4.5, "{name}: labels that can be read");
        assert!(contrast(style.up.body, style.down.body) >= 1.3, "{name}: told without colour, too");
    }
}

#[test]
fn an_unknown_name_is_an_error_with_those_near_it() {
    let message = Style::named("nightcloud").expect_err("unknown").to_string();
    assert_eq!(message, "there is no style \"nightcloud\"; did you mean \"night\" or \"nightclouds\"?");
}

#[test]
fn overrides_change_what_they_name_and_nothing_else() {
    let overrides: StyleOverrides = serde_json::from_str(
        r##"{"base": "yahoo", "panel": "#010203", "up": {"body": "#ffffff"}, "grid-dash": "none",
             "price-labels": "left", "frame-sides": "axes", "volume-color": "previous-close", "overlay-colors": ["#111111"]}"##,
    )
    .expect("JSON");
    let yahoo = Style::named("yahoo").expect("a built-in style");
    let white = Color::rgb(255, 255, 255);
    let expected = Style {
        name: "mine".to_owned(),
        panel: Color::rgb(1, 2, 3),
        grid_dash: Dash::None,
        price_labels: Side::Left,
        frame_sides: FrameSides::Axes,
        overlay_colors: vec![Color::rgb(17, 17, 17)],
        up: CandleStyle { body: white, ..yahoo.up },
        ..yahoo.clone()
    };
    assert_eq!(overrides.style("mine"), Ok(expected));
    assert_eq!(yahoo.with(&StyleOverrides::default()), yahoo);
    let plain = StyleOverrides::default().style("mine").expect("valid");
    assert_eq!(plain, Style { name: "mine".to_owned(), ..Style::default() });
}

#[test]
fn bad_overrides_are_refused() {
    for json in [
        r#"{"colour": "red"}"#,
        r#"{"figure": "red"}"#,
        r#"{"up": {"bodi": "red"}}"#,
        r#"{"grid-dash": "wavy"}"#,
        r#"{"grid-alpha": -1}"#,
    ] {
        assert!(serde_json::from_str::<StyleOverrides>(json).is_err(), "{json}");
    }
    let refused = |json: &str, name: &str| {
        let overrides: StyleOverrides = serde_json::from_str(json).expect("JSON");
        overrides.style(name).expect_err(json).to_string()
    };
    let errors = [
        refused(r#"{"base": "yaho"}"#, "mine"),
        refused("{}", "my/style"),
        refused(r#"{"candle-alpha": 101}"#, "mine"),
        refused(r#"{"frame-width": 0}"#, "mine"),
        refused(r#"{"grid-width": 1001}"#, "mine"),
        refused(r#"{"overlay-colors": []}"#, "mine"),
    ];
    insta::assert_snapshot!("refused", errors.join("\n"));
}

#[test]
fn transparent_colours_are_blended_over_the_panel() {
    let style = Style::named("yahoo").expect("a built-in style");
    // 0.9 of #00b060 and 0.1 of #fafafa.
    assert_eq!(style.body_on_panel(&style.up), Color::rgb(0x19, 0xb7, 0x6f));
    let style = Style::named("tradingview").expect("a built-in style");
    assert_eq!(style.volume_on_panel(&style.up), Color::rgb(0x72, 0xc5, 0xbd));
    let style = Style::default();
    assert_eq!(style.body_on_panel(&style.down), style.down.body);
}

#[test]
fn lines_thinner_than_a_pixel_are_paler_instead() {
    let style = Style::default();
    let color = style.grid.over(style.panel, 90, 100);
    assert_eq!([1, 2, 6].map(|stroke| style.grid_on_panel(stroke)), [1, 2, 6].map(|stroke| (stroke, color)));
    let charles = Style::named("charles").expect("a built-in style");
    let half = charles.grid.over(charles.panel, 50, 100);
    assert_eq!(charles.grid_on_panel(1), (1, half));
    assert_eq!(charles.grid_on_panel(2), (1, charles.grid));
    assert_eq!(charles.grid_on_panel(6), (3, charles.grid));
    assert_eq!([0, 1, 2, 13].map(|frame| style.frame_thickness(frame)), [0, 1, 2, 13]);
    let yahoo = Style::named("yahoo").expect("a built-in style");
    assert_eq!([0, 1, 2, 13].map(|frame| yahoo.frame_thickness(frame)), [0, 1, 1, 7]);
}

#[test]
fn overlay_colours_begin_again_after_the_last() {
    let style = Style::default();
    assert_eq!(style.overlay_color(0), Color::rgb(0xec, 0, 0x9c));
    assert_eq!(style.overlay_color(9), style.overlay_color(1));
    assert_eq!(Style { overlay_colors: vec![], ..style.clone() }.overlay_color(3), style.line);
}
