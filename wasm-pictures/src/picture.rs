//! Pictures of unknown origin for JavaScript: the pixels of a PNG.

use std::{io::Cursor, mem};

use png::{ColorType, Decoder, Limits, Transformations};
use wasm_bindgen::{JsError, prelude::wasm_bindgen};

use crate::Error;

/// More bytes of pixels than the largest picture has, a fourth one for opacity counted.
const MOST_BYTES: usize = 4 * 8192 * 8192;

/// What a PNG shows.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

#[wasm_bindgen]
impl Picture {
    /// Reads the bytes of a PNG file.
    ///
    /// # Errors
    /// Throws where they are no PNG that can be read whole.
    #[wasm_bindgen(constructor)]
    pub fn new(png: &[u8]) -> Result<Self, JsError> {
        Ok(Self::read(png)?)
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Gives away the pixels, opaque and 8 bits deep: rows of red, green and blue.
    #[must_use]
    pub fn take_rgb(&mut self) -> Vec<u8> {
        mem::take(&mut self.rgb)
    }
}

impl Picture {
    fn read(bytes: &[u8]) -> Result<Self, Error> {
        let wrong = |error: png::DecodingError| Error::Png(error.to_string());
        let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MOST_BYTES });
        decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
        let mut reader = decoder.read_info().map_err(wrong)?;
        let size = reader.output_buffer_size().filter(|&size| size <= MOST_BYTES);
        let size = size.ok_or_else(|| Error::Png("it is larger than any picture here".to_owned()))?;
        let mut pixels = vec![0; size];
        let info = reader.next_frame(&mut pixels).map_err(wrong)?;
        pixels.truncate(info.buffer_size());
        let rgb = match info.color_type {
            ColorType::Rgb => pixels,
            ColorType::Rgba => pixels.as_chunks::<4>().0.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect(),
            ColorType::Grayscale => pixels.iter().flat_map(|&gray| [gray; 3]).collect(),
            ColorType::GrayscaleAlpha => {
                pixels.as_chunks::<2>().0.iter().flat_map(|&[gray, _]| [gray; 3]).collect()
            }
            ColorType::Indexed => return Err(Error::Png("its palette cannot be read".to_owned())),
        };
        Ok(Self { width: info.width, height: info.height, rgb })
    }
}

#[cfg(test)]
mod tests {
    use png::{BitDepth, Encoder};

    use super::*;

    /// A file of two pixels beside each other.
    fn file(color: ColorType, depth: BitDepth, data: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, 2, 1);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette(&[1, 2, 3, 4, 5, 6][..]);
        }
        encoder.write_header().and_then(|mut writer| writer.write_image_data(data)).expect("written");
        file
    }

    #[test]
    fn every_kind_of_png_is_read_as_opaque_8_bit_rgb() {
        for (color, depth, data, rgb) in [
            (ColorType::Rgb, BitDepth::Eight, &[1, 2, 3, 4, 5, 6][..], [1, 2, 3, 4, 5, 6]),
            (ColorType::Rgba, BitDepth::Eight, &[1, 2, 3, 0, 4, 5, 6, 9], [1, 2, 3, 4, 5, 6]),
            (ColorType::Grayscale, BitDepth::Sixteen, &[7, 0xff, 9, 0], [7, 7, 7, 9, 9, 9]),
            (ColorType::GrayscaleAlpha, BitDepth::Eight, &[7, 1, 9, 2], [7, 7, 7, 9, 9, 9]),
            (ColorType::Indexed, BitDepth::One, &[0b0100_0000], [1, 2, 3, 4, 5, 6]),
        ] {
            let mut picture = Picture::read(&file(color, depth, data)).expect("a PNG");
            assert_eq!((picture.width(), picture.height()), (2, 1), "{color:?}");
            assert_eq!(picture.take_rgb(), rgb, "{color:?}");
        }
    }

    #[test]
    fn what_is_no_whole_png_is_refused() {
        let png = file(ColorType::Grayscale, BitDepth::Eight, &[1, 2]);
        for bytes in [&b""[..], b"GIF89a", &png[..png.len() / 2]] {
            assert!(matches!(Picture::read(bytes), Err(Error::Png(_))));
        }
    }
}
