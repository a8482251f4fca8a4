//! A PNG of unknown origin beside a picture of ours.

use render_core::{Digest, Frame, embedded_input};
use wasm_bindgen::{Clamped, prelude::wasm_bindgen};

use crate::Chart;

/// The colours of what differs, and of the frame around all of it.
const DIFFERENT: [u8; 3] = [0xff, 0x00, 0xc8];
const AROUND: [u8; 3] = [0xff, 0xd4, 0x00];

/// What a PNG shows, compared with a picture.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Comparison {
    same_input: Option<bool>,
    same_bytes: bool,
    theirs: Frame,
    sha256: Digest,
    /// Pixels that differ; none where the sizes do.
    different: usize,
    /// Left, top, right and bottom of the smallest box around them.
    around: Option<[u32; 4]>,
    /// The difference picture.
    picture: Option<Vec<u8>>,
}

#[wasm_bindgen]
impl Comparison {
    /// Compares a PNG file with a chart: its bytes, and what it shows, as the module that reads has it.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(png: &[u8], width: u32, height: u32, rgb: Vec<u8>, chart: &Chart) -> Self {
        Self::make(png, Frame { width, height, rgb }, chart)
    }

    /// Whether the other file names the input that ours was made from; nothing where it names none.
    #[must_use]
    pub fn same_input(&self) -> Option<bool> {
        self.same_input
    }

    /// Whether every byte of the two files is the same.
    #[must_use]
    pub fn same_bytes(&self) -> bool {
        self.same_bytes
    }

    /// Whether the two are of one size and every pixel is the same.
    #[must_use]
    pub fn same_pixels(&self) -> bool {
        self.picture.is_some() && self.different == 0
    }

    /// The other file's width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.theirs.width
    }

    /// The other file's height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.theirs.height
    }

    /// SHA-256 of the other file, in hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> String {
        self.sha256.to_string()
    }

    /// SHA-256 of the other file's pixels as RGB8 rows, in hexadecimal digits.
    #[must_use]
    pub fn pixel_sha256(&self) -> String {
        self.theirs.digest().to_string()
    }

    /// How many pixels differ, where the sizes are the same.
    #[must_use]
    pub fn different(&self) -> usize {
        self.different
    }

    /// Left, top, right and bottom (both exclusive) of the box around all that differs; else empty.
    #[must_use]
    pub fn around(&self) -> Vec<u32> {
        self.around.map(Vec::from).unwrap_or_default()
    }

    /// What the other file shows, as RGBA bytes.
    #[must_use]
    pub fn theirs(&self) -> Clamped<Vec<u8>> {
        Clamped(self.theirs.rgb.as_chunks::<3>().0.iter().flat_map(|&[r, g, b]| [r, g, b, u8::MAX]).collect())
    }

    /// The difference picture as RGBA bytes: ours, pale, what differs in one loud colour,
    /// and a frame around it. Empty where the sizes differ.
    #[must_use]
    pub fn picture(&self) -> Clamped<Vec<u8>> {
        Clamped(self.picture.clone().unwrap_or_default())
    }
}

impl Comparison {
    fn make(png: &[u8], theirs: Frame, chart: &Chart) -> Self {
        let ours = chart.frame();
        let mut this = Self {
            same_input: embedded_input(png).map(|input| Some(input) == embedded_input(chart.png.as_bytes())),
            same_bytes: png == chart.png.as_bytes(),
            sha256: Digest::of(png),
            different: 0,
            around: None,
            picture: None,
            theirs,
        };
        if (this.theirs.width, this.theirs.height) == (ours.width, ours.height) {
            this.find_differences(ours);
        }
        this
    }

    fn find_differences(&mut self, ours: &Frame) {
        let pairs = ours.rgb.as_chunks::<3>().0.iter().zip(self.theirs.rgb.as_chunks::<3>().0);
        let mut picture = vec![u8::MAX; ours.rgb.len() / 3 * 4];
        for (at, ((ours, theirs), out)) in (0..).zip(pairs.zip(picture.as_chunks_mut::<4>().0)) {
            if ours == theirs {
                // A quarter of its contrast on a mid grey, so that the loud colour stands out on any style.
                let gray = ours.iter().map(|&channel| u32::from(channel)).sum::<u32>() / 3;
                out[..3].fill((gray / 4 + 96) as u8);
                continue;
            }
            out[..3].copy_from_slice(&DIFFERENT);
            self.different += 1;
            let (x, y) = (at % self.theirs.width, at / self.theirs.width);
            let [left, top, right, bottom] = self.around.unwrap_or([x, y, 0, 0]);
            self.around = Some([left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1)]);
        }
        if let Some(around) = self.around {
            frame(&mut picture, (ours.width, ours.height), around);
        }
        self.picture = Some(picture);
    }
}

