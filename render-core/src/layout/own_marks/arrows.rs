//! Arrows that point at candles from below and from above.

use raster::{Color, Rect};

use super::{Beside, MarkPen};
use crate::{
    Spec,
    layout::{Layout, geometry::around},
    own::{MarkKind, PlacedMark},
};

/// How far from its place an arrow looks for one where it covers no neighbour, in its own heights.
const REACH: i32 = 3;

impl Layout {
    /// An arrow and, where the mark has a price, a tick beside the candle's body. Returns the box around both.
    pub(super) fn arrow(
        &mut self,
        spec: &Spec,
        pen: &mut MarkPen<'_>,
        mark: &PlacedMark<'_>,
        color: Color,
    ) -> Option<(Rect, Option<Beside>)> {
        if !self.is_seen(spec, pen, mark.from.candle) {
            return None;
        }
        let (half, panel) = (pen.arrow, pen.panel.rect);
        let (head, stem) = (half + 1, half);
        let height = (head + stem).min(panel.h);
        let at = self.bar_at(mark.from.candle);
        // A body has the parity of what stands in its middle, an arrow has a middle column.
        let tip = pen.columns.x(self.bars[at].place, 1);
        // At the panel's edge an arrow leans inwards, its tip where it belongs.
        let row_of = |y: i32, half: i32| {
            let wide = (2 * half + 1).min(panel.w);
            Rect::new((tip - half).min(panel.right() - wide).max(panel.x), y, wide, 1)
        };
        let base = row_of(panel.y, half);
        let wants_above = mark.kind == MarkKind::Sell;
        let (top, is_above) = self.room(spec, pen, (at, wants_above), Rect { h: height, ..base });
        let stem = half / 3;
        for row in 0..height {
            let from_tip = if is_above { height - 1 - row } else { row };
            let rect = row_of(top + row, if from_tip < head { from_tip } else { stem });
            self.scene.fill(rect, color);
        }
        let arrow = Rect { y: top, h: height, ..base };
        let tick = self.price_tick(pen, mark, at);
        self.scene.fill(tick.unwrap_or(Rect::new(0, 0, 0, 0)), color);
        if let Some(obstacles) = &mut pen.obstacles {
            obstacles.solid.take(arrow);
            tick.iter().for_each(|tick| obstacles.solid.take(*tick));
        }
        let all = [arrow, tick.unwrap_or(arrow)];
        Some((around(&all)?, Some(Beside::Arrow { rect: arrow, tip, is_above })))
    }

    /// The tick that tells an arrow's price: to the left of the body, or to its right at the panel's left edge.
    fn price_tick(&self, pen: &MarkPen<'_>, mark: &PlacedMark<'_>, at: usize) -> Option<Rect> {
        pen.panel.scale.place(mark.from.price).filter(|_| mark.has_price)?;
        let (panel, wide, thick) = (pen.panel.rect, pen.arrow, pen.frame.stroke + 1);
        let row = pen.panel.scale.free_row(mark.from.price) - thick / 2;
        let body = pen.columns.body_x(self.bars[at].place);
        let left = Some(body - wide - 1).filter(|x| *x >= panel.x);
        let x = left.unwrap_or(body + pen.columns.body + 1);
        Some(Rect::new(x, row, wide, thick).within(panel)).filter(|tick| tick.w > 0 && tick.h > 0)
    }

    /// Where an arrow stands, beyond those that its candle already has: on its side, further away where it would cover
    /// something and finds a free place near by; on the other side where there is no room; or as near as the panel
    /// allows. Returns the topmost row, and whether it is above the candle.
    fn room(
        &self,
        spec: &Spec,
        pen: &mut MarkPen<'_>,
        (at, wants_above): (usize, bool),
        arrow: Rect,
    ) -> (i32, bool) {
        let gap = 2 + pen.frame.stroke;
        let (panel, height) = (pen.panel.rect, arrow.h);
        let [high, low] = self.rows_of(spec, pen, at);
        let stack = pen.stacks[at];
        let nearest = |above: bool| match above {
            true => high - gap - stack[0] - height,
            false => low + gap + stack[1],
        };
        let fits = |top: i32| top >= panel.y && top + height <= panel.bottom();
        let is_above = if fits(nearest(wants_above)) || !fits(nearest(!wants_above)) {
            wants_above
        } else {
            !wants_above
        };
        let first = nearest(is_above);
        let mut top = first;
        let solid = pen.obstacles.as_ref().map(|obstacles| &obstacles.solid);
        while let Some((upper, lower)) = solid.and_then(|solid| solid.taken_rows(Rect { y: top, ..arrow })) {
            top = if is_above { upper - height } else { lower + 1 };
            if (top - first).abs() > REACH * height || !fits(top) {
                // Over a neighbour rather than far from its own candle.
                top = first;
                break;
            }
        }
        if fits(top) {
            let reach = if is_above { high - gap - top } else { top + height - low - gap };
            pen.stacks[at][usize::from(!is_above)] = reach + 1;
        }
        (top.min(panel.bottom() - height).max(panel.y), is_above)
    }
}
