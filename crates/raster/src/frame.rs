//! The decoded pixels of a picture: what its PNG shows.

use crate::{
    Color, Digest, Raster, Scene,
    raster::{Pixel, Rows, Run, TextRow, unpack},
};

/// The decoded pixels of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Rows from the top down, 3 bytes a pixel (red, green, blue), no padding.
    pub rgb: Vec<u8>,
}

impl Frame {
    /// SHA-256 over the RGB8 rows: `pixel_sha256`.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.rgb)
    }
}

/// Collects the pixels of all rows, `N` bytes each: red, green, blue, and
/// opacity where there is room for it.
struct Collector<const N: usize> {
    pixels: Vec<u8>,
    /// The last row.
    row: Vec<[u8; N]>,
}

impl<const N: usize> Collector<N> {
    fn run(scene: &Scene, raster: &mut Raster) -> Vec<u8> {
        let (width, height) = (scene.width as usize, scene.height as usize);
        let row = vec![bytes(0); width];
        let mut collector = Self { pixels: Vec::with_capacity(N * width * height), row };
        raster.paint(scene, &mut collector);
        collector.pixels
    }
}

fn bytes<const N: usize>(pixel: Pixel) -> [u8; N] {
    let Color { r, g, b } = unpack(pixel);
    let mut bytes = [u8::MAX; N];
    bytes[..3].copy_from_slice(&[r, g, b]);
    bytes
}

impl<const N: usize> Rows for Collector<N> {
    fn begin(&mut self) {}

    fn runs(&mut self, runs: &[Run]) {
        for run in runs {
            self.row[usize::from(run.x)..usize::from(run.end())].fill(bytes(run.new));
        }
    }

    fn text(&mut self, text: TextRow<'_>) {
        for (place, pixel) in self.row[usize::from(text.x)..].iter_mut().zip(text.pixels()) {
            *place = bytes(pixel);
        }
    }

    fn end(&mut self) {
        self.pixels.extend_from_slice(self.row.as_flattened());
    }

    fn repeat(&mut self, rows: usize) {
        for _ in 0..rows {
            self.pixels.extend_from_slice(self.row.as_flattened());
        }
    }
}

impl Raster {
    /// The pixels of `scene`, as decoding its PNG gives them.
    #[must_use]
    pub fn frame(&mut self, scene: &Scene) -> Frame {
        let rgb = Collector::<3>::run(scene, self);
        Frame { width: scene.width as u32, height: scene.height as u32, rgb }
    }

    /// The pixels of `scene` with a fourth byte each, 255, as canvases want them.
    #[must_use]
    pub fn rgba(&mut self, scene: &Scene) -> Vec<u8> {
        Collector::<4>::run(scene, self)
    }
}
