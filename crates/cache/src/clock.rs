//! [`Clock`]: the time during a run, from the time at its start.

use std::time::Instant;

/// A clock that the caller sets at the start of a run, since this crate never asks for the time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    start: i64,
    since: Instant,
}

impl Clock {
    /// A clock that shows `now`, in ms since the epoch.
    pub fn at(now: i64) -> Self {
        Self { start: now, since: Instant::now() }
    }

    /// The time in ms since the epoch, cut to whole seconds.
    pub fn seconds(&self) -> i64 {
        let passed = i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.start.saturating_add(passed).div_euclid(1000).saturating_mul(1000)
    }
}
