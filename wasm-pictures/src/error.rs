//! The one error type of this crate.

/// Why a file gives no picture.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Bytes that are no PNG that can be read.
    #[error("this is no PNG that can be read: {0}")]
    Png(String),
}
