//! The system clock, which decides which intervals are over and what `created_utc` says.

use std::time::{Duration, UNIX_EPOCH};

/// Milliseconds since the Unix epoch.
pub fn now() -> i64 {
    let ms = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    UNIX_EPOCH.elapsed().map_or_else(|before| -ms(before.duration()), ms)
}
