//! What a picture falls back to where its candles do not suit its spec.

use crate::{
    Axes, Candle, Color, Fit, Gaps, Grouping, Interval, Kind, Overlay, PriceRange, PriceScale, STYLES, Scene,
    Shape, Side, Spec, SpecOptions, Style, Window, contrast::contrast, frame, geometry, layout,
};

const HOUR: i64 = 3_600_000;

fn hour() -> Interval {
    Interval::new("1h", HOUR).expect("valid")
}

/// Candles from these closes on, each opening at the close before, from 2023-03-25T20:00:00Z on.
fn candles(closes: &[f64]) -> Vec<Candle> {
    let mut open = closes[0];
    let candle = |(&close, index): (&f64, i64)| {
        let open = std::mem::replace(&mut open, close);
        let (high, low) = (open.max(close), open.min(close));
        Candle { open_time: 1_679_774_400_000 + index * HOUR, open, high, low, close, volume: 1.0 }
    };
    closes.iter().zip(0..).map(candle).collect()
}

fn spec(candles: &[Candle], change: impl FnOnce(&mut SpecOptions)) -> Spec {
    let window = candles.len() as u32;
    let mut options = SpecOptions { width: 320, height: 240, window, ..SpecOptions::default() };
    change(&mut options);
    Spec::new(options).expect("valid")
}

fn scene(candles: &[Candle], change: impl FnOnce(&mut SpecOptions)) -> Scene {
    let interval = hour();
    let window = Window::new("BTCUSDT", &interval, candles, 0).expect("valid");
    layout(&window, &spec(candles, change))
}

/// All texts, and where they begin.
fn labels(scene: &Scene) -> Vec<(i32, &str)> {
    let texts = scene.shapes.iter().filter_map(|shape| match shape {
        Shape::Text { x, text, .. } => Some((*x, &scene.text[text.clone()])),
        _ => None,
    });
    texts.collect()
}

fn has(scene: &Scene, label: &str) -> bool {
    labels(scene).iter().any(|(_, text)| *text == label)
}

