//! The decoded pixels of a picture: what its PNG shows.

use crate::{
    Digest, Spec, Window,
    layout::layout,
    raster::{Change, Pixel, Raster, Rows, What, blend, unpack},
    scene::{Color, Scene},
    text::Lines,
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

/// Collects the pixels of all rows.
struct Collector {
    frame: Frame,
    /// The last row.
    row: Vec<Pixel>,
}

impl Rows for Collector {
    fn row(&mut self, changes: &[Change], lines: &Lines) {
        for &Change { x, len, what } in changes {
            let pixels = &mut self.row[usize::from(x)..usize::from(x + len)];
            match what {
                What::Run { new, .. } => pixels.fill(new),
                What::Text { line, y, color, below } => {
                    for (pixel_of, &level) in pixels.iter_mut().zip(lines.get(line).row(y)) {
                        *pixel_of = blend(color, below, level);
                    }
                }
            }
        }
        self.frame.rgb.extend(self.row.iter().flat_map(|&p| {
            let Color { r, g, b } = unpack(p);
            [r, g, b]
        }));
    }

    fn repeat(&mut self, rows: usize) {
        let row = self.row.len() * 3;
        for _ in 0..rows {
            self.frame.rgb.extend_from_within(self.frame.rgb.len() - row..);
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
    let (width, height) = (scene.width as usize, scene.height as usize);
    let frame =
        Frame { width: width as u32, height: height as u32, rgb: Vec::with_capacity(3 * width * height) };
    let mut collector = Collector { frame, row: vec![0; width] };
    Raster::default().paint(scene, &mut collector);
    collector.frame
}
