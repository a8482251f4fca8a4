//! What holds for every spec and all candles.

use proptest::prelude::*;

use crate::arbitrary::{Picture, any_size, cases, options, pictures, small_size};
use crate::{
    Color, ColorType, Gaps, Geometry, Kind, PriceRange, Rect, Scene, Shape, Spec, SpecOptions, Style, frame,
    geometry, layout, render, text::Lines,
};

/// The pixels of each text of a scene, the shape's index, and what it says.
fn texts(scene: &Scene) -> Vec<(Rect, usize, &str)> {
    let mut lines = Lines::default();
    let texts = scene.shapes.iter().enumerate().filter_map(|(index, shape)| {
        let Shape::Text { x, baseline, cap, text, .. } = shape else { return None };
        let text = &scene.text[text.clone()];
        let number = lines.find(text, *cap);
        let Rect { x: left, y: top, w, h } = lines.get(number).bounds;
        Some((Rect::new(x + left, baseline + top, w, h), index, text))
    });
    texts.collect()
}

fn overlap(a: Rect, b: Rect) -> bool {
    let both = a.within(b);
    both.w > 0 && both.h > 0
}

fn contains(outer: Rect, inner: Rect) -> bool {
    inner.within(outer) == inner
}

fn panels(geometry: &Geometry) -> Vec<Rect> {
    geometry.panels.iter().map(|panel| Rect::new(panel.x, panel.y, panel.w, panel.h)).collect()
}

/// The spec with other options.
fn with(spec: &Spec, change: impl FnOnce(&mut SpecOptions)) -> Spec {
    let mut options = spec.options().clone();
    change(&mut options);
    Spec::new(options).expect("valid")
}

/// The same picture in a style whose edges and wicks have colours that nothing else has.
fn marked(picture: &Picture) -> (Spec, Color, Color) {
    let (edge, wick) = (Color::rgb(1, 2, 3), Color::rgb(4, 5, 6));
    let mark = |style: &mut Style| {
        for candle in [&mut style.up, &mut style.down] {
            (candle.edge, candle.wick) = (edge, wick);
        }
    };
    (with(&picture.spec, |options| mark(&mut options.style)), edge, wick)
}

fn fills(scene: &Scene, of: Color) -> Vec<Rect> {
    let fills = scene.shapes.iter().filter_map(|shape| match shape {
        Shape::Fill { rect, color } if *color == of => Some(*rect),
        _ => None,
    });
    fills.collect()
}

