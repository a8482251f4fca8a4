//! Random specs and random candles.

use std::fmt;

use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::{
    Axes, Candle, Color, ColorType, Fit, Gaps, Grouping, Indicator, Interval, Kind, LineDrawing, Overlay,
    PanelHeight, PanelName, PriceRange, PriceScale, STYLES, SeriesDrawing, SeriesForm, SeriesPlace, Side,
    Spec, SpecOptions, Style, Styled, Window, indicator::MOST_COLORS,
};

/// What one picture is made of.
#[derive(Clone)]
pub(crate) struct Picture {
    pub interval: Interval,
    pub candles: Vec<Candle>,
    pub warmup: usize,
    pub spec: Spec,
}

/// Short enough to be read where a property fails.
impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { interval, candles, warmup, spec } = self;
        let style = SpecOptions::default().style;
        let style_name = &spec.options().style.name;
        let options = SpecOptions { style, ..spec.options().clone() };
        let json = serde_json::to_string(&options).unwrap_or_default();
        writeln!(
            f,
            "{interval:?}, {warmup} of {} candles before the window, style {style_name}",
            candles.len()
        )?;
        writeln!(f, "{json}")?;
        let drawn = &candles[*warmup..];
        let shown = if drawn.len() > 12 { &drawn[drawn.len() - 12..] } else { drawn };
        shown.iter().try_for_each(|Candle { open_time, open, high, low, close, volume }| {
            writeln!(f, "{open_time} {open:?} {high:?} {low:?} {close:?} {volume:?}")
        })
    }
}

impl Picture {
    /// With `history` fiftieths of the warm-up that the spec asks for.
    pub fn new(options: SpecOptions, mut market: Market, history: u32) -> Self {
        let spec = Spec::new(options).expect("valid options");
        let warmup = (spec.warmup() * history / 50) as usize;
        let count = spec.window() as usize + warmup;
        // Within the calendar even where every candle has a hole before it.
        let most = 100_000 * 86_400_000 / (41 * count as i64);
        market.step.1 = market.step.1.min(most.max(1));
        let interval = Interval::new(market.step.0, market.step.1).expect("valid");
        Self { interval, candles: market.candles(count), warmup, spec }
    }

    pub fn window(&self) -> Window<'_> {
        Window::new("BTCUSDT", &self.interval, &self.candles, self.warmup).expect("valid candles")
    }
}

/// How many cases a property is tried with, where the environment does not say otherwise.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    #[expect(clippy::disallowed_methods, reason = "a test may look at its environment")]
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(usual), failure_persistence: None, ..ProptestConfig::default() }
}

/// Sizes that people use and such as nobody would, mostly small ones.
fn size() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 8..=64_u32, 8 => 65..=200_u32, 3 => 201..=600_u32]
}

/// The same, and now and then a large one.
pub(crate) fn any_size() -> impl Strategy<Value = (u32, u32)> {
    prop_oneof![12 => (size(), size()), 1 => (8..=8192_u32, 8..=8192_u32), 1 => (8..=8192_u32, size())]
}

/// Up to 200 pixels a side, for checks that look at every pixel.
pub(crate) fn small_size() -> impl Strategy<Value = (u32, u32)> {
    (8..=200_u32, 8..=200_u32)
}

fn overlay() -> impl Strategy<Value = Overlay> {
    let period = || 1..=60_u32;
    prop_oneof![
        period().prop_map(|period| Overlay::Sma { period }),
        period().prop_map(|period| Overlay::Ema { period }),
        period().prop_map(|period| Overlay::Wma { period }),
        (period(), 1..=1000_u32).prop_map(|(period, hundredths)| Overlay::Bollinger { period, hundredths }),
        period().prop_map(|period| Overlay::Vwap { period }),
        period().prop_map(|period| Overlay::Hma { period }),
        Just(Overlay::SessionVwap),
        period().prop_map(|period| Overlay::Donchian { period }),
        (period(), 1..=1000_u32, period()).prop_map(|(period, hundredths, range_period)| {
            Overlay::Keltner { period, hundredths, range_period }
        }),
        (period(), 1..=1000_u32).prop_map(|(period, hundredths)| Overlay::Supertrend { period, hundredths }),
        (period(), period(), period()).prop_map(|(conversion, base, span)| Overlay::Ichimoku {
            conversion,
            base,
            span
        }),
        (1..=1000_u32, 0..=1000_u32)
            .prop_map(|(step, more)| Overlay::Sar { step, most: (step + more).min(1000) }),
        period().prop_map(|period| Overlay::VolumeSma { period }),
    ]
}

