//! Scales: from values to pixel rows, from candles to pixel columns.

use raster::SUBPIXELS;

/// A scale from values to pixel rows, greater values higher up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    /// Value of the lowest row, or its decimal logarithm.
    pub min: f64,
    /// Value of the topmost row, or its decimal logarithm.
    pub max: f64,
    /// Topmost row.
    pub top: i32,
    /// Rows, 1 or more.
    pub rows: i32,
    /// Whether rows are spread by decimal logarithms.
    pub log: bool,
}

/// Rows outside a panel that are further away than this are all alike.
const FAR: f64 = 20_000.0;

/// The same where that is more than lines can stand, as far as parts of a row are told in an `i32`.
const FARTHEST: f64 = 16_000_000.0;

/// The least span of a scale relative to the greatest value on it: below
/// that, neighbouring rows would be the same `f64`.
const LEAST_SPAN: f64 = 1.0 / (1_u64 << 48) as f64;

impl Scale {
    /// A scale that shows `min` to `max` (finite, `min <= max`) within `rows`
    /// rows, `pad` of them free above and below.
    pub fn new(min: f64, max: f64, top: i32, rows: i32, pad: i32) -> Self {
        let (min, max) = widen(min, max);
        let inner = f64::from((rows - 2 * pad).max(1));
        // Halves keep the span of the widest prices finite.
        let extra = (max / 2.0 - min / 2.0) / inner * f64::from(2 * pad);
        let limit = |value: f64| value.clamp(-f64::MAX, f64::MAX);
        Self { min: limit(min - extra), max: limit(max + extra), top, rows, log: false }
    }

    /// The same by decimal logarithms, for values above 0.
    pub fn logarithmic(min: f64, max: f64, top: i32, rows: i32, pad: i32) -> Self {
        Self { log: true, ..Self::new(libm::log10(min), libm::log10(max), top, rows, pad) }
    }

    /// The row of `value`, clamped to the scale.
    ///
    /// Here prices become pixels: `floor((max - value) / (max - min) * (rows - 1) + 0.5)`,
    /// so that a value half-way between two rows takes the lower one of the picture.
    pub fn row(&self, value: f64) -> i32 {
        let last = f64::from(self.rows - 1);
        self.top + floor((self.below_top(value) + 0.5).clamp(0.0, last))
    }

    /// The same for a value that may lie outside the scale.
    pub fn free_row(&self, value: f64) -> i32 {
        self.top + floor((self.below_top(value) + 0.5).clamp(-FAR, FAR))
    }

    /// The same in parts of a row, from the upper edge of the picture to the middle of the value's row.
    pub fn subrow(&self, value: f64) -> i32 {
        let rows = (self.below_top(value) + 0.5).clamp(-FAR, FAR);
        self.top * SUBPIXELS + floor(rows * f64::from(SUBPIXELS) + 0.5)
    }

    /// The same of a value that may lie very far away.
    pub fn far_subrow(&self, value: f64) -> i32 {
        let rows = (self.below_top(value) + 0.5).clamp(-FARTHEST, FARTHEST);
        self.top * SUBPIXELS + floor(rows * f64::from(SUBPIXELS) + 0.5)
    }

    /// The ends of a straight line's part that is not far away, from a column and a value to others, columns and rows in
    /// parts of a pixel; `None` where all of it is. To clamp an end that is would turn the line.
    ///
    /// A part is a pixel wide or more, so that it has columns to be drawn in; a line that needs less is as good as
    /// upright.
    pub fn near_part(&self, from: (i32, f64), to: (i32, f64)) -> Option<[(i32, i32); 2]> {
        let rows = |value: f64| (self.below_top(value) + 0.5).clamp(-f64::MAX / 4.0, f64::MAX / 4.0);
        let (a, b) = (rows(from.1), rows(to.1));
        let mut ends = [(from.0, self.subrow(from.1)), (to.0, self.subrow(to.1))];
        let is_far = [a, b].map(|row| row.abs() > FAR);
        if is_far == [false; 2] {
            return Some(ends);
        }
        if a.min(b) > FAR || a.max(b) < -FAR {
            return None;
        }
        let (x, wide) = (f64::from(from.0), f64::from(to.0) - f64::from(from.0));
        for (end, (row, is_far)) in ends.iter_mut().zip([a, b].into_iter().zip(is_far)) {
            if is_far {
                let along = (row.clamp(-FAR, FAR) - a) / (b - a);
                end.0 = floor(x + wide * along + 0.5).clamp(from.0, to.0);
            }
        }
        if ends[1].0 - ends[0].0 < SUBPIXELS {
            match is_far {
                [true, false] => ends[0].0 = ends[1].0 - SUBPIXELS,
                [false, true] => ends[1].0 = ends[0].0 + SUBPIXELS,
                _ => {
                    ends[0].0 = (ends[0].0 - SUBPIXELS / 2).min(to.0 - SUBPIXELS).max(from.0);
                    ends[1].0 = ends[0].0 + SUBPIXELS;
                }
            }
        }
        Some(ends)
    }

