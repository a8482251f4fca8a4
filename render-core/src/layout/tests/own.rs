//! Series of one's own and marks: nothing after the end shows, order does not matter, and all stays in its panel.

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{HOUR, candles, hour};
use crate::{
    Candle, Color, Digest, Frame, Geometry, Mark, MarkKind, MarkSide, Own, OwnSeries, OwnValue, Rect, Scene,
    Shape, Spec, SpecOptions, Style, Window,
    arbitrary::{cases, pictures, small_size},
    frame, geometry, input_digest, layout,
};

/// Values and marks that the tests draw: times are parts of a window's length, prices parts of its range, both a
/// little beyond.
#[derive(Debug, Clone)]
struct Brought {
    values: Vec<(f64, Option<(f64, f64)>)>,
    marks: Vec<Sketch>,
}

#[derive(Debug, Clone)]
struct Sketch {
    kind: MarkKind,
    times: [f64; 2],
    prices: [f64; 2],
    has: [bool; 3],
    side: MarkSide,
    color: Option<Color>,
}

fn brought() -> impl Strategy<Value = Brought> {
    let part = || -0.3..1.4_f64;
    let value = option::weighted(0.9, (part(), part()));
    let kinds: Vec<MarkKind> = MarkKind::names().filter_map(MarkKind::named).collect();
    let color = option::of(any::<[u8; 3]>().prop_map(|[r, g, b]| Color::rgb(r, g, b)));
    let side = select(vec![MarkSide::Long, MarkSide::Short]);
    let sketch = (select(kinds), [part(), part()], [part(), part()], any::<[bool; 3]>(), side, color)
        .prop_map(|(kind, times, prices, has, side, color)| Sketch { kind, times, prices, has, side, color });
    (vec((part(), value), 0..60), vec(sketch, 0..12)).prop_map(|(values, marks)| Brought { values, marks })
}

impl Brought {
    /// As of a window: whether a price at that time counts is what `keeps` says; another one stands in for it.
    fn own(&self, window: &Window<'_>, change: impl Fn(f64) -> f64) -> Own {
        let drawn = window.candles();
        let (first, length) = (drawn[0].open_time, window.after() - drawn[0].open_time);
        let low = drawn.iter().fold(f64::MAX, |low, candle| low.min(candle.low));
        let high = drawn.iter().fold(f64::MIN, |high, candle| high.max(candle.high));
        let time = |part: f64| first + (part * length as f64) as i64;
        // What is dated after the end is changed.
        let price = |part: f64, time: i64| {
            let part = if time < window.after() { part } else { change(part) };
            (low * (1.0 - part) + high * part).clamp(-f64::MAX, f64::MAX)
        };
        let values = self.values.iter().map(|&(at, value)| {
            let at = time(at);
            let value = value.map(|(a, b)| (price(a.min(b), at), price(a.max(b), at)));
            OwnValue { time: at, value: value.map(|(a, b)| (a.min(b), a.max(b))) }
        });
        let mut values: Vec<OwnValue> = values.collect();
        values.sort_by_key(|value| value.time);
        values.dedup_by_key(|value| value.time);
        let marks = self.marks.iter().map(|sketch| {
            let [from, to] = sketch.times.map(time);
            let (from, to) = (from.min(to), from.max(to));
            let mut mark = Mark::new(sketch.kind);
            mark.side = sketch.side;
            mark.color = sketch.color;
            let [p1, p2] = sketch.prices;
            let all = [(mark.time.is_none(), sketch.has[0]), (true, sketch.has[1]), (true, sketch.has[2])];
            // The least that the kind needs, and what it may have where the sketch has it.
            for has in [
                [true; 3],
                [true, true, false],
                [true, false, true],
                [true, false, false],
                [false, true, false],
            ] {
                mark.time = has[0].then_some(from);
                mark.price = has[1].then(|| price(p1, from));
                (mark.time2, mark.price2) = (has[2].then_some(to), has[2].then(|| price(p2, to)));
                if mark.check().is_err() {
                    mark.price2 = None;
                }
                mark.text = if all[2].1 || sketch.kind == MarkKind::Text {
                    "m\u{e9}".to_owned()
                } else {
                    String::new()
                };
                if mark.check().is_err() {
                    mark.text.clear();
                }
                if mark.check().is_ok() {
                    break;
                }
            }
            mark
        });
        let marks = marks.filter(|mark| mark.check().is_ok()).collect();
        let series = ["one", "two"].map(|name| OwnSeries::new(name, values.clone()).expect("valid values"));
        Own::new(series.into(), marks).expect("valid marks")
    }
}