fn indicator() -> impl Strategy<Value = Indicator> {
    let period = || 1..=40_u32;
    prop_oneof![
        period().prop_map(|period| Indicator::Rsi { period }),
        (period(), period(), period())
            .prop_map(|(fast, more, signal)| { Indicator::Macd { fast, slow: fast + more, signal } }),
        period().prop_map(|period| Indicator::Atr { period }),
        (period(), period(), period()).prop_map(|(period, slowing, smoothing)| {
            Indicator::Stochastic { period, slowing, smoothing }
        }),
        period().prop_map(|period| Indicator::Adx { period }),
        Just(Indicator::Obv),
        period().prop_map(|period| Indicator::Cci { period }),
    ]
}

/// A series of one's own, drawn somehow.
fn drawing() -> impl Strategy<Value = SeriesDrawing> {
    use SeriesForm::{Band, Bars, Line, Scatter, Step};
    let color = any::<[u8; 3]>().prop_map(|[r, g, b]| Color::rgb(r, g, b));
    (
        select(vec!["equity", "fair", "one", "two"]),
        select(vec![Line, Step, Bars, Scatter, Band]),
        select(vec![SeriesPlace::Price, SeriesPlace::Below]),
        option::of(select(vec![Side::Left, Side::Right])),
        option::of(color),
        option::of(5..=200_u16),
    )
        .prop_map(|(name, form, place, side, color, width_tenths)| SeriesDrawing {
            name: name.to_owned(),
            form,
            place,
            side,
            color,
            width_tenths,
        })
}

/// How lines are drawn: mostly as usual.
fn styled<T: fmt::Debug + Copy>(
    of: impl Strategy<Value = T>,
    colors: fn(T) -> usize,
) -> impl Strategy<Value = Styled<T>> {
    let color = || any::<[u8; 3]>().prop_map(|[r, g, b]| Color::rgb(r, g, b));
    let width = prop_oneof![3 => Just(None), 1 => (5..=200_u16).prop_map(Some)];
    (
        of,
        prop_oneof![3 => Just(0), 1 => Just(1), 1 => 2..=MOST_COLORS],
        [(); MOST_COLORS].map(|()| color()),
        width,
    )
        .prop_map(move |(of, count, chosen, width_tenths)| {
            let count = colors(of).min(count);
            let colors = std::array::from_fn(|at| Some(chosen[at]).filter(|_| at < count));
            Styled { of, colors, width_tenths }
        })
}

/// 10 to a power from -12 to 15, or one at the ends of what an `f64` holds.
fn magnitude() -> impl Strategy<Value = f64> {
    let usual = (-12..=15_i32).prop_map(|power| format!("1e{power}"));
    let extreme = select(vec!["1e-320", "1e-300", "1e-150", "1e40", "1e150", "1e300"]);
    prop_oneof![19 => usual, 1 => extreme.prop_map(str::to_owned)]
        .prop_map(|text| text.parse().expect("a number"))
}

fn range() -> impl Strategy<Value = PriceRange> {
    prop_oneof![
        3 => Just(PriceRange::Window),
        1 => (magnitude(), -2.0..2.0_f64, 0.001..3.0_f64).prop_map(|(size, low, wide)| {
            let (low, high) = (low * size, (low + wide) * size);
            if low < high { PriceRange::Fixed { low, high } } else { PriceRange::Window }
        }),
        1 => (1..=1_000_000_u32).prop_map(|hundredths| PriceRange::Span { hundredths }),
        1 => (1..=2000_u32).prop_map(|hundredths| PriceRange::Span { hundredths }),
    ]
}

/// Some names of panels, whether or not a picture has them.
fn panel_names() -> impl Strategy<Value = Vec<PanelName>> {
    const NAMES: &[&str] = &["price", "volume", "rsi", "macd", "atr", "stochastic", "adx", "obv", "cci"];
    let name = || select(NAMES).prop_map(|name| name.parse().expect("a panel"));
    prop_oneof![2 => Just(Vec::new()), 1 => vec(name(), 0..=8)]
}

