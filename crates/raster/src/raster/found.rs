//! What groups of narrow shapes change, as it is found, and the groups that most charts are made of: a bar alone,
//! and a candle.

use super::{
    Run,
    combs::Combs,
    ground::{Grounds, are_plain},
    pixel::{BLACK, Pixel},
    shape::Narrow,
};

/// What groups of narrow shapes change.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Runs group by group, each with its row, and how many each row has.
    pub runs: Vec<(u16, Run)>,
    pub counts: Vec<u32>,
    /// Whether some that belong together may be cut into strips.
    pub are_cut: bool,
    /// Dashes that change further rows.
    pub combs: Combs,
}

impl Found {
    /// Begins a picture.
    pub fn clear(&mut self, height: usize) {
        self.runs.clear();
        self.are_cut = false;
        self.counts.clear();
        self.counts.resize(height, 0);
        self.combs.clear();
    }

    /// Adds the change of columns in row `y`, unless there is none.
    fn add_part(&mut self, y: u16, start: u16, end: u16, (old, new): (Pixel, Pixel)) {
        if old != new && start < end && usize::from(y) < self.counts.len() {
            self.add(y, Run { x: start, len: end - start, old, new });
        }
    }

    /// Adds a run right of those that the row has already, or lengthens the one that was added last.
    #[inline]
    pub fn add(&mut self, y: u16, run: Run) {
        match self.runs.last_mut() {
            Some((row, last)) if (*row, last.end(), last.old, last.new) == (y, run.x, run.old, run.new) => {
                last.len += run.len;
            }
            _ => {
                self.counts[usize::from(y)] += 1;
                self.runs.push((y, run));
            }
        }
    }
}

/// Adds the runs of one shape without dashes, where the ground is of one colour in each row that matters. Returns
/// whether it is.
pub(super) fn add_bar(bar: &Narrow, grounds: &mut Grounds, found: &mut Found) -> bool {
    let Some([above, below]) = find_grounds(bar, [bar.top], [bar.bottom], grounds) else { return false };
    let mut add = |y: u16, old: Pixel, new: Pixel| found.add_part(y, bar.start, bar.end, (old, new));
    add(bar.top, above, bar.color);
    add(bar.bottom, bar.color, below);
    cover(bar, grounds);
    true
}

/// Adds the runs of a candle: a wick, a body in front of the wick's middle, and what is within the body's edge, where
/// there is that. Returns whether the shapes are such, on a ground of one colour in each row that matters.
pub(super) fn add_candle(shapes: &[Narrow], grounds: &mut Grounds, found: &mut Found) -> bool {
    let (wick, body, inside) = match *shapes {
        [wick, body] => (wick, body, None),
        [wick, body, inside] => (wick, body, Some(inside)),
        _ => return false,
    };
    let is_candle = wick.off | body.off == 0
        && body.start <= wick.start
        && wick.end <= body.end
        && wick.top <= body.top
        && body.bottom <= wick.bottom;
    let has_edge = inside.is_none_or(|inside| {
        inside.off == 0
            && body.start <= inside.start
            && inside.end <= body.end
            && body.top < inside.top
            && inside.bottom < body.bottom
    });
    if !is_candle || !has_edge {
        return false;
    }
    let (tops, bottoms) = ([wick.top, body.top], [body.bottom, wick.bottom]);
    let Some([first, above, below, last]) = find_grounds(&body, tops, bottoms, grounds) else {
        return false;
    };
    // The row of a body's side, where the wick goes on, or where it does not.
    let mut add_side = |y: u16, ends: bool, turn: &dyn Fn(Pixel) -> (Pixel, Pixel), ground: Pixel| {
        if ends {
            return found.add_part(y, body.start, body.end, turn(ground));
        }
        found.add_part(y, body.start, wick.start, turn(ground));
        found.add_part(y, wick.start, wick.end, turn(wick.color));
        found.add_part(y, wick.end, body.end, turn(ground));
    };
    add_side(body.top, wick.top == body.top, &|other| (other, body.color), above);
    add_side(body.bottom, wick.bottom == body.bottom, &|other| (body.color, other), below);
    if wick.top < body.top {
        found.add_part(wick.top, wick.start, wick.end, (first, wick.color));
    }
    if body.bottom < wick.bottom {
        found.add_part(wick.bottom, wick.start, wick.end, (wick.color, last));
    }
    if let Some(Narrow { start, end, top, bottom, color, .. }) = inside {
        found.add_part(top, start, end, (body.color, color));
        found.add_part(bottom, start, end, (color, body.color));
    }
    cover(&wick, grounds);
    cover(&body, grounds);
    true
}

