//! Text forms, warm-up, and a table of values that other tools computed.

mod properties;

use super::*;
use crate::{Interval, Spec, SpecOptions};

/// Compares a line with published values.
#[track_caller]
pub(super) fn near(line: &[f64], published: &[f64], tolerance: f64) {
    assert_eq!(line.len(), published.len(), "{line:?}");
    for (at, (value, published)) in line.iter().zip(published).enumerate() {
        assert!((value - published).abs() <= tolerance, "{at}: {value} is not {published}");
    }
}

/// The BTCUSDT sample: 3,623 hourly candles.
pub(super) fn btc() -> Vec<Candle> {
    let text = include_str!("../../../crates/market/sample/BTCUSDT-1h.csv");
    let candle = |line: &str| {
        let mut fields = line.split(',');
        let mut field = || fields.next().expect("six fields");
        let open_time = field().parse().expect("a time");
        let [open, high, low, close, volume] = [(); 5].map(|()| field().parse().expect("a number"));
        Candle { open_time, open, high, low, close, volume }
    };
    text.lines().skip(1).map(candle).collect()
}

fn hour() -> Interval {
    Interval::new("1h", 3_600_000).expect("valid")
}

#[test]
fn no_spec_has_more_warm_up_than_the_most() {
    let longest = |text: &str| {
        let Some((name, numbers)) = text.split_once(':') else { return Either::new(text).warmup() };
        let numbers: Vec<_> = numbers.split(',').map(|_| "1000").collect();
        // MACD's first period is the shorter one, Bollinger's second number is none.
        let numbers = numbers.join(",");
        let numbers = if name == "macd" { numbers.replacen("1000", "999", 1) } else { numbers };
        let numbers = match name {
            "bollinger" | "supertrend" => "1000,2",
            "keltner" => "1000,2,1000",
            "sar" => "0.001,1",
            _ => &numbers,
        };
        Either::new(&format!("{name}:{numbers}")).warmup()
    };
    let most = OVERLAYS.iter().chain(&INDICATORS).map(|text| longest(text)).max();
    assert_eq!(most, Some(MAX_WARMUP));
    const { assert!(HEIKIN_ASHI_WARMUP < MAX_WARMUP) };
}

/// An overlay or an indicator.
#[derive(Debug, Clone, Copy)]
enum Either {
    Overlay(Overlay),
    Indicator(Indicator),
}

impl Either {
    fn new(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Indicator(text.parse().expect("valid")), Self::Overlay)
    }

    fn all() -> impl Iterator<Item = Self> {
        OVERLAYS.iter().chain(&INDICATORS).map(|text| Self::new(text))
    }

    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Overlay(overlay) => overlay.names(),
            Self::Indicator(indicator) => indicator.names(),
        }
    }

    fn warmup(self) -> usize {
        match self {
            Self::Overlay(overlay) => overlay.warmup(),
            Self::Indicator(indicator) => indicator.warmup(),
        }
    }

    fn lines(self, candles: &[Candle], warmup: usize) -> Vec<Line> {
        let interval = hour();
        let window = Window::new("X", &interval, candles, warmup).expect("valid");
        let mut lines = Lines::new();
        match self {
            Self::Overlay(overlay) => overlay.lines(&window, &mut lines),
            Self::Indicator(indicator) => indicator.lines(&window, &mut lines),
        }
        lines.as_slice().to_vec()
    }
}

#[test]
fn values_are_those_of_other_tools() {
    let candles = btc();
    for row in include_str!("reference.csv").lines().filter(|line| !line.starts_with('#')).skip(1) {
        let fields: Vec<&str> = row.split(';').collect();
        let [text, name, first, length, at, value, whole] = fields[..] else { panic!("{row}") };
        let [first, length, at] =
            [first, length, at].map(|number| number.parse::<usize>().expect("a number"));
        let [value, whole] = [value, whole].map(|number| number.parse::<f64>().expect("a number"));
        let drawn = &candles[first..first + length];
        if text == "heikin-ashi" {
            let (interval, mut out) = (hour(), Vec::new());
            let all = &candles[first - HEIKIN_ASHI_WARMUP..first + length];
            let window = Window::new("X", &interval, all, HEIKIN_ASHI_WARMUP).expect("valid");
            heikin_ashi(&window, &mut out);
            let ours = if name == "open" { out[at].open } else { out[at].close };
            assert!((ours - value).abs() < 1e-9 && (ours - whole).abs() < 1e-9, "{row}: {ours}");
            continue;
        }
        let either = Either::new(text);
        assert!(first > either.warmup(), "{row}");
        let lines = either.lines(&candles[first - either.warmup()..first + length], either.warmup());
        let index = either.names().iter().position(|&known| known == name).expect("a line's name");
        let line = &lines[index];
        let ours = at.checked_sub(line.start).map_or(f64::NAN, |at| line.values[at]);
        if value.is_nan() {
            assert!(ours.is_nan(), "{row}: {ours}");
            continue;
        }
        assert!((ours - value).abs() <= 1e-9 * value.abs().max(1.0), "{row}: {ours}");
        // What a tool gives that starts at the first candle there is: our warm-up is long
        // enough that the difference is less than half a pixel of a panel 1,000 high.
        let high = drawn.iter().fold(0.0, |high: f64, candle| high.max(candle.high));
        let low = drawn.iter().fold(high, |low: f64, candle| low.min(candle.low));
        let span = if value.abs() <= 100.0 { 100.0 } else { high - low };
        assert!(whole.is_nan() || (ours - whole).abs() <= span / 2000.0, "{row}: {ours}");
    }
}