    /// The row of a value in parts of a row, if the scale has a place for it.
    pub fn place(&self, value: f64) -> Option<i32> {
        self.has_place(value).then(|| self.subrow(value))
    }

    /// Whether the scale has a place for a value: a log scale has none for 0 and below.
    pub fn has_place(&self, value: f64) -> bool {
        !self.log || value >= f64::MIN_POSITIVE
    }

    /// Rows from the topmost one down to `value`.
    fn below_top(&self, value: f64) -> f64 {
        // What has no logarithm lies below all that has one.
        let value = if self.log { libm::log10(value.max(f64::MIN_POSITIVE)) } else { value };
        // Halves keep the span of the widest prices finite.
        let share = (self.max / 2.0 - value / 2.0) / (self.max / 2.0 - self.min / 2.0);
        share * f64::from(self.rows - 1)
    }

    /// The values of the lowest and of the topmost row.
    pub fn ends(&self) -> (f64, f64) {
        if !self.log {
            return (self.min, self.max);
        }
        let value = |log: f64| libm::exp10(log).clamp(f64::MIN_POSITIVE, f64::MAX);
        (value(self.min), value(self.max))
    }

    /// How much value, or logarithm, lies between one row and the next.
    pub fn per_row(&self) -> f64 {
        (self.max / 2.0 - self.min / 2.0) / f64::from(self.rows.max(2) - 1) * 2.0
    }
}

/// `value.floor()` of a value far within an `i32`, without a call where the processor's own floor is not compiled in.
fn floor(value: f64) -> i32 {
    let whole = value as i32;
    whole - i32::from(f64::from(whole) > value)
}

/// Gives a span to equal values: a thousandth of the value to either side.
fn widen(min: f64, max: f64) -> (f64, f64) {
    let size = min.abs().max(max.abs());
    let least = size * LEAST_SPAN;
    if max / 2.0 - min / 2.0 > least {
        return (min, max);
    }
    let side = if size == 0.0 { 1.0 } else { (size / 1000.0).max(f64::MIN_POSITIVE) };
    ((min - side).max(-f64::MAX), (max + side).min(f64::MAX))
}

/// Where candles stand: pixel columns from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Columns {
    /// Left-most pixel column of the panel.
    pub left: i32,
    /// Pixel columns of the panel.
    pub width: i32,
    /// Candles.
    pub candles: i32,
    /// Places side by side: one a candle, or one a pixel column where
    /// there are more candles than columns.
    pub places: i32,
    /// Width of every body in pixels.
    pub body: i32,
    /// Width of every volume bar in pixels.
    pub bar: i32,
    /// Width of every wick in pixels.
    pub wick: i32,
}

impl Columns {
    /// `candles` places in `width` columns from `left` on, wicks of `stroke` pixels.
    /// The volume bars of bars with ticks to either side are as thin as a wick in narrow places.
    ///
    /// Bodies have the parity of their wicks, which stand in their middle.
    pub fn new(left: i32, width: i32, candles: i32, stroke: i32, ticks: bool) -> Self {
        let places = candles.min(width);
        let pitch = width / places;
        let body = match pitch {
            1 | 2 => 1,
            3 | 4 => 3,
            _ => pitch * 5 / 6,
        };
        let wick = stroke.min((body + 2) / 3);
        let body = if body > 2 && (body - wick) % 2 != 0 { body - 1 } else { body };
        let bar = match pitch {
            _ if ticks && pitch <= 4 => wick,
            // Bodies touch where they must, volume bars never do.
            3 => 2,
            1 | 2 => body,
            _ => (pitch - 1 - pitch / 12).max(body),
        };
        let bar = if pitch > 3 && (bar - body) % 2 != 0 { bar - 1 } else { bar };
        Self { left, width, candles, places, body, bar, wick }
    }

    /// The columns of a panel of `width` that `candles` places of one width leave over, if they are less than one place
    /// or than a 32nd of the panel.
    pub fn remainder(width: i32, candles: i32) -> i32 {
        let pitch = width / candles.max(1);
        let rest = width - pitch * candles;
        if pitch > 0 && rest < pitch.max(width / 32) { rest } else { 0 }
    }

    /// Whether wicks are as wide as their bodies.
    pub fn is_narrow(&self) -> bool {
        self.body == self.wick
    }

    /// The place of the candle at `index`.
    pub fn place_of(&self, index: i32) -> i32 {
        // Place `p` begins at candle `p * candles / places`: the last place that does so before the next candle.
        ((index + 1) * self.places - 1) / self.candles
    }

    /// The left-most pixel column of something `wide` pixels wide in the middle of `place`.
    pub fn x(&self, place: i32, wide: i32) -> i32 {
        self.beside_body(self.body_x(place), wide)
    }

    /// The left-most pixel column of a place's body.
    pub fn body_x(&self, place: i32) -> i32 {
        let middle = self.left + (2 * place + 1) * self.width / (2 * self.places);
        middle - self.body / 2
    }

