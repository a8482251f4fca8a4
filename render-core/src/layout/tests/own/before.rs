//! What comes from before the candles that are drawn.

use super::*;
use crate::{Gaps, PriceRange, PriceScale, spec::LineDrawing};

const PINK: Color = Color::rgb(255, 0, 255);

/// A pink line from the third candle, at 50, to the second last one, at 200; both between two candles' times.
fn pink_line(candles: &[Candle]) -> Mark {
    Mark {
        time: Some(candles[2].open_time + HOUR / 3),
        price: Some(50.0),
        time2: Some(candles[28].open_time + HOUR / 2),
        price2: Some(200.0),
        color: Some(PINK),
        ..Mark::new(MarkKind::Line)
    }
}

#[test]
fn a_line_from_before_the_window_lies_the_same_in_every_window_whatever_the_scale() {
    let (candles, spec) = thirty();
    let interval = hour();
    let own = Own::new(Vec::new(), vec![pink_line(&candles)]).expect("valid");
    // From candle 2 to candle 28, of which 8 of 26 lie before candle 10: on a log scale 50 * 4^(8/26).
    let enters = [
        (PriceScale::Linear, 50.0 + 150.0 * 8.0 / 26.0),
        (PriceScale::Percent, 50.0 + 150.0 * 8.0 / 26.0),
        (PriceScale::Log, 76.598_318),
    ];
    for (scale, price) in enters {
        let options = SpecOptions {
            scale,
            range: PriceRange::Fixed { low: 40.0, high: 210.0 },
            lines: LineDrawing::Crisp,
            ..spec.options().clone()
        };
        let spec = Spec::new(options).expect("valid");
        let rows = |first: usize| {
            let window = Window::new("BTCUSDT", &interval, &candles[first..], 0).expect("valid");
            let window = window.with_own(&own);
            let (frame, geometry) = (frame(&window, &spec), geometry(&window, &spec));
            let row = |candle: &crate::CandleBox| {
                let x = candle.x + candle.w / 2;
                (0..600).find(|y| pixel(&frame, x, *y) == PINK).expect("the line")
            };
            let rows: Vec<i32> = geometry.candles[12 - first..28 - first].iter().map(row).collect();
            (rows, geometry.marks[0].price)
        };
        let ((whole, begins), (part, comes_in)) = (rows(0), rows(10));
        assert_eq!(begins, 50.0);
        assert!((comes_in - price).abs() < 1e-4, "{scale:?}: {comes_in}");
        assert!(whole.iter().zip(&part).all(|(a, b)| (a - b).abs() <= 1), "{scale:?}: {whole:?} {part:?}");
    }
}

#[test]
fn a_line_whose_beginning_has_no_place_on_a_log_scale_is_drawn_in_no_window() {
    let (candles, spec) = thirty();
    let interval = hour();
    let spec = Spec::new(SpecOptions { scale: PriceScale::Log, ..spec.options().clone() }).expect("valid");
    let line = Mark { price: Some(-50.0), ..pink_line(&candles) };
    let own = Own::new(Vec::new(), vec![line]).expect("valid");
    for first in [0, 10, 27] {
        let window = Window::new("BTCUSDT", &interval, &candles[first..], 0).expect("valid").with_own(&own);
        assert_eq!(geometry(&window, &spec).marks, []);
        assert_eq!(pixels_of(&window, &spec, PINK), 0);
    }
}

#[test]
fn a_line_across_months_enters_by_months() {
    let month = crate::Interval::parse("1M").expect("valid");
    let opens = |index: i64| month.grid_time(600 + index);
    let candles: Vec<Candle> = (0..12)
        .map(|index| Candle {
            open_time: opens(index),
            open: 1.0,
            high: 9.0,
            low: 1.0,
            close: 2.0,
            volume: 1.0,
        })
        .collect();
    let line = Mark {
        time: Some(opens(-1)),
        price: Some(1.0),
        time2: Some(opens(3)),
        price2: Some(5.0),
        ..Mark::new(MarkKind::Line)
    };
    let own = Own::new(Vec::new(), vec![line]).expect("valid");
    let window = Window::new("BTCUSDT", &month, &candles, 0).expect("valid").with_own(&own);
    assert_eq!(geometry(&window, &thirty().1).marks[0].price, 2.0);
}

