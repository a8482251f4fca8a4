//! Whether rows make a series of their interval: in order, each time once, and as far apart as they should be.

use render_core::{
    Interval, format_utc,
    ohlcv::{interval_code, most_common},
};

use super::row::{Row, is_published};

/// How improbable a stretch of like steps must be before it is remarkable: rarer than once in so many files.
const RARE: f64 = 1e-6;

/// What was found besides what was refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// Rows that said again what another one had said.
    pub repeated: u64,
    /// How long after the interval's grid the candles open, in ms.
    pub offset: i64,
    /// A line, and why its candle and others may be of another interval all the same.
    pub doubt: Option<(u64, String)>,
}

/// What tells a row's interval besides its distance from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Times of closing.
    Closing,
    /// The user says that candles may be missing in any pattern.
    Word,
    Nothing,
}

/// Sorts rows and leaves those that can be stored. The error refuses all of them.
///
/// Without a proof, distances must not be those of another interval.
pub fn judge(
    rows: &mut Vec<Row>,
    proof: Proof,
    interval: &Interval,
    refuse: &mut dyn FnMut(u64, &str),
) -> Result<Judged, String> {
    if !rows.is_sorted_by_key(|row| row.open_time) {
        // Stable, so that of two alike the first one's line is told.
        rows.sort_by_key(|row| row.open_time);
    }
    let repeated = refuse_contradictions(rows, refuse);
    let mut doubt = None;
    if proof != Proof::Closing {
        doubt = compare_steps(rows, proof, interval)?;
    }
    let offset = refuse_offsets(rows, interval, refuse);
    if proof != Proof::Closing {
        doubt = refuse_stretches(rows, proof, interval, refuse).or(doubt);
    }
    Ok(Judged { repeated, offset, doubt })
}

/// Refuses rows whose usual distance is another interval's; gives what is only doubtful.
fn compare_steps(rows: &[Row], proof: Proof, interval: &Interval) -> Result<Option<(u64, String)>, String> {
    let steps = steps(rows);
    let Some(usual) = most_common(steps.clone()).filter(|&usual| usual != interval.ms()) else {
        return Ok(None);
    };
    let (apart, code) = (interval_code(usual.max(1)), interval.code());
    if usual % interval.ms() != 0 {
        return Err(format!("its candles are {apart} apart, not {code}; give their interval by --interval"));
    }
    // One long step between two candles is a gap.
    if steps.iter().filter(|&&step| step == usual).count() < 2 {
        return Ok(None);
    }
    if proof != Proof::Word && steps.iter().all(|step| step % usual == 0) {
        return Err(format!(
            "its candles are {apart} apart, not {code}; give their interval by --interval, or --sparse if those between are missing"
        ));
    }
    let why = format!("most candles are {apart} apart, not {code}; they are stored with gaps between them");
    Ok(Some((rows[0].line, why)))
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

/// Leaves out stretches of candles that a coarser interval must have made; gives those that it may have made.
///
/// Gaps come in clusters where a market is hardly traded for a while, so a stretch of equal steps
/// is left out only if it is one of an interval that is published, lies on that one's grid, and
/// is longer than gaps of any frequency would ever make it. It is doubtful where gaps as frequent
/// as those of the whole text would not make it.
fn refuse_stretches(
    rows: &mut Vec<Row>,
    proof: Proof,
    interval: &Interval,
    refuse: &mut dyn FnMut(u64, &str),
) -> Option<(u64, String)> {
    let steps = steps(rows);
    if steps.iter().all(|&step| step == interval.ms()) {
        return None;
    }
    let mut sorted = steps.clone();
    sorted.sort_unstable();
    let share = |step: i64| {
        let count =
            sorted.partition_point(|&other| other <= step) - sorted.partition_point(|&other| other < step);
        count as f64 / sorted.len() as f64
    };
    let is_rare = |chance: f64, length: i32| sorted.len() as f64 * chance.powi(length) < RARE;
    let (mut at, mut coarse) = (0, vec![false; rows.len()]);
    let mut doubtful: Option<(usize, usize, i64)> = None;
    for stretch in steps.chunk_by(|a, b| a == b) {
        let (step, from) = (stretch[0], at);
        at += stretch.len();
        let length = i32::try_from(stretch.len()).unwrap_or(i32::MAX);
        if step <= interval.ms() {
            continue;
        }
        let is_on_grid = Interval::new(&interval_code(step), step).is_ok_and(|other| {
            offset(rows[from].open_time, &other) == offset(rows[from].open_time, interval)
        });
        let is_rare_in_any_market = is_rare(likeliest(step / interval.ms()), length);
        if proof != Proof::Word && is_published(step) && is_on_grid && is_rare_in_any_market {
            // The candles at its ends may be of either interval.
            coarse[from..=at].fill(true);
        } else if is_rare(share(step), length) || is_rare_in_any_market {
            let (first, count, longest) = doubtful.unwrap_or((from, 0, step));
            doubtful = Some((first, count + stretch.len() + 1, longest.max(step)));
        }
    }
    let code = interval.code();
    let doubt = doubtful.map(|(first, count, step)| {
        let apart = interval_code(step);
        let why = format!(
            "here and below, {count} candles lie in stretches of equal steps of up to {apart}, as candles of another interval would; they are stored as {code} with gaps between them"
        );
        (rows[first].line, why)
    });
    let mut coarse = coarse.into_iter();
    rows.retain(|row| {
        let is_coarse = coarse.next().unwrap_or(false);
        if is_coarse {
            let at = format_utc(row.open_time);
            let why = format!(
                "opens at {at}, in a stretch of candles further apart than {code}; --sparse takes them if those between are missing"
            );
            refuse(row.line, &why);
        }
        !is_coarse
    });
    doubt
}

/// The chance that the next candle comes just `multiple` intervals later, in the market where that is likeliest:
/// one in which one candle of `multiple` is there, by chance.
fn likeliest(multiple: i64) -> f64 {
    let share = 1.0 / multiple as f64;
    share * (1.0 - share).powi(i32::try_from(multiple - 1).unwrap_or(i32::MAX))
}
