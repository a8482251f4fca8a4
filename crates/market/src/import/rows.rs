//! Reads a text into rows.

use readers::{Kline, Klines, Text};
use render_core::{Candle, Interval};

use crate::interrupt::Interrupt;

/// Rows of one text, all of which are held in memory: 88 bytes each.
const MOST_ROWS: usize = 16_000_000;
/// Rows read between two looks at whether the user wants to stop.
const ROWS_PER_LOOK: usize = 4096;

/// The values of a candle, but for its prices NaN or -1 where its source says nothing:
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
    pub proven: bool,
    /// Whether it stood beside a checksum, and had it.
    pub checked: bool,
}

impl Values {
    /// What is said, over what was stored before; 0 where neither says anything.
    pub fn over(&self, stored: Option<&Self>) -> Self {
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

    /// Whether both say the same, also where they say nothing.
    pub fn same(&self, other: &Self) -> bool {
        let alike =
            |a: &[f64; 4], b: &[f64; 4]| a.iter().zip(b).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()));
        alike(&self.prices, &other.prices)
            && alike(&self.volumes, &other.volumes)
            && self.trades == other.trades
    }
}

/// Neighbouring numbers that a sum may be off by where it was added in another way.
const ROUNDING: u64 = 2;

impl Values {
    /// Whether both are the same candle, built from the same ones: sums may have been rounded otherwise.
    pub fn same_but_for_rounding(&self, other: &Self) -> bool {
        let near = |(a, b): (&f64, &f64)| {
            a == b || (*a > 0.0 && *b > 0.0 && a.to_bits().abs_diff(b.to_bits()) <= ROUNDING)
        };
        self.prices == other.prices
            && self.trades == other.trades
            && self.volumes.iter().zip(&other.volumes).all(near)
    }
}

/// Reads all rows; those that are none of this interval are refused. The error refuses the text.
pub fn read(
    text: Text<'_>,
    checked: bool,
    interval: &Interval,
    interrupt: &Interrupt,
    refuse: &mut dyn FnMut(u64, &str),
) -> Result<Rows, String> {
    let before = text.lines_before();
    let klines = Klines::new(text).map_err(|error| error.to_string())?;
    let has_volume = klines.has_volume();
    let (mut rows, mut closing) = (Vec::new(), 0);
    for kline in klines {
        let read = match kline {
            Ok(kline) => match kline.closes_with(interval) {
                Ok(is_right) => {
                    closing += usize::from(is_right);
                    rows.push(row(&kline, has_volume, before));
                    Ok(())
                }
                Err(fault) => Err((kline.line, fault)),
            },
            Err(readers::Error::Row { line, fault }) => Err((line, fault)),
            Err(error) => return Err(error.to_string()),
        };
        if let Err((line, fault)) = read {
            refuse(line - before, &fault.to_string());
        }
        if rows.len() > MOST_ROWS {
            return Err(format!("more than {MOST_ROWS} rows; split it"));
        }
        if rows.len() % ROWS_PER_LOOK == 0 && interrupt.is_set() {
            break;
        }
    }
    Ok(Rows { proven: closing > rows.len() / 2, rows, checked })
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
