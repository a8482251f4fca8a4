//! What veils make of the row below them.

use crate::{
    raster::{
        pixel::{Pixel, blend},
        plan::Plan,
        shape::{Paint, Veil, Wide},
    },
    text::{LEVELS, Lines},
};

/// What veils made of the colours below them lately: most lie over one colour.
#[derive(Debug, Default)]
pub(super) struct Blends {
    /// By level, the colour of the veil, that below it, and what both make.
    known: [(Pixel, Pixel, Pixel); LEVELS as usize + 1],
}

impl Blends {
    /// Lays `level` of `LEVELS` of a colour over a pixel.
    #[inline]
    fn cover(&mut self, pixel: &mut Pixel, color: Pixel, level: u8) {
        if u32::from(level) == LEVELS {
            *pixel = color;
        } else if level > 0 {
            let known = &mut self.known[usize::from(level)];
            if (known.0, known.1) != (color, *pixel) {
                *known = (color, *pixel, blend(color, *pixel, level));
            }
            *pixel = known.2;
        }
    }

    /// Lays a veil over these columns of row `y`.
    pub fn lay(
        &mut self,
        plan: &Plan,
        lines: &Lines,
        Veil { area, color, paint }: Veil,
        y: u16,
        columns: &[(u16, u16)],
        pixels: &mut [Pixel],
    ) {
        let (Some(&(first, _)), Some(&(_, last))) = (columns.first(), columns.last()) else { return };
        match paint {
            Paint::Shape { on, off } => {
                let shape = Wide { start: area.start, end: area.end, color, on, off };
                columns.iter().for_each(|&(start, end)| shape.paint(pixels, 0, start, end));
            }
            // All columns that have text or a line are among these, but for those that are told apart.
            Paint::Text { line } => {
                let (from, to) = (area.start.max(first), area.end.min(last));
                if from < to {
                    let levels = &lines.get(line).row(y - area.top)[usize::from(from - area.start)..];
                    let pixels = &mut pixels[usize::from(from)..usize::from(to)];
                    pixels.iter_mut().zip(levels).for_each(|(pixel, &level)| self.cover(pixel, color, level));
                }
            }
            Paint::Line { number } => {
                let cells = plan.strokes.row(number, area.top, y);
                let skipped = cells.partition_point(|cell| cell.x < first);
                for cell in cells[skipped..].iter().take_while(|cell| cell.x < last) {
                    self.cover(&mut pixels[usize::from(cell.x)], color, cell.level);
                }
            }
        }
    }
}
