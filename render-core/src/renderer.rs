//! temporary
use crate::*;
/// Owns scratch space that is reused from picture to picture.
#[derive(Debug, Default)]
pub struct Renderer {}
impl Renderer {
    /// A renderer.
    #[must_use]
    pub fn new() -> Self { Self {} }
    /// Renders.
    pub fn render(&mut self, window: &Window<'_>, spec: &Spec) -> Png { render(window, spec) }
}
/// Renders.
#[must_use]
pub fn render(window: &Window<'_>, spec: &Spec) -> Png {
    let f = frame(window, spec);
    let mut bytes = Vec::new();
    let mut e = png::Encoder::new(&mut bytes, f.width, f.height);
    e.set_color(png::ColorType::Rgb);
    e.write_header().and_then(|mut w| w.write_image_data(&f.rgb)).unwrap_or_else(|e| unreachable!("{e}"));
    let digest = Digest::of(&bytes);
    Png { bytes, digest }
}
/// Decoded rows.
#[derive(Debug)]
pub struct Frame {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// RGB8 rows, top to bottom, no padding: 3 * width * height bytes.
    pub rgb: Vec<u8>,
}
impl Frame {
    /// pixel_sha256
    #[must_use]
    pub fn digest(&self) -> Digest { Digest::of(&self.rgb) }
}
/// The picture's pixels.
#[must_use]
pub fn frame(window: &Window<'_>, spec: &Spec) -> Frame {
    let (width, height) = (spec.width(), spec.height());
    let mut rgb = vec![0; (3 * width * height) as usize];
    rgb[0] = input_digest(window, spec).as_bytes()[0];
    Frame { width, height, rgb }
}
