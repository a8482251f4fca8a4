//! The three stages in a row.

use raster::{Channels, Encoder, Palette, Raster};

use crate::{Digest, Error, FrameFormat, Png, Scene, Spec, Window, encoders, input_digest, layout::Layout};

/// Renders picture after picture in the same scratch space. The bytes never
/// depend on what was rendered before.
#[derive(Debug, Default)]
pub struct Renderer {
    layout: Layout,
    raster: Raster,
    /// The encoder of the last picture's spec, if all its pictures can share
    /// one, by the spec's hash.
    encoder: Option<(Digest, Option<Encoder>)>,
    /// The palette of the last spec that frames were drawn by index for.
    palette: Option<(Digest, Palette)>,
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
        let Self { layout, raster, encoder, .. } = self;
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

    /// Writes the pixels of `window`'s picture to `out`, rows from the top down, without padding: what decoding its PNG
    /// gives, and no PNG is made.
    ///
    /// ```
    /// use render_core::{Candle, FrameFormat, Interval, Renderer, Spec, Window};
    ///
    /// let candle = |i: i64| Candle { open_time: i * 60_000, open: 1.0, high: 2.0, low: 0.5, close: 1.5, volume: 1.0 };
    /// let candles: Vec<Candle> = (0..20).map(candle).collect();
    /// let interval = Interval::new("1m", 60_000)?;
    /// let spec = Spec::from_json(r#"{"width": 64, "height": 60, "window": 20, "axes": "bare"}"#)?;
    /// let mut pixels = vec![0; FrameFormat::Gray.size(&spec)];
    /// let window = Window::new("X", &interval, &candles, 0)?;
    /// Renderer::new().frame_into(&window, &spec, FrameFormat::Gray, &mut pixels)?;
    /// assert!(pixels.iter().any(|&pixel| pixel != pixels[0]));
    /// # Ok::<(), render_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::FrameSize`] where `out` is not as long as the frame, [`Error::NoPalette`] where an index is asked for
    /// and the spec has no [palette](Spec::palette).
    pub fn frame_into(
        &mut self,
        window: &Window<'_>,
        spec: &Spec,
        format: FrameFormat,
        out: &mut [u8],
    ) -> Result<(), Error> {
        let expected = format.size(spec);
        if out.len() != expected {
            let (width, height, channels) = (spec.width(), spec.height(), format.count());
            return Err(Error::FrameSize { width, height, channels, expected, bytes: out.len() });
        }
        self.forget_where_full();
        let channels = match format {
            FrameFormat::Rgb => Channels::Rgb,
            FrameFormat::Gray => Channels::Gray,
            FrameFormat::Index => Channels::Index(match &mut self.palette {
                Some((hash, palette)) if *hash == spec.hash() => palette,
                slot => &mut slot.insert((spec.hash(), spec.shared_palette()?)).1,
            }),
        };
        self.layout.run(window, spec);
        match self.raster.frame_into(&self.layout.scene, channels, out) {
            true => Ok(()),
            false => Err(Error::NoPalette),
        }
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
