//! Marked columns of a row, one bit each.

use crate::raster::ground::set;

/// The columns of a row in which veils may look another way than above.
#[derive(Debug, Default)]
pub(super) struct Marks {
    words: Vec<u64>,
    /// The words that may have marks.
    first: usize,
    last: usize,
}

impl Marks {
    pub fn clear(&mut self, width: usize) {
        self.words.clear();
        self.words.resize(width.div_ceil(64), 0);
        (self.first, self.last) = (self.words.len(), 0);
    }

    /// Marks columns that are given from left to right.
    pub fn set_each(&mut self, columns: impl DoubleEndedIterator<Item = u16> + Clone) {
        let (Some(first), Some(last)) = (columns.clone().next(), columns.clone().next_back()) else { return };
        self.first = self.first.min(usize::from(first / 64));
        self.last = self.last.max(usize::from(last / 64));
        columns.for_each(|x| self.words[usize::from(x / 64)] |= 1 << (x % 64));
    }

    pub fn set(&mut self, (start, end): (u16, u16)) {
        self.first = self.first.min(usize::from(start / 64));
        self.last = self.last.max(usize::from((end - 1) / 64));
        set(&mut self.words, start..end);
    }

    /// Takes the marks left of `x` away, and gives the columns that had them, from left to right.
    pub fn take_before(&mut self, x: u16, columns: &mut Vec<(u16, u16)>) {
        columns.clear();
        let words = self.last.min(usize::from((x.max(1) - 1) / 64)) + 1;
        for word in self.first..words.min(self.words.len()) {
            let first = 64 * word as u16;
            let below = if x - first >= 64 { u64::MAX } else { (1 << (x - first)) - 1 };
            let mut bits = self.words[word] & below;
            self.words[word] &= !below;
            while bits != 0 {
                let start = bits.trailing_zeros();
                let len = (bits >> start).trailing_ones();
                bits &= !(u64::MAX >> (64 - len) << start);
                let (start, end) = (first + start as u16, first + (start + len) as u16);
                match columns.last_mut() {
                    Some(last) if last.1 == start => last.1 = end,
                    _ => columns.push((start, end)),
                }
            }
        }
        // The word of `x` may have marks right of it.
        let word = usize::from(x / 64);
        if word > self.last {
            (self.first, self.last) = (self.words.len(), 0);
        } else {
            self.first = self.first.max(word);
        }
    }
}
