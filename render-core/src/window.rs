//! A window: the candles that one picture shows.

use std::ops::{Deref, Range};

use candles::{Candle, CandleFault, Interval, Symbol};

use crate::{Error, own::Own};

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
    own: Option<&'a Own>,
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
        let window = Self::sized(symbol, interval, candles, warmup)?;
        for (index, candle) in candles.iter().enumerate() {
            candle.check().map_err(|fault| Error::Candle { index, fault })?;
        }
        for (index, pair) in candles.windows(2).enumerate() {
            if pair[1].open_time <= pair[0].open_time {
                return Err(Error::Order { index: index + 1 });
            }
        }
        Ok(window)
    }

    /// All of [`new`](Self::new) but the look at each candle.
    fn sized(
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
        Ok(Self { symbol, interval, all: candles, warmup, own: None })
    }

    /// The same window with series of one's own and marks. What is drawn of them is the spec's to say; what is dated
    /// after the window's end never shows.
    #[must_use]
    pub fn with_own(self, own: &'a Own) -> Self {
        Self { own: Some(own), ..self }
    }

    /// Series of one's own and marks, where there are any.
    #[must_use]
    pub fn own(&self) -> Option<&'a Own> {
        self.own
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

    /// When the last candle is over, in ms: nothing that is dated then or later shows.
    #[must_use]
    pub fn after(&self) -> i64 {
        self.interval.end(self.end())
    }
}

/// Candles that are looked at once, when they come in, so that windows of them cost nothing.
///
/// ```
/// use render_core::{Candle, CheckedCandles, Interval};
///
/// let candle = |open_time| Candle { open_time, open: 1.0, high: 2.0, low: 0.5, close: 1.5, volume: 3.0 };
/// let candles: CheckedCandles = [0, 3_600_000, 7_200_000].map(candle).into_iter().collect();
/// let hour = Interval::new("1h", 3_600_000)?;
/// assert_eq!(candles.window("BTCUSDT", &hour, 1..3, 0)?.end(), 7_200_000);
/// # Ok::<(), render_core::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct CheckedCandles {
    candles: Vec<Candle>,
    /// Positions of invalid candles and what is wrong with them, rising.
    invalid: Vec<(usize, CandleFault)>,
    /// Positions of candles whose times do not lie after those before them, rising.
    unordered: Vec<usize>,
}

impl CheckedCandles {
    /// No candles yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in one more candle.
    pub fn push(&mut self, candle: Candle) {
        let at = self.candles.len();
        self.invalid.extend(candle.check().err().map(|fault| (at, fault)));
        if self.candles.last().is_some_and(|last| candle.open_time <= last.open_time) {
            self.unordered.push(at);
        }
        self.candles.push(candle);
    }

    /// A window of the candles in `range`, as [`Window::new`] makes it.
    ///
    /// # Errors
    /// Those of [`Window::new`]; positions are counted within the window.
    pub fn window<'a>(
        &'a self,
        symbol: &'a str,
        interval: &'a Interval,
        range: Range<usize>,
        warmup: usize,
    ) -> Result<Window<'a>, Error> {
        let candles = self.candles.get(range.clone()).unwrap_or_default();
        let window = Window::sized(symbol, interval, candles, warmup)?;
        let next = self.invalid.partition_point(|(at, _)| *at < range.start);
        if let Some((at, fault)) = self.invalid.get(next).filter(|(at, _)| range.contains(at)) {
            return Err(Error::Candle { index: at - range.start, fault: *fault });
        }
        let next = self.unordered.partition_point(|at| *at <= range.start);
        match self.unordered.get(next).filter(|at| range.contains(at)) {
            Some(at) => Err(Error::Order { index: at - range.start }),
            None => Ok(window),
        }
    }
}

impl Deref for CheckedCandles {
    type Target = [Candle];

    fn deref(&self) -> &[Candle] {
        &self.candles
    }
}

impl FromIterator<Candle> for CheckedCandles {
    fn from_iter<T: IntoIterator<Item = Candle>>(candles: T) -> Self {
        let mut checked = Self::new();
        candles.into_iter().for_each(|candle| checked.push(candle));
        checked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_checked_candles_is_the_one_of_the_same_candles() {
        let interval = Interval::new("1h", 3_600_000).expect("valid");
        let times = [0, 1, 2, 2, 4, 5, 6, 5, 8, 9];
        let mut candles: Vec<Candle> = times
            .map(|open_time| Candle { open_time, open: 2.0, high: 3.0, low: 1.0, close: 2.0, volume: 0.0 })
            .to_vec();
        candles[5].high = f64::NAN;
        candles[9].volume = -1.0;
        let checked: CheckedCandles = candles.iter().copied().collect();
        for start in 0..candles.len() {
            for end in start..=candles.len() {
                for warmup in 0..3 {
                    let one = checked.window("X", &interval, start..end, warmup);
                    let other = Window::new("X", &interval, &candles[start..end], warmup);
                    let told =
                        |window: Result<Window<'_>, Error>| window.map(|it| (it.all().len(), it.warmup));
                    assert_eq!(told(one), told(other), "{start}..{end} {warmup}");
                }
            }
        }
    }
}