/// Specks are no higher than this.
const SPECK: u16 = 8;

/// Adds the runs of specks in front of the first shape, and takes them out of these shapes, which all have the same
/// columns: of such as lie within it, one below the other, with nothing else near them. So do grid lines over a band.
pub(super) fn add_specks(shapes: &mut Vec<Narrow>, found: &mut Found) {
    let Some((&back, others)) = shapes.split_first() else { return };
    let is_speck = |shape: &Narrow| shape.bottom - shape.top <= SPECK;
    let (mut falls, mut rises, mut last) = (true, true, None::<&Narrow>);
    for speck in others.iter().filter(|shape| is_speck(shape)) {
        if let Some(last) = last.replace(speck) {
            falls &= last.bottom < speck.top;
            rises &= speck.bottom < last.top;
        }
    }
    if back.off > 0 || !falls && !rises {
        return;
    }
    let mut high = [back; 4];
    let mut count = 0;
    for shape in others.iter().filter(|shape| !is_speck(shape)) {
        let Some(slot) = high.get_mut(count) else { return };
        *slot = *shape;
        count += 1;
    }
    let high = &high[..count];
    shapes.retain(|shape| {
        let is_near = |other: &Narrow| other.top <= shape.bottom && shape.top <= other.bottom;
        let is_inside = back.top < shape.top && shape.bottom < back.bottom && shape.off == 0;
        if !is_speck(shape) || !is_inside || high.iter().any(is_near) {
            return true;
        }
        found.add_part(shape.top, shape.start, shape.end, (back.color, shape.color));
        found.add_part(shape.bottom, shape.start, shape.end, (shape.color, back.color));
        false
    });
}

/// The ground of a shape's columns above each of its `tops` and in the row of each of its `bottoms`, where it is of one
/// colour there; that of the row below the picture does not matter.
fn find_grounds<const N: usize, const M: usize>(
    shape: &Narrow,
    tops: [u16; N],
    bottoms: [u16; N],
    grounds: &Grounds,
) -> Option<[Pixel; M]> {
    let borders = grounds.borders();
    let zone = borders.partition_point(|&border| border <= shape.start) - 1;
    let rows = Some(grounds.zone(zone)).filter(|_| shape.end <= borders[zone + 1])?;
    let above = tops.iter().map(|&y| rows[usize::from(y)]);
    let below = bottoms.iter().map(|&y| rows.get(usize::from(y) + 1).copied().unwrap_or(BLACK));
    let mut found = [BLACK; M];
    for (found, ground) in found.iter_mut().zip(above.chain(below)) {
        *found = Some(ground).filter(|&ground| are_plain(ground, ground))?;
    }
    Some(found)
}

