//! Pixels as the raster has them: one number each.

use crate::{scene::Color, text::LEVELS};

/// A pixel: red in the lowest byte, then green and blue. The highest byte may hold the number of the
/// colour, by which an encoder finds what it has ready; 0 where it has none.
pub(crate) type Pixel = u32;

/// No pixel: the layer below shows.
pub(super) const CLEAR: Pixel = u32::MAX;

/// What is above the first row.
pub(crate) const BLACK: Pixel = 1 << 24;

/// Numbers are below this.
pub(crate) const NUMBERS: u32 = 64;

pub(crate) fn pixel(color: Color) -> Pixel {
    u32::from_le_bytes([color.r, color.g, color.b, 0])
}

pub(crate) fn unpack(pixel: Pixel) -> Color {
    let [r, g, b, _] = pixel.to_le_bytes();
    Color::rgb(r, g, b)
}

/// The number of a pixel's colour, or 0.
pub(crate) fn number(pixel: Pixel) -> u32 {
    pixel >> 24
}

/// Whether two pixels show the same colour, whatever their numbers.
pub(crate) fn is_same(a: Pixel, b: Pixel) -> bool {
    (a ^ b) << 8 == 0
}

/// A pixel of text: `level` of `LEVELS` of one colour over another.
pub(crate) fn blend(color: Pixel, below: Pixel, level: u8) -> Pixel {
    pixel(unpack(color).over(unpack(below), u32::from(level), LEVELS))
}

/// The colours of shapes, numbered as they are met. A colour has the same
/// number in all pictures, and those that come too late have none.
#[derive(Debug)]
pub(super) struct Numbers(Vec<Pixel>);

impl Default for Numbers {
    fn default() -> Self {
        Self(vec![BLACK])
    }
}

impl Numbers {
    /// The pixel of a colour, with its number.
    pub fn pixel(&mut self, color: Color) -> Pixel {
        let plain = pixel(color);
        if let Some(&known) = self.0.iter().find(|&&known| is_same(known, plain)) {
            return known;
        }
        let number = self.0.len() as u32 + 1;
        if number >= NUMBERS {
            return plain;
        }
        self.0.push(plain | number << 24);
        plain | number << 24
    }
}
