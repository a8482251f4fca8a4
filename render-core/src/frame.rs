//! The decoded pixels of a picture: what its PNG shows.

use crate::{
    Digest, Spec, Window,
    layout::layout,
    raster::{Pixel, Raster, Rows, Run, TextRow, unpack},
    scene::{Color, Scene},
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

/// The pixels of a picture, as decoding its PNG gives them.
#[must_use]
pub fn frame(window: &Window<'_>, spec: &Spec) -> Frame {
    raster(&layout(window, spec))
}

/// The pixels of a scene.
#[must_use]
pub fn raster(scene: &Scene) -> Frame {
    let rgb = Collector::<3>::run(scene, &mut Raster::default());
    Frame { width: scene.width as u32, height: scene.height as u32, rgb }
}

/// The pixels of a scene with a fourth byte each, 255, as canvases want them.
pub(crate) fn rgba(scene: &Scene, raster: &mut Raster) -> Vec<u8> {
    Collector::<4>::run(scene, raster)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Candle, Interval, Renderer};

    #[test]
    fn a_renderer_that_has_drawn_before_gives_the_pixels_that_the_file_has() {
        let candle = |at: i64| {
            let close = 100.0 + (at * 37 % 11) as f64;
            let open_time = at * 3_600_000;
            Candle { open_time, open: 100.0, high: 120.0, low: 90.0, close, volume: 5.0 }
        };
        let candles: Vec<_> = (0..30).map(candle).collect();
        let interval = Interval::new("1h", 3_600_000).expect("valid");
        let mut renderer = Renderer::new();
        for size in [r#""width":400,"height":300"#, r#""width":220,"height":300,"title":true"#] {
            let spec = Spec::from_json(&format!(r#"{{{size},"window":20}}"#)).expect("valid");
            for end in [20, 25, 30] {
                let window = Window::new("X", &interval, &candles[end - 20..end], 0).expect("valid");
                let rgb = frame(&window, &spec).rgb;
                let rgba: Vec<u8> =
                    rgb.as_chunks::<3>().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
                renderer.render(&window, &spec);
                assert!(renderer.raster_rgba(&layout(&window, &spec)) == rgba, "{size} {end}");
            }
        }
    }
}
