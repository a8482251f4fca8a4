//! Any rows straight to the encoder: another decoder reads the same pixels.
#![no_main]

use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};
use render_core::{
    Color,
    stages::{Row, encode_rows},
};
use render_core_fuzz::{Knobs, Paint, decode};

#[derive(Debug, Arbitrary)]
struct Input {
    knobs: Knobs,
    rows: Vec<Line>,
}

#[derive(Debug, Arbitrary)]
enum Line {
    /// Runs of a length and a colour each, from a first column on.
    Runs(u8, Vec<(u8, Paint)>),
    /// The same few colours again and again, as dashes are.
    Pattern(u8, u8, [Paint; 4]),
    Repeat(u8),
}

fuzz_target!(|input: Input| {
    let spec = input.knobs.spec();
    let rows: Vec<Row> = input.rows.iter().take(256).map(row).collect();
    let (png, shown) = encode_rows(&spec, &rows);
    let Some(png) = png else {
        // A colour that the palette does not have.
        return;
    };
    let (width, height, rgb) = decode(png.as_bytes());
    assert_eq!((width, height), (spec.width(), spec.height()));
    let expected: Vec<u8> = shown.iter().flat_map(|color| [color.r, color.g, color.b]).collect();
    assert!(rgb == expected, "the file shows other pixels than its rows had");
});

fn row(line: &Line) -> Row {
    match line {
        Line::Runs(x, runs) => {
            // No row is longer than 255 pixels.
            let runs = runs.iter().take(255);
            let colors = runs.flat_map(|&(len, paint)| std::iter::repeat_n(Color::from(paint), len.into()));
            Row::Paint(usize::from(*x), colors.take(255).collect())
        }
        Line::Pattern(x, len, paints) => {
            let colors = paints.iter().map(|&paint| Color::from(paint)).cycle();
            Row::Paint(usize::from(*x), colors.take(usize::from(*len)).collect())
        }
        Line::Repeat(count) => Row::Repeat(usize::from(*count)),
    }
}
