//! The name of what is traded.

use std::fmt;

use crate::error::{Error, check_name};

/// The name of what is traded, such as `BTCUSDT`: 1 to 100 of `A-Z a-z 0-9 . _ -`, no leading dot.
///
/// It becomes part of file names and paths, so nothing else is let in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(String);

impl Symbol {
    /// Checks a name.
    ///
    /// # Errors
    /// [`Error::Name`] where the name cannot be part of a file name.
    pub fn new(name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        Self::check(&name).map(|()| Self(name))
    }

    /// Checks a name without taking it.
    ///
    /// # Errors
    /// As [`Symbol::new`].
    pub fn check(name: &str) -> Result<(), Error> {
        check_name("symbol", name)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_leave_the_folder_are_refused() {
        for name in ["", ".", "..", "../../etc", "a/b", "a b", ".hidden", "ü", "a\0"] {
            assert!(Symbol::new(name).is_err(), "{name:?}");
        }
        assert_eq!(Symbol::new("BRK.B_x-1").expect("valid").as_str(), "BRK.B_x-1");
    }
}
