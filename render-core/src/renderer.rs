//! The three stages in a row.

use crate::{Digest, Png, Spec, Window, encode::Encoder, layout::Layout, raster::Raster};

/// Renders picture after picture in the same scratch space. The bytes never
/// depend on what was rendered before.
#[derive(Debug, Default)]
pub struct Renderer {
    layout: Layout,
    raster: Raster,
    /// The encoder of the last picture's spec, by the spec's hash.
    encoder: Option<(Digest, Encoder)>,
}

impl Renderer {
    /// A renderer without any scratch space yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The picture of `window` as `spec` has it.
    pub fn render(&mut self, window: &Window<'_>, spec: &Spec) -> Png {
        if self.raster.is_full() {
            *self = Self::default();
        }
        self.layout.run(window, spec);
        let encoder = match &mut self.encoder {
            Some((hash, encoder)) if *hash == spec.hash() => encoder,
            slot => &mut slot.insert((spec.hash(), Encoder::new(spec))).1,
        };
        encoder.start();
        self.raster.paint(&self.layout.scene, encoder);
        encoder.finish()
    }
}

/// The picture of `window` as `spec` has it.
#[must_use]
pub fn render(window: &Window<'_>, spec: &Spec) -> Png {
    Renderer::new().render(window, spec)
}