/// Draws a frame at some distance around a box, so that a few pixels are found, too.
fn frame(picture: &mut [u8], (width, height): (u32, u32), [left, top, right, bottom]: [u32; 4]) {
    let thick = width.min(height).div_ceil(400);
    let out = 6 * thick;
    let (x0, y0) = (left.saturating_sub(out), top.saturating_sub(out));
    let (x1, y1) = ((right + out).min(width), (bottom + out).min(height));
    let pixels = picture.as_chunks_mut::<4>().0;
    for y in y0..y1 {
        for x in x0..x1 {
            let inside = x >= x0 + thick && x < x1 - thick && y >= y0 + thick && y < y1 - thick;
            let pixel = &mut pixels[(y * width + x) as usize];
            if !inside && pixel[..3] != DIFFERENT {
                pixel[..3].copy_from_slice(&AROUND);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use render_core::{Interval, Spec, Window};

    use super::*;

    fn chart(close: f64, spec: &str) -> Chart {
        let row = |at: i64, close| render_core::Candle {
            open_time: at * 60_000,
            open: 2.0,
            high: 9.0,
            low: 1.0,
            close,
            volume: 4.0,
        };
        let candles = [row(0, 3.0), row(1, close)];
        let interval = Interval::new("1m", 60_000).expect("valid");
        let window = Window::new("X", &interval, &candles, 0).expect("valid");
        Chart::of(&window, &Spec::from_json(spec).expect("valid"))
    }

    fn comparison(theirs: &Chart, ours: &Chart) -> Comparison {
        Comparison::make(&theirs.png(), theirs.frame().clone(), ours)
    }

    const RGB: &str = r#"{"width":64,"height":48,"window":2}"#;
    const INDEXED: &str = r#"{"width":64,"height":48,"window":2,"color":"indexed"}"#;

    #[test]
    fn the_same_file_has_the_same_bytes_and_the_same_pixels() {
        let chart = chart(5.0, RGB);
        let same = comparison(&chart, &chart);
        assert!(same.same_bytes() && same.same_pixels() && same.different() == 0);
        assert_eq!(same.same_input(), Some(true));
        assert_eq!((same.sha256(), same.pixel_sha256()), (chart.sha256(), chart.pixel_sha256()));
    }

    #[test]
    fn another_encoding_of_the_same_pixels_is_told_from_other_pixels() {
        let same = comparison(&chart(5.0, INDEXED), &chart(5.0, RGB));
        assert!(!same.same_bytes() && same.same_pixels());
    }

    #[test]
    fn other_pixels_are_counted_and_shown_where_they_are() {
        let (ours, theirs) = (chart(5.0, RGB), chart(6.0, RGB));
        let other = comparison(&theirs, &ours);
        assert!(!other.same_bytes() && !other.same_pixels());
        assert_eq!(other.same_input(), Some(false));
        let marked: Vec<usize> = other
            .picture()
            .as_chunks::<4>()
            .0
            .iter()
            .enumerate()
            .filter_map(|(at, &pixel)| (pixel == [0xff, 0, 0xc8, 0xff]).then_some(at))
            .collect();
        let differ =
            |at: &usize| ours.frame().rgb[3 * at..3 * at + 3] != theirs.frame().rgb[3 * at..3 * at + 3];
        assert_eq!(marked, (0..64 * 48).filter(differ).collect::<Vec<_>>());
        assert_eq!(marked.len(), other.different());
        let [left, top, right, bottom] = other.around()[..] else { panic!("a box") };
        for at in marked {
            let (x, y) = (at as u32 % 64, at as u32 / 64);
            assert!((left..right).contains(&x) && (top..bottom).contains(&y));
        }
    }

    #[test]
    fn another_size_has_no_difference_picture() {
        let other = comparison(&chart(5.0, r#"{"width":32,"height":48,"window":2}"#), &chart(5.0, RGB));
        assert!(!other.same_pixels() && other.picture().is_empty());
        assert_eq!((other.width(), other.height()), (32, 48));
    }
}
