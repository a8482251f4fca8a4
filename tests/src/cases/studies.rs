//! Studies and kinds that came later, and heights and order of panels.

use render_core::{Axes, Fit, Gaps, Kind, LineDrawing, PriceScale, Side, SpecOptions, Style};

use super::{Case, btc, hours, made, named, parsed, size, with_history};

const OVERLAYS: [&str; 11] = [
    "hma:20",
    "session-vwap",
    "donchian:20",
    "keltner:20,2,10",
    "keltner:5,1.5,14",
    "supertrend:10,3",
    "supertrend:3,1",
    "ichimoku:9,26,52",
    "ichimoku:3,5,9",
    "sar:0.02,0.2",
    "volume-sma:20",
];
const INDICATORS: [&str; 4] = ["adx:14", "obv", "cci:20", "adx:1"];

fn word(text: &str) -> String {
    text.replace(':', "").replace(',', "-")
}

fn chart() -> SpecOptions {
    SpecOptions { window: 40, ..size(240, 180) }
}

/// Each overlay with its legend, crisp, and with less history than it asks for; then several.
pub(super) fn overlays() -> Vec<Case> {
    let mut cases = Vec::new();
    for text in OVERLAYS {
        let options = || SpecOptions { overlays: vec![parsed(text)], ..chart() };
        let titled = SpecOptions { title: true, ..options() };
        let crisp = SpecOptions { lines: LineDrawing::Crisp, axes: Axes::Off, ..options() };
        let name = word(text);
        cases.push(with_history(format!("study-{name}"), 2000, titled));
        cases.push(with_history(format!("study-{name}-crisp"), 2000, crisp));
        let candles = btc(2000, 45);
        cases.push(Case::with_warmup(format!("study-{name}-short"), &hours(), candles, 5, options()));
    }
    let some = |from: &[&str]| from.iter().map(|text| parsed(text)).collect();
    let (first, last) = OVERLAYS.split_at(6);
    let yahoo = Style::named("yahoo").unwrap_or_else(|error| panic!("{error}"));
    for (name, options) in [
        ("first", SpecOptions { overlays: some(first), title: true, ..size(640, 320) }),
        ("last", SpecOptions { overlays: some(last), title: true, ..size(640, 320) }),
        ("last-yahoo", SpecOptions { overlays: some(last), title: true, style: yahoo, ..size(320, 240) }),
        ("first-tiny", SpecOptions { overlays: some(first), ..size(40, 30) }),
        ("last-tiny", SpecOptions { overlays: some(last), title: true, ..size(40, 30) }),
        ("shared-columns", SpecOptions { overlays: some(last), window: 400, ..size(100, 100) }),
        ("slots", SpecOptions { overlays: some(last), gaps: Gaps::Slot, right_margin: 5, ..size(200, 160) }),
        (
            "fit-log",
            SpecOptions { overlays: some(first), fit: Fit::Overlays, scale: PriceScale::Log, ..chart() },
        ),
        (
            "volume-means",
            SpecOptions { overlays: some(&["volume-sma:5", "volume-sma:30:#ff0000:2"]), ..chart() },
        ),
    ] {
        cases.push(with_history(format!("studies-{name}"), 2100, options));
    }
    let drawn = [
        "supertrend:10,3:#00ff00,#ff0000:3",
        "ichimoku:9,26,52:#000001,#ff0002,#00ff03,#0000f4,#808085:0.5",
        "sar:0.02,0.2:#ff9800:5",
        "session-vwap:#ff9800:2",
        "volume-sma:10:#ffffff:4",
    ];
    for lines in [LineDrawing::Smooth, LineDrawing::Crisp] {
        let options =
            SpecOptions { overlays: some(&drawn), lines, title: true, window: 60, ..size(360, 320) };
        cases.push(with_history(format!("studies-drawn-{lines:?}").to_lowercase(), 2350, options));
    }
    for scale in [PriceScale::Log, PriceScale::Linear] {
        let overlays = some(&["keltner:5,10,5", "hma:9", "supertrend:3,10", "ichimoku:3,5,9", "sar:0.2,0.2"]);
        let options = SpecOptions { overlays, scale, fit: Fit::Overlays, ..chart() };
        cases.push(Case::new(
            format!("studies-moon-{scale:?}").to_lowercase(),
            &hours(),
            made::moon(40),
            options,
        ));
    }
    cases
}

