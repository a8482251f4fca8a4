//! The three stages in a row.

use raster::{Encoder, Raster};

use crate::{Digest, Png, Scene, Spec, Window, encoders, input_digest, layout::Layout};

/// Renders picture after picture in the same scratch space. The bytes never
/// depend on what was rendered before.
#[derive(Debug, Default)]
pub struct Renderer {
    layout: Layout,
    raster: Raster,
    /// The encoder of the last picture's spec, if all its pictures can share
    /// one, by the spec's hash.
    encoder: Option<(Digest, Option<Encoder>)>,
}

impl Renderer {
    /// A renderer without any scratch space yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The picture of `window` as `spec` has it.
    pub fn render(&mut self, window: &Window<'_>, spec: &Spec) -> Png {
        self.render_input(window, spec, &input_digest(window, spec))
    }

    /// [`Self::render`] for those who know the [`input_digest`] of the two already.
    pub fn render_input(&mut self, window: &Window<'_>, spec: &Spec, input: &Digest) -> Png {
        self.forget_where_full();
        self.layout.run(window, spec);
        let Self { layout, raster, encoder } = self;
        let shared = match encoder {
            Some((hash, encoder)) if *hash == spec.hash() => encoder,
            slot => &mut slot.insert((spec.hash(), encoders::shared(spec))).1,
        };
        let (shared, scene) = (shared.as_mut(), &layout.scene);
        shared
            .and_then(|encoder| raster.png(scene, encoder, Some(input)))
            .or_else(|| {
                // A palette of the picture's own colours.
                let colors = raster.colors(scene);
                raster.png(scene, &mut encoders::indexed(spec, colors)?, Some(input))
            })
            // More colours than a palette holds: as RGB then.
            .or_else(|| raster.png(scene, &mut encoders::rgb(spec), Some(input)))
            .unwrap_or_else(|| unreachable!("RGB has all colours"))
    }

    /// The pixels of a scene with a fourth byte each, 255, as canvases want them. Texts that
    /// were rendered before are not drawn again.
    pub fn raster_rgba(&mut self, scene: &Scene) -> Vec<u8> {
        self.forget_where_full();
        self.raster.rgba(scene)
    }

    fn forget_where_full(&mut self) {
        if self.raster.is_full() {
            *self = Self::default();
        }
    }
}

/// The picture of `window` as `spec` has it.
#[must_use]
pub fn render(window: &Window<'_>, spec: &Spec) -> Png {
    Renderer::new().render(window, spec)
}
