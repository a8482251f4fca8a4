//! [`Shard`]: one of several equal parts of a plan, and [`Shards`], a set of them.

pub(crate) mod index;
pub(crate) mod marker;
pub(crate) mod run;

use std::{
    collections::BTreeSet,
    fmt,
    num::NonZeroU32,
    ops::Range,
    path::{Path, PathBuf},
};

/// The most shards of a plan: more than any engine runs, but few enough to list them all.
pub const MOST_SHARDS: u32 = 1_000_000;

/// One shard of a plan. It is written as `3/8`: the fourth of eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// The shard's number, from 0.
    pub index: u32,
    /// How many shards the plan has.
    pub of: NonZeroU32,
}

/// Some shards of a plan. They are written as `0-2,5/8`: the first three and the sixth of eight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shards {
    /// How many shards the plan has.
    pub of: NonZeroU32,
    /// The numbers of those that are meant, from 0.
    pub indexes: BTreeSet<u32>,
}

impl Shard {
    /// The shard's ends, by their numbers in a plan with `ends` ends. The sizes of shards differ by one at most.
    #[must_use]
    pub fn range(self, ends: u64) -> Range<u64> {
        let of = u128::from(self.of.get());
        // The quotient is at most `ends`, which fits.
        let at = |index: u128| u64::try_from(u128::from(ends) * index / of).unwrap_or(ends);
        let index = u128::from(self.index);
        at(index)..at(index + 1)
    }

    /// All shards of a plan that has `of` shards.
    pub fn all(of: NonZeroU32) -> impl Iterator<Item = Self> {
        (0..of.get()).map(move |index| Self { index, of })
    }

    /// The shard that an index is named after by [`file_name`](Self::file_name).
    #[must_use]
    pub fn named_by(index: &Path) -> Option<Self> {
        let name = index.file_name()?.to_str()?;
        name.split('.').rev().find_map(|part| {
            let (index, of) = part.split_once("-of-")?;
            let (index, of): (u32, NonZeroU32) = (index.parse().ok()?, of.parse().ok()?);
            (index < of.get()).then_some(Self { index, of })
        })
    }

    /// The usual name of the shard's index, made from the name of the index of all.
    #[must_use]
    pub fn file_name(self, whole: &Path) -> PathBuf {
        let mut name = whole.file_stem().unwrap_or_default().to_owned();
        name.push(format!(".{}-of-{}", self.index, self.of));
        if let Some(extension) = whole.extension() {
            name.push(".");
            name.push(extension);
        }
        whole.with_file_name(name)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl Shards {
    /// Understands what [`Display`](fmt::Display) writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (list, of) = text.split_once('/')?;
        let of = of.parse().ok().filter(|of: &NonZeroU32| of.get() <= MOST_SHARDS)?;
        let mut indexes = BTreeSet::new();
        for part in list.split(',').filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
            if last >= of.get() {
                return None;
            }
            indexes.extend(first..=last);
        }
        Some(Self { of, indexes })
    }

    /// Whether all shards are among these.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.indexes.len() == self.of.get() as usize
    }

    /// The shards that are not among these.
    #[must_use]
    pub fn missing(&self) -> Self {
        let indexes = (0..self.of.get()).filter(|index| !self.indexes.contains(index)).collect();
        Self { of: self.of, indexes }
    }
}

impl fmt::Display for Shards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut indexes = self.indexes.iter().copied().peekable();
        let mut separator = "";
        while let Some(first) = indexes.next() {
            let mut last = first;
            while let Some(next) = indexes.next_if(|next| *next == last + 1) {
                last = next;
            }
            write!(f, "{separator}{first}")?;
            if last > first {
                write!(f, "-{last}")?;
            }
            separator = ",";
        }
        write!(f, "/{}", self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_contiguous_whole_and_even() {
        for (ends, of) in [(0, 1), (1, 7), (6, 7), (7, 7), (1000, 7), (u64::MAX, u32::MAX)] {
            let of = NonZeroU32::new(of).expect("not 0");
            let mut next = 0;
            for shard in Shard::all(of).take(8) {
                let range = shard.range(ends);
                assert_eq!(range.start, next);
                let length = range.end - range.start;
                assert!(length.abs_diff(ends / u64::from(of.get())) <= 1, "{shard} of {ends}");
                next = range.end;
            }
            let last = Shard { index: of.get() - 1, of };
            assert_eq!(last.range(ends).end, ends);
        }
    }

    #[test]
    fn a_set_is_written_shortly_and_read_again() {
        for text in ["/8", "0/1", "0-2,5/8", "1,3,5-7/8"] {
            let set = Shards::parse(text).expect(text);
            assert_eq!(set.to_string(), text);
        }
        let set = Shards::parse("0-2,5/8").expect("a set");
        assert_eq!((set.is_complete(), set.missing().to_string().as_str()), (false, "3-4,6-7/8"));
        for text in ["8/8", "1", "a/8", "1-9/8", "1/0"] {
            assert!(Shards::parse(text).is_none(), "{text}");
        }
    }
}
