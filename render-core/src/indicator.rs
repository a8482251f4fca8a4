//! Overlays and indicators: lines computed from candles.
//!
//! Every line has a fixed number of warm-up candles, those before the window that belong
//! to its definition. It is computed from exactly them and the window, so that a picture
//! never depends on how much more history there is. With less history than that, a line
//! starts where it is first defined, its seed in the first candles there are. Arithmetic
//! is `+ - * /`, comparison and `sqrt` alone: the same bits on every target.

mod average;
mod bollinger;
mod form;
mod heikin_ashi;
mod macd;
mod stochastic;
mod styled;
mod vwap;
mod wilder;

use serde::{Deserialize, Serialize};

use crate::{Candle, Window};

pub(crate) use form::{INDICATORS, OVERLAYS};
pub use heikin_ashi::{HEIKIN_ASHI_WARMUP, heikin_ashi};
pub use styled::Styled;
pub(crate) use styled::{tenths, write_tenths};

/// No spec has more candles of warm-up.
pub const MAX_WARMUP: usize = macd::warmup(form::MAX_PERIOD as usize, form::MAX_PERIOD as usize);

/// Lines over the price panel, in units of the price.
///
/// Written and read as text, such as `sma:20`. Periods are 1 to 1,000 candles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Overlay {
    /// `sma:20`: simple moving average of closes.
    Sma {
        /// Candles in a mean.
        period: u32,
    },
    /// `ema:50`: exponential moving average of closes, share 2 / (period + 1), seeded with
    /// the simple mean of the first `period` closes of the warm-up.
    Ema {
        /// Candles whose simple mean has the same average age.
        period: u32,
    },
    /// `wma:10`: moving average of closes with weights 1 to `period`.
    Wma {
        /// Candles in a mean.
        period: u32,
    },
    /// `bollinger:20,2`: simple moving average of closes, and bands of so many population
    /// standard deviations above and below it.
    Bollinger {
        /// Candles in a mean.
        period: u32,
        /// Half the bands' width in hundredths of a standard deviation, 1 to 1,000.
        hundredths: u32,
    },
    /// `vwap:20`: volume-weighted mean of (high + low + close) / 3, rolling, since a window
    /// has no session to begin with. Candles without any volume among them weigh the same.
    Vwap {
        /// Candles in a mean.
        period: u32,
    },
}

/// Lines in a panel of their own.
///
/// Written and read as text, such as `rsi:14`. Periods are 1 to 1,000 candles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Indicator {
    /// `rsi:14`: Wilder's relative strength index of closes, 0 to 100; 50 where nothing moved.
    Rsi {
        /// Candles in Wilder's mean.
        period: u32,
    },
    /// `macd:12,26,9`: difference of two exponential means of closes, its own exponential
    /// mean, and the difference of these.
    Macd {
        /// Period of the fast mean, below the slow one's.
        fast: u32,
        /// Period of the slow mean.
        slow: u32,
        /// Period of the signal.
        signal: u32,
    },
    /// `atr:14`: Wilder's average true range, in units of the price.
    Atr {
        /// Candles in Wilder's mean.
        period: u32,
    },
    /// `stochastic:14,3,3`: Lane's slow stochastic, 0 to 100; 50 where nothing moved.
    Stochastic {
        /// Candles whose lowest low and highest high count.
        period: u32,
        /// Values in the simple mean that makes `%K`; 1 for the fast stochastic.
        slowing: u32,
        /// Values of `%K` in the simple mean that makes `%D`.
        smoothing: u32,
    },
}

/// The line of one name, over the window's last candles.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// The window's candle, counted from 0, that the first value belongs to: 0 unless the
    /// history before the window is shorter than the warm-up.
    pub start: usize,
    /// One value a candle from `start` to the window's last; finite; empty where no candle has one.
    pub values: Vec<f64>,
}

/// The lines of one overlay or indicator, and scratch space for making the next ones.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    lines: [Line; 3],
    count: usize,
    closes: Vec<f64>,
    raw: Vec<f64>,
}

impl Lines {
    /// No lines yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The lines, in the order of their names.
    #[must_use]
    pub fn as_slice(&self) -> &[Line] {
        &self.lines[..self.count]
    }

    /// Takes over the closes of the candles that count and hands out what to write to.
    fn begin(&mut self, candles: &[Candle], count: usize) -> ([&mut Vec<f64>; 3], &[f64], &mut Vec<f64>) {
        self.count = count;
        self.closes.clear();
        self.closes.extend(candles.iter().map(|candle| candle.close));
        (self.lines.each_mut().map(|line| &mut line.values), &self.closes, &mut self.raw)
    }

    /// Cuts what lies before the window of `length` candles off. A line that is not finite
    /// is emptied: prices beyond 1e150 can lead out of what an `f64` holds.
    fn end(&mut self, length: usize) {
        for line in &mut self.lines[..self.count] {
            let early = line.values.len().saturating_sub(length);
            line.values.drain(..early);
            if line.values.iter().any(|value| !value.is_finite()) {
                line.values.clear();
            }
            line.start = length - line.values.len();
        }
    }
}

