//! The raster and the encoder against a slow twin.

use proptest::prelude::*;
use tiny_skia::{Paint as SkPaint, Pixmap, Rect as SkRect, Transform};

use super::*;
use crate::{
    Color, Encoder, Rect, Shape,
    testing::{cases, encoder},
    text::{self, LEVELS, Masks},
};

/// The slow twin: paints every shape of a scene, whole, on a pixmap.
fn painted(scene: &Scene) -> Vec<u8> {
    let mut pixmap = Pixmap::new(scene.width as u32, scene.height as u32).expect("a size");
    pixmap.fill(tiny_skia::Color::BLACK);
    let fill = |pixmap: &mut Pixmap, rect: Rect, color: Color| {
        if rect.w <= 0 || rect.h <= 0 {
            return;
        }
        let Some(area) = SkRect::from_xywh(rect.x as f32, rect.y as f32, rect.w as f32, rect.h as f32) else {
            return;
        };
        let mut paint = SkPaint { anti_alias: false, ..SkPaint::default() };
        paint.set_color_rgba8(color.r, color.g, color.b, 255);
        pixmap.fill_rect(area, &paint, Transform::identity(), None);
    };
    let mut masks = Masks::default();
    for shape in &scene.shapes {
        match shape {
            Shape::Fill { rect, color } => fill(&mut pixmap, *rect, *color),
            Shape::Dashes { rect, color, on, off } => {
                let long = rect.w.max(rect.h);
                for start in (0..long).step_by((on + off) as usize) {
                    let length = (*on).min(long - start);
                    let dash = if rect.w >= rect.h {
                        Rect::new(rect.x + start, rect.y, length, rect.h)
                    } else {
                        Rect::new(rect.x, rect.y + start, rect.w, length)
                    };
                    fill(&mut pixmap, dash, *color);
                }
            }
            Shape::Line { points, width, color, clip } => {
                for px in clip.x.max(0)..clip.right().min(scene.width) {
                    for py in clip.y.max(0)..clip.bottom().min(scene.height) {
                        let level = stroked(&scene.points[points.clone()], *width, px, py);
                        let below = pixmap.pixel(px as u32, py as u32).expect("inside");
                        let below = Color::rgb(below.red(), below.green(), below.blue());
                        fill(&mut pixmap, Rect::new(px, py, 1, 1), color.over(below, level, LEVELS));
                    }
                }
            }
            Shape::Text { x, baseline, cap, color, text } => {
                let line = &scene.text[text.clone()];
                for px in 0..scene.width {
                    for py in 0..scene.height {
                        let level = coverage(&mut masks, line, *cap, px - x, py - baseline);
                        let below = pixmap.pixel(px as u32, py as u32).expect("inside");
                        let below = Color::rgb(below.red(), below.green(), below.blue());
                        fill(
                            &mut pixmap,
                            Rect::new(px, py, 1, 1),
                            color.over(below, u32::from(level), LEVELS),
                        );
                    }
                }
            }
        }
    }
    pixmap.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect()
}

/// The greatest coverage that any glyph of a line has at a pixel relative to the line's origin.
fn coverage(masks: &mut Masks, line: &str, cap: i32, x: i32, y: i32) -> u8 {
    let mut origin = 0;
    let mut most = 0;
    for byte in line.bytes() {
        let mask = masks.get(byte, cap);
        let (column, row) = (x - origin - mask.left, y - mask.top);
        if (0..mask.w).contains(&column) && (0..mask.h).contains(&row) {
            most = most.max(mask.levels[(row * mask.w + column) as usize]);
        }
        origin += text::advance(byte, cap);
    }
    most
}

