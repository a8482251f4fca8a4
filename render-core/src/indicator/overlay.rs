//! Lines over the price panel, and over the volume panel.

use serde::{Deserialize, Serialize};

use super::{
    Lines, average, bollinger, counted, donchian, ichimoku, keltner, sar, styled::MOST_COLORS, supertrend,
    vwap,
};
use crate::Window;

/// Lines over the price panel, in units of the price, or over the volume panel.
///
/// Written and read as text, such as `sma:20`. Periods are 1 to 1,000 candles, widths of bands 0.01 to 10.
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
    /// `vwap:20`: volume-weighted mean of (high + low + close) / 3, rolling. Candles without any volume among them
    /// weigh the same.
    Vwap {
        /// Candles in a mean.
        period: u32,
    },
    /// `hma:20`: Hull's moving average of closes, of weighted means of the period, of half of it and of its square
    /// root, both rounded down.
    Hma {
        /// Candles in the longest mean.
        period: u32,
    },
    /// `session-vwap`: the volume-weighted mean that begins anew with each UTC day. Of a day that began before the
    /// warm-up of 1,439 candles, as can be with candles of less than a minute, there is no line.
    SessionVwap,
    /// `donchian:20`: highest high and lowest low of so many candles, and the middle between them.
    Donchian {
        /// Candles that count, a candle's own among them.
        period: u32,
    },
    /// `keltner:20,2,10`: exponential moving average of closes, and bands of so many of Wilder's average true ranges
    /// above and below it.
    Keltner {
        /// Period of the exponential mean.
        period: u32,
        /// Half the bands' width in hundredths of the range, 1 to 1,000.
        hundredths: u32,
        /// Candles in the mean of true ranges.
        range_period: u32,
    },
    /// `supertrend:10,3`: so many of Wilder's average true ranges below the candles while they rise and above them
    /// while they fall. The trend that the warm-up begins in is a falling one.
    Supertrend {
        /// Candles in the mean of true ranges.
        period: u32,
        /// The distance in hundredths of the range, 1 to 1,000.
        hundredths: u32,
    },
    /// `ichimoku:9,26,52`: conversion and base line, two leading spans with a cloud between them, and the lagging line.
    /// Spans are moved to the right by the base line's period less one candle, as far as the window's end; the lagging
    /// line to the left by as much.
    Ichimoku {
        /// Candles that the conversion line's middle is of.
        conversion: u32,
        /// Candles that the base line's middle is of.
        base: u32,
        /// Candles that span B's middle is of.
        span: u32,
    },
    /// `sar:0.02,0.2`: Wilder's parabolic stop and reverse, drawn as dots.
    Sar {
        /// Share of the distance to the furthest price that the stop begins with and grows by, in thousandths, 1 to 1,000.
        step: u32,
        /// The greatest share in thousandths, no less than the step, up to 1,000.
        most: u32,
    },
    /// `volume-sma:20`: simple moving average of volumes, over the volume panel.
    VolumeSma {
        /// Candles in a mean.
        period: u32,
    },
}

