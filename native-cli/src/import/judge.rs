//! Whether rows make a series of their interval: in order, each time once, and as far apart as they should be.

use render_core::{
    Interval, format_utc,
    ohlcv::{interval_code, most_common},
};

use super::row::Row;

/// How improbable a stretch of like steps must be before it counts as another interval: rarer than once in so many files.
const RARE: f64 = 1e-6;

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
/// Where nothing has `proven` the interval, it must be the distance that most neighbours have.
pub fn judge(
    rows: &mut Vec<Row>,
    proven: bool,
    interval: &Interval,
    refuse: &mut dyn FnMut(u64, &str),
) -> Result<Judged, String> {
    if !rows.is_sorted_by_key(|row| row.open_time) {
        // Stable, so that of two alike the first one's line is told.
        rows.sort_by_key(|row| row.open_time);
    }
    let repeated = refuse_contradictions(rows, refuse);
    let steps = if proven { Vec::new() } else { steps(rows) };
    if let Some(usual) = most_common(steps.clone()).filter(|&usual| usual != interval.ms())
        // One long step between two candles is a gap.
        && (usual % interval.ms() != 0 || steps.iter().filter(|&&step| step == usual).count() > 1)
    {
        return Err(format!(
            "its candles are {} apart, not {}; give their interval by --interval",
            interval_code(usual.max(1)),
            interval.code()
        ));
    }
    let offset = refuse_offsets(rows, interval, refuse);
    if !proven {
        refuse_stretches(rows, interval, refuse);
    }
    Ok(Judged { repeated, offset })
}

/// How long after the interval's grid a candle opens, in ms.
pub fn offset(open_time: i64, interval: &Interval) -> i64 {
    open_time.saturating_sub(interval.grid_time(interval.grid_index(open_time)))
}

fn steps(rows: &[Row]) -> Vec<i64> {
    rows.windows(2).map(|pair| pair[1].open_time.saturating_sub(pair[0].open_time)).collect()
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

/// Leaves out stretches whose neighbours all lie the same multiple of the interval apart: candles of a
/// coarser interval. Gaps come alone, or are of any length; a stretch counts where gaps as frequent
/// as these would hardly ever make one as long.
fn refuse_stretches(rows: &mut Vec<Row>, interval: &Interval, refuse: &mut dyn FnMut(u64, &str)) {
    let steps = steps(rows);
    if steps.iter().all(|&step| step == interval.ms()) {
        return;
    }
    let mut sorted = steps.clone();
    sorted.sort_unstable();
    let share = |step: i64| {
        let count =
            sorted.partition_point(|&other| other <= step) - sorted.partition_point(|&other| other < step);
        count as f64 / sorted.len() as f64
    };
    let (mut at, mut coarse) = (0, vec![false; rows.len()]);
    for stretch in steps.chunk_by(|a, b| a == b) {
        let (step, from) = (stretch[0], at);
        at += stretch.len();
        let length = i32::try_from(stretch.len()).unwrap_or(i32::MAX);
        if step > interval.ms() && sorted.len() as f64 * share(step).powi(length) < RARE {
            // The candles at its ends may be of either interval.
            coarse[from..=at].fill(true);
        }
    }
    let mut coarse = coarse.into_iter();
    let why = |row: &Row| {
        format!(
            "opens at {}, in a stretch of candles further apart than {}",
            format_utc(row.open_time),
            interval.code()
        )
    };
    rows.retain(|row| {
        let is_coarse = coarse.next().unwrap_or(false);
        if is_coarse {
            refuse(row.line, &why(row));
        }
        !is_coarse
    });
}
