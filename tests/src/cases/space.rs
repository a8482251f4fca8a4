//! Points of the whole space of specs and candles, each from a seed of its own,
//! so that one more knob of one case moves no other case.

use render_core::{
    Axes, Candle, CandleStyle, Color, ColorType, Dash, Fit, FrameSides, Gaps, Grouping, Indicator, Interval,
    LineDrawing, Overlay, PriceRange, PriceScale, STYLES, Side, Spec, SpecOptions, Style, Styled,
    VolumeColor,
};

use super::{Case, DAY, HOUR, MINUTE, SECOND, SEEDED_KINDS, WEEK, interval, random::Random, series};

/// The seed of all seeds. Another one would be other cases.
const SEED: u64 = 0x6361_6e64_6c65_7321;

/// The first `count` points.
pub(super) fn space(count: usize) -> Vec<Case> {
    (0..count).map(point).collect()
}

fn point(number: usize) -> Case {
    let random = &mut Random::new(SEED ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let interval = steps(random);
    let window = match random.between(0, 9) {
        0 => random.between(2, 4),
        1 => random.between(120, 400),
        _ => random.between(5, 100),
    };
    let options = options(random, window as u32);
    // Some have all the history that their lines ask for, others some or none of it.
    let asked = Spec::new(SpecOptions { range: PriceRange::Window, ..options.clone() })
        .map_or(0, |spec| spec.warmup() as usize);
    let warmup = match random.between(0, 3) {
        0 => 0,
        1 => random.between(0, asked),
        _ => asked,
    };
    let candles = series::series(random, warmup + window, interval.ms());
    let range = range(random, &candles[warmup..], options.scale);
    let options = later_knobs(random, options, range);
    let name = format!("space-{number:04}");
    let mut case = Case::with_warmup(name, &interval, candles, warmup, SpecOptions { range, ..options });
    let symbols = ["BTCUSDT", "X", "ETH-PERP", "1000PEPE_USDT", "BRK.B", "A.VERY-LONG_SYMBOL.0123456789"];
    random.pick(&symbols).clone_into(&mut case.symbol);
    case
}

fn steps(random: &mut Random) -> Interval {
    let steps = [
        ("1s", SECOND),
        ("1m", MINUTE),
        ("5m", 5 * MINUTE),
        ("15m", 15 * MINUTE),
        ("1h", HOUR),
        ("1h", HOUR),
        ("4h", 4 * HOUR),
        ("1d", DAY),
        ("1d", DAY),
        ("1w", WEEK),
        ("30d", 30 * DAY),
    ];
    let (code, ms) = random.pick(&steps);
    interval(code, ms)
}

/// Every knob but the range, which depends on the candles.
fn options(random: &mut Random, window: u32) -> SpecOptions {
    let (width, height) = sides(random);
    let axes = random.pick(&[Axes::On, Axes::On, Axes::On, Axes::Off, Axes::Bare]);
    let volume = random.between(0, 3) > 0;
    SpecOptions {
        width,
        height,
        window,
        style: style(random),
        kind: random.pick(&SEEDED_KINDS),
        scale: random.pick(&[PriceScale::Linear, PriceScale::Linear, PriceScale::Log, PriceScale::Percent]),
        range: PriceRange::Window,
        padding: random.maybe(3, |random| random.between(0, 45) as u8),
        overlays: (0..random.between(0, 7).saturating_sub(3)).map(|_| overlay(random).into()).collect(),
        indicators: (0..random.between(0, 5).saturating_sub(3)).map(|_| indicator(random).into()).collect(),
        axes,
        price_labels: random.maybe(2, |random| random.pick(&[Side::Left, Side::Right])),
        labels: random.maybe(3, |random| random.between(25, 400) as u16).unwrap_or(100),
        title: axes == Axes::On && random.between(0, 2) == 0,
        last_price: axes != Axes::Bare && random.between(0, 2) == 0,
        utc_offset: random.maybe(3, |random| random.between(0, 2160) as i16 - 1080).unwrap_or(0),
        gaps: random.pick(&[Gaps::Collapse, Gaps::Collapse, Gaps::Slot]),
        lines: random.pick(&[LineDrawing::Smooth, LineDrawing::Crisp]),
        volume,
        volume_share: random.maybe(3, |random| random.between(5, 90) as u8).filter(|_| volume),
        grid: random.between(0, 3) > 0,
        color: random.pick(&[ColorType::Rgb, ColorType::Rgb, ColorType::Indexed]),
        ..SpecOptions::default()
    }
}

/// Knobs that came later: drawn after all others, so that these stayed what they were.
fn later_knobs(random: &mut Random, options: SpecOptions, range: PriceRange) -> SpecOptions {
    let is_on = options.axes == Axes::On;
    let mut yes = |one_in| random.between(1, one_in) == 1;
    let (fits, title_ohlc, axis_titles) = (yes(3), yes(4), yes(4));
    SpecOptions {
        fit: if fits && range == PriceRange::Window { Fit::Overlays } else { Fit::Candles },
        title_ohlc: title_ohlc && is_on,
        axis_titles: axis_titles && is_on,
        grouping: random.pick(&[Grouping::None, Grouping::None, Grouping::Comma, Grouping::Space]),
        price_decimals: random.maybe(4, |random| random.between(0, 12) as u8),
        right_margin: random.maybe(4, |random| random.between(0, 20) as u8).unwrap_or(0),
        overlays: options.overlays.iter().map(|line| drawn(random, *line, line.of.colors())).collect(),
        indicators: options.indicators.iter().map(|line| drawn(random, *line, line.of.colors())).collect(),
        ..options
    }
}

/// Now and then with colours and a width of its own.
fn drawn<T>(random: &mut Random, of: Styled<T>, colors: usize) -> Styled<T> {
    let chosen = random.maybe(4, color);
    let second = random.maybe(2, color).filter(|_| chosen.is_some() && colors > 1);
    let width_tenths = random.maybe(4, |random| random.between(5, 60) as u16);
    let mut own = of;
    (own.colors[0], own.colors[1], own.width_tenths) = (chosen, second, width_tenths);
    own
}

/// Mostly small, so that all cases take a minute; some too small, flat or narrow for anything but candles.
fn sides(random: &mut Random) -> (u32, u32) {
    let mut side = |low, high| random.between(low, high) as u32;
    match side(0, 19) {
        0 => (side(8, 16), side(8, 600)),
        1 => (side(8, 600), side(8, 16)),
        2 => (side(8, 64), side(8, 64)),
        3 => (side(200, 800), side(200, 600)),
        _ => (side(24, 280), side(24, 220)),
    }
}

/// One of the catalogue, or one that nobody would choose.
fn style(random: &mut Random) -> Style {
    let named = |name| Style::named(name).unwrap_or_else(|error| panic!("style {name}: {error}"));
    if random.between(0, 1) == 0 {
        return named(random.pick(STYLES));
    }
    Style {
        name: "drawn".to_owned(),
        figure: color(random),
        panel: color(random),
        grid: color(random),
        grid_alpha: random.between(0, 100) as u8,
        grid_dash: random.pick(&[Dash::Solid, Dash::Dashed, Dash::Dotted, Dash::None]),
        grid_width: random.between(1, 400) as u16,
        frame: color(random),
        frame_width: random.between(1, 400) as u16,
        frame_sides: random.pick(&[FrameSides::All, FrameSides::Axes, FrameSides::None]),
        label: color(random),
        price_labels: random.pick(&[Side::Left, Side::Right]),
        up: candle_style(random),
        down: candle_style(random),
        candle_alpha: random.between(0, 100) as u8,
        volume_alpha: random.between(0, 100) as u8,
        volume_color: random.pick(&[VolumeColor::Open, VolumeColor::PreviousClose]),
        hollow: random.maybe(2, color),
        line: color(random),
        overlay_colors: (0..random.between(1, 4)).map(|_| color(random)).collect(),
    }
}

fn candle_style(random: &mut Random) -> CandleStyle {
    CandleStyle {
        body: color(random),
        edge: color(random),
        wick: color(random),
        volume: color(random),
        ohlc: color(random),
    }
}

fn color(random: &mut Random) -> Color {
    let [r, g, b, ..] = random.next().to_le_bytes();
    Color::rgb(r, g, b)
}

fn overlay(random: &mut Random) -> Overlay {
    let period = random.between(1, 40) as u32;
    match random.between(0, 4) {
        0 => Overlay::Sma { period },
        1 => Overlay::Ema { period },
        2 => Overlay::Wma { period },
        3 => Overlay::Bollinger { period: period + 1, hundredths: random.between(10, 400) as u32 },
        _ => Overlay::Vwap { period },
    }
}

fn indicator(random: &mut Random) -> Indicator {
    let mut period = |low, high| random.between(low, high) as u32;
    match period(0, 3) {
        0 => Indicator::Rsi { period: period(1, 30) },
        1 => Indicator::Macd { fast: period(2, 12), slow: period(13, 30), signal: period(1, 12) },
        2 => Indicator::Atr { period: period(1, 30) },
        _ => Indicator::Stochastic { period: period(1, 30), slowing: period(1, 5), smoothing: period(1, 5) },
    }
}

/// The window's own range, a span around its last close, or fixed prices that cut through its candles.
fn range(random: &mut Random, drawn: &[Candle], scale: PriceScale) -> PriceRange {
    match random.between(0, 7) {
        0 => PriceRange::Span { hundredths: random.between(1, 9_000) as u32 },
        1 => {
            let prices = [random.pick(drawn).low, random.pick(drawn).high];
            let (low, high) = (prices[0].min(prices[1]), prices[0].max(prices[1]));
            if low < high && (scale != PriceScale::Log || low > 0.0) {
                PriceRange::Fixed { low, high }
            } else {
                PriceRange::Window
            }
        }
        _ => PriceRange::Window,
    }
}
