//! Reads a text into rows.

use std::sync::atomic::{AtomicBool, Ordering};

use candles::{Candle, Interval};
use readers::{Kline, Klines, RowFault, Text};

use super::summary::{ImportNotice, ImportObserver};
use crate::error::Refusal;

/// Rows of one text, all of which are held in memory: 88 bytes each.
const MOST_ROWS: usize = 16_000_000;
/// Rows read between two looks at the cancellation flag.
const ROWS_PER_LOOK: usize = 4096;

/// The values of a candle. Besides its prices they are NaN or -1 where the source says nothing:
/// an `Option` would make every row half as large again.
#[derive(Debug, Clone, Copy)]
pub struct Values {
    /// Open, high, low, close.
    pub prices: [f64; 4],
    /// Volume, quote volume, taker buy base volume, taker buy quote volume.
    pub volumes: [f64; 4],
    pub trades: i64,
}

/// One candle to be stored.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub open_time: i64,
    pub line: u64,
    pub values: Values,
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
    pub observer: &'a mut dyn ImportObserver,
    pub file: &'a str,
    pub unit: &'static str,
    pub count: u64,
}

impl RefusedRows<'_> {
    pub fn add(&mut self, line: u64, fault: &RowFault) {
        self.count += 1;
        self.observer.notice(ImportNotice::RowRefused { file: self.file, unit: self.unit, line, fault });
    }
}

impl Values {
    /// These values, with the stored ones, or 0, in place of those that the source does not say.
    pub fn over(&self, stored: Option<Self>) -> Self {
        let mut values = *self;
        for (place, volume) in values.volumes.iter_mut().enumerate() {
            if volume.is_nan() {
                *volume = stored.map_or(0.0, |stored| stored.volumes[place]);
            }
        }
        if values.trades < 0 {
            values.trades = stored.map_or(0, |stored| stored.trades);
        }
        values
    }

    /// Whether both say the same, also where they say nothing. Volumes may be up to `rounding` neighbouring numbers
    /// apart, since sums that are added in another order are rounded otherwise.
    pub fn same(&self, other: &Self, rounding: u64) -> bool {
        let alike = |(a, b): (&f64, &f64)| {
            a == b
                || (a.is_nan() && b.is_nan())
                || (*a > 0.0 && *b > 0.0 && a.to_bits().abs_diff(b.to_bits()) <= rounding)
        };
        self.prices == other.prices
            && self.trades == other.trades
            && self.volumes.iter().zip(&other.volumes).all(alike)
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
    let Candle { open_time, open, high, low, close, volume } = kline.candle;
    let volume = if has_volume { volume } else { f64::NAN };
    let [quote, taker_base, taker_quote] =
        [kline.quote_volume, kline.taker_base, kline.taker_quote].map(|amount| amount.unwrap_or(f64::NAN));
    let values = Values {
        prices: [open, high, low, close],
        volumes: [volume, quote, taker_base, taker_quote],
        trades: kline.trades.unwrap_or(-1),
    };
    Row { open_time, line: kline.line - before, values }
}
