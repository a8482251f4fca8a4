//! Reads a text into rows that make a series of an interval: each time once, and as far apart as they should be.

use std::{
    iter,
    sync::atomic::{AtomicBool, Ordering},
};

use candles::{Candle, Interval};
use readers::{Kline, Klines, RowFault, Rows, most_common};

use crate::error::Refusal;

/// Rows of one text, all of which are held in memory: 88 bytes each.
const MOST_ROWS: usize = 16_000_000;
/// Rows read between two looks at the cancellation flag.
const ROWS_PER_LOOK: usize = 4096;

/// One candle to be stored, and what exchanges publish beside it. Besides its prices, values are NaN or -1 where the
/// source says nothing: an `Option` would make every row half as large again.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub line: u64,
    pub candle: Candle,
    /// Quote volume, taker buy base volume, taker buy quote volume.
    pub amounts: [f64; 3],
    pub trades: i64,
}

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

/// Takes the line of a row that is not taken, and what is wrong with it.
pub type Refuse<'a> = dyn FnMut(u64, &RowFault) + 'a;

impl Row {
    /// Its volume, and the amounts beside that.
    pub fn volumes(&self) -> [f64; 4] {
        let [quote, taker_base, taker_quote] = self.amounts;
        [self.candle.volume, quote, taker_base, taker_quote]
    }

    /// This row, with the values of the stored one, or 0, in place of those that the source does not say.
    pub fn over(mut self, stored: Option<Self>) -> Self {
        let others = stored.map_or([0.0; 4], |stored| stored.volumes());
        let own = iter::once(&mut self.candle.volume).chain(&mut self.amounts);
        own.zip(others).filter(|(own, _)| own.is_nan()).for_each(|(own, other)| *own = other);
        if self.trades < 0 {
            self.trades = stored.map_or(0, |stored| stored.trades);
        }
        self
    }

    /// Whether both say the same, also where they say nothing. Volumes may be up to `rounding` neighbouring numbers
    /// apart, since sums that are added in another order are rounded otherwise.
    pub fn same(&self, other: &Self, rounding: u64) -> bool {
        let alike = |(a, b): (f64, f64)| {
            a == b
                || (a.is_nan() && b.is_nan())
                || (a > 0.0 && b > 0.0 && a.to_bits().abs_diff(b.to_bits()) <= rounding)
        };
        Candle { volume: 0.0, ..self.candle } == Candle { volume: 0.0, ..other.candle }
            && self.trades == other.trades
            && self.volumes().into_iter().zip(other.volumes()).all(alike)
    }
}

/// Reads all rows, sorts them, and refuses those that make no series of this interval.
///
/// `is_sparse` says that candles between may be missing in any pattern.
pub fn read(
    source: Rows<'_>,
    is_sparse: bool,
    interval: &Interval,
    cancel: &AtomicBool,
    refuse: &mut Refuse<'_>,
) -> Result<Checked, Refusal> {
    let has_volume = source.has_volume();
    let (mut rows, mut closing, mut nothing) = (Vec::new(), 0, true);
    for kline in Klines::new(source)? {
        nothing = false;
        match kline.and_then(|kline| Ok((kline, kline.closes_with(interval)?))) {
            Ok((kline, is_right)) => {
                closing += usize::from(is_right);
                rows.push(row(&kline, has_volume));
            }
            Err(readers::Error::Row { line, fault }) => refuse(line, &fault),
            Err(error) => return Err(error.into()),
        }
        if rows.len() > MOST_ROWS {
            return Err(Refusal::TooManyRows(MOST_ROWS));
        }
        if rows.len() % ROWS_PER_LOOK == 0 && cancel.load(Ordering::Relaxed) {
            break;
        }
    }
    if nothing {
        return Err(readers::Error::NoRows.into());
    }
    // Times of closing prove the interval, so that distances need not.
    let is_proven = closing > rows.len() / 2;
    // The sort is stable, so that of two rows that are alike the first one's line is told.
    rows.sort_by_key(|row| row.candle.open_time);
    let repeated = refuse_contradictions(&mut rows, refuse);
    if !is_proven {
        check_distance(&rows, is_sparse, interval)?;
    }
    let offset = refuse_offsets(&mut rows, interval, refuse);
    Ok(Checked { rows, repeated, offset })
}

fn row(kline: &Kline, has_volume: bool) -> Row {
    let Kline { line, mut candle, quote_volume, taker_base, taker_quote, trades, .. } = *kline;
    if !has_volume {
        candle.volume = f64::NAN;
    }
    let amounts = [quote_volume, taker_base, taker_quote].map(|amount| amount.unwrap_or(f64::NAN));
    Row { line, candle, amounts, trades: trades.unwrap_or(-1) }
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
fn refuse_contradictions(rows: &mut Vec<Row>, refuse: &mut Refuse<'_>) -> u64 {
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
            refuse(row.line, &RowFault::Contradiction { open_time: open_time(first), line });
        }
    }
    *rows = kept;
    repeated
}

/// Keeps rows that lie a whole number of intervals from each other. Returns how far they lie off the grid.
fn refuse_offsets(rows: &mut Vec<Row>, interval: &Interval, refuse: &mut Refuse<'_>) -> i64 {
    let offset_of = |row: &Row| offset(row.candle.open_time, interval);
    let usual = most_common(rows.iter().map(offset_of).collect()).unwrap_or(0);
    rows.retain(|row| {
        let fits = offset_of(row) == usual;
        if !fits {
            let (open_time, interval) = (row.candle.open_time, interval.code().to_owned());
            refuse(row.line, &RowFault::OffGrid { open_time, interval });
        }
        fits
    });
    usual
}
