//! How far after their interval's grid the candles of a series open.

use std::collections::BTreeMap;

use candles::Interval;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// As many offsets are told apart.
const MOST_OFFSETS: usize = 10_000;

/// The offsets of a series' candles, as they are counted.
#[derive(Debug)]
pub struct OffsetCounts<'a> {
    interval: &'a Interval,
    counts: BTreeMap<i64, u64>,
    all: u64,
}

/// How far after the interval's grid candles may open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offsets {
    /// Where most of them open, in ms.
    pub usual: i64,
    others: Vec<i64>,
}

impl<'a> OffsetCounts<'a> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(interval: &'a Interval) -> Self {
        Self { interval, counts: BTreeMap::new(), all: 0 }
    }

    /// Counts a candle.
    pub fn see(&mut self, open_time: i64) {
        self.all += 1;
        if self.counts.len() < MOST_OFFSETS {
            *self.counts.entry(offset(open_time, self.interval)).or_default() += 1;
        }
    }

    /// Most candles open at one offset. Those of some hours open at others too, in winter and in summer.
    #[must_use]
    pub fn settle(self) -> Offsets {
        let Self { interval, counts, all } = self;
        let usual = counts.iter().rev().max_by_key(|(_, count)| **count).map_or(0, |(offset, _)| *offset);
        let shifts = interval.months().is_none() && interval.ms() > HOUR && interval.ms() < DAY;
        let is_other = |(offset, count): (i64, u64)| {
            let is_hours = shifts && (offset - usual) % HOUR == 0;
            (offset != usual && is_hours && count >= 3 && count * 100 >= all).then_some(offset)
        };
        Offsets { usual, others: counts.into_iter().filter_map(is_other).collect() }
    }
}

impl Offsets {
    /// Whether a candle of the series may open then.
    #[must_use]
    pub fn admit(&self, open_time: i64, interval: &Interval) -> bool {
        let own = offset(open_time, interval);
        own == self.usual || self.others.contains(&own)
    }
}

/// How long after the interval's grid a candle opens, in ms.
#[must_use]
pub fn offset(open_time: i64, interval: &Interval) -> i64 {
    open_time.saturating_sub(interval.grid_time(interval.grid_index(open_time)))
}