fn panel_heights() -> impl Strategy<Value = Vec<PanelHeight>> {
    (panel_names(), vec(1..=100_u8, 8)).prop_map(|(names, parts)| {
        names.into_iter().zip(parts).map(|(panel, parts)| PanelHeight { panel, parts }).collect()
    })
}

fn style() -> impl Strategy<Value = Style> {
    select(STYLES).prop_map(|name| Style::named(name).expect("a built-in style"))
}

/// Checked options of pictures of that size, every knob at random.
pub(crate) fn options(size: impl Strategy<Value = (u32, u32)>) -> impl Strategy<Value = SpecOptions> {
    let window = prop_oneof![6 => 2..=8_u32, 18 => 9..=120_u32, 6 => 121..=400_u32, 1 => 401..=2000_u32];
    let some_labels = prop_oneof![2 => Just(100_u16), 2 => 25..=400_u16];
    let some_offset = prop_oneof![1 => Just(0_i16), 1 => -1080..=1080_i16];
    let looks = (
        style(),
        select(&Kind::ALL[..]),
        select(&PriceScale::ALL[..]),
        range(),
        option::of(0..=45_u8),
        select(vec![Axes::On, Axes::On, Axes::On, Axes::Off, Axes::Bare]),
        option::of(select(vec![Side::Left, Side::Right])),
        select(vec![LineDrawing::Smooth, LineDrawing::Crisp]),
        select(vec![ColorType::Rgb, ColorType::Indexed]),
    );
    let lines = (
        prop_oneof![2 => Just(Vec::new()), 1 => vec(styled(overlay(), Overlay::colors), 0..=8)],
        prop_oneof![2 => Just(Vec::new()), 1 => vec(styled(indicator(), Indicator::colors), 0..=6)],
    );
    let more = (
        some_labels,
        any::<bool>(),
        any::<bool>(),
        some_offset,
        select(vec![Gaps::Collapse, Gaps::Collapse, Gaps::Slot]),
        prop_oneof![1 => Just(None), 2 => Just(Some(None)), 1 => (5..=90_u8).prop_map(|share| Some(Some(share)))],
        any::<bool>(),
    );
    let numbers = (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        select(vec![Grouping::None, Grouping::None, Grouping::Comma, Grouping::Space]),
        prop_oneof![2 => Just(None), 1 => (0..=12_u8).prop_map(Some)],
        prop_oneof![2 => Just(0_u8), 1 => 0..=20_u8],
    );
    let panels = (panel_names(), panel_heights(), option::of((magnitude(), -2.0..2.0_f64)));
    let own = (vec(drawing(), 0..=3), any::<bool>());
    (size, window, looks, lines, (more, numbers, panels, own)).prop_map(
        |((width, height), window, looks, lines, (more, numbers, panels, own))| {
            let (mut series, marks) = own;
            series.sort_by(|a: &SeriesDrawing, b| a.name.cmp(&b.name));
            series.dedup_by(|a, b| a.name == b.name);
            let (panel_order, panel_heights, baseline) = panels;
            let (title_ohlc, axis_titles, fit, grouping, decimals, right_margin) = numbers;
            let (style, kind, scale, range, padding, axes, price_labels, drawing, color) = looks;
            let (mut overlays, indicators) = lines;
            let (labels, title, last_price, utc_offset, gaps, volume, grid) = more;
            // What contradicts itself gives way.
            let range = match (scale, range) {
                (PriceScale::Log, PriceRange::Fixed { low, .. }) if low <= 0.0 => PriceRange::Window,
                (PriceScale::Log, PriceRange::Span { hundredths: 10_000.. }) => PriceRange::Window,
                _ => range,
            };
            overlays.retain(|overlay| volume.is_some() || !overlay.of.is_of_volume());
            let volume_share = volume.flatten();
            let sized = SpecOptions { width, height, window, ..SpecOptions::default() };
            SpecOptions {
                style,
                kind,
                scale,
                range,
                fit: if fit && range == PriceRange::Window { Fit::Overlays } else { Fit::Candles },
                padding,
                overlays,
                indicators,
                axes,
                price_labels,
                labels,
                title: title && axes == Axes::On,
                title_ohlc: title_ohlc && axes == Axes::On,
                axis_titles: axis_titles && axes == Axes::On,
                grouping,
                price_decimals: decimals,
                last_price: last_price && axes != Axes::Bare,
                utc_offset,
                gaps,
                right_margin,
                lines: drawing,
                volume: volume.is_some(),
                volume_share,
                baseline: baseline.map(|(size, part)| size * part).filter(|_| kind == Kind::Baseline),
                series,
                marks,
                panel_order,
                panel_heights: if volume_share.is_none() { panel_heights } else { Vec::new() },
                grid,
                color,
                ..sized
            }
        },
    )
}

