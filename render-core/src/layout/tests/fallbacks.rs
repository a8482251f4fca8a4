//! What a picture falls back to where its candles do not suit its spec.

use super::*;

#[test]
fn a_log_scale_with_a_price_of_zero_or_less_is_drawn_linear() {
    for lowest in [0.0, -1.0] {
        let candles = candles(&[lowest, 10.0, 5.0, 20.0]);
        let log = scene(&candles, |options| options.scale = PriceScale::Log);
        assert_eq!(log, scene(&candles, |_| {}));
    }
    let candles = candles(&[0.5, 10.0, 5.0, 20.0]);
    assert_ne!(scene(&candles, |options| options.scale = PriceScale::Log), scene(&candles, |_| {}));
}

#[test]
fn a_log_scale_is_linear_with_a_price_of_zero_in_a_fixed_range_too() {
    let candles = candles(&[0.0, 10.0, 5.0, 20.0]);
    let fixed = PriceRange::Fixed { low: 1.0, high: 100.0 };
    let linear = scene(&candles, |options| options.range = fixed);
    let log = scene(&candles, |options| (options.range, options.scale) = (fixed, PriceScale::Log));
    assert_eq!(log, linear);
}

#[test]
fn a_percent_scale_from_a_first_close_of_zero_is_drawn_linear() {
    let candles = candles(&[0.0, 10.0, 5.0, 20.0]);
    let percent = scene(&candles, |options| options.scale = PriceScale::Percent);
    assert_eq!(percent, scene(&candles, |_| {}));
}

#[test]
fn what_a_picture_shows_instead_is_told() {
    let told = |closes: &[f64], change: &dyn Fn(&mut SpecOptions)| {
        let (candles, interval) = (candles(closes), hour());
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
        let spec = spec(&candles, change);
        let told = fallbacks(&window, &spec);
        assert_eq!(geometry(&window, &spec).fallbacks, told);
        told
    };
    let (usual, zero) = (&[5.0, 10.0, 5.0, 20.0], &[0.0, 10.0, 5.0, 20.0]);
    let fixed = |low, high| move |options: &mut SpecOptions| options.range = PriceRange::Fixed { low, high };
    for scale in [PriceScale::Linear, PriceScale::Log, PriceScale::Percent] {
        assert_eq!(told(usual, &|options| options.scale = scale), []);
    }
    assert_eq!(told(zero, &|options| options.scale = PriceScale::Log), [Fallback::LinearScale]);
    assert_eq!(told(zero, &|options| options.scale = PriceScale::Percent), [Fallback::PriceLabels]);
    assert_eq!(told(zero, &|_| {}), []);
    assert_eq!(told(usual, &fixed(1.0, 6.0)), []);
    assert_eq!(told(usual, &fixed(30.0, 40.0)), [Fallback::EmptyRange]);
    for kind in [Kind::Line, Kind::Area, Kind::Ohlc, Kind::Columns, Kind::HeikinAshi] {
        let of_kind = |low, high| {
            told(usual, &|options| (options.range, options.kind) = (PriceRange::Fixed { low, high }, kind))
        };
        assert_eq!(of_kind(30.0, 40.0), [Fallback::EmptyRange], "{kind:?}");
        assert_eq!(of_kind(1.0, 30.0), [], "{kind:?}");
    }
}

#[test]
fn a_percent_scale_is_labelled_from_the_first_close() {
    let candles = candles(&[200.0, 210.0, 190.0, 220.0]);
    let scene = scene(&candles, |options| options.scale = PriceScale::Percent);
    assert!(has(&scene, "0%") && has(&scene, "5%") && has(&scene, "-5%"), "{:?}", labels(&scene));
}

