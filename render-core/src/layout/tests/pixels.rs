//! The box of a candle, drawn over the picture, fits its pixels exactly.

use crate::arbitrary::{Picture, cases, market, options};
use crate::{
    Axes, Candle, CandleBox, CandleStyle, Color, Frame, Gaps, Geometry, Interval, Kind, PriceRange,
    PriceScale, Side, Spec, SpecOptions, Style, VolumeColor, Window, frame, geometry,
};
use proptest::prelude::*;

const PAPER: Color = Color::rgb(0xff, 0xff, 0xff);
const INK: Color = Color::rgb(0xc0, 0x10, 0x20);

/// Candles in a colour that nothing else has.
fn plain() -> Style {
    let candle = CandleStyle { body: INK, edge: INK, wick: INK, volume: PAPER, ohlc: INK };
    Style {
        name: "plain".to_owned(),
        figure: PAPER,
        panel: PAPER,
        up: candle,
        down: candle,
        volume_color: VolumeColor::Open,
        hollow: None,
        ..Style::default()
    }
}

/// The columns and rows of `frame` within `x0..x1` that have ink: first and last of each. Narrow wicks and hollow
/// bodies are paler.
fn ink(frame: &Frame, x0: i32, x1: i32) -> Option<(i32, i32, i32, i32)> {
    let (style, hollow) = (plain(), plain().hollow_narrow(INK));
    let inks =
        [INK, hollow, style.narrow_wick(INK), style.narrow_wick(hollow)].map(|ink| [ink.r, ink.g, ink.b]);
    let is_ink = |x: i32, y: i32| {
        let at = 3 * (y as usize * frame.width as usize + x as usize);
        inks.iter().any(|ink| frame.rgb[at..at + 3] == *ink)
    };
    let mut found: Option<(i32, i32, i32, i32)> = None;
    for y in 0..frame.height as i32 {
        for x in (x0..x1).filter(|&x| is_ink(x, y)) {
            let (left, right, top, bottom) = found.unwrap_or((x, x, y, y));
            found = Some((left.min(x), right.max(x), top.min(y), bottom.max(y)));
        }
    }
    found
}

/// Checks every box against the pixels from the middle between it and the
/// candle before to the middle between it and the next; returns them.
fn boxes_fit(window: &Window<'_>, spec: &Spec) -> Vec<CandleBox> {
    let Geometry { candles, .. } = geometry(window, spec);
    let frame = frame(window, spec);
    for (at, candle) in candles.iter().enumerate() {
        let before = at.checked_sub(1).map_or(0, |at| candles[at].x + candles[at].w);
        let after = candles.get(at + 1).map_or(frame.width as i32, |next| next.x);
        assert!(before <= candle.x && candle.x + candle.w <= after, "{candle:?}");
        let (left, right) = (before.max(candle.x - 1), after.min(candle.x + candle.w + 1));
        let expected = (candle.x, candle.x + candle.w - 1, candle.y, candle.y + candle.h - 1);
        assert_eq!(ink(&frame, left, right), Some(expected), "{candle:?}");
    }
    // Nothing of a candle is outside all boxes.
    let mut free_from = 0;
    for candle in &candles {
        assert_eq!(ink(&frame, free_from, candle.x), None);
        free_from = candle.x + candle.w;
    }
    assert_eq!(ink(&frame, free_from, frame.width as i32), None);
    candles
}

fn candles(count: i64) -> Vec<Candle> {
    (0..count)
        .map(|i| {
            let open = 100.0 + ((i * 37) % 23) as f64;
            let close = 100.0 + (((i + 1) * 37) % 23) as f64;
            let (high, low) = (open.max(close) + 1.5, open.min(close) - 0.5);
            Candle { open_time: i * 3_600_000, open, high, low, close, volume: 5.0 }
        })
        .collect()
}

fn fit(candles: &[Candle], change: impl FnOnce(&mut SpecOptions)) -> Vec<CandleBox> {
    let interval = Interval::new("1h", 3_600_000).expect("valid");
    let window = Window::new("BTCUSDT", &interval, candles, 0).expect("valid");
    let window_length = candles.len() as u32;
    let mut options = SpecOptions {
        width: 300,
        height: 200,
        window: window_length,
        style: plain(),
        ..SpecOptions::default()
    };
    change(&mut options);
    boxes_fit(&window, &Spec::new(options).expect("valid"))
}

#[test]
fn boxes_fit_candles_on_linear_and_log_scales_and_beside_left_labels() {
    let candles = candles(20);
    let linear = fit(&candles, |_| {});
    let log = fit(&candles, |options| options.scale = PriceScale::Log);
    let left = fit(&candles, |options| options.price_labels = Some(Side::Left));
    let percent = fit(&candles, |options| options.scale = PriceScale::Percent);
    for boxes in [&linear, &log, &left, &percent] {
        assert_eq!(boxes.len(), 20);
        assert!(boxes.iter().all(|candle| candle.candles == 1 && candle.w == boxes[0].w));
    }
    assert_ne!(linear, log);
    assert!(left[0].x > linear[0].x);
}

#[test]
fn boxes_fit_candles_that_a_fixed_range_cuts_off_and_leave_those_beyond_it_out() {
    let boxes = fit(&candles(20), |options| options.range = PriceRange::Fixed { low: 117.0, high: 121.0 });
    let highest = boxes.iter().map(|candle| candle.y).min();
    assert!(boxes.len() < 20 && boxes.iter().filter(|candle| Some(candle.y) == highest).count() > 1);
}

#[test]
fn boxes_fit_candles_beside_places_that_a_gap_leaves_empty() {
    let mut candles = candles(20);
    candles.drain(7..12);
    let boxes = fit(&candles, |options| {
        (options.gaps, options.window) = (Gaps::Slot, 20);
    });
    assert_eq!(boxes.len(), 15);
    let pitch = boxes[1].x - boxes[0].x;
    assert!((boxes[7].x - boxes[6].x - 6 * pitch).abs() <= 2, "{boxes:?}");
}

#[test]
fn boxes_fit_columns_that_candles_share() {
    let boxes = fit(&candles(200), |options| (options.width, options.axes) = (64, Axes::Bare));
    assert_eq!((boxes.len(), boxes.iter().map(|column| column.candles).sum()), (64, 200));
    assert!(boxes.iter().all(|column| column.w == 1 && column.candles >= 3));
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn boxes_fit_whatever_the_spec_and_the_candles(
        options in options((8..=160_u32, 8..=160_u32)), market in market(), kind in 0..4_usize,
    ) {
        let options = SpecOptions {
            style: plain(),
            kind: [Kind::Candle, Kind::Hollow, Kind::HeikinAshi, Kind::Ohlc][kind],
            baseline: None,
            overlays: Vec::new(),
            last_price: false,
            ..options
        };
        let picture = Picture::new(options, market, 50);
        boxes_fit(&picture.window(), &picture.spec);
    }
}
