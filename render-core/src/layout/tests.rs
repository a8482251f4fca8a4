//! Layout under random specs and candles, and what it falls back to.

mod fallbacks;
mod lines;
mod own;
mod pixels;
mod properties;
mod studies;
mod texts;

use crate::{
    Axes, Candle, Color, Fallback, Fit, Gaps, Grouping, Interval, Kind, Overlay, PriceRange, PriceScale,
    STYLES, Scene, Shape, Side, Spec, SpecOptions, Style, Window, contrast::contrast, fallbacks, frame,
    geometry, layout,
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
