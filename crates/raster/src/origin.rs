//! Where a picture comes from: every file holds the digest of its input.
//!
//! It lies in a chunk of its own that decoders pass over, so an index that is
//! lost can be made again from files alone: one that is intact, and whose
//! input is that of today's candles, need not be rendered to be known.

use crate::{Digest, container::SIGNATURE};

/// The chunk's type: ancillary, private, and not to be kept by programs that change the picture.
pub(crate) const INPUT: [u8; 4] = *b"icIN";

/// The digest of the input that an intact picture of ours was rendered from.
///
/// `None` where `png` is not a whole PNG file, a checksum in it is wrong, or it
/// names no input. Checksums find damage, not forgery: only rendering again does.
#[must_use]
pub fn embedded_input(png: &[u8]) -> Option<Digest> {
    input_of_intact(png).flatten()
}

/// Whether these bytes are an intact PNG file that names no input, so another program made it.
#[must_use]
pub fn is_foreign(png: &[u8]) -> bool {
    input_of_intact(png) == Some(None)
}

/// The input that an intact PNG file names; the outer `None` where the bytes are no such file.
fn input_of_intact(png: &[u8]) -> Option<Option<Digest>> {
    let mut rest = png.strip_prefix(SIGNATURE)?;
    let mut input = None;
    let mut first = true;
    loop {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        // The checksum is over type and data.
        let checked = after.get(..length.checked_add(4)?)?;
        let (sum, after) = after[checked.len()..].split_first_chunk::<4>()?;
        if crc32fast::hash(checked) != u32::from_be_bytes(*sum) {
            return None;
        }
        let (kind, data) = checked.split_first_chunk::<4>()?;
        if first != (kind == b"IHDR") {
            return None;
        }
        first = false;
        match kind {
            b"IEND" => return Some(input).filter(|_| data.is_empty() && after.is_empty()),
            kind if *kind == INPUT => {
                let twice = input.replace(Digest::from_bytes(data.try_into().ok()?));
                if twice.is_some() {
                    return None;
                }
            }
            _ => {}
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Raster, Scene, testing};

    fn picture() -> (Vec<u8>, Digest) {
        let (scene, input) = (Scene { width: 16, height: 16, ..Scene::default() }, Digest::of(b"candles"));
        let png = Raster::default().png(&scene, &mut testing::encoder(16, 16), Some(&input));
        (png.expect("RGB").into_bytes(), input)
    }

    #[test]
    fn a_picture_names_its_input_and_decoders_pass_over_it() {
        let (bytes, input) = picture();
        assert_eq!(embedded_input(&bytes), Some(input));
        let decoder = png::Decoder::new(std::io::Cursor::new(&bytes));
        decoder.read_info().expect("a picture").finish().expect("whole");
    }

    #[test]
    fn only_an_intact_png_without_an_input_is_foreign() {
        let (ours, _) = picture();
        let mut bytes = Vec::new();
        let encoder = png::Encoder::new(&mut bytes, 1, 1);
        encoder.write_header().and_then(|mut writer| writer.write_image_data(&[0])).expect("written");
        assert!(is_foreign(&bytes) && !is_foreign(&ours));
        assert!(!is_foreign(&bytes[..bytes.len() - 1]) && !is_foreign(b""));
    }

    #[test]
    fn no_flipped_bit_and_no_cut_leaves_a_picture_intact() {
        let (bytes, input) = picture();
        for at in 0..bytes.len() {
            assert_eq!(embedded_input(&bytes[..at]), None, "cut at {at}");
            for bit in 0..8 {
                let mut bytes = bytes.clone();
                bytes[at] ^= 1 << bit;
                assert_ne!(embedded_input(&bytes), Some(input), "bit {bit} of byte {at}");
            }
        }
        let longer = [bytes.as_slice(), b"\0"].concat();
        assert_eq!(embedded_input(&longer), None);
    }
}
