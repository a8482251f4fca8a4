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
    raster::{Dashes, Rows, Run, TextRow},
    scene::Color,
    spec::ColorType,
    stream::Stream,
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
    stream: Stream,
    width: usize,
    height: usize,
    /// For indexed colours: the palette, and rows of indices.
    packed: Option<Packed>,
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
        let (units, pixel) = packed.as_ref().map_or((width, 3), |packed| (packed.row_bytes(), 1));
        // A side is at most 8192.
        let stream = Stream::new(Tables::new(&weights, units, pixel), units as u16);
        Self { stream, width, height, packed }
    }

    /// Begins a picture.
    pub fn start(&mut self) {
        self.stream.start();
        if let Some(packed) = &mut self.packed {
            packed.start();
        }
    }

    /// Ends the picture, after all its rows, and names the `input` that it was
    /// rendered from; `None` where it had a colour that is not in the palette.
    pub fn finish(&mut self, input: Option<&Digest>) -> Option<Png> {
        let data = self.stream.finish();
        // The palette is all else that may be large.
        let mut bytes = Vec::with_capacity(data.len() + 1024);
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
                writer.write_chunk(png::chunk::IDAT, data)?;
                writer.finish()
            })
            // Writing to a vector fails only where memory ends, and that aborts.
            .unwrap_or_else(|error| unreachable!("{error}"));
        let digest = Digest::of(&bytes);
        Some(Png { bytes, digest })
    }
}

impl Rows for Encoder {
    fn begin(&mut self) {
        self.stream.begin();
        if let Some(packed) = &mut self.packed {
            packed.begin();
        }
    }

    fn runs(&mut self, runs: &[Run]) {
        match &mut self.packed {
            None => self.stream.runs(runs),
            Some(packed) => packed.runs(runs),
        }
    }

    fn dashes(&mut self, x: u16, len: u16, dashes: Dashes) {
        match &mut self.packed {
            None => self.stream.dashes(x, len, dashes),
            Some(packed) => dashes.runs(x, len).for_each(|run| packed.runs(&[run])),
        }
    }

    fn text(&mut self, text: TextRow<'_>) {
        match &mut self.packed {
            None => self.stream.text(text),
            Some(packed) => packed.text(text),
        }
    }

    fn end(&mut self) {
        if let Some(packed) = &mut self.packed {
            self.stream.runs(packed.end());
        }
        self.stream.end();
    }

    fn repeat(&mut self, rows: usize) {
        self.stream.repeat(rows);
    }
}
