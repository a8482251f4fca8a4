//! The one embedded font: which glyph a character has, how wide it is, and its outline.

use std::sync::LazyLock;

use tiny_skia::{Path, PathBuilder};
use ttf_parser::{GlyphId, OutlineBuilder, RawFace, Rect, Tag, cmap, glyf, head, hhea, hmtx, loca, maxp};

/// DejaVu Sans, cut down to printable ASCII; see `font/LICENSE`.
static FILE: &[u8] = include_bytes!("../font/labels.ttf");

/// The font, read once. `None` cannot happen with the file above, and would only leave labels out.
pub(super) static FONT: LazyLock<Option<Font<'static>>> = LazyLock::new(|| Font::read(FILE));

/// Height of a capital letter and of most digits in font units.
pub(super) const CAP_UNITS: i32 = 1493;

/// The tables that are needed. With `ttf_parser::Face`, which reads them all, come those of every other kind of font.
pub(super) struct Font<'a> {
    characters: cmap::Table<'a>,
    advances: hmtx::Table<'a>,
    outlines: glyf::Table<'a>,
}

impl<'a> Font<'a> {
    fn read(file: &'a [u8]) -> Option<Self> {
        let face = RawFace::parse(file, 0).ok()?;
        let table = |name| face.table(Tag::from_bytes(name));
        let head = head::Table::parse(table(b"head")?)?;
        let glyphs = maxp::Table::parse(table(b"maxp")?)?.number_of_glyphs;
        let metrics = hhea::Table::parse(table(b"hhea")?)?.number_of_metrics;
        let places = loca::Table::parse(glyphs, head.index_to_location_format, table(b"loca")?)?;
        Some(Self {
            characters: cmap::Table::parse(table(b"cmap")?)?,
            advances: hmtx::Table::parse(metrics, glyphs, table(b"hmtx")?)?,
            outlines: glyf::Table::parse(places, table(b"glyf")?)?,
        })
    }

    fn glyph(&self, character: char) -> Option<GlyphId> {
        let tables = self.characters.subtables.into_iter();
        tables.filter(cmap::Subtable::is_unicode).find_map(|table| table.glyph_index(character.into()))
    }

    /// How far the next glyph stands from a character's, in font units.
    pub fn advance(&self, character: char) -> Option<u16> {
        self.advances.advance(self.glyph(character)?)
    }

    /// The rectangle of a character's outline in font units, y up; `None` for a space.
    pub fn bounds(&self, character: char) -> Option<Rect> {
        self.outlines.bbox(self.glyph(character)?)
    }

    /// A character's outline `cap` pixels high in a mask whose upper left corner is at (`left`, `top`) from its origin.
    pub fn path(&self, character: char, cap: i32, (left, top): (i32, i32)) -> Option<Path> {
        let mut outline = Outline {
            path: PathBuilder::new(),
            scale: cap as f32 / CAP_UNITS as f32,
            left: left as f32,
            top: top as f32,
        };
        self.outlines.outline(self.glyph(character)?, &mut outline)?;
        outline.path.finish()
    }
}

/// Turns an outline in font units, y up, into a path in pixels of the mask, y down.
struct Outline {
    path: PathBuilder,
    scale: f32,
    left: f32,
    top: f32,
}

impl Outline {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (x * self.scale - self.left, -(y * self.scale) - self.top)
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use ttf_parser::Face;

    use super::*;

    #[test]
    fn what_is_read_of_the_font_is_what_its_whole_face_has() {
        let (font, face) = (FONT.as_ref().expect("a font"), Face::parse(FILE, 0).expect("a font"));
        for character in ' '..='~' {
            let glyph = face.glyph_index(character).expect("a glyph");
            assert_eq!(font.glyph(character), Some(glyph));
            assert_eq!(font.advance(character), face.glyph_hor_advance(glyph));
            assert_eq!(font.bounds(character), face.glyph_bounding_box(glyph), "{character}");
        }
    }
}
