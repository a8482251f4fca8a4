//! A row of a series, and what two rows of one time say together.

use std::iter;

use candles::Candle;

use crate::Row;

/// A candle where it is placed in its series, and what exchanges publish beside it.
///
/// Besides prices, values are NaN or -1 where the source says nothing: an `Option` would make every row half as large
/// again.
#[derive(Debug, Clone, Copy)]
pub struct SeriesRow {
    /// Its line or number in its text, from 1.
    pub line: u64,
    /// The number of its text.
    pub text: u32,
    /// The candle, where it is placed.
    pub candle: Candle,
    /// Quote volume, taker buy base volume, taker buy quote volume.
    pub amounts: [f64; 3],
    /// Number of trades.
    pub trades: i64,
    /// The open time that its text says, wherever the candle is placed.
    pub own_time: i64,
    /// Whether its text says that the candle was not over.
    pub is_unfinished: bool,
}

/// What two rows of one time are to each other.
#[derive(Debug, Clone, Copy)]
pub enum Meeting {
    /// Neither says what the other contradicts: this is what both say.
    Repeated(SeriesRow),
    /// One of them was read before its candle was over, and this one is whole.
    Completed(SeriesRow),
    /// They contradict each other.
    Contradiction,
}

impl SeriesRow {
    /// A row of the text of this number, whose candle is placed at `open_time`.
    #[must_use]
    pub fn new(row: &Row, text: u32, open_time: i64) -> Self {
        let own_time = row.candle.open_time;
        let mut candle = Candle { open_time, ..row.candle };
        if !row.has_volume {
            candle.volume = f64::NAN;
        }
        let amounts =
            [row.quote_volume, row.taker_base, row.taker_quote].map(|amount| amount.unwrap_or(f64::NAN));
        let (line, trades, is_unfinished) = (row.line, row.trades.unwrap_or(-1), row.is_unfinished);
        Self { line, text, candle, amounts, trades, own_time, is_unfinished }
    }

    /// A row of these values, which no text has.
    #[must_use]
    pub fn of(candle: Candle, amounts: [f64; 3], trades: i64) -> Self {
        Self { line: 0, text: 0, candle, amounts, trades, own_time: candle.open_time, is_unfinished: false }
    }

    /// Its volume, and the amounts beside that.
    #[must_use]
    pub fn volumes(&self) -> [f64; 4] {
        let [quote, taker_base, taker_quote] = self.amounts;
        [self.candle.volume, quote, taker_base, taker_quote]
    }

    /// This row, with the values of the other one in place of those that the source does not say.
    #[must_use]
    pub fn filled(mut self, other: &Self) -> Self {
        let own = iter::once(&mut self.candle.volume).chain(&mut self.amounts);
        own.zip(other.volumes()).filter(|(own, _)| own.is_nan()).for_each(|(own, other)| *own = other);
        if self.trades < 0 {
            self.trades = other.trades;
        }
        self
    }

    /// This row, with the values of the stored one, or 0, in place of those that the source does not say.
    #[must_use]
    pub fn over(self, stored: Option<Self>) -> Self {
        let nothing =
            Self { amounts: [0.0; 3], trades: 0, candle: Candle { volume: 0.0, ..self.candle }, ..self };
        self.filled(&stored.unwrap_or(nothing))
    }

    /// Whether both say the same, also where they say nothing. Volumes may be up to `rounding` neighbouring numbers
    /// apart, since sums that are added in another order are rounded otherwise.
    #[must_use]
    pub fn same(&self, other: &Self, rounding: u64) -> bool {
        let alike = |(a, b): (f64, f64)| {
            a == b
                || (a.is_nan() && b.is_nan())
                || (a > 0.0 && b > 0.0 && a.to_bits().abs_diff(b.to_bits()) <= rounding)
        };
        self.same_prices(other)
            && self.trades == other.trades
            && self.volumes().into_iter().zip(other.volumes()).all(alike)
    }

    /// What this row and a later one of the same time say together. `may_be_unfinished` says of which rows it may be
    /// that they were read before their candles were over.
    pub fn meet(&self, later: &Self, may_be_unfinished: impl Fn(&Self) -> bool) -> Meeting {
        let completes = |before: &Self, after: &Self| {
            may_be_unfinished(before)
                && (before.is_unfinished && !after.is_unfinished || before.is_earlier_state_of(after))
        };
        match () {
            () if self.agrees(later) => Meeting::Repeated(self.filled(later)),
            () if completes(self, later) => Meeting::Completed(*later),
            () if completes(later, self) => Meeting::Completed(*self),
            () => Meeting::Contradiction,
        }
    }

    /// Whether neither says what the other contradicts.
    fn agrees(&self, other: &Self) -> bool {
        let alike = |(a, b): (f64, f64)| a == b || a.is_nan() || b.is_nan();
        self.own_time == other.own_time
            && self.same_prices(other)
            && (self.trades == other.trades || self.trades < 0 || other.trades < 0)
            && self.volumes().into_iter().zip(other.volumes()).all(alike)
    }

    fn same_prices(&self, other: &Self) -> bool {
        Candle { volume: 0.0, ..self.candle } == Candle { volume: 0.0, ..other.candle }
    }

    /// Whether this row may be the other one's candle before it was over: its prices moved no further, and strictly
    /// less was traded. Rows that differ in nothing but prices contradict each other.
    fn is_earlier_state_of(&self, other: &Self) -> bool {
        let (own, later) = (&self.candle, &other.candle);
        let no_less = self
            .volumes()
            .into_iter()
            .zip(other.volumes())
            .all(|(own, later)| own.is_nan() || later.is_nan() || own <= later);
        self.own_time == other.own_time
            && own.open == later.open
            && own.high <= later.high
            && own.low >= later.low
            && no_less
            && (self.trades <= other.trades || other.trades < 0)
            && self.is_less_traded_than(other)
    }

    /// Whether less was traded, by volume, or by trades where a volume is not known.
    fn is_less_traded_than(&self, other: &Self) -> bool {
        let (own, later) = (self.candle.volume, other.candle.volume);
        if own.is_nan() || later.is_nan() {
            self.trades >= 0 && self.trades < other.trades
        } else {
            own < later
        }
    }
}
