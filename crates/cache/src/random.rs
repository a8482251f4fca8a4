//! [`random`]: a number that is another one each time.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A random number, from the keys that the standard library gets of the operating system.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