/// The columns of the points of the first line with smooth edges.
fn line(scene: &Scene) -> Vec<i32> {
    let line = scene.shapes.iter().find_map(|shape| match shape {
        Shape::Line { points, .. } => Some(points.clone()),
        _ => None,
    });
    scene.points[line.expect("a line")].iter().map(|point| point.0).collect()
}

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
fn an_overlay_with_too_short_a_history_starts_late_and_with_all_of_it_at_once() {
    let candles = candles(&[1.0, 3.0, 2.0, 5.0, 4.0, 6.0, 8.0, 7.0, 9.0, 8.0]);
    let interval = hour();
    let points = |warmup: usize| {
        let window = Window::new("BTCUSDT", &interval, &candles, warmup).expect("valid");
        let spec =
            spec(&candles[warmup..], |options| options.overlays = vec![Overlay::Sma { period: 4 }.into()]);
        assert_eq!(spec.warmup(), 3);
        line(&layout(&window, &spec)).len()
    };
    // 10 candles, of which the first 3 have no mean; then 8 with 2 before them; then 7 with all 3.
    assert_eq!([points(0), points(2), points(3)], [7, 7, 7]);
    let none = scene(&candles, |options| options.overlays = vec![Overlay::Sma { period: 500 }.into()]);
    assert!(!none.shapes.iter().any(|shape| matches!(shape, Shape::Line { points, .. } if points.len() > 1)));
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
fn the_last_price_is_the_source_s_close_with_all_its_digits_in_every_kind_and_scale() {
    for (closes, expected) in [
        ([27_000.0, 28_500.0, 27_800.0, 27_556.35], "27556.35"),
        ([1.1, 1.9, 1.5, 1.234_567], "1.234567"),
        ([5.0, 6.0, 7.0, 6.0], "6"),
    ] {
        for kind in Kind::ALL {
            for scale in PriceScale::ALL {
                let change = |options: &mut SpecOptions| {
                    (options.last_price, options.kind, options.scale) = (true, kind, scale);
                };
                let scene = scene(&candles(&closes), change);
                assert!(has(&scene, expected), "{expected} {kind:?} {scale:?}: {:?}", labels(&scene));
            }
        }
    }
}

#[test]
fn prices_are_grouped_or_rounded_by_choice_alone() {
    let candles = candles(&[27_000.0, 28_500.0, 27_800.0, 27_556.35]);
    for (grouping, decimals, expected, tick) in [
        (Grouping::Comma, None, "27,556.35", "28,000"),
        (Grouping::Space, Some(1), "27 556.3", "28 000"),
        (Grouping::None, Some(0), "27556", "28000"),
    ] {
        let scene = scene(&candles, |options| {
            (options.last_price, options.grouping, options.price_decimals) = (true, grouping, decimals);
        });
        assert!(has(&scene, expected) && has(&scene, tick), "{expected}: {:?}", labels(&scene));
    }
}

#[test]
fn the_tag_has_the_colour_of_the_candle_and_text_that_can_be_read_on_it() {
    let closes = [100.0, 110.0, 104.0];
    for &name in STYLES {
        let style = Style::named(name).expect("built in");
        for (last, rises) in [(105.0, true), (103.0, false), (104.0, false)] {
            let candles = candles(&[&closes[..], &[last]].concat());
            for kind in [Kind::Candle, Kind::HeikinAshi] {
                let scene = scene(&candles, |options| {
                    (options.last_price, options.kind, options.style) = (true, kind, style.clone());
                    options.price_labels = Some(Side::Right);
                });
                let (tag, ink) = tag(&scene);
                // A mean candle has a direction of its own.
                let usual = kind == Kind::Candle;
                assert!(
                    tag == style.narrow(rises) || (!usual && tag == style.narrow(!rises)),
                    "{name} {kind:?}"
                );
                assert!(contrast(tag, ink) >= 4.5, "{name}");
            }
        }
    }
}

/// The colours of the last price's tag and of the text on it, which come last.
fn tag(scene: &Scene) -> (Color, Color) {
    let at = scene.shapes.iter().rposition(|shape| match shape {
        Shape::Fill { rect, .. } => rect.x > scene.width / 2 && rect.h > 8,
        _ => false,
    });
    match &scene.shapes[at.expect("a tag")..][..2] {
        [Shape::Fill { color: tag, .. }, Shape::Text { color: ink, .. }] => (*tag, *ink),
        shapes => panic!("no tag: {shapes:?}"),
    }
}

#[test]
fn a_flat_candle_has_the_colour_of_falling_ones_in_all_kinds() {
    let candles = candles(&[100.0, 90.0, 95.0, 95.0]);
    for (kind, name) in
        [Kind::Candle, Kind::Hollow, Kind::Ohlc].into_iter().zip(["yahoo", "classic", "binancedark"])
    {
        let style = Style::named(name).expect("built in");
        let scene = scene(&candles, |options| {
            (options.last_price, options.kind, options.style) = (true, kind, style.clone());
        });
        assert_eq!(tag(&scene).0, style.narrow(false), "{kind:?}");
        let flat = scene.shapes.iter().rev().find_map(|shape| match shape {
            Shape::Fill { rect, color }
                if rect.h == 1 && rect.right() > 200 && (20..100).contains(&rect.w) =>
            {
                Some(*color)
            }
            _ => None,
        });
        assert_eq!(flat, Some(style.narrow(false)), "{kind:?}");
    }
}

#[test]
fn lines_and_areas_are_scaled_by_closes() {
    let mut candles = candles(&[100.0, 110.0, 104.0, 108.0]);
    (candles[2].high, candles[2].low) = (500.0, 1.0);
    for kind in [Kind::Line, Kind::Area] {
        let interval = hour();
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
        let panel = &geometry(&window, &spec(&candles, |options| options.kind = kind)).panels[0];
        assert!(panel.top < 112.0 && panel.bottom > 98.0, "{panel:?}");
    }
}

#[test]
fn the_range_has_room_for_overlays_where_that_is_asked_for() {
    let candles = candles(&[100.0, 140.0, 100.0, 140.0, 100.0, 140.0, 120.0, 121.0, 120.0]);
    let panel = |fit: Fit| {
        let interval = hour();
        let window = Window::new("BTCUSDT", &interval, &candles, 6).expect("valid");
        let spec = spec(&candles[6..], |options| {
            (options.fit, options.overlays) = (fit, vec!["bollinger:5,2".parse().expect("valid")]);
        });
        let panel = geometry(&window, &spec).panels.swap_remove(0);
        (panel.bottom, panel.top)
    };
    let (bottom, top) = panel(Fit::Candles);
    assert!(bottom > 95.0 && top < 145.0);
    let (bottom, top) = panel(Fit::Overlays);
    assert!(bottom < 95.0 && top > 145.0, "{bottom} to {top}");
}

#[test]
fn a_line_breaks_where_a_log_scale_has_no_place_for_it() {
    let closes = [1.0, 1.0, 50.0, 1.0, 1.0, 1.0, 1.0, 1.0, 50.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let scene = scene(&candles(&closes), |options| {
        (options.scale, options.overlays) = (PriceScale::Log, vec!["bollinger:4,2".parse().expect("valid")]);
    });
    let panel = 240 * crate::scene::SUBPIXELS;
    let mut pieces = 0;
    for shape in &scene.shapes {
        let Shape::Line { points, .. } = shape else { continue };
        pieces += 1;
        assert!(
            scene.points[points.clone()].iter().all(|(_, row)| *row < 2 * panel),
            "a false vertical line"
        );
    }
    // Middle, upper, and the lower one between and after the two places where it is below 0.
    assert_eq!(pieces, 4);
}

#[test]
fn lines_of_macd_lie_over_its_bars_and_bands_below_candles() {
    let closes: Vec<f64> = (0..40).map(|at| 100.0 + f64::from(at * at % 17)).collect();
    let scene = scene(&candles(&closes), |options| {
        options.indicators = vec!["macd:3,6,3".parse().expect("valid")];
        options.overlays = vec!["bollinger:5,2".parse().expect("valid")];
    });
    let style = Style::default();
    let last_bar = scene.shapes.iter().rposition(|shape| match shape {
        Shape::Fill { color, .. } => *color == style.volume_on_panel(&style.up),
        _ => false,
    });
    let first_macd =
        scene.shapes.iter().rposition(|shape| matches!(shape, Shape::Line { clip, .. } if clip.y > 100));
    assert!(first_macd.expect("lines") > last_bar.expect("bars"));
    let band = style.band_fill(style.overlay_color(0));
    let of = |color: Color| {
        scene.shapes.iter().position(|shape| matches!(shape, Shape::Fill { color: it, .. } if *it == color))
    };
    assert!(of(band).expect("a band") < of(style.up.edge).expect("a candle"));
    assert!(
        scene
            .shapes
            .iter()
            .any(|shape| matches!(shape, Shape::Line { color, .. } if *color == style.overlay_color(1)))
    );
}

#[test]
fn a_chosen_colour_and_width_are_those_of_the_line_and_move_no_other() {
    let closes: Vec<f64> = (0..40).map(|at| 100.0 + f64::from(at * at % 17)).collect();
    let drawn = |overlays: &str| -> Vec<(Color, i32)> {
        let scene = scene(&candles(&closes), |options| {
            options.overlays = overlays.split(' ').map(|text| text.parse().expect("valid")).collect();
        });
        let lines = scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Line { color, width, .. } => Some((*color, *width)),
            _ => None,
        });
        lines.collect()
    };
    let usual = drawn("sma:3 ema:3");
    let chosen = drawn("sma:3:#ff9800:2.5 ema:3");
    assert_eq!(chosen, [(Color::rgb(0xff, 0x98, 0), 160), usual[1]]);
}

