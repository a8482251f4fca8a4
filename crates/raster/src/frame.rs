//! Frames: the pixels of a picture, as decoding its PNG gives them.
//!
//! Mostly they are put together row by row, as files are. Small pictures without anything smooth are painted shape by
//! shape, which takes less than to find out what changes where.

use crate::{
    Color, Digest, Palette, Raster, Rect, Scene, Shape,
    raster::{BLACK, Pixel, Rows, Run, TextRow, pixel, unpack},
};

/// The decoded pixels of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Rows from the top down, 3 bytes a pixel (red, green, blue), no padding.
    pub rgb: Vec<u8>,
}

impl Frame {
    /// SHA-256 over the RGB8 rows: `pixel_sha256`.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.rgb)
    }
}

/// What the bytes of a pixel are.
#[derive(Debug)]
pub enum Channels<'a> {
    /// Red, green, blue.
    Rgb,
    /// How bright it is, from 0 to 255, by [`gray`].
    Gray,
    /// The place of its colour in a palette, which must have it.
    Index(&'a mut Palette),
}

/// How bright a colour is, from 0 to 255: the luma of ITU-R BT.601, in 65,536ths as Pillow has it.
#[must_use]
pub fn gray(color: Color) -> u8 {
    let [r, g, b] = [color.r, color.g, color.b].map(u32::from);
    ((19_595 * r + 38_470 * g + 7471 * b + 32_768) >> 16) as u8
}

/// Puts the rows of a picture one below the other, with `N` bytes a pixel.
struct Painter<'a, const N: usize, B> {
    pixels: &'a mut [[u8; N]],
    width: usize,
    /// Pixels of the rows that are done, and of the current one.
    done: usize,
    bytes: B,
}

impl<const N: usize, B: FnMut(Pixel) -> [u8; N]> Painter<'_, N, B> {
    /// Paints `scene` into as many bytes as it has.
    fn run(raster: &mut Raster, scene: &Scene, out: &mut [u8], bytes: B) {
        let (pixels, _) = out.as_chunks_mut();
        let width = scene.width as usize;
        if width * scene.height as usize <= SMALL[usize::from(N > 1)] && is_plain(scene) {
            paint_shapes(scene, pixels, bytes);
        } else {
            raster.paint(scene, &mut Painter { pixels, width, done: 0, bytes });
        }
    }

    /// The current row.
    fn row(&mut self) -> &mut [[u8; N]] {
        &mut self.pixels[self.done - self.width..self.done]
    }
}

impl<const N: usize, B: FnMut(Pixel) -> [u8; N]> Rows for Painter<'_, N, B> {
    fn begin(&mut self) {
        if self.done == 0 {
            let black = (self.bytes)(BLACK);
            self.pixels[..self.width].fill(black);
        } else {
            self.pixels.copy_within(self.done - self.width..self.done, self.done);
        }
        self.done += self.width;
    }

    fn runs(&mut self, runs: &[Run]) {
        for run in runs {
            let new = (self.bytes)(run.new);
            self.row()[usize::from(run.x)..usize::from(run.end())].fill(new);
        }
    }

    fn text(&mut self, text: TextRow<'_>) {
        for (x, pixel) in (usize::from(text.x)..).zip(text.pixels()) {
            let new = (self.bytes)(pixel);
            self.row()[x] = new;
        }
    }

    fn end(&mut self) {}

    fn repeat(&mut self, rows: usize) {
        (0..rows).for_each(|_| self.begin());
    }
}

/// Frames of at most as many pixels are painted shape by shape: of one byte a pixel, and of more.
const SMALL: [usize; 2] = [60_000, 8000];

/// Whether a scene has no shape that is blended over what lies below it.
fn is_plain(scene: &Scene) -> bool {
    scene.shapes.iter().all(|shape| matches!(shape, Shape::Fill { .. } | Shape::Dashes { .. }))
}

/// Paints the fills and dashes of a scene, one over the other.
fn paint_shapes<const N: usize>(
    scene: &Scene,
    pixels: &mut [[u8; N]],
    mut bytes: impl FnMut(Pixel) -> [u8; N],
) {
    let width = scene.width as usize;
    pixels[..width * scene.height as usize].fill(bytes(BLACK));
    let mut fill = |rect: Rect, color: [u8; N]| {
        let [left, right] = [rect.x, rect.right()].map(|x| x.clamp(0, scene.width) as usize);
        let [top, bottom] = [rect.y, rect.bottom()].map(|y| y.clamp(0, scene.height) as usize);
        if left < right {
            for row in pixels[top * width..bottom.max(top) * width].chunks_exact_mut(width) {
                row[left..right].iter_mut().for_each(|pixel| *pixel = color);
            }
        }
    };
    for shape in &scene.shapes {
        match *shape {
            Shape::Fill { rect, color } => fill(rect, bytes(pixel(color))),
            Shape::Dashes { rect, color, on, off } => {
                let (color, on, off) = (bytes(pixel(color)), on.clamp(1, 8192), off.clamp(0, 8192));
                let is_across = rect.w >= rect.h;
                let long = if is_across { rect.w } else { rect.h };
                for start in (0..long).step_by((on + off) as usize) {
                    let length = if off == 0 { long } else { on.min(long - start) };
                    fill(
                        if is_across {
                            Rect { x: rect.x + start, w: length, ..rect }
                        } else {
                            Rect { y: rect.y + start, h: length, ..rect }
                        },
                        color,
                    );
                    if off == 0 {
                        break;
                    }
                }
            }
            Shape::Text { .. } | Shape::Line { .. } => {}
        }
    }
}

fn rgb(pixel: Pixel) -> [u8; 3] {
    let Color { r, g, b } = unpack(pixel);
    [r, g, b]
}

impl Raster {
    /// The pixels of `scene`, as decoding its PNG gives them.
    #[must_use]
    pub fn frame(&mut self, scene: &Scene) -> Frame {
        let (width, height) = (scene.width as usize, scene.height as usize);
        let mut pixels = vec![0; 3 * width * height];
        // Not by `frame_into`, so that who only needs this links no other.
        Painter::run(self, scene, &mut pixels, rgb);
        Frame { width: scene.width as u32, height: scene.height as u32, rgb: pixels }
    }

    /// Writes the pixels of `scene` to `out`: rows from the top down, without padding. Returns whether a palette, where
    /// one is asked for, has all their colours.
    ///
    /// # Panics
    /// Where `out` has fewer bytes than the pixels.
    pub fn frame_into(&mut self, scene: &Scene, channels: Channels<'_>, out: &mut [u8]) -> bool {
        match channels {
            Channels::Rgb => Painter::run(self, scene, out, rgb),
            Channels::Gray => Painter::run(self, scene, out, |pixel| [gray(unpack(pixel))]),
            Channels::Index(palette) => {
                let mut is_complete = true;
                let index = |pixel| {
                    let found = palette.find(pixel);
                    // Black is above the first row, and may be painted over.
                    is_complete &= found.is_some() || pixel == BLACK;
                    [found.unwrap_or(0)]
                };
                Painter::run(self, scene, out, index);
                return is_complete;
            }
        }
        true
    }

    /// The pixels of `scene` with a fourth byte each, 255, as canvases want them.
    #[must_use]
    pub fn rgba(&mut self, scene: &Scene) -> Vec<u8> {
        let mut pixels = vec![0; 4 * scene.width as usize * scene.height as usize];
        let rgba = |pixel| {
            let [r, g, b] = rgb(pixel);
            [r, g, b, u8::MAX]
        };
        Painter::run(self, scene, &mut pixels, rgba);
        pixels
    }
}
