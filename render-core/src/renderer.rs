//! The three stages in a row.

use crate::{Digest, Png, Spec, Window, encode::Encoder, layout::Layout, raster::Raster, scene::Scene};

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
        encode(&mut self.raster, &self.layout.scene, encoder).unwrap_or_else(|| {
            // More colours than a palette holds: as RGB then.
            let mut rgb = Encoder::rgb(spec);
            encode(&mut self.raster, &self.layout.scene, &mut rgb)
                .unwrap_or_else(|| unreachable!("RGB has all colours"))
        })
    }
}

fn encode(raster: &mut Raster, scene: &Scene, encoder: &mut Encoder) -> Option<Png> {
    encoder.start();
    raster.paint(scene, encoder);
    encoder.finish()
}

/// The picture of `window` as `spec` has it.
#[must_use]
pub fn render(window: &Window<'_>, spec: &Spec) -> Png {
    Renderer::new().render(window, spec)
}
