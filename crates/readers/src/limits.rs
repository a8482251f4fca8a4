//! How much of a source is read at most. Texts of candles stay far below.

/// Times of rows that stand in no order are held in memory, 8 bytes each.
pub(crate) const MOST_TIMES: usize = 64_000_000;
/// An object of JSON is looked through for each of its names, and no more of them count.
pub(crate) const MOST_FIELDS: usize = 1000;
/// No row of a candle is nearly as long; a quote that is never closed would make a row of all that follows.
pub(crate) const LONGEST_ROW: usize = 1 << 20;
/// Packed files unpack to so many times their size (klines unpack to about four times the size).
pub(crate) const MOST_GROWTH: u64 = 200;
/// No archive of candles has more members.
pub(crate) const MOST_MEMBERS: usize = 100_000;