#[test]
fn guides_are_labelled_and_volume_begins_at_0() {
    let closes: Vec<f64> = (0..40).map(|at| 100.0 + f64::from(at * at % 17)).collect();
    let scene = scene(&candles(&closes), |options| {
        (options.width, options.height) = (600, 600);
        options.indicators =
            vec!["rsi:5".parse().expect("valid"), "stochastic:5,3,3".parse().expect("valid")];
    });
    for label in ["30", "70", "20", "80", "0"] {
        assert!(has(&scene, label), "{label}: {:?}", labels(&scene));
    }
}

#[test]
fn legends_are_shortened_before_they_go_and_stand_above_the_panel() {
    let closes: Vec<f64> = (0..40).map(|at| 100.0 + f64::from(at * at % 17)).collect();
    let candles = candles(&closes);
    let said = |width: u32| {
        let scene = scene(&candles, |options| {
            (options.width, options.height) = (width, 400);
            options.indicators = vec!["stochastic:5,3,3".parse().expect("valid")];
        });
        labels(&scene).iter().map(|(_, text)| (*text).to_owned()).collect::<Vec<_>>()
    };
    let has = |width: u32, text: &str| said(width).iter().any(|said| said == text);
    assert!(has(600, "STOCHASTIC 5,3,3"), "{:?}", said(600));
    assert!(said(600).iter().filter(|text| text.starts_with("  ")).count() == 2, "{:?}", said(600));
    assert!(has(240, "STOCHASTIC 5,3,3") || has(240, "STOCH 5,3,3"), "{:?}", said(240));
    assert!(said(110).iter().any(|text| text.starts_with("STO")), "{:?}", said(110));
}

