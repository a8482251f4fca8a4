//! Text in the one embedded font: widths for layout, coverage masks for raster.

mod font;

use std::{collections::BTreeMap, sync::LazyLock};

use crate::{Rect, coverage::coverage};
use font::{CAP_UNITS, FONT};

/// Advance of each printable ASCII character in font units.
static ADVANCES: LazyLock<[i32; 95]> = LazyLock::new(|| {
    std::array::from_fn(|i| {
        let advance = FONT.as_ref().and_then(|font| font.advance(printable(i)));
        i32::from(advance.unwrap_or(0))
    })
});

/// Steps of coverage: few, so that a picture has few colours.
pub const LEVELS: u32 = 5;

fn printable(index: usize) -> char {
    char::from(b' ' + (index % 95) as u8)
}

fn index(byte: u8) -> usize {
    usize::from(byte.clamp(b' ', b'~') - b' ')
}

/// How far the next glyph stands from this one in text `cap` pixels high, in whole pixels.
#[inline]
#[must_use]
pub fn advance(byte: u8, cap: i32) -> i32 {
    (2 * ADVANCES[index(byte)] * cap + CAP_UNITS) / (2 * CAP_UNITS)
}

/// The width of a line of text `cap` pixels high, in pixels.
#[must_use]
pub fn width(text: &str, cap: i32) -> i32 {
    text.bytes().map(|byte| advance(byte, cap)).sum()
}

/// Coverage of one glyph.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct GlyphMask {
    /// Left-most column relative to the glyph's origin.
    pub left: i32,
    /// Topmost row relative to the baseline.
    pub top: i32,
    pub w: i32,
    pub h: i32,
    /// Rows of `w` levels from 0 to [`LEVELS`].
    pub levels: Vec<u8>,
}

/// Glyph masks of all sizes met so far. They depend on nothing but the font
/// and the size, so the cache cannot show in the bytes.
#[derive(Debug, Default)]
pub(crate) struct Masks(BTreeMap<i32, Vec<Option<GlyphMask>>>);

impl Masks {
    /// The mask of a printable ASCII character `cap` pixels high.
    pub fn get(&mut self, byte: u8, cap: i32) -> &GlyphMask {
        let sized = self.0.entry(cap).or_insert_with(|| vec![None; 95]);
        sized[index(byte)].get_or_insert_with(|| draw(printable(index(byte)), cap).unwrap_or_default())
    }
}

/// Coverage of a whole line of text.
#[derive(Debug, Clone)]
pub struct Line {
    /// The rectangle of its pixels, relative to the line's origin on its baseline.
    pub bounds: Rect,
    /// Rows of levels from 0 to [`LEVELS`], and one more without any text.
    levels: Vec<u8>,
    /// Where each row differs from the one above, row after row; above the
    /// first row and in the one after the last, there is no text.
    changes: Vec<LevelRun>,
    /// Where in `changes` each row ends.
    ends: Vec<u32>,
    /// The number of the line's first row among all rows of all lines.
    pub(crate) first_row: u32,
}

/// Pixels of a line of text whose level differs alike from that of the pixels above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LevelRun {
    /// Left-most column within the line's rectangle.
    pub x: u16,
    pub len: u16,
    pub old: u8,
    pub new: u8,
}

impl Line {
    /// The levels of row `y` of the line's rectangle, or of the row below it.
    pub(crate) fn row(&self, y: u16) -> &[u8] {
        let width = self.bounds.w as usize;
        &self.levels[usize::from(y) * width..][..width]
    }

    /// How row `y`, from the first one to the one below the last, differs from the row above it.
    pub(crate) fn changes(&self, y: u16) -> &[LevelRun] {
        let y = usize::from(y);
        &self.changes[self.ends[y] as usize..self.ends[y + 1] as usize]
    }

    /// Where glyphs overlap, the greater coverage counts.
    fn new(text: &str, cap: i32, first_row: u32, masks: &mut Masks) -> Self {
        let (mut left, mut right, mut top, mut bottom) = (0, 0, 0, 0);
        let mut origin = 0;
        for byte in text.bytes() {
            let mask = masks.get(byte, cap);
            left = left.min(origin + mask.left);
            right = right.max(origin + mask.left + mask.w);
            top = top.min(mask.top);
            bottom = bottom.max(mask.top + mask.h);
            origin += advance(byte, cap);
        }
        let bounds = Rect::new(left, top, right - left, bottom - top);
        let mut levels = vec![0; (bounds.w * (bounds.h + 1)) as usize];
        let mut origin = -left;
        for byte in text.bytes() {
            let mask = masks.get(byte, cap);
            for (row, from) in (mask.top - top..).zip(mask.levels.chunks_exact(mask.w.max(1) as usize)) {
                let at = (row * bounds.w + origin + mask.left) as usize;
                for (level, &other) in levels[at..].iter_mut().zip(from) {
                    *level = (*level).max(other);
                }
            }
            origin += advance(byte, cap);
        }
        let mut line = Self { bounds, levels, changes: Vec::new(), ends: vec![0], first_row };
        line.find_changes();
        line
    }

