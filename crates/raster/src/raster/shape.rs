//! Shapes by the layer they belong to, in whole pixels.

use super::pixel::Pixel;

/// Rows and pixel columns of a picture, at most 8192 of each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub start: u16,
    pub end: u16,
    pub top: u16,
    pub bottom: u16,
}

impl Default for Area {
    /// An area of nothing.
    fn default() -> Self {
        Self { start: u16::MAX, end: 0, top: u16::MAX, bottom: 0 }
    }
}

impl Area {
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end && self.top < other.bottom && other.top < self.bottom
    }

    pub fn covers(self, other: Self) -> bool {
        self.start <= other.start
            && other.end <= self.end
            && self.top <= other.top
            && other.bottom <= self.bottom
    }

    pub fn grow(&mut self, other: Self) {
        self.start = self.start.min(other.start);
        self.end = self.end.max(other.end);
        self.top = self.top.min(other.top);
        self.bottom = self.bottom.max(other.bottom);
    }
}

/// A wide shape: a fill, or dashes from left to right where `off` is not 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wide {
    pub start: u16,
    pub end: u16,
    pub color: Pixel,
    pub on: u16,
    pub off: u16,
}

impl Wide {
    /// Paints the part of it within columns `start..end` of a row whose first column is `first`.
    pub fn paint(&self, row: &mut [Pixel], first: u16, start: u16, end: u16) {
        let (start, end) = (self.start.max(start), self.end.min(end));
        if start >= end {
            return;
        }
        let mut fill =
            |from: u16, to: u16| row[usize::from(from - first)..usize::from(to - first)].fill(self.color);
        if self.off == 0 {
            return fill(start, end);
        }
        let mut dash = start - (start - self.start) % (self.on + self.off);
        while dash < end {
            let (from, to) = (dash.max(start), (dash + self.on).min(end));
            if from < to {
                fill(from, to);
            }
            dash += self.on + self.off;
        }
    }
}

/// A narrow shape: a fill, or dashes from the top down where `off` is not 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Narrow {
    pub start: u16,
    pub end: u16,
    pub top: u16,
    pub bottom: u16,
    pub color: Pixel,
    pub on: u16,
    pub off: u16,
}

/// A line of text that stands alone on one colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stamp {
    pub start: u16,
    pub end: u16,
    pub top: u16,
    pub line: u32,
    pub color: Pixel,
    pub below: Pixel,
    /// Its pixels, and the rows next to them.
    pub area: Area,
    pub bottom: u16,
}

/// A shape that lies across narrow ones, or across another veil.
#[derive(Debug, Clone, Copy)]
pub(super) struct Veil {
    pub area: Area,
    pub color: Pixel,
    pub paint: Paint,
}

/// What a veil paints.
#[derive(Debug, Clone, Copy)]
pub(super) enum Paint {
    /// A fill or dashes from left to right.
    Shape { on: u16, off: u16 },
    /// A line of text.
    Text { line: u32 },
    /// A line of straight pieces.
    Line { number: u32 },
}

impl Veil {
    pub fn shape(area: Area, (on, off): (u16, u16), color: Pixel) -> Self {
        Self { area, color, paint: Paint::Shape { on, off } }
    }

    pub fn text(area: Area, line: u32, color: Pixel) -> Self {
        Self { area, color, paint: Paint::Text { line } }
    }

    pub fn line(area: Area, number: u32, color: Pixel) -> Self {
        Self { area, color, paint: Paint::Line { number } }
    }

    /// Its first pixel column, and one past its last.
    pub fn columns(&self) -> (u16, u16) {
        (self.area.start, self.area.end)
    }
}