#[test]
fn the_title_tells_the_last_candle_as_the_source_has_it() {
    let mut candles = candles(&[100.0, 110.0, 104.0, 105.25]);
    candles[3].high = 107.5;
    for kind in [Kind::Candle, Kind::HeikinAshi] {
        let scene = scene(&candles, |options| {
            (options.title, options.title_ohlc, options.width, options.kind) = (true, true, 640, kind);
        });
        assert!(has(&scene, "O 104  H 107.5  L 104  C 105.25"), "{:?}", labels(&scene));
    }
    let narrow =
        scene(&candles, |options| (options.title, options.title_ohlc, options.width) = (true, true, 120));
    assert!(has(&narrow, "C 105.25"), "{:?}", labels(&narrow));
}

#[test]
fn axes_have_titles_by_choice() {
    let candles = candles(&[100.0, 110.0, 104.0, 105.0]);
    let scene = scene(&candles, |options| {
        (options.axis_titles, options.utc_offset, options.width) = (true, 330, 640);
    });
    assert!(["Price", "Volume", "UTC+05:30"].iter().all(|title| has(&scene, title)), "{:?}", labels(&scene));
}

#[test]
fn a_right_margin_leaves_places_free_behind_the_last_candle() {
    let candles = candles(&[100.0, 110.0, 104.0, 105.0]);
    let interval = hour();
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
    let free = |right_margin: u8| {
        let geometry = geometry(&window, &spec(&candles, |options| options.right_margin = right_margin));
        let (panel, last) = (&geometry.panels[0], geometry.candles[3]);
        (panel.x + panel.w - last.x - last.w, geometry.candles[1].x - geometry.candles[0].x)
    };
    let (none, _) = free(0);
    let (four, step) = free(4);
    assert!(none < step && four > 4 * step && four < 5 * step, "{none} {four} {step}");
}

#[test]
fn places_are_of_one_width_where_less_than_one_is_left_over() {
    let closes: Vec<f64> = (0..60).map(|at| 100.0 + f64::from(at * at % 17)).collect();
    let candles = candles(&closes);
    let interval = hour();
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
    for side in [Side::Left, Side::Right] {
        let even = |width: u32| {
            let spec = spec(&candles, |options| (options.width, options.price_labels) = (width, Some(side)));
            let boxes = geometry(&window, &spec).candles;
            let steps: Vec<i32> = boxes.windows(2).map(|pair| pair[1].x - pair[0].x).collect();
            steps.iter().all(|step| *step == steps[0])
        };
        // Places of 12 pixels and more leave less than one over in most widths.
        let evens = (800..860).filter(|width| even(*width)).count();
        assert!(evens >= 12, "{side:?} {evens}");
    }
    let cnn = Spec::new(SpecOptions::preset("cnn", None).expect("a preset")).expect("valid");
    let candles = &candles[..56];
    let window = Window::new("BTCUSDT", &interval, candles, 0).expect("valid");
    let boxes = geometry(&window, &cnn).candles;
    assert!(boxes.windows(2).all(|pair| pair[1].x - pair[0].x == 4) && boxes[0].w == 3, "{boxes:?}");
}

#[test]
fn digits_are_nine_pixels_high_or_more_from_224_pixels_on() {
    let candles = candles(&[27_000.0, 28_500.0, 27_800.0, 27_556.35]);
    for (width, height) in [(224, 224), (320, 240), (500, 224), (1280, 720)] {
        let scene = scene(&candles, |options| (options.width, options.height) = (width, height));
        let caps = scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Text { cap, .. } => Some(*cap),
            _ => None,
        });
        assert!(caps.min().is_some_and(|cap| cap >= 9), "{width}x{height}");
    }
}

#[test]
fn price_labels_stand_about_every_60_pixels() {
    let closes: Vec<f64> = (0..100).map(|at| 27_000.0 + f64::from(at * at % 1700)).collect();
    let candles = candles(&closes);
    for scale in [PriceScale::Linear, PriceScale::Log] {
        let scene = scene(&candles, |options| {
            (options.width, options.height, options.volume, options.scale) = (1024, 1024, false, scale);
        });
        let count = labels(&scene).iter().filter(|(x, text)| *x > 900 && text.parse::<f64>().is_ok()).count();
        assert!((9..=24).contains(&count), "{count} labels {scale:?}");
    }
}

#[test]
fn a_label_gives_way_to_the_tag_of_the_last_price() {
    let candles = candles(&[100.0, 110.0, 104.0, 105.0]);
    let (without, with) = (scene(&candles, |_| {}), scene(&candles, |options| options.last_price = true));
    assert!(has(&without, "105.0") || has(&without, "105"), "{:?}", labels(&without));
    let fives = |scene: &Scene| labels(scene).iter().filter(|(_, text)| text.starts_with("105")).count();
    assert_eq!(fives(&with), 1, "{:?}", labels(&with));
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
