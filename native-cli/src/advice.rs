//! Errors of the libraries as the command line prints them: what is wrong, and what flags or commands help.
//!
//! The libraries say only what is wrong, since they know no flags. Advice stands here and nowhere else.

mod cache;
mod dataset;
mod draw;
mod market;
mod own;
mod spec;
mod store;

pub use self::cache::{Context, cache, series, settle_hint};
pub use self::dataset::{dataset, left_out};
pub use self::draw::no_picture;
pub use self::market::{import, market, row};
pub use self::own::{boxed, given_by, idle, not_given, outside};
pub use self::spec::{look_alike, spec};
pub use self::store::store;

/// How many pictures span missing candles, and what leaves them out.
pub fn across_gaps(pictures: u64) -> String {
    format!("Windows across gaps: {pictures}; --max-gap 0 leaves them out")
}
