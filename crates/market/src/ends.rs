//! Which ends a series has, and which of them are asked for.

use candles::{Interval, in_calendar};
use serde::Serialize;

use crate::{
    error::{MOST_MISSING, SeriesError},
    filter::Filter,
};

/// The ends of one series that a run selects.
#[derive(Debug)]
pub struct Ends<'a> {
    interval: &'a Interval,
    /// First end.
    start: i64,
    /// No end at or after this: the filter's end, or where intervals are not over yet.
    until: i64,
    stride: i64,
}

/// Steps of the interval between two candles, inside the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The open time of the first missing candle.
    pub first: i64,
    /// How many candles are missing.
    pub count: u64,
}

/// What a series holds inside the filter, known before its first picture is rendered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Survey {
    /// Candles inside the filter.
    pub candles: u64,
    /// Gaps that have ends inside the filter.
    pub gaps: u64,
    /// Candles that are missing in them.
    pub missing_candles: u64,
    /// Ends that are selected, gaps' ends included.
    pub ends: u64,
    /// Those of them that no file name can show; each is refused alone.
    pub strays: u64,
    #[serde(skip)]
    first_stray: Option<i64>,
    /// The first end that a file name can show.
    pub first_end: Option<i64>,
    /// The last of them.
    pub last_end: Option<i64>,
    /// The gaps, as far as a message can list them.
    pub listed: Vec<Gap>,
    /// The length of the interval, ms.
    pub step: i64,
}

/// Gaps that are listed; a source with more of them has other troubles.
const MOST_LISTED: usize = 1 << 20;

impl Gap {
    /// The open time of the last missing candle, where they are `step` ms apart.
    #[must_use]
    pub fn last(&self, step: i64) -> i64 {
        let steps = i64::try_from(self.count.saturating_sub(1)).unwrap_or(i64::MAX);
        self.first.saturating_add(step.saturating_mul(steps))
    }
}

impl<'a> Ends<'a> {
    /// The ends that `filter` selects at the time `now`: an end whose interval is not over by then is none.
    #[must_use]
    pub fn new(interval: &'a Interval, filter: &Filter, now: i64) -> Self {
        let over = now.saturating_sub(interval.ms()).saturating_add(1);
        Self { interval, start: filter.start, until: filter.end.min(over), stride: i64::from(filter.stride) }
    }

    /// Whether an end at `at` is asked for.
    #[must_use]
    pub fn selects(&self, at: i64) -> bool {
        (self.start..self.until).contains(&at) && self.interval.grid_index(at).rem_euclid(self.stride) == 0
    }

    /// Whether no end lies at or after `at`.
    #[must_use]
    pub fn is_past(&self, at: i64) -> bool {
        at >= self.until
    }

    /// The first end that `at`, the open time of a candle after all ends, adds once its interval and those before it are over.
    #[must_use]
    pub fn first_unfinished(&self, before: Option<i64>, at: i64) -> Option<i64> {
        let later = Self { start: self.until.max(self.start), until: i64::MAX, ..*self };
        let gap = before.and_then(|before| later.gap(before, at));
        // A gap without an end on the stride's grid that is this long has other troubles.
        let in_gap = gap.and_then(|gap| {
            let first = Gap { count: gap.count.min(MOST_MISSING), ..gap };
            later.selected_in(first).next()
        });
        in_gap.or_else(|| Some(at).filter(|&at| later.selects(at)))
    }

    /// The ends between two neighbours, wherever they lie in the range of `i64`.
    #[must_use]
    pub fn gap(&self, before: i64, after: i64) -> Option<Gap> {
        // In 128 bits none of this can overflow.
        let (ms, before) = (i128::from(self.interval.ms()), i128::from(before));
        let last_step = (i128::from(after) - before - 1).div_euclid(ms);
        let first = (i128::from(self.start) - before + ms - 1).div_euclid(ms).max(1);
        let last = (i128::from(self.until) - 1 - before).div_euclid(ms).min(last_step);
        let count = u64::try_from(last - first + 1).ok().filter(|&count| count > 0)?;
        Some(Gap { first: i64::try_from(before + first * ms).ok()?, count })
    }

