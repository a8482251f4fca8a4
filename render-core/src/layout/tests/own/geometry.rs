//! What geometry tells is what the pixels show.

use super::*;

#[test]
fn wicks_bodies_bars_lines_marks_and_texts_are_where_geometry_says() {
    let (candles, spec) = thirty();
    let mut options = spec.options().clone();
    options.title = true;
    options.overlays = vec!["sma:5:#ff00ff:6".parse().expect("an overlay")];
    options.series = vec!["fair:scatter:#00ffff".parse().expect("a drawing")];
    (options.style.up.volume, options.style.down.volume) = (Color::rgb(1, 2, 3), Color::rgb(1, 2, 3));
    let spec = Spec::new(options).expect("valid");
    let style = &spec.options().style;
    let interval = hour();
    let buy = |at: usize, color: Color| {
        let time = Some(candles[at].open_time);
        Mark { time, color: Some(color), text: "in".to_owned(), ..Mark::new(MarkKind::Buy) }
    };
    let marks = [Color::rgb(0, 0, 255), Color::rgb(0, 255, 0)];
    let fair =
        candles.iter().step_by(5).map(|candle| OwnValue::new(candle.open_time, Some(candle.high + 1.0)));
    let fair = OwnSeries::new("fair", fair.collect()).expect("valid");
    let own = Own::new(vec![fair], vec![buy(3, marks[0]), buy(20, marks[1])]).expect("valid");
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
    let (geometry, frame) = (geometry(&window, &spec), frame(&window, &spec));

    for (candle, drawn) in candles.iter().zip(&geometry.candles) {
        assert_eq!((drawn.open_time, drawn.close), (candle.open_time, candle.close));
        let of = if candle.close > candle.open { &style.up } else { &style.down };
        let body = pixels(&frame, drawn.body.expect("a body"));
        let overlaid = |color: &Color| ![of.edge, of.body, of.wick].contains(color);
        // The overlay crosses some bodies.
        assert!(body.iter().filter(|color| overlaid(color)).count() * 2 < body.len(), "{drawn:?}");
        let bar = pixels(&frame, drawn.volume_bar.expect("a bar"));
        assert!(!bar.is_empty() && bar.iter().all(|color| *color == style.volume_on_panel(of)));
    }
    let [sma, fair] = &geometry.lines[..] else { panic!("two lines: {:?}", geometry.lines) };
    assert_eq!((sma.name.as_str(), sma.line, sma.points.len()), ("sma:5", "sma", 26));
    for line in [sma, fair] {
        // At its ends a line covers half a pixel.
        for point in &line.points[1..line.points.len() - 1] {
            assert_eq!(pixel(&frame, point.x as i32, point.y as i32), line.color, "{} {point:?}", line.name);
        }
    }
    assert_eq!((fair.points.len(), fair.points[1].value), (6, candles[5].high + 1.0));
    for (mark, color) in geometry.marks.iter().zip(marks) {
        let rect = Rect::new(mark.x, mark.y, mark.w, mark.h);
        let has = |rect: Rect| pixels(&frame, rect).contains(&color);
        let sides = [
            Rect { h: 1, ..rect },
            Rect { y: rect.bottom() - 1, h: 1, ..rect },
            Rect { w: 1, ..rect },
            Rect { x: rect.right() - 1, w: 1, ..rect },
        ];
        assert!(sides.into_iter().all(has), "{mark:?}");
        assert!(!has(Rect { x: rect.x - 1, w: 1, ..rect }) && !has(Rect { x: rect.right(), w: 1, ..rect }));
    }
    let texts: Vec<(&str, &str)> =
        geometry.labels.iter().map(|label| (label.text.as_str(), label.role)).collect();
    for text in
        [("in", "mark"), ("BTCUSDT 1h", "title"), ("SMA 5", "legend"), ("FAIR", "legend"), ("104", "value")]
    {
        assert!(texts.contains(&text), "{text:?}: {texts:?}");
    }
    for label in &geometry.labels {
        let rect = Rect::new(label.x, label.y, label.w, label.h);
        let ground = [style.figure, style.panel];
        assert!(pixels(&frame, rect).iter().any(|color| !ground.contains(color)), "{label:?}");
        let around = Rect::new(rect.x - 1, rect.y - 1, rect.w + 2, 1);
        assert!(
            pixels(&frame, around).iter().all(|color| ground.contains(color) || label.role == "legend"),
            "{label:?}"
        );
    }
}