#[test]
fn lines_start_with_the_window_and_depend_on_no_more_history_than_the_warm_up() {
    let candles = btc();
    for either in Either::all() {
        let end = 2200;
        let first = end - 150;
        let exact = either.lines(&candles[first - either.warmup()..end], either.warmup());
        let more = either.lines(&candles[..end], first);
        // What is no number is like no other.
        assert_eq!(format!("{exact:?}"), format!("{more:?}"), "{either:?}");
        assert_eq!(exact.len(), either.names().len());
        assert!(exact.iter().all(|line| line.start == 0 && line.values.len() == 150), "{either:?}");
    }
}

#[test]
fn with_less_history_lines_start_where_they_are_first_defined() {
    let candles = btc();
    let starts = |text: &str, warmup: usize, length: usize| -> Vec<usize> {
        let lines = Either::new(text).lines(&candles[..warmup + length], warmup);
        assert!(lines.iter().all(|line| line.start + line.values.len() == length), "{text}");
        lines.iter().map(|line| line.start).collect()
    };
    assert_eq!(starts("sma:20", 0, 30), [19]);
    assert_eq!(starts("sma:20", 18, 30), [1]);
    assert_eq!(starts("sma:20", 0, 10), [10]);
    assert_eq!(starts("ema:20", 5, 30), [14]);
    assert_eq!(starts("wma:20", 5, 30), [14]);
    assert_eq!(starts("vwap:20", 5, 30), [14]);
    assert_eq!(starts("bollinger:20,2", 5, 30), [14; 3]);
    assert_eq!(starts("rsi:14", 4, 30), [10]);
    assert_eq!(starts("atr:14", 4, 30), [10]);
    assert_eq!(starts("macd:12,26,9", 5, 40), [20, 28, 28]);
    assert_eq!(starts("macd:12,26,9", 5, 2), [2; 3]);
    assert_eq!(starts("stochastic:14,3,3", 4, 30), [11, 13]);
    assert_eq!(starts("hma:20", 5, 30), [17]);
    assert_eq!(starts("hma:1", 0, 30), [0]);
    assert_eq!(starts("donchian:20", 5, 30), [14; 3]);
    assert_eq!(starts("keltner:20,2,10", 5, 30), [14; 3]);
    assert_eq!(starts("keltner:5,2,10", 5, 30), [5; 3]);
    assert_eq!(starts("ichimoku:9,26,52", 5, 90), [3, 20, 45, 71, 0]);
    assert_eq!(starts("ichimoku:9,26,52", 0, 20), [8, 20, 20, 20, 20]);
    assert_eq!(starts("sar:0.02,0.2", 0, 30), [1]);
    assert_eq!(starts("session-vwap", 0, 30), [0]);
    assert_eq!(starts("volume-sma:20", 5, 30), [14]);
    assert_eq!(starts("adx:14", 5, 40), [22, 9, 9]);
    assert_eq!(starts("adx:1", 0, 5), [1; 3]);
    assert_eq!(starts("obv", 0, 30), [0]);
    assert_eq!(starts("cci:20", 5, 30), [14]);
    // Falling first, until a close is above.
    assert_eq!(starts("supertrend:10,3", 5, 30)[1], 5);
}

