//! The three stages in a row.

use crate::{Png, Spec, Window, encode::Encoder, layout::Layout, raster::Raster};

/// Renders picture after picture in the same scratch space. The bytes never
/// depend on what was rendered before.
#[derive(Debug, Default)]
pub struct Renderer {
    layout: Layout,
    raster: Raster,
    encoder: Encoder,
}

impl Renderer {
    /// A renderer without any scratch space yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The picture of `window` as `spec` has it.
    pub fn render(&mut self, window: &Window<'_>, spec: &Spec) -> Png {
        self.layout.run(window, spec);
        self.encoder
            .start(spec.width() as usize, spec.height() as usize);
        self.raster.paint(&self.layout.scene, &mut self.encoder);
        self.encoder.finish()
    }
}

/// The picture of `window` as `spec` has it.
#[must_use]
pub fn render(window: &Window<'_>, spec: &Spec) -> Png {
    Renderer::new().render(window, spec)
}
