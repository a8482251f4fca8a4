//! What open times alone tell of their interval.

use candles::Interval;

use super::{IntervalDoubt, SeriesFacts};

/// The code of the interval that candles of these open times, which rise, lie apart.
///
/// ```
/// let times = [0, 3_600_000, 7_200_000, 18_000_000];
/// assert_eq!(readers::interval_of(times).as_deref(), Ok("1h"));
/// ```
///
/// # Errors
/// Where the times do not tell it.
pub fn interval_of(times: impl IntoIterator<Item = i64>) -> Result<String, IntervalDoubt> {
    facts(times).interval()
}

/// Refuses an interval that candles of these open times, which rise, are not of. Candles may be missing between.
///
/// # Errors
/// [`IntervalDoubt::Distance`] or [`IntervalDoubt::Mixed`].
pub fn check_interval(
    times: impl IntoIterator<Item = i64>,
    interval: &Interval,
) -> Result<(), IntervalDoubt> {
    facts(times).check(interval.code(), interval.ms(), true)
}

fn facts(times: impl IntoIterator<Item = i64>) -> SeriesFacts {
    let mut facts = SeriesFacts::new(0);
    times.into_iter().for_each(|at| facts.see_sorted(at));
    facts.end_run();
    facts
}