#[test]
fn text_is_read_and_written_in_one_form() {
    let others =
        ["bollinger:20,2.5", "bollinger:1,0.05", "bollinger:1000,10", "macd:1,2,1000", "sma:1", "vwap:1000"];
    let later = [
        "keltner:9,0.5,1000",
        "supertrend:1,10",
        "sar:0.001,1",
        "sar:1,1",
        "sar:0.25,0.25",
        "ichimoku:1,1,1",
    ];
    for text in others.iter().chain(&later).chain(&OVERLAYS).chain(&INDICATORS).copied() {
        match Either::new(text) {
            Either::Overlay(overlay) => assert_eq!(overlay.to_string(), text),
            Either::Indicator(indicator) => assert_eq!(indicator.to_string(), text),
        }
    }
    for (text, canonical) in [
        ("sma: 020", "sma:20"),
        ("bollinger:20,2.50", "bollinger:20,2.5"),
        ("bollinger:20, 2.0", "bollinger:20,2"),
        ("sar:0.020, 0.2", "sar:0.02,0.2"),
        ("session-vwap:", "session-vwap"),
    ] {
        assert_eq!(text.parse::<Overlay>().expect("valid").to_string(), canonical);
    }
    let json = serde_json::to_string(&Indicator::Rsi { period: 14 }).expect("JSON");
    assert_eq!(json, "\"rsi:14\"");
    assert_eq!(serde_json::from_str::<Indicator>(&json).expect("JSON"), Indicator::Rsi { period: 14 });
    assert!(serde_json::from_str::<Overlay>("\"sma:0\"").is_err());
}

#[test]
fn errors_name_what_is_wrong_and_the_right_form() {
    let overlay = |text: &str| text.parse::<Overlay>().expect_err(text).to_string();
    let indicator = |text: &str| text.parse::<Indicator>().expect_err(text).to_string();
    let errors = [
        overlay(""),
        overlay("smma:20"),
        overlay("SMA:20"),
        overlay("rsi:14"),
        overlay("sma"),
        overlay("sma:"),
        overlay("sma:0"),
        overlay("sma:1001"),
        overlay("sma:+5"),
        overlay("sma:2.5"),
        overlay("sma:20,2"),
        overlay("bollinger:20"),
        overlay("bollinger:20,0"),
        overlay("bollinger:20,-1"),
        overlay("bollinger:20,10.01"),
        overlay("bollinger:20,2.125"),
        overlay("bollinger:20,inf"),
        overlay("bollinger:20,.5"),
        indicator("macd:26,12,9"),
        indicator("macd:12,12,9"),
        indicator("macd:12,26"),
        indicator("stochastic:14,3,99999999999"),
        indicator("stochastics:14,3,3"),
        overlay("session-vwap:1"),
        overlay("supertrend:10,0"),
        overlay("keltner:20,2,0"),
        overlay("ichimoku:9,26"),
        overlay("sar:0.2,0.02"),
        overlay("sar:0.0001,0.2"),
        overlay("sar:0.02,1.001"),
        indicator("obv:1"),
    ];
    insta::assert_snapshot!("errors", errors.join("\n"));
}

#[test]
fn parameters_out_of_range_are_found_however_they_came() {
    let check = |overlays: Vec<Overlay>, indicators: Vec<Indicator>| {
        let options = SpecOptions {
            overlays: overlays.into_iter().map(Into::into).collect(),
            indicators: indicators.into_iter().map(Into::into).collect(),
            ..SpecOptions::default()
        };
        Spec::new(options).map(drop).map_err(|error| error.knob())
    };
    assert_eq!(check(vec![Overlay::Sma { period: 0 }], vec![]), Err(Some("overlay")));
    assert_eq!(
        check(vec![Overlay::Bollinger { period: 20, hundredths: 1001 }], vec![]),
        Err(Some("overlay"))
    );
    assert_eq!(
        check(vec![], vec![Indicator::Macd { fast: 26, slow: 12, signal: 9 }]),
        Err(Some("indicator"))
    );
    assert_eq!(check(vec![], vec![Indicator::Atr { period: 1001 }]), Err(Some("indicator")));
    assert_eq!(check(vec![], vec![Indicator::Atr { period: 1000 }]), Ok(()));
}

#[test]
fn a_line_that_leaves_what_a_number_can_hold_is_left_out() {
    let candles: Vec<Candle> = (0..60_i64)
        .map(|open_time| {
            let price = if open_time % 2 == 0 { f64::MAX } else { -f64::MAX };
            Candle { open_time, open: price, high: f64::MAX, low: -f64::MAX, close: price, volume: f64::MAX }
        })
        .collect();
    for either in Either::all() {
        for line in either.lines(&candles, 10) {
            assert!(!line.values.iter().any(|value| value.is_infinite()), "{either:?}");
            assert_eq!(line.start + line.values.len(), 50);
        }
    }
    assert_eq!(Either::new("bollinger:20,2").lines(&candles, 10)[1], Line { start: 50, values: vec![] });
}
