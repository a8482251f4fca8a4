//! The golden cases: the same ones on every run and every machine.
//!
//! Candles are real ones of the two sample series, or made by
//! [`random`] from a fixed seed with nothing but `+ - * /`, so that no
//! platform's mathematics can move a case before the renderer sees it.

mod made;
mod random;
mod real;

use std::collections::BTreeSet;

use render_core::{
    Axes, Candle, CandleStyle, Color, ColorType, Dash, Interval, Spec, SpecOptions, Style, Window,
};

use random::{Random, Walk};

pub use real::{btc_1h, eth_4h};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// 2023-01-02T00:00:00Z, a Monday.
const MONDAY: i64 = 1_672_617_600_000;

/// One picture to render.
#[derive(Debug, Clone)]
pub struct Case {
    /// What the case shows; unique, without spaces.
    pub name: String,
    /// The window's symbol.
    pub symbol: String,
    /// The window's interval.
    pub interval: Interval,
    /// Warm-up and drawn candles.
    pub candles: Vec<Candle>,
    /// How many of the candles are warm-up.
    pub warmup: usize,
    /// The spec.
    pub spec: Spec,
}

impl Case {
    /// The window to render.
    ///
    /// # Panics
    /// Where the case's candles are not valid, which would be a mistake in this crate.
    #[must_use]
    pub fn window(&self) -> Window<'_> {
        Window::new(&self.symbol, &self.interval, &self.candles, self.warmup)
            .unwrap_or_else(|error| panic!("case {}: {error}", self.name))
    }

    /// A case that draws all of `candles`, whose number becomes the spec's window.
    fn new(name: impl Into<String>, interval: &Interval, candles: Vec<Candle>, options: SpecOptions) -> Self {
        Self::with_warmup(name, interval, candles, 0, options)
    }

    fn with_warmup(
        name: impl Into<String>,
        interval: &Interval,
        candles: Vec<Candle>,
        warmup: usize,
        options: SpecOptions,
    ) -> Self {
        let name = name.into();
        let window = (candles.len() - warmup) as u32;
        let spec = Spec::new(SpecOptions { window, ..options })
            .unwrap_or_else(|error| panic!("case {name}: {error}"));
        Self { name, symbol: "BTCUSDT".to_owned(), interval: interval.clone(), candles, warmup, spec }
    }
}

/// All golden cases, in the order of `ref/hashes.txt`.
///
/// # Panics
/// Where two cases have one name, which would be a mistake in this crate.
#[must_use]
pub fn cases() -> Vec<Case> {
    let cases = [
        real_ends(),
        sizes(),
        windows(),
        magnitudes(),
        shapes(),
        knobs(),
        styles(),
        indexed(),
        intervals(),
        times(),
        mixed(),
    ]
    .concat();
    let mut names = BTreeSet::new();
    for case in &cases {
        assert!(names.insert(&case.name), "two cases {}", case.name);
    }
    cases
}

fn interval(code: &str, ms: i64) -> Interval {
    Interval::new(code, ms).unwrap_or_else(|error| panic!("interval {code}: {error}"))
}

fn hours() -> Interval {
    interval("1h", HOUR)
}

fn size(width: u32, height: u32) -> SpecOptions {
    SpecOptions { width, height, ..SpecOptions::default() }
}

/// The `window` real hours from the `first` one on.
fn btc(first: usize, window: usize) -> Vec<Candle> {
    btc_1h()[first..first + window].to_vec()
}

/// Both sample series at different ends, the default picture among them.
fn real_ends() -> Vec<Case> {
    let mut cases = Vec::new();
    for (symbol, interval, candles) in
        [("BTCUSDT", hours(), btc_1h()), ("ETHUSD", interval("4h", 4 * HOUR), eth_4h())]
    {
        let mut add = |name: &str, end: usize, window, warmup, options| {
            let drawn = candles[end - window - warmup..end].to_vec();
            let name = format!("real-{symbol}-{}-{name}", interval.code());
            let mut case = Case::with_warmup(name, &interval, drawn, warmup, options);
            symbol.clone_into(&mut case.symbol);
            cases.push(case);
        };
        add("default", 2000, 150, 0, SpecOptions::default());
        add("warmup", 1000, 60, 40, size(320, 240));
        for step in 1..=8 {
            let end = candles.len() * step / 8;
            add(&format!("end-{end}"), end, 100, 0, size(400, 300));
        }
    }
    cases
}

/// From the smallest picture to 2048 pixels a side, square and not.
fn sizes() -> Vec<Case> {
    let squares = [8, 9, 16, 32, 33, 48, 64, 96, 100, 128, 224, 256, 333, 512, 640, 1024, 2048];
    let others = [
        (8, 64),
        (64, 8),
        (16, 300),
        (300, 16),
        (32, 200),
        (200, 32),
        (640, 480),
        (720, 1280),
        (1280, 720),
        (1920, 1080),
        (2048, 32),
        (33, 2048),
    ];
    let squares = squares.map(|side| (side, side));
    squares
        .iter()
        .chain(&others)
        .map(|&(width, height)| {
            let name = format!("size-{width}x{height}");
            Case::new(name, &hours(), btc(500, 60), size(width, height))
        })
        .collect()
}

