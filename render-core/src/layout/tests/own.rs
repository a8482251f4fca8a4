//! Series of one's own and marks: nothing after the end shows, order does not matter, and all stays in its panel.

use proptest::{collection::vec, option, prelude::*, sample::select};

mod before;
mod far;
mod geometry;
mod marks;
mod series;
mod texts;

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
        // Texts cover no candle, and none another one.
        let labels = geometry.labels.iter().filter(|label| label.role == "mark");
        let texts: Vec<Rect> = labels.map(|label| Rect::new(label.x, label.y, label.w, label.h)).collect();
        let overlap = |a: Rect, b: Rect| a.within(b).w > 0 && a.within(b).h > 0;
        for (index, text) in texts.iter().enumerate() {
            prop_assert_eq!(text.within(panels[price]), *text);
            prop_assert!(texts[..index].iter().all(|other| !overlap(*text, *other)), "{:?}", geometry.labels);
            for candle in &geometry.candles {
                let parts = [candle.wick, candle.body, candle.open_tick, candle.close_tick];
                prop_assert!(parts.into_iter().flatten().all(|part| !overlap(*text, part)), "{:?} {:?}", text, candle);
            }
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
