//! Any scene: its file shows, in another decoder, the pixels of its raster, and
//! is the same file when it is made a second time with all caches full.
#![no_main]

use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};
use render_core::{Color, Rect, Scene, Shape, raster, stages::Stages};
use render_core_fuzz::{Knobs, Paint, decode};

#[derive(Debug, Arbitrary)]
struct Input {
    knobs: Knobs,
    shapes: Vec<Mark>,
}

#[derive(Debug, Arbitrary)]
enum Mark {
    /// Scenes of charts begin with a rectangle of the whole picture.
    Cover(Paint),
    Fill([u8; 4], Paint),
    Dashes([u8; 2], u8, bool, u8, Paint, [u8; 2]),
    Text([u8; 2], u8, Paint, Vec<u8>),
}

fuzz_target!(|input: Input| {
    let spec = input.knobs.spec();
    let (width, height) = (spec.width() as i32, spec.height() as i32);
    let mut scene = Scene { width, height, ..Scene::default() };
    // More shapes than this only make the fuzzer slow.
    for mark in input.shapes.into_iter().take(60) {
        let shape = shape(mark, &mut scene);
        scene.shapes.push(shape);
    }
    let mut stages = Stages::new(&spec);
    let Some(png) = stages.png(&scene) else {
        // A colour that the palette does not have.
        return;
    };
    let frame = raster(&scene);
    let (decoded_width, decoded_height, rgb) = decode(png.as_bytes());
    assert_eq!((decoded_width, decoded_height), (spec.width(), spec.height()));
    assert!(rgb == frame.rgb, "the file shows other pixels than the scene has");
    assert!(stages.png(&scene).as_ref() == Some(&png), "the caches show in the bytes");
});

/// A shape that keeps within the picture, as those of layout do.
fn shape(mark: Mark, scene: &mut Scene) -> Shape {
    let (width, height) = (scene.width, scene.height);
    let rect = |[x, y, w, h]: [i32; 4]| {
        let (x, y) = (x % width, y % height);
        Rect::new(x, y, w.clamp(1, width - x), h.clamp(1, height - y))
    };
    match mark {
        Mark::Cover(color) => Shape::Fill { rect: Rect::new(0, 0, width, height), color: color.into() },
        Mark::Fill(sides, color) => Shape::Fill { rect: rect(sides.map(i32::from)), color: color.into() },
        Mark::Dashes(at, long, across, thick, color, [on, off]) => {
            let ([x, y], long, thick) = (at.map(i32::from), i32::from(long), i32::from(thick % 4));
            let (w, h) = if across { (long.max(thick), thick) } else { (thick, long.max(thick)) };
            let (on, off) = (i32::from(on).max(1), i32::from(off));
            Shape::Dashes { rect: rect([x, y, w, h]), color: color.into(), on, off }
        }
        Mark::Text([x, baseline], cap, color, mut text) => {
            text.truncate(12);
            let start = scene.text.len();
            scene.text.extend(text.iter().map(|byte| char::from(byte % 95 + b' ')));
            Shape::Text {
                x: i32::from(x) % width,
                baseline: i32::from(baseline) % height,
                cap: i32::from(cap % 24) + 4,
                color: Color::from(color),
                text: start..scene.text.len(),
            }
        }
    }
}
