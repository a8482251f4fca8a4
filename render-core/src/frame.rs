//! The decoded pixels of a picture: what its PNG shows.

use raster::{Frame, Raster, Scene};

use crate::{Spec, Window, layout::layout};

/// The pixels of a picture, as decoding its PNG gives them.
#[must_use]
pub fn frame(window: &Window<'_>, spec: &Spec) -> Frame {
    raster(&layout(window, spec))
}

/// The pixels of a scene.
#[must_use]
pub fn raster(scene: &Scene) -> Frame {
    Raster::default().frame(scene)
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
