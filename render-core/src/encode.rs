//! Encode: from changing runs of pixels to the bytes of a PNG file.
//!
//! 8-bit RGB or indexed colours, not interlaced. Every row has filter type 2
//! (Up), so that a row like the one above is zeros, and a run of pixels that
//! change alike is one difference repeated (`stream.rs`). The Huffman tables
//! follow from the spec alone (`expect.rs`). So the bytes follow from the scene
//! and the spec, and never from anything else.

use crate::{
    Digest, Spec,
    deflate::Tables,
    expect,
    origin::INPUT,
    packed::{self, Packed},
    raster::{Change, Rows},
    scene::Color,
    spec::ColorType,
    stream::{Kit, Stamps, Stream, Values},
    text::Lines,
};

/// An encoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Png {
    bytes: Vec<u8>,
    digest: Digest,
}

impl Png {
    /// The file's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file's bytes, owned.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The SHA-256 of the file's bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

/// Takes rows and writes a PNG.
#[derive(Debug)]
pub(crate) struct Encoder {
    tables: Tables,
    values: Values,
    stream: Stream,
    stamps: Stamps,
    width: usize,
    height: usize,
    /// For indexed colours: the palette, and rows of indices.
    packed: Option<Packed>,
    /// The compressed stream.
    data: Vec<u8>,
}

impl Encoder {
    /// An encoder for pictures of one spec; `None` where each of them has a
    /// palette of its own.
    pub fn new(spec: &Spec) -> Option<Self> {
        match spec.options().color {
            ColorType::Rgb => Some(Self::rgb(spec)),
            ColorType::Indexed => Self::indexed(spec, packed::colors(spec)?),
        }
    }

    /// An encoder for pictures of these colours alone, which rise; `None`
    /// where they are more than a palette holds.
    pub fn indexed(spec: &Spec, colors: Vec<Color>) -> Option<Self> {
        Packed::new(spec, colors).map(|packed| Self::with(spec, Some(packed)))
    }

    /// An encoder for 8-bit RGB, whatever the spec says.
    pub fn rgb(spec: &Spec) -> Self {
        Self::with(spec, None)
    }

    fn with(spec: &Spec, packed: Option<Packed>) -> Self {
        let (width, height) = (spec.width() as usize, spec.height() as usize);
        let weights = expect::weights(spec, packed.as_ref());
        let tables = match &packed {
            None => Tables::new(&weights, width, 3),
            Some(packed) => Tables::new(&weights, packed.row_bytes(), 1),
        };
        let (values, stream, stamps) = (Values::default(), Stream::default(), Stamps::default());
        Self { tables, values, stream, stamps, width, height, packed, data: Vec::new() }
    }

    /// Begins a picture.
    pub fn start(&mut self) {
        self.stream.start(&self.tables);
        if let Some(packed) = &mut self.packed {
            packed.start();
        }
    }

    /// Ends the picture, after all its rows, and names the `input` that it was
    /// rendered from; `None` where it had a colour that is not in the palette.
    pub fn finish(&mut self, input: Option<&Digest>) -> Option<Png> {
        self.data.clear();
        self.stream.deflate.finish(&self.tables, &mut self.data);
        let mut bytes = Vec::with_capacity(self.data.len() + 128);
        let mut png = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        match &self.packed {
            None => {
                png.set_color(png::ColorType::Rgb);
                png.set_depth(png::BitDepth::Eight);
            }
            Some(packed) if packed.is_complete() => {
                png.set_color(png::ColorType::Indexed);
                png.set_depth(packed.depth());
                png.set_palette(packed.palette());
            }
            Some(_) => return None,
        }
        png.write_header()
            .and_then(|mut writer| {
                if let Some(input) = input {
                    writer.write_chunk(INPUT, input.as_bytes())?;
                }
                writer.write_chunk(png::chunk::IDAT, &self.data)?;
                writer.finish()
            })
            // Writing to a vector fails only where memory ends, and that aborts.
            .unwrap_or_else(|error| unreachable!("{error}"));
        let digest = Digest::of(&bytes);
        Some(Png { bytes, digest })
    }

    /// Units of a row: pixels, or bytes of indices.
    fn row_units(&self) -> u16 {
        // A side is at most 8192.
        self.packed.as_ref().map_or(self.width, Packed::row_bytes) as u16
    }
}

impl Rows for Encoder {
    fn row(&mut self, changes: &[Change], lines: &Lines) {
        let width = self.row_units();
        let Self { tables, values, stream, stamps, packed, .. } = self;
        let changes = match packed {
            None => changes,
            Some(packed) => packed.changes(changes, lines),
        };
        stream.begin_row(tables);
        let mut kit = Kit { tables, values, stamps, lines };
        // Columns before this one are written.
        let (mut index, mut done) = (0, 0);
        while index < changes.len() {
            (index, done) = stream.changes(&mut kit, changes, index, done);
        }
        stream.zeros(tables, width - done);
    }

    fn repeat(&mut self, rows: usize) {
        let width = self.row_units();
        for _ in 0..rows {
            self.stream.begin_row(&self.tables);
            self.stream.zeros(&self.tables, width);
        }
    }
}
