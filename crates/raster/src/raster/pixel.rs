//! Pixels as the raster has them: one number each.

use crate::{scene::Color, text::LEVELS};

/// A pixel: red in the lowest byte, then green and blue.
pub(crate) type Pixel = u32;

/// No pixel: the layer below shows.
pub(super) const CLEAR: Pixel = u32::MAX;

/// What is above the first row.
pub(crate) const BLACK: Pixel = 0;

pub(crate) fn pixel(color: Color) -> Pixel {
    u32::from_le_bytes([color.r, color.g, color.b, 0])
}

pub(crate) fn unpack(pixel: Pixel) -> Color {
    let [r, g, b, _] = pixel.to_le_bytes();
    Color::rgb(r, g, b)
}

/// A pixel of text: `level` of `LEVELS` of one colour over another.
pub(crate) fn blend(color: Pixel, below: Pixel, level: u8) -> Pixel {
    pixel(unpack(color).over(unpack(below), u32::from(level), LEVELS))
}
