//! What arrows and texts of marks keep clear of: candles, and as far as there is room lines, too.

use raster::{Rect, SUBPIXELS};

use super::{MarkPen, taken::Taken};
use crate::{
    Kind, Spec,
    indicator::Overlay,
    layout::{
        Layout,
        lines::{between, middle, value_at},
        own_series::scale_of,
    },
    own::{PlacedValue, SeriesForm},
    panel::Panel,
    scale::Columns,
};

/// The pixels that arrows and texts find taken.
#[derive(Debug, Default)]
pub(in crate::layout) struct Obstacles {
    /// Candles, arrows, texts: nothing may cover them.
    pub(super) solid: Taken,
    /// Lines, which a text covers only where it finds no other place.
    pub(super) lines: Taken,
}

impl Obstacles {
    /// Begins with what is drawn besides marks; with lines where there are texts.
    pub fn start(
        &mut self,
        layout: &Layout,
        spec: &Spec,
        pen: &MarkPen<'_>,
        (panels, has_texts): (&[Panel], bool),
    ) {
        let (columns, panel, thick) = (pen.columns, pen.panel, pen.width.pixels());
        self.solid.start(panel.rect);
        let kind = spec.options().kind;
        if kind.is_of_closes() && kind != Kind::Columns {
            let closes = layout.bars.iter().map(|bar| Some(panel.scale.subrow(bar.candle.close)));
            layout.take_line(&mut self.solid, columns, closes, (thick, kind == Kind::Step));
        } else {
            for bar in &layout.bars {
                bar.parts(kind, columns, panel).iter().for_each(|part| self.solid.take(*part));
            }
        }
        if !has_texts {
            return;
        }
        self.lines.start(panel.rect);
        for (overlay, lines) in spec.options().overlays.iter().zip(&layout.overlays) {
            if overlay.of.is_of_volume() || matches!(overlay.of, Overlay::Sar { .. }) {
                continue;
            }
            for line in lines.as_slice() {
                let rows = layout.bars.iter().map(|bar| {
                    let value = value_at(line, layout.skipped + bar.until).filter(|value| !value.is_nan())?;
                    panel.scale.place(value)
                });
                layout.take_line(&mut self.lines, columns, rows, (thick, false));
            }
        }
        for (index, drawing) in spec.options().series.iter().enumerate() {
            let is_line = matches!(drawing.form, SeriesForm::Line | SeriesForm::Step | SeriesForm::Band);
            let Some(of) = scale_of(panels, drawing).filter(|_| is_line) else { continue };
            let values = layout.values_at_places(index);
            for upper in [false, true] {
                let rows = values.iter().map(|&(_, value)| match value {
                    PlacedValue::At(low, high) => of.scale.place(if upper { high } else { low }),
                    PlacedValue::Nothing | PlacedValue::Break => None,
                });
                if drawing.form == SeriesForm::Band || !upper {
                    let is_stepped = drawing.form == SeriesForm::Step;
                    layout.take_line(&mut self.lines, columns, rows, (thick, is_stepped));
                }
            }
        }
        if let Some((row, _)) = layout.last_price(spec, columns, panel) {
            self.lines.take(Rect::new(panel.rect.x, row, panel.rect.w, pen.frame.stroke));
        }
    }

    /// Takes the pixels of a straight line, from left to right, both ends in parts of a pixel.
    pub(super) fn take_link(&mut self, from: (i32, i32), to: (i32, i32), thick: i32) {
        take_piece(&mut self.lines, from, to, thick);
    }
}

/// Takes the pixels of a straight line, both ends in parts of a pixel; an upright one all between its rows.
fn take_piece(taken: &mut Taken, from: (i32, i32), to: (i32, i32), thick: i32) {
    for x in from.0 / SUBPIXELS..=to.0 / SUBPIXELS {
        let row = |at: i32| match to.0 - from.0 {
            0 if at == x * SUBPIXELS => from.1,
            0 => to.1,
            _ => between(from, to, at.clamp(from.0, to.0)),
        };
        let ends = [x * SUBPIXELS, (x + 1) * SUBPIXELS].map(|at| row(at).div_euclid(SUBPIXELS));
        let top = ends[0].min(ends[1]) - thick;
        taken.take(Rect::new(x, top, 1, (ends[0] - ends[1]).abs() + 2 * thick + 1));
    }
}

impl Layout {
    /// Takes the pixels of a line through a row of each bar, or of its steps. It breaks where there is none.
    fn take_line(
        &self,
        taken: &mut Taken,
        columns: &Columns,
        rows: impl Iterator<Item = Option<i32>>,
        (thick, is_stepped): (i32, bool),
    ) {
        let mut before = None;
        for (bar, row) in self.bars.iter().zip(rows) {
            let here = row.map(|row| (middle(columns, bar.place), row));
            match (before, here) {
                (Some((from, row)), Some(to)) if is_stepped => {
                    take_piece(taken, (from, row), (to.0, row), thick);
                    take_piece(taken, (to.0, row), to, thick);
                }
                (Some(from), Some(to)) => take_piece(taken, from, to, thick),
                _ => {}
            }
            before = here;
        }
    }

    /// The rows of what is drawn of a bar's candle, in the panel and beyond: from its high to its low, or of its line
    /// of closes half-way to the neighbours'.
    pub(super) fn rows_of(&self, spec: &Spec, pen: &MarkPen<'_>, at: usize) -> [i32; 2] {
        let (kind, bar, scale) = (spec.options().kind, &self.bars[at], &pen.panel.scale);
        if !kind.is_of_closes() {
            return [scale.free_row(bar.candle.high), scale.free_row(bar.candle.low) + 1];
        }
        let row = scale.free_row(bar.candle.close);
        if kind == Kind::Columns {
            return [row, pen.panel.rect.bottom().max(row)];
        }
        let neighbours = [at.saturating_sub(1), (at + 1).min(self.bars.len() - 1)];
        let half = neighbours.map(|at| (row + scale.free_row(self.bars[at].candle.close)) / 2);
        let thick = pen.width.pixels();
        [row.min(half[0]).min(half[1]) - thick, row.max(half[0]).max(half[1]) + thick + 1]
    }
}
