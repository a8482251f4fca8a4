//! The system clock, which decides which intervals are over and what `created_utc` says.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since the Unix epoch.
pub fn now() -> i64 {
    let since = |earlier: SystemTime, later: SystemTime| {
        later.duration_since(earlier).ok().and_then(|past| i64::try_from(past.as_millis()).ok())
    };
    let now = SystemTime::now();
    since(UNIX_EPOCH, now).or_else(|| since(now, UNIX_EPOCH).map(|before| -before)).unwrap_or(i64::MAX)
}
