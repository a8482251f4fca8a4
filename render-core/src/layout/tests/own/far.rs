//! Values and prices far outside of what a panel shows.

use super::*;
use crate::{PriceRange, spec::LineDrawing};

const PINK: Color = Color::rgb(255, 0, 255);

/// The columns that are pink in the panel's middle row.
fn pink_columns(window: &Window<'_>, spec: &Spec) -> Vec<i32> {
    let (frame, panel) = (frame(window, spec), &geometry(window, spec).panels[0]);
    let row = panel.y + panel.h / 2;
    (panel.x..panel.x + panel.w).filter(|x| pixel(&frame, *x, row) == PINK).collect()
}

fn ten(series: &[&str]) -> (Vec<Candle>, Spec) {
    let closes = [100.0; 10];
    let options = SpecOptions {
        width: 600,
        height: 600,
        window: 10,
        range: PriceRange::Fixed { low: 99.0, high: 101.0 },
        lines: LineDrawing::Crisp,
        series: series.iter().map(|text| text.parse().expect("a drawing")).collect(),
        marks: true,
        ..SpecOptions::default()
    };
    (candles(&closes), Spec::new(options).expect("valid"))
}

#[test]
fn a_line_to_a_price_far_away_crosses_the_panel_where_it_should() {
    let (candles, spec) = ten(&[]);
    let interval = hour();
    let plain = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
    let boxes = geometry(&plain, &spec).candles;
    let middle = |at: usize| boxes[at].x + boxes[at].w / 2;
    // The middle row is at 100. It is crossed at once, half-way and in the end.
    let wide = middle(8) - middle(1);
    for (prices, x) in [
        ([99.5, 1e9], middle(1)),
        ([99.5, 1e300], middle(1)),
        ([-1e12, 1e12], middle(1) + wide / 2),
        ([-f64::MAX, f64::MAX], middle(1) + wide / 2),
        ([-1e9, 3e9], middle(1) + wide / 4),
        ([1e9, 99.5], middle(8)),
    ] {
        let line = Mark {
            time: Some(candles[1].open_time),
            price: Some(prices[0]),
            time2: Some(candles[8].open_time),
            price2: Some(prices[1]),
            color: Some(PINK),
            ..Mark::new(MarkKind::Line)
        };
        let own = Own::new(Vec::new(), vec![line]).expect("valid");
        let found = pink_columns(&plain.with_own(&own), &spec);
        assert!(!found.is_empty() && found.iter().all(|it| (it - x).abs() <= 2), "{prices:?}: {found:?} {x}");
    }
}

#[test]
fn a_series_to_values_far_away_and_back_crosses_the_panel_where_it_should() {
    for form in ["line", "band"] {
        let (candles, spec) = ten(&[&format!("x:{form}:#ff00ff")]);
        let interval = hour();
        let plain = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
        let boxes = geometry(&plain, &spec).candles;
        let middle = |at: usize| boxes[at].x + boxes[at].w / 2;
        let values = [(1, 99.5), (2, 1e12), (4, 2e12), (5, -1e12), (8, 100.5)];
        let values = values.map(|(at, value)| OwnValue::new(candles[at].open_time, Some(value)));
        let own = Own::new(vec![OwnSeries::new("x", values.to_vec()).expect("valid")], Vec::new());
        let own = own.expect("valid");
        let found = pink_columns(&plain.with_own(&own), &spec);
        let down = middle(4) + (middle(5) - middle(4)) * 2 / 3;
        let crossed = [middle(1), down, middle(8)];
        let near = |x: i32| found.iter().any(|it| (it - x).abs() <= 2);
        assert!(crossed.into_iter().all(near), "{form}: {found:?} {crossed:?}");
        let is_near = |it: &i32| crossed.iter().any(|x| (it - x).abs() <= 2);
        assert!(found.iter().all(is_near), "{form}: {found:?} {crossed:?}");
    }
}

#[test]
fn the_fill_of_a_band_reaches_as_far_as_its_lines() {
    let (candles, spec) = ten(&["x:band:#ff00ff"]);
    let interval = hour();
    let plain = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
    let boxes = geometry(&plain, &spec).candles;
    let band = |at: usize, low: f64| OwnValue::band(candles[at].open_time, low, 1e12);
    let own = vec![OwnSeries::new("x", vec![band(1, 99.5), band(8, 1e11)]).expect("valid")];
    let own = Own::new(own, Vec::new()).expect("valid");
    let window = plain.with_own(&own);
    let (frame, panel) = (frame(&window, &spec), geometry(&window, &spec).panels[0].clone());
    let fill = spec.options().style.band_fill(PINK);
    let columns: Vec<i32> =
        (panel.x..panel.x + panel.w).filter(|x| pixel(&frame, *x, panel.y + panel.h / 2) == fill).collect();
    // The lower line leaves the panel at once.
    let first = boxes[1].x + boxes[1].w / 2;
    assert!(columns.iter().all(|x| (x - first).abs() <= 2), "{columns:?} {first}");
}
