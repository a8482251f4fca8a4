//! Labels, titles, the last price, time zones, gaps and presets.

use render_core::{
    Axes, Candle, ColorType, Gaps, Grouping, Kind, PRESETS, PriceScale, Side, SpecOptions, Style,
};

use super::{
    Case, DAY, HOUR, MONDAY, btc, hours, interval, made, named, parsed, power_of_ten, random::Walk, size,
    with_history,
};

fn chart() -> SpecOptions {
    SpecOptions { window: 40, ..size(280, 200) }
}

/// Sides and sizes of labels, and titles.
pub(super) fn labels() -> Vec<Case> {
    let mut cases = Vec::new();
    for (side_name, side) in [("left", Side::Left), ("right", Side::Right)] {
        for style in ["mike", "yahoo", "binance", "tradingview"] {
            let options = SpecOptions {
                price_labels: Some(side),
                style: Style::named(style).unwrap_or_else(|error| panic!("{error}")),
                ..chart()
            };
            cases.push(with_history(format!("labels-{side_name}-{style}"), 2500, options));
        }
    }
    for labels in [25, 50, 75, 150, 200, 400] {
        for (form, title) in [("plain", false), ("title", true)] {
            let options = SpecOptions { labels, title, last_price: title, ..chart() };
            cases.push(with_history(format!("labels-{labels}-{form}"), 2500, options));
        }
    }
    for (width, height) in [(640, 480), (200, 60), (60, 200), (24, 24)] {
        let overlays = vec![parsed("sma:5"), parsed("ema:9")];
        let options = SpecOptions { title: true, overlays, utc_offset: 60, width, height, ..chart() };
        cases.push(with_history(format!("title-{width}x{height}"), 2500, options));
    }
    let mut long = with_history("title-too-long", 2500, SpecOptions { title: true, ..chart() });
    long.symbol = "A-SYMBOL-WHOSE-NAME-IS-FAR-TOO-LONG-FOR-ANY-TITLE".to_owned();
    cases.push(long);
    cases
}

/// The last close's line and tag: kinds, scales, sides, magnitudes, edges of the panel.
pub(super) fn last_prices() -> Vec<Case> {
    let last = || SpecOptions { last_price: true, ..chart() };
    let mut cases = Vec::new();
    for kind in Kind::ALL {
        let options = SpecOptions { kind, ..last() };
        cases.push(with_history(format!("last-{}", named(kind)), 2600, options));
    }
    for scale in PriceScale::ALL {
        let options = SpecOptions { scale, price_labels: Some(Side::Left), ..last() };
        let scale = format!("{scale:?}").to_lowercase();
        cases.push(with_history(format!("last-{scale}-left"), 2600, options));
    }
    let walk = Walk::new(61, 40).candles();
    for exponent in [-12, -6, -2, 2, 7, 15] {
        let candles = made::scaled(&walk, power_of_ten(exponent), 1.0);
        cases.push(Case::new(format!("last-1e{exponent}"), &hours(), candles, last()));
    }
    let ramp = |step: f64| -> Vec<Candle> {
        let candle = |at: i32| {
            let (open, close) = (100.0 + f64::from(at) * step, 100.0 + f64::from(at + 1) * step);
            let (high, low) = (open.max(close), open.min(close));
            Candle { open_time: MONDAY + i64::from(at) * HOUR, open, high, low, close, volume: 1.0 }
        };
        (0..40).map(candle).collect()
    };
    for (name, step) in [("top", 1.0), ("bottom", -1.0)] {
        for (form, volume) in [("volume", true), ("novolume", false)] {
            let options = SpecOptions { title: true, padding: Some(0), volume, ..last() };
            cases.push(Case::new(format!("last-at-{name}-{form}"), &hours(), ramp(step), options));
        }
    }
    cases.push(with_history("last-noaxes", 2600, SpecOptions { axes: Axes::Off, ..last() }));
    cases.push(with_history("last-cut-off", 2600, SpecOptions { range: parsed("1..2"), ..last() }));
    cases
}

