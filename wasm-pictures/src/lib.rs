//! What a page is given, as a wasm module: [`Picture`] has the pixels of a PNG. Pages that compare no picture never load it.
#![forbid(unsafe_code)]

mod error;
mod picture;

pub use error::Error;
pub use picture::Picture;
