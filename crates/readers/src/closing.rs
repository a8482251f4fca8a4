//! What a kline's time of closing tells about its interval.

use candles::Interval;

use crate::{Kline, RowFault, value::time};

const DAY: i64 = 86_400_000;
/// The intervals of up to a week that exchanges publish, in ms.
const PUBLISHED: [i64; 15] = {
    let (minute, hour) = (60_000, 3_600_000);
    [
        1000,
        minute,
        3 * minute,
        5 * minute,
        15 * minute,
        30 * minute,
        hour,
        2 * hour,
        4 * hour,
        6 * hour,
        8 * hour,
        12 * hour,
        DAY,
        3 * DAY,
        7 * DAY,
    ]
};

impl Kline {
    /// Whether this candle closes when one of `interval` does; `false` too where its source has no time of closing.
    ///
    /// # Errors
    /// Where it closes when a candle of another published interval does. A candle that an outage cut
    /// short shows that in its time of closing, but none lasts whole days longer.
    pub fn closes_with(&self, interval: &Interval) -> Result<bool, RowFault> {
        let Some(close_time) = self.close_time else {
            return Ok(false);
        };
        let length = close_time.saturating_sub(self.candle.open_time);
        // Exchanges give the last millisecond, others the next candle's first.
        let length = length.saturating_add(i64::from(length % 1000 == 999));
        let is_longer = length > interval.ms() && length % DAY == 0;
        if length != interval.ms() && (is_longer || is_published(length)) {
            return Err(RowFault::OtherInterval { length, interval: interval.code().to_owned() });
        }
        Ok(length == interval.ms())
    }
}

/// Whether candles of so many ms are published: months, quarters and years among them.
fn is_published(length: i64) -> bool {
    let days = length / DAY;
    PUBLISHED.contains(&length)
        || (length % DAY == 0 && matches!(days, 14 | 15 | 28..=31 | 90..=92 | 365 | 366))
}

/// Reads a time of closing, which may lie a µs or ns before the next candle.
pub(crate) fn close_time(field: &str) -> Option<i64> {
    let field = field.trim();
    let is_number = field.bytes().all(|byte| byte.is_ascii_digit());
    let until = if is_number && matches!(field.len(), 16 | 19) { 13 } else { field.len() };
    time(&field[..until]).ok()
}