/// How random candles move.
#[derive(Debug, Clone)]
pub(crate) struct Market {
    seed: u64,
    size: f64,
    /// Added to all prices, in sizes: below -1 all are negative.
    shift: f64,
    swing: f64,
    /// Chances in per cent.
    flat: u64,
    spike: u64,
    hole: u64,
    silent: u64,
    volume: f64,
    start: i64,
    step: (&'static str, i64),
    off_grid: i64,
}

pub(crate) fn market() -> impl Strategy<Value = Market> {
    const DAY: i64 = 86_400_000;
    let steps = vec![
        ("1ms", 1),
        ("1s", 1000),
        ("1m", 60_000),
        ("15m", 900_000),
        ("1h", DAY / 24),
        ("4h", DAY / 6),
        ("1d", DAY),
        ("1w", 7 * DAY),
        ("30d", 30 * DAY),
        ("365d", 365 * DAY),
    ];
    let chance = || prop_oneof![3 => Just(0_u64), 1 => 0..=30_u64, 1 => Just(100_u64)];
    (
        (any::<u64>(), magnitude()),
        prop_oneof![6 => Just(0.0), 1 => Just(-1.0), 1 => -1e6..1e6_f64],
        select(vec![1e-9, 1e-3, 0.03, 0.3, 1.5]),
        (chance(), prop_oneof![3 => Just(0_u64), 1 => 0..=5_u64], chance(), chance()),
        magnitude(),
        (-1000..40_000_i64).prop_map(|day| day * DAY),
        select(steps),
        prop_oneof![2 => Just(0_i64), 1 => 0..DAY],
    )
        .prop_map(
            |((seed, size), shift, swing, (flat, spike, hole, silent), volume, start, step, off_grid)| {
                Market { seed, size, shift, swing, flat, spike, hole, silent, volume, start, step, off_grid }
            },
        )
}

impl Market {
    fn candles(&self, count: usize) -> Vec<Candle> {
        let mut state = self.seed;
        let mut next = move || {
            // Sebastiano Vigna's splitmix64.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        let mut open_time = self.start + self.off_grid;
        let mut price = 1.0_f64;
        (0..count)
            .map(|_| {
                let mut unit = || (next() >> 11) as f64 / (1_u64 << 53) as f64;
                let mut moved = |from: f64| from + (unit() - 0.5) * self.swing;
                let open = moved(price);
                let close = moved(open);
                let (mut high, mut low) =
                    (moved(open).max(open).max(close), moved(close).min(open).min(close));
                let mut by_chance = |chance: u64| next() % 100 < chance;
                if by_chance(self.spike) {
                    (high, low) = (high + 50.0, low - 30.0);
                }
                let (mut open, mut close) = (open, close);
                if by_chance(self.flat) {
                    (open, high, low, close) = (price, price, price, price);
                }
                let silent = by_chance(self.silent);
                let places = if by_chance(self.hole) { 1 + (next() % 40) as i64 } else { 1 };
                open_time += places * self.step.1;
                price = close;
                let place =
                    |value: f64| ((value + self.shift) * self.size).clamp(-f64::MAX / 4.0, f64::MAX / 4.0);
                Candle {
                    open_time,
                    open: place(open),
                    high: place(high),
                    low: place(low),
                    close: place(close),
                    volume: if silent { 0.0 } else { self.volume * ((next() % 1000) as f64) },
                }
            })
            .collect()
    }
}

/// Pictures of that size.
pub(crate) fn pictures(size: impl Strategy<Value = (u32, u32)>) -> impl Strategy<Value = Picture> {
    // Often there is less history than asked for.
    (options(size), market(), 0..=100_u32)
        .prop_map(|(options, market, part)| Picture::new(options, market, part.min(50)))
}