impl Overlay {
    /// What [`lines`](Self::lines) gives, in order.
    #[must_use]
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Sma { .. } => &["sma"],
            Self::Ema { .. } => &["ema"],
            Self::Wma { .. } => &["wma"],
            Self::Bollinger { .. } | Self::Donchian { .. } | Self::Keltner { .. } => {
                &["middle", "upper", "lower"]
            }
            Self::Vwap { .. } => &["vwap"],
            Self::Hma { .. } => &["hma"],
            Self::SessionVwap => &["session-vwap"],
            Self::Supertrend { .. } => &["up", "down"],
            Self::Ichimoku { .. } => &["conversion", "base", "span-a", "span-b", "lagging"],
            Self::Sar { .. } => &["sar"],
            Self::VolumeSma { .. } => &["volume-sma"],
        }
    }

    /// How many colours its lines have: one; bands two, of both bands and of the line in the middle; Supertrend two,
    /// of rising and of falling trends; Ichimoku five, one a line.
    #[must_use]
    pub fn colors(self) -> usize {
        match self {
            Self::Bollinger { .. }
            | Self::Donchian { .. }
            | Self::Keltner { .. }
            | Self::Supertrend { .. } => 2,
            Self::Ichimoku { .. } => MOST_COLORS,
            _ => 1,
        }
    }

    /// Which of its colours the line at `index` has.
    pub(crate) fn color_of(self, index: usize) -> usize {
        if self.is_band() { usize::from(index == 0) } else { index }
    }

    /// Whether its lines are a middle, an upper and a lower one.
    pub(crate) fn is_band(self) -> bool {
        matches!(self, Self::Bollinger { .. } | Self::Donchian { .. } | Self::Keltner { .. })
    }

    /// Whether it is drawn over the volume panel.
    #[must_use]
    pub fn is_of_volume(self) -> bool {
        matches!(self, Self::VolumeSma { .. })
    }

    /// Whether lines may be in parts, NaN between them.
    fn has_gaps(self) -> bool {
        matches!(self, Self::Supertrend { .. } | Self::Ichimoku { .. })
    }

    /// How many candles before the window's first one belong to the definition: what means reach back to, as
    /// `period - 1`; for EMA `5 * period - 1`, which leaves its seed a weight below 1/2900; for Keltner's channel that
    /// or, where it is more, the `9 * range_period` of ATR; for Supertrend `9 * period + 100`; for the parabolic stop
    /// 200; for the VWAP of a session 1,439, a day of candles of a minute.
    #[must_use]
    pub fn warmup(self) -> usize {
        match self {
            Self::Sma { period }
            | Self::Wma { period }
            | Self::Bollinger { period, .. }
            | Self::Vwap { period }
            | Self::Donchian { period }
            | Self::VolumeSma { period } => period as usize - 1,
            Self::Ema { period } => average::ema_warmup(period as usize),
            Self::Hma { period } => average::hma_warmup(period as usize),
            Self::SessionVwap => vwap::SESSION_WARMUP,
            Self::Keltner { period, range_period, .. } => {
                keltner::warmup(period as usize, range_period as usize)
            }
            Self::Supertrend { period, .. } => supertrend::warmup(period as usize),
            Self::Ichimoku { conversion, base, span } => {
                ichimoku::warmup([conversion, base, span].map(|period| period as usize))
            }
            Self::Sar { .. } => sar::WARMUP,
        }
    }

    /// Computes the lines over `window` from it and the last [`warmup`](Self::warmup) candles before it.
    pub fn lines(self, window: &Window<'_>, lines: &mut Lines) {
        let candles = counted(window, self.warmup());
        let ([a, b, c, d, e], closes, raw) = lines.begin(candles, self.names().len());
        match self {
            Self::Sma { period } => average::sma(closes, period as usize, a),
            Self::Ema { period } => average::ema(closes, period as usize, a),
            Self::Wma { period } => average::wma(closes, period as usize, a),
            Self::Bollinger { period, hundredths } => {
                bollinger::bollinger(closes, period as usize, f64::from(hundredths) / 100.0, [a, b, c]);
            }
            Self::Vwap { period } => vwap::vwap(candles, period as usize, a),
            Self::Hma { period } => average::hma(closes, period as usize, a, raw),
            Self::SessionVwap => {
                // Where there is less history than asked for, the series begins there, and its first session with it.
                vwap::session_vwap(candles, window.warmup().len() < self.warmup(), a);
            }
            Self::Donchian { period } => donchian::donchian(candles, period as usize, [a, b, c]),
            Self::Keltner { period, hundredths, range_period } => {
                let numbers = (period as usize, f64::from(hundredths) / 100.0, range_period as usize);
                keltner::keltner((candles, closes), numbers, [a, b, c], raw);
            }
            Self::Supertrend { period, hundredths } => {
                let numbers = (period as usize, f64::from(hundredths) / 100.0);
                supertrend::supertrend(candles, numbers, [a, b], raw);
            }
            Self::Ichimoku { conversion, base, span } => {
                let periods = [conversion, base, span].map(|period| period as usize);
                ichimoku::ichimoku((candles, closes), periods, [a, b, c, d, e]);
            }
            Self::Sar { step, most } => {
                sar::sar(candles, (f64::from(step) / 1000.0, f64::from(most) / 1000.0), a);
            }
            Self::VolumeSma { period } => {
                raw.clear();
                raw.extend(candles.iter().map(|candle| candle.volume));
                average::sma(raw, period as usize, a);
            }
        }
        lines.end(window.candles().len(), self.has_gaps());
    }
}
