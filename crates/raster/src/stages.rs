//! The stages apart, for benchmarks and fuzzing: no part of the API, and free to change.

use crate::{
    Color, Encoder, Png, Raster, Scene,
    raster::{Dashes, Rows, Run, TextRow, pixel},
};

/// Raster alone: the number of changes that it hands on.
pub fn count_changes(raster: &mut Raster, scene: &Scene) -> usize {
    let mut counter = Counter(0);
    raster.paint(scene, &mut counter);
    counter.0
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
pub fn encode_rows(encoder: &mut Encoder, rows: &[Row]) -> (Option<Png>, Vec<Color>) {
    let (width, height) = encoder.size();
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
                encode_row(encoder, &differences(&above, &here));
                shown.extend_from_slice(&here);
                left -= 1;
            }
            // A raster repeats nothing before its first row.
            Row::Repeat(_) if left == height => {}
            Row::Repeat(count) => {
                repeat(encoder, &mut shown, &here, (*count).min(left));
                left -= (*count).min(left);
            }
        }
    }
    if left == height {
        encode_row(encoder, &[]);
        shown.extend_from_slice(&here);
        left -= 1;
    }
    repeat(encoder, &mut shown, &here, left);
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
    use crate::{Rect, testing};

    #[test]
    fn rows_that_do_not_fit_are_cut_and_missing_ones_repeat_the_last() {
        let red = Color::rgb(255, 0, 0);
        let rows = [Row::Repeat(3), Row::Paint(6, vec![red; 9]), Row::Repeat(2)];
        let (png, shown) = encode_rows(&mut testing::encoder(8, 8), &rows);
        let mut scene = Scene { width: 8, height: 8, ..Scene::default() };
        scene.fill(Rect::new(6, 0, 2, 8), red);
        let mut raster = Raster::default();
        assert_eq!(png, raster.png(&scene, &mut testing::encoder(8, 8), None));
        let rgb: Vec<u8> = shown.iter().flat_map(|c| [c.r, c.g, c.b]).collect();
        assert_eq!(rgb, raster.frame(&scene).rgb);
    }
}
