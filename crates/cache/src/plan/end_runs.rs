//! [`EndRuns`]: the ends of a series as evenly spaced runs, which take little memory if candles come regularly.

use std::ops::Range;

/// Ends in the order of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndRuns(Vec<Run>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    first: i64,
    step: i64,
    count: u64,
}

impl Run {
    fn at(&self, number: u64) -> Option<i64> {
        self.first.checked_add(self.step.checked_mul(i64::try_from(number).ok()?)?)
    }
}

impl EndRuns {
    /// Adds an end after all others.
    pub fn push(&mut self, end: i64) {
        if let Some(run) = self.0.last_mut() {
            if run.count == 1
                && let Some(step) = end.checked_sub(run.first)
            {
                (run.step, run.count) = (step, 2);
                return;
            }
            if run.at(run.count) == Some(end) {
                run.count += 1;
                return;
            }
        }
        self.0.push(Run { first: end, step: 0, count: 1 });
    }

    pub fn count(&self) -> u64 {
        self.0.iter().map(|run| run.count).sum()
    }

    /// The ends of these numbers, from 0.
    pub fn slice(&self, range: Range<u64>) -> impl Iterator<Item = i64> {
        let mut before = 0;
        self.0.iter().flat_map(move |run| {
            let first = range.start.saturating_sub(before).min(run.count);
            let last = range.end.saturating_sub(before).min(run.count);
            before += run.count;
            (first..last).filter_map(|number| run.at(number))
        })
    }

    /// The bytes that a digest of the ends is made of.
    pub fn words(&self) -> impl Iterator<Item = [u8; 8]> {
        let words = |run: &Run| [run.first.to_le_bytes(), run.step.to_le_bytes(), run.count.to_le_bytes()];
        self.0.iter().flat_map(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_come_out_as_they_went_in_and_even_ones_are_one_run() {
        let even: Vec<i64> = (0..1000).map(|n| n * 3600 - 5).collect();
        let odd = [i64::MIN, -7, 0, 1, 2, 3, 10, 20, 30, 31, i64::MAX];
        for (ends, runs) in [(&even[..], 1), (&odd[..], 5), (&[], 0), (&[4], 1)] {
            let mut all = EndRuns::default();
            ends.iter().for_each(|&end| all.push(end));
            assert!(all.0.len() <= runs, "{all:?}");
            assert_eq!(all.count(), ends.len() as u64);
            for range in [0..ends.len(), 1..ends.len().max(1), 3..7.min(ends.len()).max(3)] {
                let numbers = range.start as u64..range.end as u64;
                let there = ends.get(range.clone()).unwrap_or_default();
                assert_eq!(all.slice(numbers).collect::<Vec<_>>(), there, "{range:?}");
            }
            assert_eq!(all.slice(ends.len() as u64..u64::MAX).next(), None);
        }
    }
}
