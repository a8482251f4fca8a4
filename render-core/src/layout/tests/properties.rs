//! What holds for every spec and all candles.

use proptest::prelude::*;

use crate::arbitrary::{Picture, any_size, cases, options, pictures, small_size};
use raster::text::Lines;

use crate::{
    Axes, Candle, Color, ColorType, Fit, Frame, Gaps, Geometry, Kind, Overlay, PriceRange, Rect, Scene,
    Shape, Spec, SpecOptions, contrast::distance, frame, geometry, layout, render,
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
    // A second scale lies in the price panel.
    let panels = geometry.panels.iter().filter(|panel| panel.name != "scale");
    panels.map(|panel| Rect::new(panel.x, panel.y, panel.w, panel.h)).collect()
}

/// The price panel, wherever it stands.
fn price_panel(geometry: &Geometry) -> Rect {
    let at = geometry.panels.iter().position(|panel| panel.name == "price");
    panels(geometry)[at.expect("every picture has one")]
}

/// The spec with other options.
fn with(spec: &Spec, change: impl FnOnce(&mut SpecOptions)) -> Spec {
    let mut options = spec.options().clone();
    change(&mut options);
    options.baseline = options.baseline.filter(|_| options.kind == Kind::Baseline);
    Spec::new(options).expect("valid")
}

/// The same picture in a style whose edges and wicks have colours that nothing else has.
fn marked(picture: &Picture) -> (Spec, [Color; 2], [Color; 3]) {
    let (edges, wick) = ([Color::rgb(1, 2, 3), Color::rgb(201, 2, 3)], Color::rgb(4, 5, 6));
    let spec = with(&picture.spec, |options| {
        (options.style.up.edge, options.style.down.edge) = (edges[0], edges[1]);
        (options.style.up.wick, options.style.down.wick) = (wick, wick);
    });
    let narrow = edges.map(|edge| spec.options().style.narrow_wick(edge));
    (spec, edges, [wick, narrow[0], narrow[1]])
}