/// A mark of a kind, with all that the kind may have.
fn mark(
    kind: MarkKind,
    candles: &[Candle],
    (from, to): (usize, usize),
    prices: [f64; 2],
    text: &str,
) -> Mark {
    let full = Mark {
        time: Some(candles[from].open_time),
        price: Some(prices[0]),
        time2: Some(candles[to].open_time),
        price2: Some(prices[1]),
        color: Some(Color::rgb(0, 0, 255)),
        text: text.to_owned(),
        ..Mark::new(kind)
    };
    let drops: [fn(&mut Mark); 4] = [
        |mark| mark.text.clear(),
        |mark| mark.price2 = None,
        |mark| mark.time2 = None,
        |mark| mark.price = None,
    ];
    // Without what the kind has no use for.
    let all = (0..16).map(|bits| {
        let mut mark = full.clone();
        drops.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).for_each(|(_, drop)| drop(&mut mark));
        mark
    });
    all.into_iter().find(|mark| mark.check().is_ok()).expect("some form of it is valid")
}

#[test]
fn all_that_a_mark_changes_lies_in_its_box_or_about_its_text_and_reaches_all_sides_of_the_box() {
    let (candles, spec) = thirty();
    let interval = hour();
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
    use crate::spec::LineDrawing::{Crisp, Smooth};
    for (size, lines) in [(64, Smooth), (64, Crisp), (400, Crisp), (1300, Smooth)] {
        let spec = Spec::new(SpecOptions { width: size, height: size, lines, ..spec.options().clone() });
        let spec = spec.expect("valid");
        let without = frame(&window, &spec);
        let kinds = MarkKind::names().filter_map(MarkKind::named);
        let places = [(3, 9), (0, 29), (12, 12), (15, 16), (28, 29)];
        let prices = [[101.0, 105.0], [105.5, 100.5], [40.0, 160.0], [104.0, 900.0], [103.0, 103.0]];
        for ((kind, at), prices) in kinds
            .flat_map(|kind| places.map(|at| (kind, at)))
            .flat_map(|of| prices.map(|prices| (of, prices)))
        {
            let own = Own::new(Vec::new(), vec![mark(kind, &candles, at, prices, "gy|j")]).expect("valid");
            let window = window.with_own(&own);
            let (with, geometry) = (frame(&window, &spec), geometry(&window, &spec));
            let case = format!("{kind:?} {at:?} {prices:?} at {size} {lines:?}: {:?}", geometry.marks);
            let about = |label: &crate::LabelBox| {
                let margin = 4 + size as i32 / 100;
                Rect::new(label.x - margin, label.y - margin, label.w + 2 * margin, label.h + 2 * margin)
            };
            let all = Rect::new(0, 0, size as i32, size as i32);
            let (mut left, mut right, mut top, mut bottom) = (i32::MAX, 0, i32::MAX, 0);
            let rows = |frame: &Frame, y: i32| {
                let row = 3 * frame.width as usize;
                frame.rgb[y as usize * row..][..row].to_vec()
            };
            for y in (all.y..all.bottom()).filter(|y| rows(&with, *y) != rows(&without, *y)) {
                for x in (all.x..all.right()).filter(|x| pixel(&with, *x, y) != pixel(&without, *x, y)) {
                    let one = Rect::new(x, y, 1, 1);
                    let in_box = geometry
                        .marks
                        .iter()
                        .any(|mark| one.within(Rect::new(mark.x, mark.y, mark.w, mark.h)) == one);
                    let labels = geometry.labels.iter().filter(|label| label.role == "mark");
                    let in_label = labels.map(about).any(|label| one.within(label) == one);
                    assert!(in_box || in_label, "{x},{y}: {case}");
                    if !in_label {
                        (left, right) = (left.min(x), right.max(x + 1));
                        (top, bottom) = (top.min(y), bottom.max(y + 1));
                    }
                }
            }
            let [mark] = &geometry.marks[..] else { continue };
            let boxed = [mark.x, mark.y, mark.x + mark.w, mark.y + mark.h];
            // A text may lie beside the shape, and the outermost pixels of a line with smooth edges may be too faint.
            // Candles hide some of what lies behind them.
            let is_exact = mark.label.is_none() && !["text", "box", "span"].contains(&mark.kind);
            let near = [left, top, right, bottom].iter().zip(boxed).all(|(a, b)| (a - b).abs() <= 2);
            assert!(!is_exact || near, "{left},{top} to {right},{bottom}: {case}");
        }
    }
}

