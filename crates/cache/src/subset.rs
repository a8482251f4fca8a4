//! [`Subset`]: the part of all entries that a partial verify looks at.

use std::hash::{BuildHasher, Hasher, RandomState};

use render_core::Digest;

/// Which entries a partial verify looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Subset {
    /// One of several parts that are all entries together. Each part is the same every time.
    Part {
        /// The number of the part, from 1 to `parts`.
        part: u64,
        /// How many parts there are.
        parts: u64,
    },
    /// A share of all entries in per cent, from 0 to 100. They are other ones each time.
    Share(f64),
}

/// Picks the entries of a subset; all, if there is none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SubsetFilter {
    subset: Option<Subset>,
    /// Decides which entries a share consists of.
    seed: u64,
}

impl SubsetFilter {
    pub fn new(subset: Option<Subset>) -> Self {
        Self { subset, seed: random() }
    }

    /// Whether the picture at this path, or its row, is looked at.
    pub fn includes(&self, path: &str) -> bool {
        // Any hash that spreads well would do. For parts it must be the same everywhere.
        let hash = |seed: u64| {
            let digest = Digest::of(&[&seed.to_le_bytes(), path.as_bytes()].concat());
            let (words, _) = digest.as_bytes().as_chunks();
            u64::from_le_bytes(words[0])
        };
        match self.subset {
            None => true,
            Some(Subset::Part { part, parts }) => hash(0) % parts.max(1) + 1 == part,
            Some(Subset::Share(share)) => (hash(self.seed) as f64) < share / 100.0 * u64::MAX as f64,
        }
    }
}

/// A random number, from the keys that the standard library gets of the operating system.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
