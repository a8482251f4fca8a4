//! Coverage of a path: how much of each pixel lies within, in 255ths.
//!
//! Each pixel is 4 rows of 4 columns. An outline becomes lines in fixed point, and where they cross
//! a row says which columns of it lie within. All numbers are those of tiny-skia's anti-aliased
//! `Mask::fill_path`, which the tests compare with: it cannot be had without its pipeline of
//! colours, a seventh of what the page's module may have.

use tiny_skia::{Path, PathSegment};

/// Rows and columns of a pixel: 4 each.
const SHIFT: i32 = 2;
/// Rows and columns have 64 parts, and slopes 65,536.
const PARTS: f32 = 256.0;
/// A curve is at most two to the power of this many lines.
const MOST_HALVINGS: i32 = 6;

/// Column and row, in pixels.
type Point = (f32, f32);
/// The same in parts of a row or column.
type Fixed = (i32, i32);

/// A line that crosses the middles of rows.
#[derive(Debug)]
struct Line {
    /// The first row.
    first: i32,
    /// The row after the last one.
    end: i32,
    /// Where it crosses the first row, in 65,536ths of a column, and how far it goes in each row.
    x: i32,
    slope: i32,
    /// 1 downwards and -1 upwards.
    winding: i32,
}

impl Line {
    /// The line between two points, the upper one first; nothing where it crosses no row.
    fn new((x0, y0): Fixed, (x1, y1): Fixed, winding: i32) -> Option<Self> {
        let [first, end] = [y0, y1].map(row);
        (first < end).then(|| {
            let slope = (i64::from(x1 - x0) << 16) / i64::from(y1 - y0);
            let slope = slope.clamp(i32::MIN.into(), i32::MAX.into());
            let down = i64::from((first << 6) + 32 - y0);
            Self { first, end, x: (x0 + ((slope * down) >> 16) as i32) << 10, slope: slope as i32, winding }
        })
    }
}

/// The first row whose middle is at this height or below it.
fn row(y: i32) -> i32 {
    (y + 32) >> 6
}

fn fixed((x, y): Point) -> Fixed {
    ((x * PARTS) as i32, (y * PARTS) as i32)
}

/// The coverage of each pixel of a picture of this size, which the path lies in. A cubic curve counts as a line: no
/// glyph has one.
pub(crate) fn coverage(path: &Path, width: usize, height: usize) -> Vec<u8> {
    let mut outline = Outline::default();
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(to) => outline.move_to((to.x, to.y)),
            PathSegment::LineTo(to) | PathSegment::CubicTo(_, _, to) => outline.line_to((to.x, to.y)),
            PathSegment::QuadTo(control, to) => outline.quad_to((control.x, control.y), (to.x, to.y)),
            PathSegment::Close => outline.close(),
        }
    }
    outline.coverage(width, height)
}

/// An outline, contour after contour.
#[derive(Debug, Default)]
struct Outline {
    lines: Vec<Line>,
    /// Where the contour began.
    start: Point,
    /// Where it has come to.
    at: Point,
}

impl Outline {
    /// Begins a contour.
    fn move_to(&mut self, to: Point) {
        (self.start, self.at) = (to, to);
    }

    fn line_to(&mut self, to: Point) {
        let (from, down) = (fixed(self.at), fixed(to));
        let (upper, lower, winding) = if from.1 > down.1 { (down, from, -1) } else { (from, down, 1) };
        self.lines.extend(Line::new(upper, lower, winding));
        self.at = to;
    }

    fn quad_to(&mut self, control: Point, to: Point) {
        let (from, (_, middle)) = (self.at, control);
        let (before, after) = (from.1 - middle, middle - to.1);
        let turns = before == 0.0 || if before < 0.0 { after > 0.0 } else { after < 0.0 };
        match turns.then(|| share(before, before - after)) {
            None => self.rising([from, control, to]),
            // Where it turns, it is cut, so that each part only rises or falls.
            Some(Some(share)) => {
                let between = |a: Point, b: Point| (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share);
                let (first, second) = (between(from, control), between(control, to));
                let turn = between(first, second);
                self.rising([from, (first.0, turn.1), turn]);
                self.rising([turn, (second.0, turn.1), to]);
            }
            Some(None) => {
                let middle = if before.abs() < after.abs() { from.1 } else { to.1 };
                self.rising([from, (control.0, middle), to]);
            }
        }
        self.at = to;
    }

    /// Ends a contour where it began.
    fn close(&mut self) {
        self.line_to(self.start);
    }

    /// A curve that only rises or falls, as lines of equal shares of it.
    fn rising(&mut self, points: [Point; 3]) {
        let [from, control, to] = points.map(fixed);
        let (from, to, winding) = if from.1 > to.1 { (to, from, -1) } else { (from, to, 1) };
        let halvings = halvings(from, control, to);
        let (mut at, mut steps) = ([0; 2], [0; 2]);
        let mut bends = [0; 2];
        for (axis, [a, b, c]) in
            [[from.0, control.0, to.0], [from.1, control.1, to.1]].into_iter().enumerate()
        {
            // Half of what the curve bends by.
            let bend = (a - b - b + c) << 9;
            at[axis] = a << 10;
            steps[axis] = ((b - a) << 10) + (bend >> halvings);
            bends[axis] = bend >> (halvings - 1);
        }
        let point = |[x, y]: [i32; 2]| (x >> 10, y >> 10);
        for left in (0..1 << halvings).rev() {
            let old = at;
            if left == 0 {
                at = [to.0 << 10, to.1 << 10];
            } else {
                for axis in 0..2 {
                    at[axis] += steps[axis] >> (halvings - 1);
                    steps[axis] += bends[axis];
                }
            }
            self.lines.extend(Line::new(point(old), point(at), winding));
        }
    }

