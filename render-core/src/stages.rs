//! The stages apart, for benchmarks and fuzzing: no part of the API, and free to change.

use raster::{Encoder, Raster, stages::count_changes};

use crate::{Color, Digest, Png, Scene, Spec, Window, encoders, layout::Layout};

pub use raster::stages::Row;

/// The stages of one spec's pictures, each with its own scratch space, as a
/// [`Renderer`](crate::Renderer) has them.
#[derive(Debug)]
pub struct Stages<'a> {
    spec: &'a Spec,
    layout: Layout,
    raster: Raster,
    encoder: Encoder,
}

impl<'a> Stages<'a> {
    /// The stages without any scratch space yet.
    #[must_use]
    pub fn new(spec: &'a Spec) -> Self {
        Self { spec, layout: Layout::default(), raster: Raster::default(), encoder: shared(spec) }
    }

    /// Layout alone.
    pub fn layout(&mut self, window: &Window<'_>) -> &Scene {
        self.layout.run(window, self.spec);
        &self.layout.scene
    }

    /// Raster alone: the number of changes that it hands on.
    pub fn raster(&mut self, scene: &Scene) -> usize {
        self.forget_when_full();
        count_changes(&mut self.raster, scene)
    }

    /// Raster and encode; `None` where a colour is not in the palette.
    pub fn png(&mut self, scene: &Scene) -> Option<Png> {
        self.png_of(scene, None)
    }

    fn png_of(&mut self, scene: &Scene, input: Option<&Digest>) -> Option<Png> {
        self.forget_when_full();
        self.raster.png(scene, &mut self.encoder, input)
    }

    /// What a renderer does between pictures. The encoder knows lines of text
    /// by their numbers, so that the two forget together.
    fn forget_when_full(&mut self) {
        if self.raster.is_full() {
            self.raster = Raster::default();
            self.encoder = shared(self.spec);
        }
    }
}

/// The encoder that all pictures of a spec share, or one for RGB where there is none.
fn shared(spec: &Spec) -> Encoder {
    encoders::shared(spec).unwrap_or_else(|| encoders::rgb(spec))
}

/// Rows straight to the encoder of a spec, without a raster: the picture's file and the
/// pixels that it must show. Above the first row all is black.
#[must_use]
pub fn encode_rows(spec: &Spec, rows: &[Row]) -> (Option<Png>, Vec<Color>) {
    raster::stages::encode_rows(&mut shared(spec), rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Candle, Interval, Renderer, SpecOptions, input_digest};

    #[test]
    fn the_stages_one_by_one_give_the_renderer_s_file() {
        let candles: Vec<Candle> = (0..30)
            .map(|i| {
                let (open_time, open) = (i64::from(i) * 3_600_000, f64::from(i % 7) + 10.0);
                Candle { open_time, open, high: open + 2.0, low: open - 1.0, close: open + 1.0, volume: 5.0 }
            })
            .collect();
        let interval = Interval::new("1h", 3_600_000).expect("valid");
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
        let options = SpecOptions { width: 300, height: 200, window: 30, ..SpecOptions::default() };
        let spec = Spec::new(options).expect("valid");
        let mut stages = Stages::new(&spec);
        let scene = stages.layout(&window).clone();
        assert!(stages.raster(&scene) > 0);
        let input = input_digest(&window, &spec);
        assert_eq!(stages.png_of(&scene, Some(&input)), Some(Renderer::new().render(&window, &spec)));
    }
}