#[test]
fn a_mark_tells_where_it_ends_which_way_it_goes_what_it_made_and_its_colour() {
    let (candles, spec) = thirty();
    let interval = hour();
    let time = |at: usize| candles[at].open_time;
    let trade = |from: usize, exit: Option<(i64, f64)>, side: MarkSide| Mark {
        time: Some(time(from)),
        price: Some(101.0),
        time2: exit.map(|(time, _)| time),
        price2: exit.map(|(_, price)| price),
        side,
        ..Mark::new(MarkKind::Trade)
    };
    let marks = vec![
        trade(1, Some((time(5), 104.0)), MarkSide::Long),
        trade(2, Some((time(5), 104.0)), MarkSide::Short),
        trade(3, Some((time(29) + HOUR, 104.0)), MarkSide::Short),
        trade(4, None, MarkSide::Long),
        trade(5, Some((time(7), 101.0)), MarkSide::Long),
        Mark { time: Some(time(9)), ..Mark::new(MarkKind::Sell) },
        Mark { time: Some(time(10)), time2: Some(time(12)), ..Mark::new(MarkKind::Span) },
    ];
    let own = Own::new(Vec::new(), marks).expect("valid");
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
    let mut told = geometry(&window, &spec).marks;
    told.sort_by_key(|mark| mark.open_time);
    let told: Vec<_> = told
        .iter()
        .map(|mark| {
            (mark.side, mark.profit, mark.time2.map(|time| (time - candles[0].open_time) / HOUR), mark.price2)
        })
        .collect();
    assert_eq!(
        told,
        [
            (Some("long"), Some("win"), Some(5), Some(104.0)),
            (Some("short"), Some("loss"), Some(5), Some(104.0)),
            (Some("short"), Some("open"), None, None),
            (Some("long"), Some("open"), None, None),
            (Some("long"), Some("even"), Some(7), Some(101.0)),
            (Some("sell"), None, None, None),
            (None, None, Some(12), None),
        ]
    );
    let style = &spec.options().style;
    let colors: Vec<Color> = geometry(&window, &spec).marks.iter().map(|mark| mark.color).collect();
    assert!(colors.contains(&style.narrow(true)) && colors.contains(&style.narrow(false)));
    let frame = frame(&window, &spec);
    for mark in geometry(&window, &spec).marks {
        let inside = pixels(&frame, Rect::new(mark.x, mark.y, mark.w, mark.h));
        assert!(inside.contains(&mark.color), "{mark:?}");
    }
}

