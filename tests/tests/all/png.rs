//! Every file reads back, by a decoder that is not ours, as exactly the frame that was meant.

use std::{collections::BTreeSet, io::Cursor};

use png::{BitDepth, ColorType, Decoder, Transformations};
use render_core::{Digest, Frame, frame, render};
use tests::cases::{Case, cases};

/// Decodes a PNG file, checksums and all, that is nothing but one picture, stored as the spec says.
fn decode(png: &[u8], case: &Case) -> Frame {
    let mut decoder = Decoder::new(Cursor::new(png));
    decoder.ignore_checksums(false);
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().expect(&case.name);
    let (width, height) = (reader.info().width, reader.info().height);
    let stored = reader.info().color_type;
    assert!(!reader.info().interlaced, "{}", case.name);
    assert_eq!(reader.output_color_type(), (ColorType::Rgb, BitDepth::Eight), "{}", case.name);
    let mut rgb = vec![0; reader.output_buffer_size().expect(&case.name)];
    reader.next_frame(&mut rgb).expect(&case.name);
    reader.finish().expect(&case.name);
    // More colours than a palette holds are stored as RGB, whatever is asked for.
    // Neighbours are mostly alike, and a set takes its time over each.
    let (pixels, _) = rgb.as_chunks::<3>();
    let colors: BTreeSet<_> = pixels.chunk_by(|a, b| a == b).map(|run| run[0]).collect();
    let meant = match case.spec.options().color {
        render_core::ColorType::Indexed if colors.len() <= 256 => ColorType::Indexed,
        render_core::ColorType::Indexed | render_core::ColorType::Rgb => ColorType::Rgb,
    };
    assert_eq!(stored, meant, "{}: {} colours", case.name, colors.len());
    Frame { width, height, rgb }
}

#[test]
fn every_file_decodes_to_its_frame_at_the_asked_size() {
    for case in cases() {
        let window = case.window();
        let png = render(&window, &case.spec);
        assert_eq!(png.digest(), Digest::of(png.as_bytes()), "{}", case.name);
        // An empty IEND chunk, its length and checksum included, ends the file and nothing follows it.
        assert!(png.as_bytes().ends_with(b"\0\0\0\0IEND\xaeB`\x82"), "{}", case.name);

        let decoded = decode(png.as_bytes(), &case);
        let meant = frame(&window, &case.spec);
        let asked = (case.spec.width(), case.spec.height());
        assert_eq!((decoded.width, decoded.height), asked, "{}", case.name);
        assert_eq!((meant.width, meant.height), asked, "{}", case.name);
        if decoded.rgb != meant.rgb
            && let Some(at) = decoded.rgb.iter().zip(&meant.rgb).position(|(a, b)| a != b)
        {
            let (pixel, row) = (at / 3, 3 * asked.0 as usize);
            panic!(
                "{}: the file differs from the frame first at x {}, y {}: {:?} instead of {:?}",
                case.name,
                pixel % asked.0 as usize,
                at / row,
                &decoded.rgb[3 * pixel..3 * pixel + 3],
                &meant.rgb[3 * pixel..3 * pixel + 3],
            );
        }
        assert_eq!(decoded.rgb.len(), meant.rgb.len(), "{}", case.name);
    }
}
