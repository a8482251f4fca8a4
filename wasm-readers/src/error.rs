//! The one error type of this crate.

/// Why a text gives no candles and no table of one's own.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be read.
    #[error(transparent)]
    Readers(#[from] readers::Error),
    /// It lacks columns.
    #[error(transparent)]
    NoColumn(#[from] readers::NoColumn),
    /// Its interval cannot be used.
    #[error(transparent)]
    Candles(#[from] candles::Error),
    /// It has no series of that number.
    #[error("there is no series {0}")]
    NoSeries(usize),
}
