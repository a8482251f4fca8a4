//! Veils: what lies across narrow shapes, or across another veil.
//!
//! They are few. Where one of them is, rows are painted pixel by pixel,
//! but no further than something may have changed.

use super::{
    pixel::{CLEAR, Pixel, blend},
    plan::{Plan, toggle},
    shape::{Paint, Veil, Wide},
};
use crate::text::{LEVELS, Lines};

/// The veils of the current row.
#[derive(Debug, Default)]
pub(super) struct Veils {
    /// In paint order.
    here: Vec<u32>,
    fresh: Vec<Pixel>,
}

impl Veils {
    /// Begins a picture.
    pub fn start(&mut self, width: usize) {
        self.here.clear();
        self.fresh.resize(width, 0);
    }

    pub fn is_empty(&self) -> bool {
        self.here.is_empty()
    }

    /// Lets a veil come, or go.
    pub fn toggle(&mut self, id: u32) {
        toggle(&mut self.here, id);
    }

    /// Adds the columns in which veils may look another way in row `y` than above.
    pub fn dirty(&self, plan: &Plan, y: u16, columns: &mut Vec<(u16, u16)>) {
        for &id in &self.here {
            let veil = plan.veils[id as usize];
            match veil.paint {
                Paint::Shape { .. } => {}
                Paint::Text { .. } => columns.push(veil.columns()),
                Paint::Line { number } => {
                    let row = |y: u16| plan.strokes.row(number, veil.area.top, y).iter();
                    let above = if y > veil.area.top { row(y - 1) } else { [].iter() };
                    columns.extend(above.chain(row(y)).map(|cell| (cell.x, cell.x + 1)));
                }
            }
        }
    }

    /// All layers of row `y` from column `start` on.
    pub fn over(
        &mut self,
        plan: &Plan,
        lines: &Lines,
        y: u16,
        start: u16,
        front: &[Pixel],
        back: &[Pixel],
    ) -> &[Pixel] {
        let fresh = &mut self.fresh[..front.len()];
        for ((pixel, &front), &back) in fresh.iter_mut().zip(front).zip(back) {
            *pixel = if front == CLEAR { back } else { front };
        }
        let end = start + fresh.len() as u16;
        for &id in &self.here {
            let Veil { area, color, paint } = plan.veils[id as usize];
            let (from, to) = (area.start.max(start), area.end.min(end));
            if from >= to {
                continue;
            }
            match paint {
                Paint::Shape { on, off } => {
                    let shape = Wide { start: area.start, end: area.end, color, on, off };
                    shape.paint(fresh, start, from, to);
                }
                Paint::Text { line } => {
                    let levels = &lines.get(line).row(y - area.top)[usize::from(from - area.start)..];
                    let pixels = &mut fresh[usize::from(from - start)..usize::from(to - start)];
                    pixels.iter_mut().zip(levels).for_each(|(pixel, &level)| cover(pixel, color, level));
                }
                Paint::Line { number } => {
                    let cells = plan.strokes.row(number, area.top, y);
                    let first = cells.partition_point(|cell| cell.x < from);
                    for cell in cells[first..].iter().take_while(|cell| cell.x < to) {
                        cover(&mut fresh[usize::from(cell.x - start)], color, cell.level);
                    }
                }
            }
        }
        fresh
    }
}

/// Lays `level` of `LEVELS` of a colour over a pixel.
fn cover(pixel: &mut Pixel, color: Pixel, level: u8) {
    if u32::from(level) == LEVELS {
        *pixel = color;
    } else if level > 0 {
        *pixel = blend(color, *pixel, level);
    }
}
