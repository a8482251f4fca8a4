//! The stages apart, for benchmarks and fuzzing: no part of the API, and free to change.

use crate::{
    Color, Digest, Png, Scene, Spec, Window,
    encode::Encoder,
    layout::Layout,
    raster::{Dashes, Raster, Rows, Run, TextRow, pixel},
};

/// The stages of one spec's pictures, each with its own scratch space, as a
/// [`Renderer`](crate::Renderer) has them.
#[derive(Debug)]
pub struct Stages<'a> {
    spec: &'a Spec,
    layout: Layout,
    raster: Raster,
    encoder: Encoder,
}

impl<'a> Stages<'a> {
    /// The stages without any scratch space yet.
    #[must_use]
    pub fn new(spec: &'a Spec) -> Self {
        Self { spec, layout: Layout::default(), raster: Raster::default(), encoder: shared(spec) }
    }

    /// Layout alone.
    pub fn layout(&mut self, window: &Window<'_>) -> &Scene {
        self.layout.run(window, self.spec);
        &self.layout.scene
    }

    /// Raster alone: the number of changes that it hands on.
    pub fn raster(&mut self, scene: &Scene) -> usize {
        self.forget_when_full();
        let mut counter = Counter(0);
        self.raster.paint(scene, &mut counter);
        counter.0
    }

    /// Raster and encode; `None` where a colour is not in the palette.
    pub fn png(&mut self, scene: &Scene) -> Option<Png> {
        self.png_of(scene, None)
    }

    fn png_of(&mut self, scene: &Scene, input: Option<&Digest>) -> Option<Png> {
        self.forget_when_full();
        self.encoder.start();
        self.raster.paint(scene, &mut self.encoder);
        self.encoder.finish(input)
    }

    /// What a renderer does between pictures. The encoder knows lines of text
    /// by their numbers, so that the two forget together.
    fn forget_when_full(&mut self) {
        if self.raster.is_full() {
            self.raster = Raster::default();
            self.encoder = shared(self.spec);
        }
    }
}

/// The encoder that all pictures of a spec share, or one for RGB where there is none.
fn shared(spec: &Spec) -> Encoder {
    Encoder::new(spec).unwrap_or_else(|| Encoder::rgb(spec))
}

/// Takes rows and only counts their changes.
struct Counter(usize);

impl Rows for Counter {
    fn begin(&mut self) {}

    fn runs(&mut self, runs: &[Run]) {
        self.0 += runs.len();
    }

    fn dashes(&mut self, _: u16, _: u16, _: Dashes) {
        self.0 += 1;
    }

    fn text(&mut self, _: TextRow<'_>) {
        self.0 += 1;
    }

    fn end(&mut self) {}

    fn repeat(&mut self, _: usize) {}
}

/// Rows of a picture, as [`encode_rows`] takes them.
#[derive(Debug, Clone)]
pub enum Row {
    /// Pixels that take other colours than the pixels above them: the first
    /// column and the colours from there on.
    Paint(usize, Vec<Color>),
    /// So many rows again like the one above.
    Repeat(usize),
}

/// Rows straight to the encoder, without a raster: the picture's file and the
/// pixels that it must show. Above the first row all is black.
///
/// What reaches out of the picture is cut off, and what is left open below
/// repeats the last row.
#[must_use]
pub fn encode_rows(spec: &Spec, rows: &[Row]) -> (Option<Png>, Vec<Color>) {
    let (width, height) = (spec.width() as usize, spec.height() as usize);
    let mut encoder = shared(spec);
    encoder.start();
    let mut shown = Vec::with_capacity(width * height);
    let mut here = vec![Color::rgb(0, 0, 0); width];
    let mut left = height;
    for row in rows {
        match row {
            _ if left == 0 => break,
            Row::Paint(x, colors) => {
                let above = here.clone();
                let x = (*x).min(width);
                let len = colors.len().min(width - x);
                here[x..x + len].copy_from_slice(&colors[..len]);
                encode_row(&mut encoder, &differences(&above, &here));
                shown.extend_from_slice(&here);
                left -= 1;
            }
            // A raster repeats nothing before its first row.
            Row::Repeat(_) if left == height => {}
            Row::Repeat(count) => {
                repeat(&mut encoder, &mut shown, &here, (*count).min(left));
                left -= (*count).min(left);
            }
        }
    }
    if left == height {
        encode_row(&mut encoder, &[]);
        shown.extend_from_slice(&here);
        left -= 1;
    }
    repeat(&mut encoder, &mut shown, &here, left);
    (encoder.finish(None), shown)
}

fn encode_row(encoder: &mut Encoder, runs: &[Run]) {
    encoder.begin();
    encoder.runs(runs);
    encoder.end();
}

fn repeat(encoder: &mut Encoder, shown: &mut Vec<Color>, row: &[Color], count: usize) {
    if count > 0 {
        encoder.repeat(count);
        (0..count).for_each(|_| shown.extend_from_slice(row));
    }
}

/// The runs in which a row differs from the one above, as long as can be.
fn differences(above: &[Color], row: &[Color]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut x = 0;
    while x < row.len() {
        let (old, new) = (above[x], row[x]);
        let len = above[x..].iter().zip(&row[x..]).take_while(|&(&a, &b)| (a, b) == (old, new)).count();
        if old != new {
            runs.push(Run { x: x as u16, len: len as u16, old: pixel(old), new: pixel(new) });
        }
        x += len;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Candle, Interval, Renderer, SpecOptions, input_digest, raster};

    #[test]
    fn the_stages_one_by_one_give_the_renderer_s_file() {
        let candles: Vec<Candle> = (0..30)
            .map(|i| {
                let (open_time, open) = (i64::from(i) * 3_600_000, f64::from(i % 7) + 10.0);
                Candle { open_time, open, high: open + 2.0, low: open - 1.0, close: open + 1.0, volume: 5.0 }
            })
            .collect();
        let interval = Interval::new("1h", 3_600_000).expect("valid");
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
        let options = SpecOptions { width: 300, height: 200, window: 30, ..SpecOptions::default() };
        let spec = Spec::new(options).expect("valid");
        let mut stages = Stages::new(&spec);
        let scene = stages.layout(&window).clone();
        assert!(stages.raster(&scene) > 0);
        let input = input_digest(&window, &spec);
        assert_eq!(stages.png_of(&scene, Some(&input)), Some(Renderer::new().render(&window, &spec)));
    }

    #[test]
    fn rows_that_do_not_fit_are_cut_and_missing_ones_repeat_the_last() {
        let red = Color::rgb(255, 0, 0);
        let spec = Spec::new(SpecOptions { width: 8, height: 8, ..SpecOptions::default() }).expect("valid");
        let rows = [Row::Repeat(3), Row::Paint(6, vec![red; 9]), Row::Repeat(2)];
        let (png, shown) = encode_rows(&spec, &rows);
        let mut scene = Scene { width: 8, height: 8, ..Scene::default() };
        scene.fill(crate::Rect::new(6, 0, 2, 8), red);
        assert_eq!(png, Stages::new(&spec).png(&scene));
        let rgb: Vec<u8> = shown.iter().flat_map(|c| [c.r, c.g, c.b]).collect();
        assert_eq!(rgb, raster(&scene).rgb);
    }
}