    /// The coverage of each pixel of a picture of this size, which the outline lies in.
    fn coverage(&self, width: usize, height: usize) -> Vec<u8> {
        let mut coverage = vec![0; width * height];
        let mut crossings: Vec<(i32, i32)> = Vec::new();
        for y in 0..(height << SHIFT) as i32 {
            crossings.clear();
            for line in self.lines.iter().filter(|line| (line.first..line.end).contains(&y)) {
                let crossing = (line.x + line.slope * (y - line.first), line.winding);
                // They are few, and code that sorts many would be a hundredth of the page's module.
                crossings.insert(crossings.partition_point(|&other| other < crossing), crossing);
            }
            // The four rows of a pixel that is wholly within are 255.
            let full = if y & 3 == 3 { 63 } else { 64 };
            let pixels = &mut coverage[(y >> SHIFT) as usize * width..][..width];
            let (mut winding, mut left) = (0, 0);
            for &(x, turn) in &crossings {
                let x = ((x + 0x8000) >> 16) as usize;
                if winding == 0 {
                    left = x;
                }
                winding += turn;
                if winding == 0 && left < x {
                    cover(pixels, left, x, full);
                }
            }
        }
        coverage
    }
}

/// Covers columns of a row of pixels: each column of a pixel is 16, and all of them `full`.
fn cover(pixels: &mut [u8], start: usize, end: usize, full: u8) {
    let mut add = |pixel: usize, part: usize| {
        let sum = usize::from(pixels[pixel]) + part;
        // 256 is 255.
        pixels[pixel] = (sum - (sum >> 8)) as u8;
    };
    let (first, last) = (start >> SHIFT, end >> SHIFT);
    let (before, after) = (start & 3, end & 3);
    if first == last {
        add(first, (after - before) << 4);
        return;
    }
    if before > 0 {
        add(first, (4 - before) << 4);
    }
    for pixel in first + usize::from(before > 0)..last {
        add(pixel, full.into());
    }
    if after > 0 {
        add(last, after << 4);
    }
}

/// `part` of `whole`, where that is above 0 and below 1.
fn share(part: f32, whole: f32) -> Option<f32> {
    let (part, whole) = if part < 0.0 { (-part, -whole) } else { (part, whole) };
    let share = (whole != 0.0 && part != 0.0 && part < whole).then(|| part / whole);
    share.filter(|&share| share > 0.0 && share < 1.0)
}

/// How often a curve is halved until its parts are nearly lines, at least once.
fn halvings(from: Fixed, control: Fixed, to: Fixed) -> i32 {
    let bend = |a: i32, b: i32, c: i32| (((b << 1) - a - c) >> 2).abs();
    let (x, y) = (bend(from.0, control.0, to.0), bend(from.1, control.1, to.1));
    let distance = x.max(y) + (x.min(y) >> 1);
    let distance = (distance + (1 << (2 + SHIFT))) >> (3 + SHIFT);
    ((32 - distance.leading_zeros() as i32) >> 1).clamp(1, MOST_HALVINGS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tiny_skia::{FillRule, Mask, PathBuilder, Transform};

    use super::*;

    const SIDE: u32 = 24;

    /// One of the 16 columns of a pixel, the last of which counts less. Lines that cross in a row, or are nearly level,
    /// may be taken in another order or end a column apart; no glyph has such.
    const COLUMN: u8 = 16;

    /// A line, or a curve by its control.
    type Step = (Option<Point>, Point);

    fn path(contours: &[(Point, Vec<Step>)]) -> Option<Path> {
        let mut path = PathBuilder::new();
        for ((x, y), steps) in contours {
            path.move_to(*x, *y);
            for &(control, (x, y)) in steps {
                match control {
                    None => path.line_to(x, y),
                    Some((x1, y1)) => path.quad_to(x1, y1, x, y),
                }
            }
            path.close();
        }
        path.finish()
    }

    fn theirs(path: &Path) -> Vec<u8> {
        let mut mask = Mask::new(SIDE, SIDE).expect("a size");
        mask.fill_path(path, FillRule::Winding, true, Transform::identity());
        mask.data().to_vec()
    }

    /// Contours that share points are left out: which of two lines in one place comes first decides about a 255th.
    fn point() -> impl Strategy<Value = Point> {
        let side = SIDE as f32;
        (0.0..side, 0.0..side)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_outline_is_covered_as_tiny_skia_covers_it(
            contours in prop::collection::vec(
                (point(), prop::collection::vec((prop::option::of(point()), point()), 2..6)), 1..4)
        ) {
            if let Some(path) = path(&contours) {
                let ours = coverage(&path, SIDE as usize, SIDE as usize);
                let theirs = theirs(&path);
                let worst = ours.iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b)).max();
                prop_assert!(worst <= Some(COLUMN), "{worst:?}");
            }
        }
    }
}