/// From two candles to the most there may be, with more and with fewer than there are pixel columns.
fn windows() -> Vec<Case> {
    let windows = [2, 3, 5, 10, 20, 50, 100, 150, 200, 365, 500];
    let wide = windows.map(|window| (window, 256, 256));
    let narrow = [
        (2, 32, 32),
        (100, 100, 60),
        (200, 64, 64),
        (500, 32, 32),
        (500, 499, 120),
        (2000, 100, 100),
        (2000, 640, 320),
    ];
    wide.iter()
        .chain(&narrow)
        .map(|&(window, width, height)| {
            let name = format!("window-{window}-{width}x{height}");
            Case::new(name, &hours(), btc(700, window), size(width, height))
        })
        .collect()
}

/// Prices around every power of ten from 1e-9 to 1e12, and volumes the other way round.
fn magnitudes() -> Vec<Case> {
    let walk = Walk::new(11, 40).candles();
    (-9..=12)
        .map(|exponent: i32| {
            let price = power_of_ten(exponent);
            let volume = power_of_ten(-exponent);
            let candles = made::scaled(&walk, price, volume);
            Case::new(format!("price-1e{exponent}"), &hours(), candles, size(200, 160))
        })
        .collect()
}

/// Candles as no market, or only a broken one, would make them.
fn shapes() -> Vec<Case> {
    made::shapes()
        .into_iter()
        .map(|(name, candles)| Case::new(format!("shape-{name}"), &hours(), candles, size(200, 160)))
        .collect()
}

/// Every combination of axes, volume panel and grid, large enough for labels and too small for them.
fn knobs() -> Vec<Case> {
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
fn styles() -> Vec<Case> {
    let light = Style {
        name: "paper".to_owned(),
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
            let name = format!("style-paper-{name}-{grid_alpha}");
            cases.push(Case::new(name, &hours(), btc(1100, 40), options));
        }
    }
    cases
}

/// Palettes of 1, 2 and 4 bits, and rows that end within a byte.
fn indexed() -> Vec<Case> {
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

/// From milliseconds to months, wide enough for a few time labels.
fn intervals() -> Vec<Case> {
    let lengths = [
        ("1ms", 1),
        ("1s", SECOND),
        ("1m", MINUTE),
        ("5m", 5 * MINUTE),
        ("15m", 15 * MINUTE),
        ("30m", 30 * MINUTE),
        ("2h", 2 * HOUR),
        ("6h", 6 * HOUR),
        ("12h", 12 * HOUR),
        ("1d", DAY),
        ("3d", 3 * DAY),
        ("1w", WEEK),
        ("30d", 30 * DAY),
        ("365d", 365 * DAY),
    ];
    lengths
        .iter()
        .map(|&(code, ms)| {
            let walk = Walk { start: MONDAY, step: ms, ..Walk::new(21, 60) };
            Case::new(format!("interval-{code}"), &interval(code, ms), walk.candles(), size(480, 160))
        })
        .collect()
}

/// Gaps, turns of the day, month and year, and the ends of the calendar.
fn times() -> Vec<Case> {
    let walk = |start, step| Walk { start, step, ..Walk::new(31, 48) }.candles();
    let year = 365 * DAY;
    let days = interval("1d", DAY);
    let mut irregular = walk(MONDAY, HOUR);
    let mut random = Random::new(32);
    let mut open_time = MONDAY;
    for candle in &mut irregular {
        candle.open_time = open_time;
        open_time += 1 + (random.unit() * 50_000_000.0) as i64;
    }
    [
        ("new-year-hours", hours(), walk(MONDAY - 3 * DAY, HOUR)),
        ("new-year-days", days.clone(), walk(MONDAY - 20 * DAY, DAY)),
        // 2024-02-29 lies in the middle.
        ("leap-day", days.clone(), walk(MONDAY + 399 * DAY, DAY)),
        ("off-the-grid", hours(), walk(MONDAY + 1_234_567, HOUR)),
        ("before-1970", days.clone(), walk(-20 * DAY, DAY)),
        ("year-0", days.clone(), walk(-62_167_219_200_000, DAY)),
        ("year-9999", days.clone(), walk(253_402_300_799_999 - 47 * DAY, DAY)),
        ("one-gap", hours(), made::gap(walk(MONDAY, HOUR), 20, 30 * HOUR)),
        ("long-gap", hours(), made::gap(walk(MONDAY, HOUR), 47, year)),
        ("weekends-left-out", days, made::workdays(walk(MONDAY, DAY))),
        ("irregular", hours(), irregular),
    ]
    .into_iter()
    .map(|(name, interval, candles)| Case::new(format!("time-{name}"), &interval, candles, size(480, 160)))
    .collect()
}

/// Everything at once, as the seed has it.
fn mixed() -> Vec<Case> {
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

/// 1e`exponent`, correctly rounded, which repeated multiplication would not be.
fn power_of_ten(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or_else(|error| panic!("1e{exponent}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_many_valid_and_the_same_every_time() {
        let (first, second) = (cases(), cases());
        assert!(first.len() >= 120, "{} cases", first.len());
        for (a, b) in first.iter().zip(&second) {
            assert_eq!(a.window().candles().len(), a.spec.window() as usize);
            assert!(!a.name.contains(char::is_whitespace), "{}", a.name);
            assert_eq!((&a.name, &a.candles, &a.spec), (&b.name, &b.candles, &b.spec));
        }
    }
}
