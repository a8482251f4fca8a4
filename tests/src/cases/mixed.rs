//! Everything at once, as a seed has it.

use render_core::{
    Axes, ColorType, Gaps, LineDrawing, PriceRange, PriceScale, STYLES, Side, SpecOptions, Style,
};

use super::{
    Case, MINUTE, SEEDED_KINDS, interval, made, parsed, power_of_ten,
    random::{Random, Walk},
    size,
};

/// Axes, volume, grid, size, window and price.
pub(super) fn mixed() -> Vec<Case> {
    let mut random = Random::new(41);
    (0..40)
        .map(|number| {
            let window = random.between(2, 120);
            let walk = Walk {
                step: MINUTE * random.between(1, 3000) as i64,
                swing: random.unit() * 0.2,
                ..Walk::new(random.next(), window)
            };
            let price = power_of_ten(random.between(0, 21) as i32 - 9);
            let options = SpecOptions {
                axes: [Axes::On, Axes::On, Axes::Off, Axes::Bare][random.between(0, 3)],
                volume: random.between(0, 3) > 0,
                grid: random.between(0, 3) > 0,
                ..size(random.between(8, 400) as u32, random.between(8, 300) as u32)
            };
            let step = interval("mixed", walk.step);
            let candles = made::scaled(&walk.candles(), price, 1.0);
            Case::new(format!("mixed-{number:02}"), &step, candles, options)
        })
        .collect()
}

/// Every knob there is.
pub(super) fn all_knobs() -> Vec<Case> {
    let overlays = ["sma:5", "ema:9", "wma:12", "bollinger:20,2.5", "vwap:8", "sma:30"];
    let indicators = ["rsi:7", "macd:5,11,4", "atr:9", "stochastic:9,3,2"];
    let mut random = Random::new(43);
    (0..80)
        .map(|number| {
            let window = random.between(2, 90);
            let mut some = |from: &[&'static str], most: usize| {
                let count = random.between(0, most);
                (0..count).map(|_| from[random.between(0, from.len() - 1)]).collect::<Vec<_>>()
            };
            let (overlays, indicators) = (some(&overlays, 3), some(&indicators, 2));
            let style = STYLES[random.between(0, STYLES.len() - 1)];
            let axes = [Axes::On, Axes::On, Axes::Off, Axes::Bare][random.between(0, 3)];
            let spans = [PriceRange::Window, PriceRange::Window, PriceRange::Span { hundredths: 350 }];
            let volume = random.between(0, 2);
            let options = SpecOptions {
                style: Style::named(style).unwrap_or_else(|error| panic!("{error}")),
                kind: SEEDED_KINDS[random.between(0, SEEDED_KINDS.len() - 1)],
                scale: PriceScale::ALL[random.between(0, PriceScale::ALL.len() - 1)],
                range: spans[random.between(0, 2)],
                padding: [None, Some(0), Some(12)][random.between(0, 2)],
                overlays: overlays.into_iter().map(parsed).collect(),
                indicators: indicators.into_iter().map(parsed).collect(),
                axes,
                price_labels: [None, Some(Side::Left), Some(Side::Right)][random.between(0, 2)],
                labels: [100, 100, 70, 160][random.between(0, 3)],
                title: axes == Axes::On && random.between(0, 1) == 0,
                last_price: axes != Axes::Bare && random.between(0, 1) == 0,
                utc_offset: [0, 0, 330, -480][random.between(0, 3)],
                gaps: [Gaps::Collapse, Gaps::Slot][random.between(0, 1)],
                lines: [LineDrawing::Smooth, LineDrawing::Crisp][random.between(0, 1)],
                volume: volume > 0,
                volume_share: (volume > 1).then_some(35),
                grid: random.between(0, 3) > 0,
                color: [ColorType::Rgb, ColorType::Indexed][random.between(0, 1)],
                ..size(random.between(24, 320) as u32, random.between(24, 240) as u32)
            };
            // Some have all the history that their lines ask for, others less.
            let warmup = random.between(0, 80);
            let walk = Walk {
                step: MINUTE * random.between(1, 3000) as i64,
                swing: random.unit() * 0.2,
                ..Walk::new(random.next(), window + warmup)
            };
            let price = power_of_ten(random.between(0, 21) as i32 - 9);
            let mut candles = made::scaled(&walk.candles(), price, 1.0);
            if random.between(0, 1) == 0 {
                candles = made::gap(candles, warmup + window / 2, 5 * walk.step);
            }
            let step = interval("knobs", walk.step);
            Case::with_warmup(format!("knobs-{number:02}"), &step, candles, warmup, options)
        })
        .collect()
}