/// How numbers are written, what the title and axes say, and room behind the last candle.
pub(super) fn texts() -> Vec<Case> {
    let titled = || SpecOptions { title: true, last_price: true, ..chart() };
    let mut cases = Vec::new();
    for (name, options) in [
        ("comma", SpecOptions { grouping: Grouping::Comma, ..titled() }),
        ("space-left", SpecOptions { grouping: Grouping::Space, price_labels: Some(Side::Left), ..titled() }),
        ("decimals-0", SpecOptions { price_decimals: Some(0), ..titled() }),
        ("decimals-4-comma", SpecOptions { price_decimals: Some(4), grouping: Grouping::Comma, ..titled() }),
        ("ohlc", SpecOptions { title_ohlc: true, ..titled() }),
        ("ohlc-alone", SpecOptions { title_ohlc: true, title: false, ..titled() }),
        ("ohlc-wide", SpecOptions { title_ohlc: true, width: 800, ..titled() }),
        ("ohlc-narrow", SpecOptions { title_ohlc: true, width: 130, ..titled() }),
        ("axis-titles", SpecOptions { axis_titles: true, width: 400, ..titled() }),
        (
            "axis-titles-left",
            SpecOptions { axis_titles: true, price_labels: Some(Side::Left), utc_offset: 330, ..chart() },
        ),
        ("margin-5", SpecOptions { right_margin: 5, ..titled() }),
        ("margin-12-slot", SpecOptions { right_margin: 12, gaps: Gaps::Slot, kind: Kind::Area, ..chart() }),
        ("margin-100-bare", SpecOptions { right_margin: 100, axes: Axes::Bare, ..chart() }),
    ] {
        cases.push(with_history(format!("text-{name}"), 2650, options));
    }
    cases
}

/// Time zones, whole hours and not, below hours and days.
pub(super) fn offsets() -> Vec<Case> {
    let mut cases = Vec::new();
    for offset in [-1080, -480, -210, 60, 330, 765, 1080] {
        let options = SpecOptions { utc_offset: offset, title: true, ..size(480, 160) };
        let options = SpecOptions { window: 60, ..options };
        cases.push(with_history(format!("utc-{offset}-hours"), 2700, options.clone()));
        let walk = Walk { start: MONDAY, step: DAY, ..Walk::new(62, 60) };
        cases.push(Case::new(format!("utc-{offset}-days"), &interval("1d", DAY), walk.candles(), options));
    }
    cases
}

/// Candles with real gaps, side by side and in the places of their times.
pub(super) fn gaps() -> Vec<Case> {
    let without = |missing: &[(usize, usize)]| {
        let keep = |at: &usize| !missing.iter().any(|&(first, end)| (first..end).contains(at));
        let all = btc(2800, 60);
        (0..60).filter(keep).map(|at| all[at]).collect::<Vec<_>>()
    };
    let holes = [
        ("one", without(&[(30, 31)])),
        ("some", without(&[(5, 8), (20, 21), (22, 23), (40, 50)])),
        ("half", without(&[(10, 40)])),
        // The first candles find no slot any more.
        ("long", made::gap(btc(2800, 60), 25, 100 * HOUR)),
        ("but-the-last", made::gap(btc(2800, 60), 59, 100 * HOUR)),
    ];
    let mut cases = Vec::new();
    for (hole, candles) in holes {
        for (name, gaps) in [("collapse", Gaps::Collapse), ("slot", Gaps::Slot)] {
            for kind in [Kind::Candle, Kind::Ohlc, Kind::Area] {
                let overlays = vec![parsed("sma:3")];
                let options = SpecOptions { gaps, kind, overlays, ..chart() };
                let name = format!("gap-{hole}-{name}-{}", named(kind));
                cases.push(Case::new(name, &hours(), candles.clone(), options));
            }
        }
    }
    let weekdays = made::workdays(Walk { start: MONDAY, step: DAY, ..Walk::new(63, 70) }.candles());
    for (name, gaps) in [("collapse", Gaps::Collapse), ("slot", Gaps::Slot)] {
        let options = SpecOptions { gaps, indicators: vec![parsed("rsi:5")], ..chart() };
        let days = interval("1d", DAY);
        cases.push(Case::new(format!("gap-weekends-{name}"), &days, weekdays.clone(), options.clone()));
        // Fewer pixel columns than places.
        let options = SpecOptions { width: 40, height: 40, ..options };
        cases.push(Case::new(format!("gap-weekends-{name}-tiny"), &days, weekdays.clone(), options));
    }
    cases
}

/// Every preset, the published one at its three lengths, as RGB and indexed.
pub(super) fn presets() -> Vec<Case> {
    let mut cases = Vec::new();
    let named = PRESETS.iter().map(|name| (*name, None));
    for (name, window) in
        named.chain([("price-trends", Some(5)), ("price-trends", Some(60)), ("cnn", Some(16))])
    {
        let preset = || SpecOptions::preset(name, window).unwrap_or_else(|error| panic!("{name}: {error}"));
        let length = preset().window;
        cases.push(with_history(format!("preset-{name}-{length}"), 2900, preset()));
        let indexed = SpecOptions { color: ColorType::Indexed, ..preset() };
        cases.push(with_history(format!("preset-{name}-{length}-indexed"), 2900, indexed));
    }
    cases
}