/// Notes what a shape covers.
pub(super) fn cover(shape: &Narrow, grounds: &mut Grounds) {
    let &Narrow { start, end, top, bottom, on, off, .. } = shape;
    if off == 0 {
        return grounds.cover(start..end, top, bottom, |_| true);
    }
    let shows = |y: u16| top <= y && y < bottom && (y - top) % (on + off) < on;
    grounds.cover(start..end, top, bottom, |y| shows(y) || y > 0 && shows(y - 1));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::{grid::Grid, shape::Area, shape::Wide};

    fn narrow((start, end): (u16, u16), (top, bottom): (u16, u16), color: Pixel) -> Narrow {
        Narrow { start, end, top, bottom, color, on: 0, off: 0 }
    }

    /// The grounds of a panel of colour 1 that ends in row 40 of 50.
    fn grounds() -> Grounds {
        let mut grounds = Grounds::default();
        let wide = Wide { start: 0, end: 60, color: 1, on: 0, off: 0 };
        let area = Area { start: 0, end: 60, top: 0, bottom: 40 };
        grounds.find(&[wide], &[area], 60, 50);
        grounds
    }

    fn sorted(found: &Found) -> Vec<(u16, u16, u16, Pixel, Pixel)> {
        let mut runs: Vec<_> =
            found.runs.iter().map(|&(y, run)| (y, run.x, run.len, run.old, run.new)).collect();
        runs.sort_unstable();
        runs
    }

    #[test]
    fn a_candle_and_a_bar_change_what_their_grid_says() {
        let body = ((5, 12), (10, 30));
        for wick in [(3, 35), (10, 35), (3, 30), (10, 30)] {
            for inside in [Some(4), None] {
                let mut shapes = vec![narrow((8, 9), wick, 2), narrow(body.0, body.1, 3)];
                shapes.extend(inside.map(|color| narrow((6, 11), (11, 29), color)));
                let (mut own, mut grid) = (Found::default(), Found::default());
                own.clear(50);
                grid.clear(50);
                assert!(add_candle(&shapes, &mut grounds(), &mut own));
                Grid::default().add_runs(&shapes, &mut grounds(), &mut grid);
                assert_eq!((sorted(&own), &own.counts), (sorted(&grid), &grid.counts), "{wick:?} {inside:?}");
            }
        }
        let bar = narrow((5, 12), (20, 40), 3);
        let (mut own, mut grid) = (Found::default(), Found::default());
        own.clear(50);
        grid.clear(50);
        assert!(add_bar(&bar, &mut grounds(), &mut own));
        Grid::default().add_runs(&[bar], &mut grounds(), &mut grid);
        assert_eq!(sorted(&own), sorted(&grid));
    }

    #[test]
    fn specks_over_a_band_change_what_their_grid_says() {
        let band = narrow((5, 6), (3, 38), 2);
        let wick = narrow((5, 6), (12, 20), 3);
        // Within the band, beside the wick, under it, and across the band's end.
        for rows in [[5, 8, 25, 30], [30, 25, 8, 5], [5, 11, 15, 20], [2, 3, 30, 37]] {
            for thick in [1, 2] {
                let specks = rows.map(|row| narrow((5, 6), (row, row + thick), 4));
                let shapes: Vec<_> = [band].into_iter().chain(specks).chain([wick]).collect();
                let (mut own, mut grid) = (Found::default(), Found::default());
                own.clear(50);
                grid.clear(50);
                let mut rest = shapes.clone();
                add_specks(&mut rest, &mut own);
                Grid::default().add_runs(&rest, &mut grounds(), &mut own);
                Grid::default().add_runs(&shapes, &mut grounds(), &mut grid);
                assert_eq!((sorted(&own), &own.counts), (sorted(&grid), &grid.counts), "{rows:?} {thick}");
            }
        }
    }

    #[test]
    fn shapes_that_are_no_candle_are_left_to_the_grid() {
        let mut found = Found::default();
        found.clear(50);
        let (wick, body) = (narrow((8, 9), (3, 35), 2), narrow((5, 12), (10, 30), 3));
        let aside = narrow((4, 8), (12, 20), 4);
        for shapes in [&[wick, body, aside][..], &[body, wick], &[wick]] {
            assert!(!add_candle(shapes, &mut grounds(), &mut found));
        }
        assert!(found.runs.is_empty());
    }
}