    /// The selected ends of a gap, oldest first.
    pub fn selected_in(&self, gap: Gap) -> impl Iterator<Item = i64> {
        let ms = self.interval.ms();
        (0..gap.count)
            .map_while(move |step| gap.first.checked_add(ms.checked_mul(i64::try_from(step).ok()?)?))
            .filter(|&at| self.selects(at))
    }
}

/// Whether no file name can show an end.
#[must_use]
pub fn is_stray(at: i64) -> bool {
    at.rem_euclid(1000) != 0 || !in_calendar(at)
}

impl Survey {
    /// Counts a candle and the gap before it; refuses gaps of absurd length.
    pub(crate) fn add(
        &mut self,
        ends: &Ends<'_>,
        before: Option<i64>,
        open_time: i64,
    ) -> Result<(), SeriesError> {
        self.step = ends.interval.ms();
        if let Some(gap) = before.and_then(|before| ends.gap(before, open_time)) {
            self.gaps += 1;
            if self.listed.len() < MOST_LISTED {
                self.listed.push(gap);
            }
            self.missing_candles = self.missing_candles.saturating_add(gap.count);
            if self.missing_candles > MOST_MISSING {
                return Err(SeriesError::Gaps(gap.first));
            }
            for at in ends.selected_in(gap) {
                self.add_end(at);
            }
        }
        if ends.selects(open_time) {
            self.add_end(open_time);
        }
        Ok(())
    }

    /// Refuses a series most of whose ends no file name can show: its open times are no milliseconds.
    pub(crate) fn check(&self) -> Result<(), SeriesError> {
        match self.first_stray {
            Some(at) if self.strays > self.ends / 2 => Err(SeriesError::Stray(at)),
            _ => Ok(()),
        }
    }

    fn add_end(&mut self, at: i64) {
        self.ends += 1;
        if is_stray(at) {
            self.strays += 1;
            self.first_stray.get_or_insert(at);
            return;
        }
        self.first_end.get_or_insert(at);
        self.last_end = Some(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(start: i64, end: i64, stride: u32) -> Filter {
        Filter { start, end, stride, ..Filter::default() }
    }

    #[test]
    fn a_gap_has_an_end_at_every_step_between_its_neighbours() {
        let interval = Interval::new("1s", 1000).expect("valid");
        let all = Ends::new(&interval, &filter(i64::MIN, i64::MAX, 1), i64::MAX);
        assert_eq!(all.gap(0, 1000), None);
        assert_eq!(all.gap(0, 500), None);
        assert_eq!(all.gap(0, 1001), Some(Gap { first: 1000, count: 1 }));
        assert_eq!(all.gap(0, 4000), Some(Gap { first: 1000, count: 3 }));
        let some = Ends::new(&interval, &filter(2000, 3001, 3), i64::MAX);
        let gap = some.gap(0, 9000).expect("a gap");
        assert_eq!(gap, Gap { first: 2000, count: 2 });
        assert_eq!(some.selected_in(gap).collect::<Vec<_>>(), [3000]);
    }

    #[test]
    fn open_times_at_the_edges_of_the_range_overflow_nothing() {
        let interval = Interval::new("x", i64::MAX).expect("valid");
        for times in [(i64::MIN, i64::MAX), (i64::MIN, i64::MIN + 1), (i64::MAX - 1, i64::MAX)] {
            for now in [i64::MIN, 0, i64::MAX] {
                let ends = Ends::new(&interval, &filter(i64::MIN, i64::MAX, u32::MAX), now);
                if let Some(gap) = ends.gap(times.0, times.1) {
                    assert!(ends.selected_in(gap).count() < 3);
                }
            }
        }
    }

    #[test]
    fn an_end_whose_interval_is_not_over_is_none() {
        let interval = Interval::new("1s", 1000).expect("valid");
        let ends = Ends::new(&interval, &filter(i64::MIN, i64::MAX, 1), 5000);
        assert!(ends.selects(4000) && !ends.selects(4001) && ends.is_past(4001));
    }

    #[test]
    fn a_gap_of_absurd_length_is_refused() {
        let interval = Interval::new("1s", 1000).expect("valid");
        let ends = Ends::new(&interval, &filter(i64::MIN, i64::MAX, 1), i64::MAX);
        assert!(Survey::default().add(&ends, Some(0), 20_000_000_000).is_err());
    }
}
