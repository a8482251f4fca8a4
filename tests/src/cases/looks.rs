//! Axes, grids, styles and palettes.

use render_core::{Axes, CandleStyle, Color, ColorType, Dash, Kind, STYLES, SpecOptions, Style};

use super::{Case, SEEDED_KINDS, btc, hours, named, size, with_history};

/// Every combination of axes, volume panel and grid, large enough for labels and too small for them.
pub(super) fn knobs() -> Vec<Case> {
    let mut cases = Vec::new();
    for (width, height) in [(240, 180), (61, 47)] {
        for (axes_name, axes) in [("on", Axes::On), ("off", Axes::Off), ("bare", Axes::Bare)] {
            for (volume_name, volume) in [("volume", true), ("novolume", false)] {
                for (grid_name, grid) in [("grid", true), ("nogrid", false)] {
                    let name = format!("knobs-{axes_name}-{volume_name}-{grid_name}-{width}x{height}");
                    let options = SpecOptions { axes, volume, grid, ..size(width, height) };
                    cases.push(Case::new(name, &hours(), btc(900, 50), options));
                }
            }
        }
    }
    cases
}

/// Strokes and opacities of the grid, and colours that are not the default's.
pub(super) fn styles() -> Vec<Case> {
    let light = Style {
        name: "light".to_owned(),
        figure: Color::rgb(0xff, 0xff, 0xff),
        panel: Color::rgb(0xfa, 0xf8, 0xf0),
        grid: Color::rgb(0x10, 0x40, 0x70),
        frame: Color::rgb(0x01, 0x02, 0x03),
        label: Color::rgb(0x33, 0x22, 0x11),
        ..Style::default()
    };
    let strokes = [("solid", Dash::Solid), ("dashed", Dash::Dashed), ("dotted", Dash::Dotted)];
    let mut cases = Vec::new();
    for (name, grid_dash) in strokes {
        for grid_alpha in [0, 33, 100] {
            let style = Style { grid_dash, grid_alpha, ..light.clone() };
            let options = SpecOptions { style, ..size(240, 180) };
            let name = format!("style-light-{name}-{grid_alpha}");
            cases.push(Case::new(name, &hours(), btc(1100, 40), options));
        }
    }
    cases
}

/// Palettes of few and of many colours.
pub(super) fn indexed() -> Vec<Case> {
    let (black, white) = (Color::rgb(0, 0, 0), Color::rgb(0xff, 0xff, 0xff));
    let mono = CandleStyle { body: black, edge: white, wick: white, volume: white, ohlc: white };
    let two = Style { name: "two".to_owned(), panel: black, up: mono, down: mono, ..Style::default() };
    let looks = [
        ("mike", Style::default(), Axes::On),
        ("mike-noaxes", Style::default(), Axes::Off),
        ("mike-bare", Style::default(), Axes::Bare),
        ("two-noaxes", two.clone(), Axes::Off),
        ("two-bare", two, Axes::Bare),
    ];
    let mut cases = Vec::new();
    for (name, style, axes) in looks {
        for (width, height) in [(640, 480), (241, 180), (61, 47)] {
            let options =
                SpecOptions { style: style.clone(), axes, color: ColorType::Indexed, ..size(width, height) };
            let name = format!("indexed-{name}-{width}x{height}");
            cases.push(Case::new(name, &hours(), btc(1300, 60), options));
        }
    }
    cases
}

/// Every style of the catalogue with axes and without, and as another kind each.
pub(super) fn catalogue() -> Vec<Case> {
    let mut cases = Vec::new();
    for (at, &name) in STYLES.iter().enumerate() {
        let style = || Style::named(name).unwrap_or_else(|error| panic!("style {name}: {error}"));
        let kind = SEEDED_KINDS[1 + at % (SEEDED_KINDS.len() - 1)];
        let more = SpecOptions { title: true, last_price: true, ..size(260, 200) };
        for (form, options) in [
            ("on", size(260, 200)),
            ("off", SpecOptions { axes: Axes::Off, ..size(120, 100) }),
            (&named(kind), SpecOptions { kind, ..more }),
        ] {
            let options = SpecOptions { style: style(), window: 40, ..options };
            cases.push(with_history(format!("catalogue-{name}-{form}"), 1500, options));
        }
    }
    cases
}

/// Palettes of pictures whose colours are not known before they are drawn, and files of too many colours for one.
pub(super) fn indexed_lines() -> Vec<Case> {
    let overlays = || ["sma:10", "ema:5", "bollinger:20,2"].map(super::parsed).to_vec();
    let indicators = || ["rsi:14", "macd:12,26,9"].map(super::parsed).to_vec();
    let indexed = || SpecOptions { color: ColorType::Indexed, window: 50, ..size(220, 160) };
    let yahoo = Style::named("yahoo").unwrap_or_else(|error| panic!("{error}"));
    let crisp = render_core::LineDrawing::Crisp;
    [
        ("line", SpecOptions { kind: Kind::Line, ..indexed() }),
        ("area", SpecOptions { kind: Kind::Area, ..indexed() }),
        ("line-crisp", SpecOptions { kind: Kind::Line, lines: crisp, ..indexed() }),
        ("overlays", SpecOptions { overlays: overlays(), ..indexed() }),
        ("overlays-crisp", SpecOptions { overlays: overlays(), lines: crisp, ..indexed() }),
        ("overlays-bare", SpecOptions { overlays: overlays(), axes: Axes::Bare, ..indexed() }),
        ("indicators", SpecOptions { indicators: indicators(), ..indexed() }),
        ("indicators-yahoo", SpecOptions { indicators: indicators(), style: yahoo.clone(), ..indexed() }),
        ("last-price", SpecOptions { last_price: true, ..indexed() }),
        ("last-price-yahoo", SpecOptions { last_price: true, style: yahoo, title: true, ..indexed() }),
        // The first row of this one has nothing but the panel's black.
        ("black", SpecOptions { kind: Kind::Line, axes: Axes::Bare, volume: false, ..indexed() }),
    ]
    .into_iter()
    .map(|(name, options)| with_history(format!("indexed-{name}"), 1600, options))
    .collect()
}

/// Places of 1 to 5 pixels, where bodies have little room to tell up from down.
pub(super) fn narrow() -> Vec<Case> {
    let mut cases = Vec::new();
    for style_name in ["classic", "default", "blueskies", "night", "paper"] {
        for kind in [Kind::Candle, Kind::Hollow, Kind::Ohlc] {
            for pitch in [1, 2, 3, 5] {
                let style = Style::named(style_name).unwrap_or_else(|error| panic!("{error}"));
                let options =
                    SpecOptions { axes: Axes::Bare, style, kind, window: 48, ..size(48 * pitch, 60) };
                let name = format!("narrow-{style_name}-{}-{pitch}", named(kind));
                cases.push(Case::new(name, &hours(), btc(1200, 48), options));
            }
        }
    }
    cases
}