impl Overlay {
    /// What [`lines`](Self::lines) gives, in order.
    #[must_use]
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Sma { .. } => &["sma"],
            Self::Ema { .. } => &["ema"],
            Self::Wma { .. } => &["wma"],
            Self::Bollinger { .. } => &["middle", "upper", "lower"],
            Self::Vwap { .. } => &["vwap"],
        }
    }

    /// How many colours its lines have: one; Bollinger bands two, of both bands and of the line in the middle.
    #[must_use]
    pub fn colors(self) -> usize {
        if matches!(self, Self::Bollinger { .. }) { 2 } else { 1 }
    }

    /// How many candles before the window's first one belong to the definition: `period - 1`,
    /// for EMA `5 * period - 1`, which leaves its seed a weight below 1/2900.
    #[must_use]
    pub fn warmup(self) -> usize {
        match self {
            Self::Sma { period }
            | Self::Wma { period }
            | Self::Bollinger { period, .. }
            | Self::Vwap { period } => period as usize - 1,
            Self::Ema { period } => average::ema_warmup(period as usize),
        }
    }

    /// Computes the lines over `window` from it and the last [`warmup`](Self::warmup) candles before it.
    pub fn lines(self, window: &Window<'_>, lines: &mut Lines) {
        let candles = counted(window, self.warmup());
        let ([a, b, c], closes, _) = lines.begin(candles, self.names().len());
        match self {
            Self::Sma { period } => average::sma(closes, period as usize, a),
            Self::Ema { period } => average::ema(closes, period as usize, a),
            Self::Wma { period } => average::wma(closes, period as usize, a),
            Self::Bollinger { period, hundredths } => {
                bollinger::bollinger(closes, period as usize, f64::from(hundredths) / 100.0, [a, b, c]);
            }
            Self::Vwap { period } => vwap::vwap(candles, period as usize, a),
        }
        lines.end(window.candles().len());
    }
}

impl Indicator {
    /// What [`lines`](Self::lines) gives, in order. A `histogram` is drawn as bars from 0.
    #[must_use]
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Rsi { .. } => &["rsi"],
            Self::Macd { .. } => &["macd", "signal", "histogram"],
            Self::Atr { .. } => &["atr"],
            Self::Stochastic { .. } => &["k", "d"],
        }
    }

    /// How many colours its lines have: one a line. A histogram has those of volume bars.
    #[must_use]
    pub fn colors(self) -> usize {
        if matches!(self, Self::Macd { .. } | Self::Stochastic { .. }) { 2 } else { 1 }
    }

    /// How many candles before the window's first one belong to the definition: for RSI and
    /// ATR `9 * period`, for MACD `5 * (slow + signal) - 2`, which leave their seeds a
    /// weight of about 1/2900 or less; for the stochastic what its sums reach back.
    #[must_use]
    pub fn warmup(self) -> usize {
        match self {
            Self::Rsi { period } | Self::Atr { period } => wilder::warmup(period as usize),
            Self::Macd { slow, signal, .. } => macd::warmup(slow as usize, signal as usize),
            Self::Stochastic { period, slowing, smoothing } => {
                stochastic::warmup([period, slowing, smoothing].map(|period| period as usize))
            }
        }
    }

    /// The least and greatest value there can be, where there are such.
    #[must_use]
    pub fn bounds(self) -> Option<(f64, f64)> {
        match self {
            Self::Rsi { .. } | Self::Stochastic { .. } => Some((0.0, 100.0)),
            Self::Macd { .. } | Self::Atr { .. } => None,
        }
    }

    /// Values that a reader compares the lines with: Wilder's 30 and 70, Lane's 20 and 80,
    /// MACD's 0.
    #[must_use]
    pub fn guides(self) -> &'static [f64] {
        match self {
            Self::Rsi { .. } => &[30.0, 70.0],
            Self::Stochastic { .. } => &[20.0, 80.0],
            Self::Macd { .. } => &[0.0],
            Self::Atr { .. } => &[],
        }
    }

    /// The whole numbers that label an axis between [`bounds`](Self::bounds), at least `apart` apart:
    /// [`guides`](Self::guides) with the middle between them, as far as there is room; the upper one alone where there is little.
    pub(crate) fn levels(self, apart: f64) -> Option<&'static [i64]> {
        let ([few, more], between): ([&[i64]; 2], f64) = match self {
            Self::Rsi { .. } => ([&[30, 70], &[30, 50, 70]], 40.0),
            Self::Stochastic { .. } => ([&[20, 80], &[20, 50, 80]], 60.0),
            Self::Macd { .. } | Self::Atr { .. } => return None,
        };
        Some(match apart {
            _ if apart <= between / 2.0 => more,
            _ if apart <= between => few,
            _ => &few[1..],
        })
    }

    /// Computes the lines over `window` from it and the last [`warmup`](Self::warmup) candles before it.
    pub fn lines(self, window: &Window<'_>, lines: &mut Lines) {
        let candles = counted(window, self.warmup());
        let ([a, b, c], closes, raw) = lines.begin(candles, self.names().len());
        match self {
            Self::Rsi { period } => wilder::rsi(closes, period as usize, a),
            Self::Macd { fast, slow, signal } => {
                macd::macd(closes, [fast, slow, signal].map(|period| period as usize), [a, b, c]);
            }
            Self::Atr { period } => wilder::atr(candles, period as usize, a),
            Self::Stochastic { period, slowing, smoothing } => {
                let periods = [period, slowing, smoothing].map(|period| period as usize);
                stochastic::stochastic(candles, periods, [a, b], raw);
            }
        }
        lines.end(window.candles().len());
    }
}

/// The window's candles and up to `warmup` before them.
fn counted<'a>(window: &Window<'a>, warmup: usize) -> &'a [Candle] {
    let history = window.warmup().len();
    &window.all()[history - warmup.min(history)..]
}

#[cfg(test)]
mod tests;
