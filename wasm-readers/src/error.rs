//! The one error type of this crate.

/// Why a text gives no candles, or a file no picture.
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
    /// Bytes that are no PNG that can be read.
    #[error("this is no PNG that can be read: {0}")]
    Png(String),
}
