//! Overlays, indicators and the panels below the prices.

use render_core::{Axes, Fit, LineDrawing, PriceScale, SpecOptions, Style};

use super::{Case, btc, hours, made, parsed, size, with_history};

const OVERLAYS: [&str; 7] =
    ["sma:20", "ema:9", "wma:10", "bollinger:20,2", "bollinger:5,0.5", "vwap:20", "sma:1"];
const INDICATORS: [&str; 4] = ["rsi:14", "macd:12,26,9", "atr:14", "stochastic:14,3,3"];

fn word(text: &str) -> String {
    text.replace(':', "").replace(',', "-")
}

fn chart() -> SpecOptions {
    SpecOptions { window: 40, ..size(240, 180) }
}

/// Each overlay smooth, crisp and with less history than it asks for; then several.
pub(super) fn overlays() -> Vec<Case> {
    let mut cases = Vec::new();
    for text in OVERLAYS {
        let options = || SpecOptions { overlays: vec![parsed(text)], ..chart() };
        let crisp = SpecOptions { lines: LineDrawing::Crisp, axes: Axes::Off, ..options() };
        let name = word(text);
        cases.push(with_history(format!("overlay-{name}"), 2000, options()));
        cases.push(with_history(format!("overlay-{name}-crisp"), 2000, crisp));
        let candles = btc(2000, 45);
        cases.push(Case::with_warmup(format!("overlay-{name}-short"), &hours(), candles, 5, options()));
    }
    let all = || OVERLAYS.map(parsed).to_vec();
    let yahoo = Style::named("yahoo").unwrap_or_else(|error| panic!("{error}"));
    for (name, options) in [
        ("all", SpecOptions { overlays: all(), title: true, ..size(640, 320) }),
        ("all-yahoo", SpecOptions { overlays: all(), title: true, style: yahoo, ..size(320, 240) }),
        ("all-tiny", SpecOptions { overlays: all(), ..size(40, 30) }),
        ("shared-columns", SpecOptions { overlays: all(), window: 400, ..size(100, 100) }),
        ("longer-than-history", SpecOptions { overlays: vec![parsed("sma:1000")], window: 30, ..chart() }),
    ] {
        let options = SpecOptions { window: options.window.min(400), ..options };
        if name == "longer-than-history" {
            cases.push(Case::new(format!("overlay-{name}"), &hours(), btc(2100, 30), options));
        } else {
            cases.push(with_history(format!("overlay-{name}"), 2100, options));
        }
    }
    cases
}

/// Each indicator alone, bare and with less history than it asks for; then several.
pub(super) fn indicators() -> Vec<Case> {
    let mut cases = Vec::new();
    for text in INDICATORS {
        let options = || SpecOptions { indicators: vec![parsed(text)], ..chart() };
        let bare = SpecOptions { axes: Axes::Bare, lines: LineDrawing::Crisp, ..options() };
        let name = word(text);
        cases.push(with_history(format!("indicator-{name}"), 2200, options()));
        cases.push(with_history(format!("indicator-{name}-bare"), 2200, bare));
        let candles = btc(2200, 44);
        cases.push(Case::with_warmup(format!("indicator-{name}-short"), &hours(), candles, 4, options()));
        cases.push(Case::new(format!("indicator-{name}-none"), &hours(), btc(2200, 3), options()));
    }
    for count in [2, 3, 4, 6] {
        for (width, height) in [(320, 400), (200, 90), (32, 24)] {
            let indicators = INDICATORS.iter().cycle().take(count).map(|text| parsed(text)).collect();
            let options = SpecOptions { indicators, ..chart() };
            let options = SpecOptions { width, height, ..options };
            cases.push(with_history(format!("indicators-{count}-{width}x{height}"), 2300, options));
        }
    }
    cases
}

/// Shares of the volume panel.
pub(super) fn panels() -> Vec<Case> {
    let mut cases = Vec::new();
    for share in [5, 20, 50, 90] {
        for (name, indicators) in [("alone", vec![]), ("over-rsi", vec![parsed("rsi:14")])] {
            let options = SpecOptions { volume_share: Some(share), indicators, ..chart() };
            cases.push(with_history(format!("volume-share-{share}-{name}"), 2400, options));
        }
    }
    cases
}

/// Colours and widths by choice, room for overlays, and lines that a log scale has no place for.
pub(super) fn drawn() -> Vec<Case> {
    let overlays = ["sma:20:#ff9800:2", "bollinger:20,2:#2962ff,#e91e63:0.5", "ema:9:5"];
    let overlays = || overlays.map(parsed).to_vec();
    let indicators = || ["macd:12,26,9:#2962ff,#ff9800:3", "rsi:14:#00bcd4"].map(parsed).to_vec();
    let fit = Fit::Overlays;
    let mut cases = Vec::new();
    for (name, options) in [
        (
            "smooth",
            SpecOptions { overlays: overlays(), indicators: indicators(), title: true, ..size(360, 320) },
        ),
        (
            "crisp",
            SpecOptions {
                overlays: overlays(),
                indicators: indicators(),
                lines: LineDrawing::Crisp,
                ..size(360, 320)
            },
        ),
        ("fit", SpecOptions { overlays: overlays(), fit, ..chart() }),
        ("fit-log", SpecOptions { overlays: overlays(), fit, scale: PriceScale::Log, ..chart() }),
        ("fit-indexed", SpecOptions { overlays: overlays(), fit, last_price: true, ..chart() }),
        ("wide", SpecOptions { overlays: overlays(), lines: LineDrawing::Crisp, ..size(1300, 200) }),
    ] {
        let options = SpecOptions { window: 40, ..options };
        cases.push(with_history(format!("drawn-{name}"), 2350, options));
    }
    for scale in [PriceScale::Log, PriceScale::Linear] {
        for (form, fit) in [("candles", Fit::Candles), ("overlays", Fit::Overlays)] {
            let overlays = vec![parsed("bollinger:5,3")];
            let options = SpecOptions { overlays, scale, fit, ..chart() };
            let candles = made::moon(40);
            let name = format!("drawn-moon-{form}-{scale:?}").to_lowercase();
            cases.push(Case::new(name, &hours(), candles, options));
        }
    }
    cases
}