#[test]
fn a_text_with_characters_that_the_font_lacks_is_one_label_around_all_of_it() {
    let (candles, spec) = thirty();
    let interval = hour();
    for text in ["caf\u{e9} high", "\u{e9}", "a\u{e9}\u{e8}b\u{e9}c", "\u{4e2d}x"] {
        let time = Some(candles[12].open_time);
        let mark = Mark { time, text: text.to_owned(), ..Mark::new(MarkKind::Text) };
        let own = Own::new(Vec::new(), vec![mark]).expect("valid");
        let plain = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
        let window = plain.with_own(&own);
        let geometry = geometry(&window, &spec);
        let labels: Vec<_> = geometry.labels.iter().filter(|label| label.role == "mark").collect();
        let [label] = labels[..] else { panic!("one label: {labels:?}") };
        assert_eq!(label.text, text);
        let [mark] = &geometry.marks[..] else { panic!("one mark") };
        assert_eq!([mark.x, mark.y, mark.w, mark.h], [label.x, label.y, label.w, label.h]);
        assert_eq!(mark.label.map(|at| &geometry.labels[at]), Some(label));
        let frame = frame(&window, &spec);
        for side in
            [Rect::new(label.x, label.y, 2, label.h), Rect::new(label.x + label.w - 2, label.y, 2, label.h)]
        {
            let ground = spec.options().style.panel;
            assert!(pixels(&frame, side).iter().any(|color| *color != ground), "{text}");
        }
    }
}

#[test]
fn a_line_of_closes_is_told_and_the_level_of_a_baseline() {
    let (candles, spec) = thirty();
    let interval = hour();
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
    for kind in [crate::Kind::Line, crate::Kind::Area, crate::Kind::Step, crate::Kind::Baseline] {
        let baseline = (kind == crate::Kind::Baseline).then_some(102.5);
        let lines = crate::spec::LineDrawing::Crisp;
        let spec = Spec::new(SpecOptions { kind, baseline, lines, ..spec.options().clone() }).expect("valid");
        let geometry = geometry(&window, &spec);
        let closes = &geometry.lines[0];
        assert_eq!((closes.name.as_str(), closes.points.len()), ("close", 30), "{kind:?}");
        assert!(closes.points.iter().zip(&candles).all(|(point, candle)| point.value == candle.close));
        let frame = frame(&window, &spec);
        let level = geometry.lines.iter().find(|line| line.line == "level");
        assert_eq!(level.is_some(), baseline.is_some());
        for point in &closes.points[1..29] {
            let below = level.is_some_and(|level| point.value < level.points[0].value);
            let color = if below { spec.options().style.narrow(false) } else { closes.color };
            assert_eq!(pixel(&frame, point.x as i32, point.y as i32), color, "{kind:?} {point:?}");
        }
        if let Some(level) = level {
            assert_eq!(level.points[7].value, 102.5);
            let row = pixels(&frame, Rect::new(20, level.points[7].y as i32, 500, 1));
            assert!(row.iter().filter(|color| **color == level.color).count() > 50);
        }
    }
}

#[test]
fn a_value_of_a_legend_is_a_label_of_its_digits_alone() {
    let (candles, spec) = thirty();
    let interval = hour();
    let values = candles.iter().map(|candle| OwnValue::new(candle.open_time, Some(188.0))).collect();
    let own = Own::new(vec![OwnSeries::new("fair", values).expect("valid")], Vec::new()).expect("valid");
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
    let options = SpecOptions {
        title: true,
        overlays: vec!["sma:5".parse().expect("an overlay")],
        series: vec!["fair".parse().expect("a drawing")],
        ..spec.options().clone()
    };
    let spec = Spec::new(options).expect("valid");
    let (geometry, frame) = (geometry(&window, &spec), frame(&window, &spec));
    let legends: Vec<_> = geometry.labels.iter().filter(|label| label.role == "legend").collect();
    let texts: Vec<&str> = legends.iter().map(|label| label.text.as_str()).collect();
    assert_eq!(texts, ["SMA 5", "103.2", "FAIR", "188.0"]);
    let style = &spec.options().style;
    for label in legends {
        // Ink at its left end, or a pixel beside it as digits stand, and at its right one.
        for x in [label.x, label.x + label.w - 2] {
            let side = pixels(&frame, Rect::new(x, label.y, 2, label.h));
            assert!(side.iter().any(|color| ![style.figure, style.panel].contains(color)), "{label:?}");
        }
    }
}
