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

impl Taken {
    pub fn new(rect: Rect) -> Self {
        let stride = (rect.w.max(0) as usize).div_ceil(64);
        Self { rect, stride, bits: vec![0; stride * rect.h.max(0) as usize] }
    }

    pub fn take(&mut self, rect: Rect) {
        let part = rect.within(self.rect);
        for row in part.y..part.bottom() {
            for (word, mask) in self.words(part, row) {
                self.bits[word] |= mask;
            }
        }
    }

    /// Whether all of a rectangle lies in the panel and none of it is taken.
    pub fn is_free(&self, rect: Rect) -> bool {
        rect.within(self.rect) == rect && (rect.y..rect.bottom()).all(|row| !self.has(rect, row))
    }

    /// The first and the last row of a rectangle's part in the panel that have taken pixels.
    pub fn taken_rows(&self, rect: Rect) -> Option<(i32, i32)> {
        let part = rect.within(self.rect);
        let mut rows = part.y..part.bottom();
        let first = rows.find(|row| self.has(part, *row))?;
        Some((first, rows.rev().find(|row| self.has(part, *row)).unwrap_or(first)))
    }

    fn has(&self, part: Rect, row: i32) -> bool {
        self.words(part, row).any(|(word, mask)| self.bits[word] & mask != 0)
    }

    /// The words of a row that hold some of a rectangle that is not empty and lies in the panel, and which bits those are.
    fn words(&self, part: Rect, row: i32) -> impl Iterator<Item = (usize, u64)> + use<> {
        let row = (row - self.rect.y) as usize * self.stride;
        let (from, until) = ((part.x - self.rect.x) as usize, (part.right() - self.rect.x) as usize);
        let words = if from < until { from / 64..until.div_ceil(64) } else { 0..0 };
        words.map(move |word| {
            let begin = u64::MAX << from.saturating_sub(word * 64);
            let end = (word * 64 + 64).saturating_sub(until);
            (row + word, begin & (u64::MAX >> end))
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
            let mut taken = Taken::new(panel);
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