fn with_own(spec: &Spec, forms: &str) -> Spec {
    let mut options = spec.options().clone();
    options.series = forms.split(' ').map(|text| text.parse().expect("a drawing")).collect();
    options.marks = true;
    Spec::new(options).expect("valid")
}

const DRAWINGS: [&str; 5] = [
    "one two:step:below",
    "one:band two:scatter:left",
    "one:bars two:line:below:left",
    "one:step two:bars:right",
    "one:band:below two",
];

fn seen(window: &Window<'_>, spec: &Spec) -> (Digest, Digest, Geometry) {
    (frame(window, spec).digest(), input_digest(window, spec), geometry(window, spec))
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn nothing_that_is_dated_after_the_end_changes_a_byte(
        picture in pictures(small_size()), brought in brought(), forms in select(&DRAWINGS[..]),
    ) {
        let spec = with_own(&picture.spec, forms);
        let window = picture.window();
        let own = brought.own(&window, |part| part);
        let other = brought.own(&window, |part| 1.5 - part);
        prop_assert_eq!(seen(&window.with_own(&own), &spec), seen(&window.with_own(&other), &spec));
        // Left out, too.
        let series = ["one", "two"].map(|name| {
            let values = own.series(name).expect("given").values().iter();
            let known = values.filter(|value| value.time < window.after()).copied().collect();
            OwnSeries::new(name, known).expect("valid")
        });
        let known = own.marks().iter().filter(|mark| mark.time.is_none_or(|time| time < window.after()));
        let less = Own::new(series.into(), known.cloned().collect()).expect("valid");
        prop_assert_eq!(seen(&window.with_own(&own), &spec), seen(&window.with_own(&less), &spec));
    }

    #[test]
    fn rows_in_any_order_give_the_same_bytes(
        picture in pictures(small_size()), brought in brought(), forms in select(&DRAWINGS[..]),
    ) {
        let spec = with_own(&picture.spec, forms);
        let window = picture.window();
        let own = brought.own(&window, |part| part);
        let reversed = |name: &str| {
            let values = own.series(name).expect("given").values().iter().rev().copied().collect();
            OwnSeries::new(name, values).expect("valid")
        };
        let other = Own::new(vec![reversed("two"), reversed("one")], own.marks().iter().rev().cloned().collect());
        prop_assert_eq!(seen(&window.with_own(&own), &spec), seen(&window.with_own(&other.expect("valid")), &spec));
    }

    #[test]
    fn marks_and_lines_stay_in_their_panels(
        picture in pictures(small_size()), brought in brought(), forms in select(&DRAWINGS[..]),
    ) {
        let spec = with_own(&picture.spec, forms);
        let window = picture.window();
        let own = brought.own(&window, |part| part);
        let window = window.with_own(&own);
        let geometry = geometry(&window, &spec);
        let panels: Vec<Rect> = geometry.panels.iter().map(|panel| Rect::new(panel.x, panel.y, panel.w, panel.h)).collect();
        let price = geometry.panels.iter().position(|panel| panel.name == "price").expect("a price panel");
        for mark in &geometry.marks {
            let rect = Rect::new(mark.x, mark.y, mark.w, mark.h);
            prop_assert_eq!(rect.within(panels[price]), rect, "{:?}", mark);
        }
        for line in &geometry.lines {
            let panel = panels[line.panel];
            for point in &line.points {
                prop_assert!((f64::from(panel.y)..f64::from(panel.bottom())).contains(&point.y), "{:?}", point);
                prop_assert!((f64::from(panel.x)..=f64::from(panel.right())).contains(&point.x), "{:?}", point);
            }
        }
        // No shape of what is brought leaves the picture's panels: with it and without it the rest is the same.
        let scene: Scene = layout(&window, &spec);
        for shape in &scene.shapes {
            let rect = match shape {
                Shape::Fill { rect, .. } | Shape::Dashes { rect, .. } => *rect,
                Shape::Line { clip, .. } => *clip,
                Shape::Text { .. } => continue,
            };
            let picture = Rect::new(0, 0, scene.width, scene.height);
            prop_assert_eq!(rect.within(picture), rect);
        }
    }
}

/// Thirty candles around 100 in a picture of 600 by 600 pixels.
fn thirty() -> (Vec<Candle>, Spec) {
    let closes: Vec<f64> = (0..30).map(|i| 100.0 + f64::from(i % 7)).collect();
    let style = Style::named("paper").expect("built in");
    let options =
        SpecOptions { width: 600, height: 600, window: 30, style, marks: true, ..SpecOptions::default() };
    (candles(&closes), Spec::new(options).expect("valid"))
}

