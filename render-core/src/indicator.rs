//! Overlays and indicators: lines computed from candles.
//!
//! Every line has a fixed number of warm-up candles, those before the window that belong
//! to its definition. It is computed from exactly them and the window, so that a picture
//! never depends on how much more history there is. With less history than that, a line
//! starts where it is first defined, its seed in the first candles there are. Arithmetic
//! is `+ - * /`, comparison and `sqrt` alone: the same bits on every target.

mod adx;
mod average;
mod bollinger;
mod cci;
mod donchian;
mod form;
mod heikin_ashi;
mod ichimoku;
mod keltner;
mod lines;
mod macd;
mod obv;
mod overlay;
mod sar;
mod stochastic;
mod styled;
mod supertrend;
mod vwap;
mod wilder;

use serde::{Deserialize, Serialize};

use crate::{Candle, Window};

pub(crate) use form::{INDICATOR_COLORS, INDICATORS, OVERLAY_COLORS, OVERLAYS, has_numbers};
pub use heikin_ashi::{HEIKIN_ASHI_WARMUP, heikin_ashi};
pub use lines::{Line, Lines};
pub use overlay::Overlay;
pub(crate) use styled::MOST_COLORS;
pub use styled::Styled;
pub(crate) use styled::{tenths, write_tenths};

/// No spec has more candles of warm-up.
pub const MAX_WARMUP: usize = adx::warmup(form::MAX_PERIOD as usize);

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
    /// `adx:14`: Wilder's average directional index with +DI and -DI, 0 to 100.
    Adx {
        /// Candles in Wilder's means.
        period: u32,
    },
    /// `obv`: Granville's on-balance volume, from 0 at the one candle of its warm-up.
    Obv,
    /// `cci:20`: Lambert's commodity channel index; 0 where nothing moved.
    Cci {
        /// Candles in a mean.
        period: u32,
    },
}

impl Indicator {
    /// Its name, with which its text begins.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rsi { .. } => "rsi",
            Self::Macd { .. } => "macd",
            Self::Atr { .. } => "atr",
            Self::Stochastic { .. } => "stochastic",
            Self::Adx { .. } => "adx",
            Self::Obv => "obv",
            Self::Cci { .. } => "cci",
        }
    }

    /// What [`lines`](Self::lines) gives, in order. A `histogram` is drawn as bars from 0.
    #[must_use]
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Rsi { .. } => &["rsi"],
            Self::Macd { .. } => &["macd", "signal", "histogram"],
            Self::Atr { .. } => &["atr"],
            Self::Stochastic { .. } => &["k", "d"],
            Self::Adx { .. } => &["adx", "plus", "minus"],
            Self::Obv => &["obv"],
            Self::Cci { .. } => &["cci"],
        }
    }

    /// How many colours its lines have: one a line. A histogram has those of volume bars.
    #[must_use]
    pub fn colors(self) -> usize {
        match self {
            Self::Adx { .. } => 3,
            Self::Macd { .. } | Self::Stochastic { .. } => 2,
            Self::Rsi { .. } | Self::Atr { .. } | Self::Obv | Self::Cci { .. } => 1,
        }
    }

    /// How many candles before the window's first one belong to the definition: for RSI and
    /// ATR `9 * period`, for ADX `13 * period`, for MACD `5 * (slow + signal) - 2`, which leave
    /// their seeds a weight of about 1/2900 or less; for the stochastic and CCI what their sums
    /// reach back to; for OBV one, at which it is 0.
    #[must_use]
    pub fn warmup(self) -> usize {
        match self {
            Self::Rsi { period } | Self::Atr { period } => wilder::warmup(period as usize),
            Self::Macd { slow, signal, .. } => macd::warmup(slow as usize, signal as usize),
            Self::Stochastic { period, slowing, smoothing } => {
                stochastic::warmup([period, slowing, smoothing].map(|period| period as usize))
            }
            Self::Adx { period } => adx::warmup(period as usize),
            Self::Obv => obv::WARMUP,
            Self::Cci { period } => period as usize - 1,
        }
    }

    /// The least and greatest value there can be, where there are such and panels show all between them.
    #[must_use]
    pub fn bounds(self) -> Option<(f64, f64)> {
        match self {
            Self::Rsi { .. } | Self::Stochastic { .. } => Some((0.0, 100.0)),
            Self::Macd { .. } | Self::Atr { .. } | Self::Adx { .. } | Self::Obv | Self::Cci { .. } => None,
        }
    }

    /// Values that a reader compares the lines with: Wilder's 30 and 70, and 25 of ADX, Lane's 20 and 80,
    /// MACD's 0, Lambert's -100 and 100.
    #[must_use]
    pub fn guides(self) -> &'static [f64] {
        match self {
            Self::Rsi { .. } => &[30.0, 70.0],
            Self::Stochastic { .. } => &[20.0, 80.0],
            Self::Macd { .. } => &[0.0],
            Self::Adx { .. } => &[25.0],
            Self::Cci { .. } => &[-100.0, 100.0],
            Self::Atr { .. } | Self::Obv => &[],
        }
    }

    /// The whole numbers that label an axis between [`bounds`](Self::bounds), at least `apart` apart:
    /// [`guides`](Self::guides) with the middle between them, as far as there is room; the upper one alone where there is little.
    pub(crate) fn levels(self, apart: f64) -> Option<&'static [i64]> {
        let ([few, more], between): ([&[i64]; 2], f64) = match self {
            Self::Rsi { .. } => ([&[30, 70], &[30, 50, 70]], 40.0),
            Self::Stochastic { .. } => ([&[20, 80], &[20, 50, 80]], 60.0),
            Self::Macd { .. } | Self::Atr { .. } | Self::Adx { .. } | Self::Obv | Self::Cci { .. } => {
                return None;
            }
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
        let ([a, b, c, ..], closes, raw) = lines.begin(candles, self.names().len());
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
            Self::Adx { period } => adx::adx(candles, period as usize, [a, b, c]),
            Self::Obv => obv::obv(candles, a),
            Self::Cci { period } => cci::cci(candles, period as usize, a, raw),
        }
        lines.end(window.candles().len(), false);
    }
}

/// The window's candles and up to `warmup` before them.
fn counted<'a>(window: &Window<'a>, warmup: usize) -> &'a [Candle] {
    let history = window.warmup().len();
    &window.all()[history - warmup.min(history)..]
}

#[cfg(test)]
mod tests;
