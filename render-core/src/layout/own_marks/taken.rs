//! Which pixels of a panel are taken, so that arrows and texts find free ones in time that does not grow with what is
//! already there.

use raster::Rect;

/// A bit a pixel, row by row.
#[derive(Debug)]
pub(super) struct Taken {
    rect: Rect,
    /// Words a row.
    stride: usize,
    bits: Vec<u64>,
}

impl Default for Taken {
    fn default() -> Self {
        Self { rect: Rect::new(0, 0, 0, 0), stride: 0, bits: Vec::new() }
    }
}

impl Taken {
    /// Begins with a panel of which nothing is taken.
    pub fn start(&mut self, rect: Rect) {
        self.rect = rect;
        self.stride = (rect.w.max(0) as usize).div_ceil(64);
        self.bits.clear();
        self.bits.resize(self.stride * rect.h.max(0) as usize, 0);
    }

    pub fn take(&mut self, rect: Rect) {
        let part = rect.within(self.rect);
        let first = (part.y - self.rect.y) as usize * self.stride;
        for (word, mask) in self.words(part) {
            let rows = self.bits.iter_mut().skip(first + word).step_by(self.stride);
            rows.take(part.h as usize).for_each(|bits| *bits |= mask);
        }
    }

    /// Whether all of a rectangle lies in the panel and none of it is taken.
    pub fn is_free(&self, rect: Rect) -> bool {
        rect.within(self.rect) == rect
            && self.rows(rect).all(|(mut rows, mask)| rows.all(|bits| bits & mask == 0))
    }

    /// The first and the last row of a rectangle's part in the panel that have taken pixels.
    pub fn taken_rows(&self, rect: Rect) -> Option<(i32, i32)> {
        let part = rect.within(self.rect);
        let mut found: Option<(i32, i32)> = None;
        for (rows, mask) in self.rows(part) {
            let mut rows = rows.zip(part.y..).filter(|(bits, _)| *bits & mask != 0).map(|(_, row)| row);
            if let Some(upper) = rows.next() {
                let lower = rows.last().unwrap_or(upper);
                let (top, bottom) = found.unwrap_or((upper, lower));
                found = Some((top.min(upper), bottom.max(lower)));
            }
        }
        found
    }

    /// The words that hold some of a rectangle in the panel, from its first row to its last, and which of their bits those
    /// are.
    fn rows(&self, part: Rect) -> impl Iterator<Item = (impl Iterator<Item = u64> + '_, u64)> + '_ {
        let first = (part.y - self.rect.y) as usize * self.stride;
        self.words(part).map(move |(word, mask)| {
            let rows = self.bits.iter().skip(first + word).step_by(self.stride);
            (rows.take(part.h as usize).copied(), mask)
        })
    }

    /// The words of each row that hold some of a rectangle in the panel, and which of their bits those are.
    fn words(&self, part: Rect) -> impl Iterator<Item = (usize, u64)> + use<> {
        let (from, until) = ((part.x - self.rect.x) as usize, (part.right() - self.rect.x) as usize);
        let words = if from < until && part.h > 0 { from / 64..until.div_ceil(64) } else { 0..0 };
        words.map(move |word| {
            let begin = u64::MAX << from.saturating_sub(word * 64);
            let end = (word * 64 + 64).saturating_sub(until);
            (word, begin & (u64::MAX >> end))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rect() -> impl Strategy<Value = Rect> {
        (-20..220_i32, -5..30_i32, 0..150_i32, 0..12_i32).prop_map(|(x, y, w, h)| Rect::new(x, y, w, h))
    }

    proptest! {
        #[test]
        fn what_is_taken_is_what_rectangles_cover(
            all in proptest::collection::vec(rect(), 0..6), asked in rect(), wide in 1..200_i32,
        ) {
            let panel = Rect::new(3, 2, wide, 20);
            let mut taken = Taken::default();
            // What was taken of another panel is forgotten.
            taken.start(Rect::new(0, 0, 90, 25));
            taken.take(Rect::new(0, 0, 90, 25));
            taken.start(panel);
            all.iter().for_each(|rect| taken.take(*rect));
            let covers = |row: i32| {
                let asked = asked.within(Rect { y: row, h: 1, ..asked }).within(panel);
                all.iter().any(|rect| { let both = rect.within(asked); both.w > 0 && both.h > 0 })
            };
            let rows: Vec<i32> = (asked.y..asked.bottom()).filter(|row| covers(*row)).collect();
            prop_assert_eq!(taken.taken_rows(asked), rows.first().copied().zip(rows.last().copied()));
            prop_assert_eq!(taken.is_free(asked), asked.within(panel) == asked && rows.is_empty());
        }
    }
}
