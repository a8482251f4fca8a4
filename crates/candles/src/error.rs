//! The error type of this crate.

/// Why a constructor refused its input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A symbol or interval code cannot be part of a file name.
    #[error("{what} {name:?} cannot name a file: use 1 to 100 of A-Z a-z 0-9 . _ - and no leading dot")]
    Name {
        /// `symbol` or `interval`.
        what: &'static str,
        /// The name as it was given.
        name: String,
    },
    /// A code is none of the usual ones.
    #[error("{0:?} is no interval; write 15m, 4h, 1d, 1w or 1M")]
    IntervalCode(String),
    /// An interval's length is zero or negative.
    #[error("interval {code:?} has a length of {ms} ms; it must be above 0")]
    IntervalLength {
        /// The interval's code.
        code: String,
        /// Its length in milliseconds.
        ms: i64,
    },
}

/// Refuses names that could lead out of a picture's folder or surprise a shell.
pub(crate) fn check_name(what: &'static str, name: &str) -> Result<(), Error> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if name.is_empty() || name.len() > 100 || name.starts_with('.') || !name.bytes().all(plain) {
        return Err(Error::Name { what, name: name.to_owned() });
    }
    Ok(())
}
