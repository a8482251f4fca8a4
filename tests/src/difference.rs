//! Where two pictures differ, to be looked at.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Encoder, Transformations};
use render_core::Frame;

/// Marks pixels that differ.
const MARK: [u8; 3] = [0xff, 0x00, 0x40];

/// Reads a PNG file as RGB.
///
/// # Errors
/// Where it is none.
pub fn decode(file: &[u8]) -> Result<Frame, String> {
    let wrong = |error: png::DecodingError| error.to_string();
    let mut decoder = Decoder::new(Cursor::new(file));
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(wrong)?;
    if reader.output_color_type() != (ColorType::Rgb, BitDepth::Eight) {
        return Err("not an RGB picture".to_owned());
    }
    let mut rgb = vec![0; reader.output_buffer_size().ok_or("too large")?];
    let info = reader.next_frame(&mut rgb).map_err(wrong)?;
    Ok(Frame { width: info.width, height: info.height, rgb })
}

/// The pixels that differ, marked on a faint picture of `actual`, as a PNG file, and
/// how many they are. Pixels that only one of the two has differ.
///
/// # Errors
/// Where the picture cannot be written.
pub fn difference(expected: &Frame, actual: &Frame) -> Result<(Vec<u8>, usize), String> {
    let width = expected.width.max(actual.width);
    let height = expected.height.max(actual.height);
    let mut rgb = Vec::new();
    let mut count = 0;
    for y in 0..height {
        for x in 0..width {
            let there = pixel(actual, x, y);
            if there == pixel(expected, x, y) {
                rgb.extend(there.unwrap_or_default().map(|part| part / 4 + 96));
            } else {
                rgb.extend(MARK);
                count += 1;
            }
        }
    }
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(ColorType::Rgb);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&rgb)?;
        writer.finish()
    });
    written.map_err(|error| error.to_string())?;
    Ok((file, count))
}

fn pixel(frame: &Frame, x: u32, y: u32) -> Option<[u8; 3]> {
    let at = 3 * (y as usize * frame.width as usize + x as usize);
    (x < frame.width).then(|| frame.rgb.get(at..at + 3)?.try_into().ok()).flatten()
}

/// The first line in which two scenes differ, with its number from 1, as each has it.
#[must_use]
pub fn first_line<'a>(expected: &'a str, actual: &'a str) -> Option<(usize, &'a str, &'a str)> {
    let (mut expected, mut actual) = (expected.lines(), actual.lines());
    (1..).find_map(|number| match (expected.next(), actual.next()) {
        (None, None) => Some(None),
        (a, b) if a == b => None,
        (a, b) => Some(Some((number, a.unwrap_or("(nothing)"), b.unwrap_or("(nothing)")))),
    })?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(width: u32, height: u32, rgb: &[u8]) -> Frame {
        Frame { width, height, rgb: rgb.to_vec() }
    }

    #[test]
    fn only_what_differs_is_marked() {
        let expected = frame(2, 1, &[1, 2, 3, 4, 5, 6]);
        let (file, count) = difference(&expected, &frame(2, 1, &[1, 2, 3, 4, 5, 7])).expect("written");
        assert_eq!((count, decode(&file)), (1, Ok(frame(2, 1, &[96, 96, 96, 0xff, 0, 0x40]))));
        assert_eq!(difference(&expected, &expected).expect("written").1, 0);
        // One is a column narrower and a row higher.
        assert_eq!(difference(&expected, &frame(1, 2, &[1, 2, 3, 9, 9, 9])).expect("written").1, 2);
    }

    #[test]
    fn the_first_line_that_differs_is_found() {
        assert_eq!(first_line("a\nb\nc\n", "a\nx\ny\n"), Some((2, "b", "x")));
        assert_eq!(first_line("a\n", "a\nb\n"), Some((2, "(nothing)", "b")));
        assert_eq!(first_line("a\nb\n", "a\nb\n"), None);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert!(decode(b"not a PNG").is_err());
    }
}
