//! Reads a text into rows.

use std::{
    iter,
    sync::atomic::{AtomicBool, Ordering},
};

use candles::{Candle, Interval};
use readers::{Kline, Klines, RowFault, Text};

use super::summary::{ImportNotice, ImportObserver};
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

/// What was read of a text.
#[derive(Debug)]
pub struct Rows {
    pub rows: Vec<Row>,
    /// Whether times of closing prove the interval, so that distances need not.
    pub is_proven: bool,
}

/// Tells of the rows of a text that are not taken, and counts them.
pub struct RefusedRows<'a> {
    pub observer: &'a mut ImportObserver<'a>,
    pub file: &'a str,
    pub unit: &'static str,
    pub count: u64,
}

impl RefusedRows<'_> {
    pub fn add(&mut self, line: u64, fault: &RowFault) {
        self.count += 1;
        (self.observer)(ImportNotice::RowRefused { file: self.file, unit: self.unit, line, fault });
    }
}

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

/// Reads all rows, and refuses those that are none of this interval.
pub fn read(
    text: Text<'_>,
    interval: &Interval,
    cancel: &AtomicBool,
    refused: &mut RefusedRows<'_>,
) -> Result<Rows, Refusal> {
    let before = text.lines_before();
    let klines = Klines::new(text)?;
    let has_volume = klines.has_volume();
    let (mut rows, mut closing) = (Vec::new(), 0);
    for kline in klines {
        let read = match kline {
            Ok(kline) => kline.closes_with(interval).map_err(|fault| (kline.line, fault)).map(|is_right| {
                closing += usize::from(is_right);
                rows.push(row(&kline, has_volume, before));
            }),
            Err(readers::Error::Row { line, fault }) => Err((line, fault)),
            Err(error) => return Err(error.into()),
        };
        if let Err((line, fault)) = read {
            refused.add(line - before, &fault);
        }
        if rows.len() > MOST_ROWS {
            return Err(Refusal::TooManyRows(MOST_ROWS));
        }
        if rows.len() % ROWS_PER_LOOK == 0 && cancel.load(Ordering::Relaxed) {
            break;
        }
    }
    if rows.is_empty() && refused.count == 0 {
        return Err(readers::Error::NoRows.into());
    }
    Ok(Rows { is_proven: closing > rows.len() / 2, rows })
}

fn row(kline: &Kline, has_volume: bool, before: u64) -> Row {
    let Kline { line, mut candle, quote_volume, taker_base, taker_quote, trades, .. } = *kline;
    if !has_volume {
        candle.volume = f64::NAN;
    }
    let amounts = [quote_volume, taker_base, taker_quote].map(|amount| amount.unwrap_or(f64::NAN));
    Row { line: line - before, candle, amounts, trades: trades.unwrap_or(-1) }
}
