//! Whether rows make a series of their interval: in order, each time once, and as far apart as they should be.

use readers::{interval_code, most_common};
use render_core::{Interval, format_utc};

use super::row::{Row, Rows};

/// What was found besides what was refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Judged {
    /// Rows that said again what another one had said.
    pub repeated: u64,
    /// How long after the interval's grid the candles open, in ms.
    pub offset: i64,
}

/// Sorts rows and leaves those that can be stored. The error refuses all of them.
///
/// `is_sparse` says that candles between may be missing in any pattern.
pub fn judge(
    Rows { rows, proven, .. }: &mut Rows,
    is_sparse: bool,
    interval: &Interval,
    refuse: &mut dyn FnMut(u64, &str),
) -> Result<Judged, String> {
    if !rows.is_sorted_by_key(|row| row.open_time) {
        // Stable, so that of two alike the first one's line is told.
        rows.sort_by_key(|row| row.open_time);
    }
    let repeated = refuse_contradictions(rows, refuse);
    if !*proven {
        check_step(rows, is_sparse, interval)?;
    }
    Ok(Judged { repeated, offset: refuse_offsets(rows, interval, refuse) })
}

/// Refuses rows whose most common distance is not the interval's, nor a multiple where that may be.
fn check_step(rows: &[Row], is_sparse: bool, interval: &Interval) -> Result<(), String> {
    let steps = rows.windows(2).map(|two| two[1].open_time.saturating_sub(two[0].open_time)).collect();
    let Some(usual) = most_common(steps).filter(|&usual| usual != interval.ms()) else {
        return Ok(());
    };
    let is_multiple = usual % interval.ms() == 0;
    if is_multiple && is_sparse {
        return Ok(());
    }
    let (apart, code) = (interval_code(usual.max(1)), interval.code());
    let or_sparse = if is_multiple { ", or --sparse if those between are missing" } else { "" };
    Err(format!("its candles are {apart} apart, not {code}; give their interval by --interval{or_sparse}"))
}

/// How long after the interval's grid a candle opens, in ms.
pub fn offset(open_time: i64, interval: &Interval) -> i64 {
    open_time.saturating_sub(interval.grid_time(interval.grid_index(open_time)))
}

/// Leaves one row of those that say the same; none of those that contradict each other.
fn refuse_contradictions(rows: &mut Vec<Row>, refuse: &mut dyn FnMut(u64, &str)) -> u64 {
    if rows.is_sorted_by(|a, b| a.open_time < b.open_time) {
        return 0;
    }
    let (mut repeated, mut kept) = (0, Vec::with_capacity(rows.len()));
    for same_time in rows.chunk_by(|a, b| a.open_time == b.open_time) {
        let first = &same_time[0];
        match same_time.iter().find(|row| !row.values.same(&first.values)) {
            None => {
                repeated += same_time.len() as u64 - 1;
                kept.push(*first);
            }
            Some(other) => {
                let at = format_utc(first.open_time);
                for row in same_time {
                    let against = if row.values.same(&first.values) { other.line } else { first.line };
                    refuse(
                        row.line,
                        &format!("another candle of {at} than in line {against}; neither is taken"),
                    );
                }
            }
        }
    }
    *rows = kept;
    repeated
}

/// Leaves rows that lie a whole number of intervals from each other; gives how far they lie off the grid.
fn refuse_offsets(rows: &mut Vec<Row>, interval: &Interval, refuse: &mut dyn FnMut(u64, &str)) -> i64 {
    let offset_of = |row: &Row| offset(row.open_time, interval);
    let Some(first) = rows.first().map(offset_of) else {
        return 0;
    };
    if rows.iter().all(|row| offset_of(row) == first) {
        return first;
    }
    let usual = most_common(rows.iter().map(offset_of).collect()).unwrap_or(0);
    rows.retain(|row| {
        let fits = offset_of(row) == usual;
        if !fits {
            let (at, code) = (format_utc(row.open_time), interval.code());
            refuse(row.line, &format!("opens at {at}, between two candles of {code}"));
        }
        fits
    });
    usual
}