#[test]
fn a_percent_scale_of_negative_prices_still_rises_with_them() {
    let candles = candles(&[-200.0, -210.0, -190.0, -180.0]);
    let scene = scene(&candles, |options| options.scale = PriceScale::Percent);
    let row = |label: &str| {
        let found = scene.shapes.iter().find_map(|shape| match shape {
            Shape::Text { baseline, text, .. } if &scene.text[text.clone()] == label => Some(*baseline),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("{label}: {:?}", labels(&scene)))
    };
    assert!(row("5%") < row("0%") && row("0%") < row("-5%"));
}

#[test]
fn a_percent_scale_that_a_narrow_range_leaves_no_room_is_labelled_in_prices() {
    let candles = candles(&[1e15, 1.1e15, 0.9e15, 1.2e15]);
    let range = PriceRange::Fixed { low: 0.0, high: 0.15 };
    let percent = scene(&candles, |options| (options.range, options.scale) = (range, PriceScale::Percent));
    assert_eq!(percent, scene(&candles, |options| options.range = range));
}

#[test]
fn a_fixed_range_that_misses_all_candles_draws_an_empty_panel() {
    let candles = candles(&[100.0, 110.0, 105.0, 120.0]);
    let range = PriceRange::Fixed { low: 1.0, high: 2.0 };
    let interval = hour();
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
    let spec = spec(&candles, |options| {
        (options.range, options.axes, options.volume) = (range, Axes::Bare, false);
    });
    let panel = spec.options().style.panel;
    assert!(frame(&window, &spec).rgb.chunks_exact(3).all(|pixel| pixel == [panel.r, panel.g, panel.b]));
    assert_eq!(geometry(&window, &spec).candles, []);
    let scene = scene(&candles, |options| (options.range, options.last_price) = (range, true));
    assert!(has(&scene, "1.50"), "{:?}", labels(&scene));
    assert!(!labels(&scene).iter().any(|(_, text)| text.starts_with("120")), "{:?}", labels(&scene));
}

#[test]
fn an_indicator_without_any_value_has_an_empty_panel_without_ticks() {
    let candles = candles(&[1.0, 3.0, 2.0, 5.0]);
    let scene = scene(&candles, |options| options.indicators = vec!["atr:50".parse().expect("valid")]);
    assert!(has(&scene, "ATR 50"), "{:?}", labels(&scene));
}

#[test]
fn a_slot_leaves_the_place_of_a_missing_candle_empty_and_moves_no_other() {
    let whole = candles(&[1.0, 3.0, 2.0, 5.0, 4.0, 6.0, 8.0, 7.0]);
    let mut holey = whole.clone();
    holey.remove(4);
    let interval = hour();
    let slots = |candles: &[Candle]| {
        let window = Window::new("BTCUSDT", &interval, candles, 0).expect("valid");
        let spec = spec(&whole, |options| (options.gaps, options.axes) = (Gaps::Slot, Axes::Bare));
        (frame(&window, &spec), geometry(&window, &spec))
    };
    let ((full, boxes), (missing, others)) = (slots(&whole), slots(&holey));
    let gone = boxes.candles[4];
    assert_eq!([&boxes.candles[..4], &boxes.candles[5..]].concat(), others.candles);
    let place = full.width as usize / 8;
    let places = 4 * place..5 * place;
    assert!(places.contains(&(gone.x as usize)));
    let mut differs = Vec::new();
    for (at, (a, b)) in full.rgb.chunks_exact(3).zip(missing.rgb.chunks_exact(3)).enumerate() {
        let column = at % full.width as usize;
        if places.contains(&column) {
            assert_eq!(b, [0, 0, 0], "column {column}");
        }
        if a != b {
            differs.push(column);
        }
    }
    assert!(!differs.is_empty() && differs.iter().all(|column| places.contains(column)));
}

#[test]
fn candles_that_find_no_slot_any_more_are_left_out() {
    let mut candles = candles(&[1.0, 3.0, 2.0, 5.0, 4.0, 6.0]);
    for late in &mut candles[3..] {
        late.open_time += 3 * HOUR;
    }
    let interval = hour();
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
    let spec = spec(&candles, |options| options.gaps = Gaps::Slot);
    let times: Vec<i64> = geometry(&window, &spec).candles.iter().map(|candle| candle.open_time).collect();
    assert_eq!(times, candles[3..].iter().map(|candle| candle.open_time).collect::<Vec<_>>());
}

#[test]
fn a_utc_offset_shifts_midnights() {
    // From 20:00 UTC on: midnight is the fifth candle, and at UTC-01:00 the sixth.
    let candles = candles(&[1.0, 3.0, 2.0, 5.0, 4.0, 6.0, 8.0, 7.0, 9.0, 8.0]);
    let midnight = |utc_offset: i16| {
        let scene = scene(&candles, |options| (options.utc_offset, options.width) = (utc_offset, 1000));
        let labels = labels(&scene);
        labels.iter().find(|(_, text)| *text == "00:00").map(|(x, _)| *x)
    };
    let (utc, west, east) = (midnight(0), midnight(-60), midnight(60));
    let (utc, west, east) = (utc.expect("a label"), west.expect("a label"), east.expect("a label"));
    let interval = hour();
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
    let boxes = geometry(&window, &spec(&candles, |options| options.width = 1000)).candles;
    assert_eq!((west - utc, utc - east), (boxes[5].x - boxes[4].x, boxes[4].x - boxes[3].x));
    // A midnight that is no candle's open time is the first candle after it.
    assert_eq!(midnight(30), None);
}
