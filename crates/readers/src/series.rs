//! From rows in any order to the candles of a series.

mod offsets;
mod row;

use candles::{Candle, Interval};

use crate::{Error, RowFault};

pub use offsets::{OffsetCounts, Offsets, offset};
pub use row::{Meeting, SeriesRow};

/// Candles in order, each open time once.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The candles, oldest first.
    pub candles: Vec<Candle>,
    /// Whether the rows stood in another order.
    pub sorted: bool,
    /// Rows that said again what another one had said.
    pub repeated: usize,
    /// Rows that were read before their candles were over, which another row completes.
    pub completed: usize,
}

impl Series {
    /// Sorts the rows of one text, and takes one of each time. `unit` is what they are counted in, as
    /// [`Format::unit`](crate::Format::unit) has it; a known `interval` tells which of them open between two candles.
    ///
    /// # Errors
    /// Where two rows of one open time contradict each other, a row opens between two candles, or there is none.
    pub fn new(
        mut rows: Vec<SeriesRow>,
        interval: Option<&Interval>,
        unit: &'static str,
    ) -> Result<Self, Error> {
        if rows.is_empty() {
            return Err(Error::NoRows);
        }
        let sorted = !rows.is_sorted_by_key(|row| row.candle.open_time);
        // In the order of lines where they are of one time.
        rows.sort_by_key(|row| (row.candle.open_time, row.line));
        if let Some(interval) = interval {
            check_offsets(&rows, interval, unit)?;
        }
        let mut series = Self { candles: Vec::with_capacity(rows.len()), sorted, repeated: 0, completed: 0 };
        for rows in rows.chunk_by(|a, b| a.candle.open_time == b.candle.open_time) {
            let mut kept = rows[0];
            for row in &rows[1..] {
                kept = match kept.meet(row, |_| true) {
                    Meeting::Repeated(both) => {
                        series.repeated += 1;
                        both
                    }
                    Meeting::Completed(whole) => {
                        series.completed += 1;
                        whole
                    }
                    Meeting::Contradiction => {
                        let fault = RowFault::Contradiction {
                            open_time: row.candle.open_time,
                            unit,
                            line: kept.line,
                        };
                        return Err(Error::Row { unit, line: row.line, fault });
                    }
                };
            }
            series.candles.push(kept.over(None).candle);
        }
        Ok(series)
    }
}

fn check_offsets(rows: &[SeriesRow], interval: &Interval, unit: &'static str) -> Result<(), Error> {
    let mut counts = OffsetCounts::new(interval);
    rows.iter().for_each(|row| counts.see(row.candle.open_time));
    let offsets = counts.settle();
    match rows.iter().find(|row| !offsets.admit(row.candle.open_time, interval)) {
        Some(row) => {
            let fault =
                RowFault::OffGrid { open_time: row.candle.open_time, interval: interval.code().to_owned() };
            Err(Error::Row { unit, line: row.line, fault })
        }
        None => Ok(()),
    }
}

/// The distance in ms that most neighbours have, the smallest of equals; `None` for fewer than two candles.
#[must_use]
pub fn usual_step(candles: &[Candle]) -> Option<i64> {
    most_common(candles.windows(2).map(|pair| pair[1].open_time.saturating_sub(pair[0].open_time)).collect())
}

/// The number that is there most often, the smallest of equals.
#[must_use]
pub fn most_common(mut steps: Vec<i64>) -> Option<i64> {
    steps.sort_unstable();
    let runs = steps.chunk_by(|a, b| a == b);
    // Of runs of one length the last one wins, so the smallest comes last.
    runs.rev().max_by_key(|run| run.len()).map(|run| run[0])
}

#[cfg(test)]
mod tests;
