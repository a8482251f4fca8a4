//! The error type of this crate.

/// Why a value was refused. A scene is drawn without any.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A colour that is not `#rrggbb`.
    #[error("colour {0:?} is not of the form #rrggbb")]
    Color(String),
}
