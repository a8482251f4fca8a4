//! Encode: from changing runs of pixels to the bytes of a PNG file.
//!
//! 8-bit RGB or indexed colours, not interlaced. Every row has filter type 2
//! (Up), so that a row like the one above is zeros, and a run of pixels that
//! change alike is one difference repeated (`stream.rs`). The Huffman tables
//! follow from the spec alone (`expect.rs`). So the bytes follow from the scene
//! and the spec, and never from anything else.

use crate::{
    Digest, Spec, container,
    deflate::Tables,
    expect,
    origin::INPUT,
    palette::{self, Palette},
    raster::{Dashes, Rows, Run, TextRow},
    scene::Color,
    spec::ColorType,
    stream::Stream,
};

/// An encoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Png {
    bytes: Vec<u8>,
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

    /// The SHA-256 of the file's bytes, worked out on each call.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }
}

/// Takes rows and writes a PNG.
#[derive(Debug)]
pub(crate) struct Encoder {
    stream: Stream,
    width: usize,
    height: usize,
}

impl Encoder {
    /// An encoder for pictures of one spec; `None` where each of them has a
    /// palette of its own.
    pub fn new(spec: &Spec) -> Option<Self> {
        match spec.options().color {
            ColorType::Rgb => Some(Self::rgb(spec)),
            ColorType::Indexed => Self::indexed(spec, palette::colors(spec)?),
        }
    }

    /// An encoder for pictures of these colours alone, which rise; `None`
    /// where they are more than a palette holds.
    pub fn indexed(spec: &Spec, colors: Vec<Color>) -> Option<Self> {
        Palette::new(colors).map(|palette| Self::with(spec, Some(palette)))
    }

    /// An encoder for 8-bit RGB, whatever the spec says.
    pub fn rgb(spec: &Spec) -> Self {
        Self::with(spec, None)
    }

    fn with(spec: &Spec, palette: Option<Palette>) -> Self {
        let (width, height) = (spec.width() as usize, spec.height() as usize);
        let weights = expect::weights(spec, palette.as_ref());
        let tables = Tables::new(&weights, width, if palette.is_some() { 1 } else { 3 });
        // A side is at most 8192.
        Self { stream: Stream::new(tables, width as u16, palette), width, height }
    }

    /// Begins a picture.
    pub fn start(&mut self) {
        self.stream.start();
    }

    /// Ends the picture, after all its rows, and names the `input` that it was
    /// rendered from; `None` where it had a colour that is not in the palette.
    pub fn finish(&mut self, input: Option<&Digest>) -> Option<Png> {
        let palette = self.stream.palette()?;
        let data = self.stream.finish();
        let input = input.map(|input| (INPUT, &input.as_bytes()[..]));
        let bytes = container::png((self.width as u32, self.height as u32), palette.as_deref(), input, data);
        Some(Png { bytes })
    }
}

impl Rows for Encoder {
    fn begin(&mut self) {
        self.stream.begin();
    }

    fn runs(&mut self, runs: &[Run]) {
        self.stream.runs(runs);
    }

    fn dashes(&mut self, x: u16, len: u16, dashes: Dashes) {
        self.stream.dashes(x, len, dashes);
    }

    fn text(&mut self, text: TextRow<'_>) {
        self.stream.text(text);
    }

    fn end(&mut self) {
        self.stream.end();
    }

    fn repeat(&mut self, rows: usize) {
        self.stream.repeat(rows);
    }
}
