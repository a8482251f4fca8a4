//! The encoders of a spec's pictures.

use raster::{Color, Encoder, Palette};

use crate::{Spec, colors::colors, expect, spec::ColorType};

/// An encoder for all pictures of a spec; `None` where each of them has a
/// palette of its own.
pub(crate) fn shared(spec: &Spec) -> Option<Encoder> {
    match spec.options().color {
        ColorType::Rgb => Some(rgb(spec)),
        ColorType::Indexed => indexed(spec, colors(spec)?),
    }
}

/// An encoder for pictures of these colours alone, which rise; `None`
/// where they are more than a palette holds.
pub(crate) fn indexed(spec: &Spec, colors: Vec<Color>) -> Option<Encoder> {
    Palette::new(colors).map(|palette| with(spec, Some(palette)))
}

/// An encoder for 8-bit RGB, whatever the spec says.
pub(crate) fn rgb(spec: &Spec) -> Encoder {
    with(spec, None)
}

fn with(spec: &Spec, palette: Option<Palette>) -> Encoder {
    let weights = expect::weights(spec, palette.as_ref());
    Encoder::new(&weights, spec.width(), spec.height(), palette)
}
