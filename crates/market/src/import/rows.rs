//! One candle to be stored, and what exchanges publish beside it.

pub use readers::{SeriesRow as Row, offset};
