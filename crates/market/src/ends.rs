//! Which ends a series has, and which of them are asked for.

use candles::{Calendar, Interval, in_calendar};
use serde::Serialize;

use crate::{
    error::{MOST_MISSING, SeriesError},
    filter::Filter,
};

/// The ends of one series that a run selects.
#[derive(Debug)]
pub struct Ends<'a> {
    interval: &'a Interval,
    /// Which steps between two candles are ends.
    calendar: Calendar,
    /// First end.
    start: i64,
    /// No end at or after this: the filter's end, or where intervals are not over yet.
    until: i64,
    stride: i64,
}

/// Steps of the interval between two candles, inside the filter, that the calendar expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The open time of the first missing candle.
    pub first: i64,
    /// The open time of the last one.
    pub last: i64,
    /// How many candles are missing.
    pub count: u64,
    /// The candle before it.
    #[serde(skip)]
    before: i64,
    /// The numbers of the steps after that candle, from the first on, up to but not including the last.
    #[serde(skip)]
    steps: (i64, i64),
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
}

/// Gaps that are listed; a source with more of them has other troubles.
const MOST_LISTED: usize = 1 << 20;

impl<'a> Ends<'a> {
    /// The ends that `filter` selects at the time `now`: an end whose interval is not over by then is none.
    #[must_use]
    pub fn new(interval: &'a Interval, filter: &Filter, now: i64) -> Self {
        let until = filter.end.min(interval.first_unfinished(now));
        let (calendar, stride) = (Calendar::default(), i64::from(filter.stride));
        Self { interval, calendar, start: filter.start, until, stride }
    }

    /// The same, where the series has this calendar.
    #[must_use]
    pub fn with_calendar(self, calendar: Calendar) -> Self {
        Self { calendar, ..self }
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
        let most = usize::try_from(MOST_MISSING).unwrap_or(usize::MAX);
        let in_gap = gap.and_then(|gap| later.times(gap).take(most).find(|&at| later.selects(at)));
        in_gap.or_else(|| Some(at).filter(|&at| later.selects(at)))
    }

    /// The ends between two neighbours, wherever they lie in the range of `i64`.
    #[must_use]
    pub fn gap(&self, before: i64, after: i64) -> Option<Gap> {
        let between = self.interval.steps_between(before, after);
        if between < 1 {
            return None;
        }
        let first = self.interval.steps_to(before, self.start).max(1);
        let until = self.interval.steps_to(before, self.until).min(between.saturating_add(1));
        let (count, steps) = self.expected(before, first, until);
        let (first, last) = steps?;
        let at = |step| self.interval.plus(before, step);
        Some(Gap {
            first: at(first)?,
            last: at(last)?,
            count,
            before,
            steps: (first, last.saturating_add(1)),
        })
    }

    /// How many candles the calendar expects between two neighbours, whatever is selected.
    #[must_use]
    pub fn missing(&self, before: i64, after: i64) -> u64 {
        let between = self.interval.steps_between(before, after);
        if between < 1 { 0 } else { self.expected(before, 1, between.saturating_add(1)).0 }
    }

    /// Whether the calendar expects a candle at `at` between two neighbours.
    #[must_use]
    pub fn is_expected(&self, before: i64, after: i64, at: i64) -> bool {
        let step = self.interval.steps_to(before, at);
        (1..=self.interval.steps_between(before, after)).contains(&step)
            && self.interval.plus(before, step) == Some(at)
            && self.calendar.expects(self.interval, at)
    }

    /// How many of these steps are expected, and the first and the last of them. Of absurdly many, some are counted.
    fn expected(&self, before: i64, first: i64, until: i64) -> (u64, Option<(i64, i64)>) {
        let (mut count, mut steps) = (0_u64, None);
        for run in self.calendar.runs(self.interval, before, first..until) {
            count = count.saturating_add(run.start.abs_diff(run.end));
            let (first, _) = *steps.get_or_insert((run.start, run.end));
            steps = Some((first, run.end - 1));
            if count > MOST_MISSING {
                break;
            }
        }
        (count, steps)
    }

    /// The selected ends of a gap, oldest first.
    pub fn selected_in(&self, gap: Gap) -> impl Iterator<Item = i64> {
        self.times(gap).filter(|&at| self.selects(at))
    }

    /// The times of a gap, oldest first.
    fn times(&self, Gap { before, steps: (first, until), .. }: Gap) -> impl Iterator<Item = i64> {
        let runs = self.calendar.runs(self.interval, before, first..until);
        runs.flatten().map_while(move |step| self.interval.plus(before, step))
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
mod tests;
