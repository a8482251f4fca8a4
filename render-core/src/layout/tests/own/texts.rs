//! Texts of marks: where they stand, and which are left out.

use super::*;

/// Boxes of the texts of marks.
fn texts(geometry: &Geometry) -> Vec<(&str, Rect)> {
    let labels = geometry.labels.iter().filter(|label| label.role == "mark");
    labels.map(|label| (label.text.as_str(), Rect::new(label.x, label.y, label.w, label.h))).collect()
}

fn overlap(a: Rect, b: Rect) -> bool {
    let both = a.within(b);
    both.w > 0 && both.h > 0
}

#[test]
fn texts_of_many_marks_cover_no_candle_no_arrow_and_no_other_text() {
    let (candles, spec) = thirty();
    let interval = hour();
    let kinds = [MarkKind::Buy, MarkKind::Sell, MarkKind::Text];
    let marks = (0..90).map(|at| {
        let (time, text) = (Some(candles[at / 3].open_time), format!("gain {at}"));
        Mark { time, text, ..Mark::new(kinds[at % 3]) }
    });
    let own = Own::new(Vec::new(), marks.collect()).expect("valid");
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
    let geometry = geometry(&window, &spec);
    let texts = texts(&geometry);
    assert!(texts.len() > 30, "{}", texts.len());
    let panel = &geometry.panels[0];
    for (index, (text, rect)) in texts.iter().enumerate() {
        assert_eq!(rect.within(Rect::new(panel.x, panel.y, panel.w, panel.h)), *rect, "{text}");
        assert!(texts[..index].iter().all(|(_, other)| !overlap(*rect, *other)), "{text}");
        for candle in &geometry.candles {
            for part in [candle.wick, candle.body].into_iter().flatten() {
                assert!(!overlap(*rect, part), "{text} {candle:?}");
            }
        }
        let arrows = geometry.marks.iter().filter(|mark| mark.kind != "text");
        for arrow in arrows {
            assert!(!overlap(*rect, Rect::new(arrow.x, arrow.y, arrow.w, arrow.h)), "{text} {arrow:?}");
        }
    }
    // Those that found no place have none in the geometry either; their arrows stay.
    assert!(geometry.marks.iter().all(|mark| mark.label.is_some() || mark.kind != "text"));
    assert_eq!(geometry.marks.iter().filter(|mark| mark.kind == "buy").count(), 30);
}

#[test]
fn arrows_at_the_panels_edges_are_whole_and_point_at_their_candles() {
    let closes: Vec<f64> = (0..150).map(|i| 100.0 + f64::from(i % 7)).collect();
    let candles = candles(&closes);
    let (_, spec) = thirty();
    let spec = Spec::new(SpecOptions { window: 150, ..spec.options().clone() }).expect("valid");
    let interval = hour();
    let color = Color::rgb(0, 0, 255);
    let arrow = |at: usize| {
        let time = Some(candles[at].open_time);
        let own = Own::new(Vec::new(), vec![Mark { time, color: Some(color), ..Mark::new(MarkKind::Buy) }]);
        let own = own.expect("valid");
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
        let (geometry, frame) = (geometry(&window, &spec), frame(&window, &spec));
        let (mark, candle) = (geometry.marks[0].clone(), geometry.candles[at]);
        let row = |y: i32| pixels(&frame, Rect::new(mark.x, y, mark.w, 1));
        let tip = row(mark.y).iter().position(|pixel| *pixel == color).expect("a tip") as i32 + mark.x;
        assert!((candle.x..candle.x + candle.w).contains(&tip), "{mark:?} {candle:?}");
        let widest =
            (mark.y..mark.y + mark.h).map(|y| row(y).iter().filter(|pixel| **pixel == color).count());
        (mark.w, widest.max())
    };
    assert_eq!([arrow(0), arrow(1), arrow(149)], [arrow(70); 3]);
}

#[test]
fn arrows_and_texts_of_candles_that_the_panel_cuts_off_are_left_out() {
    let (candles, spec) = thirty();
    let interval = hour();
    let range = crate::PriceRange::Fixed { low: 99.0, high: 103.5 };
    let spec = Spec::new(SpecOptions { range, ..spec.options().clone() }).expect("valid");
    for kind in [MarkKind::Buy, MarkKind::Sell, MarkKind::Text] {
        // Candle 12 closes at 105, having opened at 104; candle 14 goes from 106 to 100.
        for (at, shows) in [(12, false), (14, true)] {
            let time = Some(candles[at].open_time);
            let mark = Mark { time, text: "in".to_owned(), ..Mark::new(kind) };
            let own = Own::new(Vec::new(), vec![mark]).expect("valid");
            let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
            let geometry = geometry(&window, &spec);
            assert_eq!(
                (geometry.marks.len(), texts(&geometry).len()),
                (usize::from(shows), usize::from(shows)),
                "{kind:?} {at}"
            );
        }
    }
}

#[test]
fn a_text_of_a_level_without_a_free_place_is_left_out_and_its_line_stays() {
    let (candles, spec) = thirty();
    let interval = hour();
    let level = |at: i32| {
        let (price, text) = (Some(100.0 + f64::from(at) / 500.0), format!("level {at}"));
        Mark { price, text, ..Mark::new(MarkKind::Hline) }
    };
    let own = Own::new(Vec::new(), (0..3000).map(level).collect()).expect("valid");
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
    let geometry = geometry(&window, &spec);
    assert_eq!(geometry.marks.len(), 3000);
    let texts = texts(&geometry);
    assert!((40..3000).contains(&texts.len()), "{}", texts.len());
    for (index, (text, rect)) in texts.iter().enumerate() {
        assert!(texts[..index].iter().all(|(_, other)| !overlap(*rect, *other)), "{text}");
    }
}
