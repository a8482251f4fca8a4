//! One OHLCV row.

/// One OHLCV row of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candle {
    /// Milliseconds since the Unix epoch, UTC.
    pub open_time: i64,
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
    /// Traded amount, in units of the base asset, 0 or more.
    pub volume: f64,
}

/// What makes a candle invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CandleFault {
    /// The named value is infinite or not a number.
    #[error("{0} is not a finite number")]
    NotFinite(&'static str),
    /// Volume is below zero.
    #[error("volume is below 0")]
    NegativeVolume,
    /// High is below open, close or low.
    #[error("high is below open, close or low")]
    HighTooLow,
    /// Low is above open or close.
    #[error("low is above open or close")]
    LowTooHigh,
    /// The open time lies outside the years 0 to 9999.
    #[error("open_time is outside the years 0 to 9999")]
    OutOfCalendar,
}

impl Candle {
    /// Whether the values are finite and agree with each other.
    ///
    /// # Errors
    /// The first fault found, in the order of [`CandleFault`]'s variants.
    pub fn check(&self) -> Result<(), CandleFault> {
        let values = [
            ("open", self.open),
            ("high", self.high),
            ("low", self.low),
            ("close", self.close),
            ("volume", self.volume),
        ];
        for (name, value) in values {
            if !value.is_finite() {
                return Err(CandleFault::NotFinite(name));
            }
        }
        if self.volume < 0.0 {
            return Err(CandleFault::NegativeVolume);
        }
        if self.high < self.open || self.high < self.close || self.high < self.low {
            return Err(CandleFault::HighTooLow);
        }
        if self.low > self.open || self.low > self.close {
            return Err(CandleFault::LowTooHigh);
        }
        if !crate::in_calendar(self.open_time) {
            return Err(CandleFault::OutOfCalendar);
        }
        Ok(())
    }
}