/// Each indicator alone, bare, and with less history than it asks for or too little.
pub(super) fn indicators() -> Vec<Case> {
    let mut cases = Vec::new();
    for text in INDICATORS {
        let options = || SpecOptions { indicators: vec![parsed(text)], ..chart() };
        let bare = SpecOptions { axes: Axes::Bare, lines: LineDrawing::Crisp, ..options() };
        let name = word(text);
        cases.push(with_history(format!("study-{name}"), 2200, options()));
        cases.push(with_history(format!("study-{name}-bare"), 2200, bare));
        let candles = btc(2200, 44);
        cases.push(Case::with_warmup(format!("study-{name}-short"), &hours(), candles, 4, options()));
        cases.push(Case::new(format!("study-{name}-none"), &hours(), btc(2200, 3), options()));
    }
    let drawn = ["adx:14:#ffffff,#00ff00,#ff0000:2", "obv:#ff9800", "cci:14:3"];
    let options = SpecOptions { indicators: drawn.map(parsed).to_vec(), ..size(360, 400) };
    cases.push(with_history("studies-indicators-drawn", 2200, options));
    cases
}

/// Baselines inside and outside of the panel, and kinds of closes with all that goes with them.
pub(super) fn kinds() -> Vec<Case> {
    let mut cases = Vec::new();
    for price in [-1.0, 20_000.0, 27_000.0, 27_500.5, 28_000.0, 40_000.0] {
        for scale in PriceScale::ALL {
            let options = SpecOptions { kind: Kind::Baseline, baseline: Some(price), scale, ..chart() };
            cases.push(with_history(format!("baseline-{price}-{scale:?}").to_lowercase(), 2500, options));
        }
    }
    for kind in [Kind::Baseline, Kind::Step, Kind::Columns] {
        for (form, options) in [
            (
                "overlays",
                SpecOptions { overlays: vec![parsed("keltner:20,2,10")], fit: Fit::Overlays, ..chart() },
            ),
            ("slots", SpecOptions { gaps: Gaps::Slot, right_margin: 3, ..chart() }),
            ("novolume", SpecOptions { volume: false, axes: Axes::Off, ..chart() }),
            ("range", SpecOptions { range: parsed("1%"), ..chart() }),
        ] {
            cases.push(with_history(
                format!("closes-{}-{form}", named(kind)),
                2550,
                SpecOptions { kind, ..options },
            ));
        }
    }
    for kind in [Kind::Baseline, Kind::Step, Kind::Columns] {
        let options = SpecOptions { kind, window: 50, ..size(1400, 1300) };
        cases.push(with_history(format!("closes-{}-large", named(kind)), 1800, options));
    }
    cases
}

/// Heights and order of panels by choice.
pub(super) fn panels() -> Vec<Case> {
    let mut cases = Vec::new();
    let two = || ["rsi:14", "rsi:5", "obv"].map(parsed).to_vec();
    let list = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    for (name, order, heights, options) in [
        ("volume-first", "volume", "", chart()),
        (
            "volume-first-left",
            "volume",
            "",
            SpecOptions { price_labels: Some(Side::Left), title: true, ..chart() },
        ),
        ("volume-first-share", "volume", "", SpecOptions { volume_share: Some(40), ..chart() }),
        (
            "indicators-first",
            "obv rsi",
            "",
            SpecOptions { indicators: two(), last_price: true, ..size(300, 400) },
        ),
        (
            "second-of-a-name",
            "rsi price rsi",
            "rsi:1 rsi:4",
            SpecOptions { indicators: two(), ..size(300, 400) },
        ),
        ("bare", "volume", "volume:5 price:5", SpecOptions { axes: Axes::Bare, ..chart() }),
        ("lacking", "macd volume price price", "macd:9 price:1", chart()),
        ("low", "", "price:100 volume:1", chart()),
        ("too-low", "obv", "price:100", SpecOptions { indicators: two(), ..chart() }),
        ("tiny", "volume", "volume:100 price:1", SpecOptions { axes: Axes::Off, ..size(20, 20) }),
        (
            "legends",
            "volume obv",
            "volume:3 obv:3",
            SpecOptions {
                overlays: ["volume-sma:5", "sma:5"].map(parsed).to_vec(),
                indicators: two(),
                title: true,
                ..size(300, 420)
            },
        ),
    ] {
        let panel_order = list(order).iter().map(|name| parsed(name)).collect();
        let panel_heights = list(heights).iter().map(|height| parsed(height)).collect();
        let options = SpecOptions { panel_order, panel_heights, window: 40, ..options };
        cases.push(with_history(format!("panels-{name}"), 2400, options));
    }
    cases
}