fn decoded(png: &[u8]) -> Vec<u8> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut rgb = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut rgb).expect("rows");
    rgb
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn every_label_is_inside_the_picture_and_none_overlaps_another_or_is_painted_over(picture in pictures(any_size())) {
        let scene = layout(&picture.window(), &picture.spec);
        let whole = Rect::new(0, 0, scene.width, scene.height);
        let texts = texts(&scene);
        for (at, &(rect, index, text)) in texts.iter().enumerate() {
            prop_assert!(contains(whole, rect), "{:?} at {:?} leaves the picture", text, rect);
            for &(other, _, second) in &texts[at + 1..] {
                prop_assert!(!overlap(rect, other), "{:?} at {:?} and {:?} at {:?}", text, rect, second, other);
            }
            for shape in &scene.shapes[index + 1..] {
                if let Shape::Fill { rect: over, .. } | Shape::Dashes { rect: over, .. } = shape {
                    prop_assert!(!overlap(rect, *over), "{:?} at {:?} is painted over by {:?}", text, rect, over);
                }
            }
        }
        let panels = panels(&geometry(&picture.window(), &picture.spec));
        for &(rect, index, text) in &texts {
            // Names of indicators stand inside their panels.
            if panels.iter().any(|&panel| contains(panel, rect)) {
                continue;
            }
            // All others stand on one colour: the figure's, or that of a tag around them.
            for shape in &scene.shapes[..index] {
                if let Shape::Fill { rect: under, .. } | Shape::Dashes { rect: under, .. } = *shape {
                    let apart = !overlap(rect, under);
                    prop_assert!(apart || contains(under, rect), "{:?} at {:?} on {:?}", text, rect, under);
                }
            }
        }
    }

    #[test]
    fn shapes_and_panels_lie_inside_the_picture_and_panels_apart(picture in pictures(any_size())) {
        let window = picture.window();
        let scene = layout(&window, &picture.spec);
        let whole = Rect::new(0, 0, scene.width, scene.height);
        for shape in &scene.shapes {
            if let Shape::Fill { rect, .. } | Shape::Dashes { rect, .. } | Shape::Line { clip: rect, .. } = shape {
                prop_assert!(rect.w > 0 && rect.h > 0 && contains(whole, *rect), "{:?}", shape);
            }
        }
        let geometry = geometry(&window, &picture.spec);
        let panels = panels(&geometry);
        for (at, &panel) in panels.iter().enumerate() {
            prop_assert!(panel.w > 0 && panel.h > 0 && contains(whole, panel), "{:?}", panel);
            for &other in &panels[at + 1..] {
                prop_assert!(!overlap(panel, other), "{:?} and {:?}", panel, other);
            }
        }
        for candle in &geometry.candles {
            let rect = Rect::new(candle.x, candle.y, candle.w, candle.h);
            prop_assert!(rect.w > 0 && rect.h > 0 && contains(panels[0], rect), "{:?} outside {:?}", rect, panels[0]);
        }
        for panel in &geometry.panels {
            prop_assert!(panel.bottom < panel.top && panel.bottom.is_finite() && panel.top.is_finite(), "{:?}", panel);
        }
    }

    #[test]
    fn bodies_are_a_pixel_high_or_more_and_all_of_one_width(picture in pictures(any_size()), kind in 0..2_usize) {
        let (spec, edge, wick) = marked(&picture);
        let spec = with(&spec, |options| {
            options.kind = [Kind::Candle, Kind::HeikinAshi][kind];
            options.range = PriceRange::Window;
        });
        let window = picture.window();
        let scene = layout(&window, &spec);
        let geometry = geometry(&window, &spec);
        let (bodies, wicks) = (fills(&scene, edge), fills(&scene, wick));
        // Every candle is there, alone or in the column that it shares.
        prop_assert_eq!((bodies.len(), wicks.len()), (geometry.candles.len(), geometry.candles.len()));
        prop_assert!(bodies.windows(2).all(|pair| pair[0].right() <= pair[1].x), "{:?}", bodies);
        let shown: usize = geometry.candles.iter().map(|candle| candle.candles).sum();
        if spec.options().gaps == Gaps::Collapse {
            prop_assert_eq!(shown, window.candles().len());
            if geometry.panels[0].w >= spec.window() as i32 {
                prop_assert_eq!(geometry.candles.len(), window.candles().len());
            }
        }
        for ((body, wick), candle) in bodies.iter().zip(&wicks).zip(&geometry.candles) {
            prop_assert!(body.h >= 1 && body.w == bodies[0].w, "{:?}", bodies);
            let (left, right) = (body.x.min(wick.x), body.right().max(wick.right()));
            let (top, bottom) = (body.y.min(wick.y), body.bottom().max(wick.bottom()));
            let both = Rect::new(left, top, right - left, bottom - top);
            prop_assert_eq!(both, Rect::new(candle.x, candle.y, candle.w, candle.h));
        }
    }

    #[test]
    fn a_spec_is_the_same_after_being_written_and_read(options in options(any_size())) {
        let spec = Spec::new(options).expect("valid");
        prop_assert_eq!(Spec::from_json(spec.to_json()), Ok(spec));
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn files_decode_to_the_frame_in_both_color_types(picture in pictures(small_size())) {
        let window = picture.window();
        for color in [ColorType::Rgb, ColorType::Indexed] {
            let spec = with(&picture.spec, |options| options.color = color);
            let meant = frame(&window, &spec);
            prop_assert_eq!((meant.width, meant.height), (spec.width(), spec.height()));
            prop_assert!(decoded(render(&window, &spec).as_bytes()) == meant.rgb, "{:?}", color);
        }
    }
}