/// Thirty candles of which ten are missing, so that of thirty slots the first ten ones find none.
fn with_hole(spec: &Spec) -> (Vec<Candle>, Spec) {
    let (mut candles, _) = thirty();
    candles[20..].iter_mut().for_each(|candle| candle.open_time += 10 * HOUR);
    let options = SpecOptions { gaps: Gaps::Slot, title: true, ..spec.options().clone() };
    (candles, Spec::new(options).expect("valid"))
}

#[test]
fn marks_at_candles_without_a_slot_lie_before_the_window() {
    let (candles, spec) = with_hole(&thirty().1);
    let interval = hour();
    let time = |at: usize| Some(candles[at].open_time);
    let told = |mark: Mark| {
        let own = Own::new(Vec::new(), vec![mark]).expect("valid");
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
        let geometry = geometry(&window, &spec);
        let left = geometry.panels[0].x;
        let marks = geometry.marks.iter();
        marks.map(|mark| (mark.open_time, mark.price, mark.x == left)).collect::<Vec<_>>()
    };
    for kind in [MarkKind::Buy, MarkKind::Sell, MarkKind::Vline, MarkKind::Text] {
        let text = if kind == MarkKind::Text { "news".to_owned() } else { String::new() };
        let mark = |at: usize| Mark { time: time(at), text: text.clone(), ..Mark::new(kind) };
        assert_eq!(told(mark(9)), [], "{kind:?}");
        assert_eq!(told(mark(10)).len(), 1, "{kind:?}");
    }
    let tenth = candles[10].open_time;
    let line = |to: usize| Mark {
        time: time(6),
        price: Some(100.0),
        time2: time(to),
        price2: Some(104.0),
        ..Mark::new(MarkKind::Line)
    };
    let entered = told(line(14));
    assert_eq!((entered[0].0, entered[0].1), (tenth, 102.0));
    assert_eq!(told(line(9)), []);
    let span = |kind: MarkKind, to: usize| {
        let price = (kind == MarkKind::Stop).then_some(102.0);
        Mark { time: time(6), price, time2: time(to), ..Mark::new(kind) }
    };
    for kind in [MarkKind::Span, MarkKind::Stop] {
        assert_eq!(told(span(kind, 9)), [], "{kind:?}");
        let cut = told(span(kind, 14));
        assert_eq!((cut[0].0, cut[0].2), (tenth, true), "{kind:?}");
    }
}

#[test]
fn a_step_begins_with_the_last_value_before_the_first_drawn_candle_and_legends_tell_what_is_drawn() {
    let series = ["stops:step:below:#ff00ff".parse().expect("a drawing")];
    let spec = Spec::new(SpecOptions { series: series.to_vec(), ..thirty().1.options().clone() });
    let (candles, spec) = with_hole(&spec.expect("valid"));
    let interval = hour();
    let seen = |form: &str, rows: &[(usize, Option<f64>)]| {
        let series = vec![format!("stops:{form}:below:#ff00ff").parse().expect("a drawing")];
        let spec = Spec::new(SpecOptions { series, ..spec.options().clone() }).expect("valid");
        let rows = rows.iter().map(|(at, value)| OwnValue::new(candles[*at].open_time, *value));
        let own = Own::new(vec![OwnSeries::new("stops", rows.collect()).expect("valid")], Vec::new());
        let own = own.expect("valid");
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
        let geometry = geometry(&window, &spec);
        let points: Vec<(i64, f64)> =
            geometry.lines[0].points.iter().map(|point| (point.open_time, point.value)).collect();
        let told = geometry.labels.iter().any(|label| label.role == "legend" && label.text.contains("37.5"));
        (points, told)
    };
    let tenth = candles[10].open_time;
    assert_eq!(seen("step", &[(2, Some(20.0)), (8, Some(37.5))]), (vec![(tenth, 37.5)], true));
    assert_eq!(seen("step", &[(2, Some(37.5)), (8, None)]), (vec![], false));
    assert_eq!(seen("line", &[(8, Some(37.5))]), (vec![], false));
}
