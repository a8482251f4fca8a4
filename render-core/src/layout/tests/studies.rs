//! Kinds of closes, studies, and panels whose height and order are chosen.

use super::*;
use crate::{Geometry, Rect, Styled, indicator::MOST_COLORS};

fn planned(candles: &[Candle], change: impl FnOnce(&mut SpecOptions)) -> Geometry {
    let interval = hour();
    let window = Window::new("BTCUSDT", &interval, candles, 0).expect("valid");
    geometry(&window, &spec(candles, change))
}

fn zigzag(count: i32) -> Vec<Candle> {
    let closes: Vec<f64> = (0..count).map(|at| 100.0 + f64::from(at * at % 17)).collect();
    candles(&closes)
}

fn list<T: std::str::FromStr<Err: std::fmt::Debug>>(texts: &str) -> Vec<T> {
    texts.split_whitespace().map(|text| text.parse().expect(text)).collect()
}

fn fills(scene: &Scene, of: Color) -> Vec<Rect> {
    let fills = scene.shapes.iter().filter_map(|shape| match shape {
        Shape::Fill { rect, color } if *color == of => Some(*rect),
        _ => None,
    });
    fills.collect()
}

#[test]
fn panels_stand_in_the_order_that_is_chosen_and_the_others_follow() {
    let names = |order: &str| {
        let geometry = planned(&zigzag(40), |options| {
            (options.height, options.panel_order) = (500, list(order));
            options.indicators = list("rsi:5 atr:5 rsi:9");
        });
        geometry.panels.iter().map(|panel| panel.name.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(""), "price volume rsi:5 atr:5 rsi:9");
    assert_eq!(names("volume"), "volume price rsi:5 atr:5 rsi:9");
    assert_eq!(names("rsi price rsi"), "rsi:5 price rsi:9 volume atr:5");
    // What is not there, or not there once more, is passed over.
    assert_eq!(names("obv atr atr price price"), "atr:5 price volume rsi:5 rsi:9");
}

#[test]
fn heights_are_shared_by_parts_and_order_changes_none_of_them() {
    let heights = |order: &str, heights: &str| {
        let geometry = planned(&zigzag(40), |options| {
            (options.height, options.axes) = (830, Axes::Off);
            (options.panel_order, options.panel_heights) = (list(order), list(heights));
            options.indicators = list("rsi:5 rsi:9");
        });
        let height =
            |name: &str| geometry.panels.iter().find(|panel| panel.name == name).map_or(0, |panel| panel.h);
        ["price", "volume", "rsi:5", "rsi:9"].map(height)
    };
    let [price, volume, first, second] = heights("", "price:4 rsi:1 rsi:3");
    assert!(
        (price - 4 * first).abs() <= 4 && (volume - 2 * first).abs() <= 2 && (second - 3 * first).abs() <= 3
    );
    assert_eq!(heights("rsi volume rsi", "price:4 rsi:1 rsi:3"), [price, volume, first, second]);
    assert_eq!(heights("", ""), heights("", "price:5 volume:2 rsi:2 rsi:2"));
    assert_eq!(heights("volume", ""), heights("", ""));
    let [price, volume, ..] = heights("", "price:100 volume:1");
    assert!(price > 20 * volume && volume >= 1);
}

#[test]
fn a_mean_of_volumes_is_drawn_and_told_on_the_volume_panel_which_has_room_for_it() {
    let mut candles = zigzag(40);
    candles.iter_mut().take(20).for_each(|candle| candle.volume = 1000.0);
    let interval = hour();
    let window = Window::new("BTCUSDT", &interval, &candles, 20).expect("valid");
    let spec = spec(&candles[20..], |options| {
        (options.title, options.width, options.height) = (true, 400, 400);
        options.overlays = list("volume-sma:10 sma:5");
    });
    let scene = layout(&window, &spec);
    let said = labels(&scene).iter().filter(|(_, text)| text.contains("SMA")).count();
    assert!(said == 2 && has(&scene, "VOLUME SMA 10"), "{:?}", labels(&scene));
    let geometry = geometry(&window, &spec);
    let volume = &geometry.panels[1];
    // The first mean is of nine thousands and a 1.
    assert!(volume.top > 900.0 && geometry.panels[0].top < 200.0, "{volume:?}");
    let of_volume = scene.shapes.iter().filter_map(|shape| match shape {
        Shape::Line { clip, .. } => Some((clip.y, clip.h) == (volume.y, volume.h)),
        _ => None,
    });
    assert_eq!(of_volume.collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_baseline_parts_line_and_fills_at_the_first_close_or_at_a_price() {
    let style = Style::default();
    let drawn = |baseline: Option<f64>| {
        let closes = [100.0, 110.0, 90.0, 95.0, 120.0, 80.0];
        let change =
            |options: &mut SpecOptions| (options.kind, options.baseline) = (Kind::Baseline, baseline);
        let panel = planned(&candles(&closes), change).panels.swap_remove(0);
        let scene = scene(&candles(&closes), change);
        let clips = scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Line { clip, color, .. } => Some((*clip, *color)),
            _ => None,
        });
        let [above, below] = [true, false].map(|rises| {
            let fill = style.narrow(rises).over(style.panel, 20, 100);
            fills(&scene, fill).len()
        });
        (clips.collect::<Vec<_>>(), [above, below], panel)
    };
    for (baseline, price) in [(None, 100.0), (Some(108.5), 108.5)] {
        let (clips, fills, panel) = drawn(baseline);
        let [(above, up), (below, down)] = clips[..] else { panic!("{clips:?}") };
        assert_eq!((up, down), (style.narrow(true), style.narrow(false)));
        assert_eq!((above.y, above.bottom(), below.bottom()), (panel.y, below.y, panel.y + panel.h));
        assert!((panel.value(below.y) - price).abs() < 0.6, "{price}: {}", panel.value(below.y));
        assert!(fills.iter().all(|&count| count > 10), "{fills:?}");
    }
    // All of it lies above a price that the panel does not reach.
    let (clips, [above, below], panel) = drawn(Some(10.0));
    assert!(clips.len() == 1 && clips[0].0.h == panel.h && above > 0 && below == 0, "{clips:?}");
}

#[test]
fn columns_reach_from_the_closes_to_the_floor_and_have_the_colour_of_their_direction() {
    let closes = [100.0, 110.0, 90.0, 90.0, 120.0];
    let kind = |options: &mut SpecOptions| options.kind = Kind::Columns;
    let geometry = planned(&candles(&closes), kind);
    let panel = &geometry.panels[0];
    let style = Style::default();
    let scene = scene(&candles(&closes), kind);
    let [up, down] = [true, false].map(|rises| {
        let mut columns = fills(&scene, style.narrow(rises));
        columns.retain(|rect| rect.bottom() == panel.y + panel.h);
        columns
    });
    // The first close is its own before; a close as high as the one before does not rise.
    assert_eq!((up.len(), down.len()), (2, 3));
    for candle in &geometry.candles {
        let column = Rect::new(candle.x, candle.y, candle.w, candle.h);
        assert!(up.contains(&column) || down.contains(&column), "{column:?}");
    }
}

#[test]
fn steps_are_whole_pixels_that_keep_the_row_of_a_close_up_to_the_next() {
    let scene = scene(&candles(&[100.0, 110.0, 90.0]), |options| options.kind = Kind::Step);
    let steps = fills(&scene, Style::default().line);
    let [first, up, second, down] = steps[..] else { panic!("{steps:?}") };
    assert!(first.h == 1 && second.h == 1 && up.w == 1 && down.w == 1, "{steps:?}");
    assert_eq!((up.x, up.bottom() - 1, up.y), (first.right() - 1, first.y, second.y));
    assert_eq!((down.x, down.y), (second.right() - 1, second.y));
}

#[test]
fn supertrend_breaks_where_it_turns_and_a_legend_tells_the_side_that_holds() {
    let closes: Vec<f64> = (0..60).map(|at| 100.0 + f64::from(20 - ((at % 40) - 20_i32).abs())).collect();
    let style = Style::default();
    let scene = scene(&candles(&closes), |options| {
        (options.title, options.width, options.height) = (true, 500, 400);
        options.overlays = list("supertrend:3,1");
    });
    let lines: Vec<Color> = scene
        .shapes
        .iter()
        .filter_map(|shape| if let Shape::Line { color, .. } = shape { Some(*color) } else { None })
        .collect();
    let of = |rises: bool| lines.iter().filter(|color| **color == style.narrow(rises)).count();
    assert_eq!(of(true) + of(false), lines.len());
    assert!(of(true) >= 2 && of(false) >= 1, "{lines:?}");
    let legend: Vec<_> = labels(&scene).into_iter().filter(|(_, text)| text.starts_with("  ")).collect();
    assert_eq!(legend.len(), 1, "{legend:?}");
}

#[test]
fn ichimoku_has_five_colours_and_a_cloud_of_the_upper_span_s() {
    let style = Style::default();
    let colors: [Color; MOST_COLORS] = std::array::from_fn(|at| Color::rgb(at as u8 + 1, 200, 7));
    let text = format!("ichimoku:2,3,5:{}", colors.map(|color| color.to_string()).join(","));
    let scene = scene(&zigzag(40), |options| options.overlays = vec![text.parse().expect("valid")]);
    for (at, color) in colors.into_iter().enumerate() {
        let is_line = |shape: &Shape| matches!(shape, Shape::Line { color: of, .. } if *of == color);
        assert_eq!(scene.shapes.iter().filter(|shape| is_line(shape)).count(), 1, "{at}");
    }
    for span in [2, 3] {
        assert!(!fills(&scene, style.band_fill(colors[span])).is_empty(), "{span}");
    }
    assert!(text.parse::<Styled<Overlay>>().is_ok_and(|styled| styled.to_string() == text));
}

#[test]
fn parabolic_stops_are_dots_of_the_chosen_width_on_the_far_side_of_the_candles() {
    let color = Color::rgb(1, 2, 3);
    let candles = zigzag(40);
    let scene = scene(&candles, |options| options.overlays = list("sar:0.02,0.2:#010203:3"));
    let dots = fills(&scene, color);
    assert!(dots.len() >= 30 && dots.iter().filter(|dot| (dot.w, dot.h) == (3, 3)).count() >= 25, "{dots:?}");
}
