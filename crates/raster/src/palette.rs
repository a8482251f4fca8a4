//! The palette of indexed pictures: one byte a pixel, whatever the number of colours.
//!
//! Fewer bits would be packed into bytes, so that what is written for a run would
//! depend on where in a byte it begins. Whole bytes are as small once compressed.

use std::collections::BTreeSet;

use crate::{
    Color, Raster, Scene,
    raster::{Pixel, Rows, Run, TextRow, pixel, unpack},
};

/// Colours that have an index, and which of them were asked for lately.
#[derive(Debug, Clone)]
pub struct Palette {
    /// Rising.
    colors: Vec<Color>,
    /// Colours looked up lately, with their index, by their hash.
    known: [(Pixel, u8); 16],
    /// Whether all colours that were asked for are in it.
    complete: bool,
}

impl Palette {
    /// A palette of these colours, which rise; `None` where they are more than 256.
    #[must_use]
    pub fn new(colors: Vec<Color>) -> Option<Self> {
        (colors.len() <= 256).then_some(Self { colors, known: [(Pixel::MAX, 0); 16], complete: true })
    }

    /// The same as it was before it was asked for any.
    pub(crate) fn renewed(self) -> Self {
        Self { complete: true, ..self }
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    /// All colours, rising.
    #[must_use]
    pub fn colors(&self) -> &[Color] {
        &self.colors
    }

    /// Red, green and blue of all colours.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.colors.iter().flat_map(|color| [color.r, color.g, color.b]).collect()
    }

    /// How the index of a new colour differs from that of the old one, modulo 256; that of a colour it lacks is 0.
    pub fn difference(&mut self, old: Color, new: Color) -> u8 {
        self.of_pixels(pixel(old), pixel(new))
    }

    /// The same of pixels.
    pub(crate) fn of_pixels(&mut self, old: Pixel, new: Pixel) -> u8 {
        // Black is above the first row whether it is in the palette or not: as index 0, which it has if it is.
        let old = self.find(old).unwrap_or(0);
        let new = self.find(new).unwrap_or_else(|| {
            self.complete = false;
            0
        });
        new.wrapping_sub(old)
    }

    /// The place of a colour.
    pub(crate) fn find(&mut self, color: Pixel) -> Option<u8> {
        let known = &mut self.known[(color.wrapping_mul(0x9e37_79b1) >> 28) as usize];
        if known.0 != color {
            *known = (color, self.colors.binary_search(&unpack(color)).ok()? as u8);
        }
        Some(known.1)
    }
}

impl Raster {
    /// All colours that the picture of `scene` has, rising.
    pub fn colors(&mut self, scene: &Scene) -> Vec<Color> {
        let mut colors = Colors { colors: BTreeSet::new(), first_row: scene.width as usize, changed: 0 };
        self.paint(scene, &mut colors);
        colors.colors.into_iter().collect()
    }
}

/// Gathers all colours of one picture.
#[derive(Debug)]
struct Colors {
    colors: BTreeSet<Color>,
    /// Columns of the picture until its first row has come, then 0.
    first_row: usize,
    /// Pixels that changed so far.
    changed: usize,
}

impl Rows for Colors {
    fn begin(&mut self) {}

    fn runs(&mut self, runs: &[Run]) {
        self.changed += runs.iter().map(|run| usize::from(run.len)).sum::<usize>();
        self.colors.extend(runs.iter().map(|run| unpack(run.new)));
    }

    fn text(&mut self, text: TextRow<'_>) {
        self.changed += text.line.row(text.y).len();
        self.colors.extend(text.pixels().map(unpack));
    }

    fn end(&mut self) {
        // Above the first row all is black, so what does not change there stays it.
        if self.changed < std::mem::take(&mut self.first_row) {
            self.colors.insert(Color::rgb(0, 0, 0));
        }
    }

    fn repeat(&mut self, _: usize) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_palette_says_when_a_colour_is_missing_and_black_above_it_is_none() {
        let [low, high] = [Color::rgb(1, 2, 3), Color::rgb(9, 0, 0)];
        let mut palette = Palette::new(vec![low, high]).expect("few colours");
        assert_eq!([palette.difference(low, high), palette.difference(high, low)], [1, 255]);
        assert_eq!(palette.difference(Color::rgb(0, 0, 0), high), 1);
        assert!(palette.is_complete());
        palette.difference(low, Color::rgb(9, 9, 9));
        assert!(!palette.is_complete());
        assert!(palette.renewed().is_complete());
        assert!(Palette::new(vec![Color::rgb(0, 0, 0); 257]).is_none());
    }
}