fn pixels_of(window: &Window<'_>, spec: &Spec, color: Color) -> usize {
    let wanted = [color.r, color.g, color.b];
    frame(window, spec).rgb.as_chunks::<3>().0.iter().filter(|pixel| **pixel == wanted).count()
}

#[test]
fn an_arrow_stands_clear_of_its_candle_and_a_second_one_clear_of_the_first() {
    let (candles, spec) = thirty();
    let interval = hour();
    let buy = Mark { time: Some(candles[12].open_time), ..Mark::new(MarkKind::Buy) };
    let own = Own::new(Vec::new(), vec![buy.clone(), buy]).expect("valid");
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
    let geometry = geometry(&window, &spec);
    let candle = geometry.candles[12];
    let [first, second] = &geometry.marks[..] else { panic!("two arrows: {:?}", geometry.marks) };
    assert!(first.y > candle.y + candle.h, "{first:?} {candle:?}");
    assert!(second.y >= first.y + first.h, "{first:?} {second:?}");
    assert!(first.x <= candle.x + candle.w / 2 && candle.x + candle.w / 2 < first.x + first.w);
}

#[test]
fn a_trade_is_coloured_by_profit_and_one_that_is_open_is_neutral() {
    let (candles, spec) = thirty();
    let interval = hour();
    let style = &spec.options().style;
    let trade = |exit: usize, price2: f64, side: MarkSide| {
        let time2 = candles[0].open_time + exit as i64 * HOUR;
        let (time, price) = (Some(candles[3].open_time), Some(101.0));
        let mark = Mark {
            time,
            price,
            time2: Some(time2),
            price2: Some(price2),
            side,
            ..Mark::new(MarkKind::Trade)
        };
        Own::new(Vec::new(), vec![mark]).expect("valid")
    };
    let count = |own: &Own, color: Color| {
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
        pixels_of(&window.with_own(own), &spec, color) as i64 - pixels_of(&window, &spec, color) as i64
    };
    let [gain, loss] = [true, false].map(|rises| style.narrow(rises));
    assert!(count(&trade(9, 105.0, MarkSide::Long), gain) > 20);
    assert!(count(&trade(9, 105.0, MarkSide::Short), loss) > 20);
    // The exit comes after the window's last candle.
    for side in [MarkSide::Long, MarkSide::Short] {
        let open = trade(30, 105.0, side);
        assert!(count(&open, gain) <= 0 && count(&open, loss) <= 0);
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
        let [with, without] = [window.with_own(&open), window].map(|window| frame(&window, &spec).rgb);
        let changed = with.chunks(3).zip(without.chunks(3)).filter(|(a, b)| a != b).count();
        assert!(changed > 300, "{changed}");
    }
}

#[test]
fn a_value_is_drawn_at_the_last_candle_at_or_before_it() {
    let (candles, _) = thirty();
    let interval = hour();
    let spec = Spec::new(SpecOptions {
        width: 600,
        height: 600,
        window: 30,
        series: vec!["fair:scatter".parse().expect("a drawing")],
        ..SpecOptions::default()
    })
    .expect("valid");
    let at = |time: i64| {
        let own = Own::new(
            vec![OwnSeries::new("fair", vec![OwnValue::new(time, Some(102.0))]).expect("valid")],
            Vec::new(),
        );
        let own = own.expect("valid");
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
        let points = &geometry(&window, &spec).lines[0].points;
        points.first().map(|point| (point.open_time, point.value))
    };
    let fifth = candles[5].open_time;
    assert_eq!(at(fifth), Some((fifth, 102.0)));
    assert_eq!(at(fifth + HOUR - 1), Some((fifth, 102.0)));
    assert_eq!(at(candles[0].open_time - 1), None);
    let last = candles[29].open_time;
    assert_eq!([at(last + HOUR - 1), at(last + HOUR)], [Some((last, 102.0)), None]);
}

#[test]
fn a_step_begins_with_the_last_value_before_the_window() {
    let (candles, _) = thirty();
    let interval = hour();
    for (form, begins) in [("step", true), ("line", false)] {
        let series = vec![format!("stops:{form}:below").parse().expect("a drawing")];
        let spec = Spec::new(SpecOptions { window: 30, series, ..SpecOptions::default() }).expect("valid");
        let value = OwnValue::new(candles[0].open_time - 5 * HOUR, Some(7.0));
        let own =
            Own::new(vec![OwnSeries::new("stops", vec![value]).expect("valid")], Vec::new()).expect("valid");
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
        assert_eq!(geometry(&window, &spec).lines[0].points.is_empty(), !begins);
    }
}