/// How much of a pixel a line covers, by the definition in `stroke.rs`, pixel by pixel.
fn stroked(points: &[(i32, i32)], width: i32, x: i32, y: i32) -> u32 {
    let mut sum = 0;
    for sample in [8, 24, 40, 56] {
        let at = i64::from(x * 64 + sample);
        for pair in points.windows(2) {
            let [(x0, y0), (x1, y1)] = [pair[0], pair[1]].map(|(x, y)| (i64::from(x), i64::from(y)));
            if x0 <= at && at < x1 {
                let (dx, dy) = (x1 - x0, y1 - y0);
                let half = i64::from(width) * ((dx * dx + dy * dy) as u64).isqrt() as i64 / (2 * dx);
                let middle = y0 + (dy * (at - x0)).div_euclid(dx);
                let (top, bottom) = (i64::from(y * 64), i64::from(y * 64 + 64));
                sum += (bottom.min(middle + half) - top.max(middle - half)).max(0);
            }
        }
    }
    // Four samples of 64 parts are a whole pixel.
    (sum as u32 * LEVELS * 2 + 256) / 512
}

fn decoded(bytes: &[u8]) -> Vec<u8> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.ignore_checksums(false);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut rgb = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut rgb).expect("rows");
    rgb
}

/// The first pixel that is another one: its column and row, and what it is and ought to be.
fn difference(pixels: &[u8], expected: &[u8], width: i32) -> Option<(usize, usize, Vec<u8>, Vec<u8>)> {
    assert_eq!(pixels.len(), expected.len());
    let mut pairs = pixels.chunks(3).zip(expected.chunks(3)).enumerate();
    let (at, (pixel, expected)) = pairs.find(|(_, (a, b))| a != b)?;
    let width = width as usize;
    Some((at % width, at / width, pixel.to_vec(), expected.to_vec()))
}

fn shape() -> impl Strategy<Value = (u8, [i32; 4], [u8; 3], [i32; 2])> {
    (0..5_u8, [0..90_i32, 0..70, 0..90, 0..70], [0..3_u8, 0..3, 0..3], [1..12_i32, 0..9])
}

proptest! {
    #[test]
    fn rows_and_the_decoded_png_equal_the_slow_twin(
        width in 8..100_i32, height in 8..80_i32, shapes in proptest::collection::vec(shape(), 0..25),
    ) {
        let mut scene = Scene { width, height, ..Scene::default() };
        for (kind, [x, y, w, h], [r, g, b], [on, off]) in shapes {
            let color = Color::rgb(r * 127, g * 127, b * 127);
            let (x, y) = (x % width, y % height);
            let rect = Rect::new(x, y, w.min(width - x), h.min(height - y));
            match kind {
                0 => scene.fill(rect, color),
                1 => scene.shapes.push(Shape::Dashes { rect: Rect { h: rect.h.min(2), ..rect }, color, on, off }),
                2 => scene.shapes.push(Shape::Dashes { rect: Rect { w: rect.w.min(2), ..rect }, color, on, off }),
                3 => {
                    let start = scene.points.len();
                    // A zigzag that may leave the clip, and the picture.
                    for n in 0..=on {
                        let row = if n % 2 == 0 { y } else { y + h - 20 };
                        scene.points.push(((x - 5) * 64 + n * (1 + off * 97), row * 64 + n * 7));
                    }
                    let points = start..scene.points.len();
                    let clip = Rect { h: h.max(1), ..rect };
                    scene.shapes.push(Shape::Line { points, width: 20 + 30 * off, color, clip });
                }
                _ => {
                    let cap = 6 + on;
                    let wide = text::width("0.5K", cap) + 4;
                    // Lines that reach out of the picture are left out, so only such as fit are of interest.
                    if 2 + wide <= width && cap + 4 <= height {
                        scene.label("0.5K", 2 + x % (width - wide - 1), cap + 2 + y % (height - cap - 3), cap, color);
                    }
                }
            }
        }
        let expected = painted(&scene);
        // Small scenes of fills and dashes alone are painted shape by shape.
        let mut plain = scene.clone();
        plain.shapes.retain(|shape| matches!(shape, Shape::Fill { .. } | Shape::Dashes { .. }));
        prop_assert_eq!(difference(&Raster::default().frame(&plain).rgb, &painted(&plain), width), None);
        prop_assert_eq!(difference(&Raster::default().frame(&scene).rgb, &expected, width), None);
        let png = Raster::default().png(&scene, &mut encoder(width, height), None).expect("RGB");
        prop_assert_eq!(difference(&decoded(png.as_bytes()), &expected, width), None);
    }
}

