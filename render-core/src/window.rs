//! A window: the candles that one picture shows.

use candles::{Candle, Interval, Symbol};

use crate::Error;

/// Fewest candles of a window.
pub const MIN_WINDOW: u32 = 2;
/// Most candles of a window.
pub const MAX_WINDOW: u32 = 2000;

/// The candles of one picture, oldest first, with the symbol and interval they are of.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a> {
    symbol: &'a str,
    interval: &'a Interval,
    all: &'a [Candle],
    warmup: usize,
}

impl<'a> Window<'a> {
    /// A window of all `candles`, the first `warmup` of which are not drawn
    /// but feed what is computed from candles.
    ///
    /// # Errors
    /// Where the symbol cannot be part of a file name, a candle is invalid,
    /// open times do not rise, or fewer than two candles are left to draw.
    pub fn new(
        symbol: &'a str,
        interval: &'a Interval,
        candles: &'a [Candle],
        warmup: usize,
    ) -> Result<Self, Error> {
        Symbol::check(symbol)?;
        if candles.len() < warmup.saturating_add(2) {
            return Err(Error::TooFewCandles { candles: candles.len(), warmup });
        }
        if candles.len() - warmup > MAX_WINDOW as usize {
            let length = u32::try_from(candles.len() - warmup).unwrap_or(u32::MAX);
            return Err(Error::WindowLength(length));
        }
        for (index, candle) in candles.iter().enumerate() {
            candle.check().map_err(|fault| Error::Candle { index, fault })?;
        }
        for (index, pair) in candles.windows(2).enumerate() {
            if pair[1].open_time <= pair[0].open_time {
                return Err(Error::Order { index: index + 1 });
            }
        }
        Ok(Self { symbol, interval, all: candles, warmup })
    }

    /// The symbol, such as `BTCUSDT`.
    #[must_use]
    pub fn symbol(&self) -> &'a str {
        self.symbol
    }

    /// The interval.
    #[must_use]
    pub fn interval(&self) -> &'a Interval {
        self.interval
    }

    /// The candles to draw: two or more.
    #[must_use]
    pub fn candles(&self) -> &'a [Candle] {
        &self.all[self.warmup..]
    }

    /// The candles before those to draw.
    #[must_use]
    pub fn warmup(&self) -> &'a [Candle] {
        &self.all[..self.warmup]
    }

    /// Warm-up and drawn candles together.
    #[must_use]
    pub fn all(&self) -> &'a [Candle] {
        self.all
    }

    /// The window's end: the open time of its last candle, in ms.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.all[self.all.len() - 1].open_time
    }
}