    /// The same of something `wide` pixels wide in the middle of a body from column `body` on. Bodies and what belongs
    /// to them share their middle whatever its parity.
    pub fn beside_body(&self, body: i32, wide: i32) -> i32 {
        body + (self.body - wide).div_euclid(2)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_row_is_inside_and_greater_values_are_never_lower(
            a in -1e300..1e300_f64, b in -1e300..1e300_f64, c in -1e300..1e300_f64, rows in 1..9000_i32, pad in 0..50_i32,
        ) {
            let (min, max) = (a.min(b), a.max(b));
            let scale = Scale::new(min, max, 7, rows, pad);
            prop_assert!(scale.min <= min && max <= scale.max && scale.min < scale.max);
            let c = c.clamp(min, max);
            for value in [min, c, max] {
                prop_assert!((7..7 + rows).contains(&scale.row(value)));
            }
            prop_assert!(scale.row(max) <= scale.row(c) && scale.row(c) <= scale.row(min));
        }

        #[test]
        fn a_line_s_near_part_is_all_of_it_or_a_pixel_wide_or_more_and_on_it(
            a in -1e300..1e300_f64, b in -1e300..1e300_f64, near in -9e3..9e3_f64, by in 64..500_000_i32,
        ) {
            let scale = Scale::new(0.0, 100.0, 7, 300, 10);
            for (from, to) in [(a, b), (near, b), (a, near), (near, near / 2.0)] {
                let Some([start, end]) = scale.near_part((100, from), (100 + by, to)) else {
                    prop_assert!((from > 0.0) == (to > 0.0), "{} {}", from, to);
                    continue;
                };
                prop_assert!(100 <= start.0 && start.0 + SUBPIXELS <= end.0 && end.0 <= 100 + by);
                prop_assert_eq!((start.1, end.1), (scale.subrow(from), scale.subrow(to)));
                // Where it crosses the panel's middle, to a pixel: the share of 50 between the two values.
                if (from < 50.0) != (to < 50.0) {
                    let share = (25.0 - from / 2.0) / (to / 2.0 - from / 2.0);
                    let right = 100.0 + f64::from(by) * share;
                    let rows = f64::from(scale.subrow(50.0) - start.1) / f64::from(end.1 - start.1);
                    let found = f64::from(start.0) + rows * f64::from(end.0 - start.0);
                    prop_assert!((found - right).abs() <= f64::from(SUBPIXELS) + 1.0 + f64::from(by) / 1e4, "{} {}", found, right);
                }
            }
        }

        #[test]
        fn places_hold_all_candles_side_by_side_inside_the_panel(width in 1..8192_i32, candles in 2..2001_i32, stroke in 1..8_i32) {
            let columns = Columns::new(3, width, candles, stroke, stroke % 2 == 0);
            let places: Vec<i32> = (0..candles).map(|index| columns.place_of(index)).collect();
            prop_assert_eq!((places[0], places[places.len() - 1]), (0, columns.places - 1));
            prop_assert!(places.windows(2).all(|pair| (0..=1).contains(&(pair[1] - pair[0]))));
            prop_assert_eq!((columns.body - columns.wick) % 2, 0);
            let mut free_from = 3;
            for place in 0..columns.places {
                for wide in [columns.wick, columns.body, columns.bar] {
                    let x = columns.x(place, wide);
                    prop_assert!(x >= free_from && x + wide <= 3 + width, "place {} wide {} at {}", place, wide, x);
                }
                free_from = columns.x(place, columns.bar.max(columns.body)) + columns.bar.max(columns.body);
            }
        }
    }

    #[test]
    fn bodies_are_odd_with_wicks_in_their_middle() {
        for (pitch, body) in [(1, 1), (2, 1), (3, 3), (4, 3), (5, 3), (6, 5), (7, 5), (8, 5), (9, 7), (12, 9)]
        {
            let columns = Columns::new(0, pitch * 10, 10, 1, false);
            assert_eq!((columns.body, columns.wick), (body, 1), "{pitch}");
            let left = columns.x(4, columns.body);
            assert_eq!(columns.x(4, 1) - left, body / 2, "{pitch}");
            assert_eq!(columns.x(5, columns.body) - left, pitch);
        }
    }

    #[test]
    fn a_little_is_left_over_so_that_all_places_are_equally_wide() {
        assert_eq!(Columns::remainder(1207, 150), 7);
        assert_eq!(Columns::remainder(1237, 150), 37);
        assert_eq!(Columns::remainder(1239, 150), 0, "more than a 32nd");
        assert_eq!(Columns::remainder(100, 150), 0);
        assert_eq!(Columns::remainder(224, 56), 0);
    }

    #[test]
    fn floors_are_those_of_the_standard_library() {
        for value in [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, -1.0000001, 2.999_999, 19_999.5, -20_000.0, 1e9] {
            assert_eq!(floor(value), value.floor() as i32, "{value}");
        }
    }

    #[test]
    fn a_single_price_gets_a_span() {
        for price in [0.0, 1e-12, -5.0, 28_000.0, 1e15, f64::MAX] {
            let scale = Scale::new(price, price, 0, 101, 4);
            assert!(scale.min < scale.max, "{price}");
            assert!((40..=60).contains(&scale.row(price)) || price == f64::MAX, "{price}");
        }
    }
}
