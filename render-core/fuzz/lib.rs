//! What the fuzz targets share.

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use render_core::{Axes, Color, ColorType, Spec, SpecOptions};

/// The knobs that decide how a picture is encoded.
#[derive(Debug, Arbitrary)]
pub struct Knobs {
    width: u8,
    height: u8,
    indexed: bool,
    axes: u8,
}

impl Knobs {
    /// A small picture's spec.
    pub fn spec(&self) -> Spec {
        let options = SpecOptions {
            width: u32::from(self.width.max(8)),
            height: u32::from(self.height.max(8)),
            color: if self.indexed { ColorType::Indexed } else { ColorType::Rgb },
            axes: [Axes::On, Axes::Off, Axes::Bare][usize::from(self.axes % 3)],
            ..SpecOptions::default()
        };
        Spec::new(options).expect("sides are 8 to 255")
    }
}

/// Mostly a colour of the default style, so that palettes have it and runs meet their like.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub enum Paint {
    Black,
    White,
    Figure,
    Down,
    Volume,
    Any(u8, u8, u8),
}

impl From<Paint> for Color {
    fn from(paint: Paint) -> Self {
        match paint {
            Paint::Black => Color::rgb(0, 0, 0),
            Paint::White => Color::rgb(255, 255, 255),
            Paint::Figure => Color::rgb(0x0a, 0x0a, 0x0a),
            Paint::Down => Color::rgb(0, 0x80, 0xff),
            Paint::Volume => Color::rgb(0x71, 0x89, 0xaa),
            Paint::Any(r, g, b) => Color::rgb(r, g, b),
        }
    }
}

/// What another decoder reads from a file: width, height and RGB8 rows.
pub fn decode(file: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    decoder.ignore_checksums(false);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut rgb = vec![0; reader.output_buffer_size().expect("a small picture")];
    let info = reader.next_frame(&mut rgb).expect("whole rows");
    // Chunks behind the pixels are checked, too, the stream's checksum among them.
    reader.finish().expect("a whole file");
    assert_eq!(info.color_type, png::ColorType::Rgb);
    (info.width, info.height, rgb)
}
