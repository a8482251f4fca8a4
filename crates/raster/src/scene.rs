//! The scene: shapes in whole pixels, in paint order, nothing left to decide.

use std::{fmt, ops::Range, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::Error;

/// An opaque sRGB colour, written `#rrggbb`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
}

impl Color {
    /// The colour of these three values.
    #[must_use]
    pub const fn rgb(r: u8, g: u8, b: u8) -> Self {
        Self { r, g, b }
    }

    /// `part` of `whole` of this colour over `below`, rounded half up.
    #[inline]
    #[must_use]
    pub fn over(self, below: Self, part: u32, whole: u32) -> Self {
        let mix = |top: u8, bottom: u8| {
            let sum = u32::from(top) * part + u32::from(bottom) * (whole - part);
            // A weighted mean of two bytes is a byte.
            ((2 * sum + whole) / (2 * whole)) as u8
        };
        Self { r: mix(self.r, below.r), g: mix(self.g, below.g), b: mix(self.b, below.b) }
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }
}

impl fmt::Debug for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Color {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = || Error::Color(text.to_owned());
        let digits = text
            .strip_prefix('#')
            .filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))
            .ok_or_else(bad)?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| bad());
        Ok(Self { r: part(0)?, g: part(2)?, b: part(4)? })
    }
}

impl TryFrom<String> for Color {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        color.to_string()
    }
}

/// A rectangle of whole pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rect {
    /// Left-most column.
    pub x: i32,
    /// Topmost row.
    pub y: i32,
    /// Columns.
    pub w: i32,
    /// Rows.
    pub h: i32,
}

impl Rect {
    /// The rectangle at (`x`, `y`) of `w` columns and `h` rows.
    #[must_use]
    pub const fn new(x: i32, y: i32, w: i32, h: i32) -> Self {
        Self { x, y, w, h }
    }

    /// One past the right-most column.
    #[inline]
    #[must_use]
    pub const fn right(self) -> i32 {
        self.x + self.w
    }

    /// The part of this rectangle that lies within another, or an empty one.
    #[inline]
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let (right, bottom) = (self.right().min(other.right()), self.bottom().min(other.bottom()));
        Self { x, y, w: (right - x).max(0), h: (bottom - y).max(0) }
    }

    /// One past the lowest row.
    #[inline]
    #[must_use]
    pub const fn bottom(self) -> i32 {
        self.y + self.h
    }
}

/// One shape of a scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A filled rectangle.
    Fill {
        /// Its pixels.
        rect: Rect,
        /// Its colour.
        color: Color,
    },
    /// A straight line of dashes along the longer side of `rect`, the first
    /// dash at its left or upper end.
    Dashes {
        /// The pixels of the unbroken line.
        rect: Rect,
        /// Its colour.
        color: Color,
        /// Length of a dash in pixels.
        on: i32,
        /// Length of a gap in pixels.
        off: i32,
    },
    /// A line of text in the embedded font.
    Text {
        /// Column of the first glyph's origin.
        x: i32,
        /// Row on which the glyphs stand: one below their lowest pixels.
        baseline: i32,
        /// Height of a capital letter in pixels.
        cap: i32,
        /// Its colour.
        color: Color,
        /// Where the text is in [`Scene::text`].
        text: Range<usize>,
    },
    /// A line of straight pieces from point to point, with smooth edges.
    Line {
        /// Where the points are in [`Scene::points`].
        points: Range<usize>,
        /// Thickness in parts of a pixel, [`SUBPIXELS`] each.
        width: i32,
        /// Its colour.
        color: Color,
        /// Pixels beyond which nothing of it is drawn.
        clip: Rect,
    },
}

/// Parts of a pixel in which the points of a [`Shape::Line`] are measured.
pub const SUBPIXELS: i32 = 64;

/// The display list of one picture: shapes in whole pixels, in paint order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scene {
    /// Width in pixels.
    pub width: i32,
    /// Height in pixels.
    pub height: i32,
    /// Shapes, the lowest first; none reaches out of the picture.
    pub shapes: Vec<Shape>,
    /// The characters of all [`Shape::Text`], printable ASCII.
    pub text: String,
    /// The points of all [`Shape::Line`]: columns, which rise along a line,
    /// and rows, in parts of a pixel, [`SUBPIXELS`] each, from the picture's
    /// upper left corner.
    pub points: Vec<(i32, i32)>,
}

impl Scene {
    /// Empties it, and gives it this size.
    pub fn clear(&mut self, width: u32, height: u32) {
        // Sides are 8 to 8192.
        self.width = width as i32;
        self.height = height as i32;
        self.shapes.clear();
        self.text.clear();
        self.points.clear();
    }

    /// Adds a rectangle, unless it is empty.
    #[inline]
    pub fn fill(&mut self, rect: Rect, color: Color) {
        if rect.w > 0 && rect.h > 0 {
            self.shapes.push(Shape::Fill { rect, color });
        }
    }

    /// Adds a line of text.
    pub fn label(&mut self, text: &str, x: i32, baseline: i32, cap: i32, color: Color) {
        let start = self.text.len();
        self.text.push_str(text);
        self.shapes.push(Shape::Text { x, baseline, cap, color, text: start..self.text.len() });
    }
}

/// One shape a line, as tests compare and people read it.
impl fmt::Display for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "scene {}x{}", self.width, self.height)?;
        for shape in &self.shapes {
            match shape {
                Shape::Fill { rect: r, color } => {
                    writeln!(f, "fill {},{} {}x{} {color}", r.x, r.y, r.w, r.h)?;
                }
                Shape::Dashes { rect: r, color, on, off } => {
                    writeln!(f, "dashes {},{} {}x{} {color} {on}/{off}", r.x, r.y, r.w, r.h)?;
                }
                Shape::Text { x, baseline, cap, color, text } => {
                    writeln!(f, "text {x},{baseline} cap {cap} {color} {:?}", &self.text[text.clone()])?;
                }
                Shape::Line { points, width, color, clip: c } => {
                    write!(f, "line {width}/{SUBPIXELS} {color} in {},{} {}x{}:", c.x, c.y, c.w, c.h)?;
                    for (x, y) in &self.points[points.clone()] {
                        write!(f, " {x},{y}")?;
                    }
                    writeln!(f)?;
                }
            }
        }
        Ok(())
    }
}