#[test]
fn series_and_marks_that_make_no_sense_are_refused() {
    let value = |time: i64, value: f64| OwnValue::new(time, Some(value));
    let series = |values: Vec<OwnValue>| OwnSeries::new("x", values).map_err(|error| error.to_string());
    assert!(series(vec![value(0, f64::NAN)]).expect_err("not finite").contains("1970-01-01"));
    assert!(series(vec![OwnValue::band(0, 2.0, 1.0)]).is_err());
    assert!(series(vec![value(0, 1.0), value(0, 2.0)]).expect_err("twice").contains("two values"));
    assert!(series(vec![value(5, 1.0), value(0, 2.0), value(5, 1.0)]).is_ok());
    let x = || OwnSeries::new("x", Vec::new()).expect("valid");
    assert!(Own::new(vec![x(), x()], Vec::new()).expect_err("twice").to_string().contains("given twice"));
    let mark = |change: fn(&mut Mark)| {
        let mut mark = Mark { time: Some(0), price: Some(1.0), ..Mark::new(MarkKind::Trade) };
        change(&mut mark);
        mark.check()
    };
    assert_eq!(mark(|_| {}), Ok(()));
    let changes: [fn(&mut Mark); 6] = [
        |mark| mark.price = None,
        |mark| mark.price = Some(f64::INFINITY),
        |mark| mark.time2 = Some(5),
        |mark| (mark.time2, mark.price2) = (Some(-1), Some(1.0)),
        |mark| mark.text = "a\u{7}".to_owned(),
        |mark| mark.kind = MarkKind::Vline,
    ];
    for change in changes {
        assert!(mark(change).is_err());
    }
}

/// The pixel of a frame.
fn pixel(frame: &Frame, x: i32, y: i32) -> Color {
    let at = 3 * (y as usize * frame.width as usize + x as usize);
    Color::rgb(frame.rgb[at], frame.rgb[at + 1], frame.rgb[at + 2])
}

fn pixels(frame: &Frame, rect: Rect) -> Vec<Color> {
    (rect.y..rect.bottom())
        .flat_map(|y| (rect.x..rect.right()).map(move |x| (x, y)))
        .map(|(x, y)| pixel(frame, x, y))
        .collect()
}

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

#[test]
fn which_of_two_open_marks_ends_later_decides_nothing() {
    let (candles, spec) = thirty();
    let interval = hour();
    let last = candles[29].open_time;
    let mark = |kind: MarkKind, ends: i64, color: Color| {
        let price = (kind != MarkKind::Span).then_some(103.0);
        let price2 = (kind == MarkKind::Trade).then_some(100.0 + ends as f64);
        let (time, time2) = (Some(candles[10].open_time), Some(last + ends * HOUR));
        Mark { time, price, time2, price2, color: Some(color), ..Mark::new(kind) }
    };
    let (red, blue) = (Color::rgb(255, 0, 0), Color::rgb(0, 0, 255));
    for kind in [MarkKind::Span, MarkKind::Trade, MarkKind::Stop, MarkKind::Target] {
        let drawn = |first: i64, second: i64| {
            let own =
                Own::new(Vec::new(), vec![mark(kind, first, red), mark(kind, second, blue)]).expect("valid");
            let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
            seen(&window, &spec)
        };
        assert_eq!(drawn(5, 9), drawn(9, 5), "{kind:?}");
    }
}

#[test]
fn an_arrow_without_room_on_its_side_stands_on_the_other_and_points_at_its_candle() {
    let (mut candles, spec) = thirty();
    (candles[12].low, candles[20].high) = (60.0, 130.0);
    let interval = hour();
    let spec = Spec::new(SpecOptions { padding: Some(0), ..spec.options().clone() }).expect("valid");
    let color = Color::rgb(0, 0, 255);
    let buy = Mark { time: Some(candles[12].open_time), color: Some(color), ..Mark::new(MarkKind::Buy) };
    let own = Own::new(Vec::new(), vec![buy]).expect("valid");
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
    let (geometry, frame) = (geometry(&window, &spec), frame(&window, &spec));
    let (arrow, candle) = (&geometry.marks[0], geometry.candles[12]);
    assert!(arrow.y + arrow.h <= candle.y, "{arrow:?} {candle:?}");
    let wide = |y: i32| {
        let row = Rect::new(arrow.x, y, arrow.w, 1);
        pixels(&frame, row).iter().filter(|pixel| **pixel == color).count()
    };
    assert_eq!(wide(arrow.y + arrow.h - 1), 1);
}
