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
mod tests {
    use super::*;

    fn filter(start: i64, end: i64, stride: u32) -> Filter {
        Filter { start, end, stride, ..Filter::default() }
    }

    /// First, last and count of a gap.
    fn gap(ends: &Ends<'_>, before: i64, after: i64) -> Option<(i64, i64, u64)> {
        ends.gap(before, after).map(|gap| (gap.first, gap.last, gap.count))
    }

    #[test]
    fn a_gap_has_an_end_at_every_step_between_its_neighbours() {
        let interval = Interval::new("1s", 1000).expect("valid");
        let all = Ends::new(&interval, &filter(i64::MIN, i64::MAX, 1), i64::MAX);
        assert_eq!(gap(&all, 0, 1000), None);
        assert_eq!(gap(&all, 0, 500), None);
        assert_eq!(gap(&all, 0, 1001), Some((1000, 1000, 1)));
        assert_eq!(gap(&all, 0, 4000), Some((1000, 3000, 3)));
        let some = Ends::new(&interval, &filter(2000, 3001, 3), i64::MAX);
        assert_eq!(gap(&some, 0, 9000), Some((2000, 3000, 2)));
        let gap = some.gap(0, 9000).expect("a gap");
        assert_eq!(some.selected_in(gap).collect::<Vec<_>>(), [3000]);
        assert_eq!((some.missing(0, 9000), some.missing(0, 1000)), (8, 0));
        assert!(all.is_expected(0, 3000, 2000));
        assert!([0, 1, 3000, 4000].iter().all(|&at| !all.is_expected(0, 3000, at)));
    }

    #[test]
    fn a_gap_holds_what_the_calendar_expects_and_nothing_else() {
        const DAY: i64 = 86_400_000;
        let interval = Interval::new("1d", DAY).expect("valid");
        // The epoch was a Thursday: days 2 and 3 are the first weekend, 9 and 10 the second.
        let ends = |start, end, calendar| {
            Ends::new(&interval, &filter(start * DAY, end * DAY, 1), i64::MAX).with_calendar(calendar)
        };
        let weekdays = ends(0, 100, Calendar::Weekdays);
        assert_eq!(gap(&weekdays, DAY, 4 * DAY), None);
        assert_eq!(gap(&weekdays, 0, 5 * DAY), Some((DAY, 4 * DAY, 2)));
        assert_eq!(gap(&weekdays, 4 * DAY, 11 * DAY), Some((5 * DAY, 8 * DAY, 4)));
        let long = weekdays.gap(0, 12 * DAY).expect("a gap");
        let days: Vec<i64> = weekdays.selected_in(long).map(|at| at / DAY).collect();
        assert_eq!((long.count, days), (7, vec![1, 4, 5, 6, 7, 8, 11]));
        assert!(weekdays.is_expected(0, 12 * DAY, 4 * DAY) && !weekdays.is_expected(0, 12 * DAY, 3 * DAY));
        // Inside a filter that begins and ends on a weekend.
        assert_eq!(gap(&ends(3, 10, Calendar::Weekdays), 0, 12 * DAY), Some((4 * DAY, 8 * DAY, 5)));
        assert_eq!(gap(&ends(2, 4, Calendar::Weekdays), 0, 12 * DAY), None);
        assert_eq!(gap(&ends(0, 100, Calendar::Observed), 0, 90 * DAY), None);
        assert_eq!(ends(0, 100, Calendar::Observed).missing(0, 90 * DAY), 0);
        assert_eq!(ends(0, 1, Calendar::Weekdays).missing(0, 12 * DAY), 7);
        let mut survey = Survey::default();
        survey.add(&weekdays, None, 0).expect("counted");
        survey.add(&weekdays, Some(0), 12 * DAY).expect("counted");
        assert_eq!((survey.ends, survey.gaps, survey.missing_candles), (9, 1, 7));
        let absurd = Interval::new("1s", 1000).expect("valid");
        let absurd = Ends::new(&absurd, &filter(i64::MIN, i64::MAX, 1), i64::MAX);
        let absurd = absurd.with_calendar(Calendar::Weekdays);
        assert!(Survey::default().add(&absurd, Some(0), i64::MAX).is_err());
    }

    #[test]
    fn a_month_without_a_candle_is_a_gap_and_one_that_is_not_over_is_no_end() {
        let month = Interval::parse("1M").expect("valid");
        let [january, march, june] =
            ["2024-01-01", "2024-03-01", "2024-06-01"].map(|text| candles::parse_utc(text).expect(text));
        let ends = |now| Ends::new(&month, &filter(i64::MIN, i64::MAX, 1), now);
        assert_eq!(ends(i64::MAX).gap(january, march).map(|gap| gap.count), Some(1));
        let long = ends(i64::MAX).gap(january, june).expect("a gap");
        assert_eq!((long.count, long.last), (4, month.plus(january, 4).expect("a time")));
        let over = month.end(march);
        assert!(!ends(over - 1).selects(march) && ends(over - 1).is_past(march));
        assert!(ends(over).selects(march) && !ends(over).is_past(march));
        // Every second month of the grid, which has an even number.
        let every_second = Ends::new(&month, &filter(i64::MIN, i64::MAX, 2), i64::MAX);
        assert_eq!(every_second.selected_in(long).count(), 2);
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
