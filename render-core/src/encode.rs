//! Encode: from rows of pixels to the bytes of a PNG file.
//!
//! 8-bit RGB, not interlaced. Every row has filter type 2 (Up), so a row like
//! the one above is zeros, and a run of pixels that change alike is one
//! pixel's differences repeated. What is written for a row follows from the
//! row and the one above alone.

use crate::{
    Digest,
    deflate::Deflate,
    raster::{Pixel, Rows, Span, unpack},
    scene::Color,
};

/// An encoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Png {
    bytes: Vec<u8>,
    digest: Digest,
}

impl Png {
    /// The file's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file's bytes, owned.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The SHA-256 of the file's bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

/// PNG's filter type "Up": each byte is the difference to the byte above.
const UP: u8 = 2;

/// Takes rows and writes the compressed stream of a PNG.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    deflate: Deflate,
    width: usize,
    height: usize,
}

impl Encoder {
    /// Begins a picture of this size.
    pub fn start(&mut self, width: usize, height: usize) {
        self.deflate.start();
        (self.width, self.height) = (width, height);
    }

    /// Ends the picture, after all its rows.
    pub fn finish(&mut self) -> Png {
        let data = self.deflate.finish();
        let mut bytes = Vec::with_capacity(data.len() + 64);
        let mut png = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        png.set_color(png::ColorType::Rgb);
        png.set_depth(png::BitDepth::Eight);
        png.write_header()
            .and_then(|mut writer| {
                writer.write_chunk(png::chunk::IDAT, data)?;
                writer.finish()
            })
            // Writing to a vector fails only where memory ends, and that aborts.
            .unwrap_or_else(|error| unreachable!("{error}"));
        let digest = Digest::of(&bytes);
        Png { bytes, digest }
    }
}

impl Rows for Encoder {
    fn row(&mut self, above: &[Pixel], here: &[Pixel], changed: &[Span]) {
        self.deflate.literal(UP);
        // Columns before this one are written.
        let mut done = 0;
        // Whether the byte before column `done` is a zero.
        let mut after_zero = false;
        for span in changed {
            let mut x = span.start;
            while x < span.end {
                let difference = subtract(here[x], above[x]);
                let run = (x + 1..span.end)
                    .take_while(|&x| subtract(here[x], above[x]) == difference)
                    .count()
                    + 1;
                if difference != [0; 3] {
                    self.deflate.zeros(3 * (x - done), after_zero);
                    self.deflate.pixels(difference, run);
                    done = x + run;
                    after_zero = difference[2] == 0;
                }
                x += run;
            }
        }
        self.deflate.zeros(3 * (self.width - done), after_zero);
    }

    fn repeat(&mut self, rows: usize) {
        for _ in 0..rows {
            self.deflate.literal(UP);
            self.deflate.zeros(3 * self.width, false);
        }
    }
}

/// The difference of two pixels as the Up filter writes it: byte by byte, modulo 256.
fn subtract(here: Pixel, above: Pixel) -> [u8; 3] {
    let (here, above) = (unpack(here), unpack(above));
    let Color { r, g, b } = above;
    [
        here.r.wrapping_sub(r),
        here.g.wrapping_sub(g),
        here.b.wrapping_sub(b),
    ]
}