fn fills(scene: &Scene, of: &[Color]) -> Vec<Rect> {
    let fills = scene.shapes.iter().filter_map(|shape| match shape {
        Shape::Fill { rect, color } if of.contains(color) => Some(*rect),
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
        for &(rect, index, text) in &texts {
            // All stand on one colour: the figure's, the panel's above its data, or that of a tag around them.
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
            prop_assert!(rect.w > 0 && rect.h > 0 && contains(price_panel(&geometry), rect), "{:?} outside the panel", rect);
        }
        for panel in &geometry.panels {
            prop_assert!(panel.bottom < panel.top && panel.bottom.is_finite() && panel.top.is_finite(), "{:?}", panel);
        }
    }

    #[test]
    fn bodies_are_a_pixel_high_or_more_and_all_of_one_width(picture in pictures(any_size()), kind in 0..2_usize) {
        let (spec, edges, wicks) = marked(&picture);
        let spec = with(&spec, |options| {
            options.kind = [Kind::Candle, Kind::HeikinAshi][kind];
            (options.range, options.last_price) = (PriceRange::Window, false);
            // Its lines have the colours of candles.
            options.overlays.retain(|overlay| !matches!(overlay.of, Overlay::Supertrend { .. }));
        });
        let window = picture.window();
        let scene = layout(&window, &spec);
        let geometry = geometry(&window, &spec);
        let (bodies, wicks) = (fills(&scene, &edges), fills(&scene, &wicks));
        // Every candle is there, alone or in the column that it shares.
        prop_assert_eq!((bodies.len(), wicks.len()), (geometry.candles.len(), geometry.candles.len()));
        prop_assert!(bodies.windows(2).all(|pair| pair[0].right() <= pair[1].x), "{:?}", bodies);
        let shown: usize = geometry.candles.iter().map(|candle| candle.candles).sum();
        if spec.options().gaps == Gaps::Collapse {
            prop_assert_eq!(shown, window.candles().len());
            if price_panel(&geometry).w >= spec.window() as i32 + i32::from(spec.options().right_margin) {
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
    fn the_tag_of_the_last_price_parses_to_the_very_close(picture in pictures(any_size())) {
        let spec = with(&picture.spec, |options| {
            (options.last_price, options.axes, options.price_decimals) = (true, Axes::On, None);
        });
        let window = picture.window();
        let scene = layout(&window, &spec);
        // The tag's text is the only one right above a rectangle of its own.
        let tag = scene.shapes.windows(2).rev().find_map(|pair| match pair {
            [Shape::Fill { rect, .. }, Shape::Text { text, baseline, cap, .. }]
                if rect.y < *baseline - cap && rect.bottom() > *baseline && rect.h < 2 * cap + 2 =>
            {
                Some(&scene.text[text.clone()])
            }
            _ => None,
        });
        if let Some(tag) = tag {
            let close = window.candles()[window.candles().len() - 1].close;
            let plain: String = tag.chars().filter(|c| ![',', ' '].contains(c)).collect();
            // A zero has no sign in a picture.
            let bits = if close == 0.0 { 0 } else { close.to_bits() };
            prop_assert_eq!(plain.parse::<f64>().map(f64::to_bits), Ok(bits), "{} for {:?}", tag, close);
        }
    }

    #[test]
    fn no_text_lies_over_data(picture in pictures(any_size())) {
        let window = picture.window();
        let scene = layout(&window, &picture.spec);
        let panels = panels(&geometry(&window, &picture.spec));
        for (rect, _, text) in texts(&scene) {
            for &panel in &panels {
                prop_assert!(!overlap(rect, panel), "{:?} at {:?} over {:?}", text, rect, panel);
            }
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
    fn up_differs_from_down_in_every_style_at_every_size(
        picture in pictures(small_size()), kind in 0..3_usize, at in any::<proptest::sample::Index>(),
    ) {
        let spec = with(&picture.spec, |options| {
            options.kind = [Kind::Candle, Kind::Hollow, Kind::Ohlc][kind];
            (options.range, options.overlays, options.indicators) = (PriceRange::Window, vec![], vec![]);
            (options.last_price, options.title_ohlc, options.fit) = (false, false, Fit::Candles);
        });
        let window = picture.window();
        let geometry = geometry(&window, &spec);
        let one = &geometry.candles[at.index(geometry.candles.len())];
        let index = picture.candles.iter().rposition(|candle| candle.open_time == one.open_time).expect("drawn");
        let Candle { open, close, .. } = picture.candles[index];
        // Columns that candles share have one direction for all of them, and flat candles none.
        if one.candles > 1 || open == close {
            return Ok(());
        }
        let mut candles = picture.candles.clone();
        (candles[index].open, candles[index].close) = (close, open);
        let turned = Picture { candles, ..picture.clone() };
        let [a, b] = [frame(&window, &spec), frame(&turned.window(), &spec)];
        let differs = (one.y..one.y + one.h).any(|y| (one.x..one.x + one.w).any(|x| {
            let at = 3 * (y as usize * a.width as usize + x as usize);
            let color = |frame: &Frame| Color::rgb(frame.rgb[at], frame.rgb[at + 1], frame.rgb[at + 2]);
            distance(color(&a), color(&b)) >= 60.0
        }));
        prop_assert!(differs, "{:?} of {}", one, spec.tag());
    }

    #[test]
    fn wick_and_body_of_one_column_can_be_told(picture in pictures(small_size())) {
        let spec = with(&picture.spec, |options| {
            (options.kind, options.range, options.fit) = (Kind::Candle, PriceRange::Window, Fit::Candles);
        });
        let style = &spec.options().style;
        for rises in [true, false] {
            let body = style.narrow(rises);
            prop_assert!(distance(style.narrow_wick(body), body) >= 60.0, "{}", style.name);
        }
        let window = picture.window();
        let scene = layout(&window, &spec);
        let narrow = geometry(&window, &spec).candles.iter().all(|candle| candle.w == 1);
        let wicks = [true, false].map(|rises| style.narrow_wick(style.narrow(rises)));
        let drawn = fills(&scene, &wicks).len();
        prop_assert!(!narrow || drawn > 0, "a wick of its own colour");
    }

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
