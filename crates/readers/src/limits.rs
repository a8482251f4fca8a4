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
// Tests reach the limits of memory sooner.
/// Packed files unpack to this many bytes whatever their own size, to [`MOST_GROWTH`] times it where that is more,
#[cfg(feature = "packed")]
pub(crate) const ALWAYS_ALLOWED: u64 = if cfg!(test) { 1 << 20 } else { 64 << 20 };
/// and never to more than this.
#[cfg(feature = "packed")]
pub(crate) const MOST_UNPACKED: u64 = 64 << 30;
/// How far back what is unpacked may refer. `xz -9` needs 64 MiB and `zstd --ultra -22` needs 128.
pub(crate) const LARGEST_WINDOW: u64 = 128 << 20;
/// So is a table of one's own: its texts, and where each begins. A million rows with 3 columns are a tenth of this.
pub(crate) const LARGEST_TABLE: usize = if cfg!(test) { 4 << 20 } else { 512 << 20 };
/// A sheet is held in memory. A million rows with 12 columns are a third of this.
pub(crate) const LARGEST_SHEET: u64 = if cfg!(test) { 4 << 20 } else { 512 << 20 };
