//! Reads a text into rows.

use render_core::{
    Candle, Interval,
    ohlcv::{Kline, Klines, interval_code},
};

use super::input::Text;
use crate::interrupt::Interrupt;

/// Rows of one text, all of which are held in memory: 88 bytes each.
const MOST_ROWS: usize = 16_000_000;
/// Rows read between two looks at whether the user wants to stop.
const ROWS_PER_LOOK: usize = 4096;
const DAY: i64 = 86_400_000;
/// The intervals of up to a week that exchanges publish, in ms.
const PUBLISHED: [i64; 15] = {
    let (minute, hour, day) = (60_000, 3_600_000, DAY);
    [
        1000,
        minute,
        3 * minute,
        5 * minute,
        15 * minute,
        30 * minute,
        hour,
        2 * hour,
        4 * hour,
        6 * hour,
        8 * hour,
        12 * hour,
        day,
        3 * day,
        7 * day,
    ]
};

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

/// Reads all rows; those that are none of this interval are refused. The error refuses the whole text.
pub fn read(
    text: Text<'_>,
    interval: &Interval,
    interrupt: &Interrupt,
    refuse: &mut dyn FnMut(u64, &str),
) -> Result<Rows, String> {
    let Text { source, checked, before, .. } = text;
    let allowance = source.allowance();
    let says = |error: render_core::Error| error.to_string();
    let mut klines = Klines::new(source).map_err(says)?;
    let has_volume = klines.has_volume();
    let (mut rows, mut closing) = (Vec::new(), 0);
    loop {
        allowance.renew();
        match klines.next() {
            None => break,
            Some(Ok(kline)) => match closes_with(&kline, interval) {
                Ok(is_right) => {
                    closing += usize::from(is_right);
                    rows.push(row(&kline, has_volume, before));
                }
                Err(why) => refuse(kline.line - before, &why),
            },
            Some(Err(render_core::Error::Row { line, what })) => refuse(line - before, &what),
            Some(Err(error)) => return Err(error.to_string()),
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

/// Whether candles of so many ms are published: months, quarters and years among them.
fn is_published(length: i64) -> bool {
    let days = length / DAY;
    PUBLISHED.contains(&length)
        || (length % DAY == 0 && matches!(days, 14 | 15 | 28..=31 | 90..=92 | 365 | 366))
}

/// Whether a row closes when a candle of the interval does; the error where it is of another one.
/// A candle that an outage cut short says so in its time of closing, but none lasts whole days longer.
fn closes_with(kline: &Kline, interval: &Interval) -> Result<bool, String> {
    let Some(close_time) = kline.close_time else {
        return Ok(false);
    };
    let length = close_time.saturating_sub(kline.candle.open_time);
    // Exchanges give the last millisecond, others the next candle's first.
    let length = length.saturating_add(i64::from(length % 1000 == 999));
    let is_longer = length > interval.ms() && length % DAY == 0;
    if length != interval.ms() && (is_longer || is_published(length)) {
        let (length, code) = (interval_code(length), interval.code());
        return Err(format!("closes {length} after it opens, so it is no candle of {code}"));
    }
    Ok(length == interval.ms())
}
