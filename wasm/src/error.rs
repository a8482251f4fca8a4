//! The one error type of this crate.

/// Why a picture was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The core refused the input.
    #[error(transparent)]
    Core(#[from] render_core::Error),
    /// There is no such spec.
    #[error(transparent)]
    Spec(#[from] render_core::SpecError),
    /// A symbol or interval cannot be used.
    #[error(transparent)]
    Candles(#[from] candles::Error),
    /// An array of candles is not made of whole rows.
    #[error("{0} numbers are not rows of 6: open_time, open, high, low, close, volume")]
    Rows(usize),
    /// A JavaScript number that cannot be a time or a duration in whole milliseconds.
    #[error("{what} {value} is not a whole number of milliseconds below 2^53")]
    Milliseconds {
        /// What the number was given as.
        what: String,
        /// The number.
        value: f64,
    },
    /// A series has fewer candles up to an end than a window.
    #[error("short history: the window has {drawn} candles, and only {there} are there up to its end")]
    History {
        /// Candles of a window.
        drawn: usize,
        /// Candles up to its end.
        there: usize,
    },
    /// A mark cannot be used.
    #[error("{place}: {why}")]
    Mark {
        /// Where it was found, or its place in the list.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// A request ends before its header does.
    #[error("the request of {0} bytes ends before its header does")]
    Short(usize),
    /// A request's header is not the JSON object it should be.
    #[error("request header: {0}")]
    Header(String),
    /// The bytes after a request's header are not whole candles.
    #[error("{0} bytes of candles are not records of 48")]
    Records(usize),
}
