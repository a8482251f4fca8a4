//! The container: PNG's signature and chunks around the deflate stream.

/// What every PNG file begins with.
pub(crate) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The file of 8-bit RGB or, with a palette, of 8-bit indices. `more` are further
/// chunks, which stand before the `data`.
pub(crate) fn png(
    (width, height): (u32, u32),
    palette: Option<&[u8]>,
    more: Option<([u8; 4], &[u8])>,
    data: &[u8],
) -> Vec<u8> {
    // The palette is all else that may be large.
    let mut file = Vec::with_capacity(data.len() + 1024);
    file.extend_from_slice(SIGNATURE);
    // Colour types 2 and 3. Compression, filters and order have one value that is in use.
    let color = if palette.is_some() { 3 } else { 2 };
    let ([a, b, c, d], [e, f, g, h]) = (width.to_be_bytes(), height.to_be_bytes());
    chunk(&mut file, *b"IHDR", &[a, b, c, d, e, f, g, h, 8, color, 0, 0, 0]);
    if let Some(colors) = palette {
        chunk(&mut file, *b"PLTE", colors);
    }
    if let Some((kind, content)) = more {
        chunk(&mut file, kind, content);
    }
    chunk(&mut file, *b"IDAT", data);
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    // No picture has 2 GiB, where lengths end.
    file.extend_from_slice(&(content.len() as u32).to_be_bytes());
    let checked = file.len();
    file.extend_from_slice(&kind);
    file.extend_from_slice(content);
    let sum = crc32fast::hash(&file[checked..]);
    file.extend_from_slice(&sum.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pixel and one of zeros below it, stored without compression.
    fn rows(pixel: &[u8]) -> Vec<u8> {
        let rows = [&[0][..], pixel, &[0], &vec![0; pixel.len()]].concat();
        let adler = rows.iter().fold((1_u32, 0_u32), |(a, b), &byte| {
            let a = (a + u32::from(byte)) % 65_521;
            (a, (b + a) % 65_521)
        });
        let length = rows.len() as u16;
        let sum = (adler.1 << 16 | adler.0).to_be_bytes();
        [&[0x78, 1, 1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), &rows, &sum].concat()
    }

    #[test]
    fn files_are_those_of_the_png_crate() {
        let rgb = rows(&[255, 255, 255]);
        let indexed = rows(&[1]);
        let palette = [0, 0, 0, 9, 8, 7];
        let more = (*b"icIN", &[1_u8, 2, 3][..]);
        for (data, palette) in [(rgb, None), (indexed, Some(&palette[..]))] {
            let mut expected = Vec::new();
            let mut encoder = png::Encoder::new(&mut expected, 1, 2);
            encoder.set_color(png::ColorType::Rgb);
            if let Some(palette) = palette {
                encoder.set_color(png::ColorType::Indexed);
                encoder.set_palette(palette);
            }
            let mut writer = encoder.write_header().expect("a header");
            writer.write_chunk(png::chunk::ChunkType(more.0), more.1).expect("a chunk");
            writer.write_chunk(png::chunk::IDAT, &data).expect("data");
            writer.finish().expect("an end");
            let file = png((1, 2), palette, Some(more), &data);
            assert_eq!(file, expected);
            let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().expect("a picture");
            let mut pixels = [0; 6];
            reader.next_frame(&mut pixels).expect("whole");
        }
    }
}
