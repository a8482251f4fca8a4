//! From rows in any order to the candles of a series.

use candles::Candle;

use crate::{Error, Row, RowFault};

/// Candles in order, each open time once.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The candles, oldest first.
    pub candles: Vec<Candle>,
    /// Whether the rows stood in another order.
    pub sorted: bool,
    /// Rows that said again what another one had said.
    pub repeated: usize,
}

impl Series {
    /// Sorts rows and drops those that are there twice.
    ///
    /// # Errors
    /// Where two rows of one open time contradict each other, or there is none.
    pub fn new(mut rows: Vec<Row>) -> Result<Self, Error> {
        if rows.is_empty() {
            return Err(Error::NoRows);
        }
        let sorted = !rows.is_sorted_by_key(|row| row.candle.open_time);
        if sorted {
            rows.sort_by_key(|row| row.candle.open_time);
        }
        let count = rows.len();
        rows.dedup_by(|row, before| row.candle == before.candle);
        let open_time = |row: &Row| row.candle.open_time;
        if let Some([first, other]) = rows.array_windows().find(|[a, b]| open_time(a) == open_time(b)) {
            let fault = RowFault::Contradiction { open_time: open_time(first), line: first.line };
            return Err(fault.at(other.line));
        }
        let repeated = count - rows.len();
        Ok(Self { candles: rows.into_iter().map(|row| row.candle).collect(), sorted, repeated })
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
