//! The decoded pixels of a picture: what its PNG shows.

use crate::{
    Digest, Spec, Window,
    layout::layout,
    raster::{Pixel, Raster, Rows, Run, Stamp, unpack},
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

impl Rows for Frame {
    fn row(&mut self, here: &[Pixel], _runs: &[Run], _stamps: &[Stamp]) {
        self.rgb.extend(here.iter().flat_map(|&p| {
            let Color { r, g, b } = unpack(p);
            [r, g, b]
        }));
    }

    fn repeat(&mut self, rows: usize) {
        let row = self.width as usize * 3;
        for _ in 0..rows {
            self.rgb.extend_from_within(self.rgb.len() - row..);
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
    let mut frame = Frame { width: scene.width as u32, height: scene.height as u32, rgb: Vec::new() };
    frame.rgb.reserve_exact(3 * scene.width as usize * scene.height as usize);
    Raster::default().paint(scene, &mut frame);
    frame
}
