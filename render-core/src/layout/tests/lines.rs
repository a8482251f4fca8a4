//! Where lines and candles stand, and what they look like.

use super::*;

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
    let panel = 240 * crate::SUBPIXELS;
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
