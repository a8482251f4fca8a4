//! Encode: from changing runs of pixels to the bytes of a PNG file.
//!
//! 8-bit RGB or indexed colours, not interlaced. Every row has filter type 2
//! (Up), so that a row like the one above is zeros, and a run of pixels that
//! change alike is one difference repeated (`stream.rs`). The Huffman tables
//! follow from weights that are given beforehand. So the bytes follow from those
//! and the scene, and never from anything else.

use crate::{
    Digest, Raster, Scene, container,
    deflate::{Tables, Weights},
    origin::INPUT,
    palette::Palette,
    raster::{Dashes, Rows, Run, TextRow},
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

/// Writes PNG files of one size, from the rows of one [`Raster`], whose lines of text it knows by their numbers.
#[derive(Debug)]
pub struct Encoder {
    stream: Stream,
    width: usize,
    height: usize,
}

impl Encoder {
    /// An encoder for 8-bit RGB, or for the indices of a palette. `weights` say what to expect in the pictures: they
    /// decide how small files are, never what they show. A side is at most 8192.
    #[must_use]
    pub fn new(weights: &Weights, width: u32, height: u32, palette: Option<Palette>) -> Self {
        let (width, height) = (width as usize, height as usize);
        let tables = Tables::new(weights, width, if palette.is_some() { 1 } else { 3 });
        Self { stream: Stream::new(tables, width as u16, palette), width, height }
    }

    /// Columns and rows of a picture.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// Begins a picture.
    pub(crate) fn start(&mut self) {
        self.stream.start();
    }

    /// Ends the picture, after all its rows, and names the `input` that it was
    /// rendered from; `None` where it had a colour that is not in the palette.
    pub(crate) fn finish(&mut self, input: Option<&Digest>) -> Option<Png> {
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

impl Raster {
    /// The file of `scene`, which names the `input` that it was made of; `None` where a colour is not in the palette.
    pub fn png(&mut self, scene: &Scene, encoder: &mut Encoder, input: Option<&Digest>) -> Option<Png> {
        encoder.start();
        self.paint(scene, encoder);
        encoder.finish(input)
    }
}
