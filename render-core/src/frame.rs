//! The decoded pixels of a picture: what its PNG shows.

use raster::{Frame, Raster, Scene};

use crate::{Spec, Window, layout::layout};

/// The pixels of a picture, as decoding its PNG gives them.
#[must_use]
pub fn frame(window: &Window<'_>, spec: &Spec) -> Frame {
    raster(&layout(window, spec))
}

/// What a frame tells of each pixel, in as many bytes as [`count`](Self::count) says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameFormat {
    /// Red, green and blue.
    Rgb,
    /// Brightness from 0 to 255: the luma of ITU-R BT.601 of the pixel's colour.
    Gray,
    /// The place of its colour in [`Spec::palette`].
    Index,
}

impl FrameFormat {
    /// Bytes of a pixel.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Self::Rgb => 3,
            Self::Gray | Self::Index => 1,
        }
    }

    /// Bytes of a frame.
    #[must_use]
    pub fn size(self, spec: &Spec) -> usize {
        self.count() * spec.width() as usize * spec.height() as usize
    }
}

/// The pixels of a scene.
#[must_use]
pub fn raster(scene: &Scene) -> Frame {
    Raster::default().frame(scene)
}

#[cfg(test)]
mod tests {
    use super::*;
    use raster::{Color, gray};

    use crate::{Candle, Error, Interval, Renderer};

    fn candles() -> Vec<Candle> {
        let candle = |at: i64| {
            let close = 100.0 + (at * 37 % 11) as f64;
            let open_time = at * 3_600_000;
            Candle { open_time, open: 100.0, high: 120.0, low: 90.0, close, volume: 5.0 }
        };
        (0..30).map(candle).collect()
    }

    #[test]
    fn frames_of_every_format_show_the_pixels_of_the_file() {
        let (candles, interval) = (candles(), Interval::new("1h", 3_600_000).expect("valid"));
        let mut renderer = Renderer::new();
        for (json, has_palette) in [
            (r#"{"width":64,"height":60,"window":20,"axes":"bare"}"#, true),
            (r#"{"width":400,"height":300,"window":20,"title":true}"#, true),
            (r#"{"width":400,"height":300,"window":20,"overlays":["sma:1"]}"#, false),
        ] {
            let spec = Spec::from_json(json).expect("valid");
            let palette = spec.palette();
            assert_eq!(palette.is_some(), has_palette, "{json}");
            for end in [20, 25, 30] {
                let window = Window::new("X", &interval, &candles[end - 20..end], 0).expect("valid");
                let expected = frame(&window, &spec).rgb;
                let colors: Vec<Color> =
                    expected.as_chunks::<3>().0.iter().map(|&[r, g, b]| Color::rgb(r, g, b)).collect();
                let mut of = |format: FrameFormat| {
                    let mut pixels = vec![7; format.size(&spec)];
                    renderer.frame_into(&window, &spec, format, &mut pixels).map(|()| pixels)
                };
                assert!(of(FrameFormat::Rgb).expect("room") == expected, "{json}");
                let grays: Vec<u8> = colors.iter().map(|&color| gray(color)).collect();
                assert!(of(FrameFormat::Gray).expect("room") == grays, "{json}");
                match &palette {
                    None => assert_eq!(of(FrameFormat::Index), Err(Error::NoPalette)),
                    Some(palette) => {
                        let indices = of(FrameFormat::Index).expect("room");
                        let shown: Vec<Color> =
                            indices.iter().map(|&index| palette[usize::from(index)]).collect();
                        assert!(shown == colors, "{json}");
                    }
                }
            }
        }
    }

    #[test]
    fn space_of_another_size_is_refused() {
        let (candles, interval) = (candles(), Interval::new("1h", 3_600_000).expect("valid"));
        let spec = Spec::from_json(r#"{"width":64,"height":60,"window":20}"#).expect("valid");
        let window = Window::new("X", &interval, &candles[..20], 0).expect("valid");
        let told = Renderer::new().frame_into(&window, &spec, FrameFormat::Gray, &mut [0; 3841]);
        let told = told.expect_err("a byte too many").to_string();
        assert_eq!(told, "a frame of 64x60 pixels and 1 channels has 3840 bytes, not 3841");
    }

    #[test]
    fn a_renderer_that_has_drawn_before_gives_the_pixels_that_the_file_has() {
        let candles = candles();
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