/// A scene as layout makes it: a panel, grid lines in both directions, and candles over bars, each with its
/// columns, top, sides and whether it rises; labels beside it, and a line over all now and then.
fn chart(width: i32) -> impl Strategy<Value = Scene> {
    let candle = (0..5_i32, 5..60_i32, 0..30_i32, 0..12_i32, any::<bool>(), 0..20_i32);
    let grid = (1..7_i32, 0..5_i32, 1..3_i32, proptest::collection::vec(5..90_i32, 0..6), 20..140_i32);
    let extras = (any::<bool>(), any::<bool>(), 0..3_i32);
    (proptest::collection::vec(candle, 0..40), grid, extras).prop_map(
        move |(candles, (on, off, thick, rows, apart), (over, line, gap))| {
            let [ink, paper, gray, blue] =
                [[255; 3], [0; 3], [158; 3], [0, 128, 255]].map(|[r, g, b]| Color::rgb(r, g, b));
            let mut scene = Scene { width, height: 100, ..Scene::default() };
            let dashes = |rect: Rect| Shape::Dashes { rect, color: gray, on, off };
            scene.fill(Rect::new(0, 0, width, 100), Color::rgb(10, 10, 10));
            scene.fill(Rect::new(3, 4, width - 40, 92), paper);
            if over {
                // A band below the grid.
                (0..30).for_each(|x| scene.fill(Rect::new(20 + x, 40 - x, 1, 20 + x), blue));
            }
            for y in rows {
                scene.shapes.push(dashes(Rect::new(3, y, width - 40, thick)));
            }
            for x in (7..width - 40).step_by(apart as usize) {
                scene.shapes.push(dashes(Rect::new(x, 4, thick, 92)));
            }
            for (index, (wide, top, long, wick, rises, bar)) in (0..).zip(candles) {
                let x = 5 + index * (8 + gap);
                if x + 7 > width - 37 {
                    break;
                }
                scene.fill(Rect::new(x, 96 - bar, 7, bar), blue);
                scene.fill(Rect::new(x + 3, top - wick.min(top - 4), 1, long.min(30) + wick), ink);
                let body =
                    Rect::new(x + 3 - wide.min(3), top, 1 + 2 * wide.min(3), long.min(90 - top).max(1));
                scene.fill(body, ink);
                scene.fill(
                    Rect::new(body.x + 1, top + 1, body.w - 2, body.h - 2),
                    if rises { paper } else { blue },
                );
            }
            scene.label("1050", width - 34, 30, 8, ink);
            scene.label("1105", width - 34, 80, 8, ink);
            if line {
                scene
                    .points
                    .extend((0..=9).map(|n| (64 * (5 + n * (width - 50) / 9), 64 * (20 + n * 37 % 50))));
                let clip = Rect::new(3, 4, width - 40, 92);
                scene.shapes.push(Shape::Line { points: 0..10, width: 96, color: blue, clip });
            }
            scene
        },
    )
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn charts_equal_the_slow_twin_whatever_was_drawn_before(charts in (90..400_i32).prop_flat_map(|width| proptest::collection::vec(chart(width), 1..4))) {
        let file = |raster: &mut Raster, encoder: &mut Encoder, scene: &Scene| {
            raster.png(scene, encoder, None).expect("RGB")
        };
        let (width, mut raster) = (charts[0].width, Raster::default());
        let mut kept = encoder(width, 100);
        for scene in charts {
            let png = file(&mut raster, &mut kept, &scene);
            prop_assert_eq!(difference(&decoded(png.as_bytes()), &painted(&scene), width), None);
            prop_assert!(png == file(&mut Raster::default(), &mut encoder(width, 100), &scene), "other bytes");
        }
    }
}

#[test]
fn text_in_the_colour_of_what_lies_below_it_leaves_no_trace() {
    let mut scene = Scene { width: 60, height: 30, ..Scene::default() };
    let grey = Color::rgb(9, 9, 9);
    scene.fill(Rect::new(0, 0, 60, 30), grey);
    scene.label("0.5K", 8, 20, 9, grey);
    let png = Raster::default().png(&scene, &mut encoder(60, 30), None).expect("RGB");
    assert_eq!(decoded(png.as_bytes()), painted(&scene));
}
