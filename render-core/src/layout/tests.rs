//! Layout under random specs and candles, and what it falls back to.

pub(crate) mod arbitrary;
mod properties;
