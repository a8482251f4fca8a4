//! Checks that rows make a series of their interval: each time once, and as far apart as they should be.

use candles::Interval;
use readers::{RowFault, most_common};

use super::rows::{RefusedRows, Row, Rows};
use crate::error::Refusal;

/// Rows that can be stored.
#[derive(Debug)]
pub struct Checked {
    /// Sorted by time.
    pub rows: Vec<Row>,
    /// Rows that said again what another one had said.
    pub repeated: u64,
    /// How long after the interval's grid the candles open, in ms.
    pub offset: i64,
}

/// Sorts rows, and refuses those that cannot be stored.
///
/// `is_sparse` says that candles between may be missing in any pattern.
pub fn check(
    Rows { mut rows, is_proven }: Rows,
    is_sparse: bool,
    interval: &Interval,
    refused: &mut RefusedRows<'_>,
) -> Result<Checked, Refusal> {
    // The sort is stable, so that of two rows that are alike the first one's line is told.
    rows.sort_by_key(|row| row.candle.open_time);
    let repeated = refuse_contradictions(&mut rows, refused);
    if !is_proven {
        check_distance(&rows, is_sparse, interval)?;
    }
    let offset = refuse_offsets(&mut rows, interval, refused);
    Ok(Checked { rows, repeated, offset })
}

/// Refuses rows whose most common distance is not the interval's, nor a multiple where that may be.
fn check_distance(rows: &[Row], is_sparse: bool, interval: &Interval) -> Result<(), Refusal> {
    let step = |[a, b]: &[Row; 2]| b.candle.open_time.saturating_sub(a.candle.open_time);
    let apart = most_common(rows.array_windows().map(step).collect()).unwrap_or(interval.ms());
    let is_multiple = apart % interval.ms() == 0;
    if apart == interval.ms() || (is_multiple && is_sparse) {
        return Ok(());
    }
    Err(Refusal::Distance { apart, interval: interval.code().to_owned(), is_multiple })
}

/// How long after the interval's grid a candle opens, in ms.
pub fn offset(open_time: i64, interval: &Interval) -> i64 {
    open_time.saturating_sub(interval.grid_time(interval.grid_index(open_time)))
}

/// Keeps one row of those that say the same, and none of those that contradict each other. Returns how many were
/// repeated.
fn refuse_contradictions(rows: &mut Vec<Row>, refused: &mut RefusedRows<'_>) -> u64 {
    let open_time = |row: &Row| row.candle.open_time;
    if rows.is_sorted_by(|a, b| open_time(a) < open_time(b)) {
        return 0;
    }
    let (mut repeated, mut kept) = (0, Vec::with_capacity(rows.len()));
    for same_time in rows.chunk_by(|a, b| open_time(a) == open_time(b)) {
        let first = &same_time[0];
        let is_same = |row: &Row| row.same(first, 0);
        let Some(other) = same_time.iter().find(|row| !is_same(row)) else {
            repeated += same_time.len() as u64 - 1;
            kept.push(*first);
            continue;
        };
        for row in same_time {
            let line = if is_same(row) { other.line } else { first.line };
            refused.add(row.line, &RowFault::Contradiction { open_time: open_time(first), line });
        }
    }
    *rows = kept;
    repeated
}

/// Keeps rows that lie a whole number of intervals from each other. Returns how far they lie off the grid.
fn refuse_offsets(rows: &mut Vec<Row>, interval: &Interval, refused: &mut RefusedRows<'_>) -> i64 {
    let offset_of = |row: &Row| offset(row.candle.open_time, interval);
    let usual = most_common(rows.iter().map(offset_of).collect()).unwrap_or(0);
    rows.retain(|row| {
        let fits = offset_of(row) == usual;
        if !fits {
            let (open_time, interval) = (row.candle.open_time, interval.code().to_owned());
            refused.add(row.line, &RowFault::OffGrid { open_time, interval });
        }
        fits
    });
    usual
}