    fn find_changes(&mut self) {
        let none = vec![0; self.bounds.w as usize];
        for y in 0..=self.bounds.h as u16 {
            let above = if y == 0 { &none } else { self.row(y - 1) };
            let columns = above.iter().zip(self.row(y)).zip(0_u16..);
            let mut found: Vec<LevelRun> = Vec::new();
            for ((&old, &new), x) in columns.filter(|((old, new), _)| old != new) {
                match found.last_mut() {
                    Some(last) if (last.x + last.len, last.old, last.new) == (x, old, new) => {
                        last.len += 1;
                    }
                    _ => found.push(LevelRun { x, len: 1, old, new }),
                }
            }
            self.changes.append(&mut found);
            self.ends.push(self.changes.len() as u32);
        }
    }
}

/// Lines of text met so far. They depend on nothing but the font, the text and
/// the size, so the cache cannot show in the bytes.
#[derive(Debug, Default)]
pub struct Lines {
    masks: Masks,
    lines: Vec<Line>,
    known: BTreeMap<(i32, String), u32>,
    /// Rows of all lines.
    rows: u32,
    /// The key of the line that is looked for, kept for its space.
    key: (i32, String),
}

/// How many lines are kept before all are forgotten.
const MOST_LINES: usize = 4000;

impl Lines {
    /// Whether there are so many lines that they should be forgotten between pictures.
    pub(crate) fn is_full(&self) -> bool {
        self.lines.len() > MOST_LINES
    }

    /// The number of a line of text `cap` pixels high.
    pub fn find(&mut self, text: &str, cap: i32) -> u32 {
        self.key.0 = cap;
        self.key.1.clear();
        self.key.1.push_str(text);
        if let Some(&line) = self.known.get(&self.key) {
            return line;
        }
        let number = self.lines.len() as u32;
        let line = Line::new(text, cap, self.rows, &mut self.masks);
        self.rows += line.bounds.h as u32 + 1;
        self.lines.push(line);
        self.known.insert(self.key.clone(), number);
        number
    }

    /// The line of a number that [`find`](Self::find) gave.
    #[must_use]
    pub fn get(&self, number: u32) -> &Line {
        &self.lines[number as usize]
    }
}

fn draw(character: char, cap: i32) -> Option<GlyphMask> {
    let font = FONT.as_ref()?;
    let bounds = font.bounds(character)?;
    // Whole pixels around the outline, by integer arithmetic.
    let floor = |units: i16| (i32::from(units) * cap).div_euclid(CAP_UNITS);
    let (left, right) = (floor(bounds.x_min), floor(bounds.x_max) + 1);
    let (top, bottom) = (-floor(bounds.y_max) - 1, -floor(bounds.y_min));
    let (w, h) = (right - left, bottom - top);
    let path = font.path(character, cap, (left, top))?;
    let level = |covered: &u8| ((u32::from(*covered) * LEVELS + 127) / 255) as u8;
    let levels = coverage(&path, w as usize, h as usize).iter().map(level).collect();
    Some(GlyphMask { left, top, w, h, levels })
}

#[cfg(test)]
mod tests {
    use tiny_skia::{FillRule, Mask, Transform};

    use super::*;

    #[test]
    fn glyphs_of_every_size_are_covered_as_tiny_skia_covers_them() {
        let font = FONT.as_ref().expect("a font");
        for cap in (1..=60).chain([97, 160, 281]) {
            for character in (1..95).map(printable) {
                let mask = draw(character, cap).expect("an outline");
                let path = font.path(character, cap, (mask.left, mask.top)).expect("a path");
                let mut theirs = Mask::new(mask.w as u32, mask.h as u32).expect("a size");
                theirs.fill_path(&path, FillRule::Winding, true, Transform::identity());
                let level = |&covered: &u8| ((u32::from(covered) * LEVELS + 127) / 255) as u8;
                let theirs: Vec<u8> = theirs.data().iter().map(level).collect();
                assert_eq!(mask.levels, theirs, "{character:?} at {cap}");
            }
        }
    }

    #[test]
    fn every_printable_character_but_the_space_has_a_mask() {
        let mut masks = Masks::default();
        for byte in b' '..=b'~' {
            for cap in [6, 11, 40] {
                let mask = masks.get(byte, cap).clone();
                assert_eq!(mask.levels.len() as i32, mask.w * mask.h);
                assert!(mask.levels.iter().all(|&level| u32::from(level) <= LEVELS));
                let inked = mask.levels.iter().any(|&level| level > 0);
                assert_eq!(inked, byte != b' ', "{:?} at {cap}", char::from(byte));
            }
        }
    }

    #[test]
    fn digits_are_as_high_as_asked_and_equally_wide() {
        let mut masks = Masks::default();
        for byte in b'0'..=b'9' {
            assert_eq!(advance(byte, 11), advance(b'0', 11));
            let mask = masks.get(byte, 11);
            let row_is_inked = |row: i32| {
                mask.levels[(row * mask.w) as usize..((row + 1) * mask.w) as usize]
                    .iter()
                    .any(|&l| l > LEVELS as u8 / 2)
            };
            let inked: Vec<i32> =
                (0..mask.h).filter(|&row| row_is_inked(row)).map(|row| row + mask.top).collect();
            assert_eq!((inked.first(), inked.last()), (Some(&-11), Some(&-1)), "{}", char::from(byte));
        }
    }
}
