//! Kinds, scales and ranges.

use render_core::{Axes, Kind, LineDrawing, PriceScale, SpecOptions};

use super::{Case, hours, made, named, parsed, size, with_history};

fn scale_name(scale: PriceScale) -> String {
    format!("{scale:?}").to_lowercase()
}

fn kind_on(kind: Kind, scale: PriceScale, lines: LineDrawing) -> SpecOptions {
    SpecOptions { kind, scale, lines, window: 40, ..size(200, 160) }
}

/// Every kind on every scale with either drawing of lines, and shared columns of each.
pub(super) fn kinds() -> Vec<Case> {
    let mut cases = Vec::new();
    for kind in Kind::ALL {
        let name = named(kind);
        for scale in PriceScale::ALL {
            for (drawing, lines) in [("smooth", LineDrawing::Smooth), ("crisp", LineDrawing::Crisp)] {
                let name = format!("kind-{name}-{}-{drawing}", scale_name(scale));
                cases.push(with_history(name, 1700, kind_on(kind, scale, lines)));
            }
        }
        let usual = || SpecOptions { kind, ..SpecOptions::default() };
        for (form, options) in [
            ("bare", SpecOptions { axes: Axes::Bare, window: 30, ..usual() }),
            ("shared-columns", SpecOptions { axes: Axes::Off, window: 300, ..usual() }),
            ("two", SpecOptions { window: 2, ..usual() }),
        ] {
            let options = SpecOptions { width: 90, height: 70, ..options };
            cases.push(with_history(format!("kind-{name}-{form}"), 1800, options));
        }
        // Large enough for lines of two pixels.
        let options = SpecOptions { window: 50, width: 2000, height: 1930, ..usual() };
        if matches!(kind, Kind::Ohlc | Kind::Hollow) {
            cases.push(with_history(format!("kind-{name}-large"), 1800, options));
        }
    }
    cases
}

/// The prices at the panel's edges, and the room around them.
pub(super) fn ranges() -> Vec<Case> {
    let mut cases = Vec::new();
    let ranges = ["window", "20000..32000", "27500..28200", "1..2", "3%", "0.05%", "60%"];
    for range in ranges {
        for scale in PriceScale::ALL {
            let kind = if range.ends_with('%') { Kind::Area } else { Kind::Candle };
            let options = SpecOptions { range: parsed(range), ..kind_on(kind, scale, LineDrawing::Smooth) };
            let range = range.replace("..", "-").replace('%', "pct");
            cases.push(with_history(format!("range-{range}-{}", scale_name(scale)), 1900, options));
        }
    }
    for padding in [0, 10, 45] {
        for (axes_name, axes) in [("on", Axes::On), ("bare", Axes::Bare)] {
            for scale in [PriceScale::Linear, PriceScale::Log] {
                let options = SpecOptions {
                    padding: Some(padding),
                    axes,
                    ..kind_on(Kind::Candle, scale, LineDrawing::Smooth)
                };
                let name = format!("padding-{padding}-{axes_name}-{}", scale_name(scale));
                cases.push(with_history(name, 1900, options));
            }
        }
    }
    cases
}

/// Candles that strain one thing each, on the other scales and as other kinds.
pub(super) fn awkward() -> Vec<Case> {
    let chosen = [
        "flat",
        "flat-at-zero",
        "flat-below-zero",
        "one-huge-candle",
        "huge-first-and-last",
        "negative",
        "around-zero",
        "narrow-at-1e12",
        "smallest-floats",
        "largest-floats",
    ];
    let shapes = made::shapes();
    let mut cases = Vec::new();
    for (shape, candles) in shapes.iter().filter(|(name, _)| chosen.contains(name)) {
        for scale in [PriceScale::Log, PriceScale::Percent] {
            let options =
                SpecOptions { last_price: true, ..kind_on(Kind::Candle, scale, LineDrawing::Smooth) };
            let name = format!("shape-{shape}-{}", scale_name(scale));
            cases.push(Case::new(name, &hours(), candles.clone(), options));
        }
        for kind in [Kind::Hollow, Kind::Line, Kind::HeikinAshi] {
            let options = SpecOptions {
                overlays: vec![parsed("bollinger:10,2")],
                indicators: vec![parsed("macd:3,8,3")],
                ..kind_on(kind, PriceScale::Linear, LineDrawing::Crisp)
            };
            cases.push(Case::new(
                format!("shape-{shape}-{}", named(kind)),
                &hours(),
                candles.clone(),
                options,
            ));
        }
    }
    cases
}
