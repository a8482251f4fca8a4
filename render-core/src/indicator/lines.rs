//! What an overlay or indicator gives: lines of values.

use crate::Candle;

/// No overlay or indicator has more lines.
const MOST_LINES: usize = 5;

/// The line of one name, over the window's last candles.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// The window's candle, counted from 0, that the first value belongs to: 0 unless the
    /// history before the window is shorter than the warm-up.
    pub start: usize,
    /// One value a candle from `start` to the window's last; empty where no candle has one. Finite, or
    /// NaN at a candle where a line in parts (of Supertrend, Ichimoku's last one) has no value.
    pub values: Vec<f64>,
}

/// The lines of one overlay or indicator, and scratch space for making the next ones.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    lines: [Line; MOST_LINES],
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
    pub(super) fn begin(
        &mut self,
        candles: &[Candle],
        count: usize,
    ) -> ([&mut Vec<f64>; MOST_LINES], &[f64], &mut Vec<f64>) {
        self.count = count;
        self.closes.clear();
        self.closes.extend(candles.iter().map(|candle| candle.close));
        (self.lines.each_mut().map(|line| &mut line.values), &self.closes, &mut self.raw)
    }

    /// Cuts what lies before the window of `length` candles off. A line that is not finite, but for the gaps that it
    /// may have, is emptied: prices beyond 1e150 can lead out of what an `f64` holds.
    pub(super) fn end(&mut self, length: usize, may_have_gaps: bool) {
        for line in &mut self.lines[..self.count] {
            let early = line.values.len().saturating_sub(length);
            line.values.drain(..early);
            let is_whole = line.values.iter().all(|value| value.is_finite());
            let has_parts = || {
                may_have_gaps
                    && !line.values.iter().any(|value| value.is_infinite())
                    && line.values.iter().any(|value| value.is_finite())
            };
            if !is_whole && !has_parts() {
                line.values.clear();
            }
            line.start = length - line.values.len();
        }
    }
}
