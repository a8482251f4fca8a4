//! Layout under random specs and candles, and what it falls back to.

mod fallbacks;
mod pixels;
mod properties;
